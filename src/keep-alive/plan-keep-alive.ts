import { AccountStatus } from '../accounts/account.entity'
import { DAY_MS, utcMidnight } from '../clock'
import type { Sql, Statement } from '../database'
import { MAX_CHANNEL_DAYS } from '../input'
import type { AccountBook } from '../ledger/account-book'
import { KeepAliveOrder, KeepAliveShortage, type KeepAlivePolicy } from './keep-alive-policy.entity'

/** A rule, and what was spent by it today. */
export interface KeepAliveRule extends Pick<KeepAlivePolicy, 'dailyCap' | 'serveOrder' | 'spentDays' | 'spentOn'> {
  readonly minDays: number
}

/** A channel that ends too early: what it takes, and what it gets. */
export interface PlannedChannel {
  readonly channelId: string
  /** Its place in the order, from 1. */
  readonly place: number
  readonly paidUntil: Date
  readonly neededDays: number
  readonly days: number
}

export interface KeepAlivePlan {
  /** Up to here every running channel is to last. */
  readonly target: Date
  /** Days that may still be allocated on this UTC day; null without a cap. */
  readonly capLeft: number | null
  readonly neededDays: number
  readonly days: number
  readonly servedChannels: number
  readonly unservedChannels: number
  /** Why not all are served; null where they are. */
  readonly shortage: KeepAliveShortage | null
  /** The part that was asked for, in the order of service. */
  readonly channels: readonly PlannedChannel[]
}

/**
 * What a run would allocate now, by an open book that is settled: its instant, balance and standing, and those of its
 * channels that settling has changed. A run does what this says, and a preview shows it.
 *
 * All runs of one UTC day aim at one instant, `minDays` after the next UTC midnight: until the next run nothing falls below
 * `minDays`, and a second run moves nothing that the first has served. The first channel that can't be served whole gets
 * what is left.
 *
 * Left alone are channels whose paid time is over or has never begun, deleted ones, and those that renew by themselves,
 * unless a renewal has failed.
 */
export async function planKeepAlive(
  sql: Sql,
  book: AccountBook,
  rule: KeepAliveRule,
  part: { after: number; limit: number },
): Promise<KeepAlivePlan> {
  const today = utcMidnight(book.now)
  const target = new Date(today.getTime() + (1 + rule.minDays) * DAY_MS)
  const capLeft = rule.dailyCap === null ? null : Math.max(0, rule.dailyCap - spentOn(rule, today))
  const refused = refusal(book)
  const budget = refused !== null ? 0 : Math.min(book.spendable, capLeft ?? Infinity)
  const { channels: changed } = book.rows()
  const [row] = await sql.query<PlanRow>(PLANS[rule.serveOrder], [
    book.accountId,
    book.now,
    target,
    budget,
    part.after,
    part.limit,
    JSON.stringify(changed),
  ])
  if (row === undefined) throw new Error('a plan without an answer')
  const { channels, ...figures } = row
  const isCapped = capLeft !== null && capLeft <= book.spendable
  return {
    ...figures,
    target,
    capLeft,
    shortage:
      row.days === row.neededDays ? null : (refused ?? (isCapped ? KeepAliveShortage.CAP : KeepAliveShortage.BALANCE)),
    channels: (channels ?? []).map((channel) => ({ ...channel, paidUntil: new Date(channel.paidUntil) })),
  }
}

/** Days that were allocated by the rule on the UTC day that begins then. */
export function spentOn({ spentDays, spentOn }: Pick<KeepAliveRule, 'spentDays' | 'spentOn'>, day: Date): number {
  return spentOn?.getTime() === day.getTime() ? spentDays : 0
}

function refusal(book: AccountBook): KeepAliveShortage | null {
  if (book.status !== AccountStatus.ACTIVE) return KeepAliveShortage.SUSPENDED
  return book.overdueAt(book.now) ? KeepAliveShortage.OVERDUE : null
}

interface PlanRow extends Omit<KeepAlivePlan, 'target' | 'capLeft' | 'shortage' | 'channels'> {
  channels: (Omit<PlannedChannel, 'paidUntil'> & { paidUntil: number })[] | null
}

const ORDERS: Record<KeepAliveOrder, string> = {
  ENDING_FIRST: 'paid_until, id',
  // Ids sort by the instant at which they were made.
  OLDEST_FIRST: 'id',
  NEWEST_FIRST: 'id DESC',
  FEWEST_DAYS_FIRST: 'needed, id',
}

const PLANS = Object.fromEntries(
  Object.values(KeepAliveOrder).map((order) => [order, planBy(order)]),
) as unknown as Record<KeepAliveOrder, Statement>

function planBy(order: KeepAliveOrder): Statement {
  // What a subscription pays for ends with it; while it renews it takes no days.
  const columns =
    'id, greatest(paid_until, subscribed_until) AS paid_until, paid_days, deleted_at, renew_days, renew_failed_at, subscription_renews'
  return {
    name: `keep-alive-${order}`,
    text: `
      WITH changed AS MATERIALIZED (
        SELECT ${columns} FROM json_populate_recordset(NULL::channel, $7::json)
      ), short AS (
        SELECT id, paid_until,
               least(ceil(extract(epoch FROM $3 - paid_until) / 86400)::bigint, ${MAX_CHANNEL_DAYS} - paid_days) AS needed
        FROM (
          SELECT ${columns} FROM channel
          WHERE account_id = $1 AND (paid_until > $2 OR subscribed_until > $2) AND NOT subscription_renews
            AND id NOT IN (SELECT id FROM changed)
          UNION ALL
          SELECT * FROM changed
        ) AS c
        WHERE paid_until > $2 AND paid_until < $3 AND paid_days < ${MAX_CHANNEL_DAYS} AND deleted_at IS NULL AND NOT subscription_renews
          AND (renew_days IS NULL OR renew_failed_at IS NOT NULL)
      ), planned AS MATERIALIZED (
        SELECT id, paid_until, needed, place, greatest(0, least(needed, $4::bigint - before)) AS days
        FROM (
          SELECT *, row_number() OVER o AS place, sum(needed) OVER o - needed AS before
          FROM short WINDOW o AS (ORDER BY ${ORDERS[order]} ROWS UNBOUNDED PRECEDING)
        ) AS queue
      )
      SELECT
        coalesce(sum(needed), 0)::bigint AS "neededDays",
        coalesce(sum(days), 0)::bigint AS days,
        (count(*) FILTER (WHERE days = needed))::integer AS "servedChannels",
        (count(*) FILTER (WHERE days < needed))::integer AS "unservedChannels",
        (
          SELECT json_agg(json_build_object(
            'channelId', id, 'place', place, 'paidUntil', daybook_epoch_ms(paid_until), 'neededDays', needed, 'days', days
          ) ORDER BY place)
          FROM (SELECT * FROM planned WHERE place > $5 ORDER BY place LIMIT $6) AS part
        ) AS channels
      FROM planned`,
  }
}
