import type { Statement, Tx } from '../database'
import { NotFoundError } from '../errors'
import { isId } from '../typed-id'

/** Ends one of a person's own sessions; one that is over stays so. Throws NOT_FOUND. */
export async function revokeSession(tx: Tx, personId: string, id: string): Promise<{ personId: string }> {
  const rows = isId('session', id) ? await tx.query(END_OWN, [id, personId]) : []
  if (rows.length === 0) throw new NotFoundError('session', id)
  return { personId }
}

/** Ends all sessions of a person, but for one. Answers how many that were. What a password has begun ends too. */
export async function endSessionsOf(tx: Tx, personId: string, except: string | null = null): Promise<number> {
  await tx.query(FORGET_CHALLENGES, [personId])
  return (await tx.query(END_ALL, [personId, except])).length
}

const END_OWN: Statement = {
  name: 'end-own-session',
  text: `
    UPDATE session SET ended_at = coalesce(ended_at, daybook_now()) WHERE id = $1 AND person_id = $2 RETURNING id`,
}

const END_ALL: Statement = {
  name: 'end-sessions-of-person',
  text: `
    UPDATE session SET ended_at = daybook_now()
    WHERE person_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $2 RETURNING id`,
}

const FORGET_CHALLENGES: Statement = {
  name: 'forget-challenges-of-person',
  text: 'DELETE FROM sign_in_challenge WHERE person_id = $1',
}
