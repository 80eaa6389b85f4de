import { createHash, randomBytes } from 'node:crypto'
import type { Sql, Statement } from '../database'

/** Of a link's token. */
const TOKEN_BYTES = 32
const TOKEN_FORM = /^[\w-]{43}$/

export type LinkedTo = { readonly invitationId: string } | { readonly personId: string }

/** Makes the token of a link. Only its digest is kept. */
export async function makeLink(sql: Sql, to: LinkedTo, expiresAt: Date): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const invitationId = 'invitationId' in to ? to.invitationId : null
  const personId = 'personId' in to ? to.personId : null
  await sql.query(KEEP, [linkDigest(token), invitationId, personId, expiresAt])
  return token
}

/** The digest by which a link is found; null for what can be no token of one. */
export function linkDigest(token: string): Buffer | null {
  return TOKEN_FORM.test(token) ? createHash('sha256').update(token).digest() : null
}

const KEEP: Statement = {
  name: 'keep-link',
  text: 'INSERT INTO mailed_link (digest, invitation_id, person_id, expires_at) VALUES ($1, $2, $3, $4)',
}
