import { safeInteger } from '../database-columns'
import type { LotPrice } from './fold-lots'

/** Some days of a lot. */
export interface DaysOfLot {
  days: number
  /** All days of the lot: its price is for these together. */
  lotDays: number
  /** Null where they cost nothing. */
  price: LotPrice | null
}

/** What days cost in one currency. */
export interface DayCost {
  currency: string
  days: number
  netMinor: number
  totalMinor: number
}

/**
 * What days cost, by currency: each day is its part of what its lot cost. The parts are summed as fractions, and the sum is
 * rounded half up, once.
 */
export function costOfDays(parts: readonly DaysOfLot[]): DayCost[] {
  const sums = new Map<string, { days: number; net: Fraction; total: Fraction }>()
  for (const { days, lotDays, price } of parts) {
    if (price === null) continue
    const sum = sums.get(price.currency) ?? { days: 0, net: NOTHING, total: NOTHING }
    sums.set(price.currency, {
      days: sum.days + days,
      net: plus(sum.net, partOf(price.netMinor, days, lotDays)),
      total: plus(sum.total, partOf(price.totalMinor, days, lotDays)),
    })
  }
  return [...sums]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([currency, { days, net, total }]) => ({
      currency,
      days,
      netMinor: roundedHalfUp(net),
      totalMinor: roundedHalfUp(total),
    }))
}

/** Minor units, exactly. Neither number is negative. */
interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

const NOTHING: Fraction = { numerator: 0n, denominator: 1n }

function partOf(amountMinor: number, days: number, lotDays: number): Fraction {
  return { numerator: BigInt(amountMinor) * BigInt(days), denominator: BigInt(lotDays) }
}

function plus(one: Fraction, other: Fraction): Fraction {
  const numerator = one.numerator * other.denominator + other.numerator * one.denominator
  const denominator = one.denominator * other.denominator
  const divisor = commonDivisor(numerator, denominator)
  return { numerator: numerator / divisor, denominator: denominator / divisor }
}

function commonDivisor(one: bigint, other: bigint): bigint {
  return other === 0n ? one : commonDivisor(other, one % other)
}

function roundedHalfUp({ numerator, denominator }: Fraction): number {
  return safeInteger((2n * numerator + denominator) / (2n * denominator))
}
