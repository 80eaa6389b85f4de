import type { PlanInterval } from '../payment-provider'

const MONTHS: Record<PlanInterval, number> = { MONTH: 1, YEAR: 12 }

/**
 * The end of the nth period since `anchor`, which is also the start of the next one: that many months of the UTC calendar
 * later, on the anchor's day or, where the month has none, on its last (https://docs.stripe.com/billing/subscriptions/billing-cycle).
 * It is counted from the anchor and not from the period before, so that 31 January is followed by 28 February and 31 March.
 */
export function endOfPeriod(anchor: Date, interval: PlanInterval, periods: number): Date {
  const months = anchor.getUTCMonth() + periods * MONTHS[interval]
  const lastDay = new Date(Date.UTC(anchor.getUTCFullYear(), months + 1, 0)).getUTCDate()
  const end = new Date(anchor)
  end.setUTCFullYear(anchor.getUTCFullYear(), months, Math.min(anchor.getUTCDate(), lastDay))
  return end
}
