import type { PostalAddress } from '../particulars/postal-address'
import type { TaxId, TaxIdVerification } from '../particulars/tax-id'

/**
 * The port to whoever takes money: Stripe, or the sandbox that is built in. Daybook decides, the provider is told and asked.
 *
 * No call is made inside a database transaction. What a call shall bring about is stored first, and `idempotencyKey` is the
 * id of that intent: the same call may be sent again, after a crash too, and happens once. What a call answers is never
 * booked: only what is fetched, by the webhook door, the reconciliation or after a call, goes through the apply functions.
 *
 * Every method throws PaymentProviderError (code PAYMENT_PROVIDER), and nothing else, where the provider refuses or is away.
 */
export interface PaymentProvider {
  readonly name: 'STRIPE' | 'SANDBOX'
  /** Whether real money moves: objects of the other mode are not ours. */
  readonly livemode: boolean

  /** The account's customer, made once: an account has no two. */
  ensureCustomer(request: CustomerRequest): Promise<{ customerId: string }>
  /** What the provider knows of a customer becomes this, its tax ids too. Those of kind OTHER are not told. */
  updateCustomer(request: CustomerUpdate & Intent): Promise<void>
  /** The price of a plan, made once, with the one product that all plans share. */
  ensurePrice(request: PriceRequest): Promise<{ priceId: string }>
  /** No new subscription can be made for it; running ones keep it. */
  archivePrice(priceId: string): Promise<void>

  /** A page on which a channel's subscription is paid and so begun. */
  startSubscriptionCheckout(request: SubscriptionCheckoutRequest): Promise<CheckoutSession>
  /** A page on which an amount is paid once. */
  startPaymentCheckout(request: PaymentCheckoutRequest): Promise<CheckoutSession>
  /** A page on which a card is saved, and nothing paid. */
  startCardCheckout(request: CardCheckoutRequest): Promise<CheckoutSession>
  /** The page can't be paid any longer. One that was completed or is expired stays so. */
  expireCheckout(sessionId: string): Promise<void>

  /** What a change of plan would cost now. */
  previewPlanChange(request: PlanChange): Promise<PlanChangePreview>
  /** Charges what the change costs; where the charge fails the old plan stays. */
  changePlan(request: PlanChange & Intent): Promise<void>
  /** Whether the subscription ends with its period. */
  setCancelAtPeriodEnd(request: { subscriptionId: string; cancel: boolean } & Intent): Promise<void>
  /** Ends it now; one that has ended or is not there is no error. */
  cancelNow(request: { subscriptionId: string } & Intent): Promise<void>
  /** A page on which the customer sees its invoices, its cards and its subscriptions. */
  openPortal(request: { customerId: string; returnUrl: string }): Promise<{ url: string }>
  /**
   * Charges a saved card while nobody is there, once for an intent. What came of it is not answered but fetched: a card that is
   * declined, or whose bank wants its holder, has made a charge too.
   */
  chargeCard(request: CardChargeRequest): Promise<{ chargeId: string }>
  /** The charge that an intent has made since an instant; null where it has made none that is known yet. */
  findCharge(
    request: Pick<CardChargeRequest, 'customerId' | 'since' | 'idempotencyKey'>,
  ): Promise<{ chargeId: string } | null>
  /** The card can't be charged any longer; one that can't be or is not there is no error. */
  removeCard(request: { cardId: string } & Intent): Promise<void>
  /** Pays money back, all or a part, to where it came from. */
  refund(request: { paymentId: string; amountMinor: number; currency: string } & Intent): Promise<{ refundId: string }>

  /** Null where it is not there, or not ours. */
  fetchCheckout(sessionId: string): Promise<ProviderCheckout | null>
  fetchSubscription(subscriptionId: string): Promise<ProviderSubscription | null>
  fetchCustomer(customerId: string): Promise<ProviderCustomer | null>
  fetchCard(cardId: string): Promise<ProviderCard | null>
  fetchCharge(chargeId: string): Promise<ProviderCharge | null>
  fetchRefund(refundId: string): Promise<ProviderRefund | null>
  fetchDispute(disputeId: string): Promise<ProviderDispute | null>
  /** The ids of all of ours that have not ended, a page at a time: one that is odd must not hide the others. */
  listSubscriptions(after: string | null): Promise<{ subscriptionIds: string[]; next: string | null }>
  /** Events after a cursor, oldest first; null starts with the oldest that are kept. */
  listEvents(after: string | null): Promise<{ events: ProviderEvent[]; next: string | null }>
}

/** The id of the stored intent behind a call. */
export interface Intent {
  readonly idempotencyKey: string
}

export interface CustomerRequest extends Intent {
  readonly accountId: string
  readonly name: string
  readonly email: string | null
}

export interface CustomerUpdate {
  readonly customerId: string
  readonly name: string
  readonly email: string | null
  readonly address: PostalAddress | null
  readonly taxIds: readonly Pick<TaxId, 'kind' | 'value'>[]
  /** The customer owes the tax: nothing that the provider bills has any. */
  readonly reverseCharge: boolean
}

/** A customer as it stands at the provider. */
export interface ProviderCustomer {
  readonly customerId: string
  readonly livemode: boolean
  readonly accountId: string
  readonly name: string | null
  readonly email: string | null
  readonly reverseCharge: boolean
  /** With what has been found out about each. */
  readonly taxIds: readonly (Pick<TaxId, 'kind' | 'value'> & { readonly verification: TaxIdVerification })[]
}

export type PlanInterval = 'MONTH' | 'YEAR'

export interface PriceRequest extends Intent {
  readonly planId: string
  readonly accountId: string
  readonly interval: PlanInterval
  readonly amountMinor: number
  readonly currency: string
}

interface CheckoutRequest extends Intent {
  readonly accountId: string
  readonly customerId: string
  readonly successUrl: string
  readonly cancelUrl: string
  readonly expiresAt: Date
}

export interface SubscriptionCheckoutRequest extends CheckoutRequest {
  readonly channelId: string
  readonly planId: string
  readonly priceId: string
}

export interface PaymentCheckoutRequest extends CheckoutRequest {
  readonly invoiceId: string
  readonly description: string
  readonly amountMinor: number
  readonly currency: string
}

export type CardCheckoutRequest = CheckoutRequest

export interface CardChargeRequest extends Intent {
  readonly accountId: string
  readonly customerId: string
  readonly cardId: string
  readonly invoiceId: string
  readonly description: string
  readonly amountMinor: number
  readonly currency: string
  /** When the intent was stored: it has made no charge before. */
  readonly since: Date
}

export interface CheckoutSession {
  readonly sessionId: string
  readonly url: string
  readonly expiresAt: Date
}

export interface PlanChange {
  readonly subscriptionId: string
  readonly priceId: string
  /** The instant from which the rest of the period is reckoned: the preview's, so that both say the same. */
  readonly prorationAt: Date
}

export interface PlanChangePreview {
  /** What is charged now; less than 0 is credited to later invoices. */
  readonly amountDueMinor: number
  readonly currency: string
  readonly lines: readonly { description: string; amountMinor: number }[]
}

/** A checkout as it stands at the provider. Ids of ours are those that it was made with. */
export interface ProviderCheckout {
  readonly sessionId: string
  readonly livemode: boolean
  readonly accountId: string
  readonly customerId: string
  readonly status: 'OPEN' | 'COMPLETE' | 'EXPIRED'
  readonly channelId: string | null
  readonly invoiceId: string | null
  readonly subscriptionId: string | null
  /** Of a payment that has succeeded: what the provider calls it, and what came. */
  readonly payment: { paymentId: string; amountMinor: number; currency: string; paidAt: Date } | null
  /** Somebody has paid by a method whose money takes its time: it has not come yet, and may fail to. */
  readonly isPaymentPending: boolean
  /** Of a page on which a card is saved: the stored intent behind it, and the card once it was put in. */
  readonly intentId: string | null
  readonly card: ProviderCard | null
}

/** A card that can be charged again, as it stands at the provider. Its number is known there only. */
export interface ProviderCard {
  readonly cardId: string
  readonly livemode: boolean
  /** Whose it is; null where it was removed. */
  readonly customerId: string | null
  readonly brand: string
  readonly lastFour: string
  readonly expiryMonth: number
  readonly expiryYear: number
}

/** A charge of a saved card as it stands at the provider. */
export interface ProviderCharge {
  readonly chargeId: string
  readonly livemode: boolean
  readonly accountId: string
  readonly invoiceId: string
  readonly customerId: string
  /** The stored intent behind it. */
  readonly intentId: string
  /** NEEDS_AUTHENTICATION: the card's bank wants its holder to confirm, who is not there. */
  readonly status: 'PENDING' | 'SUCCEEDED' | 'DECLINED' | 'NEEDS_AUTHENTICATION'
  readonly payment: ProviderCheckout['payment']
}

/** A subscription as it stands at the provider. */
export interface ProviderSubscription {
  readonly subscriptionId: string
  readonly livemode: boolean
  readonly accountId: string
  readonly channelId: string
  readonly customerId: string
  readonly priceId: string
  /** INCOMPLETE: never paid yet. PAST_DUE: a later invoice is not paid. CANCELED: it has ended. */
  readonly status: 'INCOMPLETE' | 'ACTIVE' | 'PAST_DUE' | 'CANCELED'
  readonly cancelAtPeriodEnd: boolean
  readonly currentPeriodEnd: Date
  /** The end of the last period whose invoice is paid; null before the first. It may lie behind currentPeriodEnd. */
  readonly paidThrough: Date | null
  readonly createdAt: Date
  readonly endedAt: Date | null
}

/** Money on its way back to where it came from, as it stands at the provider. */
export interface ProviderRefund {
  readonly refundId: string
  readonly livemode: boolean
  readonly paymentId: string
  /** The invoice that the payment was begun for, by what the provider keeps beside it; none where it is not ours, or it isn't known. */
  readonly invoiceId?: string | null
  /** The stored intent behind it; null where somebody made it at the provider's own dashboard. */
  readonly intentId: string | null
  readonly amountMinor: number
  readonly currency: string
  readonly status: 'PENDING' | 'SUCCEEDED' | 'FAILED'
  readonly failure: string | null
}

/** A payment that whoever paid disputes at their bank. INQUIRY: the bank has asked, and no money has moved. */
export interface ProviderDispute {
  readonly disputeId: string
  readonly livemode: boolean
  readonly paymentId: string
  /** The invoice that the payment was begun for, by what the provider keeps beside it; none where it is not ours, or it isn't known. */
  readonly invoiceId?: string | null
  readonly amountMinor: number
  readonly currency: string
  readonly status: 'INQUIRY' | 'OPEN' | 'WON' | 'LOST'
}

/** Something happened to an object: it is fetched, the event's own copy of it is not looked at. */
export interface ProviderEvent {
  readonly eventId: string
  /** The provider's own word, such as `customer.subscription.updated`. */
  readonly type: string
  readonly livemode: boolean
  readonly createdAt: Date
  /** The version of the provider's API that wrote it, where it has versions. */
  readonly apiVersion?: string | null
  /** What is to be fetched; null where it is nothing of ours. */
  readonly object:
    | { kind: 'CHECKOUT' | 'SUBSCRIPTION' | 'CUSTOMER' | 'CARD' | 'CHARGE' | 'REFUND' | 'DISPUTE'; id: string }
    | { kind: 'PAYMENT'; id: string }
    | null
}
