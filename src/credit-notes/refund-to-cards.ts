import type { Statement, Tx } from '../database'
import type { Invoice } from '../invoices/invoice.entity'
import { Payment, PaymentMethod } from '../invoices/payment.entity'
import type { AccountBook } from '../ledger/account-book'
import { planProviderCall } from '../payments/plan-provider-call'
import { ProviderCallKind } from '../payments/provider-call.entity'
import { newId } from '../typed-id'
import { Refund, RefundStatus } from './refund.entity'

/** What is to go back, and for what: a credit note, or the return of one payment. */
export interface MoneyBack {
  creditNoteId?: string
  paymentReturnId?: string
  /** Only to this payment's card. */
  paymentId?: string
  /** Of what that payment brought beyond what was outstanding: whoever asks has seen how much of it is left. */
  fromUnapplied?: boolean
  amountMinor: number
}

/**
 * Stores that the payment provider shall pay money back to the cards that paid an invoice, as far as they paid: each call is
 * made after the commit, for certain and once. Answers what is left for staff to pay back in another way.
 */
export async function refundToCards(
  tx: Tx,
  book: AccountBook,
  actor: string,
  { id: invoiceId, accountId, currency }: Pick<Invoice, 'id' | 'accountId' | 'currency'>,
  { creditNoteId, paymentReturnId, paymentId, fromUnapplied = false, amountMinor }: MoneyBack,
): Promise<number> {
  const payments = await tx.manager.find(Payment, {
    where: { accountId, invoiceId, ...(paymentId !== undefined && { id: paymentId }) },
    order: { id: 'ASC' },
  })
  let left = amountMinor
  for (const payment of payments) {
    const { providerPaymentId } = payment
    if (providerPaymentId === null || left === 0) continue
    const amount = fromUnapplied ? left : Math.min(left, await refundableOf(tx, payment, paymentReturnId ?? null))
    if (amount === 0) continue
    left -= amount
    const refundId = newId('refund')
    const request = { refundId, paymentId: providerPaymentId, amountMinor: String(amount), currency }
    const providerCallId = await planProviderCall(tx, book, { kind: ProviderCallKind.REFUND, request })
    await tx.manager.insert(Refund, {
      ...{ id: refundId, accountId, invoiceId, creditNoteId: creditNoteId ?? null },
      ...{ paymentReturnId: paymentReturnId ?? null, paymentId: payment.id, method: PaymentMethod.CARD },
      ...{ amountMinor: amount, currency, reference: null, status: RefundStatus.PENDING, provider: null },
      ...{ providerId: null, providerCallId, failure: null, refundedAt: null, createdAt: book.now, actor },
    })
    const data = { invoiceId, creditNoteId, paymentReturnId, amount, currency, status: RefundStatus.PENDING }
    book.record({ type: 'refund.requested', subject: refundId, actor, data })
  }
  return left
}

/** What of a payment can still go back to its card: less what goes back already, was returned otherwise, or is disputed. */
async function refundableOf(
  tx: Tx,
  { accountId, id, amountMinor }: Payment,
  paymentReturnId: string | null,
): Promise<number> {
  const [row] = await tx.query<{ minor: number }>(GONE_OF_PAYMENT, [id, paymentReturnId, accountId])
  return Math.max(0, amountMinor - (row?.minor ?? 0))
}

// Of a payment that was returned, what went back in whatever way; and that of this very return is what is asked for.
const GONE_OF_PAYMENT: Statement = {
  name: 'gone-of-payment',
  text: `
    SELECT (
      coalesce((SELECT sum(amount_minor) FROM refund
                WHERE account_id = $3 AND payment_id = $1 AND status <> 'FAILED' AND payment_return_id IS NULL), 0)
      + coalesce((SELECT sum(amount_minor) FROM payment_return
                  WHERE account_id = $3 AND payment_id = $1 AND id IS DISTINCT FROM $2 AND NOT from_unapplied), 0)
      + coalesce((SELECT sum(amount_minor) FROM chargeback
                  WHERE account_id = $3 AND payment_id = $1 AND status <> 'WON'), 0)
    )::bigint AS minor`,
}
