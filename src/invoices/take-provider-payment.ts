import type { Tx } from '../database'
import type { AccountBook } from '../ledger/account-book'
import type { ProviderCheckout } from '../payments/payment-provider'
import { PROVIDER_ACTOR } from '../payments/provider-changes'
import type { Invoice } from './invoice.entity'
import { Payment, PaymentMethod } from './payment.entity'
import { takePayment } from './take-payment'

/**
 * Enters a payment of the provider's, once: it is one row, and the account's lock covers the look for it. How much came, and in
 * which currency, is what the provider says.
 */
export async function takeProviderPayment(
  tx: Tx,
  book: AccountBook,
  provider: string,
  invoice: Invoice,
  { paymentId, amountMinor, currency, paidAt }: NonNullable<ProviderCheckout['payment']>,
): Promise<void> {
  if (amountMinor <= 0) return
  const { accountId } = invoice
  if (await tx.manager.existsBy(Payment, { accountId, provider, providerPaymentId: paymentId })) return
  await takePayment(tx, book, PROVIDER_ACTOR, invoice, {
    method: PaymentMethod.CARD,
    amountMinor,
    currency,
    reference: paymentId,
    // The provider's clock may be ahead of ours.
    receivedAt: paidAt < book.now ? paidAt : book.now,
    provider,
    providerPaymentId: paymentId,
  })
}
