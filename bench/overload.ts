import { randomBytes, randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { Database } from '../src/database'
import { seed } from './allocations'
import { ask, GatewayProcess } from './gateway-process'

/** How often over its capacity a gateway is asked. */
const OVER = 5
const CLOSED_LOOPS = [16, 64, 256]
/** More than the requests that a gateway takes at once, so that it has some to refuse. */
const MAX_CONNECTIONS = 6_000
const TICK_MS = 5
const WINDOW_MS = 250
const RECOVERED_WITHIN_MS = 15_000

const ALLOCATE =
  'mutation ($id: ID!, $key: String!) { allocateDays(input: { channelId: $id, days: 1, idempotencyKey: $key }) { transaction { id } } }'

/**
 * Prints what a gateway does at five times what it can: allocations over HTTP, in an open loop that sends by the clock
 * and not by the answers. Throws where anything but 200, 429 or 503 with Retry-After is answered.
 */
export async function overload(database: Database, url: string, { seconds }: { seconds: number }): Promise<void> {
  const staffToken = randomBytes(24).toString('hex')
  const gateway = await GatewayProcess.start({
    DATABASE_URL: url,
    DAYBOOK_STAFF_TOKEN: staffToken,
    // What is measured is the machine's limit, not the account's.
    RATE_LIMIT: 'off',
  })
  let load: Load | undefined
  try {
    load = new Load(gateway.port, await orders(database, gateway.url, staffToken))
    await load.closed(64, 2)
    let peak = 0
    for (const loops of CLOSED_LOOPS) peak = Math.max(peak, (await load.closed(loops, seconds)).ok / seconds)
    const over = await load.open(peak * OVER, seconds * 2)
    const recoveredMs = await load.untilRecovered(peak / 2)
    const goodput = over.ok / (seconds * 2)
    const perSecond = (count: number) => Math.round(count).toLocaleString('en')
    console.log(`\nOverload: allocations over HTTP, ${OVER} times what a gateway can, ${seconds * 2} s

| what | allocations/s | of the peak | refused/s, all with Retry-After | connections that broke | recovered after |
|---|---|---|---|---|---|
| peak, closed loop | ${perSecond(peak)} | 1.00 | | | |
| at ${perSecond(peak * OVER)} a second, open loop | ${perSecond(goodput)} | ${(goodput / peak).toFixed(2)} (goal: 0.70) | ${perSecond(over.refused / (seconds * 2))} | ${load.broken} | ${(recoveredMs / 1000).toFixed(1)} s (goal: 5) |`)
  } finally {
    // First, so that a bench that fails says why: a gateway that ends resets what it has not answered.
    load?.close()
    await gateway.end()
  }
}

/** Makes requests, each for another day of a hot account's channels. */
async function orders(database: Database, url: string, staffToken: string): Promise<() => Buffer> {
  const [{ accountId, channelIds } = { accountId: '', channelIds: [] }] = await seed(database, 1)
  const { createToken } = await ask<{ createToken: { secret: string } }>(
    url,
    staffToken,
    'mutation ($input: CreateTokenInput!) { createToken(input: $input) { secret } }',
    { input: { accountId, name: 'overload', scopes: ['READ', 'CHANNELS'] } },
  )
  const head = `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nauthorization: Bearer ${createToken.secret}\r\ncontent-length: `
  let count = 0
  return () => {
    count += 1
    const variables = { id: channelIds[count % channelIds.length], key: randomUUID() }
    const body = JSON.stringify({ query: ALLOCATE, variables })
    return Buffer.from(`${head}${body.length}\r\n\r\n${body}`)
  }
}

class Tally {
  ok = 0
  refused = 0
}

/** Requests over connections that are kept, each on one that is free: as little work as can be, for it shares the machine. */
class Load {
  private readonly free: Connection[] = []
  private readonly all = new Set<Connection>()
  private tally = new Tally()
  /** Connections that ended before their answer: none should. */
  broken = 0

  constructor(
    private readonly port: number,
    private readonly order: () => Buffer,
  ) {}

  /** So many callers, each of whom waits for its answer. */
  async closed(callers: number, seconds: number): Promise<Tally> {
    const until = performance.now() + seconds * 1000
    this.tally = new Tally()
    const { tally } = this
    const caller = async () => {
      while (performance.now() < until) await this.send(tally)
    }
    await Promise.all(Array.from({ length: callers }, caller))
    return tally
  }

  /** So many requests a second, whatever becomes of those before; and what was answered within that time. */
  async open(rate: number, seconds: number): Promise<Tally> {
    this.tally = new Tally()
    const { tally } = this
    await this.atRate(rate, seconds * 1000, () => void this.send(tally))
    return { ...tally }
  }

  /** How long until a window's requests are all answered well, and within it. */
  async untilRecovered(rate: number): Promise<number> {
    const began = performance.now()
    while (performance.now() - began < RECOVERED_WITHIN_MS) {
      const window = performance.now()
      const tally = new Tally()
      const answers: Promise<void>[] = []
      await this.atRate(rate, WINDOW_MS, () => answers.push(this.send(tally)))
      await Promise.all(answers)
      if (tally.refused === 0 && performance.now() - window < 2 * WINDOW_MS) return window - began
    }
    throw new Error(`the gateway has not recovered within ${RECOVERED_WITHIN_MS} ms`)
  }

  close(): void {
    for (const connection of this.all) connection.close()
  }

  private async atRate(rate: number, ms: number, send: () => void): Promise<void> {
    const began = performance.now()
    let sent = 0
    for (let passed = 0; passed < ms; passed = performance.now() - began) {
      for (const due = (passed / 1000) * rate; sent < due; sent += 1) send()
      await new Promise((resolve) => setTimeout(resolve, TICK_MS))
    }
  }

  /** One that finds no connection is lost, as it would be at a proxy's limit. */
  private async send(tally: Tally): Promise<void> {
    let connection = this.free.pop()
    if (connection === undefined) {
      if (this.all.size >= MAX_CONNECTIONS) return
      connection = new Connection(this.port)
      this.all.add(connection)
    }
    const answer = await connection.send(this.order())
    if (answer === null) {
      this.all.delete(connection)
      this.broken += 1
      return
    }
    const { status, isRetryable } = answer
    this.free.push(connection)
    if (status === 200) tally.ok += 1
    else if (isRetryable) tally.refused += 1
    else throw new Error(`a request was answered with ${status}, and no Retry-After`)
  }
}

interface Answer {
  status: number
  isRetryable: boolean
}

class Connection {
  private readonly socket: Socket
  private received = ''
  private answer: ((answer: Answer | null) => void) | undefined

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.setNoDelay(true)
    this.socket.setEncoding('latin1')
    this.socket.on('data', (chunk: string) => this.receive(chunk))
    this.socket.on('error', () => undefined)
    this.socket.on('close', () => this.answer?.(null))
  }

  /** Null where the connection ended before the answer was whole. */
  send(request: Buffer): Promise<Answer | null> {
    this.received = ''
    if (this.socket.destroyed) return Promise.resolve(null)
    return new Promise((resolve) => {
      this.answer = resolve
      this.socket.write(request)
    })
  }

  close(): void {
    this.socket.destroy()
  }

  private receive(chunk: string): void {
    this.received += chunk
    const end = this.received.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = this.received.slice(0, end).toLowerCase()
    const length = Number(/content-length: (\d+)/.exec(head)?.[1])
    if (this.received.length < end + 4 + length) return
    const status = Number(head.slice(9, 12))
    // A refusal that is a domain error of GraphQL's has a 200 of the older media type; none is expected.
    const isRefused = (status === 429 || status === 503) && head.includes('\r\nretry-after: ')
    const isGood = status === 200 && !this.received.includes('"errors"', end)
    this.answer?.({ status: isGood ? 200 : status === 200 ? 500 : status, isRetryable: isRefused })
  }
}
