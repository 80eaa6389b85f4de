import { createHash } from 'node:crypto'
import { MoreThan } from 'typeorm'
import { readClock } from '../../clock'
import type { Database, Tx } from '../../database'
import { isUnstorableText } from '../../database-errors'
import { DomainError, PaymentProviderError } from '../../errors'
import { isCurrency } from '../../money'
import { isSameTaxId, TaxIdKind, TaxIdVerification } from '../../particulars/tax-id'
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
import {
  applyChange,
  endSubscription,
  lockSubscription,
  priceChange,
  requirePrice,
  setCancelAtPeriodEnd,
  settleSubscription,
} from './charge-subscription'
import { chargeCard, findCard, findCharge, removeCard } from './charge-card'
import { confirmCheckout, findCheckout, payCheckout, requireServed } from './pay-checkout'
import type { PaymentResult, SandboxPolicy } from './pay-checkout'
import { closeDispute, disputePayment } from './dispute-payment'
import { aboutCustomer, aboutRefund, aboutRefunded, recordSandboxEvent } from './record-sandbox-event'
import { accountNow, expireCheckout } from './run-sandbox-renewals'
import { readCard } from './sandbox-cards'
import { isSandboxId, sandboxId } from './sandbox-id'
import {
  SandboxCall,
  SandboxCharge,
  SandboxCheckout,
  SandboxCustomer,
  SandboxDispute,
  SandboxEvent,
  SandboxPayment,
  SandboxPortal,
  SandboxPrice,
  SandboxRefund,
  SandboxSubscription,
} from './sandbox.entity'

/** Rows of a page of a list. */
const PAGE = 100
/** ISO 4217's word for none: a page on which a card is saved asks for no money. */
const NO_CURRENCY = 'XXX'
/** How long the address of a portal is good for. */
const PORTAL_MS = 24 * 3_600_000

export interface SandboxProviderOptions extends SandboxPolicy {
  /** Where the gateway is reached, without a slash at its end: known once it listens. */
  readonly baseUrl: () => string
}

/**
 * The payment provider that is built in: no money moves. It has the rules of Stripe where the port shows them, its own
 * tables, and pages that the gateway serves. What happens to an account is dated by the account's clock; only for how long a
 * page can be used goes by the live one.
 */
export class SandboxProvider implements PaymentProvider {
  readonly name = 'SANDBOX'
  readonly livemode = false

  constructor(
    private readonly database: Pick<Database, 'inTransaction'>,
    private readonly options: SandboxProviderOptions,
  ) {}

  ensureCustomer({ accountId, name, email }: CustomerRequest): Promise<{ customerId: string }> {
    return this.guarded(async (tx) => {
      const createdAt = await accountNow(tx, accountId)
      // An account has one, under whatever key it was asked for: whoever comes second waits here and finds it.
      await tx.manager
        .createQueryBuilder()
        .insert()
        .into(SandboxCustomer)
        .values({ id: sandboxId('cus'), accountId, name, email, createdAt })
        .orIgnore()
        .execute()
      const { id } = await tx.manager.findOneByOrFail(SandboxCustomer, { accountId })
      return { customerId: id }
    })
  }

  /** The sandbox has nobody whom it could ask about a tax id: one whose form is good, which all of them are, is verified. */
  updateCustomer(request: CustomerUpdate & Intent): Promise<void> {
    return this.guarded(async (tx) => {
      const { customerId: id, name, email, address, reverseCharge } = request
      const customer = await tx.manager.findOne(SandboxCustomer, { where: { id }, lock: { mode: 'pessimistic_write' } })
      if (customer === null) throw new PaymentProviderError('There is no such customer.')
      const taxIds = request.taxIds.flatMap(({ kind, value }) =>
        kind === TaxIdKind.OTHER ? [] : [{ kind, value, verification: TaxIdVerification.VERIFIED }],
      )
      await tx.manager.update(SandboxCustomer, { id }, { name, email, address, reverseCharge, taxIds })
      const isNews = taxIds.some((taxId) => !customer.taxIds.some((known) => isSameTaxId(known, taxId)))
      if (!isNews) return
      const now = await accountNow(tx, customer.accountId)
      await recordSandboxEvent(tx, 'customer.tax_id.updated', now, aboutCustomer(customer))
    })
  }

  ensurePrice({ planId, accountId, interval, amountMinor, currency }: PriceRequest): Promise<{ priceId: string }> {
    return this.guarded(async (tx) => {
      await accountNow(tx, accountId)
      requireAmount(amountMinor, currency, 0)
      const terms = { planId, accountId, planInterval: interval, amountMinor, currency }
      await tx.manager
        .createQueryBuilder()
        .insert()
        .into(SandboxPrice)
        .values({ ...terms, id: sandboxId('price'), archivedAt: null })
        .orIgnore()
        .execute()
      const price = await tx.manager.findOneBy(SandboxPrice, terms)
      if (price === null) throw new PaymentProviderError('The plan has a price already, of other terms.')
      return { priceId: price.id }
    })
  }

  archivePrice(priceId: string): Promise<void> {
    return this.guarded(async (tx) => {
      const price = await tx.manager.findOne(SandboxPrice, {
        where: { id: priceId },
        lock: { mode: 'pessimistic_write' },
      })
      if (price === null) throw new PaymentProviderError('There is no such price.')
      if (price.archivedAt !== null) return
      await tx.manager.update(SandboxPrice, { id: priceId }, { archivedAt: await accountNow(tx, price.accountId) })
    })
  }

  startSubscriptionCheckout(request: SubscriptionCheckoutRequest): Promise<CheckoutSession> {
    return this.once('startSubscriptionCheckout', request, async (tx) => {
      const { accountId, channelId, planId, priceId } = request
      const price = await requirePrice(tx, priceId, accountId)
      if (price.planId !== planId) throw new PaymentProviderError('The price is of another plan.')
      return this.openCheckout(tx, request, {
        priceId,
        channelId,
        invoiceId: null,
        intent: null,
        description: `Messaging channel ${channelId}, paid each ${price.planInterval === 'YEAR' ? 'year' : 'month'}`,
        amountMinor: price.amountMinor,
        currency: price.currency,
      })
    })
  }

  startPaymentCheckout(request: PaymentCheckoutRequest): Promise<CheckoutSession> {
    return this.once('startPaymentCheckout', request, (tx) => {
      const { invoiceId, description, amountMinor, currency } = request
      requireAmount(amountMinor, currency, 1)
      const bought = { priceId: null, channelId: null, invoiceId, intent: null, description, amountMinor, currency }
      return this.openCheckout(tx, request, bought)
    })
  }

  startCardCheckout(request: CardCheckoutRequest): Promise<CheckoutSession> {
    return this.once('startCardCheckout', request, (tx) => {
      const description = 'A card for what is charged later'
      const nothing = { priceId: null, channelId: null, invoiceId: null, amountMinor: 0, currency: NO_CURRENCY }
      return this.openCheckout(tx, request, { ...nothing, intent: request.idempotencyKey, description })
    })
  }

  expireCheckout(sessionId: string): Promise<void> {
    return this.guarded(async (tx) => {
      if ((await findCheckout(tx, sessionId)) === null) throw new PaymentProviderError('There is no such checkout.')
      await expireCheckout(tx, sessionId)
    })
  }

  previewPlanChange({ subscriptionId, priceId, prorationAt }: PlanChange): Promise<PlanChangePreview> {
    return this.guarded(async (tx) => {
      const { subscription } = await this.requireSubscription(tx, subscriptionId)
      const priced = await priceChange(tx, subscription, priceId, prorationAt)
      if (priced === null) {
        const { currency } = await tx.manager.findOneByOrFail(SandboxPrice, { id: priceId })
        return { amountDueMinor: 0, currency, lines: [] }
      }
      return { amountDueMinor: priced.dueMinor, currency: priced.price.currency, lines: priced.lines }
    })
  }

  async changePlan(request: PlanChange & Intent): Promise<void> {
    await this.once('changePlan', request, async (tx) => {
      const { subscription, now } = await this.requireSubscription(tx, request.subscriptionId)
      const priced = await priceChange(tx, subscription, request.priceId, request.prorationAt)
      if (priced !== null) await applyChange(tx, subscription, priced, now)
      return {}
    })
  }

  async setCancelAtPeriodEnd(request: { subscriptionId: string; cancel: boolean } & Intent): Promise<void> {
    await this.once('setCancelAtPeriodEnd', request, async (tx) => {
      const { subscription, now } = await this.requireSubscription(tx, request.subscriptionId)
      await setCancelAtPeriodEnd(tx, subscription, request.cancel, now)
      return {}
    })
  }

  async cancelNow(request: { subscriptionId: string } & Intent): Promise<void> {
    await this.once('cancelNow', request, async (tx) => {
      const found = await this.findSubscription(tx, request.subscriptionId)
      if (found !== null && found.subscription.status !== 'CANCELED') {
        await endSubscription(tx, found.subscription, found.now)
      }
      return {}
    })
  }

  openPortal({ customerId, returnUrl }: { customerId: string; returnUrl: string }): Promise<{ url: string }> {
    return this.guarded(async (tx) => {
      const customer = await tx.manager.findOneBy(SandboxCustomer, { id: customerId })
      if (customer === null) throw new PaymentProviderError('There is no such customer.')
      const id = sandboxId('portal')
      const expiresAt = new Date((await readClock(tx)).getTime() + PORTAL_MS)
      await tx.manager.insert(SandboxPortal, { id, customerId, returnUrl: webAddress(returnUrl), expiresAt })
      return { url: `${this.options.baseUrl()}/sandbox/portal/${id}` }
    })
  }

  chargeCard(request: CardChargeRequest): Promise<{ chargeId: string }> {
    return this.once('chargeCard', request, async (tx) => {
      requireAmount(request.amountMinor, request.currency, 1)
      await requireServed(tx, request.accountId, this.options)
      return { chargeId: await chargeCard(tx, request) }
    })
  }

  findCharge({ idempotencyKey: intent }: Intent): Promise<{ chargeId: string } | null> {
    return this.guarded(async (tx) => {
      const charge = await tx.manager.findOneBy(SandboxCharge, { intent })
      return charge && { chargeId: charge.id }
    })
  }

  async removeCard(request: { cardId: string } & Intent): Promise<void> {
    await this.once('removeCard', request, async (tx) => {
      await removeCard(tx, request.cardId)
      return {}
    })
  }

  refund(request: Parameters<PaymentProvider['refund']>[0]): Promise<{ refundId: string }> {
    return this.once('refund', request, async (tx) => {
      const { paymentId, amountMinor } = request
      const payment = await tx.manager.findOne(SandboxPayment, {
        where: { id: paymentId },
        lock: { mode: 'pessimistic_write' },
      })
      if (payment === null) throw new PaymentProviderError('There is no such payment.')
      const refundable = payment.amountMinor - payment.refundedMinor
      if (!Number.isSafeInteger(amountMinor) || amountMinor < 1 || amountMinor > refundable) {
        throw new PaymentProviderError(
          `The payment has ${refundable} left to be paid back (minor units of ${payment.currency}); not ${amountMinor}.`,
        )
      }
      const refundedMinor = payment.refundedMinor + amountMinor
      await tx.manager.update(SandboxPayment, { id: paymentId }, { refundedMinor })
      const { accountId } = await tx.manager.findOneByOrFail(SandboxCustomer, { id: payment.customerId })
      const now = await accountNow(tx, accountId)
      await recordSandboxEvent(tx, 'charge.refunded', now, aboutRefund(payment, accountId))
      const refund = { id: sandboxId('re'), paymentId, amountMinor, intent: request.idempotencyKey } as const
      await tx.manager.insert(SandboxRefund, { ...refund, status: 'SUCCEEDED', createdAt: now })
      await recordSandboxEvent(tx, 'refund.created', now, aboutRefunded(refund, accountId))
      return { refundId: refund.id }
    })
  }

  fetchCheckout(sessionId: string): Promise<ProviderCheckout | null> {
    return this.guarded(async (tx) => {
      const checkout = isSandboxId(sessionId) ? await findCheckout(tx, sessionId) : null
      if (checkout === null) return null
      const { id, accountId, customerId, status, channelId, invoiceId, subscriptionId, intent, cardId } = checkout
      const payment = await tx.manager.findOneBy(SandboxPayment, { checkoutId: id })
      return {
        sessionId: id,
        livemode: false,
        accountId,
        customerId,
        status,
        channelId,
        invoiceId,
        subscriptionId,
        payment: payment && {
          paymentId: payment.id,
          amountMinor: payment.amountMinor,
          currency: payment.currency,
          paidAt: payment.paidAt,
        },
        isPaymentPending: false,
        intentId: intent,
        card: cardId === null ? null : await findCard(tx, cardId),
      }
    })
  }

  fetchCard(cardId: string): Promise<ProviderCard | null> {
    return this.guarded((tx) => (isSandboxId(cardId) ? findCard(tx, cardId) : Promise.resolve(null)))
  }

  fetchCharge(chargeId: string): Promise<ProviderCharge | null> {
    return this.guarded((tx) => (isSandboxId(chargeId) ? findCharge(tx, chargeId) : Promise.resolve(null)))
  }

  fetchRefund(refundId: string): Promise<ProviderRefund | null> {
    return this.guarded(async (tx) => {
      const refund = isSandboxId(refundId) ? await tx.manager.findOneBy(SandboxRefund, { id: refundId }) : null
      if (refund === null) return null
      const { paymentId, intent, amountMinor, status } = refund
      const { currency } = await tx.manager.findOneByOrFail(SandboxPayment, { id: paymentId })
      const failure = status === 'FAILED' ? 'The card’s bank refused it.' : null
      return { refundId, livemode: false, paymentId, intentId: intent, amountMinor, currency, status, failure }
    })
  }

  fetchDispute(disputeId: string): Promise<ProviderDispute | null> {
    return this.guarded(async (tx) => {
      const dispute = isSandboxId(disputeId) ? await tx.manager.findOneBy(SandboxDispute, { id: disputeId }) : null
      if (dispute === null) return null
      const { paymentId, amountMinor, status } = dispute
      const { currency } = await tx.manager.findOneByOrFail(SandboxPayment, { id: paymentId })
      return { disputeId, livemode: false, paymentId, amountMinor, currency, status }
    })
  }

  /** Whoever paid disputes a payment; answers the dispute. */
  disputePayment(paymentId: string): Promise<string> {
    return this.guarded((tx) => disputePayment(tx, paymentId))
  }

  /** The bank decides. */
  closeDispute(disputeId: string, won: boolean): Promise<void> {
    return this.guarded((tx) => closeDispute(tx, disputeId, won))
  }

  /** The card's bank sends a refund back. */
  failRefund(refundId: string): Promise<void> {
    return this.guarded(async (tx) => {
      const refund = await tx.manager.findOneByOrFail(SandboxRefund, { id: refundId })
      const { customerId } = await tx.manager.findOneByOrFail(SandboxPayment, { id: refund.paymentId })
      const { accountId } = await tx.manager.findOneByOrFail(SandboxCustomer, { id: customerId })
      await tx.manager.update(SandboxRefund, { id: refundId }, { status: 'FAILED' })
      await recordSandboxEvent(tx, 'refund.failed', await accountNow(tx, accountId), aboutRefunded(refund, accountId))
    })
  }

  fetchSubscription(subscriptionId: string): Promise<ProviderSubscription | null> {
    return this.guarded(async (tx) => {
      const found = await this.findSubscription(tx, subscriptionId)
      return found && shown(found.subscription)
    })
  }

  fetchCustomer(customerId: string): Promise<ProviderCustomer | null> {
    return this.guarded(async (tx) => {
      const customer = isSandboxId(customerId) ? await tx.manager.findOneBy(SandboxCustomer, { id: customerId }) : null
      if (customer === null) return null
      const { accountId, name, email, reverseCharge, taxIds } = customer
      return { customerId, livemode: false, accountId, name, email, reverseCharge, taxIds }
    })
  }

  listSubscriptions(after: string | null): Promise<{ subscriptionIds: string[]; next: string | null }> {
    return this.guarded(async (tx) => {
      const rows = await tx.manager
        .createQueryBuilder(SandboxSubscription, 's')
        .where(`s.status <> 'CANCELED'`)
        .andWhere('s.id > :after', { after: after ?? '' })
        .orderBy('s.id')
        .take(PAGE)
        .getMany()
      return { subscriptionIds: rows.map(({ id }) => id), next: rows.length < PAGE ? null : (rows.at(-1)?.id ?? null) }
    })
  }

  /** `next` is null once there is nothing after the cursor: until something is, the same cursor is good. */
  listEvents(after: string | null): Promise<{ events: ProviderEvent[]; next: string | null }> {
    return this.guarded(async (tx) => {
      const start = after === null ? null : await tx.manager.findOneBy(SandboxEvent, { id: after })
      if (after !== null && start === null) throw new PaymentProviderError('There is no such event to go on from.')
      const rows = await tx.manager.find(SandboxEvent, {
        where: { sequence: MoreThan(start?.sequence ?? 0) },
        order: { sequence: 'ASC' },
        take: PAGE,
      })
      const events = rows.map(({ id, type, createdAt, objectKind, objectId }) => ({
        eventId: id,
        type,
        livemode: false,
        createdAt,
        object: { kind: objectKind, id: objectId },
      }))
      return { events, next: rows.at(-1)?.id ?? null }
    })
  }

  /**
   * What the page does with the number of a card. Null for a number that is none of the test cards'.
   *
   * Throws PAYMENT_PROVIDER for an account that isn't served.
   */
  async submitCard(sessionId: string, number: string): Promise<PaymentResult | null> {
    const card = readCard(number)
    return card && this.guarded((tx) => payCheckout(tx, this.options, sessionId, card))
  }

  /** What the page does when the holder of a card confirms its payment, or doesn't. Throws as `submitCard`. */
  async confirm(sessionId: string, confirms: boolean): Promise<PaymentResult> {
    return this.guarded((tx) => confirmCheckout(tx, this.options, sessionId, confirms))
  }

  private async openCheckout(
    tx: Tx,
    request: SubscriptionCheckoutRequest | PaymentCheckoutRequest | CardCheckoutRequest,
    bought: Pick<
      SandboxCheckout,
      'priceId' | 'channelId' | 'invoiceId' | 'intent' | 'description' | 'amountMinor' | 'currency'
    >,
  ): Promise<CheckoutSession> {
    const { accountId, customerId, expiresAt } = request
    await requireServed(tx, accountId, this.options)
    const customer = await tx.manager.findOneBy(SandboxCustomer, { id: customerId, accountId })
    if (customer === null) throw new PaymentProviderError('There is no such customer.')
    if (!(expiresAt > (await readClock(tx)))) {
      throw new PaymentProviderError('The page would have expired before it opens.')
    }
    const sessionId = sandboxId('cs')
    await tx.manager.insert(SandboxCheckout, {
      ...bought,
      id: sessionId,
      accountId,
      customerId,
      successUrl: webAddress(request.successUrl),
      cancelUrl: webAddress(request.cancelUrl),
      status: 'OPEN',
      confirming: null,
      cardId: null,
      subscriptionId: null,
      expiresAt,
      createdAt: await accountNow(tx, accountId),
      completedAt: null,
    })
    return { sessionId, url: `${this.options.baseUrl()}/sandbox/pay/${sessionId}`, expiresAt }
  }

  /** Locked, and with all that time has brought it until now. */
  private async findSubscription(tx: Tx, id: string): Promise<{ subscription: SandboxSubscription; now: Date } | null> {
    const subscription = isSandboxId(id) ? await lockSubscription(tx, id) : null
    if (subscription === null) return null
    const now = await accountNow(tx, subscription.accountId)
    await settleSubscription(tx, subscription, now)
    return { subscription, now }
  }

  private async requireSubscription(tx: Tx, id: string): Promise<{ subscription: SandboxSubscription; now: Date }> {
    const found = await this.findSubscription(tx, id)
    if (found === null) throw new PaymentProviderError('There is no such subscription.')
    return found
  }

  /**
   * Does a call once. The same call under the same key waits for the first one and gets its answer; another under it is
   * refused. A refusal changes nothing and is not remembered.
   */
  private once<Answer extends object>(
    call: string,
    request: Intent,
    work: (tx: Tx) => Promise<Answer>,
  ): Promise<Answer> {
    return this.guarded(async (tx) => {
      const { idempotencyKey: key, ...rest } = request
      // Whoever asks again asks later: the page keeps the time that it was given first.
      const fields = Object.entries({ ...rest, expiresAt: undefined }).sort(([one], [other]) => (one < other ? -1 : 1))
      const requestDigest = createHash('sha256').update(JSON.stringify(fields)).digest('hex')
      await tx.manager
        .createQueryBuilder()
        .insert()
        .into(SandboxCall)
        .values({ call, key, requestDigest, answer: null })
        .orIgnore()
        .execute()
      const known = await tx.manager.findOneByOrFail(SandboxCall, { call, key })
      if (known.requestDigest !== requestDigest) {
        throw new PaymentProviderError('The key was used before for a call with other parameters.')
      }
      if (known.answer !== null) return revived(known.answer) as Answer
      const answer = await work(tx)
      await tx.manager.update(SandboxCall, { call, key }, { answer })
      return answer
    })
  }

  /** Nothing but PAYMENT_PROVIDER comes out of the port. */
  private async guarded<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.database.inTransaction(work)
    } catch (error) {
      if (error instanceof PaymentProviderError) throw error
      const refusal =
        error instanceof DomainError
          ? new PaymentProviderError(error.message)
          : isUnstorableText(error)
            ? new PaymentProviderError('The request holds a character that can’t be stored.')
            : new PaymentProviderError('The built-in test provider is away for the moment.', { retryable: true })
      refusal.cause = error
      throw refusal
    }
  }
}

/** An answer as it was: its one instant comes back from JSON as a text. */
function revived(answer: object): object {
  return 'expiresAt' in answer ? { ...answer, expiresAt: new Date(String(answer.expiresAt)) } : answer
}

function shown(subscription: SandboxSubscription): ProviderSubscription {
  const { id, accountId, channelId, customerId, priceId, status, cancelAtPeriodEnd } = subscription
  const { periodEnd, paidThrough, createdAt, endedAt } = subscription
  return {
    subscriptionId: id,
    livemode: false,
    accountId,
    channelId,
    customerId,
    priceId,
    status,
    cancelAtPeriodEnd,
    currentPeriodEnd: periodEnd,
    paidThrough,
    createdAt,
    endedAt,
  }
}

function requireAmount(amountMinor: number, currency: string, least: number): void {
  if (!Number.isSafeInteger(amountMinor) || amountMinor < least || !isCurrency(currency)) {
    throw new PaymentProviderError('An amount is a whole number of minor units of a currency.')
  }
}

/**
 * An address to which a page may lead, as it goes into a header and into a policy: of the web, and of a host with nothing in
 * its name that would mean something there.
 */
function webAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol) || !/^[a-z0-9.[\]:-]+$/.test(url.host)) {
    throw new PaymentProviderError('An address to return to is one of the web, such as https://example.com/paid.')
  }
  return url.href
}
