import { DAY_MS, utcMidnight } from '../clock'
import { InvoiceLineKind } from '../invoices/invoice.entity'
import { agreementAt } from '../pricing/find-price-agreements'
import type { PriceAgreement } from '../pricing/price-agreement.entity'
import { counted, dayPrice, pricedLine, summed, type Quote, type QuoteLine } from '../pricing/quote'

/** Used days that were posted at an instant: at the midnight after the UTC day in which they began, or within it. */
export interface PostedBurn {
  readonly at: Date
  readonly days: number
}

/** What one usage invoice bills. */
export interface UsageInvoice extends Quote {
  /** Whose tax and terms hold: the agreement of the last day that is billed. */
  readonly agreement: PriceAgreement
  /** The start of the first UTC day that is billed. */
  readonly from: Date
}

/** Days of one agreement, from the start of a UTC day to the end of another. */
interface Stretch {
  readonly agreement: PriceAgreement
  days: number
  from: Date
  readonly until: Date
}

/**
 * Prices used days that nothing covers. What covers days (purchases, grants, open usage invoices) covers the oldest ones, so
 * the uncovered are the newest. Each costs the day price of the agreement that was valid at the end of its UTC day, and the
 * first agreement's where there was none yet. One line an agreement; one invoice a currency.
 *
 * `burns` and `agreements` are newest first, and all of them are from before the close. Answers no invoice where the account
 * never had an agreement: the days wait for the next close. So do days that were never used, where corrections have taken more than was
 * issued: what was not used has no day, and no price.
 */
export function priceUsage(
  uncoveredDays: number,
  burns: readonly PostedBurn[],
  agreements: readonly PriceAgreement[],
): UsageInvoice[] {
  const stretches = new Map<string, Stretch>()
  let left = uncoveredDays
  for (const burn of burns) {
    if (left === 0) break
    const days = Math.min(left, burn.days)
    left -= days
    const from = utcMidnight(new Date(burn.at.getTime() - 1))
    const until = new Date(from.getTime() + DAY_MS)
    const agreement = agreementAt(agreements, new Date(until.getTime() - 1)) ?? agreements.at(-1)
    if (agreement === undefined) return []
    const stretch = stretches.get(agreement.id)
    if (stretch === undefined) stretches.set(agreement.id, { agreement, days, from, until })
    else Object.assign(stretch, { days: stretch.days + days, from })
  }
  const oldestFirst = [...stretches.values()].reverse()
  const currencies = new Set(oldestFirst.map(({ agreement }) => agreement.currency))
  return [...currencies].map((currency) => usageInvoice(oldestFirst.filter((of) => of.agreement.currency === currency)))
}

function usageInvoice(stretches: readonly Stretch[]): UsageInvoice {
  const [first] = stretches
  const last = stretches.at(-1)
  if (first === undefined || last === undefined) throw new RangeError('an invoice of nothing')
  const { agreement } = last
  return { agreement, from: first.from, ...summed(agreement, stretches.map(usageLine), 'days') }
}

function usageLine({ agreement, days, from, until }: Stretch): QuoteLine {
  const lastDay = new Date(until.getTime() - DAY_MS)
  return pricedLine(agreement, 'days', {
    kind: InvoiceLineKind.USAGE,
    description: `${counted(days, 'used day')}, ${span(from, lastDay)}`,
    quantity: days,
    ...dayPrice(agreement),
    days,
  })
}

function span(from: Date, to: Date): string {
  const [first, last] = [from, to].map((day) => day.toISOString().slice(0, 10))
  return first === last ? `${first}` : `${first} to ${last}`
}
