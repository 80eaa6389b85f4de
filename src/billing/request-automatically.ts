import type { Tx } from '../database'
import { DomainError, type ErrorCode } from '../errors'
import type { InvoiceCause } from '../invoices/invoice.entity'
import { priceOrder, requestInvoiceInBook, type InvoiceOutcome } from '../invoices/request-invoice'
import type { AccountBook } from '../ledger/account-book'
import { BILLING_ACTOR } from './close-month'

/** Why nothing was requested. */
export interface NotRequested {
  reason: ErrorCode
}

/**
 * Requests an invoice that nobody asks for in person, as any request is made. What would be refused is answered, not
 * thrown: there is nobody to hear it, and the account must not stand still for it.
 */
export async function requestAutomatically(
  tx: Tx,
  book: AccountBook,
  channels: number,
  cause: InvoiceCause,
): Promise<InvoiceOutcome | NotRequested> {
  try {
    // Only looked up: a refusal has written nothing.
    await priceOrder(tx, book, { channels })
  } catch (error) {
    if (error instanceof DomainError) return { reason: error.code }
    throw error
  }
  return requestInvoiceInBook(tx, book, BILLING_ACTOR, { channels }, cause)
}
