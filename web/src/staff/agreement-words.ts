import { formatMoney } from '../parts/format'
import { formatRate } from '../parts/rate'
import type { AgreedPricesFragment } from './agreements.generated'

/** Hundredths of a percent, or with 4 digits millionths, of what a person typed; null where it is no such percentage. */
export function parsePercent(text: string, digits: 2 | 4): number | null {
  const match = /^(\d{1,3})(?:[.,](\d+))?$/.exec(text.trim())
  if (match === null) return null
  const [, whole = '0', fraction = ''] = match
  if (fraction.length > digits) return null
  const parts = Number(`${whole}${fraction.padEnd(digits, '0')}`)
  return parts > 100 * 10 ** digits ? null : parts
}

/** As parsePercent takes it. */
export function typedPercent(parts: number, digits: 2 | 4): string {
  const text = String(parts).padStart(digits + 1, '0')
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`.replace(/\.?0+$/, '')
}

/** What the tax comes to, in words. */
export function taxWords({ reverseCharge, taxPartsPerMillion, taxId }: AgreedPricesFragment): string {
  const id = taxId === null ? '' : `, tax id ${taxId}`
  if (reverseCharge) return `Reverse charge: the customer owes the tax${id}`
  return `${formatRate(taxPartsPerMillion)}${id}`
}

/** What a loose day costs, and why. */
export function looseDayWords({ looseDay, channelMonth }: AgreedPricesFragment): string {
  return looseDay === null ? `a thirtieth of ${formatMoney(channelMonth)}` : formatMoney(looseDay)
}
