import type { Tx } from '../database'
import { Payment, PaymentMethod } from '../invoices/payment.entity'
import { inBook, type AccountBook } from '../ledger/account-book'
import type { ProviderRefund } from '../payments/payment-provider'
import { refuseIfOurs } from '../payments/payment-not-here'
import type { ProviderCall } from '../payments/provider-call.entity'
import { newId } from '../typed-id'
import { Refund, RefundStatus } from './refund.entity'

/** Who brings about what a provider's refund says. */
export const REFUND_ACTOR = 'job:payments'

/**
 * Applies a refund as it stands at the provider, in any order and as often as one likes. One that failed leaves the money
 * to be paid back in another way. One that nobody asked for here, made at the provider's own dashboard, is kept as unapplied
 * and told: it takes no days, since a person decided on the money, and has to decide on the days too.
 *
 * Answers the account whose payment it is about; null where it is none of ours. Throws PaymentNotHereError where that payment is still
 * to come in.
 */
export async function applyRefund(tx: Tx, provider: string, found: ProviderRefund): Promise<string | null> {
  // Whose it is, is known by the payment that goes back.
  const payment = await tx.manager.findOneBy(Payment, { provider, providerPaymentId: found.paymentId })
  if (payment === null) return refuseIfOurs(tx, found)
  const { accountId } = payment
  await inBook(tx, { accountId }, async (book) => {
    const known = await findOurs(tx, book, provider, found)
    if (known !== null) await follow(tx, book, provider, known, found)
    else if (found.status !== 'FAILED') await keepUnapplied(tx, book, provider, payment, found)
    return null
  })
  return accountId
}

/** The provider has refused to make a refund, for good, by the stored intent by which it was told. */
export async function failRefund(
  tx: Tx,
  { accountId, id: providerCallId }: Pick<ProviderCall, 'accountId' | 'id'>,
  failure: string,
): Promise<void> {
  await inBook(tx, { accountId }, async (book) => {
    const known = await tx.manager.findOneBy(Refund, { accountId, providerCallId })
    if (known?.status === RefundStatus.PENDING) await change(tx, book, known, { status: RefundStatus.FAILED, failure })
    return null
  })
}

async function findOurs(
  tx: Tx,
  { accountId }: AccountBook,
  provider: string,
  { refundId, intentId }: ProviderRefund,
): Promise<Refund | null> {
  const byProvider = await tx.manager.findOneBy(Refund, { accountId, provider, providerId: refundId })
  if (byProvider !== null || intentId === null) return byProvider
  return tx.manager.findOneBy(Refund, { accountId, providerCallId: intentId })
}

async function follow(
  tx: Tx,
  book: AccountBook,
  provider: string,
  known: Refund,
  { refundId: providerId, status, failure }: ProviderRefund,
): Promise<void> {
  const isNew = known.providerId === null
  // What has failed may have been paid back in another way since.
  if (known.status === RefundStatus.FAILED || (!isNew && RefundStatus[status] === known.status)) {
    if (isNew) await tx.manager.update(Refund, { accountId: book.accountId, id: known.id }, { provider, providerId })
    return
  }
  await change(tx, book, known, { provider, providerId, status: RefundStatus[status], failure })
}

async function change(tx: Tx, book: AccountBook, refund: Refund, changes: Partial<Refund>): Promise<void> {
  const { id, invoiceId, creditNoteId, paymentReturnId, amountMinor: amount, currency } = refund
  const status = changes.status ?? refund.status
  const refundedAt = status === RefundStatus.SUCCEEDED ? (refund.refundedAt ?? book.now) : null
  await tx.manager.update(Refund, { accountId: book.accountId, id }, { ...changes, refundedAt })
  if (status === refund.status) return
  const data = { invoiceId, creditNoteId, paymentReturnId, amount, currency, status, failure: changes.failure ?? null }
  const told = { subject: id, actor: REFUND_ACTOR, data }
  if (status === RefundStatus.FAILED) book.record({ type: 'refund.failed', ...told })
  else book.record({ type: 'refund.recorded', ...told })
}

async function keepUnapplied(
  tx: Tx,
  book: AccountBook,
  provider: string,
  { id: paymentId, accountId, invoiceId }: Payment,
  { refundId: providerId, amountMinor, currency, status }: ProviderRefund,
): Promise<void> {
  const id = newId('refund')
  await tx.manager.insert(Refund, {
    ...{ id, accountId, invoiceId, creditNoteId: null, paymentReturnId: null, paymentId, method: PaymentMethod.CARD },
    ...{ amountMinor, currency, reference: null, status: RefundStatus[status], provider, providerId },
    ...{ providerCallId: null, failure: null, refundedAt: status === 'SUCCEEDED' ? book.now : null },
    ...{ createdAt: book.now, actor: REFUND_ACTOR },
  })
  const data = { invoiceId, paymentId, amount: amountMinor, currency, status }
  book.record({ type: 'refund.unapplied', subject: id, actor: REFUND_ACTOR, data })
}
