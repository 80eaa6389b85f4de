import type { Statement, Tx } from '../../database'
import type {
  SandboxCard,
  SandboxCharge,
  SandboxCheckout,
  SandboxCustomer,
  SandboxDispute,
  SandboxEvent,
  SandboxPayment,
  SandboxRefund,
  SandboxSubscription,
} from './sandbox.entity'
import { sandboxId } from './sandbox-id'

export type SandboxEventType =
  | 'checkout.session.completed'
  | 'checkout.session.expired'
  | 'customer.subscription.created'
  | 'customer.subscription.updated'
  | 'customer.subscription.deleted'
  | 'invoice.paid'
  | 'invoice.payment_failed'
  | 'payment_intent.succeeded'
  | 'payment_intent.payment_failed'
  | 'payment_method.detached'
  | 'charge.refunded'
  | 'customer.tax_id.updated'
  | 'refund.created'
  | 'refund.failed'
  | 'charge.dispute.created'
  | 'charge.dispute.closed'

type Recorded = Pick<SandboxEvent, 'objectKind' | 'objectId' | 'object'>

/** Writes what happened into the transaction that brought it about. */
export async function recordSandboxEvent(tx: Tx, type: SandboxEventType, at: Date, about: Recorded): Promise<void> {
  // Held until the commit: events are seen in the order of their sequence, so that a cursor misses none of them.
  await tx.query(LOCK_EVENTS)
  const second = new Date(Math.floor(at.getTime() / 1000) * 1000)
  const values = [sandboxId('evt'), type, about.objectKind, about.objectId, JSON.stringify(about.object), second]
  await tx.query(INSERT_EVENT, values)
}

export function aboutCheckout({ id, accountId, channelId, invoiceId }: SandboxCheckout): Recorded {
  const metadata = { accountId, ...(channelId !== null && { channelId }), ...(invoiceId !== null && { invoiceId }) }
  return { objectKind: 'CHECKOUT', objectId: id, object: { id, object: 'checkout.session', metadata } }
}

export function aboutSubscription({ id, accountId, channelId }: SandboxSubscription): Recorded {
  return {
    objectKind: 'SUBSCRIPTION',
    objectId: id,
    object: { id, object: 'subscription', metadata: { accountId, channelId } },
  }
}

/** An invoice of a subscription is a reason to look at the subscription. */
export function aboutInvoice(invoiceId: string, { id, accountId, channelId }: SandboxSubscription): Recorded {
  const parent = { type: 'subscription_details', subscription_details: { subscription: id } }
  const metadata = { accountId, channelId }
  return { objectKind: 'SUBSCRIPTION', objectId: id, object: { id: invoiceId, object: 'invoice', metadata, parent } }
}

export function aboutRefund({ id }: SandboxPayment, accountId: string): Recorded {
  const object = { id, object: 'charge', metadata: { accountId }, payment_intent: id }
  return { objectKind: 'PAYMENT', objectId: id, object }
}

export function aboutCustomer({ id }: SandboxCustomer): Recorded {
  return { objectKind: 'CUSTOMER', objectId: id, object: { id: sandboxId('txi'), object: 'tax_id', customer: id } }
}

export function aboutCard({ id }: SandboxCard): Recorded {
  return { objectKind: 'CARD', objectId: id, object: { id, object: 'payment_method' } }
}

export function aboutCharge({ id, accountId, invoiceId, intent }: SandboxCharge): Recorded {
  const metadata = { accountId, invoiceId, intentId: intent }
  return { objectKind: 'CHARGE', objectId: id, object: { id, object: 'payment_intent', metadata } }
}

/** The refund itself: what is fetched and applied. */
export function aboutRefunded({ id, paymentId }: Pick<SandboxRefund, 'id' | 'paymentId'>, accountId: string): Recorded {
  const object = { id, object: 'refund', metadata: { accountId }, payment_intent: paymentId }
  return { objectKind: 'REFUND', objectId: id, object }
}

export function aboutDispute({ id, paymentId }: Pick<SandboxDispute, 'id' | 'paymentId'>, accountId: string): Recorded {
  const object = { id, object: 'dispute', metadata: { accountId }, payment_intent: paymentId }
  return { objectKind: 'DISPUTE', objectId: id, object }
}

const LOCK_EVENTS: Statement = {
  name: 'sandbox-lock-events',
  text: `SELECT pg_advisory_xact_lock(hashtext('sandbox_event'))`,
}

// A statement of its own after the lock: it sees what whoever held the lock has written.
const INSERT_EVENT: Statement = {
  name: 'sandbox-insert-event',
  text: `
    INSERT INTO sandbox_event (sequence, id, type, object_kind, object_id, object, created_at, next_attempt_at)
    SELECT coalesce(max(sequence), 0) + 1, $1, $2, $3, $4, $5, $6, daybook_now() FROM sandbox_event`,
}
