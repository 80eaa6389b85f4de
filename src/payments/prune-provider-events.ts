import type { Database, Statement } from '../database'
import type { Log } from '../log'

/** Longer than the providers list their events: what is forgotten here isn't brought back by the reconciliation. */
const KEPT_DAYS = 35
const EVENTS_A_PAGE = 5_000

interface Tools {
  readonly database: Pick<Database, 'sql'>
  readonly log: Pick<Log, 'info'>
  readonly signal: AbortSignal
}

/** Forgets events of the payment provider that are long done with. Those that wait, or are parked for staff, stay. */
export async function pruneProviderEvents({ database, log, signal }: Tools): Promise<void> {
  let pruned = 0
  while (!signal.aborted) {
    const page = await database.sql.query(PRUNE, [KEPT_DAYS, EVENTS_A_PAGE])
    pruned += page.length
    if (page.length < EVENTS_A_PAGE) break
  }
  if (pruned > 0) log.info({ pruned }, 'old events of the payment provider were forgotten')
}

const PRUNE: Statement = {
  name: 'prune-provider-events',
  text: `
    DELETE FROM provider_event WHERE id IN (
      SELECT id FROM provider_event
      WHERE state IN ('DONE', 'IGNORED') AND received_at < daybook_now() - make_interval(days => $1)
      ORDER BY state, received_at LIMIT $2
    )
    RETURNING id`,
}
