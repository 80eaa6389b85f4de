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
 * Throws BAD_USER_INPUT where twelve months would leave the safe integers.
 */
export function planPrices({ currency, channelMonthMinor, yearlyDiscountBasisPoints }: PlanTerms): PlanPrice[] {
  const month = money(channelMonthMinor, currency)
  const year = portion(month, 12, 1)
  const discounted = portion(year, WHOLE_IN_BASIS_POINTS - yearlyDiscountBasisPoints, WHOLE_IN_BASIS_POINTS)
  const yearMinor = minorUnits(year, 'channelMonthAmount')
  return [
    { interval: PlanInterval.MONTH, amountMinor: channelMonthMinor, undiscountedMinor: channelMonthMinor },
    {
      interval: PlanInterval.YEAR,
      amountMinor: minorUnits(discounted, 'channelMonthAmount'),
      undiscountedMinor: yearMinor,
    },
  ]
}
