import { setTimeout as delay } from 'node:timers/promises'
import type Stripe from 'stripe'
import { press } from '../invoices/payer'
import type { Dice } from '../support/dice'
import type { StripeDouble } from '../support/stripe-double'
import type { Workload } from './workload'

/** Someone who buys days by card, again and again; and Stripe, which tells of it until it is heard. */
export class CardPayer {
  /** Invoices that were paid at the provider. */
  readonly paid = new Set<string>()
  /** Events that were sent more than once. */
  doubled = 0
  private readonly told = new Set<string>()
  private stopped = false
  private done: Promise<void> = Promise.resolve()

  constructor(
    private readonly workload: Workload,
    private readonly double: StripeDouble,
    private readonly dice: Dice,
    /** Where gateways are. */
    private readonly urls: readonly string[],
  ) {}

  start(): void {
    this.done = this.run()
  }

  /** Resolves once every event was taken by a gateway. */
  async stop(patienceMs: number): Promise<void> {
    this.stopped = true
    await this.done
    const giveUpAt = performance.now() + patienceMs
    while (this.waiting().length > 0) {
      if (performance.now() > giveUpAt) throw new Error(`${this.waiting().length} webhooks are not taken`)
      await this.tell()
      await delay(50)
    }
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.buy().catch(() => undefined)
      await this.tell()
      await delay(100)
    }
  }

  private async buy(): Promise<void> {
    const { answer } = await this.workload.ask('request', this.dice.pick(this.workload.partners), { channels: 1 })
    const invoice = answer.done?.invoice
    if (invoice?.paymentUrl == null) return
    const { location } = await press(invoice.paymentUrl)
    const sessionId = location?.split('/').at(-1) ?? ''
    if (this.double.sessions.get(sessionId)?.status !== 'open') return
    this.double.pay(sessionId)
    this.paid.add(invoice.id)
  }

  private waiting(): Stripe.Event[] {
    return this.double.events.filter(({ id }) => !this.told.has(id))
  }

  /** Shuffled, some of it twice, to whichever gateway; what isn't taken comes again. */
  private async tell(): Promise<void> {
    const sent = this.waiting().flatMap((event) => (this.dice.below(3) === 0 ? [event, event] : [event]))
    this.doubled += sent.length - new Set(sent).size
    const shuffled = sent
      .map((event) => ({ event, at: this.dice.below(1_000_000) }))
      .sort((a, b) => a.at - b.at)
      .map(({ event }) => event)
    await Promise.all(
      shuffled.map(async (event) => {
        const url = `${this.dice.pick(this.urls)}/webhooks/stripe`
        const status = await this.double.send(url, JSON.stringify(event)).catch(() => 0)
        if (status === 200) this.told.add(event.id)
      }),
    )
  }
}
