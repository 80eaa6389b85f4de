import type { Statement } from '../database'
import type { JobTools } from '../jobs/job-table'

/** So long it can be seen what a mail said; that it was sent is kept. */
export const BODIES_KEPT_DAYS = 90
/** Rows of one statement. */
const ROWS_AT_ONCE = 1_000

/** Forgets what mails said that are done with and older than 90 days. That there was one stays: no cause is mailed twice. */
export async function pruneMails({ database, signal }: JobTools): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const pruned = await database.sql.query(PRUNE, [BODIES_KEPT_DAYS, ROWS_AT_ONCE])
    if (pruned.length < ROWS_AT_ONCE) return
  }
}

const PRUNE: Statement = {
  name: 'prune-mails',
  text: `
    UPDATE mail SET text_body = NULL, html_body = NULL WHERE (account_id, id) IN (
      SELECT account_id, id FROM mail
      WHERE text_body IS NOT NULL AND state <> 'PENDING'
        AND created_at < (SELECT daybook_now()) - $1::integer * interval '24 hours'
      LIMIT $2
    ) RETURNING 1`,
}
