import { z } from 'zod'
import type { Tx } from '../database'
import { requestKey } from '../idempotency'
import { id, idempotencyKey, text } from '../input'
import { inBook, type Decided } from '../ledger/account-book'
import { changeInvoice, invoiceOf } from './change-invoice'
import { requireMayBecome } from './invoice-state'
import { InvoiceStatus } from './invoice.entity'
import type { InvoiceOutcome } from './request-invoice'

export const VoidInvoice = z.object({ invoiceId: id(), comment: text(), idempotencyKey: idempotencyKey() })
export type VoidInvoice = z.infer<typeof VoidInvoice>

/**
 * Takes back an invoice for which no money has come. One that is open keeps its number. Staff may, whatever the
 * account's status.
 *
 * Throws NOT_FOUND; INVOICE_STATE where it is neither REQUESTED nor OPEN, and (paid, total, currency) where it is partly
 * paid; IDEMPOTENCY_CONFLICT.
 */
export async function voidInvoice(
  tx: Tx,
  actor: string,
  accountId: string,
  input: VoidInvoice,
): Promise<Decided<InvoiceOutcome>> {
  const { invoiceId, comment } = input
  const key = requestKey(accountId, 'voidInvoice', input)
  return inBook(tx, { accountId, key }, async (book) => {
    const invoice = await invoiceOf(tx, book, invoiceId)
    requireMayBecome(invoice, InvoiceStatus.VOID)
    const changes = { status: InvoiceStatus.VOID }
    await changeInvoice(tx, book, invoice, changes, { type: 'invoice.voided', actor, data: { comment } })
    return { invoiceId }
  })
}
