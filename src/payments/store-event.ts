import type { Sql, Statement } from '../database'
import type { PaymentProvider, ProviderEvent } from './payment-provider'

export type EventSource = Pick<PaymentProvider, 'name' | 'livemode'>

/**
 * Keeps events for the worker, each once: one that is known is left as it is, unless it was about nothing. Of the other mode, or about nothing that is
 * applied here, they are kept as IGNORED. Answers how many were new and are to be handled.
 */
export async function storeProviderEvents(
  sql: Sql,
  { name, livemode }: EventSource,
  events: readonly ProviderEvent[],
): Promise<number> {
  if (events.length === 0) return 0
  const rows = events.map((event) => ({
    id: event.eventId,
    provider: name,
    type: event.type,
    livemode: event.livemode,
    api_version: event.apiVersion ?? null,
    object_kind: event.object?.kind ?? null,
    object_id: event.object?.id ?? null,
    created_at: event.createdAt,
    is_pending: event.livemode === livemode && event.object !== null && event.object.kind !== 'PAYMENT',
  }))
  const stored = await sql.query<{ pending: boolean }>(INSERT_EVENTS, [JSON.stringify(rows)])
  return stored.filter(({ pending }) => pending).length
}

// In the order of their ids: two that insert the same ones wait for each other, and never both.
const INSERT_EVENTS: Statement = {
  name: 'insert-provider-events',
  text: `
    INSERT INTO provider_event
      (id, provider, type, livemode, api_version, object_kind, object_id, created_at, received_at, state, next_attempt_at)
    SELECT id, provider, type, livemode, api_version, object_kind, object_id, created_at, clock.now,
      CASE WHEN is_pending THEN 'PENDING' ELSE 'IGNORED' END, CASE WHEN is_pending THEN clock.now END
    FROM jsonb_to_recordset($1) AS event (
      id text, provider text, type text, livemode boolean, api_version text, object_kind text, object_id text,
      created_at timestamptz, is_pending boolean
    ), (SELECT daybook_now() AS now) AS clock
    ORDER BY id COLLATE "C"
    -- One that said nothing in the form in which it first came, such as an older version's, may say something in another.
    ON CONFLICT (id) DO UPDATE SET
      object_kind = excluded.object_kind, object_id = excluded.object_id, api_version = excluded.api_version,
      state = excluded.state, next_attempt_at = excluded.next_attempt_at
      WHERE provider_event.state = 'IGNORED' AND provider_event.object_id IS NULL AND excluded.state = 'PENDING'
    RETURNING state = 'PENDING' AS pending`,
}
