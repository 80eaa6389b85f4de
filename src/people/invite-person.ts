import { z } from 'zod'
import { actorName, requireScope, Role, Scope, type Actor } from '../auth/actor'
import { email } from '../accounts/create-account'
import type { Statement, Tx } from '../database'
import { BadUserInputError, ConflictError, ForbiddenError, NotFoundError } from '../errors'
import { text } from '../input'
import { inBook } from '../ledger/account-book'
import { isId, newId } from '../typed-id'
import type { Invitation } from './invitation.entity'
import { foldedEmail } from './known-person'
import { PersonRole, roleFits, scopesOf } from './person-role'
import { queueInvitationMail } from './queue-person-mail'

/** Days for which an invitation is good. */
const INVITATION_DAYS = 7

export const InvitePerson = z.object({
  /** Null for a person of staff. */
  accountId: z.string().nullable(),
  email: email(),
  name: text(),
  role: z.enum(PersonRole),
})
export type InvitePerson = z.infer<typeof InvitePerson>

/** Who may say who signs in. Throws FORBIDDEN (scope). */
export function requireLead(actor: Actor): void {
  requireScope(actor, actor.role === Role.STAFF ? Scope.ADMIN : Scope.TOKENS)
}

/**
 * Invites somebody, by a mail with a link that is good once. An earlier invitation of the same e-mail is replaced. Whether that
 * e-mail signs in elsewhere is not told here: it shows when its owner accepts.
 *
 * Throws FORBIDDEN (scope); BAD_USER_INPUT for a role that is not of an account, or not of staff; CONFLICT where somebody has
 * this e-mail here already; NOT_FOUND for the account, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function invitePerson(
  tx: Tx,
  actor: Actor,
  { accountId, email, name, role }: InvitePerson,
): Promise<{ invitationId: string }> {
  requireRoleToGive(actor, role, accountId)
  const invitationId = newId('invitation')
  const folded = foldedEmail(email)
  const work = async () => {
    const here = await tx.query(PERSON_HERE, [folded, accountId])
    if (here.length > 0) throw new ConflictError('Somebody with this e-mail signs in here already.', { field: 'email' })
    for (const { id } of await tx.query<{ id: string }>(REPLACE, [folded, accountId])) await forgetLinks(tx, id)
    await tx.query(INVITE, [invitationId, accountId, folded, name, role, actorName(actor), INVITATION_DAYS])
    await queueInvitationMail(tx, invitationId)
    return null
  }
  if (accountId === null) await work()
  else {
    await inBook(tx, { accountId }, (book) => {
      if (actor.accountId !== null) book.requireActive()
      return work()
    })
  }
  return { invitationId }
}

/** Nobody gives more than it has. Throws FORBIDDEN (scope), BAD_USER_INPUT. */
export function requireRoleToGive(actor: Actor, role: PersonRole, accountId: string | null): void {
  requireLead(actor)
  if (!roleFits(role, accountId)) {
    throw new BadUserInputError('role', `${role} is a role ${accountId === null ? 'in an account' : 'of staff'}.`, {
      role,
    })
  }
  for (const scope of scopesOf(role)) {
    if (!actor.scopes.has(scope)) {
      throw new ForbiddenError(`A role with the scope ${scope} can’t be given by who has it not.`, { scope })
    }
  }
}

/**
 * Takes back an invitation that was not accepted; one that is over stays as it is.
 *
 * Throws FORBIDDEN (scope); NOT_FOUND; CONFLICT for one that was accepted; ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function revokeInvitation(
  tx: Tx,
  actor: Actor,
  accountId: string | null,
  id: string,
): Promise<{ invitationId: string }> {
  requireLead(actor)
  const work = async () => {
    const [invitation] = isId('invitation', id)
      ? await tx.query<Pick<Invitation, 'acceptedAt'>>(LOCK_INVITATION, [id, accountId])
      : []
    if (invitation === undefined) throw new NotFoundError('invitation', id)
    if (invitation.acceptedAt !== null) throw new ConflictError('This invitation was accepted: remove the person.')
    await tx.query(REVOKE, [id])
    await forgetLinks(tx, id)
    return null
  }
  if (accountId === null) await work()
  else {
    await inBook(tx, { accountId }, (book) => {
      if (actor.accountId !== null) book.requireActive()
      return work()
    })
  }
  return { invitationId: id }
}

/** What was mailed of an invitation leads nowhere any more, and what was not is not. */
export async function forgetLinks(tx: Tx, invitationId: string): Promise<void> {
  await tx.query(FORGET_LINKS, [invitationId])
}

const PERSON_HERE: Statement = {
  name: 'person-here',
  text: `
    SELECT id FROM person WHERE email = $1 AND account_id IS NOT DISTINCT FROM $2::text AND removed_at IS NULL`,
}

const REPLACE: Statement = {
  name: 'replace-invitations',
  text: `
    UPDATE invitation SET revoked_at = daybook_now()
    WHERE email = $1 AND account_id IS NOT DISTINCT FROM $2::text AND accepted_at IS NULL AND revoked_at IS NULL
    RETURNING id`,
}

const INVITE: Statement = {
  name: 'invite-person',
  text: `
    INSERT INTO invitation (id, account_id, email, name, role, invited_by, created_at, expires_at)
    SELECT $1, $2, $3, $4, $5, $6, now, now + $7::integer * interval '24 hours'
    FROM (SELECT daybook_now() AS now) AS clock`,
}

const LOCK_INVITATION: Statement = {
  name: 'lock-invitation',
  text: `
    SELECT accepted_at AS "acceptedAt" FROM invitation
    WHERE id = $1 AND account_id IS NOT DISTINCT FROM $2::text FOR UPDATE`,
}

const REVOKE: Statement = {
  name: 'revoke-invitation',
  text: 'UPDATE invitation SET revoked_at = coalesce(revoked_at, daybook_now()) WHERE id = $1',
}

const FORGET_LINKS: Statement = {
  name: 'forget-invitation-links',
  text: `
    WITH unsent AS (DELETE FROM person_mail WHERE invitation_id = $1)
    DELETE FROM mailed_link WHERE invitation_id = $1`,
}
