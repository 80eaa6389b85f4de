import type { Statement } from '../database'
import type { JobTools } from '../jobs/job-table'

/** So long it can be seen what was sent to an endpoint, and what was replayed. */
export const KEPT_DAYS = 30
/** Rows of one statement. */
const ROWS_AT_ONCE = 5_000

/** Forgets what was tried more than 30 days ago, replays that ended then, and endpoints that were deleted then. */
export async function pruneWebhooks({ database, signal }: JobTools): Promise<void> {
  for (const statement of [PRUNE_ATTEMPTS, PRUNE_REPLAYS, PRUNE_ENDPOINTS]) {
    for (;;) {
      signal.throwIfAborted()
      const pruned = await database.sql.query(statement, [KEPT_DAYS, ROWS_AT_ONCE])
      if (pruned.length < ROWS_AT_ONCE) break
    }
  }
}

const PRUNE_ATTEMPTS: Statement = {
  name: 'prune-webhook-attempts',
  text: `
    DELETE FROM webhook_attempt WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM webhook_attempt WHERE created_at < daybook_now() - $1::integer * interval '24 hours'
      ORDER BY created_at LIMIT $2
    )) RETURNING 1`,
}

const PRUNE_REPLAYS: Statement = {
  name: 'prune-webhook-replays',
  text: `
    DELETE FROM webhook_replay WHERE (account_id, id) IN (
      SELECT account_id, id FROM webhook_replay WHERE ended_at < daybook_now() - $1::integer * interval '24 hours' LIMIT $2
    ) RETURNING 1`,
}

// What waits of an endpoint that is deleted is never sent.
const PRUNE_ENDPOINTS: Statement = {
  name: 'prune-webhook-endpoints',
  text: `
    WITH gone AS (
      SELECT account_id, id FROM webhook_endpoint e
      WHERE deleted_at < daybook_now() - $1::integer * interval '24 hours'
        AND NOT EXISTS (SELECT FROM webhook_attempt WHERE account_id = e.account_id AND endpoint_id = e.id)
        AND NOT EXISTS (SELECT FROM webhook_replay
          WHERE account_id = e.account_id AND endpoint_id = e.id AND state <> 'PENDING')
      LIMIT $2
    ), waiting AS (
      DELETE FROM webhook_replay WHERE (account_id, endpoint_id) IN (SELECT account_id, id FROM gone)
    )
    DELETE FROM webhook_endpoint WHERE (account_id, id) IN (SELECT account_id, id FROM gone) RETURNING 1`,
}
