import { Account } from '../../accounts/account.entity'
import { readClock } from '../../clock'
import type { Tx } from '../../database'
import { PaymentProviderError } from '../../errors'
import { saveCard } from './charge-card'
import { beginSubscription } from './charge-subscription'
import { disputePayment } from './dispute-payment'
import { aboutCheckout, recordSandboxEvent } from './record-sandbox-event'
import { accountNow } from './run-sandbox-renewals'
import type { CardOutcome } from './sandbox-cards'
import { sandboxId } from './sandbox-id'
import { SandboxCheckout, SandboxPayment, SandboxPrice } from './sandbox.entity'

/** Which accounts the sandbox serves: in production those whose money is not real. */
export interface SandboxPolicy {
  readonly sandboxAccountsOnly: boolean
}

/** How far a payment has come: DECLINED and UNCONFIRMED can be tried again, CLOSED can't. */
export type PaymentResult = 'PAID' | 'DECLINED' | 'ASKS' | 'UNCONFIRMED' | 'CLOSED'

/** Null where there is no such page. One whose time is over is EXPIRED, whether or not that was written down yet. */
export async function findCheckout(tx: Tx, checkoutId: string, toPay = false): Promise<SandboxCheckout | null> {
  const checkout = await tx.manager.findOne(SandboxCheckout, {
    where: { id: checkoutId },
    ...(toPay && { lock: { mode: 'pessimistic_write' } }),
  })
  if (checkout?.status === 'OPEN' && checkout.expiresAt <= (await readClock(tx))) checkout.status = 'EXPIRED'
  return checkout
}

/** Throws PAYMENT_PROVIDER for an account that lives by real money, where only sandboxes are served. */
export async function requireServed(tx: Tx, accountId: string, policy: SandboxPolicy): Promise<void> {
  const account = await tx.manager.findOneBy(Account, { id: accountId })
  if (account === null) throw new PaymentProviderError('There is no such account.')
  if (policy.sandboxAccountsOnly && !account.sandbox) {
    throw new PaymentProviderError(
      'Card payments are not set up: in production the built-in test provider serves sandbox accounts only. ' +
        'Set STRIPE_SECRET_KEY to take real payments.',
    )
  }
}

/** A card is put in on the page. One that is declined changes nothing. Paid twice it is paid once. */
export async function payCheckout(
  tx: Tx,
  policy: SandboxPolicy,
  checkoutId: string,
  card: { outcome: CardOutcome; ending: string },
): Promise<PaymentResult> {
  const checkout = await findCheckout(tx, checkoutId, true)
  if (checkout === null || checkout.status === 'EXPIRED') return 'CLOSED'
  if (checkout.status === 'COMPLETE') return 'PAID'
  await requireServed(tx, checkout.accountId, policy)
  if (card.outcome === 'DECLINED') return 'DECLINED'
  if (card.outcome === 'ASKS') {
    await tx.manager.update(SandboxCheckout, { id: checkoutId }, { confirming: card.ending })
    return 'ASKS'
  }
  await complete(tx, checkout, card)
  return 'PAID'
}

/** Its holder confirms the payment that the card asked about, or doesn't. */
export async function confirmCheckout(
  tx: Tx,
  policy: SandboxPolicy,
  checkoutId: string,
  confirms: boolean,
): Promise<PaymentResult> {
  const checkout = await findCheckout(tx, checkoutId, true)
  if (checkout === null || checkout.status === 'EXPIRED') return 'CLOSED'
  if (checkout.status === 'COMPLETE') return 'PAID'
  await requireServed(tx, checkout.accountId, policy)
  if (checkout.confirming === null) return 'UNCONFIRMED'
  if (!confirms) {
    await tx.manager.update(SandboxCheckout, { id: checkoutId }, { confirming: null })
    return 'UNCONFIRMED'
  }
  await complete(tx, checkout, { outcome: 'ASKS', ending: checkout.confirming })
  return 'PAID'
}

async function complete(
  tx: Tx,
  checkout: SandboxCheckout,
  card: { outcome: CardOutcome; ending: string },
): Promise<void> {
  const { id, accountId, customerId, channelId, priceId, intent } = checkout
  const at = await accountNow(tx, accountId)
  let subscriptionId: string | null = null
  let paymentId: string | null = null
  const cardId = intent === null ? null : await saveCard(tx, customerId, card, at)
  if (channelId !== null && priceId !== null) {
    const price = await tx.manager.findOneByOrFail(SandboxPrice, { id: priceId })
    const stored = { card: card.outcome === 'FAILS_LATER' ? 'FAILS' : 'PAYS', cardEnding: card.ending } as const
    const subscription = await beginSubscription(tx, { accountId, customerId, channelId, ...stored }, price, at)
    subscriptionId = subscription.id
  } else if (checkout.amountMinor > 0) {
    paymentId = sandboxId('pay')
    await tx.manager.insert(SandboxPayment, {
      id: paymentId,
      customerId,
      checkoutId: id,
      subscriptionInvoiceId: null,
      description: checkout.description,
      amountMinor: checkout.amountMinor,
      refundedMinor: 0,
      currency: checkout.currency,
      paidAt: at,
    })
  }
  const done = { status: 'COMPLETE', confirming: null, subscriptionId, cardId, completedAt: at } as const
  await tx.manager.update(SandboxCheckout, { id }, done)
  await recordSandboxEvent(tx, 'checkout.session.completed', at, aboutCheckout(checkout))
  if (paymentId !== null && card.outcome === 'DISPUTED') await disputePayment(tx, paymentId)
}
