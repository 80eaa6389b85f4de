import { followTopUp } from '../billing/follow-top-up'
import type { Tx } from '../database'
import { NotFoundError } from '../errors'
import { followDunning } from '../dunning/follow-dunning'
import type { NewEvent } from '../events/record-event'
import type { AccountBook } from '../ledger/account-book'
import { isId } from '../typed-id'
import { endInvoiceCheckouts } from './invoice-checkouts'
import { Invoice, InvoiceCause } from './invoice.entity'
import { refreshOverdue } from './refresh-overdue'

/** Something that happened to an invoice. Its subject and the status after it are added. */
export interface InvoiceEvent extends Pick<NewEvent, 'actor' | 'data'> {
  type:
    | 'invoice.requested'
    | 'invoice.opened'
    | 'invoice.payment_recorded'
    | 'invoice.authentication_needed'
    | 'invoice.charge_failed'
    | 'invoice.payment_unapplied'
    | 'invoice.unapplied_payment_returned'
    | 'invoice.paid'
    | 'invoice.voided'
    | 'invoice.postponed'
    | 'invoice.credited'
    | 'invoice.payment_returned'
    | 'invoice.written_off'
    | 'invoice.charged_back'
    | 'invoice.chargeback_closed'
    | 'invoice.dunning_stopped'
    | 'invoice.dunning_resumed'
}

/** An invoice as it stands in an open book: its account's lock covers it. Throws NOT_FOUND. */
export async function invoiceOf(tx: Tx, book: AccountBook, id: string): Promise<Invoice> {
  const { accountId } = book
  const invoice = isId('invoice', id) ? await tx.manager.findOneBy(Invoice, { id, accountId }) : null
  if (invoice === null) throw new NotFoundError('invoice', id)
  return invoice
}

/** Changes an invoice, its row and the one in hand, and records what happened to it. */
export async function changeInvoice(
  tx: Tx,
  book: AccountBook,
  invoice: Invoice,
  changes: Partial<Invoice>,
  event: InvoiceEvent,
): Promise<void> {
  const { id, accountId } = invoice
  await tx.manager.update(Invoice, { id, accountId }, changes)
  recordInvoiceEvent(book, Object.assign(invoice, changes), event)
  // A page that asks for what was outstanding before asks for too much, or for what is not wanted.
  if (changes.status !== undefined || changes.paidMinor !== undefined) await endInvoiceCheckouts(tx, book, invoice)
  if (changes.status !== undefined || changes.postponedUntil !== undefined) await followDunning(tx, book, invoice)
  if (invoice.periodStart !== null) await refreshOverdue(tx, book, event.actor)
  if (invoice.cause === InvoiceCause.AUTO_TOP_UP) {
    await followTopUp(tx, book, event.actor, invoice, changes.status ?? null)
  }
}

export function recordInvoiceEvent(book: AccountBook, { id, status }: Invoice, event: InvoiceEvent): void {
  book.record({ ...event, subject: id, data: { ...event.data, status } })
}
