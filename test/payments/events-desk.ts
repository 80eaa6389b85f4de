import { type Database, openDatabase } from '../../src/database'
import { ProviderEventWorker, type WorkerOptions } from '../../src/payments/handle-events'
import type {
  ProviderCard,
  ProviderCharge,
  ProviderCheckout,
  ProviderCustomer,
  ProviderDispute,
  ProviderRefund,
  ProviderSubscription,
} from '../../src/payments/payment-provider'
import type { ProviderChanges } from '../../src/payments/provider-changes'
import { newId } from '../../src/typed-id'
import { startTestGateway, type TestGateway } from '../support/gateway'
import { makeStripeBench, silent, type StripeBench } from './stripe-bench'

export const SECOND_SECRET = 'whsec_double_secret_2'

/** Applies nothing but to a list, where tests can read it. */
export class Recorder implements ProviderChanges {
  readonly subscriptions = new Map<string, ProviderSubscription>()
  readonly checkouts = new Map<string, ProviderCheckout>()
  readonly customers = new Map<string, ProviderCustomer>()
  readonly cards = new Map<string, ProviderCard>()
  readonly charges = new Map<string, ProviderCharge>()
  readonly refunds = new Map<string, ProviderRefund>()
  readonly disputes = new Map<string, ProviderDispute>()
  calls = 0
  /** Run within each call. */
  during: () => Promise<void> = () => Promise.resolve()

  async subscription(subscription: ProviderSubscription): Promise<'APPLIED'> {
    this.calls += 1
    await this.during()
    this.subscriptions.set(subscription.subscriptionId, subscription)
    return 'APPLIED'
  }

  async checkout(checkout: ProviderCheckout): Promise<'APPLIED'> {
    this.calls += 1
    await this.during()
    this.checkouts.set(checkout.sessionId, checkout)
    return 'APPLIED'
  }

  async customer(customer: ProviderCustomer): Promise<void> {
    this.calls += 1
    await this.during()
    this.customers.set(customer.customerId, customer)
  }

  async card(card: ProviderCard): Promise<void> {
    this.calls += 1
    await this.during()
    this.cards.set(card.cardId, card)
  }

  async charge(charge: ProviderCharge): Promise<'APPLIED'> {
    this.calls += 1
    await this.during()
    this.charges.set(charge.chargeId, charge)
    return 'APPLIED'
  }

  async refund(refund: ProviderRefund): Promise<void> {
    this.calls += 1
    await this.during()
    this.refunds.set(refund.refundId, refund)
  }

  async dispute(dispute: ProviderDispute): Promise<void> {
    this.calls += 1
    await this.during()
    this.disputes.set(dispute.disputeId, dispute)
  }
}

export interface StoredEventRow {
  id: string
  state: string
  attempts: number
  last_error: string | null
  next_attempt_at: Date | null
}

/** Stripe, a gateway to whose door it sends, and a worker that works when it is told to. */
export class EventsDesk {
  readonly recorder = new Recorder()

  private constructor(
    readonly bench: StripeBench,
    readonly gateway: TestGateway,
    readonly database: Database,
  ) {}

  static async open(): Promise<EventsDesk> {
    const bench = await makeStripeBench()
    const { config } = bench.double
    const stripe = { ...config, webhookSecrets: [SECOND_SECRET, ...config.webhookSecrets] }
    const gateway = await startTestGateway({ config: { stripe } })
    return new EventsDesk(bench, gateway, await openDatabase(gateway.databaseUrl, 4))
  }

  async close(): Promise<void> {
    await this.database.close()
    await this.gateway.stop()
    await this.bench.close()
  }

  get door(): string {
    return `${this.gateway.url}/webhooks/stripe`
  }

  worker(options: WorkerOptions = {}, changes: ProviderChanges = this.recorder): ProviderEventWorker {
    return new ProviderEventWorker(this.database, this.bench.provider, changes, silent, options)
  }

  /** Somebody pays for a channel: the ids of the page and of the subscription. */
  async subscribe(channelId = newId('channel')): Promise<{ sessionId: string; subscriptionId: string }> {
    const { provider, double } = this.bench
    const accountId = 'account_of_a_test'
    const { customerId } = await provider.ensureCustomer({
      accountId,
      name: 'A partner',
      email: null,
      idempotencyKey: 'c',
    })
    const { priceId } = await provider.ensurePrice({
      planId: 'plan',
      accountId,
      interval: 'MONTH',
      amountMinor: 1000,
      currency: 'EUR',
      idempotencyKey: 'p',
    })
    const { sessionId } = await provider.startSubscriptionCheckout({
      accountId,
      customerId,
      channelId,
      planId: 'plan',
      priceId,
      successUrl: 'https://daybook.example/paid',
      cancelUrl: 'https://daybook.example/',
      expiresAt: new Date(double.now * 1000 + 45 * 60_000),
      idempotencyKey: channelId,
    })
    double.pay(sessionId)
    return { sessionId, subscriptionId: double.sessions.get(sessionId)?.subscription ?? '' }
  }

  rows(): Promise<StoredEventRow[]> {
    return this.gateway.sql('SELECT * FROM provider_event ORDER BY received_at, id')
  }

  async states(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const { state } of await this.rows()) counts[state] = (counts[state] ?? 0) + 1
    return counts
  }

  async forget(): Promise<void> {
    await this.gateway.sql('DELETE FROM provider_event')
    await this.gateway.sql('DELETE FROM provider_cursor')
    await this.gateway.setClock(null)
    this.recorder.subscriptions.clear()
    this.recorder.checkouts.clear()
    this.recorder.calls = 0
    this.recorder.during = () => Promise.resolve()
  }
}
