import type { Statement } from '../database'
import type { JobTools } from '../jobs/job-table'

/** So long a session that is over is kept. */
const SESSIONS_KEPT_DAYS = 30
/** Rows of one statement. */
const ROWS_AT_ONCE = 1_000

/** Forgets what signing in leaves behind: counts, challenges and links past their time, and sessions that ended 30 days ago. */
export async function pruneSignIns({ database, signal }: JobTools): Promise<void> {
  for (const statement of [PRUNE_THROTTLES, PRUNE_CHALLENGES, PRUNE_LINKS]) {
    for (;;) {
      signal.throwIfAborted()
      if ((await database.sql.query(statement, [ROWS_AT_ONCE])).length < ROWS_AT_ONCE) break
    }
  }
  for (;;) {
    signal.throwIfAborted()
    const pruned = await database.sql.query(PRUNE_SESSIONS, [ROWS_AT_ONCE, SESSIONS_KEPT_DAYS])
    if (pruned.length < ROWS_AT_ONCE) return
  }
}

function pastTime(table: string, column: string): Statement {
  return {
    name: `prune-${table}`,
    text: `
      DELETE FROM ${table} WHERE digest IN (
        SELECT digest FROM ${table} WHERE ${column} < (SELECT daybook_now()) LIMIT $1
      ) RETURNING 1`,
  }
}

const PRUNE_THROTTLES = pastTime('throttle', 'until')
const PRUNE_CHALLENGES = pastTime('sign_in_challenge', 'expires_at')
const PRUNE_LINKS = pastTime('mailed_link', 'expires_at')

const PRUNE_SESSIONS: Statement = {
  name: 'prune-sessions',
  text: `
    DELETE FROM session WHERE id IN (
      SELECT id FROM session
      WHERE least(expires_at, coalesce(ended_at, expires_at)) < (SELECT daybook_now()) - $2::integer * interval '24 hours'
      LIMIT $1
    ) RETURNING 1`,
}
