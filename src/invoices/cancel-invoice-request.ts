import { z } from 'zod'
import type { Tx } from '../database'
import { InvoiceStateError } from '../errors'
import { requestKey } from '../idempotency'
import { id, idempotencyKey } from '../input'
import { inBook, type Decided } from '../ledger/account-book'
import { changeInvoice, invoiceOf } from './change-invoice'
import { InvoiceStatus } from './invoice.entity'
import type { InvoiceOutcome } from './request-invoice'

export const CancelInvoiceRequest = z.object({ invoiceId: id(), idempotencyKey: idempotencyKey() })
export type CancelInvoiceRequest = z.infer<typeof CancelInvoiceRequest>

/**
 * Withdraws a request before it has become an invoice; once open, it is for staff to void.
 *
 * Throws NOT_FOUND, INVOICE_STATE where it isn't REQUESTED, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED, IDEMPOTENCY_CONFLICT.
 */
export async function cancelInvoiceRequest(
  tx: Tx,
  actor: string,
  accountId: string,
  input: CancelInvoiceRequest,
): Promise<Decided<InvoiceOutcome>> {
  const { invoiceId } = input
  const key = requestKey(accountId, 'cancelInvoiceRequest', input)
  return inBook(tx, { accountId, key }, async (book) => {
    book.requireActive()
    const invoice = await invoiceOf(tx, book, invoiceId)
    if (invoice.status !== InvoiceStatus.REQUESTED) throw new InvoiceStateError(invoice.status, 'cancelled')
    await changeInvoice(tx, book, invoice, { status: InvoiceStatus.VOID }, { type: 'invoice.voided', actor })
    return { invoiceId }
  })
}
