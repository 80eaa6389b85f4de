import { z } from 'zod'
import type { Sql, Statement } from '../database'
import { NotFoundError } from '../errors'
import { linkToken } from './accept-invitation'
import { linkDigest } from './mailed-links'
import { newPassword } from './passwords'

const MAX_EMAIL = 255

export const ForgotPassword = z.object({ email: z.string().max(MAX_EMAIL) })

export const ResetPassword = z.object({ token: linkToken(), password: newPassword() })
export type ResetPassword = z.infer<typeof ResetPassword>

/** Whose password a link is to set. Throws NOT_FOUND for one that is not good, or not any more. */
export async function personByLink(sql: Sql, token: string): Promise<string> {
  const digest = linkDigest(token)
  const [row] = digest === null ? [] : await sql.query<{ personId: string }>(BY_LINK, [digest])
  if (row === undefined) throw new NotFoundError('link')
  return row.personId
}

/** Uses a link up. Throws NOT_FOUND where it was used meanwhile. */
export async function takeLink(sql: Sql, token: string): Promise<void> {
  const rows = await sql.query(TAKE, [linkDigest(token)])
  if (rows.length === 0) throw new NotFoundError('link')
}

const BY_LINK: Statement = {
  name: 'person-by-link',
  text: `
    SELECT l.person_id AS "personId" FROM mailed_link l JOIN person p ON p.id = l.person_id
    WHERE l.digest = $1 AND l.expires_at > daybook_now() AND p.removed_at IS NULL`,
}

const TAKE: Statement = {
  name: 'take-link',
  text: 'DELETE FROM mailed_link WHERE digest = $1 AND expires_at > daybook_now() RETURNING person_id',
}
