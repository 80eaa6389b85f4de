import { takeDisputedDays } from '../chargebacks/take-disputed-days'
import type { Tx } from '../database'
import type { AccountBook } from '../ledger/account-book'
import { LedgerTransactionKind } from '../ledger/ledger-transaction.entity'
import { changeInvoice } from './change-invoice'
import { requireMayBecome } from './invoice-state'
import { InvoiceStatus, type Invoice } from './invoice.entity'

/**
 * Marks an invoice whose payments have reached its total as paid, and credits its days. The only place that does, and
 * since nothing leads away from PAID, it does so once.
 *
 * Throws INVOICE_STATE where it can't be paid; BAD_USER_INPUT where the balance would leave the safe integers.
 */
export async function payInvoice(tx: Tx, book: AccountBook, actor: string, invoice: Invoice): Promise<void> {
  requireMayBecome(invoice, InvoiceStatus.PAID)
  const changes = { status: InvoiceStatus.PAID, paidAt: book.now }
  await changeInvoice(tx, book, invoice, changes, { type: 'invoice.paid', actor })
  book.post({ kind: LedgerTransactionKind.PURCHASE, days: invoice.days, invoiceId: invoice.id, actor })
  await takeDisputedDays(tx, book, actor, invoice)
}
