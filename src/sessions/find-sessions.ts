import type { VisibleRows } from '../auth/visible-rows'
import { isId } from '../typed-id'
import { IDLE_DAYS } from './session-is-good'
import { Session } from './session.entity'

/** Sessions that are listed at the most. */
const MAX_SESSIONS_LISTED = 250

/** Those of a person that are good, newest first. */
export function findSessions(visible: VisibleRows, personId: string): Promise<Session[]> {
  return visible
    .of(Session, 'session')
    .andWhere('session.personId = :personId AND session.endedAt IS NULL', { personId })
    .andWhere(
      `session.expiresAt > daybook_now() AND session.lastUsedAt > daybook_now() - interval '${IDLE_DAYS * 24} hours'`,
    )
    .orderBy('session.id', 'DESC')
    .take(MAX_SESSIONS_LISTED)
    .getMany()
}

/** One of a person, also one that is over. */
export async function findSession(visible: VisibleRows, personId: string, id: string): Promise<Session | null> {
  if (!isId('session', id)) return null
  return visible
    .of(Session, 'session')
    .andWhere('session.id = :id AND session.personId = :personId', { id, personId })
    .getOne()
}
