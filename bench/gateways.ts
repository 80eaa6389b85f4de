import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { WebSocket } from 'ws'
import type { Database } from '../src/database'
import { lastSequence } from '../src/events/read-events'
import { seed } from './allocations'
import { quantile } from './compare'
import { tokenOf } from './fan-out'
import { ask, GatewayProcess } from './gateway-process'
import { say } from './record'

const IN_FLIGHT = 64
const ACCOUNTS = 32
const ALLOCATE = 'mutation ($input: AllocateDaysInput!) { allocateDays(input: $input) { transaction { sequence } } }'
const EVENTS = 'subscription ($after: Sequence) { events(after: $after) { sequence occurredAt } }'
/** A retry of what was under way at a gateway that fell. */
const RETRIES = 50

interface Partner {
  accountId: string
  token: string
  channelIds: readonly string[]
}

/**
 * Allocations over HTTP through a proxy that takes gateways in turn, and how late an account's events are at its subscribers, at
 * whichever gateway those are. One of several is killed half-way. Throws where an acknowledged allocation is not there, is there
 * twice, or where a subscriber that connects again misses an event.
 */
export async function gateways(database: Database, url: string, { seconds }: { seconds: number }): Promise<void> {
  const redisUrl = process.env.REDIS_URL
  say('\nGateways behind a proxy; of several, one is killed half-way\n')
  say('| gateways | hints through | allocations/s | p99 ms | events | late p50 ms | late p99 ms | lost |')
  say('|---|---|---|---|---|---|---|---|')
  for (const count of [1, 2, 4]) {
    await measure(database, url, { count, seconds, redisUrl: null })
    if (redisUrl !== undefined) await measure(database, url, { count, seconds, redisUrl })
  }
  if (redisUrl === undefined) say('\nREDIS_URL is not set: nothing went through Redis.')
}

async function measure(
  database: Database,
  url: string,
  { count, seconds, redisUrl }: { count: number; seconds: number; redisUrl: string | null },
): Promise<void> {
  const staffToken = randomBytes(24).toString('hex')
  const environment = {
    DATABASE_URL: url,
    DATABASE_POOL_SIZE: '8',
    DAYBOOK_STAFF_TOKEN: staffToken,
    ...(redisUrl !== null && { REDIS_URL: redisUrl }),
  }
  const processes: GatewayProcess[] = []
  for (let index = 0; index < count; index += 1) processes.push(await GatewayProcess.start(environment))
  const proxy = await Proxy.open(processes.map(({ port }) => port))
  const [first] = processes
  if (first === undefined) return
  const partners: Partner[] = []
  for (const { accountId, channelIds } of await seed(database, ACCOUNTS))
    partners.push({ accountId, channelIds, token: await tokenOf(first, staffToken, accountId) })
  const followers = await Promise.all(
    partners.map(async ({ accountId, token }) =>
      Follower.open(proxy.url, token, (await lastSequence(database.sql, accountId)) ?? 0),
    ),
  )

  const acknowledged = new Map<string, Set<number>>(partners.map(({ accountId }) => [accountId, new Set()]))
  const latencies: number[] = []
  const started = performance.now()
  let calls = 0
  const caller = async () => {
    while (performance.now() - started < seconds * 1000) {
      const call = calls++
      const partner = partners[call % partners.length]
      if (partner === undefined) return
      const begun = performance.now()
      const sequence = await allocate(proxy.url, partner, call)
      latencies.push(performance.now() - begun)
      acknowledged.get(partner.accountId)?.add(sequence)
    }
  }
  const killed =
    count > 1
      ? new Promise((resolve) => setTimeout(resolve, seconds * 500)).then(() => {
          proxy.leaveOut(processes[1]?.port ?? 0)
          return processes[1]?.end('SIGKILL')
        })
      : Promise.resolve()
  await Promise.all([...Array.from({ length: IN_FLIGHT }, caller), killed])
  const took = performance.now() - started

  let missing = 0
  for (const [index, { accountId }] of partners.entries()) {
    await followers[index]?.reach((await lastSequence(database.sql, accountId)) ?? 0)
    const rows = await database.sql.query<{ sequence: number }>(
      { name: 'bench-ledger', text: 'SELECT sequence FROM ledger_transaction WHERE account_id = $1' },
      [accountId],
    )
    const there = new Set(rows.map(({ sequence }) => sequence))
    for (const sequence of acknowledged.get(accountId) ?? []) if (!there.has(sequence)) missing += 1
  }
  const late = followers.flatMap((follower) => follower.late)
  const missed = followers.reduce((total, follower) => total + follower.missed, 0)
  say(
    `| ${count} | ${redisUrl === null ? 'Postgres' : 'Redis'} | ${((latencies.length / took) * 1000).toFixed(0)} | ${quantile(latencies, 0.99).toFixed(0)} | ${late.length} | ${quantile(late, 0.5)} | ${quantile(late, 0.99)} | ${missing} allocations, ${missed} events |`,
  )
  for (const follower of followers) follower.close()
  proxy.close()
  for (const process of processes) await process.end()
  const double = latencies.length - [...acknowledged.values()].reduce((total, { size }) => total + size, 0)
  if (missing + missed + double > 0)
    throw new Error(`${missing} are lost, ${missed} events missed, ${double} answered twice`)
}

/** As a client does: the same key until there is an answer. */
async function allocate(url: string, { token, channelIds }: Partner, call: number): Promise<number> {
  const input = {
    channelId: channelIds[Math.floor(call / ACCOUNTS) % channelIds.length],
    days: 1,
    idempotencyKey: `gateways ${call}`,
  }
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await ask<{ allocateDays: { transaction: { sequence: number } } }>(url, token, ALLOCATE, { input })
      return answer.allocateDays.transaction.sequence
    } catch (error) {
      if (tries === RETRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** Takes the ports in turn, a connection each. */
class Proxy {
  private next = 0
  private readonly server = createServer((client) => {
    const port = this.ports[this.next++ % this.ports.length] ?? 0
    const upstream = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
      from.setNoDelay(true)
      from.pipe(to)
    }
  })

  private constructor(private ports: number[]) {}

  static async open(ports: number[]): Promise<Proxy> {
    const proxy = new Proxy(ports)
    proxy.server.listen(0, '127.0.0.1')
    await once(proxy.server, 'listening')
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  leaveOut(port: number): void {
    this.ports = this.ports.filter((other) => other !== port)
  }

  close(): void {
    this.server.close()
  }
}

/** A subscriber that connects again, from where it was. */
class Follower {
  readonly late: number[] = []
  missed = 0
  private socket: WebSocket | null = null
  private isClosed = false
  private woken: () => void = () => undefined

  private constructor(
    private readonly url: string,
    private readonly token: string,
    private last: number,
  ) {}

  static open(url: string, token: string, after: number): Follower {
    const follower = new Follower(url, token, after)
    follower.connect()
    return follower
  }

  async reach(sequence: number): Promise<void> {
    while (this.last < sequence) await new Promise<void>((resolve) => (this.woken = resolve))
  }

  close(): void {
    this.isClosed = true
    this.socket?.terminate()
  }

  private connect(): void {
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    this.socket = socket
    const send = (message: object) => socket.send(JSON.stringify(message))
    socket.on('open', () => send({ type: 'connection_init', payload: { authorization: `Bearer ${this.token}` } }))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (!this.isClosed) setTimeout(() => this.connect(), 20)
    })
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as {
        type: string
        payload?: { data?: { events: { sequence: number; occurredAt: string } } }
      }
      if (message.type === 'connection_ack')
        send({ id: '1', type: 'subscribe', payload: { query: EVENTS, variables: { after: this.last } } })
      const event = message.payload?.data?.events
      if (event === undefined) return
      if (event.sequence !== this.last + 1) this.missed += 1
      this.last = event.sequence
      this.late.push(Date.now() - Date.parse(event.occurredAt))
      this.woken()
    })
  }
}
