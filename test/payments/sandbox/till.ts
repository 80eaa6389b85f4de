import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import fastify from 'fastify'
import { createAccount, CreateAccount } from '../../../src/accounts/create-account'
import { openDatabase, type Database } from '../../../src/database'
import { parseInput } from '../../../src/input'
import type { PlanInterval, ProviderEvent, ProviderSubscription } from '../../../src/payments/payment-provider'
import { runSandboxRenewals } from '../../../src/payments/sandbox/run-sandbox-renewals'
import { registerSandboxPages } from '../../../src/payments/sandbox/sandbox-pages'
import { SandboxProvider } from '../../../src/payments/sandbox/sandbox-provider'
import { findSandboxSecret } from '../../../src/payments/sandbox/sandbox-secret'
import { createTestDatabase } from '../../support/database'

export const CARDS = {
  pays: '4242 4242 4242 4242',
  declined: '4000 0000 0000 0002',
  asks: '4000 0025 0000 3155',
  asksEachTime: '4000 0027 6000 3184',
  failsLater: '4000 0000 0000 0341',
} as const

export const BASE = 'http://daybook.test'
export const SUCCESS = 'https://partner.test/paid?x=1&y=2'
export const CANCEL = 'https://partner.test/cart'

/** Where cards are put in: the sandbox provider on a database of its own, with a sandbox account whose clock the test moves. */
export class Till {
  private constructor(
    readonly database: Database,
    readonly databaseUrl: string,
    readonly provider: SandboxProvider,
    readonly origin: string,
    readonly secret: string,
    readonly accountId: string,
    readonly customerId: string,
    private readonly drop: () => Promise<void>,
  ) {}

  static async open({ start = '2030-01-31T10:00:00Z', name = 'A partner' } = {}): Promise<Till> {
    const test = await createTestDatabase()
    const database = await openDatabase(test.url, 8)
    const secret = await findSandboxSecret(database.sql)
    const provider = new SandboxProvider(database, { sandboxAccountsOnly: false, baseUrl: () => BASE })
    const app = fastify()
    registerSandboxPages(app, { database, provider, secret })
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    const accountId = await openAccount(database, true, name)
    await advanceTo(database, accountId, new Date(start))
    const { customerId } = await provider.ensureCustomer({ accountId, name, email: null, idempotencyKey: randomUUID() })
    const drop = async () => {
      await app.close()
      await database.close()
      await test.drop()
    }
    return new Till(database, test.url, provider, origin, secret, accountId, customerId, drop)
  }

  close(): Promise<void> {
    return this.drop()
  }

  async price(interval: PlanInterval = 'MONTH', amountMinor = 1000, accountId = this.accountId): Promise<Plan> {
    const planId = `plan_${randomUUID()}`
    const request = { planId, accountId, interval, amountMinor, currency: 'EUR', idempotencyKey: planId }
    return { planId, ...(await this.provider.ensurePrice(request)) }
  }

  async subscribing(plan?: Plan, channelId = `channel_${randomUUID()}`): Promise<string> {
    const { sessionId } = await this.provider.startSubscriptionCheckout({
      ...this.returning(),
      channelId,
      ...(plan ?? (await this.price())),
    })
    return sessionId
  }

  async paying(amountMinor = 7500, description = 'Invoice SBX-1'): Promise<string> {
    const { sessionId } = await this.provider.startPaymentCheckout({
      ...this.returning(),
      invoiceId: 'invoice_1',
      description,
      amountMinor,
      currency: 'EUR',
    })
    return sessionId
  }

  /** A subscription that runs. */
  async subscribed(plan?: Plan, card: string = CARDS.pays): Promise<string> {
    const sessionId = await this.subscribing(plan)
    expect(await this.provider.submitCard(sessionId, card)).toBe('PAID')
    const checkout = await this.provider.fetchCheckout(sessionId)
    if (checkout?.subscriptionId == null) throw new Error('no subscription was begun')
    return checkout.subscriptionId
  }

  async subscription(subscriptionId: string): Promise<ProviderSubscription> {
    const found = await this.provider.fetchSubscription(subscriptionId)
    if (found === null) throw new Error('no such subscription')
    return found
  }

  returning(accountId = this.accountId, customerId = this.customerId) {
    const expiresAt = new Date(Date.now() + 1_800_000)
    return { accountId, customerId, successUrl: SUCCESS, cancelUrl: CANCEL, expiresAt, idempotencyKey: randomUUID() }
  }

  /** Moves the account's clock alone. */
  async moveTo(to: Date | string): Promise<void> {
    await advanceTo(this.database, this.accountId, new Date(to))
  }

  /** Moves the account's clock, and brings about what that brings. */
  async advanceTo(to: Date | string): Promise<void> {
    await this.moveTo(to)
    await runSandboxRenewals(this.database, this.accountId)
  }

  /** What happened, oldest first: of one object, or all. */
  async events(objectId?: string): Promise<ProviderEvent[]> {
    const all: ProviderEvent[] = []
    for (let after: string | null = null; ;) {
      const { events, next } = await this.provider.listEvents(after)
      all.push(...events)
      if (next === null) return objectId === undefined ? all : all.filter(({ object }) => object?.id === objectId)
      after = next
    }
  }

  async types(objectId?: string): Promise<string[]> {
    return (await this.events(objectId)).map(({ type }) => type)
  }

  /** Money that cards paid: minor units and instants, oldest first. */
  async money(): Promise<string[]> {
    const rows = await this.rows<{ amount: number; at: Date }>(
      'SELECT amount_minor AS amount, paid_at AS at FROM sandbox_payment ORDER BY paid_at, amount_minor',
    )
    return rows.map(({ amount, at }) => `${at.toISOString().slice(0, 16)} ${amount}`)
  }

  async rows<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    return this.database.dataSource.query<Row[]>(text, values)
  }

  /** A browser: it keeps the cookie, and sends what the page's form holds. */
  browser(headers: Record<string, string> = {}): Browser {
    return new Browser(this.origin, headers)
  }
}

export interface Plan {
  planId: string
  priceId: string
}

export async function openAccount(database: Database, sandbox: boolean, name = 'A partner'): Promise<string> {
  const command = parseInput(CreateAccount, { name, sandbox })
  return (await database.inTransaction((tx) => createAccount(tx, 'staff:test', command))).accountId
}

/** As `advanceClock` leaves it, without all that happens to an account's days on the way. */
export async function advanceTo(database: Database, accountId: string, to: Date): Promise<void> {
  await database.dataSource.query('UPDATE account SET clock = $2 WHERE id = $1 AND clock <= $2', [accountId, to])
}

export interface Answer {
  status: number
  body: string
  location: string | undefined
  header: (name: string) => string
}

export class Browser {
  private cookie: string | null = null
  private token = ''

  constructor(
    private readonly origin: string,
    private readonly headers: Record<string, string>,
  ) {}

  async open(path: string): Promise<Answer> {
    return this.send('GET', path, undefined)
  }

  /** As a person does: the page is opened, and its form sent. */
  async fill(path: string, fields: Record<string, string>): Promise<Answer> {
    await this.open(path)
    return this.post(path, { token: this.token, ...fields })
  }

  async post(path: string, fields: Record<string, string>): Promise<Answer> {
    return this.send('POST', path, new URLSearchParams(fields).toString())
  }

  async send(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'HEAD',
    url: string,
    payload: string | undefined,
    contentType = 'application/x-www-form-urlencoded',
  ): Promise<Answer> {
    const response = await fetch(`${this.origin}${url}`, {
      method,
      body: payload,
      redirect: 'manual',
      headers: {
        ...this.headers,
        ...(payload !== undefined && { 'content-type': contentType }),
        ...(this.cookie !== null && { cookie: `other=1; ${this.cookie}` }),
      },
    })
    const { status, headers } = response
    const body = await response.text()
    const set = headers.get('set-cookie')
    if (set !== null) this.cookie = set.split(';')[0] ?? null
    this.token = /name="token" value="([0-9a-f]+)"/.exec(body)?.[1] ?? this.token
    return { status, body, location: headers.get('location') ?? undefined, header: (name) => String(headers.get(name)) }
  }
}
