import { UnauthenticatedError } from '../errors'
import { acceptInvitation, invitationOf } from '../people/accept-invitation'
import { foldedEmail, lockPerson, personWithEmail } from '../people/known-person'
import type { Person } from '../people/person.entity'
import { goOn, type SignInFrom, type SignInStep, type SignInTools } from './sign-in'

/**
 * Signs in who has shown at the provider that an e-mail is its own: a person that has it, or one that was invited with it and
 * becomes a person by this. Nobody else becomes one. A second factor is asked for all the same: whether the provider has asked
 * for one is not known.
 *
 * Throws UNAUTHENTICATED where nobody has this e-mail.
 */
export async function signInAtProvider(
  tools: SignInTools,
  from: SignInFrom,
  { email, name }: { email: string; name: string | null },
): Promise<SignInStep> {
  const { database, log } = tools
  const folded = foldedEmail(email)
  let known: Person | null = null
  try {
    known = await personWithEmail(database.dataSource.manager, folded)
    return await database.inTransaction(async (tx) => {
      if (known !== null) return goOn(tx, tools, from, await lockPerson(tx, known.id), 'signInAtProvider')
      const invitation = await invitationOf(tx, folded)
      if (invitation === null) throw new UnauthenticatedError('Nobody has been invited with this e-mail.')
      const person = await acceptInvitation(tx, invitation, { name: name ?? invitation.name, passwordHash: null })
      await log.done(tx, 'acceptInvitation', person, from.whence, { invitationId: invitation.id, role: person.role })
      return goOn(tx, tools, from, person, 'signInAtProvider')
    })
  } catch (error) {
    await log.refused('signInAtProvider', known, from.whence, error)
    throw error
  }
}
