import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { Scope } from '../../src/auth/actor'
import { createToken } from '../../src/auth/create-token'
import { FOUNDER } from '../../src/auth/first-staff-token'
import { auditLedger } from '../../src/ledger/audit-ledger'
import type { Desk } from '../support/desk'
import type { Dice } from '../support/dice'

export interface Partner {
  accountId: string
  token: string
  channelIds: string[]
}

/** Partners with days and channels, each with a token that may move them. */
export async function seedPartners(desk: Desk, count: number): Promise<Partner[]> {
  const partners: Partner[] = []
  for (let made = 0; made < count; made += 1) {
    const accountId = await desk.createAccount({ name: `Partner ${made}` })
    await desk.grant(accountId, 100_000)
    const channelIds = await desk.channels(accountId, 6)
    for (const channelId of channelIds) await desk.allocate(accountId, { channelId, days: 50 })
    const { secret } = await desk.database.inTransaction((tx) =>
      createToken(tx, FOUNDER, { accountId, name: 'Load', scopes: [Scope.CHANNELS] }),
    )
    partners.push({ accountId, token: secret, channelIds })
  }
  return partners
}

export interface Answer {
  /** `unknown`: torn connection, timeout or 5xx. It may have happened once or not at all, never twice. */
  outcome: 'ok' | 'refused' | 'unknown'
  status: number | null
  code: string | null
  message: string
  transactionId: string | null
}

/** A mutation under a key of its own. Its comment in the ledger is its id, by which it is found there. */
export interface Operation {
  id: string
  partner: Partner
  query: string
  input: Record<string, unknown>
  startedAt: number
  endedAt: number
  answer: Answer
}

const QUERIES = {
  allocateDays: 'mutation ($input: AllocateDaysInput!) { done: allocateDays(input: $input) { transaction { id } } }',
  releaseDays: 'mutation ($input: ReleaseDaysInput!) { done: releaseDays(input: $input) { transaction { id } } }',
  transferDays: 'mutation ($input: TransferDaysInput!) { done: transferDays(input: $input) { transaction { id } } }',
}

const TIMEOUT_MS = 15_000

interface Body {
  data?: { done?: { transaction?: { id: string } | null } | null } | null
  errors?: { message: string; extensions?: { code?: string } }[]
}

async function post(url: string, token: string, query: string, input: object): Promise<Answer> {
  const unknown: Answer = { outcome: 'unknown', status: null, code: null, message: '', transactionId: null }
  let status: number
  let body: Body
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables: { input } }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    status = response.status
    body = (await response.json()) as Body
  } catch (error) {
    const { message, cause } = error as Error
    return { ...unknown, message: `${message}: ${String(cause)}` }
  }
  const [error] = body.errors ?? []
  if (error === undefined) {
    return { ...unknown, outcome: 'ok', status, transactionId: body.data?.done?.transaction?.id ?? null }
  }
  const code = error.extensions?.code ?? null
  // Beside data, a status of 200 may hide that reading the answer failed after the deed was done.
  const outcome = code === 'UNAVAILABLE' || code === 'INTERNAL' || status >= 500 ? 'unknown' : 'refused'
  return { ...unknown, outcome, status, code, message: error.message }
}

/** Clients that move days over HTTP, each one request after the other, while there is a gateway to send to. */
export class Load {
  readonly history: Operation[] = []
  private url: string | null = null
  private stopped = false
  private serial = 0
  private inFlight = 0
  private clients: Promise<void>[] = []

  constructor(
    private readonly partners: readonly Partner[],
    private readonly dice: Dice,
  ) {}

  /** Where to send from now on; null for nowhere. */
  sendTo(url: string | null): void {
    this.url = url
  }

  start(clients = 32): void {
    this.clients = Array.from({ length: clients }, () => this.run())
  }

  async stop(): Promise<void> {
    this.stopped = true
    await Promise.all(this.clients)
  }

  /** Resolves once everything that was sent is answered, or torn. */
  async settled(): Promise<void> {
    while (this.inFlight > 0) await delay(5)
  }

  count(outcome: Answer['outcome']): number {
    return this.history.filter(({ answer }) => answer.outcome === outcome).length
  }

  /** Waits for so many more to be acknowledged. */
  async makeProgress(acknowledged: number, patienceMs = 20_000): Promise<void> {
    const goal = this.count('ok') + acknowledged
    const giveUpAt = Date.now() + patienceMs
    while (this.count('ok') < goal) {
      if (Date.now() > giveUpAt) {
        const last = this.history.slice(-3).map(({ answer }) => answer)
        throw new Error(`${goal - this.count('ok')} of ${acknowledged} are missing; last: ${JSON.stringify(last)}`)
      }
      await delay(5)
    }
  }

  /** Sends each operation of unknown outcome again, under its key, until its outcome is known. */
  async retryUnknown(): Promise<void> {
    for (const operation of this.history.filter(({ answer }) => answer.outcome === 'unknown')) {
      for (let tries = 0; operation.answer.outcome === 'unknown'; tries += 1) {
        if (tries > 200) throw new Error(`never answered: ${JSON.stringify(operation.answer)}`)
        if (tries > 0) await delay(50)
        operation.answer = await this.send(operation)
      }
    }
  }

  /** Sends some of what was acknowledged again: the answer is the same. */
  async replaySome(count: number): Promise<void> {
    const acknowledged = this.history.filter(({ answer }) => answer.outcome === 'ok')
    for (let replayed = 0; replayed < Math.min(count, acknowledged.length); replayed += 1) {
      const operation = this.dice.pick(acknowledged)
      expect((await this.send(operation)).transactionId).toBe(operation.answer.transactionId)
    }
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      if (this.url === null) await delay(5)
      else await this.sendNext()
    }
  }

  private async sendNext(): Promise<void> {
    this.serial += 1
    const id = `op ${this.serial}`
    const partner = this.dice.pick(this.partners)
    const [channelId, toChannelId] = [this.dice.pick(partner.channelIds), this.dice.pick(partner.channelIds)]
    const common = { days: this.dice.between(1, 9), comment: id, idempotencyKey: id }
    const draw = this.dice.below(10)
    const [query, input] =
      draw < 5
        ? [QUERIES.allocateDays, { channelId, ...common }]
        : draw < 8
          ? [QUERIES.releaseDays, { channelId, ...common }]
          : [QUERIES.transferDays, { fromChannelId: channelId, toChannelId, ...common }]
    const operation = { id, partner, query, input, startedAt: performance.now() }
    this.inFlight += 1
    const answer = await this.send(operation)
    this.history.push({ ...operation, endedAt: performance.now(), answer })
    this.inFlight -= 1
    if (answer.outcome === 'unknown') await delay(10)
  }

  private send({ partner, query, input }: Pick<Operation, 'partner' | 'query' | 'input'>): Promise<Answer> {
    if (this.url === null) throw new Error('nowhere to send to')
    return post(this.url, partner.token, query, input)
  }
}

/** Holds the history against the ledger: acknowledged once, refused never, unknown once at most. */
export async function judge(desk: Desk, history: readonly Operation[]): Promise<void> {
  const rows = await desk.rows<{ comment: string; accountId: string; ids: string[] }>(
    `SELECT comment, account_id AS "accountId", array_agg(id) AS ids FROM ledger_transaction
     WHERE comment LIKE 'op %' GROUP BY comment, account_id`,
  )
  const found = new Map(rows.map((row) => [row.comment, row]))
  const amiss = history.filter(({ id, partner, answer }) => {
    const { ids = [], accountId } = found.get(id) ?? {}
    if (ids.length > 0 && accountId !== partner.accountId) return true
    if (answer.outcome === 'unknown') return ids.length > 1
    if (answer.outcome === 'refused') return ids.length > 0
    return ids.length !== 1 || ids[0] !== answer.transactionId
  })
  expect(amiss.map(({ id, answer }) => ({ id, answer, ids: found.get(id)?.ids }))).toEqual([])
  const sent = new Set(history.map(({ id }) => id))
  expect([...found.keys()].filter((id) => !sent.has(id))).toEqual([])
  expect(await auditLedger(desk.database, null)).toMatchObject({ ok: true, violations: [] })
}

/** Follows an account's events over a socket; when that breaks, again from the last one that came. */
export class Subscriber {
  readonly numbers: number[] = []
  private stopped = false
  private readonly done: Promise<void>
  private drop: () => void = () => undefined

  constructor(
    private readonly partner: Partner,
    private readonly url: string,
  ) {
    this.done = this.run()
  }

  async hasSeen(sequence: number): Promise<void> {
    const giveUpAt = Date.now() + 10_000
    while ((this.numbers.at(-1) ?? 0) < sequence) {
      if (Date.now() > giveUpAt) throw new Error(`saw ${String(this.numbers.at(-1))} and not ${sequence}`)
      await delay(10)
    }
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.drop()
    await this.done
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.follow().catch(() => undefined)
      await delay(20)
    }
  }

  private async follow(): Promise<void> {
    const client = createClient({
      url: `${this.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${this.partner.token}` },
      retryAttempts: 0,
    })
    this.drop = () => {
      client.terminate()
    }
    try {
      const query = 'subscription ($after: Sequence) { events(after: $after) { sequence } }'
      const variables = { after: this.numbers.at(-1) ?? 0 }
      for await (const { data } of client.iterate<{ events: { sequence: number } }>({ query, variables })) {
        if (data) this.numbers.push(data.events.sequence)
      }
    } finally {
      await client.dispose()
    }
  }
}
