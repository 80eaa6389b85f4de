import { z } from 'zod'
import type { Sql, Statement, Tx } from '../database'
import { ConflictError, NotFoundError } from '../errors'
import { text } from '../input'
import { newId } from '../typed-id'
import type { Invitation } from './invitation.entity'
import { forgetLinks } from './invite-person'
import { linkDigest } from './mailed-links'
import { newPassword } from './passwords'
import { Person } from './person.entity'

/** Characters of what may come as a token. */
const MAX_TOKEN = 255

export const linkToken = () => z.string().max(MAX_TOKEN)

export const LookAtInvitation = z.object({ token: linkToken() })
export const AcceptInvitation = z.object({ token: linkToken(), name: text(), password: newPassword() })
export type AcceptInvitation = z.infer<typeof AcceptInvitation>

export type OpenInvitation = Pick<Invitation, 'id' | 'accountId' | 'email' | 'name' | 'role' | 'expiresAt'> & {
  accountName: string | null
}

/** The invitation that a link leads to, while it is good. Throws NOT_FOUND. */
export async function readInvitation(sql: Sql, token: string): Promise<OpenInvitation> {
  const digest = linkDigest(token)
  const [invitation] = digest === null ? [] : await sql.query<OpenInvitation>(BY_LINK, [digest])
  if (invitation === undefined) throw new NotFoundError('invitation')
  return invitation
}

/** The newest invitation of an e-mail, while it is good: for who has shown in another way that it is its own. */
export async function invitationOf(sql: Sql, email: string): Promise<OpenInvitation | null> {
  const [invitation] = await sql.query<OpenInvitation>(BY_EMAIL, [email])
  return invitation ?? null
}

/**
 * Makes a person of an invitation, which is good once.
 *
 * Throws NOT_FOUND where it was accepted or taken back meanwhile; CONFLICT where somebody signs in with this e-mail already:
 * only who has the link, and so the mailbox, is told.
 */
export async function acceptInvitation(
  tx: Tx,
  { id }: Pick<OpenInvitation, 'id'>,
  { name, passwordHash }: { name: string; passwordHash: string | null },
): Promise<Person> {
  const [invitation] = await tx.query<OpenInvitation>(TAKE, [id])
  if (invitation === undefined) throw new NotFoundError('invitation')
  const { accountId, email, role } = invitation
  const personId = newId('person')
  const made = await tx.query(ADD_PERSON, [personId, accountId, email, name, role, passwordHash])
  if (made.length === 0) throw new ConflictError('Somebody signs in with this e-mail already.', { field: 'email' })
  await forgetLinks(tx, id)
  return tx.manager.findOneByOrFail(Person, { id: personId })
}

const GOOD = 'accepted_at IS NULL AND revoked_at IS NULL'

const BY_LINK: Statement = {
  name: 'invitation-by-link',
  text: `
    SELECT i.id, i.account_id AS "accountId", i.email, i.name, i.role, i.expires_at AS "expiresAt", a.name AS "accountName"
    FROM mailed_link l JOIN invitation i ON i.id = l.invitation_id LEFT JOIN account a ON a.id = i.account_id
    WHERE l.digest = $1 AND ${GOOD} AND i.expires_at > daybook_now()`,
}

const BY_EMAIL: Statement = {
  name: 'invitation-by-email',
  text: `
    SELECT i.id, i.account_id AS "accountId", i.email, i.name, i.role, i.expires_at AS "expiresAt", NULL AS "accountName"
    FROM invitation i WHERE i.email = $1 AND ${GOOD} AND i.expires_at > daybook_now()
    ORDER BY i.id DESC LIMIT 1`,
}

const TAKE: Statement = {
  name: 'take-invitation',
  text: `
    UPDATE invitation SET accepted_at = daybook_now() WHERE id = $1 AND ${GOOD} AND expires_at > daybook_now()
    RETURNING id, account_id AS "accountId", email, role`,
}

const ADD_PERSON: Statement = {
  name: 'add-person',
  text: `
    INSERT INTO person (id, account_id, email, name, role, password_hash, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, daybook_now())
    ON CONFLICT (email) WHERE removed_at IS NULL DO NOTHING RETURNING id`,
}
