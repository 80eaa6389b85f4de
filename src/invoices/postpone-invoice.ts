import { z } from 'zod'
import { DAY_MS } from '../clock'
import type { Tx } from '../database'
import { BadUserInputError, InvoiceStateError } from '../errors'
import { requestKey } from '../idempotency'
import { comment, id, idempotencyKey } from '../input'
import { inBook, type Decided } from '../ledger/account-book'
import { changeInvoice, invoiceOf } from './change-invoice'
import { InvoiceStatus } from './invoice.entity'
import type { InvoiceOutcome } from './request-invoice'

/** How far ahead an invoice can be postponed. */
export const MAX_POSTPONE_DAYS = 366

export const PostponeInvoice = z.object({
  invoiceId: id(),
  until: z.date(),
  comment: comment(),
  idempotencyKey: idempotencyKey(),
})
export type PostponeInvoice = z.infer<typeof PostponeInvoice>

/**
 * Gives an open invoice more time: it is not overdue before then, and an account that was blocked by it may allocate
 * again. Its due date stays on it as issued. Staff may, whatever the account's status.
 *
 * Throws NOT_FOUND; INVOICE_STATE where it isn't OPEN; BAD_USER_INPUT for an instant that isn't after its due date and
 * now, or more than 366 days ahead; IDEMPOTENCY_CONFLICT.
 */
export async function postponeInvoice(
  tx: Tx,
  actor: string,
  accountId: string,
  input: PostponeInvoice,
): Promise<Decided<InvoiceOutcome>> {
  const { invoiceId, until, comment } = input
  const key = requestKey(accountId, 'postponeInvoice', input)
  return inBook(tx, { accountId, key }, async (book) => {
    const invoice = await invoiceOf(tx, book, invoiceId)
    if (invoice.status !== InvoiceStatus.OPEN || invoice.dueAt === null) {
      throw new InvoiceStateError(invoice.status, 'postponed')
    }
    const after = new Date(Math.max(invoice.dueAt.getTime(), book.now.getTime()))
    const latest = new Date(book.now.getTime() + MAX_POSTPONE_DAYS * DAY_MS)
    if (until <= after || until > latest) {
      throw new BadUserInputError(
        'until',
        `until must be after ${after.toISOString()}, and at the latest ${latest.toISOString()}.`,
        { after: after.toISOString(), maximum: latest.toISOString() },
      )
    }
    const event = { type: 'invoice.postponed', actor, data: { until, comment: comment ?? null } } as const
    await changeInvoice(tx, book, invoice, { postponedUntil: until }, event)
    return { invoiceId }
  })
}
