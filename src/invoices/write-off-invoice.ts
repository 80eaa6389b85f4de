import { z } from 'zod'
import type { Tx } from '../database'
import { requestKey } from '../idempotency'
import { id, idempotencyKey, text } from '../input'
import { inBook, type Decided } from '../ledger/account-book'
import { changeInvoice, invoiceOf } from './change-invoice'
import { requireMayBecome } from './invoice-state'
import { InvoiceStatus } from './invoice.entity'
import type { InvoiceOutcome } from './request-invoice'

export const WriteOffInvoice = z.object({ invoiceId: id(), comment: text(), idempotencyKey: idempotencyKey() })
export type WriteOffInvoice = z.infer<typeof WriteOffInvoice>

/**
 * Expects the money of an open invoice no longer: it is overdue no more, and blocks nothing. It can still be paid, and then
 * credits its days. Staff may, whatever the account's status.
 *
 * Throws NOT_FOUND; INVOICE_STATE where it isn't OPEN; IDEMPOTENCY_CONFLICT.
 */
export async function writeOffInvoice(
  tx: Tx,
  actor: string,
  accountId: string,
  input: WriteOffInvoice,
): Promise<Decided<InvoiceOutcome>> {
  const { invoiceId, comment } = input
  const key = requestKey(accountId, 'writeOffInvoice', input)
  return inBook(tx, { accountId, key }, async (book) => {
    const invoice = await invoiceOf(tx, book, invoiceId)
    requireMayBecome(invoice, InvoiceStatus.UNCOLLECTIBLE)
    const changes = { status: InvoiceStatus.UNCOLLECTIBLE }
    await changeInvoice(tx, book, invoice, changes, { type: 'invoice.written_off', actor, data: { comment } })
    return { invoiceId }
  })
}
