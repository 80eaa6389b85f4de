import { moneyText } from '../money'
import { explain } from '../pricing/explain-rounding'
import type { CreditedInvoice, CreditedLine } from './price-credit'

/** How the price of days that are taken back was rounded: a sentence for each line, and the tax, that is not exact. */
export function explainCredit(
  invoice: CreditedInvoice,
  lines: readonly CreditedLine[],
  before: number,
  days: number,
): string[] {
  const { currency } = invoice
  const [until, whole] = [BigInt(before + days), BigInt(invoice.days)]
  const parts = [...lines, { description: 'tax', amountMinor: invoice.taxMinor }]
  return parts.flatMap(({ description, amountMinor }) => {
    const numerator = BigInt(amountMinor) * until
    const rounded = Number((2n * numerator + whole) / (2n * whole))
    const calculation = `${description}: ${moneyText(BigInt(amountMinor), 1n, currency)} × ${until} / ${whole}`
    const sentence = explain(calculation, numerator, whole, rounded, currency)
    const earlier = before === 0 ? 0 : Number((2n * BigInt(amountMinor) * BigInt(before) + whole) / (2n * whole))
    if (sentence === null && earlier === 0) return []
    const less = earlier === 0 ? '' : ` Less ${moneyText(BigInt(earlier), 1n, currency)} for the ${before} days before.`
    return [`${sentence ?? `${calculation} = ${moneyText(BigInt(rounded), 1n, currency)}.`}${less}`]
  })
}
