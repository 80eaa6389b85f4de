import { minorUnits, money, portion } from '../money'
import type { Invoice, InvoiceLine } from '../invoices/invoice.entity'
import type { CreditNoteLine } from './credit-note.entity'

export type CreditedInvoice = Pick<Invoice, 'currency' | 'days' | 'taxMinor' | 'totalMinor'>
export type CreditedLine = Pick<InvoiceLine, 'kind' | 'description' | 'amountMinor' | 'days'>

/** What goes back for days of an invoice. */
export interface CreditPrice {
  lines: CreditNoteLine[]
  netMinor: number
  taxMinor: number
  totalMinor: number
}

/**
 * The price of `days` days of an invoice, of which `before` have been taken back already: of each line, and of the tax,
 * the part that days have in the days of the invoice.
 *
 * Rounded is what all days that are taken back by then come to, half up, and what went back before is taken off: so parts
 * come to the whole, in whatever steps it is taken back, and never to more. The days themselves are apportioned to the
 * lines in the same way.
 */
export function priceCredit(
  invoice: CreditedInvoice,
  lines: readonly CreditedLine[],
  before: number,
  days: number,
): CreditPrice {
  const { currency } = invoice
  if (!(before >= 0 && days >= 1 && before + days <= invoice.days)) {
    throw new RangeError(`${days} days after ${before} of ${invoice.days}`)
  }
  const part = (amountMinor: number) =>
    share(amountMinor, before + days, invoice.days, currency) - share(amountMinor, before, invoice.days, currency)
  const [daysThen, daysBefore] = [before + days, before].map((credited) => apportioned(credited, lines))
  const priced = lines.map(({ kind, description, amountMinor }, index) => ({
    kind,
    description,
    days: (daysThen?.[index] ?? 0) - (daysBefore?.[index] ?? 0),
    netMinor: part(amountMinor),
  }))
  const netMinor = priced.reduce((sum, line) => sum + line.netMinor, 0)
  const taxMinor = part(invoice.taxMinor)
  return { lines: priced.filter(isSomething), netMinor, taxMinor, totalMinor: netMinor + taxMinor }
}

/** The same for less money: net and tax of each part shrink alike, and come to exactly that. */
export function shrunkTo(price: CreditPrice, totalMinor: number, currency: string): CreditPrice {
  if (totalMinor > price.totalMinor) throw new RangeError(`${totalMinor} of ${price.totalMinor}`)
  const weights = [price.taxMinor, ...price.lines.map((line) => line.netMinor)]
  const [taxMinor = 0, ...nets] = split(totalMinor, weights, (minor, part, whole) =>
    share(minor, part, whole, currency),
  )
  const lines = price.lines.map((line, index) => ({ ...line, netMinor: nets[index] ?? 0 })).filter(isSomething)
  return { lines, netMinor: totalMinor - taxMinor, taxMinor, totalMinor }
}

function isSomething({ days, netMinor }: CreditNoteLine): boolean {
  return days > 0 || netMinor > 0
}

/** `amount × part / whole`, rounded half up. */
function share(amountMinor: number, part: number, whole: number, currency: string): number {
  return minorUnits(portion(money(amountMinor, currency), part, whole), 'days')
}

/** Whole days of each line: growing with `credited` in every line, and all of them where all is credited. */
function apportioned(credited: number, lines: readonly CreditedLine[]): number[] {
  return split(
    credited,
    lines.map(({ days }) => days),
    (days, part, whole) => Number((2n * BigInt(days) * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole))),
  )
}

/** Splits a whole by weights that come to at least as much: one after the other takes its part of what is left. */
function split(
  whole: number,
  weights: readonly number[],
  rounded: (weight: number, part: number, whole: number) => number,
): number[] {
  let left = whole
  let weightLeft = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => {
    const taken = weightLeft === 0 ? 0 : rounded(weight, left, weightLeft)
    left -= taken
    weightLeft -= weight
    return taken
  })
}
