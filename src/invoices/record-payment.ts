import { z } from 'zod'
import type { Tx } from '../database'
import { BadUserInputError, PaymentAmountError } from '../errors'
import { requestKey } from '../idempotency'
import { id, refuseInstantToCome, text } from '../input'
import { inBook, type AccountBook, type Decided } from '../ledger/account-book'
import { invoiceOf } from './change-invoice'
import { requireMayBecome } from './invoice-state'
import { InvoiceStatus, type Invoice } from './invoice.entity'
import { PaymentMethod } from './payment.entity'
import type { InvoiceOutcome } from './request-invoice'
import { takePayment } from './take-payment'

export const RecordPayment = z.object({
  invoiceId: id(),
  method: z.enum(PaymentMethod),
  /** Minor units: 1 to what is outstanding. */
  amount: z.int(),
  /** The invoice's, if given: it guards against a payment that was meant for another one. */
  currency: text().nullish(),
  reference: text().nullish(),
  /** Now, unless given. */
  receivedAt: z.date().nullish(),
  idempotencyKey: text(),
})
export type RecordPayment = z.infer<typeof RecordPayment>

/**
 * Records money that arrived for an invoice. Parts add up; the one that reaches the total pays the invoice and credits
 * its days. Staff may, whatever the account's status: the money is there.
 *
 * Throws NOT_FOUND, INVOICE_STATE where it takes no payments, PAYMENT_AMOUNT (outstanding, amount, currency),
 * BAD_USER_INPUT for another currency or an instant to come, IDEMPOTENCY_CONFLICT.
 */
export async function recordPayment(
  tx: Tx,
  actor: string,
  accountId: string,
  input: RecordPayment,
): Promise<Decided<InvoiceOutcome>> {
  const { invoiceId, amount } = input
  const key = requestKey(accountId, 'recordPayment', input)
  return inBook(tx, { accountId, key }, async (book) => {
    const invoice = await payableInvoice(tx, book, input)
    await takePayment(tx, book, actor, invoice, {
      method: input.method,
      amountMinor: amount,
      currency: invoice.currency,
      reference: input.reference ?? null,
      receivedAt: input.receivedAt ?? book.now,
    })
    return { invoiceId }
  })
}

/** The invoice that a payment is for. Throws what recording it throws. */
export async function payableInvoice(
  tx: Tx,
  book: AccountBook,
  input: Pick<RecordPayment, 'invoiceId' | 'amount' | 'currency' | 'receivedAt'>,
): Promise<Invoice> {
  const invoice = await invoiceOf(tx, book, input.invoiceId)
  requireMayBecome(invoice, InvoiceStatus.PAID)
  refuseWrongPayment(invoice, input)
  refuseInstantToCome('receivedAt', input.receivedAt, book.now)
  return invoice
}

function refuseWrongPayment(invoice: Invoice, { amount, currency }: Pick<RecordPayment, 'amount' | 'currency'>): void {
  if (currency != null && currency !== invoice.currency) {
    throw new BadUserInputError('currency', `The invoice is in ${invoice.currency}.`, { currency: invoice.currency })
  }
  const outstanding = invoice.totalMinor - invoice.paidMinor
  if (amount < 1 || amount > outstanding) throw new PaymentAmountError(outstanding, amount, invoice.currency)
}
