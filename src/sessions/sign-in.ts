import { createHash, randomBytes } from 'node:crypto'
import { IsNull } from 'typeorm'
import { z } from 'zod'
import type { Whence } from '../audit/deed'
import type { Database, Statement, Tx } from '../database'
import { NotFoundError, UnauthenticatedError } from '../errors'
import { foldedEmail, lockPerson, personWithEmail } from '../people/known-person'
import { givenPassword, type Passwords } from '../people/passwords'
import { Person } from '../people/person.entity'
import { useCode } from '../people/second-factor'
import type { SealedSecrets } from '../webhooks/sealed-secrets'
import { openSession, type CookieSession } from './open-session'
import type { SignInAction, SignInLog } from './sign-in-log'
import { networkOf, type Throttle } from './throttle'

/** Minutes that a person has to type a code. */
const CHALLENGE_MINUTES = 5
const CHALLENGE_BYTES = 32
/** Characters of what may be typed in place of an e-mail or a code. */
const MAX_TYPED = 255

/** What signing in needs. */
export interface SignInTools {
  readonly database: Database
  readonly passwords: Passwords
  readonly secrets: SealedSecrets
  readonly throttle: Throttle
  readonly log: SignInLog
}

/** From where, and the session that the browser had until now. */
export interface SignInFrom {
  readonly whence: Whence
  readonly replaced: CookieSession | null
}

/** A session with its cookie's text; or what is to be sent along with a code of the second factor. */
export type SignInStep =
  { readonly next: 'SIGNED_IN'; readonly text: string } | { readonly next: 'SECOND_FACTOR'; readonly challenge: string }

export const SignIn = z.object({ email: z.string().max(MAX_TYPED), password: givenPassword() })
export type SignIn = z.infer<typeof SignIn>

export const SignInWithCode = z.object({ challenge: z.string().max(MAX_TYPED), code: z.string().max(MAX_TYPED) })
export type SignInWithCode = z.infer<typeof SignInWithCode>

/** One for an unknown e-mail, a wrong password, none and a removed person: which it is nobody is told. */
function wrongCredentials(): UnauthenticatedError {
  return new UnauthenticatedError('This e-mail and this password do not belong together.')
}

/**
 * Signs a person in by a password. The same is done for an e-mail that nobody has: it is counted, and a password is compared.
 *
 * Throws UNAUTHENTICATED; RATE_LIMITED by address and by e-mail.
 */
export async function signIn(tools: SignInTools, from: SignInFrom, { email, password }: SignIn): Promise<SignInStep> {
  const { database, passwords, throttle, log } = tools
  const { whence } = from
  let known: Person | null = null
  try {
    await throttle.take('signInsOfAddress', networkOf(whence.ip))
    known = await personWithEmail(database.dataSource.manager, email)
    await throttle.take('signInsOfEmail', foldedEmail(email))
    const isRight = await passwords.isRight(password, known?.passwordHash ?? null)
    if (known === null || !isRight) throw wrongCredentials()
    const { id, passwordHash } = known
    const step = await database.inTransaction(async (tx) => {
      const person = await lockPerson(tx, id)
      // It was changed while it was compared.
      if (person.passwordHash !== passwordHash) throw wrongCredentials()
      return goOn(tx, tools, from, person, 'signIn')
    })
    await throttle.forget('signInsOfEmail', foldedEmail(email))
    return step
  } catch (error) {
    await log.refused('signIn', known, whence, error)
    throw error
  }
}

/** What comes after a person has shown who it is: a code, where it has a second factor, else the session. */
export async function goOn(
  tx: Tx,
  { log }: Pick<SignInTools, 'log'>,
  { whence, replaced }: SignInFrom,
  person: Person,
  action: SignInAction,
): Promise<SignInStep> {
  if (person.factorSecret !== null) {
    const challenge = randomBytes(CHALLENGE_BYTES).toString('base64url')
    await tx.query(KEEP_CHALLENGE, [digestOf(challenge), person.id, CHALLENGE_MINUTES])
    return { next: 'SECOND_FACTOR', challenge }
  }
  const { text, sessionId } = await openSession(tx, person, whence, replaced)
  await log.done(tx, action, person, whence, { sessionId })
  return { next: 'SIGNED_IN', text }
}

/**
 * Signs in by a code of the second factor, after a password was right. A code is good once, and so is the challenge.
 *
 * Throws UNAUTHENTICATED for a wrong code, and for a challenge that is over; RATE_LIMITED by person and by address.
 */
export async function signInWithCode(
  { database, secrets, throttle, log }: SignInTools,
  { whence, replaced }: SignInFrom,
  { challenge, code }: SignInWithCode,
): Promise<SignInStep> {
  let known: Person | null = null
  try {
    const [row] = await database.sql.query<{ personId: string }>(CHALLENGED, [digestOf(challenge)])
    if (row === undefined) {
      await throttle.take('linksOfAddress', networkOf(whence.ip))
      throw new UnauthenticatedError('Too much time has passed: sign in again.')
    }
    const { personId } = row
    known = await database.dataSource.manager.findOneBy(Person, { id: personId, removedAt: IsNull() })
    await throttle.take('codesOfPerson', personId)
    const text = await database.inTransaction(async (tx) => {
      const person = await lockPerson(tx, personId)
      const [challenged] = await tx.query(TAKE_CHALLENGE, [digestOf(challenge)])
      if (challenged === undefined || !(await useCode(tx, person, code, secrets))) {
        throw new UnauthenticatedError('This code is not good, or it was used before.')
      }
      const session = await openSession(tx, person, whence, replaced)
      await log.done(tx, 'signIn', person, whence, { sessionId: session.sessionId, secondFactor: true })
      return session.text
    })
    await throttle.forget('codesOfPerson', personId)
    return { next: 'SIGNED_IN', text }
  } catch (error) {
    await log.refused('signIn', known, whence, error)
    throw error
  }
}

export const SignInToDemo = z.object({ as: z.enum(['PARTNER', 'STAFF']) })
export type SignInToDemo = z.infer<typeof SignInToDemo>

/** One click, for a look while developing; the door is not there otherwise. Throws NOT_FOUND where nobody was seeded. */
export async function signInToDemo(
  { database, log }: SignInTools,
  { whence, replaced }: SignInFrom,
  { as }: SignInToDemo,
): Promise<SignInStep> {
  return database.inTransaction(async (tx) => {
    const people = await tx.manager.findBy(Person, { demo: true, removedAt: IsNull() })
    const person = people.find(({ accountId }) => (accountId === null) === (as === 'STAFF'))
    if (person === undefined) throw new NotFoundError('page')
    const { text, sessionId } = await openSession(tx, person, whence, replaced)
    await log.done(tx, 'signInToDemo', person, whence, { sessionId })
    return { next: 'SIGNED_IN', text }
  })
}

function digestOf(challenge: string): Buffer {
  return createHash('sha256').update(challenge).digest()
}

const KEEP_CHALLENGE: Statement = {
  name: 'keep-challenge',
  text: `
    INSERT INTO sign_in_challenge (digest, person_id, expires_at)
    VALUES ($1, $2, daybook_now() + $3::integer * interval '1 minute')`,
}

const CHALLENGED: Statement = {
  name: 'challenged',
  text: `
    SELECT person_id AS "personId" FROM sign_in_challenge WHERE digest = $1 AND expires_at > daybook_now()`,
}

const TAKE_CHALLENGE: Statement = {
  name: 'take-challenge',
  text: 'DELETE FROM sign_in_challenge WHERE digest = $1 AND expires_at > daybook_now() RETURNING person_id',
}
