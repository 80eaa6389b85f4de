import { AccountDueKind } from '../accounts/account-due.entity'
import { setDue } from '../accounts/set-due'
import type { Tx } from '../database'
import type { ErrorCode } from '../errors'
import { InvoiceStatus, type Invoice } from '../invoices/invoice.entity'
import type { AccountBook } from '../ledger/account-book'
import { AutoTopUp } from './auto-top-up.entity'

/** Failures in a row after which a top-up switches itself off. */
export const MAX_TOP_UP_FAILURES = 3

/** What made a top-up fail: its invoice was declined, voided, written off or not paid in time, or could not be requested. */
export type TopUpFailure = InvoiceStatus.VOID | InvoiceStatus.UNCOLLECTIBLE | 'OVERDUE' | 'CARD_DECLINED' | ErrorCode

/**
 * Counts what became of an invoice that a top-up had requested, and has the top-up looked at anew. To be called whenever
 * such an invoice has changed; `status` is what it has become, null where it stays what it was.
 */
export async function followTopUp(
  tx: Tx,
  book: AccountBook,
  actor: string,
  invoice: Invoice,
  status: InvoiceStatus | null,
): Promise<void> {
  const { accountId } = book
  const topUp = await tx.manager.findOneByOrFail(AutoTopUp, { accountId })
  if (status === InvoiceStatus.PAID) {
    // One that switched itself off stays so, with its figures, until it is set again.
    if (topUp.enabled) await tx.manager.update(AutoTopUp, { accountId }, { failures: 0 })
  } else if (status === InvoiceStatus.VOID || status === InvoiceStatus.UNCOLLECTIBLE) {
    if (invoice.id !== topUp.overdueInvoiceId) await countTopUpFailure(tx, book, actor, topUp, status, invoice.id)
  }
  await setDue(tx, book, AccountDueKind.AUTO_TOP_UP, book.now)
}

/** Counts a failure; the third in a row switches the top-up off. One that is off counts none. */
export async function countTopUpFailure(
  tx: Tx,
  book: AccountBook,
  actor: string,
  topUp: AutoTopUp,
  reason: TopUpFailure,
  invoiceId: string | null,
): Promise<void> {
  if (!topUp.enabled) return
  const { accountId } = book
  const failures = topUp.failures + 1
  const enabled = failures < MAX_TOP_UP_FAILURES
  const changes = {
    failures,
    enabled,
    ...((reason === 'OVERDUE' || reason === 'CARD_DECLINED') && { overdueInvoiceId: invoiceId }),
  }
  await tx.manager.update(AutoTopUp, { accountId }, changes)
  Object.assign(topUp, changes)
  const data = { reason, invoiceId, failures }
  book.record({ type: 'auto_top_up.failed', subject: accountId, actor, data })
  if (!enabled) book.record({ type: 'auto_top_up.disabled', subject: accountId, actor, data })
}
