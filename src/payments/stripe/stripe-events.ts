import Stripe from 'stripe'
import { z } from 'zod'
import type { ProviderEvent } from '../payment-provider'
import { refuseSignedAhead, SIGNATURE_TOLERANCE_SECONDS } from '../signature-time'
import { idOf, instant } from './stripe-objects'

/**
 * What may change a checkout, a subscription or a saved card, or takes a payment back: what the reconciliation asks for. Stripe's list takes
 * 20 at the most, so that what only says the same once more is left to the webhooks.
 */
export const LISTED_TYPES = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'customer.subscription.pending_update_applied',
  'invoice.paid',
  'invoice.payment_failed',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_method.detached',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.closed',
] as const satisfies Stripe.Event['type'][]

const EVENT_TYPES: readonly string[] = [
  ...LISTED_TYPES,
  'customer.subscription.pending_update_expired',
  'invoice.payment_action_required',
  'invoice.voided',
  'payment_method.updated',
  'payment_method.automatically_updated',
  'payment_intent.processing',
  'payment_intent.canceled',
  'invoice.marked_uncollectible',
  'charge.refunded',
  'charge.dispute.updated',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'customer.tax_id.updated',
] satisfies Stripe.Event['type'][]

/** Before the API's version of March 2025 an invoice named its subscription itself; events are listed in the version in which they happened. */
type InvoiceOfAnyVersion = Stripe.Invoice & { subscription?: string | { id: string } | null }

function subscriptionOfInvoice({ parent, subscription }: InvoiceOfAnyVersion): string | { id: string } | null {
  return parent?.subscription_details?.subscription ?? subscription ?? null
}

const SignedEvent = z.object({
  id: z.string().regex(/^\w{1,100}$/),
  object: z.literal('event'),
  type: z.string().regex(/^[\w.]{1,100}$/),
  livemode: z.boolean(),
  created: z.int().min(0),
  data: z.object({ object: z.object({}) }),
})

/**
 * Reads a webhook. Good is what is signed with one of the secrets within five minutes of now, before or after. Throws where
 * it isn't; what exactly is nobody's business.
 */
export function verifyStripeEvent(
  secrets: readonly string[],
  rawBody: Buffer,
  signature: string | undefined,
): ProviderEvent {
  refuseSignedAhead(signature ?? '')
  let refusal: unknown = new Error('no secret')
  for (const secret of secrets) {
    try {
      return eventOf(Stripe.webhooks.constructEvent(rawBody, signature ?? '', secret, SIGNATURE_TOLERANCE_SECONDS))
    } catch (error) {
      refusal = error
    }
  }
  throw refusal
}

/** Throws for what is signed and yet no event. */
export function eventOf(event: Stripe.Event): ProviderEvent {
  const { id, type, created } = SignedEvent.parse(event)
  return {
    eventId: id,
    type,
    livemode: event.livemode,
    createdAt: instant(created),
    apiVersion: event.api_version,
    object: event.account === undefined ? objectOf(event) : null,
  }
}

/** Events of connected accounts are not ours; nor is what isn't about a checkout, a subscription, a payment or a tax id. */
function objectOf({ type, data }: Stripe.Event): ProviderEvent['object'] {
  if (type === 'customer.tax_id.updated') {
    const id = idOf(data.object.customer ?? null)
    return id === null ? null : { kind: 'CUSTOMER', id }
  }
  if (!EVENT_TYPES.includes(type)) return null
  const object = data.object as { object: string; id: string }
  switch (object.object) {
    case 'checkout.session':
      return { kind: 'CHECKOUT', id: object.id }
    case 'subscription':
      return { kind: 'SUBSCRIPTION', id: object.id }
    case 'invoice': {
      const id = idOf(subscriptionOfInvoice(object as InvoiceOfAnyVersion))
      return id === null ? null : { kind: 'SUBSCRIPTION', id }
    }
    case 'payment_method':
      return { kind: 'CARD', id: object.id }
    case 'payment_intent':
      // What it was made with never changes: one of a checkout or of a subscription needs no look.
      return (object as Stripe.PaymentIntent).metadata.intentId ? { kind: 'CHARGE', id: object.id } : null
    case 'refund':
      return { kind: 'REFUND', id: object.id }
    case 'dispute':
      return { kind: 'DISPUTE', id: object.id }
    default: {
      const id = idOf((object as Stripe.Charge).payment_intent)
      return id === null ? null : { kind: 'PAYMENT', id }
    }
  }
}
