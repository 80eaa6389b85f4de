import type { Whence } from '../audit/deed'
import { shownText } from '../audit/shown-input'
import { makeTokenText } from '../auth/token-text'
import type { Statement, Tx } from '../database'
import type { Person } from '../people/person.entity'
import { newId } from '../typed-id'
import { SESSION_DAYS } from './session-is-good'

/** What a browser came with: whose it is shows when its digest fits. */
export interface CookieSession {
  readonly sessionId: string
  readonly digest: Buffer
}

/**
 * Begins a session, with a cookie that nobody has had before: what a browser came with is never made a session. The one that it
 * had until now ends. Answers the cookie's text, which is stored nowhere.
 */
export async function openSession(
  tx: Tx,
  { id: personId, accountId }: Pick<Person, 'id' | 'accountId'>,
  { ip, userAgent }: Whence,
  replaced: CookieSession | null,
): Promise<{ sessionId: string; text: string }> {
  const sessionId = newId('session')
  const { text, digest } = makeTokenText('session', sessionId)
  if (replaced !== null) await tx.query(END_REPLACED, [replaced.sessionId, replaced.digest])
  await tx.query(OPEN, [
    sessionId,
    personId,
    accountId,
    digest,
    SESSION_DAYS,
    ip,
    userAgent === null ? null : shownText(userAgent),
  ])
  await tx.query(NOTE_SIGN_IN, [personId])
  return { sessionId, text }
}

export const END_SESSION: Statement = {
  name: 'end-session',
  text: 'UPDATE session SET ended_at = daybook_now() WHERE id = $1 AND ended_at IS NULL RETURNING person_id',
}

const END_REPLACED: Statement = {
  name: 'end-replaced-session',
  text: 'UPDATE session SET ended_at = daybook_now() WHERE id = $1 AND secret_digest = $2 AND ended_at IS NULL',
}

const OPEN: Statement = {
  name: 'open-session',
  text: `
    INSERT INTO session (
      id, person_id, account_id, secret_digest, created_at, last_used_at, expires_at, address, user_agent
    )
    SELECT $1, $2, $3, $4, now, now, now + $5::integer * interval '24 hours', $6, $7
    FROM (SELECT daybook_now() AS now) AS clock`,
}

const NOTE_SIGN_IN: Statement = {
  name: 'note-sign-in',
  text: 'UPDATE person SET last_signed_in_at = daybook_now() WHERE id = $1',
}
