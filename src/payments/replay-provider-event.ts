import type { Sql, Statement } from '../database'
import { ConflictError, NotFoundError } from '../errors'
import { ProviderEventState } from './provider-event.entity'

/**
 * Has the worker look once more at what an event is about, with all its attempts before it. Any number of times: nothing
 * is done twice.
 *
 * Throws NOT_FOUND; CONFLICT (object) where it is about nothing that could be looked at.
 */
export async function replayProviderEvent(sql: Sql, id: string): Promise<void> {
  // What has another form names nothing, and must not reach the database, which refuses some characters.
  if (!/^\w{1,100}$/.test(id)) throw new NotFoundError('provider event', id)
  const [event] = await sql.query<ReplayedRow>(REPLAY, [id])
  if (event === undefined) throw new NotFoundError('provider event', id)
  if (event.state === ProviderEventState.PENDING) return
  throw new ConflictError('The event is about nothing that could be looked at here.', { object: event.objectKind })
}

interface ReplayedRow {
  state: ProviderEventState
  objectKind: string | null
}

const REPLAY: Statement = {
  name: 'replay-provider-event',
  text: `
    WITH replayed AS (
      UPDATE provider_event SET state = 'PENDING', attempts = 0, next_attempt_at = daybook_now(), last_error = NULL
      WHERE id = $1 AND object_kind <> 'PAYMENT' RETURNING id
    )
    SELECT CASE WHEN replayed.id IS NULL THEN event.state ELSE 'PENDING' END AS state,
      event.object_kind AS "objectKind"
    FROM provider_event AS event LEFT JOIN replayed ON replayed.id = event.id WHERE event.id = $1`,
}

/** Events that failed too often and wait for somebody to have them replayed, oldest first. */
export async function findParkedEventIds(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(PARKED)
  return rows.map(({ id }) => id)
}

const PARKED: Statement = {
  name: 'parked-provider-events',
  text: `SELECT id FROM provider_event WHERE state = 'PARKED' ORDER BY received_at, id`,
}
