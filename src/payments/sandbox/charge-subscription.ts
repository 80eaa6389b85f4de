import { DAY_MS } from '../../clock'
import type { Tx } from '../../database'
import { PaymentProviderError } from '../../errors'
import { endOfPeriod } from './calendar-periods'
import { prorateChange, type ProratedChange } from './prorate-change'
import { aboutInvoice, aboutSubscription, recordSandboxEvent } from './record-sandbox-event'
import type { StoredCard } from './sandbox-cards'
import { sandboxId } from './sandbox-id'
import { SandboxPayment, SandboxPrice, SandboxSubscription, SandboxSubscriptionInvoice } from './sandbox.entity'

/** Days after the start of an unpaid period at which its charge is tried again; after the last one it is given up. */
export const RETRY_AFTER_DAYS = [1, 3, 5, 7] as const

/** Waits for whoever is at work on the subscription. Null where there is none. */
export async function lockSubscription(tx: Tx, subscriptionId: string): Promise<SandboxSubscription | null> {
  return tx.manager.findOne(SandboxSubscription, {
    where: { id: subscriptionId },
    lock: { mode: 'pessimistic_write' },
  })
}

export interface NewSubscription {
  accountId: string
  customerId: string
  channelId: string
  card: StoredCard
  cardEnding: string
}

/** Begins with a first period that is paid. */
export async function beginSubscription(
  tx: Tx,
  given: NewSubscription,
  price: SandboxPrice,
  at: Date,
): Promise<SandboxSubscription> {
  const periodEnd = endOfPeriod(at, price.planInterval, 1)
  const subscription = tx.manager.create(SandboxSubscription, {
    ...given,
    id: sandboxId('sub'),
    priceId: price.id,
    status: 'ACTIVE',
    cancelAtPeriodEnd: false,
    anchor: at,
    periods: 1,
    periodStart: at,
    periodEnd,
    paidThrough: periodEnd,
    creditMinor: 0,
    dueAt: periodEnd,
    createdAt: at,
    endedAt: null,
  })
  await tx.manager.insert(SandboxSubscription, subscription)
  await recordSandboxEvent(tx, 'customer.subscription.created', at, aboutSubscription(subscription))
  await enterInvoice(tx, subscription, { reason: 'BEGIN', dueMinor: price.amountMinor, status: 'PAID' }, price, at)
  return subscription
}

/**
 * Brings about what time has brought to a locked subscription until `now`, one thing after the other and each as of its own
 * instant. Answers how many there were.
 */
export async function settleSubscription(tx: Tx, subscription: SandboxSubscription, now: Date): Promise<number> {
  let count = 0
  for (; subscription.dueAt !== null && subscription.dueAt <= now; count += 1) {
    await doNextDue(tx, subscription, subscription.dueAt)
  }
  return count
}

/** The earliest thing that is due of a locked subscription, as of its instant. */
export async function doNextDue(tx: Tx, subscription: SandboxSubscription, at: Date): Promise<void> {
  if (subscription.status === 'PAST_DUE') await chargeAgain(tx, subscription, at, true)
  else if (subscription.cancelAtPeriodEnd) await endSubscription(tx, subscription, at)
  else await renew(tx, subscription, at)
}

async function renew(tx: Tx, subscription: SandboxSubscription, at: Date): Promise<void> {
  const price = await priceOf(tx, subscription.priceId)
  const creditUsed = Math.min(subscription.creditMinor, price.amountMinor)
  const dueMinor = price.amountMinor - creditUsed
  const isPaid = dueMinor === 0 || subscription.card === 'PAYS'
  const periods = subscription.periods + 1
  const periodEnd = endOfPeriod(subscription.anchor, price.planInterval, periods)
  await change(tx, subscription, {
    periods,
    periodStart: at,
    periodEnd,
    creditMinor: subscription.creditMinor - creditUsed,
    ...(isPaid ? { paidThrough: periodEnd, dueAt: periodEnd } : { status: 'PAST_DUE', dueAt: retryAt(at, 1) }),
  })
  await recordSandboxEvent(tx, 'customer.subscription.updated', at, aboutSubscription(subscription))
  await enterInvoice(tx, subscription, { reason: 'RENEWAL', dueMinor, status: isPaid ? 'PAID' : 'OPEN' }, price, at)
}

/**
 * Charges for the period that is not paid. As the clock does it (`scheduled`), the next try is set, or the subscription ends
 * where there is none; as a new card does it, the tries to come stay as they are.
 */
export async function chargeAgain(
  tx: Tx,
  subscription: SandboxSubscription,
  at: Date,
  scheduled: boolean,
): Promise<void> {
  const invoice = await tx.manager.findOneByOrFail(SandboxSubscriptionInvoice, {
    subscriptionId: subscription.id,
    status: 'OPEN',
  })
  if (subscription.card === 'PAYS') {
    await tx.manager.update(SandboxSubscriptionInvoice, { id: invoice.id }, { status: 'PAID' })
    const { periodEnd } = subscription
    await change(tx, subscription, { status: 'ACTIVE', paidThrough: periodEnd, dueAt: periodEnd })
    await recordSandboxEvent(tx, 'customer.subscription.updated', at, aboutSubscription(subscription))
    await takeMoney(tx, subscription, invoice, at)
    await recordSandboxEvent(tx, 'invoice.paid', at, aboutInvoice(invoice.id, subscription))
    return
  }
  await recordSandboxEvent(tx, 'invoice.payment_failed', at, aboutInvoice(invoice.id, subscription))
  if (!scheduled) return
  const attempts = invoice.attempts + 1
  await tx.manager.update(SandboxSubscriptionInvoice, { id: invoice.id }, { attempts })
  if (attempts > RETRY_AFTER_DAYS.length) await endSubscription(tx, subscription, at)
  else await change(tx, subscription, { dueAt: retryAt(invoice.createdAt, attempts) })
}

function retryAt(start: Date, attempts: number): Date {
  const days = RETRY_AFTER_DAYS[attempts - 1]
  if (days === undefined) throw new Error(`no try comes after ${attempts} of them`)
  return new Date(start.getTime() + days * DAY_MS)
}

/** Ends it at an instant. What is unpaid of it is given up. */
export async function endSubscription(tx: Tx, subscription: SandboxSubscription, at: Date): Promise<void> {
  await tx.manager.update(
    SandboxSubscriptionInvoice,
    { subscriptionId: subscription.id, status: 'OPEN' },
    { status: 'UNCOLLECTIBLE' },
  )
  await change(tx, subscription, { status: 'CANCELED', dueAt: null, endedAt: at })
  await recordSandboxEvent(tx, 'customer.subscription.deleted', at, aboutSubscription(subscription))
}

/** Says whether it ends with its period. Nothing is told where that is so already. */
export async function setCancelAtPeriodEnd(
  tx: Tx,
  subscription: SandboxSubscription,
  cancel: boolean,
  at: Date,
): Promise<void> {
  if (subscription.status === 'CANCELED') throw new PaymentProviderError('The subscription has ended.')
  if (subscription.cancelAtPeriodEnd === cancel) return
  await change(tx, subscription, { cancelAtPeriodEnd: cancel })
  await recordSandboxEvent(tx, 'customer.subscription.updated', at, aboutSubscription(subscription))
}

/** Another card for what is charged from now on. What is unpaid is tried with it at once. */
export async function setCard(
  tx: Tx,
  subscription: SandboxSubscription,
  card: { card: StoredCard; cardEnding: string },
  at: Date,
): Promise<void> {
  await change(tx, subscription, card)
  if (subscription.status === 'PAST_DUE') await chargeAgain(tx, subscription, at, false)
  else await recordSandboxEvent(tx, 'customer.subscription.updated', at, aboutSubscription(subscription))
}

export interface PricedChange extends ProratedChange {
  /** What the card is charged; less than 0 is credited. */
  readonly dueMinor: number
  readonly creditUsedMinor: number
  readonly price: SandboxPrice
}

/**
 * What a change of plan costs. Null where the subscription has that price already.
 *
 * Throws PAYMENT_PROVIDER where the price is not the account's, is archived or in another currency, where the subscription is
 * not paid, and where `prorationAt` lies outside its period.
 */
export async function priceChange(
  tx: Tx,
  subscription: SandboxSubscription,
  priceId: string,
  prorationAt: Date,
): Promise<PricedChange | null> {
  if (subscription.status !== 'ACTIVE') {
    throw new PaymentProviderError('Only a subscription that is paid can change its plan.')
  }
  if (subscription.priceId === priceId) return null
  const from = await priceOf(tx, subscription.priceId)
  const price = await requirePrice(tx, priceId, subscription.accountId)
  if (price.currency !== from.currency) {
    throw new PaymentProviderError(`The subscription is paid in ${from.currency}, and the plan in ${price.currency}.`)
  }
  const { periodStart, periodEnd } = subscription
  if (!(prorationAt >= periodStart && prorationAt < periodEnd)) {
    throw new PaymentProviderError(
      `The change is reckoned from an instant outside the period that runs, ${periodStart.toISOString()} to ${periodEnd.toISOString()}.`,
    )
  }
  const prorated = prorateChange(from, price, subscription, prorationAt)
  const creditUsedMinor = Math.min(subscription.creditMinor, Math.max(prorated.totalMinor, 0))
  const credit = { description: 'Credit of earlier changes', amountMinor: -creditUsedMinor }
  return {
    ...prorated,
    lines: creditUsedMinor === 0 ? prorated.lines : [...prorated.lines, credit],
    dueMinor: prorated.totalMinor - creditUsedMinor,
    creditUsedMinor,
    price,
  }
}

/** Throws PAYMENT_PROVIDER where the card does not pay: the old plan stays. */
export async function applyChange(
  tx: Tx,
  subscription: SandboxSubscription,
  priced: PricedChange,
  at: Date,
): Promise<void> {
  const { price, periodStart, periodEnd, beginsAnew, totalMinor, creditUsedMinor } = priced
  const dueMinor = Math.max(priced.dueMinor, 0)
  if (dueMinor > 0 && subscription.card !== 'PAYS') {
    throw new PaymentProviderError('The card was declined: the plan stays as it is.', { declined: true })
  }
  await change(tx, subscription, {
    priceId: price.id,
    ...(beginsAnew && { anchor: periodStart, periods: 1, periodStart }),
    periodEnd,
    paidThrough: periodEnd,
    dueAt: periodEnd,
    creditMinor: subscription.creditMinor - creditUsedMinor + Math.max(-totalMinor, 0),
  })
  await recordSandboxEvent(tx, 'customer.subscription.updated', at, aboutSubscription(subscription))
  await enterInvoice(tx, subscription, { reason: 'CHANGE', dueMinor, status: 'PAID' }, price, at)
}

/** A price for new subscriptions of an account. Throws PAYMENT_PROVIDER where it is none. */
export async function requirePrice(tx: Tx, priceId: string, accountId: string): Promise<SandboxPrice> {
  // Locked against being archived meanwhile.
  const price = await tx.manager.findOne(SandboxPrice, {
    where: { id: priceId, accountId },
    lock: { mode: 'pessimistic_read' },
  })
  if (price === null) throw new PaymentProviderError('There is no such price.')
  if (price.archivedAt !== null) throw new PaymentProviderError('The price is archived: nothing new is sold at it.')
  return price
}

async function priceOf(tx: Tx, priceId: string): Promise<SandboxPrice> {
  return tx.manager.findOneByOrFail(SandboxPrice, { id: priceId })
}

async function change(tx: Tx, subscription: SandboxSubscription, to: Partial<SandboxSubscription>): Promise<void> {
  Object.assign(subscription, to)
  await tx.manager.update(SandboxSubscription, { id: subscription.id }, to)
}

/** An invoice for the period as the subscription has it now, and the money for it where it is paid. */
async function enterInvoice(
  tx: Tx,
  subscription: SandboxSubscription,
  given: Pick<SandboxSubscriptionInvoice, 'reason' | 'dueMinor' | 'status'>,
  { currency }: SandboxPrice,
  at: Date,
): Promise<void> {
  const { id: subscriptionId, periodStart, periodEnd } = subscription
  const invoice = tx.manager.create(SandboxSubscriptionInvoice, {
    ...given,
    id: sandboxId('in'),
    subscriptionId,
    periodStart,
    periodEnd,
    currency,
    attempts: 1,
    createdAt: at,
  })
  await tx.manager.insert(SandboxSubscriptionInvoice, invoice)
  const isPaid = given.status === 'PAID'
  if (isPaid) await takeMoney(tx, subscription, invoice, at)
  const told = isPaid ? 'invoice.paid' : 'invoice.payment_failed'
  await recordSandboxEvent(tx, told, at, aboutInvoice(invoice.id, subscription))
}

const PAID_FOR = { BEGIN: 'First period', RENEWAL: 'Renewal', CHANGE: 'Change of plan' } as const

async function takeMoney(
  tx: Tx,
  { customerId, channelId }: SandboxSubscription,
  { id, reason, dueMinor, currency }: SandboxSubscriptionInvoice,
  at: Date,
): Promise<void> {
  if (dueMinor === 0) return
  await tx.manager.insert(SandboxPayment, {
    id: sandboxId('pay'),
    customerId,
    checkoutId: null,
    subscriptionInvoiceId: id,
    description: `${PAID_FOR[reason]} of ${channelId}`,
    amountMinor: dueMinor,
    refundedMinor: 0,
    currency,
    paidAt: at,
  })
}
