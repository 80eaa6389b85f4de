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
      SELECT due_at AS at FROM channel
      WHERE live AND due_at IS NOT NULL AND due_at <= clock.now ORDER BY due_at LIMIT 1
    ) AS due ON true`,
}
