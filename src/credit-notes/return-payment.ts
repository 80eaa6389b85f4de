import { z } from 'zod'
import type { Statement, Tx } from '../database'
import { BadUserInputError, InvoiceStateError, NotFoundError } from '../errors'
import { requestKey } from '../idempotency'
import { id, refuseInstantToCome, text } from '../input'
import { changeInvoice, invoiceOf, recordInvoiceEvent } from '../invoices/change-invoice'
import { InvoiceStatus, type Invoice } from '../invoices/invoice.entity'
import { Payment, PaymentMethod } from '../invoices/payment.entity'
import { inBook, type AccountBook, type Decided } from '../ledger/account-book'
import { isId, newId } from '../typed-id'
import { PaymentReturn } from './payment-return.entity'
import { enterRefund } from './record-refund'
import { refundToCards } from './refund-to-cards'

export const ReturnPayment = z.object({
  invoiceId: id(),
  paymentId: id(),
  /** Minor units: 1 to what is left of the payment; all of that, unless given. */
  amount: z.int().nullish(),
  reason: text(),
  /** How it was paid back. CARD, which is meant unless given where a card has paid, pays it back by this. */
  method: z.enum(PaymentMethod).nullish(),
  reference: text().nullish(),
  /** Now, unless given. */
  returnedAt: z.date().nullish(),
  idempotencyKey: text(),
})
export type ReturnPayment = z.infer<typeof ReturnPayment>

export interface PaymentReturnOutcome {
  invoiceId: string
  paymentReturnId: string
}

/**
 * Gives back a payment of an invoice that is not paid in full: less of it is paid from then on, so that it can be voided or
 * paid in another way. A card is refunded by this; whatever else staff have paid back before.
 *
 * Throws NOT_FOUND; INVOICE_STATE where the invoice is neither OPEN nor UNCOLLECTIBLE (the days of a paid one are taken back
 * by a credit note); BAD_USER_INPUT for an amount that isn't 1 to what is left of the payment (maximum, currency), for a
 * method that is missing, or CARD where no card has paid, and for an instant to come; IDEMPOTENCY_CONFLICT.
 */
export async function returnPayment(
  tx: Tx,
  actor: string,
  accountId: string,
  input: ReturnPayment,
): Promise<Decided<PaymentReturnOutcome>> {
  const { invoiceId } = input
  const key = requestKey(accountId, 'returnPayment', input)
  return inBook(tx, { accountId, key }, async (book) => {
    const invoice = await invoiceOf(tx, book, invoiceId)
    if (invoice.status !== InvoiceStatus.OPEN && invoice.status !== InvoiceStatus.UNCOLLECTIBLE) {
      throw new InvoiceStateError(invoice.status, 'relieved of a payment')
    }
    return { invoiceId, paymentReturnId: await giveBack(tx, book, actor, invoice, input, false) }
  })
}

/**
 * Gives back what a payment brought although it was not outstanding, whatever has become of its invoice: no days hang on it. A
 * card is refunded by this; whatever else staff have paid back before.
 *
 * Throws NOT_FOUND; BAD_USER_INPUT for an amount that isn't 1 to what of the payment is still unapplied (maximum, currency), for a
 * method that is missing, or CARD where no card has paid, and for an instant to come; IDEMPOTENCY_CONFLICT.
 */
export async function returnUnappliedPayment(
  tx: Tx,
  actor: string,
  accountId: string,
  input: ReturnPayment,
): Promise<Decided<PaymentReturnOutcome>> {
  const { invoiceId } = input
  const key = requestKey(accountId, 'returnUnappliedPayment', input)
  return inBook(tx, { accountId, key }, async (book) => {
    const invoice = await invoiceOf(tx, book, invoiceId)
    return { invoiceId, paymentReturnId: await giveBack(tx, book, actor, invoice, input, true) }
  })
}

async function giveBack(
  tx: Tx,
  book: AccountBook,
  actor: string,
  invoice: Invoice,
  input: ReturnPayment,
  fromUnapplied: boolean,
): Promise<string> {
  const { id: invoiceId, accountId } = invoice
  const { paymentId, reason } = input
  const payment = isId('payment', paymentId)
    ? await tx.manager.findOneBy(Payment, { id: paymentId, accountId, invoiceId })
    : null
  if (payment === null) throw new NotFoundError('payment', paymentId)
  // What came in another currency was never applied.
  const { currency } = payment
  const [gone] = await tx.query<{ minor: number }>(RETURNED, [paymentId, fromUnapplied, accountId])
  const maximum = (fromUnapplied ? payment.unappliedMinor : payment.amountMinor) - (gone?.minor ?? 0)
  const amount = input.amount ?? maximum
  if (amount < 1 || amount > maximum) {
    throw new BadUserInputError(
      'amount',
      `${maximum} of the payment are left (minor units of ${currency}); a return is of 1 to that.`,
      { maximum, received: amount, currency },
    )
  }
  const byCard = payment.providerPaymentId !== null && (input.method ?? PaymentMethod.CARD) === PaymentMethod.CARD
  if (!byCard && (input.method == null || input.method === PaymentMethod.CARD)) {
    throw new BadUserInputError('method', 'method has to say how it was paid back: no card can be refunded.')
  }
  refuseInstantToCome('returnedAt', input.returnedAt, book.now)
  const returnedAt = byCard ? book.now : (input.returnedAt ?? book.now)
  const paymentReturnId = newId('paymentReturn')
  await tx.manager.insert(PaymentReturn, {
    ...{ id: paymentReturnId, accountId, invoiceId, paymentId, amountMinor: amount, currency, fromUnapplied },
    ...{ reason, returnedAt, actor },
  })
  const data = { paymentId, paymentReturnId, amount, currency, reason }
  if (fromUnapplied) {
    recordInvoiceEvent(book, invoice, { type: 'invoice.unapplied_payment_returned', actor, data })
  } else {
    const changes = { paidMinor: invoice.paidMinor - amount }
    await changeInvoice(tx, book, invoice, changes, { type: 'invoice.payment_returned', actor, data })
  }
  if (byCard) {
    const of = { paymentReturnId, paymentId, fromUnapplied, amountMinor: amount }
    await refundToCards(tx, book, actor, { id: invoiceId, accountId, currency }, of)
  } else {
    await enterRefund(tx, book, actor, {
      ...{ invoiceId, creditNoteId: null, paymentReturnId, currency, amount },
      ...{ method: input.method ?? PaymentMethod.OTHER, reference: input.reference ?? null },
      refundedAt: input.returnedAt ?? null,
    })
  }
  return paymentReturnId
}

const RETURNED: Statement = {
  name: 'returned-of-payment',
  text: `
    SELECT coalesce(sum(amount_minor), 0)::bigint AS minor FROM payment_return
    WHERE account_id = $3 AND payment_id = $1 AND from_unapplied = $2`,
}
