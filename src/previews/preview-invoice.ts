import type { Tx } from '../database'
import { opensAtOnce, priceOrder } from '../invoices/request-invoice'
import { openBook } from '../ledger/account-book'
import { explainTaxRounding } from '../pricing/explain-rounding'
import type { Order, Quote } from '../pricing/quote'

export interface InvoicePreview extends Quote {
  /** The instant by which it was priced. */
  at: Date
  /** How the tax was rounded; null where it is exact. */
  taxRounding: string | null
  /** Whether it would open at once, or wait for staff. */
  opensAtOnce: boolean
  paymentTermDays: number
}

/** Prices an order as a request of it would be, by the same agreement. Throws what requesting an invoice throws. */
export async function previewInvoice(tx: Tx, accountId: string, order: Order): Promise<InvoicePreview> {
  const book = await openBook(tx, { accountId }, { asItStands: true })
  book.settle()
  const { agreement, quoted } = await priceOrder(tx, book, order)
  return {
    ...quoted,
    at: book.now,
    taxRounding: explainTaxRounding(quoted, agreement),
    opensAtOnce: await opensAtOnce(tx, book, agreement),
    paymentTermDays: agreement.paymentTermDays,
  }
}
