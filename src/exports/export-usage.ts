import { readAccountClocks, utcMonth } from '../clock'
import { csvRecords } from '../csv'
import type { Sql, Statement } from '../database'
import type { ExportedPeriod } from './exported-period'

/** Channels that are read at once. */
const PAGE = 500

/**
 * The days that each channel used in a period, this UTC month unless one is given: days of the balance that began in it. A
 * period that goes on counts up to now. Channels that held no days in it are left out.
 */
export async function* exportUsage(sql: Sql, accountId: string, period: ExportedPeriod): AsyncGenerator<string> {
  yield csvRecords([COLUMNS])
  const now = (await readAccountClocks(sql, [accountId])).get(accountId)
  if (now === undefined) return
  const from = period.from ?? utcMonth(period.to ?? now)
  const to = period.to == null || period.to > now ? now : period.to
  for (let after = ''; ;) {
    const rows = await sql.query<Row>(USAGE, [accountId, from, to, after, PAGE])
    const last = rows.at(-1)
    if (last === undefined) return
    const held = rows.filter(({ used, unused }) => used > 0 || unused > 0)
    if (held.length > 0) {
      yield csvRecords(held.map((row) => [row.id, row.externalId, row.name, from, to, row.used, row.unused]))
    }
    after = last.id
  }
}

const COLUMNS = ['channelId', 'externalId', 'name', 'from', 'to', 'usedDays', 'unusedDaysAtEnd']

interface Row {
  id: string
  externalId: string | null
  name: string
  used: number
  unused: number
}

// Used by an instant: what had come to the channel by then, less what had left it, less what is unused.
const USAGE: Statement = {
  name: 'exported-usage',
  text: `
    WITH span AS MATERIALIZED (
      SELECT daybook_ledger_until($1, $2) AS start, daybook_ledger_until($1, $3) AS end
    )
    SELECT c.id, c.external_id AS "externalId", c.name,
           (moved.at_end - held.at_end - (moved.at_start - held.at_start))::integer AS used, held.at_end AS unused
    FROM span
    CROSS JOIN LATERAL (
      SELECT id, external_id, name FROM channel WHERE account_id = $1 AND id > $4 ORDER BY id LIMIT $5
    ) AS c
    CROSS JOIN LATERAL (
      SELECT coalesce(daybook_unused_days_then($1, c.id, span.start, $2), 0) AS at_start,
             coalesce(daybook_unused_days_then($1, c.id, span.end, $3), 0) AS at_end
    ) AS held
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(days) FILTER (WHERE sequence <= span.start), 0) AS at_start, coalesce(sum(days), 0) AS at_end
      FROM (
        SELECT sequence, CASE kind WHEN 'ALLOCATION' THEN days WHEN 'RELEASE' THEN -days WHEN 'TRANSFER' THEN -days END AS days
        FROM ledger_transaction WHERE account_id = $1 AND channel_id = c.id AND sequence <= span.end
        UNION ALL
        SELECT sequence, days FROM ledger_transaction
        WHERE account_id = $1 AND to_channel_id = c.id AND sequence <= span.end
      ) AS movements
    ) AS moved
    ORDER BY c.id`,
}
