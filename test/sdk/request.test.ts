import { createServer, request as forward, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  AllocateDaysDocument,
  BalanceDocument,
  ChannelDocument,
  ChannelsDocument,
  type Client,
  createClient,
  CreateChannelDocument,
  CreateTokenDocument,
  type Document,
  EventsDocument,
  GatewayError,
  PreviewKeepAliveDocument,
  TokensDocument,
} from '../../sdk'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'

let gateway: TestGateway
let partner: TestPartner
let channelId: string

beforeAll(async () => {
  gateway = await startTestGateway()
  partner = await gateway.newPartner({ days: 1000 })
  const { createChannel } = await partner.client.request(CreateChannelDocument, { name: 'Bakery Rosewood' })
  channelId = createChannel.channel.id
})
afterEach(async () => {
  for (const line of lines.splice(0)) await line.close()
})
afterAll(() => gateway.stop())

const available = async () => (await partner.client.request(BalanceDocument)).balance.available

/** The refusal that a promise must end with. */
async function refusal(promise: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await promise.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(GatewayError)
  return error as GatewayError
}

describe('a refusal', () => {
  it('has the code and the figures of the gateway, and is not tried again', async () => {
    const error = await refusal(partner.client.request(AllocateDaysDocument, { channelId, days: 5000 }))
    expect(error.code).toBe('INSUFFICIENT_DAYS')
    expect(error.details).toEqual({ available: 1000, requested: 5000 })
    expect(error.message).toBe('The balance holds 1000 days; 5000 were asked for.')
    expect(error.retryable).toBe(false)
    expect(error.idempotencyKey).toMatch(/^[0-9a-f]{32}$/)
    expect(error.errors).toHaveLength(1)
    expect(error.errors[0]).toMatchObject({ path: ['allocateDays'] })
    expect(await available()).toBe(1000)
  })

  it('has figures whose types go by the code', async () => {
    const error = await refusal(partner.client.request(AllocateDaysDocument, { channelId, days: 5000 }))
    if (error.code !== 'INSUFFICIENT_DAYS') throw error
    const missing: number = error.details.requested - error.details.available
    expect(missing).toBe(4000)
  })

  it('is known by another copy of the SDK', async () => {
    const error = await refusal(partner.client.request(AllocateDaysDocument, { channelId, days: 5000 }))
    jest.resetModules()
    const other = jest.requireActual<typeof import('../../sdk')>('../../sdk')
    expect(other.GatewayError).not.toBe(GatewayError)
    expect(error).toBeInstanceOf(other.GatewayError)
    expect(new Error('another')).not.toBeInstanceOf(other.GatewayError)
  })

  it('is an error where the answer has data beside it', async () => {
    const error = await refusal(partner.client.request(ChannelDocument, { id: 'channel_00000000000000000000000000' }))
    expect(error.code).toBe('NOT_FOUND')
    expect(error.idempotencyKey).toBeNull()
  })

  it('of an unknown token is UNAUTHENTICATED', async () => {
    const error = await refusal(gateway.newClient('nobody').request(BalanceDocument))
    expect(error.code).toBe('UNAUTHENTICATED')
  })
})

describe('a list', () => {
  it('is read page by page', async () => {
    const { client } = await gateway.newPartner()
    for (const name of ['one', 'two', 'three']) await client.request(CreateChannelDocument, { name })
    const names: string[][] = []
    for await (const { channels } of client.pages(ChannelsDocument, { first: 2 })) {
      names.push(channels.nodes.map((channel) => channel.name))
    }
    expect(names).toEqual([['three', 'two'], ['one']])
  })

  it('is read row by row, and no further than is wanted', async () => {
    const { token, client } = await gateway.newPartner()
    for (const name of ['one', 'two', 'three']) await client.request(CreateChannelDocument, { name })
    const names: string[] = []
    for await (const { name } of client.nodes(ChannelsDocument, { first: 1 })) names.push(name)
    expect(names).toEqual(['three', 'two', 'one'])

    let requests = 0
    const counting: typeof fetch = (...args) => {
      requests += 1
      return fetch(...args)
    }
    for await (const { name } of gateway.newClient(token, { fetch: counting }).nodes(ChannelsDocument, { first: 1 })) {
      if (name === 'two') break
    }
    expect(requests).toBe(2)
  })

  it('is turned by sequences where the log of events is', async () => {
    const { client } = await gateway.newPartner()
    for (const name of ['one', 'two', 'three']) await client.request(CreateChannelDocument, { name })
    const { balance } = await client.request(BalanceDocument)
    const sequences: number[] = []
    for await (const { sequence } of client.nodes(EventsDocument, { first: 2, after: 1 })) {
      sequences.push(sequence)
      expect(sequences.length).toBeLessThan(balance.sequence)
    }
    expect(sequences).toEqual(Array.from({ length: balance.sequence - 1 }, (_, index) => index + 2))
  })

  it('is found within what it belongs to', async () => {
    const { client } = await gateway.newPartner({ days: 10 })
    for (const name of ['one', 'two', 'three']) await client.request(CreateChannelDocument, { name, days: 1 })
    const days: number[] = []
    const rows = client.nodes(PreviewKeepAliveDocument, { minDays: 2, dailyCap: 100, first: 2 })
    for await (const row of rows) days.push(row.days)
    expect(days).toEqual([2, 2, 2])
  })

  it('is refused where it can’t be turned, or is not the only one', async () => {
    const { client } = await gateway.newPartner()
    for (const name of ['one', 'two']) await client.request(CreateChannelDocument, { name })
    const list = (more: string) => `{ nodes { id } pageInfo { hasNextPage ${more} } }`
    const refused: [text: string, reason: RegExp][] = [
      ['{ balance { available } }', /this one has 0/],
      [`{ a: channels(first: 1) ${list('endCursor')} b: channels(first: 1) ${list('endCursor')} }`, /this one has 2/],
      [`query ($after: String) { channels(first: 1, after: $after) ${list('')} }`, /endCursor/],
      [`{ channels(first: 1) ${list('endCursor')} }`, /\$after/],
      [
        'query ($after: String) { channels(first: 1, after: $after) { pageInfo { hasNextPage endCursor } } }',
        /`nodes`/,
      ],
    ]
    for (const [text, reason] of refused) {
      const document: Document<AnyList, { after?: string }> = text
      const read = async () => {
        for await (const row of client.nodes(document)) expect(row).toHaveProperty('id')
      }
      await expect(read()).rejects.toThrow(reason)
    }
  })
})

/** The answer of a document that has a list. */
interface AnyList {
  list: { nodes: object[]; pageInfo: object }
}

describe('a page of the gateway’s own', () => {
  const tap = () => {
    const seen: RequestInit[] = []
    const send: typeof fetch = (_, init) => {
      seen.push(init ?? {})
      return Promise.resolve(new Response('{"data":{}}'))
    }
    return { seen, send }
  }

  it('has no token: its cookie goes along, to the gateway alone', async () => {
    const { seen, send } = tap()
    await createClient({ url: gateway.url, fetch: send }).request(BalanceDocument)
    expect(seen[0]?.credentials).toBe('same-origin')
    expect(seen[0]?.headers).not.toHaveProperty('authorization')
  })

  it('may leave out the address', async () => {
    const { send } = tap()
    const urls: unknown[] = []
    const told: typeof fetch = (url, init) => {
      urls.push(url)
      return send(url, init)
    }
    Object.assign(globalThis, { location: { href: 'https://billing.example/channels?page=2' } })
    try {
      await createClient({ url: '/', fetch: told }).request(BalanceDocument)
    } finally {
      Reflect.deleteProperty(globalThis, 'location')
    }
    expect(urls).toEqual(['https://billing.example/graphql'])
    expect(() => createClient({ url: '/' })).toThrow('Invalid URL')
  })

  it('is UNAUTHENTICATED where nobody has signed in', async () => {
    const error = await refusal(createClient({ url: gateway.url }).request(BalanceDocument))
    expect(error.code).toBe('UNAUTHENTICATED')
  })
})

describe('over a bad line', () => {
  it('a mutation whose answer is lost is sent again under the same key, and happens once', async () => {
    const line = await openLine(['lose the answer', 'lose the answer', 'pass'])
    const before = await available()
    const { allocateDays } = await line.client.request(AllocateDaysDocument, { channelId, days: 30 })
    expect(allocateDays.balance.available).toBe(before - 30)
    expect(await available()).toBe(before - 30)
    expect(line.keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), line.keys[0], line.keys[0]])
  })

  it('the key that is given is kept', async () => {
    const line = await openLine(['refuse the connection', 'pass'])
    await line.client.request(AllocateDaysDocument, { channelId, days: 1, idempotencyKey: 'order-7' })
    expect(line.keys).toEqual(['order-7', 'order-7'])
  })

  it('two mutations have two keys', async () => {
    const line = await openLine(['pass', 'pass'])
    await line.client.request(AllocateDaysDocument, { channelId, days: 1 })
    await line.client.request(AllocateDaysDocument, { channelId, days: 1 })
    expect(new Set(line.keys).size).toBe(2)
  })

  it('a mutation that takes no key is not sent again once it may have arrived', async () => {
    const line = await openLine(['lose the answer', 'pass'])
    const error = await refusal(line.client.request(CreateTokenDocument, { name: 'once', scopes: ['READ'] }))
    expect(error.code).toBe('UNAVAILABLE')
    expect(error.cause).toHaveProperty('message', 'fetch failed')
    const { tokens } = await partner.client.request(TokensDocument)
    expect(tokens.filter(({ name }) => name === 'once')).toHaveLength(1)
  })

  it('a mutation that takes no key is sent again where nobody listened', async () => {
    const line = await openLine(['pass'])
    await line.close()
    const creating = line.client.request(CreateTokenDocument, { name: 'at last', scopes: ['READ'] })
    await new Promise((resolve) => setTimeout(resolve, 50))
    await line.open()
    expect((await creating).createToken.token.name).toBe('at last')
  })

  it('a gateway that is away for longer is UNAVAILABLE, after as many tries as were asked for', async () => {
    const line = await openLine(['busy', 'busy', 'busy', 'pass'], { retries: 2 })
    const error = await refusal(line.client.request(BalanceDocument))
    expect(error.code).toBe('UNAVAILABLE')
    expect(error.retryable).toBe(true)
    expect(line.keys).toHaveLength(3)
  })

  it('waits for as long as Retry-After says', async () => {
    const line = await openLine(['busy for 1 s', 'pass'])
    const started = performance.now()
    await line.client.request(BalanceDocument)
    expect(performance.now() - started).toBeGreaterThan(990)
  })

  it('waits for as long as the figures of RATE_LIMITED say', async () => {
    const line = await openLine(['limited for 1 s', 'pass'])
    const started = performance.now()
    await line.client.request(CreateTokenDocument, { name: 'not too often', scopes: ['READ'] })
    expect(performance.now() - started).toBeGreaterThan(990)
    expect(line.keys).toHaveLength(2)
  })

  it('does not wait where Retry-After says an hour', async () => {
    const line = await openLine(['busy for an hour', 'pass'])
    await refusal(line.client.request(BalanceDocument))
    expect(line.keys).toHaveLength(1)
  })

  it('ends with the reason of the signal', async () => {
    const line = await openLine(['busy', 'busy', 'busy'])
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    await expect(line.client.request(BalanceDocument, {}, { signal })).rejects.toBe(reason)
  })
})

type Fate =
  | 'pass'
  | 'lose the answer'
  | 'refuse the connection'
  | 'busy'
  | 'busy for 1 s'
  | 'busy for an hour'
  | 'limited for 1 s'

const LIMITED = { code: 'RATE_LIMITED', what: 'requests', limit: 1, retryAfterMs: 1000, retryable: true }

const BUSY: Partial<Record<Fate, Record<string, string>>> = {
  busy: {},
  'busy for 1 s': { 'retry-after': '1' },
  'busy for an hour': { 'retry-after': '3600' },
}

interface Line {
  client: Client
  /** The idempotency key of each request that came, in order; null where it bore none. */
  keys: (string | null)[]
  open(): Promise<void>
  close(): Promise<void>
}

const lines: Line[] = []

/** A line to the gateway on which each request in turn has its fate. */
async function openLine(fates: Fate[], options: { retries?: number } = {}): Promise<Line> {
  const keys: (string | null)[] = []
  const server: Server = createServer((request, reply) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const { variables } = JSON.parse(body.toString()) as { variables: { idempotencyKey?: string } }
      const fate = fates[keys.length] ?? 'pass'
      keys.push(variables.idempotencyKey ?? null)
      if (fate === 'refuse the connection') {
        request.socket.destroy()
        return
      }
      const busy = BUSY[fate]
      if (busy !== undefined) {
        reply.writeHead(503, busy).end('Service Unavailable')
        return
      }
      if (fate === 'limited for 1 s') {
        reply.writeHead(429).end(JSON.stringify({ errors: [{ message: 'Too many.', extensions: LIMITED }] }))
        return
      }
      const { method, headers, url } = request
      const onward = forward(gateway.url + (url ?? ''), { method, headers }, (answer) => {
        if (fate === 'lose the answer') {
          answer.resume().on('end', () => request.socket.destroy())
          return
        }
        reply.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(reply)
      })
      onward.end(body)
    })
  })
  let port = 0
  const open = () =>
    new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', () => {
        ;({ port } = server.address() as AddressInfo)
        resolve()
      })
    })
  await open()
  const client = createClient({ url: `http://127.0.0.1:${port}`, token: partner.token, ...options })
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const line = { client, keys, open, close }
  lines.push(line)
  return line
}
