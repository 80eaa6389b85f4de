import { InvoiceStateError } from '../errors'
import { InvoiceStatus, type Invoice } from './invoice.entity'

/** What an invoice may become. Nothing leads away from PAID and VOID; who was written off may still pay. */
const NEXT: Record<InvoiceStatus, readonly InvoiceStatus[]> = {
  REQUESTED: [InvoiceStatus.OPEN, InvoiceStatus.VOID],
  OPEN: [InvoiceStatus.PAID, InvoiceStatus.VOID, InvoiceStatus.UNCOLLECTIBLE],
  PAID: [],
  VOID: [],
  UNCOLLECTIBLE: [InvoiceStatus.PAID],
}

/** The word for what makes an invoice this. */
const DEEDS: Record<InvoiceStatus, string> = {
  REQUESTED: 'requested',
  OPEN: 'prepared',
  PAID: 'paid',
  VOID: 'voided',
  UNCOLLECTIBLE: 'written off',
}

type InvoiceMoney = Pick<Invoice, 'status' | 'currency' | 'totalMinor' | 'paidMinor'>

export function mayBecome(from: InvoiceStatus, to: InvoiceStatus): boolean {
  return NEXT[from].includes(to)
}

/** Throws INVOICE_STATE, with the figures where payments stand in the way: they have to be returned before it is void. */
export function requireMayBecome(invoice: InvoiceMoney, to: InvoiceStatus): void {
  const { status, currency, totalMinor, paidMinor } = invoice
  if (!mayBecome(status, to)) throw new InvoiceStateError(status, DEEDS[to])
  if (to === InvoiceStatus.VOID && paidMinor > 0) {
    throw new InvoiceStateError(status, 'voided before its payments are returned', {
      paid: paidMinor,
      total: totalMinor,
      currency,
    })
  }
}

/** What may still be paid of it, in minor units: 0 where it takes no payments. */
export function outstandingMinor({ status, totalMinor, paidMinor }: InvoiceMoney): number {
  return mayBecome(status, InvoiceStatus.PAID) ? totalMinor - paidMinor : 0
}

/** Money is still expected, and its time is over. What was written off is expected no more. */
export function overdueAt(
  { status, dueAt, postponedUntil }: Pick<Invoice, 'status' | 'dueAt' | 'postponedUntil'>,
  now: Date,
): boolean {
  return (
    status === InvoiceStatus.OPEN &&
    dueAt !== null &&
    dueAt < now &&
    !(postponedUntil !== null && postponedUntil >= now)
  )
}
