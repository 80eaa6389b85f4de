import { explainCredit } from '../credit-notes/explain-credit'
import { planCredit, type IssueCreditNote } from '../credit-notes/issue-credit-note'
import type { CreditPrice } from '../credit-notes/price-credit'
import type { Tx } from '../database'
import { invoiceOf } from '../invoices/change-invoice'
import { openBook } from '../ledger/account-book'

export interface CreditNotePreview extends CreditPrice {
  at: Date
  /** Days that would be available. */
  balanceAfter: number
  days: number
  currency: string
  /** What the invoice asked for these days: the most that may go back. */
  priceMinor: number
  creditedDays: number
  /** Days of the invoice that could still be taken back after it. */
  remainingDays: number
  /** How the price was rounded: a sentence for each figure that was. */
  rounding: string[]
}

/** What a credit note would say, and do. Throws what issuing it throws. */
export async function previewCreditNote(
  tx: Tx,
  accountId: string,
  input: Pick<IssueCreditNote, 'invoiceId' | 'days' | 'amount'>,
): Promise<CreditNotePreview> {
  const book = await openBook(tx, { accountId }, { asItStands: true })
  book.settle()
  const invoice = await invoiceOf(tx, book, input.invoiceId)
  const { days, credit, priceMinor, creditedDays, remainingDays, lines } = await planCredit(tx, book, invoice, input)
  return {
    ...credit,
    ...{
      at: book.now,
      balanceAfter: book.available - days,
      days,
      currency: invoice.currency,
      priceMinor,
      creditedDays,
    },
    remainingDays: remainingDays - days,
    rounding: explainCredit(invoice, lines, creditedDays, days),
  }
}
