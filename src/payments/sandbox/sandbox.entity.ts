import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../../accounts/account.entity'
import { safeIntegerColumn } from '../../database-columns'
import type { PostalAddress } from '../../particulars/postal-address'
import type {
  PlanInterval,
  ProviderCharge,
  ProviderCustomer,
  ProviderEvent,
  ProviderSubscription,
} from '../payment-provider'
import type { SavedCardOutcome, StoredCard } from './sandbox-cards'

/** What the sandbox keeps. No row of ours points at one of these: Daybook knows them by their ids, as it knows Stripe's. */
@Entity('sandbox_customer')
@Index('sandbox_customer_of_account', ['accountId'], { unique: true })
export class SandboxCustomer {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sandbox_customer_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => Account, { name: 'sandbox_customer_account' })
  accountId: string

  @Column('text')
  name: string

  @Column('text', { nullable: true })
  email: string | null

  @Column('jsonb', { nullable: true })
  address: PostalAddress | null

  @Column('jsonb', { default: [] })
  taxIds: ProviderCustomer['taxIds']

  @Column('boolean', { default: false })
  reverseCharge: boolean

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date
}

@Entity('sandbox_price')
@Index('sandbox_price_of_plan', ['planId'], { unique: true })
@Check('sandbox_price_interval_known', `plan_interval IN ('MONTH', 'YEAR')`)
@Check('sandbox_price_amount_not_negative', `amount_minor >= 0`)
export class SandboxPrice {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sandbox_price_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  planId: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => Account, { name: 'sandbox_price_account' })
  accountId: string

  @Column('text')
  planInterval: PlanInterval

  @Column('bigint', { transformer: safeIntegerColumn })
  amountMinor: number

  @Column('text')
  currency: string

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  archivedAt: Date | null
}

/** A card that its holder let be charged again. There are test cards only, and of them the last digits. */
@Entity('sandbox_card')
@Check('sandbox_card_outcome_known', `outcome IN ('PAYS', 'DECLINED', 'ASKS', 'DISPUTED')`)
export class SandboxCard {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sandbox_card_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => SandboxCustomer, { name: 'sandbox_card_customer' })
  customerId: string

  @Column('text')
  outcome: SavedCardOutcome

  @Column('text')
  ending: string

  @Column('integer')
  expiryMonth: number

  @Column('integer')
  expiryYear: number

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  detachedAt: Date | null
}

/** A page on which something is paid once, or a card is saved. Its id is the address, and so a secret. */
@Entity('sandbox_checkout')
@Index('sandbox_checkout_open', ['expiresAt'], { where: `status = 'OPEN'` })
@Check('sandbox_checkout_status_known', `status IN ('OPEN', 'COMPLETE', 'EXPIRED')`)
@Check(
  'sandbox_checkout_one_purpose',
  `(channel_id IS NULL) = (price_id IS NULL) AND num_nonnulls(channel_id, invoice_id, intent) = 1`,
)
@Check('sandbox_checkout_complete_once', `(status = 'COMPLETE') = (completed_at IS NOT NULL)`)
@Check('sandbox_checkout_amount_not_negative', `amount_minor >= 0`)
export class SandboxCheckout {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sandbox_checkout_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => Account, { name: 'sandbox_checkout_account' })
  accountId: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => SandboxCustomer, { name: 'sandbox_checkout_customer' })
  customerId: string

  @Column({ type: 'text', collation: 'C', nullable: true })
  @ForeignKey(() => SandboxPrice, { name: 'sandbox_checkout_price' })
  priceId: string | null

  @Column({ type: 'text', collation: 'C', nullable: true })
  channelId: string | null

  @Column({ type: 'text', collation: 'C', nullable: true })
  invoiceId: string | null

  /** Of a page on which a card is saved: the intent of whoever asked for it. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  intent: string | null

  /** The card that was saved on it. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  @ForeignKey(() => SandboxCard, { name: 'sandbox_checkout_card' })
  cardId: string | null

  @Column('text')
  description: string

  @Column('bigint', { transformer: safeIntegerColumn })
  amountMinor: number

  @Column('text')
  currency: string

  @Column('text')
  successUrl: string

  @Column('text')
  cancelUrl: string

  @Column('text', { default: 'OPEN' })
  status: 'OPEN' | 'COMPLETE' | 'EXPIRED'

  /** The last digits of a card that waits for its holder to confirm the payment. */
  @Column('text', { nullable: true })
  confirming: string | null

  @Column({ type: 'text', collation: 'C', nullable: true })
  subscriptionId: string | null

  /** By the live clock: it is a person who is given that long. */
  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt: Date

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  completedAt: Date | null
}

@Entity('sandbox_subscription')
@Index('sandbox_subscription_due', ['accountId', 'dueAt'], { where: 'due_at IS NOT NULL' })
@Index('sandbox_subscription_of_customer', ['customerId'])
@Check('sandbox_subscription_status_known', `status IN ('ACTIVE', 'PAST_DUE', 'CANCELED')`)
@Check(
  'sandbox_subscription_ends_once',
  `(status = 'CANCELED') = (ended_at IS NOT NULL) AND (ended_at IS NULL) = (due_at IS NOT NULL)`,
)
@Check('sandbox_subscription_period_whole', `period_start < period_end AND paid_through <= period_end AND periods >= 1`)
@Check('sandbox_subscription_paid_while_active', `status <> 'ACTIVE' OR paid_through = period_end`)
@Check('sandbox_subscription_credit_not_negative', `credit_minor >= 0`)
@Check('sandbox_subscription_card_known', `card IN ('PAYS', 'FAILS')`)
export class SandboxSubscription {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sandbox_subscription_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => Account, { name: 'sandbox_subscription_account' })
  accountId: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => SandboxCustomer, { name: 'sandbox_subscription_customer' })
  customerId: string

  @Column({ type: 'text', collation: 'C' })
  channelId: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => SandboxPrice, { name: 'sandbox_subscription_price' })
  priceId: string

  @Column('text')
  status: Exclude<ProviderSubscription['status'], 'INCOMPLETE'>

  @Column('boolean', { default: false })
  cancelAtPeriodEnd: boolean

  @Column('text')
  card: StoredCard

  @Column('text')
  cardEnding: string

  /** The instant from which periods are counted, and how many have begun since. */
  @Column({ type: 'timestamptz', precision: 3 })
  anchor: Date

  @Column('integer')
  periods: number

  @Column({ type: 'timestamptz', precision: 3 })
  periodStart: Date

  @Column({ type: 'timestamptz', precision: 3 })
  periodEnd: Date

  /** The end of the last period that is paid. */
  @Column({ type: 'timestamptz', precision: 3 })
  paidThrough: Date

  /** Left over from a change to a cheaper plan; the next invoices take from it. */
  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  creditMinor: number

  /** What time brings next: the end of the period, or the next try to charge for it. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  dueAt: Date | null

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  endedAt: Date | null
}

/** What a subscription was charged for a period or for a change of plan. */
@Entity('sandbox_subscription_invoice')
@Index('sandbox_subscription_invoice_once', ['subscriptionId', 'periodStart'], {
  unique: true,
  where: `reason <> 'CHANGE'`,
})
@Index('sandbox_subscription_invoice_open', ['subscriptionId'], { unique: true, where: `status = 'OPEN'` })
@Check('sandbox_subscription_invoice_status_known', `status IN ('OPEN', 'PAID', 'UNCOLLECTIBLE')`)
@Check('sandbox_subscription_invoice_reason_known', `reason IN ('BEGIN', 'RENEWAL', 'CHANGE')`)
@Check('sandbox_subscription_invoice_due', `due_minor >= 0 AND attempts >= 1`)
export class SandboxSubscriptionInvoice {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sandbox_subscription_invoice_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => SandboxSubscription, { name: 'sandbox_subscription_invoice_subscription' })
  subscriptionId: string

  @Column('text')
  reason: 'BEGIN' | 'RENEWAL' | 'CHANGE'

  @Column({ type: 'timestamptz', precision: 3 })
  periodStart: Date

  @Column({ type: 'timestamptz', precision: 3 })
  periodEnd: Date

  /** What the card is charged: the price less what credit there was. */
  @Column('bigint', { transformer: safeIntegerColumn })
  dueMinor: number

  @Column('text')
  currency: string

  @Column('text')
  status: 'OPEN' | 'PAID' | 'UNCOLLECTIBLE'

  /** Charges that were tried as time went by: at the first instant of the period, and those after it. */
  @Column('integer')
  attempts: number

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date
}

/** Money that a card paid: for a checkout, or for an invoice of a subscription. */
@Entity('sandbox_payment')
@Index('sandbox_payment_of_checkout', ['checkoutId'], { unique: true, where: 'checkout_id IS NOT NULL' })
@Index('sandbox_payment_of_invoice', ['subscriptionInvoiceId'], {
  unique: true,
  where: 'subscription_invoice_id IS NOT NULL',
})
@Index('sandbox_payment_of_customer', ['customerId', 'paidAt'])
@Check('sandbox_payment_refunded_within', `amount_minor > 0 AND refunded_minor BETWEEN 0 AND amount_minor`)
export class SandboxPayment {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sandbox_payment_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => SandboxCustomer, { name: 'sandbox_payment_customer' })
  customerId: string

  @Column({ type: 'text', collation: 'C', nullable: true })
  @ForeignKey(() => SandboxCheckout, { name: 'sandbox_payment_checkout' })
  checkoutId: string | null

  @Column({ type: 'text', collation: 'C', nullable: true })
  @ForeignKey(() => SandboxSubscriptionInvoice, { name: 'sandbox_payment_invoice' })
  subscriptionInvoiceId: string | null

  @Column('text')
  description: string

  @Column('bigint', { transformer: safeIntegerColumn })
  amountMinor: number

  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  refundedMinor: number

  @Column('text')
  currency: string

  @Column({ type: 'timestamptz', precision: 3 })
  paidAt: Date
}

/** What came of charging a saved card. One that succeeded has a payment of the same id. */
@Entity('sandbox_charge')
@Index('sandbox_charge_of_intent', ['intent'], { unique: true })
@Check('sandbox_charge_status_known', `status IN ('SUCCEEDED', 'DECLINED', 'NEEDS_AUTHENTICATION')`)
export class SandboxCharge {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sandbox_charge_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => Account, { name: 'sandbox_charge_account' })
  accountId: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => SandboxCustomer, { name: 'sandbox_charge_customer' })
  customerId: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => SandboxCard, { name: 'sandbox_charge_card' })
  cardId: string

  @Column({ type: 'text', collation: 'C' })
  invoiceId: string

  @Column({ type: 'text', collation: 'C' })
  intent: string

  @Column('text')
  status: Exclude<ProviderCharge['status'], 'PENDING'>
}

/** Money that went back to the card of a payment. */
@Entity('sandbox_refund')
@Check('sandbox_refund_amount_positive', 'amount_minor > 0')
@Check('sandbox_refund_status_known', `status IN ('SUCCEEDED', 'FAILED')`)
export class SandboxRefund {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sandbox_refund_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => SandboxPayment, { name: 'sandbox_refund_payment' })
  paymentId: string

  /** The intent of whoever asked for it; null where it was made by hand. */
  @Column('text', { nullable: true })
  intent: string | null

  @Column('bigint', { transformer: safeIntegerColumn })
  amountMinor: number

  @Column('text')
  status: 'SUCCEEDED' | 'FAILED'

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date
}

/** Whoever paid tells their bank that they didn't: at most once a payment. */
@Entity('sandbox_dispute')
@Index('sandbox_dispute_of_payment', ['paymentId'], { unique: true })
@Check('sandbox_dispute_amount_positive', 'amount_minor > 0')
@Check('sandbox_dispute_status_known', `status IN ('OPEN', 'WON', 'LOST')`)
export class SandboxDispute {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sandbox_dispute_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => SandboxPayment, { name: 'sandbox_dispute_payment' })
  paymentId: string

  @Column('bigint', { transformer: safeIntegerColumn })
  amountMinor: number

  @Column('text')
  status: 'OPEN' | 'WON' | 'LOST'

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  closedAt: Date | null
}

/** A page on which a customer sees what it pays. Its id is the address, and so a secret. */
@Entity('sandbox_portal')
export class SandboxPortal {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sandbox_portal_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => SandboxCustomer, { name: 'sandbox_portal_customer' })
  customerId: string

  @Column('text')
  returnUrl: string

  /** By the live clock. */
  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt: Date
}

/** What happened, written with it; sent until the webhook door has taken it. The sequence is the order of the commits. */
@Entity('sandbox_event')
@Index('sandbox_event_id', ['id'], { unique: true })
@Index('sandbox_event_undelivered', ['objectId', 'sequence'], { where: 'delivered_at IS NULL' })
@Check(
  'sandbox_event_object_known',
  `object_kind IN ('CHECKOUT', 'SUBSCRIPTION', 'PAYMENT', 'REFUND', 'DISPUTE', 'CUSTOMER', 'CARD', 'CHARGE')`,
)
export class SandboxEvent {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'sandbox_event_pkey', transformer: safeIntegerColumn })
  sequence: number

  @Column({ type: 'text', collation: 'C' })
  id: string

  @Column('text')
  type: string

  @Column('text')
  objectKind: NonNullable<ProviderEvent['object']>['kind']

  @Column({ type: 'text', collation: 'C' })
  objectId: string

  /** What is sent as `data.object`. */
  @Column('jsonb')
  object: object

  /** By the account's clock, in whole seconds, as Stripe tells it. */
  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column('integer', { default: 0 })
  attempts: number

  /** By the live clock. */
  @Column({ type: 'timestamptz', precision: 3 })
  nextAttemptAt: Date

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deliveredAt: Date | null
}

/** A call that was done, under the key of its intent: sent again it is answered with the same. */
@Entity('sandbox_call')
export class SandboxCall {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sandbox_call_pkey', collation: 'C' })
  call: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'sandbox_call_pkey', collation: 'C' })
  key: string

  @Column('text')
  requestDigest: string

  @Column('jsonb', { nullable: true })
  answer: object | null
}

/** The one secret by which events and forms are signed: all gateways of a database share it. */
@Entity('sandbox_secret')
@Check('sandbox_secret_only_one', 'id = 1')
export class SandboxSecret {
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'sandbox_secret_pkey' })
  id: number

  @Column('text')
  secret: string
}
