import { formatMoney } from '../parts/format'
import { formatBasisPoints } from '../parts/rate'
import type { PlansPlanFragment } from './plans.generated'

type Plan = PlansPlanFragment

const MONTHS = 12

export function planName({ interval }: Plan): string {
  return interval === 'YEAR' ? 'Yearly' : 'Monthly'
}

/** "€12.00 a month". */
export function planPrice({ interval, price }: Plan): string {
  return `${formatMoney(price)} a ${interval === 'YEAR' ? 'year' : 'month'}`
}

/** What a month of a yearly plan comes to, rounded half up to whole minor units. */
export function monthText({ price }: Plan): string {
  const amount = Math.floor((2 * price.amount + MONTHS) / (2 * MONTHS))
  return `${amount * MONTHS === price.amount ? '' : 'about '}${formatMoney({ ...price, amount })}`
}

/** How its price comes about. */
export function planFormula({ interval, price, undiscounted }: Plan, discountBasisPoints: number): string {
  if (interval === 'MONTH') return 'The price of a channel in your price agreement.'
  const months = `${MONTHS} × the monthly price = ${formatMoney(undiscounted)}`
  if (undiscounted.amount === price.amount) return months
  const saved = { ...price, amount: undiscounted.amount - price.amount }
  return `${months}, less ${formatBasisPoints(discountBasisPoints)} for a whole year (${formatMoney(saved)}) = ${formatMoney(price)}`
}
