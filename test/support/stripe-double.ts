import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'
import type { StripeConfig } from '../../src/config'
import { STRIPE_API_VERSION } from '../../src/payments/stripe/stripe-provider'
import type { Dice } from './dice'

/**
 * Stripe on the wire, as far as Daybook speaks to it: the state in memory, parameters as strictly as Stripe takes them,
 * idempotency keys, signed webhooks, a clock of its own, and faults on demand. It knows nothing of Daybook.
 */

type Json = Record<string, unknown>

export type Fault =
  /** Refused before anything is done. */
  | 'UNAVAILABLE'
  | 'RATE_LIMITED'
  /** Nothing comes back, ever. */
  | 'SILENT'
  /** It is done, and the connection is cut before the answer. */
  | 'CUT_AFTER'
  /** It is done, and nothing comes back, ever. */
  | 'SILENT_AFTER'
  | 'CARD_ERROR'
  | 'KEY_REFUSED'

interface Customer {
  id: string
  created: number
  name: string | null
  email: string | null
  metadata: Record<string, string>
  /** Below 0 it is a credit. */
  balance: number
  address: Record<string, string> | null
  taxExempt: string
  taxIds: TaxId[]
}

interface TaxId {
  id: string
  type: string
  value: string
  status: 'pending' | 'verified' | 'unverified' | 'unavailable'
}

interface Price {
  id: string
  created: number
  product: string
  currency: string
  unitAmount: number
  interval: 'month' | 'year'
  lookupKey: string | null
  active: boolean
  metadata: Record<string, string>
}

interface Session {
  id: string
  created: number
  mode: string
  status: 'open' | 'complete' | 'expired'
  customer: string
  expiresAt: number
  metadata: Record<string, string>
  clientReferenceId: string | null
  price: string | null
  amount: number
  currency: string
  subscriptionMetadata: Record<string, string>
  subscription: string | null
  intent: string | null
  /** Of mode setup: the payment method that was saved. */
  card: string | null
}

/** What a saved card does when it is charged while nobody is there. */
export type CardTemper = 'PAYS' | 'DECLINES' | 'ASKS' | 'TAKES_ITS_TIME'

interface Card {
  id: string
  created: number
  customer: string | null
  temper: CardTemper
  last4: string
  expMonth: number
  expYear: number
}

interface Intent {
  id: string
  created: number
  amount: number
  currency: string
  customer: string
  status: 'succeeded' | 'processing' | 'requires_payment_method'
  metadata: Record<string, string>
  error?: Json
}

interface Subscription {
  id: string
  created: number
  customer: string
  status: string
  item: string
  price: string
  periodStart: number
  periodEnd: number
  cancelAtPeriodEnd: boolean
  cancelAt: number | null
  endedAt: number | null
  latestInvoice: string | null
  pendingPrice: string | null
  metadata: Record<string, string>
}

interface Line {
  description: string
  amount: number
  proration: boolean
  start: number
  end: number
}

interface Invoice {
  id: string
  created: number
  customer: string
  currency: string
  subscription: string
  status: 'open' | 'paid' | 'void'
  lines: Line[]
  total: number
  amountDue: number
  /** When the card is tried next. */
  nextAttempt: number
  /** What is changed once it is paid. */
  change: (() => void) | null
}

interface Refund {
  id: string
  created: number
  intent: string
  amount: number
  currency: string
  status: string
  metadata: Record<string, string>
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: Json,
  ) {
    super(String(body.message))
  }
}

const invalid = (message: string, more: Json = {}) =>
  new Refusal(400, { type: 'invalid_request_error', message, ...more })
const missing = (what: string, id: string) =>
  new Refusal(404, { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${what}: '${id}'` })

const DAY = 86_400
/** Stripe makes a period's invoice as it begins, and charges an hour later. */
const DRAFT_SECONDS = 3_600
const RETRY_SECONDS = 3 * DAY
const SEARCH_LAG_SECONDS = 60
const KEY_SECONDS = DAY

/** Parameters as names with dots: `line_items.0.price`. */
class Params {
  constructor(readonly given: Map<string, string>) {}

  get(name: string): string | undefined {
    return this.given.get(name)
  }

  need(name: string): string {
    const value = this.get(name)
    if (value === undefined || value === '') throw invalid(`Missing required param: ${name}.`, { param: name })
    return value
  }

  /** All below a name, such as its metadata. */
  below(name: string): Record<string, string> {
    return Object.fromEntries(
      [...this.given].flatMap(([key, value]) =>
        key.startsWith(`${name}.`) ? [[key.slice(name.length + 1), value]] : [],
      ),
    )
  }

  amount(name: string): number {
    const value = this.need(name)
    if (!/^\d+$/.test(value)) throw invalid(`Invalid integer: ${value}`, { param: name })
    return Number(value)
  }

  static parse(text: string): Params {
    const given = new Map<string, string>()
    for (const [name, value] of new URLSearchParams(text)) given.set(name.replaceAll(/\[([^\]]*)\]/g, '.$1'), value)
    return new Params(given)
  }

  /** Throws for what isn't listed; a number stands as #, and `metadata.*` takes any name. */
  requireKnown(allowed: readonly string[]): void {
    for (const name of this.given.keys()) {
      const form = name.replaceAll(/\.\d+(?=\.|$)/g, '.#')
      const isKnown = allowed.some((one) => one === form || (one.endsWith('.*') && form.startsWith(one.slice(0, -1))))
      if (!isKnown) {
        throw invalid(`Received unknown parameter: ${name}`, { code: 'parameter_unknown', param: name })
      }
    }
  }
}

interface Route {
  method: string
  path: RegExp
  allowed: readonly string[]
  handle: (params: Params, id: string, path: string) => Json
}

const LIST = ['limit', 'starting_after', 'ending_before', 'expand.#']

export interface Delivery {
  secret?: string
  /** Share of the events that get lost. */
  drop?: number
  doubled?: boolean
  shuffled?: boolean
  dice?: Dice
}

export class StripeDouble {
  readonly key = 'sk_test_double'
  readonly secret = 'whsec_double_secret_1'
  /** In seconds, as all of Stripe's instants. */
  now = Math.floor(Date.now() / 1000)
  /** Whether cards pay what is charged without anybody there. */
  cardsFail = false
  readonly events: Stripe.Event[] = []
  /** What was asked, such as `POST /v1/customers`. */
  readonly requests: string[] = []
  readonly customers = new Map<string, Customer>()
  readonly products = new Map<string, Json>()
  readonly prices = new Map<string, Price>()
  readonly sessions = new Map<string, Session>()
  readonly intents = new Map<string, Intent>()
  readonly subscriptions = new Map<string, Subscription>()
  readonly invoices = new Map<string, Invoice>()
  readonly cards = new Map<string, Card>()
  readonly refunds = new Map<string, Refund>()
  readonly disputes = new Map<string, Json>()
  readonly configurations = new Map<string, Json>()
  private readonly answered = new Map<string, { at: number; print: string; status: number; body: Json }>()
  private readonly faults: { what: string; fault: Fault }[] = []
  private readonly delivered = new Set<string>()
  private serial = 0

  private constructor(private readonly server: Server) {}

  static async start(): Promise<StripeDouble> {
    const server = createServer()
    const double = new StripeDouble(server)
    server.on('request', (request, response) => {
      double.answer(request, response).catch(() => request.socket.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return double
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  get config(): StripeConfig {
    const { key: secretKey, secret, url: apiBase } = this
    return { secretKey, webhookSecrets: [secret], apiBase, livemode: false, requestsASecond: 10_000 }
  }

  /** The next request of this kind, such as `POST /v1/customers`, meets this. */
  fail(what: string, ...faults: Fault[]): void {
    for (const fault of faults) this.faults.push({ what, fault })
  }

  // ---------------------------------------------------------------- what people and time do

  /** Somebody pays on the page with a good card. */
  pay(sessionId: string): void {
    const session = this.sessions.get(sessionId)
    if (session?.status !== 'open') throw new Error('this page can’t be paid')
    if (session.mode === 'setup') {
      this.saveCard(sessionId, 'PAYS')
      return
    }
    this.cardsFail = false
    session.status = 'complete'
    if (session.mode === 'payment') {
      session.intent = this.makeIntent(session, 'succeeded')
    } else {
      session.subscription = this.makeSubscription(session)
    }
    this.emit('checkout.session.completed', this.showSession(session, []))
  }

  /** Somebody pays by a method whose money takes its time: the page is complete, and nothing has come yet. */
  payLater(sessionId: string): void {
    const session = this.sessions.get(sessionId)
    if (session?.status !== 'open' || session.mode !== 'payment') throw new Error('this page can’t be paid')
    session.status = 'complete'
    session.intent = this.makeIntent(session, 'processing')
    this.emit('checkout.session.completed', this.showSession(session, []))
  }

  /** What `payLater` began comes to its end. */
  endLater(sessionId: string, comes: boolean): void {
    const session = this.need(this.sessions, 'checkout.session', sessionId)
    const intent = this.need(this.intents, 'payment_intent', session.intent ?? '')
    intent.status = comes ? 'succeeded' : 'requires_payment_method'
    const what = comes ? 'async_payment_succeeded' : 'async_payment_failed'
    this.emit(`checkout.session.${what}`, this.showSession(session, []))
  }

  /** Somebody puts in a card on a page that saves one. */
  saveCard(sessionId: string, temper: CardTemper): string {
    const session = this.sessions.get(sessionId)
    if (session?.status !== 'open' || session.mode !== 'setup') throw new Error('no card can be saved on this page')
    session.status = 'complete'
    const expYear = new Date(this.now * 1000).getUTCFullYear() + 3
    const card: Card = {
      ...{ id: this.newId('pm'), created: this.now, customer: session.customer, temper },
      ...{ last4: LAST_FOUR[temper], expMonth: 12, expYear },
    }
    this.cards.set(card.id, card)
    session.card = card.id
    this.emit('checkout.session.completed', this.showSession(session, []))
    return card.id
  }

  /** The customer does so in the portal, or staff in the dashboard. */
  detachCard(cardId: string): void {
    const card = this.need(this.cards, 'payment_method', cardId)
    card.customer = null
    this.emit('payment_method.detached', showCard(card))
  }

  /** The card's bank has sent a new one. */
  renewCard(cardId: string, expYear: number): void {
    const card = this.need(this.cards, 'payment_method', cardId)
    card.expYear = expYear
    this.emit('payment_method.automatically_updated', showCard(card))
  }

  /** What a charge that takes its time comes to. */
  endCharge(intentId: string, comes: boolean): void {
    const intent = this.need(this.intents, 'payment_intent', intentId)
    intent.status = comes ? 'succeeded' : 'requires_payment_method'
    if (!comes) intent.error = { type: 'card_error', code: 'card_declined', decline_code: 'generic_decline' }
    this.emit(`payment_intent.${comes ? 'succeeded' : 'payment_failed'}`, showIntent(intent))
  }

  /** Somebody tries with a card that is declined: the page stays open. */
  decline(sessionId: string): void {
    const session = this.sessions.get(sessionId)
    if (session?.status !== 'open') throw new Error('this page can’t be paid')
    if (session.mode === 'payment') session.intent = this.makeIntent(session, 'requires_payment_method')
  }

  advance(days: number): void {
    const end = this.now + Math.round(days * DAY)
    for (;;) {
      const due = this.nextDue(end)
      if (due === null) break
      this.now = Math.max(this.now, due.at)
      due.act()
    }
    this.now = end
  }

  /** As the customer does in the portal, or staff in the dashboard. */
  cancelAt(subscriptionId: string, at: number): void {
    const subscription = this.need(this.subscriptions, 'subscription', subscriptionId)
    subscription.cancelAt = at
    this.emit('customer.subscription.updated', this.showSubscription(subscription))
  }

  /** The tax office has answered. */
  lookUpTaxId(value: string, status: 'verified' | 'unverified'): void {
    for (const customer of this.customers.values()) {
      for (const taxId of customer.taxIds.filter((one) => one.value === value)) {
        taxId.status = status
        this.emit('customer.tax_id.updated', showTaxId(customer, taxId))
      }
    }
  }

  /** Whoever paid disputes a payment at their bank, whole or in part. Answers the dispute. */
  dispute(intentId: string, amount?: number): string {
    const intent = this.need(this.intents, 'payment_intent', intentId)
    const id = this.newId('dp')
    const dispute = {
      id,
      object: 'dispute',
      amount: amount ?? intent.amount,
      currency: intent.currency,
      livemode: false,
      payment_intent: intent.id,
      status: 'needs_response',
    }
    this.disputes.set(id, dispute)
    this.emit('charge.dispute.created', dispute)
    this.emit('charge.dispute.funds_withdrawn', dispute)
    return id
  }

  closeDispute(id: string, won: boolean): void {
    const dispute = { ...this.need(this.disputes, 'dispute', id), status: won ? 'won' : 'lost' }
    this.disputes.set(id, dispute)
    this.emit('charge.dispute.closed', dispute)
    if (won) this.emit('charge.dispute.funds_reinstated', dispute)
  }

  /** The card's bank sends a refund back. */
  failRefund(id: string): void {
    const refund = this.need(this.refunds, 'refund', id)
    refund.status = 'failed'
    this.emit('refund.failed', showRefund(refund))
  }

  // ---------------------------------------------------------------- webhooks

  sign(payload: string, secret = this.secret, timestamp = Math.floor(Date.now() / 1000)): string {
    return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp })
  }

  /** Sends what has not been sent yet. Answers the statuses. */
  async deliver(url: string, { secret, drop = 0, doubled, shuffled, dice }: Delivery = {}): Promise<number[]> {
    const fresh = this.events.filter(({ id }) => !this.delivered.has(id))
    for (const { id } of fresh) this.delivered.add(id)
    const kept = fresh.filter(() => dice === undefined || dice.below(1000) >= drop * 1000)
    const sent = doubled === true ? [...kept, ...kept] : kept
    if (shuffled === true && dice !== undefined) {
      for (let index = sent.length - 1; index > 0; index -= 1) {
        const other = dice.below(index + 1)
        const [one, two] = [sent[index], sent[other]]
        if (one !== undefined && two !== undefined) [sent[index], sent[other]] = [two, one]
      }
    }
    const statuses: number[] = []
    for (const event of sent) statuses.push(await this.send(url, JSON.stringify(event), secret))
    return statuses
  }

  async send(url: string, payload: string, secret?: string): Promise<number> {
    const headers = { 'content-type': 'application/json', 'stripe-signature': this.sign(payload, secret) }
    return (await fetch(url, { method: 'POST', headers, body: payload })).status
  }

  emit(type: string, object: Json): Stripe.Event {
    const event = {
      id: this.newId('evt'),
      object: 'event',
      api_version: STRIPE_API_VERSION,
      created: this.now,
      data: { object: structuredClone(object) },
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
    } as unknown as Stripe.Event
    this.events.push(event)
    return event
  }

  // ---------------------------------------------------------------- the wire

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const method = request.method ?? ''
    const url = new URL(request.url ?? '/', this.url)
    const body = Buffer.concat(chunks).toString()
    const what = `${method} ${url.pathname}`
    this.requests.push(what)
    const fault = this.takeFault(what)
    if (fault === 'SILENT') return
    const send = (status: number, answer: Json) => {
      if (fault === 'SILENT_AFTER') return
      if (fault === 'CUT_AFTER') {
        request.socket.destroy()
        return
      }
      response.writeHead(status, { 'content-type': 'application/json', 'request-id': this.newId('req') })
      response.end(JSON.stringify(answer))
    }
    const refuse = ({ status, body: error }: Refusal) => {
      send(status, { error })
    }
    const refusal = fault === null ? null : refusalOf(fault)
    if (refusal !== null) {
      refuse(refusal)
      return
    }
    if (request.headers.authorization !== `Bearer ${this.key}`) {
      refuse(new Refusal(401, { type: 'invalid_request_error', message: 'Invalid API Key provided' }))
      return
    }
    if (request.headers['stripe-version'] !== STRIPE_API_VERSION) {
      refuse(invalid('another version than the one that this double speaks'))
      return
    }
    try {
      const text = method === 'POST' ? body : url.search
      const key = method === 'POST' ? request.headers['idempotency-key'] : undefined
      send(
        200,
        this.once(typeof key === 'string' ? key : null, `${what} ${text}`, () => this.route(method, url, text)),
      )
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refuse(error)
    }
  }

  private takeFault(what: string): Fault | null {
    const index = this.faults.findIndex((one) => what.startsWith(one.what))
    return index < 0 ? null : (this.faults.splice(index, 1)[0]?.fault ?? null)
  }

  /** The same key with the same request is answered as it was; with another one it is refused. */
  private once(key: string | null, print: string, work: () => Json): Json {
    const known = key === null ? undefined : this.answered.get(key)
    if (known !== undefined && known.at + KEY_SECONDS > this.now) {
      if (known.print !== print) {
        throw new Refusal(400, {
          type: 'idempotency_error',
          message: 'Keys for idempotent requests can only be used with the same parameters they were first used with.',
        })
      }
      if (known.status !== 200) throw new Refusal(known.status, known.body)
      return known.body
    }
    const keep = (status: number, body: Json) => {
      if (key !== null) this.answered.set(key, { at: this.now, print, status, body: structuredClone(body) })
    }
    try {
      const body = work()
      keep(200, body)
      return body
    } catch (error) {
      // What is refused before it is begun is not kept.
      if (error instanceof Refusal && error.body.code !== 'parameter_unknown') keep(error.status, error.body)
      throw error
    }
  }

  private route(method: string, url: URL, text: string): Json {
    for (const route of this.routes) {
      const match = route.path.exec(url.pathname)
      if (route.method !== method || match === null) continue
      const params = Params.parse(text)
      params.requireKnown(route.allowed)
      return route.handle(params, decodeURIComponent(match[1] ?? ''), url.pathname)
    }
    throw new Refusal(404, {
      type: 'invalid_request_error',
      message: `Unrecognized request URL (${method}: ${url.pathname}).`,
    })
  }

  private readonly routes: Route[] = [
    {
      method: 'GET',
      path: /^\/v1\/customers\/search$/,
      allowed: ['query', 'limit'],
      handle: (params) => {
        const accountId = /^metadata\['accountId'\]:'(.*)'$/.exec(params.need('query'))?.[1]
        const found = [...this.customers.values()].filter(
          ({ metadata, created }) => metadata.accountId === accountId && created <= this.now - SEARCH_LAG_SECONDS,
        )
        return { object: 'search_result', data: found.map(showCustomer), has_more: false, url: '/v1/customers/search' }
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/customers$/,
      allowed: ['name', 'email', 'metadata.*'],
      handle: (params) => {
        const customer: Customer = {
          id: this.newId('cus'),
          created: this.now,
          name: params.get('name') ?? null,
          email: params.get('email') ?? null,
          metadata: params.below('metadata'),
          balance: 0,
          address: null,
          taxExempt: 'none',
          taxIds: [],
        }
        this.customers.set(customer.id, customer)
        return showCustomer(customer)
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/customers\/([^/]+)$/,
      allowed: ['name', 'email', 'address', 'address.*', 'tax_exempt'],
      handle: (params, id) => {
        const customer = this.need(this.customers, 'customer', id)
        customer.name = params.get('name') ?? customer.name
        const email = params.get('email')
        if (email !== undefined) customer.email = email === '' ? null : email
        const address = params.below('address')
        if (params.get('address') === '') customer.address = null
        if (Object.keys(address).length > 0) customer.address = address
        const taxExempt = params.get('tax_exempt') ?? customer.taxExempt
        if (!['none', 'exempt', 'reverse'].includes(taxExempt))
          throw invalid('Invalid tax_exempt', { param: 'tax_exempt' })
        customer.taxExempt = taxExempt
        return showCustomer(customer)
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/customers\/([^/]+)$/,
      allowed: ['expand.#'],
      handle: (params, id) => {
        const customer = this.need(this.customers, 'customer', id)
        const isExpanded = Object.values(params.below('expand')).includes('tax_ids')
        return { ...showCustomer(customer), ...(isExpanded && { tax_ids: this.showTaxIds(params, customer) }) }
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/customers\/([^/]+)\/tax_ids$/,
      allowed: LIST,
      handle: (params, id) => this.showTaxIds(params, this.need(this.customers, 'customer', id)),
    },
    {
      method: 'POST',
      path: /^\/v1\/customers\/([^/]+)\/tax_ids$/,
      allowed: ['type', 'value'],
      handle: (params, id) => {
        const customer = this.need(this.customers, 'customer', id)
        const [type, value] = [params.need('type'), params.need('value')]
        if (!/^[a-z]{2}_[a-z]+$/.test(type)) throw invalid('Invalid type', { param: 'type' })
        if (customer.taxIds.some((one) => one.type === type && one.value === value)) {
          throw invalid('The customer has this tax id already.', { param: 'value' })
        }
        const status = type === 'eu_vat' || type === 'gb_vat' ? 'pending' : 'unavailable'
        const taxId: TaxId = { id: this.newId('txi'), type, value, status }
        customer.taxIds.push(taxId)
        return showTaxId(customer, taxId)
      },
    },
    {
      method: 'DELETE',
      path: /^\/v1\/customers\/([^/]+)\/tax_ids\/[^/]+$/,
      allowed: [],
      handle: (_params, id, path) => {
        const customer = this.need(this.customers, 'customer', id)
        const taxId = path.slice(path.lastIndexOf('/') + 1)
        if (!customer.taxIds.some((one) => one.id === taxId)) throw missing('tax_id', taxId)
        customer.taxIds = customer.taxIds.filter((one) => one.id !== taxId)
        return { id: taxId, object: 'tax_id', deleted: true }
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/products$/,
      allowed: ['id', 'name'],
      handle: (params) => {
        const id = params.get('id') ?? this.newId('prod')
        if (this.products.has(id)) throw invalid('Product already exists.', { code: 'resource_already_exists' })
        const product = { id, object: 'product', active: true, name: params.need('name') }
        this.products.set(id, product)
        return product
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/prices$/,
      allowed: [...LIST, 'lookup_keys.#', 'active'],
      handle: (params) => {
        const keys = Object.values(params.below('lookup_keys'))
        const found = [...this.prices.values()].filter(
          ({ lookupKey }) => lookupKey !== null && keys.includes(lookupKey),
        )
        return this.page(params, '/v1/prices', 'price', found, showPrice)
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/prices$/,
      allowed: ['product', 'currency', 'unit_amount', 'recurring.interval', 'lookup_key', 'metadata.*'],
      handle: (params) => {
        const product = params.need('product')
        if (!this.products.has(product)) throw missing('product', product)
        const lookupKey = params.get('lookup_key') ?? null
        const other = [...this.prices.values()].find(
          (price) => price.lookupKey !== null && price.lookupKey === lookupKey,
        )
        if (other !== undefined)
          throw invalid(`A price (\`${other.id}\`) already uses that lookup key.`, { param: 'lookup_key' })
        const interval = params.need('recurring.interval')
        if (interval !== 'month' && interval !== 'year')
          throw invalid('Invalid interval', { param: 'recurring.interval' })
        const currency = params.need('currency')
        if (!/^[a-z]{3}$/.test(currency)) throw invalid('Invalid currency', { param: 'currency' })
        const price: Price = {
          id: this.newId('price'),
          created: this.now,
          product,
          currency,
          unitAmount: params.amount('unit_amount'),
          interval,
          lookupKey,
          active: true,
          metadata: params.below('metadata'),
        }
        this.prices.set(price.id, price)
        return showPrice(price)
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/prices\/([^/]+)$/,
      allowed: ['active'],
      handle: (params, id) => {
        const price = this.need(this.prices, 'price', id)
        price.active = params.need('active') === 'true'
        return showPrice(price)
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/checkout\/sessions$/,
      allowed: [
        'mode',
        'customer',
        'client_reference_id',
        'success_url',
        'cancel_url',
        'expires_at',
        'metadata.*',
        'line_items.#.price',
        'line_items.#.quantity',
        'line_items.#.price_data.currency',
        'line_items.#.price_data.unit_amount',
        'line_items.#.price_data.product_data.name',
        'subscription_data.metadata.*',
        'payment_intent_data.metadata.*',
        'payment_intent_data.description',
        'adaptive_pricing.enabled',
        'customer_update.name',
        'customer_update.address',
        'tax_id_collection.enabled',
        'allowed_payment_method_types.#',
        'setup_intent_data.metadata.*',
      ],
      handle: (params) => this.makeSession(params),
    },
    {
      method: 'GET',
      path: /^\/v1\/checkout\/sessions\/([^/]+)$/,
      allowed: ['expand.#'],
      handle: (params, id) =>
        this.showSession(this.need(this.sessions, 'checkout.session', id), Object.values(params.below('expand'))),
    },
    {
      method: 'POST',
      path: /^\/v1\/checkout\/sessions\/([^/]+)\/expire$/,
      allowed: [],
      handle: (_params, id) => {
        const session = this.need(this.sessions, 'checkout.session', id)
        if (session.status !== 'open') {
          throw invalid('Only Checkout Sessions with a status in ["open"] can be expired.')
        }
        this.expire(session)
        return this.showSession(session, [])
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/subscriptions$/,
      allowed: [...LIST, 'status', 'customer'],
      handle: (params) => {
        const live = [...this.subscriptions.values()].filter(({ status }) => status !== 'canceled')
        const isExpanded = Object.values(params.below('expand')).includes('data.latest_invoice')
        return this.page(params, '/v1/subscriptions', 'subscription', live, (one) =>
          this.showSubscription(one, isExpanded),
        )
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/subscriptions\/([^/]+)$/,
      allowed: ['expand.#'],
      handle: (params, id) =>
        this.showSubscription(
          this.need(this.subscriptions, 'subscription', id),
          Object.values(params.below('expand')).includes('latest_invoice'),
        ),
    },
    {
      method: 'POST',
      path: /^\/v1\/subscriptions\/([^/]+)$/,
      allowed: [
        'items.#.id',
        'items.#.price',
        'proration_behavior',
        'proration_date',
        'payment_behavior',
        'cancel_at_period_end',
        'cancel_at',
      ],
      handle: (params, id) => this.updateSubscription(params, this.need(this.subscriptions, 'subscription', id)),
    },
    {
      method: 'DELETE',
      path: /^\/v1\/subscriptions\/([^/]+)$/,
      allowed: ['prorate', 'invoice_now'],
      handle: (_params, id) => {
        const subscription = this.need(this.subscriptions, 'subscription', id)
        if (subscription.status === 'canceled') throw missing('subscription', id)
        this.end(subscription, this.now)
        return this.showSubscription(subscription)
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/invoices\/create_preview$/,
      allowed: [
        'customer',
        'subscription',
        'subscription_details.items.#.id',
        'subscription_details.items.#.price',
        'subscription_details.proration_behavior',
        'subscription_details.proration_date',
      ],
      handle: (params) => {
        const subscription = this.need(this.subscriptions, 'subscription', params.need('subscription'))
        if (params.need('customer') !== subscription.customer) throw invalid('another customer')
        if (params.need('subscription_details.items.0.id') !== subscription.item) throw invalid('a second item')
        if (params.need('subscription_details.proration_behavior') !== 'always_invoice')
          throw invalid('not always_invoice')
        const at = params.amount('subscription_details.proration_date')
        const price = params.need('subscription_details.items.0.price')
        const invoice = this.prorate(subscription, price, at)
        return this.showInvoice({ ...invoice, id: this.newId('upcoming_in') })
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/invoices$/,
      allowed: [...LIST, 'subscription', 'status'],
      handle: (params) => {
        const found = [...this.invoices.values()].filter(
          ({ subscription, status }) => subscription === params.get('subscription') && status === params.get('status'),
        )
        return this.page(params, '/v1/invoices', 'invoice', found, (one) => this.showInvoice(one))
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/invoices\/([^/]+)\/lines$/,
      allowed: LIST,
      handle: (_params, id) => {
        const invoice = this.need(this.invoices, 'invoice', id)
        return {
          object: 'list',
          data: invoice.lines.map((line, index) => showLine(invoice, line, index)),
          has_more: false,
          url: '',
        }
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/invoices\/([^/]+)\/void$/,
      allowed: [],
      handle: (_params, id) => {
        const invoice = this.need(this.invoices, 'invoice', id)
        if (invoice.status !== 'open') throw invalid('You can only pass in open invoices.')
        invoice.status = 'void'
        this.emit('invoice.voided', this.showInvoice(invoice))
        const subscription = this.need(this.subscriptions, 'subscription', invoice.subscription)
        if (subscription.pendingPrice !== null) {
          subscription.pendingPrice = null
          this.emit('customer.subscription.pending_update_expired', this.showSubscription(subscription))
        }
        return this.showInvoice(invoice)
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/billing_portal\/configurations$/,
      allowed: [...LIST, 'active'],
      handle: (params) =>
        this.page(
          params,
          '/v1/billing_portal/configurations',
          'configuration',
          [...this.configurations.values()] as (Json & { id: string })[],
          (one) => one,
        ),
    },
    {
      method: 'POST',
      path: /^\/v1\/billing_portal\/configurations$/,
      allowed: [
        'name',
        'metadata.*',
        'features.customer_update.enabled',
        'features.customer_update.allowed_updates.#',
        'features.invoice_history.enabled',
        'features.payment_method_update.enabled',
        'features.subscription_cancel.enabled',
        'features.subscription_cancel.mode',
        'features.subscription_update.enabled',
      ],
      handle: (params) => {
        const id = this.newId('bpc')
        const canUpdate = params.get('features.subscription_update.enabled') === 'true'
        const features = { subscription_update: { enabled: canUpdate } }
        const made = {
          id,
          object: 'billing_portal.configuration',
          active: true,
          metadata: params.below('metadata'),
          features,
        }
        this.configurations.set(id, made)
        return made
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/billing_portal\/sessions$/,
      allowed: ['customer', 'return_url', 'configuration'],
      handle: (params) => {
        this.need(this.customers, 'customer', params.need('customer'))
        const configuration = params.need('configuration')
        if (!this.configurations.has(configuration)) throw missing('configuration', configuration)
        const id = this.newId('bps')
        return { id, object: 'billing_portal.session', url: `https://billing.stripe.example/${id}`, configuration }
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/payment_methods\/(\w+)$/,
      allowed: [],
      handle: (_, id) => showCard(this.need(this.cards, 'payment_method', id)),
    },
    {
      method: 'POST',
      path: /^\/v1\/payment_methods\/(\w+)\/detach$/,
      allowed: [],
      handle: (_, id) => {
        const card = this.need(this.cards, 'payment_method', id)
        if (card.customer === null) throw invalid('The payment method you provided is not attached to a customer')
        this.detachCard(id)
        return showCard(card)
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/payment_intents$/,
      allowed: [...LIST, 'customer', 'created.gte'],
      handle: (params) => {
        const since = Number(params.get('created.gte') ?? 0)
        const found = [...this.intents.values()].filter(
          ({ customer, created }) => customer === params.get('customer') && created >= since,
        )
        return this.page(params, '/v1/payment_intents', 'payment_intent', found, showIntent)
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/payment_intents$/,
      allowed: [
        'amount',
        'currency',
        'customer',
        'payment_method',
        'allowed_payment_method_types.#',
        'off_session',
        'confirm',
        'description',
        'metadata.*',
      ],
      handle: (params) => this.chargeCard(params),
    },
    {
      method: 'GET',
      path: /^\/v1\/payment_intents\/(\w+)$/,
      allowed: ['expand.#'],
      handle: (_, id) => showIntent(this.need(this.intents, 'payment_intent', id)),
    },
    {
      method: 'GET',
      path: /^\/v1\/refunds$/,
      allowed: [...LIST, 'payment_intent'],
      handle: (params) => {
        const found = [...this.refunds.values()].filter(({ intent }) => intent === params.get('payment_intent'))
        return this.page(params, '/v1/refunds', 'refund', found, showRefund)
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/refunds$/,
      allowed: ['payment_intent', 'amount', 'metadata.*'],
      handle: (params) => {
        const intent = this.need(this.intents, 'payment_intent', params.need('payment_intent'))
        const amount = params.amount('amount')
        const given = [...this.refunds.values()].filter((one) => one.intent === intent.id)
        const left = intent.amount - given.reduce((sum, one) => sum + one.amount, 0)
        if (amount > left || amount < 1)
          throw invalid(`Refund amount (${amount}) is greater than unrefunded amount (${left})`)
        const refund = {
          id: this.newId('re'),
          created: this.now,
          intent: intent.id,
          amount,
          currency: intent.currency,
          status: 'succeeded',
          metadata: params.below('metadata'),
        }
        this.refunds.set(refund.id, refund)
        this.emit('charge.refunded', { id: `ch_${intent.id}`, object: 'charge', payment_intent: intent.id })
        this.emit('refund.created', showRefund(refund))
        return showRefund(refund)
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/refunds\/(\w+)$/,
      allowed: ['expand.#'],
      handle: (params, id) => this.withPayment(params, showRefund(this.need(this.refunds, 'refund', id))),
    },
    {
      method: 'GET',
      path: /^\/v1\/disputes\/(\w+)$/,
      allowed: ['expand.#'],
      handle: (params, id) => this.withPayment(params, this.need(this.disputes, 'dispute', id)),
    },
    {
      method: 'GET',
      path: /^\/v1\/events$/,
      allowed: [...LIST, 'types.#'],
      handle: (params) => {
        const types = Object.values(params.below('types'))
        if (types.length > 20) throw invalid('too many types')
        const kept = this.events.filter(({ type, created }) => types.includes(type) && created > this.now - 30 * DAY)
        return this.page(params, '/v1/events', 'event', kept, (event) => event as unknown as Json)
      },
    },
  ]

  // ---------------------------------------------------------------- what happens to what

  private makeSession(params: Params): Json {
    const mode = params.need('mode')
    const customer = this.need(this.customers, 'customer', params.need('customer')).id
    const expiresAt = params.amount('expires_at')
    if (expiresAt < this.now + 30 * 60 - 5 || expiresAt > this.now + DAY) {
      throw invalid(
        'The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.',
      )
    }
    params.need('success_url')
    const session: Session = {
      id: this.newId('cs_test'),
      created: this.now,
      mode,
      status: 'open',
      customer,
      expiresAt,
      metadata: params.below('metadata'),
      clientReferenceId: params.get('client_reference_id') ?? null,
      price: null,
      amount: 0,
      currency: '',
      subscriptionMetadata: params.below('subscription_data.metadata'),
      subscription: null,
      intent: null,
      card: null,
    }
    if (mode === 'setup') {
      // Else the currency would have to be said.
      if (params.get('allowed_payment_method_types.0') !== 'card') throw invalid('Missing required param: currency.')
    } else if (mode === 'subscription') {
      const price = this.need(this.prices, 'price', params.need('line_items.0.price'))
      if (!price.active) throw invalid(`The price specified is inactive. This field only accepts active prices.`)
      Object.assign(session, { price: price.id, amount: price.unitAmount, currency: price.currency })
    } else if (mode === 'payment') {
      if (params.get('subscription_data.metadata.accountId') !== undefined)
        throw invalid('subscription_data in payment mode')
      params.need('line_items.0.price_data.product_data.name')
      session.amount = params.amount('line_items.0.price_data.unit_amount')
      session.currency = params.need('line_items.0.price_data.currency')
      if (session.amount < 50) throw invalid('The amount is below the minimum.', { code: 'amount_too_small' })
    } else {
      throw invalid('Invalid mode', { param: 'mode' })
    }
    this.sessions.set(session.id, session)
    return this.showSession(session, [])
  }

  /** Off session: a card that isn't good for it is an error, and yet an intent. */
  private chargeCard(params: Params): Json {
    const customer = this.need(this.customers, 'customer', params.need('customer')).id
    const card = this.need(this.cards, 'payment_method', params.need('payment_method'))
    if (card.customer !== customer) throw invalid('The payment method is not attached to this customer.')
    if (params.get('off_session') !== 'true' || params.get('confirm') !== 'true') throw invalid('not off session')
    if (params.get('allowed_payment_method_types.0') !== 'card') throw invalid('Missing required param: return_url.')
    const [amount, currency] = [params.amount('amount'), params.need('currency')]
    if (!/^[a-z]{3}$/.test(currency)) throw invalid('Invalid currency', { param: 'currency' })
    if (amount < 50) throw invalid('The amount is below the minimum.', { code: 'amount_too_small' })
    const status = INTENT_STATUS[card.temper]
    const intent: Intent = {
      ...{ id: this.newId('pi'), created: this.now, amount, currency, customer, status },
      metadata: params.below('metadata'),
    }
    this.intents.set(intent.id, intent)
    if (status === 'processing') return showIntent(intent)
    if (status === 'succeeded') {
      this.emit('payment_intent.succeeded', showIntent(intent))
      return showIntent(intent)
    }
    const [code, decline] =
      card.temper === 'ASKS'
        ? ['authentication_required', 'authentication_required']
        : ['card_declined', 'insufficient_funds']
    intent.error = { type: 'card_error', code, decline_code: decline, message: `Your card ${card.last4} was declined.` }
    this.emit('payment_intent.payment_failed', showIntent(intent))
    throw new Refusal(402, { ...intent.error, payment_intent: showIntent(intent) })
  }

  private makeIntent({ id, amount, currency, customer, metadata }: Session, status: Intent['status']): string {
    const intent = { id: `pi_${id}`, created: this.now, amount, currency, customer, status, metadata }
    this.intents.set(intent.id, intent)
    return intent.id
  }

  private makeSubscription({ customer, price: priceId, subscriptionMetadata }: Session): string {
    const price = this.need(this.prices, 'price', priceId ?? '')
    const subscription: Subscription = {
      id: this.newId('sub'),
      created: this.now,
      customer,
      status: 'incomplete',
      item: this.newId('si'),
      price: price.id,
      periodStart: this.now,
      periodEnd: later(this.now, price.interval),
      cancelAtPeriodEnd: false,
      cancelAt: null,
      endedAt: null,
      latestInvoice: null,
      pendingPrice: null,
      metadata: subscriptionMetadata,
    }
    this.subscriptions.set(subscription.id, subscription)
    this.emit('customer.subscription.created', this.showSubscription(subscription))
    this.charge(subscription, this.enter(subscription, [this.periodLine(subscription)]))
    return subscription.id
  }

  private updateSubscription(params: Params, subscription: Subscription): Json {
    if (subscription.status === 'canceled')
      throw invalid('A canceled subscription can only update its cancellation_details.')
    const price = params.get('items.0.price')
    if (price !== undefined) {
      if (params.get('items.0.id') !== subscription.item) throw invalid('a second item would be added')
      if (params.get('payment_behavior') !== 'pending_if_incomplete') throw invalid('not pending_if_incomplete')
      if (params.get('proration_behavior') !== 'always_invoice') throw invalid('not always_invoice')
      this.changePrice(subscription, price, params.amount('proration_date'))
      return this.showSubscription(subscription)
    }
    if (params.get('cancel_at_period_end') !== undefined && params.get('cancel_at') !== undefined) {
      throw invalid('both cancel_at and cancel_at_period_end')
    }
    const atEnd = params.get('cancel_at_period_end')
    if (atEnd !== undefined) {
      subscription.cancelAtPeriodEnd = atEnd === 'true'
      subscription.cancelAt = subscription.cancelAtPeriodEnd ? subscription.periodEnd : null
    }
    if (params.get('cancel_at') === '') Object.assign(subscription, { cancelAt: null, cancelAtPeriodEnd: false })
    this.emit('customer.subscription.updated', this.showSubscription(subscription))
    return this.showSubscription(subscription)
  }

  private changePrice(subscription: Subscription, priceId: string, at: number): void {
    const { lines } = this.prorate(subscription, priceId, at)
    const price = this.need(this.prices, 'price', priceId)
    const before = this.need(this.prices, 'price', subscription.price)
    const invoice = this.enter(subscription, lines)
    const change = () => {
      subscription.price = priceId
      subscription.pendingPrice = null
      if (price.interval !== before.interval) {
        subscription.periodStart = at
        subscription.periodEnd = later(at, price.interval)
      }
    }
    if (invoice.amountDue > 0 && this.cardsFail) {
      invoice.change = change
      invoice.nextAttempt = Infinity
      subscription.pendingPrice = priceId
      this.emit('invoice.payment_failed', this.showInvoice(invoice))
    } else {
      change()
      this.settle(invoice)
    }
    this.emit('customer.subscription.updated', this.showSubscription(subscription))
  }

  private prorate(subscription: Subscription, priceId: string, at: number): Invoice {
    const before = this.need(this.prices, 'price', subscription.price)
    const after = this.need(this.prices, 'price', priceId)
    const { periodStart, periodEnd } = subscription
    if (at < periodStart || at > periodEnd) throw invalid('Cannot specify proration_date outside of current period')
    const share = (amount: number) => Math.round((amount * (periodEnd - at)) / (periodEnd - periodStart))
    const rest = { proration: true, start: at, end: periodEnd }
    const lines: Line[] = [{ description: 'Unused time', amount: -share(before.unitAmount), ...rest }]
    if (after.interval === before.interval) {
      lines.push({ description: 'Remaining time', amount: share(after.unitAmount), ...rest })
    } else {
      const end = later(at, after.interval)
      lines.push({ description: '1 × Channel', amount: after.unitAmount, proration: false, start: at, end })
    }
    return this.draft(subscription, lines)
  }

  private periodLine({ price, periodStart, periodEnd }: Subscription): Line {
    const amount = this.need(this.prices, 'price', price).unitAmount
    return { description: '1 × Channel', amount, proration: false, start: periodStart, end: periodEnd }
  }

  private draft({ id, customer, price }: Subscription, lines: Line[]): Invoice {
    const total = lines.reduce((sum, { amount }) => sum + amount, 0)
    const { balance } = this.need(this.customers, 'customer', customer)
    return {
      id: '',
      created: this.now,
      customer,
      currency: this.need(this.prices, 'price', price).currency,
      subscription: id,
      status: 'open',
      lines,
      total,
      amountDue: Math.max(0, total + Math.min(0, balance)),
      nextAttempt: this.now,
      change: null,
    }
  }

  private enter(subscription: Subscription, lines: Line[]): Invoice {
    const invoice = { ...this.draft(subscription, lines), id: this.newId('in') }
    this.invoices.set(invoice.id, invoice)
    subscription.latestInvoice = invoice.id
    return invoice
  }

  private settle(invoice: Invoice): void {
    const customer = this.need(this.customers, 'customer', invoice.customer)
    customer.balance += invoice.total - invoice.amountDue
    invoice.status = 'paid'
    this.emit('invoice.paid', this.showInvoice(invoice))
  }

  private charge(subscription: Subscription, invoice: Invoice): void {
    if (invoice.amountDue > 0 && this.cardsFail) {
      invoice.nextAttempt = this.now + RETRY_SECONDS
      subscription.status = 'past_due'
      this.emit('invoice.payment_failed', this.showInvoice(invoice))
    } else {
      this.settle(invoice)
      subscription.status = 'active'
    }
    this.emit('customer.subscription.updated', this.showSubscription(subscription))
  }

  private end(subscription: Subscription, at: number): void {
    subscription.status = 'canceled'
    subscription.endedAt = at
    this.emit('customer.subscription.deleted', this.showSubscription(subscription))
  }

  private expire(session: Session): void {
    session.status = 'expired'
    this.emit('checkout.session.expired', this.showSession(session, []))
  }

  /** The next thing that time brings until an instant. */
  private nextDue(end: number): { at: number; act: () => void } | null {
    const due: { at: number; act: () => void }[] = []
    for (const session of this.sessions.values()) {
      if (session.status === 'open')
        due.push({
          at: session.expiresAt,
          act: () => {
            this.expire(session)
          },
        })
    }
    for (const invoice of this.invoices.values()) {
      const subscription = this.need(this.subscriptions, 'subscription', invoice.subscription)
      if (invoice.status !== 'open' || subscription.status === 'canceled') continue
      due.push({
        at: invoice.nextAttempt,
        act: () => {
          this.charge(subscription, invoice)
        },
      })
    }
    for (const subscription of this.subscriptions.values()) {
      if (subscription.status === 'canceled') continue
      const { cancelAt, periodEnd } = subscription
      if (cancelAt !== null && cancelAt <= periodEnd) {
        due.push({
          at: cancelAt,
          act: () => {
            this.end(subscription, cancelAt)
          },
        })
      } else {
        due.push({
          at: periodEnd,
          act: () => {
            this.renew(subscription)
          },
        })
      }
    }
    const [first] = due.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)
    return first ?? null
  }

  /** The period moves on at once, and is charged an hour later. */
  private renew(subscription: Subscription): void {
    const { interval } = this.need(this.prices, 'price', subscription.price)
    subscription.periodStart = subscription.periodEnd
    subscription.periodEnd = later(subscription.periodEnd, interval)
    const invoice = this.enter(subscription, [this.periodLine(subscription)])
    invoice.nextAttempt = this.now + DRAFT_SECONDS
    this.emit('customer.subscription.updated', this.showSubscription(subscription))
  }

  // ---------------------------------------------------------------- as they are shown

  /** Of a refund or a dispute, with its payment in full where that is asked for. */
  private withPayment(params: Params, shown: Json): Json {
    const intent = this.intents.get(String(shown.payment_intent))
    const isExpanded = Object.values(params.below('expand')).includes('payment_intent')
    return isExpanded && intent !== undefined ? { ...shown, payment_intent: showIntent(intent) } : shown
  }

  private showSession(session: Session, expand: string[]): Json {
    const intent = session.intent === null ? undefined : this.intents.get(session.intent)
    const isExpanded = expand.some((path) => path.startsWith('payment_intent'))
    const card = session.card === null ? undefined : this.cards.get(session.card)
    const isCardExpanded = expand.includes('setup_intent.payment_method')
    const setup = { id: `seti_${session.id}`, object: 'setup_intent', status: 'succeeded' }
    return {
      id: session.id,
      object: 'checkout.session',
      created: session.created,
      livemode: false,
      mode: session.mode,
      status: session.status,
      payment_status:
        session.status === 'complete' && (intent === undefined || intent.status === 'succeeded') ? 'paid' : 'unpaid',
      customer: session.customer,
      client_reference_id: session.clientReferenceId,
      metadata: session.metadata,
      expires_at: session.expiresAt,
      amount_total: session.amount,
      currency: session.currency,
      subscription: session.subscription,
      payment_intent: intent === undefined ? null : isExpanded ? showIntent(intent) : intent.id,
      setup_intent:
        card === undefined ? null : isCardExpanded ? { ...setup, payment_method: showCard(card) } : setup.id,
      url: session.status === 'open' ? `https://checkout.stripe.example/${session.id}` : null,
    }
  }

  private showSubscription(subscription: Subscription, isExpanded = false): Json {
    const invoice = subscription.latestInvoice === null ? undefined : this.invoices.get(subscription.latestInvoice)
    return {
      id: subscription.id,
      object: 'subscription',
      created: subscription.created,
      livemode: false,
      customer: subscription.customer,
      status: subscription.status,
      cancel_at_period_end: subscription.cancelAtPeriodEnd,
      cancel_at: subscription.cancelAt,
      ended_at: subscription.endedAt,
      metadata: subscription.metadata,
      latest_invoice: invoice === undefined ? null : isExpanded ? this.showInvoice(invoice) : invoice.id,
      pending_update: subscription.pendingPrice === null ? null : { expires_at: this.now + DAY },
      items: {
        object: 'list',
        has_more: false,
        url: '',
        data: [
          {
            id: subscription.item,
            object: 'subscription_item',
            quantity: 1,
            current_period_start: subscription.periodStart,
            current_period_end: subscription.periodEnd,
            price: showPrice(this.need(this.prices, 'price', subscription.price)),
          },
        ],
      },
    }
  }

  private showInvoice(invoice: Invoice): Json {
    return {
      id: invoice.id,
      object: 'invoice',
      created: invoice.created,
      livemode: false,
      customer: invoice.customer,
      currency: invoice.currency,
      status: invoice.status,
      total: invoice.total,
      amount_due: invoice.amountDue,
      metadata: {},
      parent: {
        type: 'subscription_details',
        quote_details: null,
        subscription_details: { subscription: invoice.subscription, metadata: {} },
      },
      lines: {
        object: 'list',
        url: '',
        // An invoice brings its first ten lines.
        has_more: invoice.lines.length > 10,
        data: invoice.lines.slice(0, 10).map((line, index) => showLine(invoice, line, index)),
      },
    }
  }

  private page<T extends { id: string }>(
    params: Params,
    url: string,
    what: string,
    oldestFirst: T[],
    show: (one: T) => Json,
  ): Json {
    const limit = Number(params.get('limit') ?? 10)
    if (limit < 1 || limit > 100) throw invalid('limit is 1 to 100')
    const newestFirst = [...oldestFirst].reverse()
    const [after, before] = [params.get('starting_after'), params.get('ending_before')]
    const cursor = after ?? before
    const place = cursor === undefined ? -1 : newestFirst.findIndex(({ id }) => id === cursor)
    if (cursor !== undefined && place < 0) throw missing(what, cursor)
    const rest = before === undefined ? newestFirst.slice(place + 1) : newestFirst.slice(0, place)
    const data = before === undefined ? rest.slice(0, limit) : rest.slice(-limit)
    return { object: 'list', url, has_more: rest.length > limit, data: data.map(show) }
  }

  private showTaxIds(params: Params, customer: Customer): Json {
    return this.page(params, `/v1/customers/${customer.id}/tax_ids`, 'tax_id', customer.taxIds, (one) =>
      showTaxId(customer, one),
    )
  }

  private need<T>(things: Map<string, T>, what: string, id: string): T {
    const thing = things.get(id)
    if (thing === undefined) throw missing(what, id)
    return thing
  }

  private newId(prefix: string): string {
    this.serial += 1
    return `${prefix}_${String(this.serial).padStart(6, '0')}`
  }
}

function refusalOf(fault: Fault): Refusal | null {
  switch (fault) {
    case 'UNAVAILABLE':
      return new Refusal(503, { type: 'api_error', message: 'Unavailable' })
    case 'RATE_LIMITED':
      return new Refusal(429, { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests' })
    case 'CARD_ERROR':
      return new Refusal(402, {
        type: 'card_error',
        code: 'card_declined',
        decline_code: 'insufficient_funds',
        message: 'Your card 4242 has insufficient funds.',
      })
    case 'KEY_REFUSED':
      return new Refusal(401, { type: 'invalid_request_error', message: 'Invalid API Key provided: sk_test_double' })
    case 'SILENT':
    case 'CUT_AFTER':
    case 'SILENT_AFTER':
      return null
  }
}

function showCustomer({ id, created, name, email, metadata, balance, address, taxExempt }: Customer): Json {
  const shown = { id, object: 'customer', created, livemode: false, name, email, metadata, balance, address }
  return { ...shown, tax_exempt: taxExempt }
}

function showTaxId(customer: Customer, { id, type, value, status }: TaxId): Json {
  const verification = { status, verified_name: null, verified_address: null }
  return { id, object: 'tax_id', livemode: false, customer: customer.id, type, value, verification }
}

function showPrice({ id, created, product, currency, unitAmount, interval, lookupKey, active, metadata }: Price): Json {
  return {
    id,
    object: 'price',
    created,
    livemode: false,
    product,
    currency,
    unit_amount: unitAmount,
    unit_amount_decimal: String(unitAmount),
    recurring: { interval, interval_count: 1 },
    lookup_key: lookupKey,
    active,
    metadata,
  }
}

const LAST_FOUR: Record<CardTemper, string> = {
  PAYS: '4242',
  DECLINES: '0341',
  ASKS: '3184',
  TAKES_ITS_TIME: '4243',
}

const INTENT_STATUS: Record<CardTemper, Intent['status']> = {
  PAYS: 'succeeded',
  DECLINES: 'requires_payment_method',
  ASKS: 'requires_payment_method',
  TAKES_ITS_TIME: 'processing',
}

function showCard({ id, created, customer, last4, expMonth, expYear }: Card): Json {
  const card = { brand: 'visa', last4, exp_month: expMonth, exp_year: expYear }
  return { id, object: 'payment_method', created, livemode: false, type: 'card', customer, card }
}

function showIntent({ id, created, amount, currency, customer, status, metadata, error }: Intent): Json {
  const isPaid = status === 'succeeded'
  return {
    id,
    object: 'payment_intent',
    created,
    livemode: false,
    amount,
    amount_received: isPaid ? amount : 0,
    currency,
    customer,
    status,
    metadata,
    last_payment_error: error ?? null,
    latest_charge: isPaid ? { id: `ch_${id}`, object: 'charge', created, amount, payment_intent: id } : null,
  }
}

function showRefund({ id, created, intent, ...refund }: Refund): Json {
  return { id, object: 'refund', created, payment_intent: intent, ...refund, failure_reason: null }
}

function showLine({ id, currency, subscription }: Invoice, line: Line, index: number): Json {
  const details = {
    invoice_item: null,
    proration: line.proration,
    proration_details: null,
    subscription,
    subscription_item: '',
  }
  return {
    id: `il_${id}_${index}`,
    object: 'line_item',
    invoice: id,
    currency,
    description: line.description,
    amount: line.amount,
    period: { start: line.start, end: line.end },
    parent: { type: 'subscription_item_details', invoice_item_details: null, subscription_item_details: details },
  }
}

/** A calendar month or year on, as Stripe reckons. */
function later(at: number, interval: 'month' | 'year'): number {
  const date = new Date(at * 1000)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + (interval === 'month' ? 1 : 12))
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, last))
  return date.getTime() / 1000
}
