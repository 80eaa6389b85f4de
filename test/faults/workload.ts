import { setTimeout as delay } from 'node:timers/promises'
import { Scope } from '../../src/auth/actor'
import { createToken } from '../../src/auth/create-token'
import { FOUNDER } from '../../src/auth/first-staff-token'
import { parseInput } from '../../src/input'
import { SetPriceAgreement, setPriceAgreement } from '../../src/pricing/set-price-agreement'
import { STAFF, type Desk } from '../support/desk'
import type { Dice } from '../support/dice'
import { STAFF_TOKEN } from './gateway-process'

export interface Partner {
  accountId: string
  token: string
  /** Those that were deleted are among them: what is done to them is refused. */
  channelIds: string[]
  /** Open invoices that nobody was seen to pay. */
  invoices: { id: string; amount: number }[]
}

/** Partners with days and channels, each with a token that may do what partners do. */
export async function seedPartners(desk: Desk, count: number, channels = 6): Promise<Partner[]> {
  const partners: Partner[] = []
  for (let made = 0; made < count; made += 1) {
    const accountId = await desk.createAccount({ name: `Partner ${made}` })
    await desk.grant(accountId, 4_000)
    const agreement = parseInput(SetPriceAgreement, { accountId, currency: 'EUR', channelMonthAmount: 1_000 })
    await desk.database.inTransaction((tx) => setPriceAgreement(tx, STAFF, agreement))
    const channelIds = await desk.channels(accountId, channels)
    for (const channelId of channelIds) await desk.allocate(accountId, { channelId, days: 50 })
    const { secret } = await desk.database.inTransaction((tx) =>
      createToken(tx, FOUNDER, { accountId, name: 'Load', scopes: [Scope.CHANNELS, Scope.BILLING] }),
    )
    partners.push({ accountId, token: secret, channelIds, invoices: [] })
  }
  return partners
}

export interface Balance {
  available: number
  sequence: number
}

/** What an operation answers that was done. `now` is as things are by then; the rest stays the same at every replay. */
export interface Done {
  now?: Balance
  transaction?: { id: string; sequence: number; entries: { account: string; balanceAfter: number }[] } | null
  channel?: { id: string }
  invoice?: { id: string; paymentUrl?: string | null; total?: { amount: number } }
  allocatedDays?: number
  returnedDays?: number
  items?: { channelId: string; error: { code: string } | null }[]
}

export interface Answer {
  /** `unknown`: torn connection, timeout or 5xx. It may have happened once or not at all, never twice. */
  outcome: 'ok' | 'refused' | 'unknown'
  status: number | null
  code: string | null
  message: string
  details: Record<string, unknown>
  done: Done | null
}

export type Kind = keyof typeof QUERIES

/** Something that was asked for under a key of its own, which is also its comment in the ledger and its channel's name. */
export interface Operation {
  id: string
  kind: Kind
  partner: Partner
  input: Record<string, unknown>
  /** By `performance.now()`. */
  startedAt: number
  endedAt: number
  answer: Answer
}

const TRANSACTION = 'transaction { id sequence entries { account balanceAfter } }'
const NOW = 'now: balance { available sequence }'

const QUERIES = {
  allocate: `mutation ($input: AllocateDaysInput!) { done: allocateDays(input: $input) { ${NOW} ${TRANSACTION} } }`,
  bulk: `mutation ($input: AllocateDaysInBulkInput!) {
    done: allocateDaysInBulk(input: $input) { ${NOW} allocatedDays items { channelId error { code } } } }`,
  release: `mutation ($input: ReleaseDaysInput!) { done: releaseDays(input: $input) { ${NOW} ${TRANSACTION} } }`,
  transfer: `mutation ($input: TransferDaysInput!) { done: transferDays(input: $input) { ${NOW} ${TRANSACTION} } }`,
  create: `mutation ($input: CreateChannelInput!) {
    done: createChannel(input: $input) { ${NOW} ${TRANSACTION} channel { id } } }`,
  delete: `mutation ($input: DeleteChannelInput!) { done: deleteChannel(input: $input) { ${NOW} ${TRANSACTION} returnedDays } }`,
  adjust: `mutation ($accountId: ID!, $days: Days!, $comment: String!, $idempotencyKey: String!) {
    now: adjustBalance(accountId: $accountId, days: $days, comment: $comment, idempotencyKey: $idempotencyKey) {
      available sequence } }`,
  request: `mutation ($input: RequestInvoiceInput!) { done: requestInvoice(input: $input) { invoice { id paymentUrl total { amount } } } }`,
  record: `mutation ($input: RecordPaymentInput!) { done: recordPayment(input: $input) { invoice { id } } }`,
  read: 'query ($accountId: ID) { now: balance(accountId: $accountId) { available sequence } }',
}
/** Done by staff. */
const STAFFS = new Set<Kind>(['adjust', 'record'])
/** Their variables are no input, and their answer is but a balance. */
const BARE = new Set<Kind>(['adjust', 'read'])

const WEIGHTS: Record<Kind, number> = {
  allocate: 30,
  release: 16,
  transfer: 14,
  bulk: 10,
  create: 6,
  delete: 4,
  adjust: 4,
  request: 4,
  record: 4,
  read: 8,
}
const DRAWN = Object.entries(WEIGHTS).flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind as Kind))

const TIMEOUT_MS = 15_000

interface Body {
  data?: { done?: Done | null; now?: Balance | null } | null
  errors?: { message: string; extensions?: Record<string, unknown> & { code?: string } }[]
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>

async function post(fetch: Fetch, url: string, token: string, kind: Kind, input: object): Promise<Answer> {
  const unknown: Answer = { outcome: 'unknown', status: null, code: null, message: '', details: {}, done: null }
  let status: number
  let body: Body
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: QUERIES[kind], variables: BARE.has(kind) ? input : { input } }),
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
    const now = body.data?.now ?? undefined
    return { ...unknown, outcome: 'ok', status, done: body.data?.done ?? (now && { now }) ?? null }
  }
  const { code = null, ...details } = error.extensions ?? {}
  // Beside data, a status of 200 may hide that reading the answer failed after the deed was done.
  const isUnknown = code === 'UNAVAILABLE' || code === 'INTERNAL' || code === 'INTERNAL_SERVER_ERROR' || status >= 500
  const outcome = isUnknown ? 'unknown' : 'refused'
  return { ...unknown, outcome, status, code, message: error.message, details }
}

/** What of an answer is the same at each replay. */
export function lasting({ done }: Answer): unknown {
  if (done === null) return null
  return { ...done, now: undefined, invoice: done.invoice?.id }
}

/** Clients that ask for one thing after another, at whichever gateway the dice say, while there is one. */
export class Workload {
  readonly history: Operation[] = []
  private targets: readonly string[] = []
  private stopped = false
  private serial = 0
  private clients: Promise<void>[] = []

  constructor(
    readonly partners: readonly Partner[],
    private readonly dice: Dice,
    /** What is asked for; all that there is, unless told. */
    private readonly kinds: readonly Kind[] = DRAWN,
    private readonly fetch: Fetch = (url, init) => globalThis.fetch(url, init),
  ) {}

  sendTo(targets: readonly string[]): void {
    this.targets = targets
  }

  start(clients: number): void {
    this.clients = Array.from({ length: clients }, () => this.run())
  }

  async stop(): Promise<void> {
    this.stopped = true
    await Promise.all(this.clients)
  }

  count(outcome: Answer['outcome']): number {
    return this.history.filter(({ answer }) => answer.outcome === outcome).length
  }

  /** Waits for so many more to be acknowledged; throws where they aren't in time. Answers how long it took. */
  async makeProgress(acknowledged: number, patienceMs: number): Promise<number> {
    const since = performance.now()
    const goal = this.count('ok') + acknowledged
    while (this.count('ok') < goal) {
      if (performance.now() - since > patienceMs) {
        const last = this.history.slice(-3).map(({ answer }) => answer)
        throw new Error(`${goal - this.count('ok')} of ${acknowledged} are missing; last: ${JSON.stringify(last)}`)
      }
      await delay(5)
    }
    return performance.now() - since
  }

  /** Sends each operation of unknown outcome again, under its key, until its outcome is known. */
  async retryUnknown(): Promise<void> {
    await inParallel(
      this.history.filter(({ answer }) => answer.outcome === 'unknown'),
      async (operation) => {
        for (let tries = 0; operation.answer.outcome === 'unknown'; tries += 1) {
          if (tries > 200) throw new Error(`never answered: ${JSON.stringify(operation.answer)}`)
          if (tries > 0) await delay(50)
          operation.answer = await this.send(operation)
          operation.endedAt = performance.now()
        }
      },
    )
  }

  /** Sends some of what was acknowledged again; answers a sentence for each answer that is another one than before. */
  async replaySome(count: number): Promise<string[]> {
    const acknowledged = this.history.filter(({ kind, answer }) => answer.outcome === 'ok' && kind !== 'read')
    const some = Array.from({ length: Math.min(count, acknowledged.length) }, () => this.dice.pick(acknowledged))
    const amiss: string[] = []
    await inParallel(some, async (operation) => {
      const again = await this.send(operation)
      const [before, after] = [lasting(operation.answer), lasting(again)].map((answer) => JSON.stringify(answer))
      if (again.outcome !== 'ok' || before !== after) {
        amiss.push(`${operation.id}: replayed as ${JSON.stringify(again)} after ${JSON.stringify(operation.answer)}`)
      }
    })
    return amiss
  }

  /** Asks for something beside what is drawn, once; under a key of its own unless one is given. */
  async ask(kind: Kind, partner: Partner, input: Record<string, unknown>, key?: string): Promise<Operation> {
    this.serial += 1
    const id = key ?? `op ${this.serial}`
    const operation = { id, kind, partner, input: { ...input, ...named(kind, id) }, startedAt: performance.now() }
    const answer = await this.send(operation)
    const asked: Operation = { ...operation, endedAt: performance.now(), answer }
    this.history.push(asked)
    return asked
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      if (this.targets.length === 0) {
        await delay(5)
        continue
      }
      const partner = this.dice.pick(this.partners)
      const drawn = this.draw(this.dice.pick(this.kinds), partner)
      const asked = await this.ask(drawn.kind, partner, drawn.input)
      this.learn(asked)
      if (asked.answer.outcome === 'unknown') await delay(10)
    }
  }

  private draw(kind: Kind, partner: Partner): { kind: Kind; input: Record<string, unknown> } {
    const { dice } = this
    const channelId = dice.pick(partner.channelIds)
    const days = dice.between(1, 9)
    switch (kind) {
      case 'allocate':
        return { kind, input: { channelId, days } }
      case 'release':
        return { kind, input: { channelId, days: dice.below(8) === 0 ? null : days } }
      case 'transfer':
        return { kind, input: { fromChannelId: channelId, toChannelId: dice.pick(partner.channelIds), days } }
      case 'bulk': {
        const channelIds = new Set(Array.from({ length: dice.between(1, 5) }, () => dice.pick(partner.channelIds)))
        const items = [...channelIds].map((id) => ({ channelId: id, days: dice.between(1, 5) }))
        return { kind, input: { items, mode: dice.pick(['ATOMIC', 'PARTIAL']) } }
      }
      case 'create':
        return { kind, input: dice.below(2) === 0 ? {} : { days } }
      case 'delete':
        // So that there are always some left.
        return {
          kind,
          input: { channelId: partner.channelIds.length > 3 ? dice.pick(partner.channelIds.slice(3)) : channelId },
        }
      case 'adjust':
        return { kind, input: { accountId: partner.accountId, days: dice.pick([-40, 20, 60, 150]) } }
      case 'request':
        return { kind, input: { channels: dice.between(1, 2), looseDays: days } }
      case 'record': {
        const invoice = partner.invoices.pop()
        if (invoice === undefined) return this.draw('request', partner)
        return { kind, input: { invoiceId: invoice.id, amount: invoice.amount, method: 'BANK_TRANSFER' } }
      }
      case 'read':
        return { kind, input: { accountId: partner.accountId } }
    }
  }

  private learn({ kind, partner, answer: { outcome, done } }: Operation): void {
    if (outcome !== 'ok' || done === null) return
    if (kind === 'create' && done.channel !== undefined) partner.channelIds.push(done.channel.id)
    if (kind === 'request' && done.invoice !== undefined) {
      partner.invoices.push({ id: done.invoice.id, amount: done.invoice.total?.amount ?? 0 })
    }
  }

  private async send({ kind, partner, input }: Pick<Operation, 'kind' | 'partner' | 'input'>): Promise<Answer> {
    while (this.targets.length === 0) await delay(5)
    return post(this.fetch, this.dice.pick(this.targets), STAFFS.has(kind) ? STAFF_TOKEN : partner.token, kind, input)
  }
}

/** How an operation's id gets into what it does. */
function named(kind: Kind, id: string): Record<string, unknown> {
  if (kind === 'read') return {}
  if (kind === 'create') return { name: id, idempotencyKey: id }
  if (kind === 'request') return { idempotencyKey: id }
  if (kind === 'record') return { reference: id, idempotencyKey: id }
  return { comment: id, idempotencyKey: id }
}

const AT_ONCE = 32

export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
