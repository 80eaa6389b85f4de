import type Stripe from 'stripe'
import { PaymentProviderError } from '../../errors'
import { TaxIdKind, TaxIdVerification } from '../../particulars/tax-id'
import type {
  ProviderCard,
  ProviderCharge,
  ProviderCheckout,
  ProviderCustomer,
  ProviderDispute,
  ProviderRefund,
  ProviderSubscription,
} from '../payment-provider'
import { minorOf } from './stripe-amounts'

/** Stripe's objects as ours. What bears no ids of ours belongs to somebody else who shares the Stripe account: null. */

export function checkoutOf(session: Stripe.Checkout.Session): ProviderCheckout | null {
  const { accountId, channelId, invoiceId, intentId } = session.metadata ?? {}
  const customerId = idOf(session.customer)
  if (!accountId || customerId === null || (!channelId && !invoiceId && !intentId)) return null
  return {
    sessionId: session.id,
    livemode: session.livemode,
    accountId,
    customerId,
    status: CHECKOUT_STATUS[session.status ?? 'open'] ?? 'OPEN',
    channelId: channelId ?? null,
    invoiceId: invoiceId ?? null,
    subscriptionId: idOf(session.subscription),
    payment: session.mode === 'payment' ? paymentOf(session.payment_intent) : null,
    isPaymentPending: isPaymentPending(session),
    intentId: intentId ?? null,
    card: session.mode === 'setup' ? savedCardOf(session.setup_intent) : null,
  }
}

export function customerOf(customer: Stripe.Customer): ProviderCustomer | null {
  const { accountId } = customer.metadata
  if (!accountId) return null
  return {
    customerId: customer.id,
    livemode: customer.livemode,
    accountId,
    name: customer.name ?? null,
    email: customer.email,
    reverseCharge: customer.tax_exempt === 'reverse',
    taxIds: (customer.tax_ids?.data ?? []).map(taxIdOf),
  }
}

export function taxIdOf({ type, value, verification }: Stripe.TaxId): ProviderCustomer['taxIds'][number] {
  return {
    kind: TAX_ID_KINDS.get(type) ?? TaxIdKind.OTHER,
    value,
    verification: VERIFICATION[verification?.status ?? 'unavailable'] ?? TaxIdVerification.UNAVAILABLE,
  }
}

const TAX_ID_KINDS = new Map<string, TaxIdKind>(Object.values(TaxIdKind).map((kind) => [kind.toLowerCase(), kind]))

const VERIFICATION: Record<string, TaxIdVerification> = {
  pending: TaxIdVerification.PENDING,
  verified: TaxIdVerification.VERIFIED,
  unverified: TaxIdVerification.UNVERIFIED,
  unavailable: TaxIdVerification.UNAVAILABLE,
}

const CHECKOUT_STATUS: Record<string, ProviderCheckout['status']> = {
  open: 'OPEN',
  complete: 'COMPLETE',
  expired: 'EXPIRED',
}

/** A session is complete before the money of a slow method has come: only a payment that has succeeded counts. */
function paymentOf(intent: Stripe.Checkout.Session['payment_intent']): ProviderCheckout['payment'] {
  if (intent === null || typeof intent === 'string' || intent.status !== 'succeeded') return null
  const charge = intent.latest_charge
  const paidAt = charge === null || typeof charge === 'string' ? intent.created : charge.created
  const currency = intent.currency.toUpperCase()
  return {
    paymentId: intent.id,
    amountMinor: minorOf(intent.amount_received, currency),
    currency,
    paidAt: instant(paidAt),
  }
}

/** One that has failed waits for another method, which nobody can give it any more on a page that is complete. */
function isPaymentPending({ mode, status, payment_intent: intent }: Stripe.Checkout.Session): boolean {
  if (mode !== 'payment' || status !== 'complete' || intent === null || typeof intent === 'string') return false
  return !['succeeded', 'canceled', 'requires_payment_method'].includes(intent.status)
}

function savedCardOf(intent: Stripe.Checkout.Session['setup_intent']): ProviderCard | null {
  if (intent === null || typeof intent === 'string' || intent.status !== 'succeeded') return null
  const method = intent.payment_method
  return method === null || typeof method === 'string' ? null : cardOf(method)
}

/** Null for a payment method that is no card. */
export function cardOf({ id, livemode, customer, card }: Stripe.PaymentMethod): ProviderCard | null {
  if (card == null || !/^\d{4}$/.test(card.last4)) return null
  return {
    cardId: id,
    livemode,
    customerId: idOf(customer),
    brand: card.brand,
    lastFour: card.last4,
    expiryMonth: card.exp_month,
    expiryYear: card.exp_year,
  }
}

/** Those of checkouts bear no intent of ours: their checkouts tell of them. */
export function chargeOf(intent: Stripe.PaymentIntent): ProviderCharge | null {
  const { accountId, invoiceId, intentId } = intent.metadata
  const customerId = idOf(intent.customer)
  if (!accountId || !invoiceId || !intentId || customerId === null) return null
  return {
    chargeId: intent.id,
    livemode: intent.livemode,
    accountId,
    invoiceId,
    customerId,
    intentId,
    status: chargeStatusOf(intent),
    payment: paymentOf(intent),
  }
}

/** Without its holder, a card that is to be confirmed has failed: nobody will confirm it. */
function chargeStatusOf({ status, last_payment_error: error }: Stripe.PaymentIntent): ProviderCharge['status'] {
  switch (status) {
    case 'succeeded':
      return 'SUCCEEDED'
    case 'requires_action':
      return 'NEEDS_AUTHENTICATION'
    case 'requires_payment_method':
    case 'canceled':
      return [error?.code, error?.decline_code].includes('authentication_required')
        ? 'NEEDS_AUTHENTICATION'
        : 'DECLINED'
    default:
      return 'PENDING'
  }
}

/** Of a payment that was fetched in full: a refund that was made by hand, and a dispute, bear nothing of ours themselves. */
function invoiceOf(payment: string | Stripe.PaymentIntent | null): string | null {
  return typeof payment === 'object' ? (payment?.metadata.invoiceId ?? null) : null
}

export function refundOf(refund: Stripe.Refund, livemode: boolean): ProviderRefund | null {
  const paymentId = idOf(refund.payment_intent)
  if (paymentId === null) return null
  return {
    refundId: refund.id,
    livemode,
    paymentId,
    invoiceId: invoiceOf(refund.payment_intent),
    intentId: refund.metadata?.intentId ?? null,
    amountMinor: minorOf(refund.amount, refund.currency.toUpperCase()),
    currency: refund.currency.toUpperCase(),
    status: REFUND_STATUS[refund.status ?? 'pending'] ?? 'PENDING',
    failure: refund.failure_reason ?? null,
  }
}

const REFUND_STATUS: Record<string, ProviderRefund['status']> = {
  pending: 'PENDING',
  requires_action: 'PENDING',
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  canceled: 'FAILED',
}

export function disputeOf(dispute: Stripe.Dispute): ProviderDispute | null {
  const paymentId = idOf(dispute.payment_intent)
  if (paymentId === null) return null
  return {
    disputeId: dispute.id,
    livemode: dispute.livemode,
    paymentId,
    invoiceId: invoiceOf(dispute.payment_intent),
    amountMinor: minorOf(dispute.amount, dispute.currency.toUpperCase()),
    currency: dispute.currency.toUpperCase(),
    status: DISPUTE_STATUS[dispute.status] ?? 'OPEN',
  }
}

/** A warning is an inquiry of the bank's, and what was prevented never withdrew anything. */
const DISPUTE_STATUS: Record<string, ProviderDispute['status']> = {
  warning_needs_response: 'INQUIRY',
  warning_under_review: 'INQUIRY',
  warning_closed: 'INQUIRY',
  prevented: 'INQUIRY',
  needs_response: 'OPEN',
  under_review: 'OPEN',
  won: 'WON',
  lost: 'LOST',
}

export function isOurs({ metadata }: Stripe.Subscription): boolean {
  return Boolean(metadata.accountId && metadata.channelId)
}

export function subscriptionOf(subscription: Stripe.Subscription, paidThrough: Date | null): ProviderSubscription {
  const { accountId = '', channelId = '' } = subscription.metadata
  const item = onlyItem(subscription)
  const { cancel_at: cancelAt, current_period_end: periodEnd } = { ...subscription, ...item }
  return {
    subscriptionId: subscription.id,
    livemode: subscription.livemode,
    accountId,
    channelId,
    customerId: idOf(subscription.customer) ?? '',
    priceId: item.price.id,
    status: statusOf(subscription.status),
    // The portal, and Stripe's flexible billing, may set only the instant.
    cancelAtPeriodEnd: subscription.cancel_at_period_end || (cancelAt !== null && cancelAt <= periodEnd),
    currentPeriodEnd: instant(periodEnd),
    paidThrough,
    createdAt: instant(subscription.created),
    endedAt: subscription.ended_at === null ? null : instant(subscription.ended_at),
  }
}

/** A channel's subscription has one item: its plan. Another one was added by hand, and what it pays for is not known. */
export function onlyItem({ items }: Stripe.Subscription): Stripe.SubscriptionItem {
  const [item, ...others] = items.data
  if (item === undefined || others.length > 0) {
    throw new PaymentProviderError(`The subscription has ${items.data.length} items at the payment provider, not one.`)
  }
  return item
}

function statusOf(status: Stripe.Subscription.Status): ProviderSubscription['status'] {
  switch (status) {
    case 'incomplete':
      return 'INCOMPLETE'
    case 'active':
    case 'trialing':
      return 'ACTIVE'
    case 'past_due':
    case 'unpaid':
    case 'paused':
      return 'PAST_DUE'
    case 'canceled':
    case 'incomplete_expired':
      return 'CANCELED'
    default:
      throw new PaymentProviderError('The subscription has a status at the payment provider that is not known here.')
  }
}

/**
 * Where the period ends that these lines pay for; null where they pay for none. A proration pays for a change within a
 * period, and what staff add by hand for something else.
 */
export function periodEndOf(lines: readonly Stripe.InvoiceLineItem[], subscriptionId: string): Date | null {
  const ends = lines.flatMap(({ parent, period }) => {
    const details = parent?.subscription_item_details
    return details != null && !details.proration && details.subscription === subscriptionId ? [period.end] : []
  })
  return ends.length === 0 ? null : instant(Math.max(...ends))
}

export function idOf(reference: string | { id: string } | null): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null)
}

/** Stripe counts in seconds. */
export function instant(seconds: number): Date {
  return new Date(seconds * 1000)
}

export function seconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000)
}
