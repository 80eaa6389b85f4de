import type { Tx } from '../database'
import type { AccountBook } from '../ledger/account-book'
import type { PriceAgreement } from '../pricing/price-agreement.entity'
import type { Quote } from '../pricing/quote'
import { newId } from '../typed-id'
import { recordInvoiceEvent } from './change-invoice'
import { Invoice, InvoiceLine, InvoiceStatus, type InvoiceCause } from './invoice.entity'

/** What a partner waits for its invoice at the most. */
export const PREPARE_WITHIN_MS = 30 * 60_000

export interface NewInvoice {
  readonly agreement: PriceAgreement
  readonly quoted: Quote
  readonly purchaseOrder: string | null
  /** The days that a usage invoice bills; null where days are bought ahead. */
  readonly period: { readonly start: Date; readonly end: Date } | null
  readonly cause: InvoiceCause
}

/** Enters an invoice with its lines, as REQUESTED: from here on its figures stay as they are. */
export async function enterInvoice(
  tx: Tx,
  book: AccountBook,
  actor: string,
  { agreement, quoted, purchaseOrder, period, cause }: NewInvoice,
): Promise<Invoice> {
  const { accountId } = book
  const { currency, subtotalMinor, taxMinor, totalMinor, days } = quoted
  const invoice = tx.manager.create(Invoice, {
    id: newId('invoice'),
    accountId,
    number: null,
    status: InvoiceStatus.REQUESTED,
    currency,
    subtotalMinor,
    taxMinor,
    totalMinor,
    days,
    paidMinor: 0,
    priceAgreementId: agreement.id,
    paymentTermDays: agreement.paymentTermDays,
    purchaseOrder,
    requestedAt: book.now,
    prepareBy: new Date(book.now.getTime() + PREPARE_WITHIN_MS),
    prepareRemindedAt: null,
    prepareBreachedAt: null,
    openedAt: null,
    dueAt: null,
    postponedUntil: null,
    paidAt: null,
    particulars: null,
    periodStart: period?.start ?? null,
    periodEnd: period?.end ?? null,
    cause,
  })
  await tx.manager.insert(Invoice, invoice)
  await tx.manager.insert(
    InvoiceLine,
    quoted.lines.map((line, index) => ({ ...line, invoiceId: invoice.id, accountId, position: index + 1 })),
  )
  recordInvoiceEvent(book, invoice, { type: 'invoice.requested', actor })
  return invoice
}
