import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { AllocateDays, allocateDays } from '../src/channels/allocate-days'
import { MovementBatcher } from '../src/channels/movement-batcher'
import type { Database } from '../src/database'
import { EventFeed } from '../src/events/event-feed'
import { lastSequence } from '../src/events/read-events'
import { requestKey } from '../src/idempotency'
import { parseInput } from '../src/input'
import { createLog } from '../src/log'
import { seed } from './allocations'
import { ask, GatewayProcess } from './gateway-process'
import { Served } from './peers'
import { say } from './record'
import type { Order, SubscriberFigures } from './subscribers'

const STAFF = 'staff:bench'
/** In which all sockets are told of one movement. */
const ROUNDS = 10
/** What a dashboard asks for: of the event itself. */
const EVENTS = `subscription ($after: Sequence) {
  events(after: $after) { type sequence occurredAt ... on BalanceChange { days available } ... on DayExpiryChange { reason paidUntil unusedDays } }
}`
/** The same, and the channel as it is now, which has to be read. */
const EVENTS_WITH_CHANNELS = `subscription ($after: Sequence) {
  events(after: $after) { type sequence occurredAt ... on BalanceChange { days available } ... on DayExpiryChange { reason channel { name status paidUntil } } }
}`

export interface FanOutEffort {
  sockets: number
  seconds: number
  replayed: number
}

/** Prints what sockets weigh, and how late events are; throws where one is missed, comes twice or out of order. */
export async function fanOut(database: Database, url: string, effort: FanOutEffort): Promise<void> {
  const staffToken = randomBytes(24).toString('hex')
  const gateway = await GatewayProcess.start({
    DATABASE_URL: url,
    DAYBOOK_STAFF_TOKEN: staffToken,
  })
  const writer = await Writer.open(database, url)
  try {
    say(`\nSubscribers: a gateway, its subscribers and what writes the events are processes of their own\n`)
    say('| what | received | missed | p50 ms | p99 ms | max ms | rate | gateway |\n|---|---|---|---|---|---|---|---|')
    const token = await tokenOf(gateway, staffToken, writer.accountId)
    const subject: Subject = { gateway, writer, token, database }
    await manySubscribers(subject, effort)
    await bareSockets(effort)
    await manyEvents(subject, effort, 'event', EVENTS)
    await manyEvents(subject, effort, 'event and channel', EVENTS_WITH_CHANNELS)
    await replay(subject, effort, 'event', EVENTS)
    await replay(subject, effort, 'event and channel', EVENTS_WITH_CHANNELS)
  } finally {
    if (gateway.log !== '') console.error(gateway.log)
    await writer.close()
    await gateway.end()
  }
}

interface Subject {
  gateway: GatewayProcess
  writer: Writer
  token: string
  database: Database
}

/** What each socket weighs, and one event to all of them. */
async function manySubscribers(subject: Subject, { sockets }: FanOutEffort): Promise<void> {
  const { gateway, writer, token } = subject
  const subscribers = new Subscribers()
  // Code and caches that the first sockets bring are no socket's.
  await subscribers.order({
    kind: 'open',
    url: gateway.url,
    token,
    sockets: 100,
    document: EVENTS,
    after: await writer.last(),
  })
  await writer.write(50)
  await subscribers.reach(await writer.last())
  await subscribers.order({ kind: 'close' })
  const before = await gateway.weigh()

  await subscribers.order({ kind: 'figures' })
  await subscribers.order({
    kind: 'open',
    url: gateway.url,
    token,
    sockets,
    document: EVENTS,
    after: await writer.last(),
  })
  const idle = await gateway.weigh()
  await writer.write(1)
  await subscribers.reach(await writer.last())
  await subscribers.order({ kind: 'figures' })
  for (let round = 0; round < ROUNDS; round += 1) {
    await writer.write(1)
    await subscribers.reach(await writer.last())
  }
  const after = await gateway.weigh()
  const kb = (bytes: number) => `${(bytes / sockets / 1000).toFixed(1)} kB`
  row(
    `one movement (2 events) to ${sockets.toLocaleString('en')} sockets, ${ROUNDS} times`,
    await subscribers.figures(),
    [
      '',
      `a socket: RSS ${kb(idle.rss - before.rss)}, after events ${kb(after.rss - before.rss)}; heap ${kb(idle.heapUsed - before.heapUsed)}`,
    ],
  )
  await subscribers.end()
}

/** The same to sockets of a server that does nothing but write to them: what Node and this machine leave to be saved. */
async function bareSockets({ sockets }: FanOutEffort): Promise<void> {
  const server = await Served.start('bare sockets', 'bare-sockets.ts', {})
  const subscribers = new Subscribers()
  try {
    await subscribers.order({ kind: 'open', url: server.url, token: '', sockets, document: EVENTS, after: 0 })
    for (let round = 0; round <= ROUNDS; round += 1) {
      server.tell()
      await subscribers.reach(2 * (round + 1))
      if (round === 0) await subscribers.figures()
    }
    row(`the limit: two messages by one write to each, ${ROUNDS} times`, await subscribers.figures(), [])
  } finally {
    await subscribers.end()
    await server.stop()
  }
}

/** 1,000 events a second to 100 subscribers of one account. */
async function manyEvents(subject: Subject, { seconds }: FanOutEffort, of: string, document: string): Promise<void> {
  const { gateway, writer, token } = subject
  const subscribers = new Subscribers()
  const after = await writer.last()
  await subscribers.order({ kind: 'open', url: gateway.url, token, sockets: 100, document, after })
  await writer.write(10)
  await subscribers.reach(await writer.last())
  await subscribers.order({ kind: 'figures' })
  const before = await gateway.weigh()
  const started = performance.now()
  const from = await writer.last()
  await writer.writeSteadily(500, seconds)
  const written = performance.now() - started
  const last = await writer.last()
  await subscribers.reach(last)
  const figures = await subscribers.figures()
  const elapsed = performance.now() - started
  const usedMs = (await gateway.weigh()).cpuMs - before.cpuMs
  const cpu = usedMs / elapsed
  row(`${(((last - from) / written) * 1000).toFixed(0)} events/s to 100 subscribers (${of})`, figures, [
    `${((figures.received / written) * 1000).toFixed(0)} messages/s`,
    `${(cpu * 100).toFixed(0)} % of a core, ${((usedMs / figures.received) * 1000).toFixed(1)} µs a message`,
  ])
  await subscribers.end()
}

/** A client that was away for so many events. */
async function replay(subject: Subject, { replayed }: FanOutEffort, of: string, document: string): Promise<void> {
  const { gateway, writer, token } = subject
  const needed = replayed - (await writer.last())
  if (needed > 0) await writer.write(Math.ceil(needed / 2))
  const last = await writer.last()
  const rates: number[] = []
  const cpu: number[] = []
  for (let round = 0; round < 3; round += 1) {
    const subscribers = new Subscribers()
    await subscribers.ready()
    const before = await gateway.weigh()
    const started = performance.now()
    await subscribers.order({ kind: 'open', url: gateway.url, token, sockets: 1, document, after: last - replayed })
    await subscribers.reach(last)
    rates.push((replayed / (performance.now() - started)) * 1000)
    cpu.push((((await gateway.weigh()).cpuMs - before.cpuMs) / replayed) * 1000)
    const figures = await subscribers.figures()
    if (figures.missed > 0 || figures.received !== replayed)
      throw new Error(`a replay missed: ${JSON.stringify(figures)}`)
    await subscribers.end()
  }
  const shown = rates.map((rate) => rate.toFixed(0)).join(', ')
  say(
    `| a replay of ${replayed.toLocaleString('en')} events (${of}) | all | 0 | | | | ${shown} events/s | ${cpu.map((each) => each.toFixed(1)).join(', ')} µs an event |`,
  )
}

function row(what: string, figures: SubscriberFigures, [rate = '', gateway = '']: string[]): void {
  const { received, missed, p50, p99, max, closed } = figures
  say(`| ${what} | ${received} | ${missed} | ${p50} | ${p99} | ${max} | ${rate} | ${gateway} |`)
  if (missed > 0 || closed.length > 0) throw new Error(`${missed} missed; closed with ${closed.join(', ')}`)
}

export async function tokenOf(gateway: GatewayProcess, staffToken: string, accountId: string): Promise<string> {
  const { createToken } = await ask<{ createToken: { secret: string } }>(
    gateway.url,
    staffToken,
    'mutation ($input: CreateTokenInput!) { createToken(input: $input) { secret } }',
    { input: { accountId, name: 'bench', scopes: ['READ', 'CHANNELS'] } },
  )
  return createToken.secret
}

/** Moves days of one account, as another gateway would. */
export class Writer {
  private calls = 0

  private constructor(
    private readonly database: Database,
    private readonly feed: EventFeed,
    private readonly batcher: MovementBatcher,
    readonly accountId: string,
    private readonly channelIds: readonly string[],
  ) {}

  static async open(database: Database, url: string): Promise<Writer> {
    const feed = new EventFeed(database, url, createLog({ logLevel: 'warn' }))
    await feed.start()
    const [{ accountId, channelIds } = { accountId: '', channelIds: [] }] = await seed(database, 1)
    return new Writer(database, feed, new MovementBatcher(database, (ids) => feed.hint(ids)), accountId, channelIds)
  }

  async last(): Promise<number> {
    return (await lastSequence(this.database.sql, this.accountId)) ?? 0
  }

  async write(movements: number): Promise<void> {
    let left = movements
    const one = async () => {
      while (left-- > 0) await this.move()
    }
    await Promise.all(Array.from({ length: 256 }, one))
  }

  async writeSteadily(aSecond: number, seconds: number): Promise<void> {
    const started = performance.now()
    const under: Promise<void>[] = []
    for (let written = 0; written < aSecond * seconds;) {
      const due = Math.min(aSecond * seconds, Math.floor(((performance.now() - started) / 1000) * aSecond))
      for (; written < due; written += 1) under.push(this.move())
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await Promise.all(under)
  }

  private async move(): Promise<void> {
    const call = this.calls++
    const command = parseInput(AllocateDays, {
      channelId: this.channelIds[call % this.channelIds.length],
      days: 1,
      comment: null,
      idempotencyKey: `bench ${call}`,
    })
    await this.batcher.submit({
      accountId: this.accountId,
      channelIds: [command.channelId],
      key: requestKey(this.accountId, 'allocateDays', command),
      decide: (book) => allocateDays(book, STAFF, command).id,
    })
  }

  async close(): Promise<void> {
    await this.batcher.drained()
    await this.feed.close()
  }
}

/** A process of subscribers. */
export class Subscribers {
  private readonly child: ChildProcess = spawn(
    process.execPath,
    ['-r', '@swc-node/register', join(__dirname, 'subscribers.ts')],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  )

  async ready(): Promise<void> {
    await this.figures()
  }

  async order(order: Order): Promise<unknown> {
    const waiting = new AbortController()
    const { signal } = waiting
    const fallen = once(this.child, 'exit', { signal }).then(() => [{ answer: null, error: 'the subscribers fell' }])
    fallen.catch(() => undefined)
    const answered = Promise.race([once(this.child, 'message', { signal }), fallen])
    this.child.send(order)
    const [{ answer, error }] = (await answered) as [{ answer: unknown; error?: string }]
    waiting.abort()
    if (error !== undefined) throw new Error(error)
    return answer
  }

  async reach(sequence: number): Promise<void> {
    await this.order({ kind: 'await', sequence, withinMs: 60_000 })
  }

  async figures(): Promise<SubscriberFigures> {
    return (await this.order({ kind: 'figures' })) as SubscriberFigures
  }

  async end(): Promise<void> {
    const exited = once(this.child, 'exit')
    this.child.kill()
    await exited
  }
}
