import { minorUnits, money, portion } from '../../money'
import type { PlanInterval } from '../payment-provider'
import { endOfPeriod } from './calendar-periods'

export interface PricedPlan {
  readonly planInterval: PlanInterval
  readonly amountMinor: number
  readonly currency: string
}

export interface Period {
  readonly periodStart: Date
  readonly periodEnd: Date
}

export interface ProratedChange extends Period {
  /** Whether a period begins with the change, which then is the instant from which later ones are counted. */
  readonly beginsAnew: boolean
  readonly lines: readonly { description: string; amountMinor: number }[]
  /** The sum of the lines; less than 0 where more is given back than charged. */
  readonly totalMinor: number
}

/**
 * What a change of plan costs at an instant of the period: the unused rest of the old price is given back, and the rest of
 * the period charged at the new one, or a whole period where the interval is another. By the millisecond, each line rounded half up.
 */
export function prorateChange(from: PricedPlan, to: PricedPlan, period: Period, at: Date): ProratedChange {
  const wholeMs = period.periodEnd.getTime() - period.periodStart.getTime()
  const restMs = period.periodEnd.getTime() - at.getTime()
  const rest = ({ amountMinor, currency }: PricedPlan) =>
    minorUnits(portion(money(amountMinor, currency), restMs, wholeMs), 'amountMinor')
  const beginsAnew = from.planInterval !== to.planInterval
  const unused = { description: 'Unused time of the plan before', amountMinor: 0 - rest(from) }
  const charged = beginsAnew
    ? { description: `A ${to.planInterval === 'YEAR' ? 'year' : 'month'} of the new plan`, amountMinor: to.amountMinor }
    : { description: 'Remaining time of the new plan', amountMinor: rest(to) }
  return {
    beginsAnew,
    periodStart: beginsAnew ? at : period.periodStart,
    periodEnd: beginsAnew ? endOfPeriod(at, to.planInterval, 1) : period.periodEnd,
    lines: [unused, charged],
    totalMinor: unused.amountMinor + charged.amountMinor,
  }
}
