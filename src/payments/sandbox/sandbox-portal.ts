import { readClock } from '../../clock'
import type { Tx } from '../../database'
import { lockSubscription, setCancelAtPeriodEnd, setCard, settleSubscription } from './charge-subscription'
import { accountNow } from './run-sandbox-renewals'
import type { CardOutcome } from './sandbox-cards'
import { SandboxCustomer, SandboxPayment, SandboxPortal, SandboxPrice, SandboxSubscription } from './sandbox.entity'

/** Subscriptions and payments that the page shows, the newest first. */
const SHOWN = 100

export interface PortalView {
  readonly customer: SandboxCustomer
  readonly returnUrl: string
  readonly isExpired: boolean
  readonly subscriptions: readonly { subscription: SandboxSubscription; price: SandboxPrice }[]
  readonly payments: readonly SandboxPayment[]
}

/** What a customer sees of itself, with all that time has brought it. Null where there is no such page. */
export async function viewPortal(tx: Tx, portalId: string): Promise<PortalView | null> {
  const portal = await tx.manager.findOneBy(SandboxPortal, { id: portalId })
  if (portal === null) return null
  const { customerId, returnUrl } = portal
  const customer = await tx.manager.findOneByOrFail(SandboxCustomer, { id: customerId })
  const isExpired = portal.expiresAt <= (await readClock(tx))
  if (isExpired) return { customer, returnUrl, isExpired, subscriptions: [], payments: [] }
  const newest = { where: { customerId }, take: SHOWN }
  const subscriptions = await tx.manager.find(SandboxSubscription, {
    ...newest,
    order: { endedAt: { direction: 'DESC', nulls: 'FIRST' }, createdAt: 'DESC', id: 'DESC' },
  })
  const prices = await tx.manager.findBy(SandboxPrice, { accountId: customer.accountId })
  const payments = await tx.manager.find(SandboxPayment, { ...newest, order: { paidAt: 'DESC', id: 'DESC' } })
  return {
    customer,
    returnUrl,
    isExpired,
    subscriptions: subscriptions.flatMap((subscription) => {
      const price = prices.find(({ id }) => id === subscription.priceId)
      return price === undefined ? [] : [{ subscription, price }]
    }),
    payments,
  }
}

/**
 * Ends a subscription of the page's customer with its period, or takes that back. Answers false where it is none of its own.
 * Throws PAYMENT_PROVIDER where it has ended.
 */
export async function cancelInPortal(
  tx: Tx,
  customerId: string,
  subscriptionId: string,
  cancel: boolean,
): Promise<boolean> {
  const subscription = await lockSubscription(tx, subscriptionId)
  if (subscription?.customerId !== customerId) return false
  const now = await accountNow(tx, subscription.accountId)
  await settleSubscription(tx, subscription, now)
  await setCancelAtPeriodEnd(tx, subscription, cancel, now)
  return true
}

/** Puts another card to all running subscriptions of a customer. One that is declined is not kept: answers false. */
export async function changeCardInPortal(
  tx: Tx,
  customer: SandboxCustomer,
  card: { outcome: CardOutcome; ending: string },
): Promise<boolean> {
  if (card.outcome === 'DECLINED') return false
  const stored = { card: card.outcome === 'FAILS_LATER' ? 'FAILS' : 'PAYS', cardEnding: card.ending } as const
  const running = await tx.manager.find(SandboxSubscription, {
    where: { customerId: customer.id },
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  })
  const now = await accountNow(tx, customer.accountId)
  for (const subscription of running) {
    await settleSubscription(tx, subscription, now)
    if (subscription.status !== 'CANCELED') await setCard(tx, subscription, stored, now)
  }
  return true
}
