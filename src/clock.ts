import type { Sql } from './database'

export const HOUR_MS = 3_600_000
/** A day is 24 hours, always: no calendar, no daylight saving. */
export const DAY_MS = 24 * HOUR_MS

/** The UTC midnight at an instant or before it. */
export function utcMidnight(at: Date): Date {
  return new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS)
}

/** The start of the UTC month of an instant, or of a month that many later. */
export function utcMonth(at: Date, later = 0): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + later))
}

/** The last instant that has a place in an answer, in epoch milliseconds: years are written with four digits. */
export const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

let lastWritten = { at: Number.NaN, text: '' }

/** As `toISOString`. What happens together bears one instant, and is written one after the other: it is written once. */
export function instantText(instant: Date): string {
  const at = instant.getTime()
  if (at !== lastWritten.at) lastWritten = { at, text: instant.toISOString() }
  return lastWritten.text
}

/**
 * There is one clock, the database's, read through its function `daybook_now()` in whole milliseconds. Gateways whose
 * own clocks disagree still agree on every balance. Tests replace that function in their own database; nothing else
 * doubles the clock.
 */
/** What each of these accounts' clocks says: a sandbox has its own, and nobody's says less than the last change. */
export async function readAccountClocks(sql: Sql, accountIds: readonly string[]): Promise<Map<string, Date>> {
  const rows = await sql.query<{ id: string; now: Date }>(
    {
      name: 'account-clocks',
      text: 'SELECT id, daybook_account_now(clock, changed_at) AS now FROM account WHERE id = ANY ($1)',
    },
    [accountIds],
  )
  return new Map(rows.map(({ id, now }) => [id, now]))
}

export async function readClock(sql: Sql): Promise<Date> {
  const [row] = await sql.query<{ now: Date }>({ name: 'clock', text: 'SELECT daybook_now() AS now' })
  if (row === undefined) throw new Error('the clock gave no answer')
  return row.now
}
