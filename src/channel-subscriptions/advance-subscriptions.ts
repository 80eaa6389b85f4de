import { AdvanceClock, advanceClock, MAX_ADVANCE_DAYS } from '../expiry/advance-clock'
import { DAY_MS, readAccountClocks } from '../clock'
import type { Database, Statement } from '../database'
import { refreshInTurn } from '../payments/provider-changes'
import { runSandboxRenewals } from '../payments/sandbox/run-sandbox-renewals'
import type { Payments } from './open-billing-portal'

/**
 * Moves a sandbox's clock like `advanceClock`, and its subscriptions with it: it goes by way of the ends of their periods, so
 * that each is paid, or not, before what comes after it; and day by day where a saved card pays for top-ups, so that it is charged,
 * or not, before the next day. Each stretch is a transaction of its own.
 *
 * Throws what advanceClock throws.
 */
export async function advanceWithSubscriptions(
  database: Database,
  payments: Payments,
  actor: string,
  { accountId, to }: AdvanceClock,
): Promise<void> {
  for (;;) {
    const at = await nextStop(database, accountId, to)
    await database.inTransaction((tx) => advanceClock(tx, actor, { accountId, to: at }))
    await renewSubscriptions(database, payments, accountId)
    await payments.calls.chargeCards(accountId)
    if (at >= to) return
  }
}

/** The end of the next period, or a day further where one is not paid and is tried again, or a card tops up; `to` where there is none. */
async function nextStop({ sql }: Database, accountId: string, to: Date): Promise<Date> {
  const now = (await readAccountClocks(sql, [accountId])).get(accountId)
  // What is out of bounds is refused as a whole.
  if (now === undefined || to.getTime() - now.getTime() > MAX_ADVANCE_DAYS * DAY_MS) return to
  const [row] = await sql.query<{ periodEnd: Date | null; isPastDue: boolean | null; isToppedUp: boolean }>(
    NEXT_PERIOD_END,
    [accountId, now],
  )
  const stops = [to.getTime(), row?.periodEnd?.getTime() ?? Infinity]
  if (row?.isPastDue === true || row?.isToppedUp === true) stops.push(now.getTime() + DAY_MS)
  return new Date(Math.min(...stops))
}

async function renewSubscriptions(database: Database, payments: Payments, accountId: string): Promise<void> {
  const live = await database.sql.query<{ id: string }>(LIVE_SUBSCRIPTIONS, [accountId])
  if (live.length === 0) return
  const provider = payments.providers.of({ sandbox: true })
  await runSandboxRenewals(database, accountId)
  for (const { id } of live) {
    const changed = { kind: 'SUBSCRIPTION', id } as const
    await refreshInTurn(database, provider, payments.changes(provider.name), changed)
  }
}

const NEXT_PERIOD_END: Statement = {
  name: 'next-period-end',
  text: `
    SELECT min(current_period_end) FILTER (WHERE current_period_end > $2) AS "periodEnd",
           bool_or(status = 'PAST_DUE') AS "isPastDue",
           EXISTS (
             SELECT FROM saved_card c JOIN auto_top_up t ON t.account_id = c.account_id WHERE c.account_id = $1 AND t.enabled
           ) AS "isToppedUp"
    FROM channel_subscription WHERE account_id = $1 AND status IN ('ACTIVE', 'PAST_DUE')`,
}

const LIVE_SUBSCRIPTIONS: Statement = {
  name: 'live-subscriptions',
  text: `
    SELECT provider_id AS id FROM channel_subscription
    WHERE account_id = $1 AND status IN ('ACTIVE', 'PAST_DUE') ORDER BY id`,
}
