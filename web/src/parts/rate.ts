import { LOCALES } from './format'

const rate = new Intl.NumberFormat(LOCALES, { style: 'percent', maximumFractionDigits: 4 })

/** "20 %" out of 200,000 parts per million. */
export function formatRate(partsPerMillion: number): string {
  return rate.format(partsPerMillion / 1_000_000)
}

/** "15 %" out of 1,500 hundredths of a percent. */
export function formatBasisPoints(points: number): string {
  return formatRate(points * 100)
}
