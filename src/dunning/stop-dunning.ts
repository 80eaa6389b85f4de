import { z } from 'zod'
import type { Statement, Tx } from '../database'
import { InvoiceStateError } from '../errors'
import { id, text } from '../input'
import { invoiceOf, recordInvoiceEvent } from '../invoices/change-invoice'
import { InvoiceStatus, type Invoice } from '../invoices/invoice.entity'
import { inBook, type AccountBook } from '../ledger/account-book'
import { InvoiceDunning } from './dunning.entity'
import { stepAfter } from './dunning-steps'
import { setNextDue, stepsOf } from './follow-dunning'

export const StopDunning = z.object({ invoiceId: id(), reason: text() })
export type StopDunning = z.infer<typeof StopDunning>

/**
 * Reminds of an open invoice no more. What it blocks stays blocked. One that is stopped already keeps its reason.
 *
 * Throws NOT_FOUND; INVOICE_STATE where it isn't OPEN.
 */
export async function stopDunning(tx: Tx, actor: string, accountId: string, input: StopDunning): Promise<void> {
  const { invoiceId, reason } = input
  await inBook(tx, { accountId }, async (book) => {
    const { invoice, dunning } = await dunned(tx, book, invoiceId)
    if (dunning?.stoppedAt != null) return null
    await tx.query(STOP, [accountId, invoiceId, book.now, reason])
    await setNextDue(tx, book)
    recordInvoiceEvent(book, invoice, { type: 'invoice.dunning_stopped', actor, data: { reason } })
    return null
  })
}

export const ResumeDunning = z.object({ invoiceId: id() })
export type ResumeDunning = z.infer<typeof ResumeDunning>

/**
 * Goes on with the first step that is still to come; those that have passed are not made up for.
 *
 * Throws NOT_FOUND; INVOICE_STATE where it isn't OPEN.
 */
export async function resumeDunning(tx: Tx, actor: string, accountId: string, input: ResumeDunning): Promise<void> {
  const { invoiceId } = input
  await inBook(tx, { accountId }, async (book) => {
    const { invoice, dunning } = await dunned(tx, book, invoiceId)
    if (dunning?.stoppedAt == null) return null
    const nextAt = stepAfter(await stepsOf(tx, invoice), book.now)?.at ?? null
    await tx.manager.update(InvoiceDunning, { accountId, invoiceId }, { nextAt, stoppedAt: null, stopReason: null })
    await setNextDue(tx, book)
    recordInvoiceEvent(book, invoice, { type: 'invoice.dunning_resumed', actor, data: { nextAt } })
    return null
  })
}

async function dunned(
  tx: Tx,
  book: AccountBook,
  invoiceId: string,
): Promise<{ invoice: Invoice; dunning: InvoiceDunning | null }> {
  const invoice = await invoiceOf(tx, book, invoiceId)
  if (invoice.status !== InvoiceStatus.OPEN) throw new InvoiceStateError(invoice.status, 'reminded of')
  return { invoice, dunning: await tx.manager.findOneBy(InvoiceDunning, { accountId: book.accountId, invoiceId }) }
}

const STOP: Statement = {
  name: 'stop-dunning',
  text: `
    INSERT INTO invoice_dunning (account_id, invoice_id, next_at, stopped_at, stop_reason) VALUES ($1, $2, NULL, $3, $4)
    ON CONFLICT ON CONSTRAINT invoice_dunning_pkey DO UPDATE SET next_at = NULL, stopped_at = $3, stop_reason = $4`,
}
