import { DAY_MS } from '../clock'
import type { Tx } from '../database'
import type { AccountBook } from '../ledger/account-book'
import { changeInvoice } from './change-invoice'
import { requireMayBecome } from './invoice-state'
import { InvoiceStatus, type Invoice } from './invoice.entity'
import { payInvoice } from './pay-invoice'
import { SANDBOX_SERIES, SERIES, takeNumber } from './take-number'

/**
 * Opens a requested invoice: it takes its number, and its payment term begins. One of zero is paid as it opens.
 *
 * Throws INVOICE_STATE where it isn't REQUESTED.
 */
export async function openInvoice(tx: Tx, book: AccountBook, actor: string, invoice: Invoice): Promise<void> {
  requireMayBecome(invoice, InvoiceStatus.OPEN)
  const number = await takeNumber(tx, book.now, book.sandbox ? SANDBOX_SERIES : SERIES)
  await changeInvoice(
    tx,
    book,
    invoice,
    {
      status: InvoiceStatus.OPEN,
      number,
      openedAt: book.now,
      dueAt: new Date(book.now.getTime() + invoice.paymentTermDays * DAY_MS),
    },
    { type: 'invoice.opened', actor, data: { number } },
  )
  if (invoice.totalMinor === 0) await payInvoice(tx, book, actor, invoice)
}
