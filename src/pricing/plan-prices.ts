import { minorUnits, money, portion } from '../money'
import type { PriceAgreement } from './price-agreement.entity'

export enum PlanInterval {
  MONTH = 'MONTH',
  YEAR = 'YEAR',
}

export type PlanTerms = Pick<PriceAgreement, 'currency' | 'channelMonthMinor' | 'yearlyDiscountBasisPoints'>

export interface PlanPrice {
  readonly interval: PlanInterval
  readonly amountMinor: number
  /** What the same time costs on the monthly plan. */
  readonly undiscountedMinor: number
}

const WHOLE_IN_BASIS_POINTS = 10_000

/**
 * What a channel's own subscription costs by an agreement: a month at its price of a channel-month, or a year at twelve
 * of those, less the discount, rounded once. Of the calendar: a subscription's month has 28 to 31 days.
 *
 * Where twelve months would leave the safe integers there is no yearly plan.
 */
export function planPrices({ currency, channelMonthMinor, yearlyDiscountBasisPoints }: PlanTerms): PlanPrice[] {
  const month = { interval: PlanInterval.MONTH, amountMinor: channelMonthMinor, undiscountedMinor: channelMonthMinor }
  const yearMinor = channelMonthMinor * 12
  if (!Number.isSafeInteger(yearMinor)) return [month]
  const year = money(yearMinor, currency)
  const discounted = portion(year, WHOLE_IN_BASIS_POINTS - yearlyDiscountBasisPoints, WHOLE_IN_BASIS_POINTS)
  const amountMinor = minorUnits(discounted, 'channelMonthAmount')
  return [month, { interval: PlanInterval.YEAR, amountMinor, undiscountedMinor: yearMinor }]
}
