import { moneyText } from '../money'
import { MILLION, type PriceTerms, type Quote, type QuoteLine } from './quote'

/** How a line's amount was rounded, as a sentence; null where it is exact. */
export function explainLineRounding(line: Omit<QuoteLine, 'kind' | 'days'>, currency: string): string | null {
  const { description, quantity, unitPriceMinor, per, amountMinor } = line
  const price = `${description} × ${moneyText(BigInt(unitPriceMinor), 1n, currency)} / ${per}`
  return explain(price, BigInt(quantity) * BigInt(unitPriceMinor), BigInt(per), amountMinor, currency)
}

/** How the tax of a quote was rounded, as a sentence; null where it is exact. */
export function explainTaxRounding(
  { subtotalMinor, taxMinor, currency }: Pick<Quote, 'subtotalMinor' | 'taxMinor' | 'currency'>,
  terms: Pick<PriceTerms, 'reverseCharge' | 'taxPartsPerMillion'>,
): string | null {
  const parts = terms.reverseCharge ? 0 : terms.taxPartsPerMillion
  const tax = `${parts / 10_000} % of ${moneyText(BigInt(subtotalMinor), 1n, currency)}`
  return explain(tax, BigInt(subtotalMinor) * BigInt(parts), BigInt(MILLION), taxMinor, currency)
}

/** How a figure was rounded, as a sentence; null where it is exact. */
export function explain(
  calculation: string,
  numerator: bigint,
  denominator: bigint,
  amountMinor: number,
  currency: string,
): string | null {
  if (numerator % denominator === 0n) return null
  const exact = moneyText(numerator, denominator, currency)
  return `${calculation} = ${exact}, rounded half up to ${moneyText(BigInt(amountMinor), 1n, currency)}.`
}
