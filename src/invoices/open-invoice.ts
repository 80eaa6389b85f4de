import { DAY_MS } from '../clock'
import type { Tx } from '../database'
import type { AccountBook } from '../ledger/account-book'
import { planCardCharge } from '../saved-cards/charge-saved-card'
import { changeInvoice } from './change-invoice'
import { requireMayBecome } from './invoice-state'
import { particularsOf } from './invoice-particulars'
import { InvoiceCause, InvoiceStatus, type Invoice } from './invoice.entity'
import { payInvoice } from './pay-invoice'
import { takeNumber } from './take-number'

/**
 * Opens a requested invoice: it takes its number, its payment term begins, and what it says of both sides stays.
 * One of zero is paid as it opens; that of a top-up is charged to the saved card where there is one.
 *
 * Throws INVOICE_STATE where it isn't REQUESTED; NO_PROVIDER_PROFILE where a live invoice would have no sender.
 */
export async function openInvoice(tx: Tx, book: AccountBook, actor: string, invoice: Invoice): Promise<void> {
  requireMayBecome(invoice, InvoiceStatus.OPEN)
  const { particulars, series } = await particularsOf(tx, book, invoice)
  const number = await takeNumber(tx, book.now, series)
  await changeInvoice(
    tx,
    book,
    invoice,
    {
      status: InvoiceStatus.OPEN,
      number,
      particulars,
      openedAt: book.now,
      dueAt: new Date(book.now.getTime() + invoice.paymentTermDays * DAY_MS),
    },
    { type: 'invoice.opened', actor, data: { number } },
  )
  if (invoice.totalMinor === 0) await payInvoice(tx, book, actor, invoice)
  else if (invoice.cause === InvoiceCause.AUTO_TOP_UP) await planCardCharge(tx, book, invoice)
}
