import { z } from 'zod'
import type { Tx } from '../database'
import { requestKey } from '../idempotency'
import { id, idempotencyKey } from '../input'
import { inBook, type Decided } from '../ledger/account-book'
import { invoiceOf } from './change-invoice'
import { openInvoice } from './open-invoice'
import type { InvoiceOutcome } from './request-invoice'

export const PrepareInvoice = z.object({ invoiceId: id(), idempotencyKey: idempotencyKey() })
export type PrepareInvoice = z.infer<typeof PrepareInvoice>

/**
 * Opens an invoice that waits in the queue. Staff may, whatever the account's status.
 *
 * Throws NOT_FOUND, INVOICE_STATE where it isn't REQUESTED, NO_PROVIDER_PROFILE, IDEMPOTENCY_CONFLICT.
 */
export async function prepareInvoice(
  tx: Tx,
  actor: string,
  accountId: string,
  input: PrepareInvoice,
): Promise<Decided<InvoiceOutcome>> {
  const { invoiceId } = input
  const key = requestKey(accountId, 'prepareInvoice', input)
  return inBook(tx, { accountId, key }, async (book) => {
    await openInvoice(tx, book, actor, await invoiceOf(tx, book, invoiceId))
    return { invoiceId }
  })
}
