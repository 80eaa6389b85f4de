import Stripe from 'stripe'
import type { StripeConfig } from '../../config'
import { PaymentProviderError } from '../../errors'
import type { Log } from '../../log'
import type {
  CardChargeRequest,
  CardCheckoutRequest,
  CheckoutSession,
  CustomerRequest,
  CustomerUpdate,
  Intent,
  PaymentCheckoutRequest,
  PaymentProvider,
  PlanChange,
  PlanChangePreview,
  PriceRequest,
  ProviderCard,
  ProviderCharge,
  ProviderCheckout,
  ProviderCustomer,
  ProviderDispute,
  ProviderEvent,
  ProviderRefund,
  ProviderSubscription,
  SubscriptionCheckoutRequest,
} from '../payment-provider'
import { isSameTaxId, TaxIdKind } from '../../particulars/tax-id'
import { limitedHttpClient } from './limit-requests'
import { minorOf, stripeAmount } from './stripe-amounts'
import { askStripe, cardDeclined, isMissing } from './stripe-errors'
import { eventOf, LISTED_TYPES, verifyStripeEvent } from './stripe-events'
import {
  cardOf,
  chargeOf,
  checkoutOf,
  customerOf,
  disputeOf,
  idOf,
  instant,
  isOurs,
  onlyItem,
  periodEndOf,
  refundOf,
  seconds,
  subscriptionOf,
  taxIdOf,
} from './stripe-objects'

/** What the types here, and the shapes in stripe-objects.ts, are of. It changes with the SDK, and never by itself. */
export const STRIPE_API_VERSION = '2026-10-28.endive'

/** The one product of all plans: what a plan costs, and whose it is, stands in its price. */
const PRODUCT_ID = 'daybook_channel'
/** Changed with what the portal may do: each has a configuration of its own at Stripe. */
const PORTAL = { daybookPortal: '1' }
/** Of a subscription that is over for good. */
const ENDED: readonly string[] = ['canceled', 'incomplete_expired'] satisfies Stripe.Subscription.Status[]

const PAGE = 100
/** How far Stripe's clock may be from ours where something is looked for by its time. */
const CLOCKS_DIFFER_SECONDS = 3_600
/** Pages of paid invoices that are looked through for the last paid period: plan changes alone fill none of them. */
const MAX_INVOICE_PAGES = 5

/**
 * The port over Stripe. Each call that brings something about carries an idempotency key made of the intent's; Stripe
 * keeps keys for a day, so that what would be paid or made twice after that is looked for first.
 */
export class StripeProvider implements PaymentProvider {
  readonly name = 'STRIPE'
  readonly livemode: boolean
  readonly apiVersion = STRIPE_API_VERSION
  private readonly stripe: Stripe
  private product: Promise<unknown> | null = null
  private portal: Promise<string> | null = null

  constructor(
    private readonly config: StripeConfig,
    private readonly log: Pick<Log, 'warn' | 'error'>,
    { timeoutMs = 20_000 }: { timeoutMs?: number } = {},
  ) {
    this.livemode = config.livemode
    this.stripe = new Stripe(config.secretKey, {
      apiVersion: STRIPE_API_VERSION,
      maxNetworkRetries: 2,
      timeout: timeoutMs,
      telemetry: false,
      httpClient: limitedHttpClient(config.requestsASecond),
      appInfo: { name: 'Daybook' },
      ...addressOf(config.apiBase),
    })
  }

  /** Throws where the bytes aren't signed by Stripe, or not lately. */
  verify(rawBody: Buffer, signature: string | undefined): ProviderEvent {
    return verifyStripeEvent(this.config.webhookSecrets, rawBody, signature)
  }

  /** Whether Stripe is there and takes the key, by a read that changes nothing. Throws PAYMENT_PROVIDER where not. */
  async tryKey(): Promise<void> {
    await this.ask('tryKey', () => this.stripe.events.list({ types: [...LISTED_TYPES], limit: 1 }))
  }

  /**
   * The key is of the account and not of the intent, and what is sent with it never differs: whatever calls race, one
   * customer comes of them. After the key's day the customer can be found by the search, which lags by a minute.
   */
  ensureCustomer({ accountId, name, email }: CustomerRequest): Promise<{ customerId: string }> {
    return this.ask('ensureCustomer', async () => {
      const query = `metadata['accountId']:'${accountId.replaceAll(/[\\']/g, '\\$&')}'`
      const found = (await this.stripe.customers.search({ query, limit: 1 })).data.at(0)
      const metadata = { accountId }
      const customer = found ?? (await this.stripe.customers.create({ metadata }, key('customer', accountId)))
      if (customer.name !== name || (customer.email ?? null) !== email) {
        await this.stripe.customers.update(customer.id, { name, email: email ?? '' })
      }
      return { customerId: customer.id }
    })
  }

  /** All of it is set, so that it may be sent again; a tax id is made where it isn't there, and one that is not ours goes. */
  updateCustomer(request: CustomerUpdate & Intent): Promise<void> {
    const { customerId, name, email, address, reverseCharge, idempotencyKey } = request
    return this.ask('updateCustomer', async () => {
      await this.stripe.customers.update(customerId, {
        name,
        email: email ?? '',
        address:
          address === null
            ? ''
            : {
                line1: address.lines[0] ?? '',
                line2: address.lines.slice(1).join(', '),
                postal_code: address.postcode ?? '',
                city: address.city,
                state: address.region ?? '',
                country: address.country,
              },
        tax_exempt: reverseCharge ? 'reverse' : 'none',
      })
      const wanted = request.taxIds.filter(({ kind }) => kind !== TaxIdKind.OTHER)
      const known: Stripe.TaxId[] = []
      for await (const taxId of this.stripe.customers.listTaxIds(customerId, { limit: PAGE })) known.push(taxId)
      for (const one of wanted) {
        if (known.some((other) => isSameTaxId(taxIdOf(other), one))) continue
        const made = { type: one.kind.toLowerCase(), value: one.value }
        await this.stripe.customers.createTaxId(customerId, made, key(`tax-id:${one.value}`, idempotencyKey))
      }
      for (const one of known) {
        if (!wanted.some((other) => isSameTaxId(taxIdOf(one), other))) await this.deleteTaxId(customerId, one.id)
      }
    })
  }

  ensurePrice(request: PriceRequest): Promise<{ priceId: string }> {
    const { planId, accountId, interval, amountMinor, idempotencyKey } = request
    return this.ask('ensurePrice', async () => {
      const found = await this.priceOf(request)
      if (found !== null) return { priceId: found }
      await this.ensureProduct()
      try {
        const made = await this.stripe.prices.create(
          {
            product: PRODUCT_ID,
            currency: request.currency.toLowerCase(),
            unit_amount: stripeAmount(amountMinor, request.currency),
            recurring: { interval: interval === 'MONTH' ? 'month' : 'year' },
            lookup_key: planId,
            metadata: { accountId, planId },
          },
          key('price', idempotencyKey),
        )
        return { priceId: made.id }
      } catch (error) {
        // Another call has made it meanwhile: a lookup key is had by one price only.
        const other = error instanceof Stripe.errors.StripeInvalidRequestError ? await this.priceOf(request) : null
        if (other === null) throw error
        return { priceId: other }
      }
    })
  }

  archivePrice(priceId: string): Promise<void> {
    return this.ask('archivePrice', async () => {
      await this.stripe.prices.update(priceId, { active: false })
    })
  }

  startSubscriptionCheckout(request: SubscriptionCheckoutRequest): Promise<CheckoutSession> {
    const { accountId, channelId, planId, priceId } = request
    const metadata = { accountId, channelId, planId }
    return this.startCheckout('startSubscriptionCheckout', request, {
      mode: 'subscription',
      client_reference_id: channelId,
      line_items: [{ price: priceId, quantity: 1 }],
      metadata,
      // A session's metadata is not the subscription's.
      subscription_data: { metadata },
      customer_update: { name: 'auto', address: 'auto' },
      tax_id_collection: { enabled: true },
    })
  }

  async startPaymentCheckout(request: PaymentCheckoutRequest): Promise<CheckoutSession> {
    const { accountId, invoiceId, description, amountMinor, currency } = request
    const metadata = { accountId, invoiceId }
    const price = {
      currency: currency.toLowerCase(),
      unit_amount: stripeAmount(amountMinor, currency),
      product_data: { name: description },
    }
    return this.startCheckout('startPaymentCheckout', request, {
      mode: 'payment',
      // What comes shall be what is outstanding, and in its currency.
      adaptive_pricing: { enabled: false },
      client_reference_id: invoiceId,
      line_items: [{ price_data: price, quantity: 1 }],
      metadata,
      payment_intent_data: { metadata, description },
    })
  }

  startCardCheckout(request: CardCheckoutRequest): Promise<CheckoutSession> {
    const metadata = { accountId: request.accountId, intentId: request.idempotencyKey }
    return this.startCheckout('startCardCheckout', request, {
      mode: 'setup',
      allowed_payment_method_types: ['card'],
      metadata,
      setup_intent_data: { metadata },
    })
  }

  expireCheckout(sessionId: string): Promise<void> {
    return this.ask('expireCheckout', async () => {
      try {
        await this.stripe.checkout.sessions.expire(sessionId)
      } catch (error) {
        if (isMissing(error)) return
        // Stripe refuses to expire what is complete or expired: then it is as it shall be.
        if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
        const { status } = await this.stripe.checkout.sessions.retrieve(sessionId)
        if (status === 'open') throw error
      }
    })
  }

  previewPlanChange({ subscriptionId, priceId, prorationAt }: PlanChange): Promise<PlanChangePreview> {
    return this.ask('previewPlanChange', async () => {
      const subscription = await this.stripe.subscriptions.retrieve(subscriptionId)
      const preview = await this.stripe.invoices.createPreview({
        customer: idOf(subscription.customer) ?? '',
        subscription: subscriptionId,
        subscription_details: {
          items: [{ id: onlyItem(subscription).id, price: priceId }],
          proration_behavior: 'always_invoice',
          proration_date: seconds(prorationAt),
        },
      })
      const currency = preview.currency.toUpperCase()
      return {
        // A total below 0 is never due: it goes to the customer's balance.
        amountDueMinor: minorOf(preview.total < 0 ? preview.total : preview.amount_due, currency),
        currency,
        lines: preview.lines.data.map(({ description, amount }) => ({
          description: description ?? '',
          amountMinor: minorOf(amount, currency),
        })),
      }
    })
  }

  /**
   * Where the charge fails, Stripe keeps the change waiting and an invoice open. That invoice is voided, and the change
   * with it: nothing may be charged later for what was answered with "declined".
   */
  changePlan({ subscriptionId, priceId, prorationAt, idempotencyKey }: PlanChange & Intent): Promise<void> {
    return this.ask('changePlan', async () => {
      const item = onlyItem(await this.stripe.subscriptions.retrieve(subscriptionId))
      if (item.price.id === priceId) return
      const changed = await this.stripe.subscriptions.update(
        subscriptionId,
        {
          // Without the item's id a second one would be added, and both be paid for.
          items: [{ id: item.id, price: priceId }],
          proration_behavior: 'always_invoice',
          proration_date: seconds(prorationAt),
          payment_behavior: 'pending_if_incomplete',
        },
        key('change-plan', idempotencyKey),
      )
      if (changed.pending_update === null) return
      await this.voidInvoice(idOf(changed.latest_invoice))
      const now = await this.stripe.subscriptions.retrieve(subscriptionId)
      if (onlyItem(now).price.id !== priceId) throw cardDeclined()
    })
  }

  setCancelAtPeriodEnd({
    subscriptionId,
    cancel,
    idempotencyKey,
  }: { subscriptionId: string; cancel: boolean } & Intent): Promise<void> {
    return this.ask('setCancelAtPeriodEnd', async () => {
      const now = await this.stripe.subscriptions.retrieve(subscriptionId)
      const isSet = now.cancel_at_period_end || now.cancel_at !== null
      if (cancel ? now.cancel_at_period_end : !isSet && now.ended_at === null) return
      // What was set as an instant, as the portal may do, is undone as an instant.
      const undo = now.cancel_at_period_end ? { cancel_at_period_end: false } : { cancel_at: '' as const }
      await this.stripe.subscriptions.update(
        subscriptionId,
        cancel ? { cancel_at_period_end: true } : undo,
        key(cancel ? 'cancel' : 'cancel-undo', idempotencyKey),
      )
    })
  }

  cancelNow({ subscriptionId, idempotencyKey }: { subscriptionId: string } & Intent): Promise<void> {
    return this.ask('cancelNow', async () => {
      try {
        await this.stripe.subscriptions.cancel(
          subscriptionId,
          { prorate: false, invoice_now: false },
          key('cancel-now', idempotencyKey),
        )
      } catch (error) {
        // One that has ended is missing here too.
        if (!isMissing(error)) throw error
      }
    })
  }

  openPortal({ customerId, returnUrl }: { customerId: string; returnUrl: string }): Promise<{ url: string }> {
    return this.ask('openPortal', async () => {
      const configuration = await this.ensurePortal()
      const { url } = await this.stripe.billingPortal.sessions.create({
        customer: customerId,
        return_url: returnUrl,
        configuration,
      })
      return { url }
    })
  }

  /** A charge is marked with its intent: after the key's day it isn't made again. One that failed says so when it is fetched. */
  chargeCard(request: CardChargeRequest): Promise<{ chargeId: string }> {
    const { accountId, customerId, cardId, invoiceId, description, currency, idempotencyKey } = request
    return this.ask('chargeCard', async () => {
      const known = await this.chargeOfIntent(request)
      if (known !== null) return { chargeId: known }
      try {
        const intent = await this.stripe.paymentIntents.create(
          {
            amount: stripeAmount(request.amountMinor, currency),
            currency: currency.toLowerCase(),
            customer: customerId,
            payment_method: cardId,
            allowed_payment_method_types: ['card'],
            off_session: true,
            confirm: true,
            description,
            metadata: { accountId, invoiceId, intentId: idempotencyKey },
          },
          key('charge', idempotencyKey),
        )
        return { chargeId: intent.id }
      } catch (error) {
        const intent = error instanceof Stripe.errors.StripeCardError ? error.payment_intent : undefined
        if (intent === undefined) throw error
        return { chargeId: intent.id }
      }
    })
  }

  findCharge(request: Parameters<PaymentProvider['findCharge']>[0]): Promise<{ chargeId: string } | null> {
    return this.ask('findCharge', async () => {
      const chargeId = await this.chargeOfIntent(request)
      return chargeId === null ? null : { chargeId }
    })
  }

  removeCard({ cardId, idempotencyKey }: { cardId: string } & Intent): Promise<void> {
    return this.ask('removeCard', async () => {
      const card = await found(this.stripe.paymentMethods.retrieve(cardId))
      if (card?.customer == null) return
      await this.stripe.paymentMethods.detach(cardId, {}, key('remove-card', idempotencyKey))
    })
  }

  /** Money that has gone back is marked with its intent: after the key's day it isn't paid back again. */
  refund(request: Parameters<PaymentProvider['refund']>[0]): Promise<{ refundId: string }> {
    const { paymentId, amountMinor, currency, idempotencyKey } = request
    return this.ask('refund', async () => {
      for await (const refund of this.stripe.refunds.list({ payment_intent: paymentId, limit: PAGE })) {
        if (refund.metadata?.intentId === idempotencyKey) return { refundId: refund.id }
      }
      const refund = await this.stripe.refunds.create(
        {
          payment_intent: paymentId,
          amount: stripeAmount(amountMinor, currency),
          metadata: { intentId: idempotencyKey },
        },
        key('refund', idempotencyKey),
      )
      return { refundId: refund.id }
    })
  }

  fetchCheckout(sessionId: string): Promise<ProviderCheckout | null> {
    return this.ask('fetchCheckout', async () => {
      const session = await found(
        this.stripe.checkout.sessions.retrieve(sessionId, {
          expand: ['payment_intent.latest_charge', 'setup_intent.payment_method'],
        }),
      )
      return session?.livemode === this.livemode ? checkoutOf(session) : null
    })
  }

  fetchCard(cardId: string): Promise<ProviderCard | null> {
    return this.ask('fetchCard', async () => {
      const method = await found(this.stripe.paymentMethods.retrieve(cardId))
      return method?.livemode === this.livemode ? cardOf(method) : null
    })
  }

  fetchCharge(chargeId: string): Promise<ProviderCharge | null> {
    return this.ask('fetchCharge', async () => {
      const intent = await found(this.stripe.paymentIntents.retrieve(chargeId, { expand: ['latest_charge'] }))
      return intent?.livemode === this.livemode ? chargeOf(intent) : null
    })
  }

  fetchRefund(refundId: string): Promise<ProviderRefund | null> {
    return this.ask('fetchRefund', async () => {
      const refund = await found(this.stripe.refunds.retrieve(refundId, { expand: ['payment_intent'] }))
      return refund === null ? null : refundOf(refund, this.livemode)
    })
  }

  fetchDispute(disputeId: string): Promise<ProviderDispute | null> {
    return this.ask('fetchDispute', async () => {
      const dispute = await found(this.stripe.disputes.retrieve(disputeId, { expand: ['payment_intent'] }))
      return dispute?.livemode === this.livemode ? disputeOf(dispute) : null
    })
  }

  fetchSubscription(subscriptionId: string): Promise<ProviderSubscription | null> {
    return this.ask('fetchSubscription', async () => {
      const subscription = await found(
        this.stripe.subscriptions.retrieve(subscriptionId, { expand: ['latest_invoice'] }),
      )
      return subscription === null ? null : this.ours(subscription)
    })
  }

  fetchCustomer(customerId: string): Promise<ProviderCustomer | null> {
    return this.ask('fetchCustomer', async () => {
      const customer = await found(this.stripe.customers.retrieve(customerId, { expand: ['tax_ids'] }))
      if (customer === null || customer.deleted === true || customer.livemode !== this.livemode) return null
      return customerOf(customer)
    })
  }

  listSubscriptions(after: string | null): Promise<{ subscriptionIds: string[]; next: string | null }> {
    return this.ask('listSubscriptions', async () => {
      const page = await this.stripe.subscriptions.list({
        limit: PAGE,
        ...(after !== null && { starting_after: after }),
      })
      const subscriptionIds = page.data
        .filter((one) => one.livemode === this.livemode && isOurs(one) && !ENDED.includes(one.status))
        .map(({ id }) => id)
      return { subscriptionIds, next: page.has_more ? (page.data.at(-1)?.id ?? null) : null }
    })
  }

  /** The cursor is the id of an event. Stripe keeps events for 30 days: one that is older counts as none. */
  listEvents(after: string | null): Promise<{ events: ProviderEvent[]; next: string | null }> {
    return this.ask('listEvents', async () => {
      const types = [...LISTED_TYPES]
      const page =
        (after === null ? null : await found(this.stripe.events.list({ types, limit: PAGE, ending_before: after }))) ??
        (await this.oldestEvents(types))
      const events = page.data.map(eventOf).reverse()
      return { events, next: page.has_more ? (events.at(-1)?.eventId ?? null) : null }
    })
  }

  /** Stripe lists the newest first, and knows no other way to its oldest than through all of them. */
  private async oldestEvents(types: string[]): Promise<{ data: Stripe.Event[]; has_more: boolean }> {
    let isNewest = true
    for (let after: string | undefined; ; isNewest = false) {
      const page = await this.stripe.events.list({
        types,
        limit: PAGE,
        ...(after !== undefined && { starting_after: after }),
      })
      if (!page.has_more) return { data: page.data, has_more: !isNewest }
      after = page.data.at(-1)?.id
    }
  }

  private async startCheckout(
    deed: string,
    {
      customerId,
      successUrl,
      cancelUrl,
      expiresAt,
      idempotencyKey,
    }: SubscriptionCheckoutRequest | PaymentCheckoutRequest | CardCheckoutRequest,
    order: Stripe.Checkout.SessionCreateParams,
  ): Promise<CheckoutSession> {
    return this.ask(deed, async () => {
      const session = await this.stripe.checkout.sessions.create(
        {
          customer: customerId,
          success_url: successUrl,
          cancel_url: cancelUrl,
          expires_at: seconds(expiresAt),
          ...order,
        },
        key('checkout', idempotencyKey),
      )
      if (session.url === null) throw new PaymentProviderError('The payment provider has no page for this checkout.')
      return { sessionId: session.id, url: session.url, expiresAt: instant(session.expires_at) }
    })
  }

  private async chargeOfIntent({
    customerId,
    since,
    idempotencyKey,
  }: Parameters<PaymentProvider['findCharge']>[0]): Promise<string | null> {
    const created = { gte: seconds(since) - CLOCKS_DIFFER_SECONDS }
    for await (const intent of this.stripe.paymentIntents.list({ customer: customerId, created, limit: PAGE })) {
      if (intent.metadata.intentId === idempotencyKey) return intent.id
    }
    return null
  }

  /** Null where it is somebody else's. */
  private async ours(subscription: Stripe.Subscription): Promise<ProviderSubscription | null> {
    if (subscription.livemode !== this.livemode || !isOurs(subscription)) return null
    return subscriptionOf(subscription, await this.paidThrough(subscription))
  }

  /**
   * The end of the last period whose invoice is paid. Stripe moves the period before that, so its own current_period_end
   * says nothing of it. The newest paid invoice with a period in it decides: periods follow each other, and where a change
   * from a yearly plan to a monthly one cuts a paid year short, the rest of that year has been credited.
   */
  private async paidThrough({ id, latest_invoice: latest }: Stripe.Subscription): Promise<Date | null> {
    // Mostly it is the last invoice, which came with the subscription.
    if (latest !== null && typeof latest !== 'string' && latest.status === 'paid') {
      const end = await this.periodEnd(latest, id)
      if (end !== null) return end
    }
    let after: string | undefined
    for (let pages = 0; pages < MAX_INVOICE_PAGES; pages += 1) {
      const page = await this.stripe.invoices.list({
        subscription: id,
        status: 'paid',
        limit: PAGE,
        ...(after !== undefined && { starting_after: after }),
      })
      for (const invoice of page.data) {
        const end = await this.periodEnd(invoice, id)
        if (end !== null) return end
      }
      if (!page.has_more) return null
      after = page.data.at(-1)?.id
    }
    throw new PaymentProviderError('The subscription has too many invoices at the payment provider.')
  }

  private async periodEnd(invoice: Stripe.Invoice, subscriptionId: string): Promise<Date | null> {
    const end = periodEndOf(invoice.lines.data, subscriptionId)
    if (end !== null || !invoice.lines.has_more) return end
    // The lines of plan changes stand before the period's own, and an invoice brings its first ten only.
    const lines: Stripe.InvoiceLineItem[] = []
    for await (const line of this.stripe.invoices.listLineItems(invoice.id, { limit: PAGE })) lines.push(line)
    return periodEndOf(lines, subscriptionId)
  }

  private async priceOf({ planId, amountMinor, currency, interval }: PriceRequest): Promise<string | null> {
    const price = (await this.stripe.prices.list({ lookup_keys: [planId], limit: 1 })).data.at(0)
    if (price === undefined) return null
    const isSame =
      price.unit_amount === stripeAmount(amountMinor, currency) &&
      price.currency === currency.toLowerCase() &&
      price.recurring?.interval === interval.toLowerCase()
    if (!isSame) throw new PaymentProviderError('The plan has another price at the payment provider.')
    return price.id
  }

  private async ensureProduct(): Promise<void> {
    this.product ??= this.stripe.products
      .create({ id: PRODUCT_ID, name: 'Channel' }, key('product', PRODUCT_ID))
      .catch((error: unknown) => {
        const isThere =
          error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_already_exists'
        if (isThere) return
        this.product = null
        throw error
      })
    await this.product
  }

  private async ensurePortal(): Promise<string> {
    this.portal ??= this.findPortal().catch((error: unknown) => {
      this.portal = null
      throw error
    })
    return this.portal
  }

  private async findPortal(): Promise<string> {
    for await (const { id, metadata } of this.stripe.billingPortal.configurations.list({ active: true, limit: PAGE })) {
      if (metadata?.daybookPortal === PORTAL.daybookPortal) return id
    }
    const made = await this.stripe.billingPortal.configurations.create(
      {
        name: 'Daybook',
        metadata: PORTAL,
        features: {
          customer_update: { enabled: true, allowed_updates: ['address', 'tax_id'] },
          invoice_history: { enabled: true },
          payment_method_update: { enabled: true },
          subscription_cancel: { enabled: true, mode: 'at_period_end' },
          // It would offer prices out of one catalogue; each account has its own.
          subscription_update: { enabled: false },
        },
      },
      key('portal', PORTAL.daybookPortal),
    )
    return made.id
  }

  private async deleteTaxId(customerId: string, taxId: string): Promise<void> {
    try {
      await this.stripe.customers.deleteTaxId(customerId, taxId)
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }

  private async voidInvoice(invoiceId: string | null): Promise<void> {
    if (invoiceId === null) return
    try {
      await this.stripe.invoices.voidInvoice(invoiceId)
    } catch (error) {
      // It is void by now, or paid: what has become of the plan is looked at next.
      if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
    }
  }

  private ask<T>(deed: string, work: () => Promise<T>): Promise<T> {
    return askStripe(this.log, deed, work)
  }
}

/** One intent may need several calls: each deed has keys of its own. */
function key(deed: string, intent: string): { idempotencyKey: string } {
  return { idempotencyKey: `daybook:${deed}:${intent}` }
}

/** Null where there is no such thing. */
async function found<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

function addressOf(apiBase: string | null): Pick<Stripe.StripeConfig, 'protocol' | 'host' | 'port'> {
  if (apiBase === null) return {}
  const { protocol, hostname, port } = new URL(apiBase)
  const scheme = protocol === 'http:' ? 'http' : 'https'
  return {
    protocol: scheme,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (scheme === 'http' ? 80 : 443) : port,
  }
}
