import type { Sql, Statement } from '../database'

/** How far the sweep is behind the clock. */
export interface ClockHealth {
  now: Date
  /** The oldest instant of a live channel that has come and is not done; null where all is done. */
  oldestDueAt: Date | null
  /** Whole seconds since then; 0 where all is done. */
  secondsBehind: number
}

export async function readClockHealth(sql: Sql): Promise<ClockHealth> {
  const [health] = await sql.query<ClockHealth>(CLOCK_HEALTH)
  if (health === undefined) throw new Error('a report without a row')
  return health
}

const CLOCK_HEALTH: Statement = {
  name: 'clock-health',
  text: `
    SELECT
      clock.now, due.at AS "oldestDueAt",
      coalesce(floor(extract(epoch FROM clock.now - due.at)), 0)::int AS "secondsBehind"
    FROM (SELECT daybook_now() AS now) AS clock
    LEFT JOIN LATERAL (
      SELECT min(c.due_at) AS at
      FROM account a JOIN channel c ON c.account_id = a.id AND c.due_at > a.ends_told_until AND c.due_at <= clock.now
      WHERE a.channels_due_at <= clock.now AND NOT a.sandbox
    ) AS due ON true`,
}
