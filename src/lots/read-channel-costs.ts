import { readAccountClocks, utcMonth } from '../clock'
import type { Database, Statement, Tx } from '../database'
import { BadUserInputError } from '../errors'
import { catchUpLots } from './catch-up-lots'
import { costOfDays, type DayCost, type DaysOfLot } from './cost-of-days'

export interface CostedDays {
  days: number
  /** Granted ones. */
  freeDays: number
  /** Drawn beyond what was bought: what they cost is known once a purchase has covered them. */
  uncoveredDays: number
  costs: DayCost[]
}

/** What the days of a channel cost. */
export interface ChannelCost {
  used: CostedDays
  /** That it still holds. */
  unused: CostedDays
}

export interface CostPeriod {
  /** The start of the UTC month of its end, unless given. */
  from?: Date | null
  /** Up to and without this; now, unless given, and where it is to come. */
  to?: Date | null
}

/** What the days of these channels of an account cost, by now. */
export async function readChannelCosts(
  database: Database,
  accountId: string,
  channelIds: readonly string[],
): Promise<Map<string, ChannelCost>> {
  await catchUpLots(database, accountId)
  return database.inSnapshot(async (tx) => {
    const spans = await tx.query<Span>(USED_BY_NOW, [accountId, channelIds])
    const used = await costed(tx, accountId, spans)
    const unused = await costed(
      tx,
      accountId,
      spans.map(({ channelId, until, held }) => ({ channelId, after: until, until: held })),
    )
    return new Map(
      channelIds.map((id) => [id, { used: used.get(id) ?? costedDays([]), unused: unused.get(id) ?? costedDays([]) }]),
    )
  })
}

/**
 * What the days cost that these channels used in a period. What is used stays so, and so does this.
 *
 * Throws BAD_USER_INPUT for a period that ends before it starts.
 */
export async function readUsedDaysCosts(
  database: Database,
  accountId: string,
  channelIds: readonly string[],
  period: CostPeriod,
): Promise<Map<string, CostedDays>> {
  await catchUpLots(database, accountId)
  return database.inSnapshot(async (tx) => {
    const now = (await readAccountClocks(tx, [accountId])).get(accountId)
    if (now === undefined) throw new Error('an account that is visible is not there')
    const to = period.to == null || period.to > now ? now : period.to
    const from = period.from ?? utcMonth(period.to ?? now)
    if (period.from != null && period.to != null && period.from >= period.to) {
      throw new BadUserInputError('to', 'to must be after from.', { from: from.toISOString() })
    }
    const spans = from < to ? await tx.query<Span>(USED_IN, [accountId, channelIds, from, to]) : []
    const used = await costed(tx, accountId, spans)
    return new Map(channelIds.map((id) => [id, used.get(id) ?? costedDays([])]))
  })
}

/** Days of a channel, by their numbers: without the first of these and with the second. */
interface Span {
  channelId: string
  after: number
  until: number
  /** The last day that it holds. */
  held: number
}

interface PartRow {
  channelId: string
  days: number
  sequence: number | null
  lotDays: number | null
  currency: string | null
  netMinor: number | null
  totalMinor: number | null
}

async function costed(
  tx: Tx,
  accountId: string,
  spans: readonly Pick<Span, 'channelId' | 'after' | 'until'>[],
): Promise<Map<string, CostedDays>> {
  const rows = await tx.query<PartRow>(PARTS, [
    accountId,
    spans.map((span) => span.channelId),
    spans.map((span) => span.after),
    spans.map((span) => span.until),
  ])
  const parts = new Map<string, PartRow[]>()
  for (const row of rows) {
    const others = parts.get(row.channelId)
    if (others === undefined) parts.set(row.channelId, [row])
    else others.push(row)
  }
  return new Map([...parts].map(([channelId, of]) => [channelId, costedDays(of)]))
}

function costedDays(rows: readonly PartRow[]): CostedDays {
  const sum = (some: readonly PartRow[]) => some.reduce((days, row) => days + row.days, 0)
  const parts = rows.flatMap(({ days, lotDays, currency, netMinor, totalMinor }): DaysOfLot[] =>
    lotDays === null || currency === null || netMinor === null || totalMinor === null
      ? []
      : [{ days, lotDays, price: { currency, netMinor, totalMinor } }],
  )
  return {
    days: sum(rows),
    freeDays: sum(rows.filter(({ sequence, currency }) => sequence !== null && currency === null)),
    uncoveredDays: sum(rows.filter(({ sequence }) => sequence === null)),
    costs: costOfDays(parts),
  }
}

// All as of where the lots are: whatever has moved since is not yet in them.
const USED_BY_NOW: Statement = {
  name: 'channel-days-used',
  text: `
    SELECT c.id AS "channelId", 0 AS after, held.days AS held,
           held.days - coalesce(
             daybook_unused_days_then($1, c.id, f.sequence, daybook_account_now(a.clock, a.changed_at)), 0
           ) AS until
    FROM lot_fold f
    JOIN account a ON a.id = f.account_id
    CROSS JOIN unnest($2::text[]) AS c(id)
    CROSS JOIN LATERAL (
      SELECT from_day + days - 1 AS days FROM lot_piece
      WHERE account_id = $1 AND holder = c.id ORDER BY from_day DESC LIMIT 1
    ) AS held
    WHERE f.account_id = $1`,
}

// Used by an instant: what had come to the channel by then, less what had left it, less what is unused.
const USED_IN: Statement = {
  name: 'channel-days-used-in',
  text: `
    WITH span AS MATERIALIZED (
      SELECT least(daybook_ledger_until($1, $3), f.sequence) AS start, least(daybook_ledger_until($1, $4), f.sequence) AS end
      FROM lot_fold f WHERE f.account_id = $1
    )
    SELECT c.id AS "channelId", moved.at_end AS held,
           (moved.at_start - coalesce(daybook_unused_days_then($1, c.id, span.start, $3), 0))::bigint AS after,
           (moved.at_end - coalesce(daybook_unused_days_then($1, c.id, span.end, $4), 0))::bigint AS until
    FROM span
    CROSS JOIN unnest($2::text[]) AS c(id)
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(days) FILTER (WHERE sequence <= span.start), 0)::bigint AS at_start,
             coalesce(sum(days), 0)::bigint AS at_end
      FROM (
        SELECT sequence, CASE kind WHEN 'ALLOCATION' THEN days WHEN 'RELEASE' THEN -days WHEN 'TRANSFER' THEN -days END AS days
        FROM ledger_transaction WHERE account_id = $1 AND channel_id = c.id AND sequence <= span.end
        UNION ALL
        SELECT sequence, days FROM ledger_transaction
        WHERE account_id = $1 AND to_channel_id = c.id AND sequence <= span.end
      ) AS movements
    ) AS moved`,
}

const PARTS: Statement = {
  name: 'channel-days-by-lot',
  text: `
    WITH part AS (
      SELECT s.id, p.lot_sequence, least(p.from_day + p.days - 1, s.until) - greatest(p.from_day - 1, s.after) AS days,
             p.uncovered_from + greatest(s.after + 1 - p.from_day, 0) AS start
      FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS s(id, after, until)
      JOIN lot_piece p ON p.account_id = $1 AND p.holder = s.id AND p.from_day <= s.until
        AND p.from_day + p.days - 1 > s.after
    ), of_lot AS (
      SELECT id, lot_sequence, days FROM part WHERE lot_sequence IS NOT NULL
      UNION ALL
      SELECT part.id, c.lot_sequence,
             least(c.uncovered_from + c.days, part.start + part.days) - greatest(c.uncovered_from, part.start)
      FROM part
      JOIN lot_cover c ON c.account_id = $1 AND c.uncovered_from < part.start + part.days
        AND c.uncovered_from + c.days > part.start
        AND c.uncovered_from >= (
          SELECT max(o.uncovered_from) FROM lot_cover o WHERE o.account_id = $1 AND o.uncovered_from <= part.start
        )
      WHERE part.lot_sequence IS NULL
    )
    SELECT o.id AS "channelId", sum(o.days)::bigint AS days, l.sequence, l.days AS "lotDays", l.currency,
           l.net_minor AS "netMinor", l.total_minor AS "totalMinor"
    FROM of_lot o
    LEFT JOIN lot l ON l.account_id = $1 AND l.sequence = o.lot_sequence
    GROUP BY o.id, l.account_id, l.sequence
    ORDER BY o.id, l.sequence`,
}
