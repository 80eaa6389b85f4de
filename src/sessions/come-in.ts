import type { Whence } from '../audit/deed'
import { NotFoundError } from '../errors'
import {
  acceptInvitation,
  readInvitation,
  type AcceptInvitation,
  type OpenInvitation,
} from '../people/accept-invitation'
import { hashNewPassword, setPassword } from '../people/change-person'
import { foldedEmail, lockPerson } from '../people/known-person'
import type { Person } from '../people/person.entity'
import { queueResetMail } from '../people/queue-person-mail'
import { personByLink, takeLink, type ResetPassword } from '../people/reset-password'

import { goOn, type SignInFrom, type SignInStep, type SignInTools } from './sign-in'
import { networkOf } from './throttle'

/** What an invitation's link leads to. Throws NOT_FOUND; RATE_LIMITED by address, for links that lead nowhere. */
export function lookAtInvitation(tools: SignInTools, whence: Whence, token: string): Promise<OpenInvitation> {
  return behindLink(tools, whence, () => readInvitation(tools.database.sql, token))
}

/**
 * Makes a person of an invitation, and signs it in.
 *
 * Throws NOT_FOUND for a link that is not good, or not any more; BAD_USER_INPUT for a password that is easily guessed; CONFLICT
 * where somebody signs in with this e-mail already; RATE_LIMITED.
 */
export async function comeInByInvitation(
  tools: SignInTools,
  from: SignInFrom,
  { token, name, password }: AcceptInvitation,
): Promise<SignInStep> {
  const { database, passwords, log } = tools
  try {
    const invitation = await lookAtInvitation(tools, from.whence, token)
    const passwordHash = await hashNewPassword(passwords, 'password', password, { email: invitation.email, name })
    return await database.inTransaction(async (tx) => {
      const person = await acceptInvitation(tx, invitation, { name, passwordHash })
      await log.done(tx, 'acceptInvitation', person, from.whence, { invitationId: invitation.id, role: person.role })
      return goOn(tx, tools, from, person, 'signIn')
    })
  } catch (error) {
    await log.refused('acceptInvitation', null, from.whence, error)
    throw error
  }
}

/**
 * Has a link to set a new password mailed, if somebody signs in with this e-mail. The same is done and answered where nobody does.
 *
 * Throws RATE_LIMITED by address and by e-mail.
 */
export async function askForNewPassword(
  { database, throttle, log }: SignInTools,
  whence: Whence,
  email: string,
): Promise<void> {
  const folded = foldedEmail(email).toWellFormed().replaceAll('\0', '\ufffd')
  try {
    await throttle.take('resetsOfAddress', networkOf(whence.ip))
    await throttle.take('resetsOfEmail', folded)
    await database.inTransaction(async (tx) => {
      await queueResetMail(tx, folded)
      await log.asked(tx, 'forgotPassword', whence)
    })
  } catch (error) {
    await log.refused('forgotPassword', null, whence, error)
    throw error
  }
}

/**
 * Sets a new password by a link that was mailed, and signs in; a second factor is asked for all the same. All sessions that the
 * person had end.
 *
 * Throws NOT_FOUND for a link that is not good, or not any more; BAD_USER_INPUT for a password that is easily guessed; RATE_LIMITED.
 */
export async function comeInByReset(
  tools: SignInTools,
  from: SignInFrom,
  { token, password }: ResetPassword,
): Promise<SignInStep> {
  const { database, passwords, log } = tools
  let known: Person | null = null
  try {
    const personId = await behindLink(tools, from.whence, () => personByLink(database.sql, token))
    known = await database.inTransaction((tx) => lockPerson(tx, personId))
    const passwordHash = await hashNewPassword(passwords, 'password', password, known)
    return await database.inTransaction(async (tx) => {
      const person = await lockPerson(tx, personId)
      await takeLink(tx, token)
      await setPassword(tx, personId, passwordHash, null)
      await log.done(tx, 'resetPassword', person, from.whence)
      return goOn(tx, tools, from, person, 'signIn')
    })
  } catch (error) {
    await log.refused('resetPassword', known, from.whence, error)
    throw error
  }
}

/** Counts the links that lead nowhere, by address. */
async function behindLink<T>({ throttle }: SignInTools, { ip }: Whence, find: () => Promise<T>): Promise<T> {
  throttle.refuseFull('linksOfAddress', networkOf(ip))
  try {
    return await find()
  } catch (error) {
    if (error instanceof NotFoundError) await throttle.take('linksOfAddress', networkOf(ip))
    throw error
  }
}
