import type { Tx } from '../database'
import { payableInvoice, type RecordPayment } from '../invoices/record-payment'
import { openBook } from '../ledger/account-book'

export interface PaymentPreview {
  at: Date
  /** Days that would be available. */
  balanceAfter: number
  /** Days that it would credit; 0 where something is outstanding still. */
  days: number
  currency: string
  paidMinor: number
  outstandingMinor: number
}

/** What a payment of an invoice would do. Throws what recording it throws. */
export async function previewPayment(
  tx: Tx,
  accountId: string,
  input: Pick<RecordPayment, 'invoiceId' | 'amount' | 'currency'>,
): Promise<PaymentPreview> {
  const book = await openBook(tx, { accountId }, { asItStands: true })
  book.settle()
  const { currency, totalMinor, days, ...invoice } = await payableInvoice(tx, book, input)
  const paidMinor = invoice.paidMinor + input.amount
  const credited = paidMinor === totalMinor ? days : 0
  const outstandingMinor = totalMinor - paidMinor
  return {
    at: book.now,
    // What is owed is taken out of what arrives.
    balanceAfter: book.available + credited - Math.min(credited, book.owed),
    days: credited,
    currency,
    paidMinor,
    outstandingMinor,
  }
}
