import type { Tx } from '../database'
import { Payment, PaymentMethod } from '../invoices/payment.entity'
import { inBook, type AccountBook } from '../ledger/account-book'
import type { ProviderRefund } from '../payments/payment-provider'
import { newId } from '../typed-id'
import { Refund, RefundStatus } from './refund.entity'

/** Who brings about what a provider's refund says. */
export const REFUND_ACTOR = 'job:payments'

/**
 * Applies a refund as it stands at the provider, in any order and as often as one likes. One that failed leaves the money
 * to be paid back in another way. One that nobody asked for here, made at the provider's own dashboard, is kept as unapplied
 * and told: it takes no days, since a person decided on the money, and has to decide on the days too.
 *
 * Answers the account whose payment it is about; null where it is none of ours.
 */
export async function applyRefund(tx: Tx, provider: string, found: ProviderRefund): Promise<string | null> {
  const ours = await findOurs(tx, provider, found)
  const payment = ours === null ? await paymentOf(tx, provider, found) : null
  const accountId = ours?.accountId ?? payment?.accountId
  if (accountId === undefined) return null
  await inBook(tx, { accountId }, async (book) => {
    // Looked at anew: it was found before the account was locked.
    const known = await findOurs(tx, provider, found)
    if (known !== null) await follow(tx, book, provider, known, found)
    else if (payment !== null && found.status !== 'FAILED') await keepUnapplied(tx, book, provider, payment, found)
    return null
  })
  return accountId
}

/** The provider has refused to make a refund, for good. `callId` is the intent by which it was told. */
export async function failRefund(tx: Tx, callId: string, failure: string): Promise<string | null> {
  const refund = await tx.manager.findOneBy(Refund, { providerCallId: callId })
  if (refund === null) return null
  const { accountId } = refund
  await inBook(tx, { accountId }, async (book) => {
    const known = await tx.manager.findOneByOrFail(Refund, { providerCallId: callId })
    if (known.status === RefundStatus.PENDING) await change(tx, book, known, { status: RefundStatus.FAILED, failure })
    return null
  })
  return accountId
}

function paymentOf(tx: Tx, provider: string, { paymentId }: ProviderRefund): Promise<Payment | null> {
  return tx.manager.findOneBy(Payment, { provider, providerPaymentId: paymentId })
}

async function findOurs(tx: Tx, provider: string, { refundId, intentId }: ProviderRefund): Promise<Refund | null> {
  const byProvider = await tx.manager.findOneBy(Refund, { provider, providerId: refundId })
  if (byProvider !== null || intentId === null) return byProvider
  return tx.manager.findOneBy(Refund, { providerCallId: intentId })
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
    if (isNew) await tx.manager.update(Refund, { id: known.id }, { provider, providerId })
    return
  }
  await change(tx, book, known, { provider, providerId, status: RefundStatus[status], failure })
}

async function change(tx: Tx, book: AccountBook, refund: Refund, changes: Partial<Refund>): Promise<void> {
  const { id, invoiceId, creditNoteId, paymentReturnId, amountMinor: amount, currency } = refund
  const status = changes.status ?? refund.status
  const refundedAt = status === RefundStatus.SUCCEEDED ? (refund.refundedAt ?? book.now) : null
  await tx.manager.update(Refund, { id }, { ...changes, refundedAt })
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
