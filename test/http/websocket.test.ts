import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { UnauthenticatedError } from '../../src/errors'
import { type Client, codeOf, type DoorOptions, type Doors, openDoors, type Session } from './doors'

let doors: Doors
async function open(options?: DoorOptions): Promise<Doors> {
  doors = await openDoors(options)
  return doors
}
afterEach(() => doors.close())

/** Waits for what happens soon, but not at once. */
async function eventually(assert: () => void): Promise<void> {
  for (let i = 0; i < 100; i++) {
    try {
      assert()
      return
    } catch {
      await delay(20)
    }
  }
  assert()
}

const heapOf = (): number => process.memoryUsage().rss

describe('operations over a socket', () => {
  it('are queries, mutations and subscriptions', async () => {
    const client = await (await open()).connect().init()
    client.subscribe('1', '{ a token }')
    expect(await client.receive('next')).toEqual({
      id: '1',
      type: 'next',
      payload: { data: { a: 'a', token: 'Bearer good' } },
    })
    expect(await client.receive('complete')).toEqual({ id: '1', type: 'complete' })
    client.subscribe('1', 'mutation { touch }')
    expect((await client.receive('next')).payload).toEqual({ data: { touch: true } })
    client.subscribe('2', 'subscription { serials(to: 2) }')
    await client.receive('next', '2')
    await client.receive('next', '2')
    await client.receive('complete', '2')
    expect(doors.streams).toEqual({ started: 1, returned: 1, pulled: 2 })
  })

  it('run each event with a context of its own', async () => {
    const client = await (await open()).connect().init()
    client.subscribe('1', 'subscription { serials(to: 3) }')
    const serials: unknown[] = []
    for (let i = 0; i < 3; i++) serials.push((await client.receive('next')).payload)
    // The first context, 1, subscribed.
    expect(serials).toEqual([2, 3, 4].map((serial) => ({ data: { serials: serial } })))
  })

  it('may have any id', async () => {
    const client = await (await open()).connect().init()
    for (const id of ['__proto__', 'constructor', ' ', '💥', 'x'.repeat(10_000)]) {
      client.subscribe(id, '{ a }')
      expect((await client.receive('next', id)).payload).toEqual({ data: { a: 'a' } })
      await client.receive('complete', id)
    }
  })

  it("suit graphql-ws's own client", async () => {
    await open()
    const client = createClient({
      url: `${doors.wsUrl}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: 'Bearer good' },
    })
    const results: unknown[] = []
    for await (const result of client.iterate({ query: 'subscription { serials(to: 2) }' })) results.push(result)
    expect(results).toEqual([{ data: { serials: 2 } }, { data: { serials: 3 } }])
    await client.dispose()
  })

  it.each([
    ['GRAPHQL_PARSE_FAILED', 'does not parse', '{'],
    ['GRAPHQL_PARSE_FAILED', 'is empty', ''],
    ['GRAPHQL_PARSE_FAILED', 'opens 100,000 braces', '{'.repeat(100_000)],
    ['GRAPHQL_VALIDATION_FAILED', 'asks for what is not there', '{ nothing }'],
    ['GRAPHQL_VALIDATION_FAILED', 'has two root fields', 'subscription { serials silence }'],
    ['GRAPHQL_VALIDATION_FAILED', 'has nothing to run', 'fragment F on Query { a }'],
    ['QUERY_TOO_EXPENSIVE', 'has too many fields', `{ ${'a '.repeat(21)} }`],
    ['QUERY_TOO_EXPENSIVE', 'has too many tokens', `{ ${'a '.repeat(3_000)} }`],
    ['BAD_REQUEST', 'has two operations', 'query A { a } query B { a }'],
  ])('end with %s where the document %s, and leave the socket as it is', async (code, _what, query) => {
    const client = await (await open()).connect().init()
    client.subscribe('stays', 'subscription { silence }')
    client.subscribe('bad', query)
    expect(codeOf(await client.receive('error', 'bad'))).toBe(code)
    client.subscribe('good', '{ a }')
    expect((await client.receive('next', 'good')).payload).toEqual({ data: { a: 'a' } })
    expect(doors.streams).toEqual({ started: 1, returned: 0, pulled: 1 })
  })

  it('show errors as HTTP does', async () => {
    const client = await (await open()).connect().init()
    const query = 'query ($input: Input) { a(input: $input) }'
    const requests: [string, object?][] = [
      ['{ a refused }'],
      ['{ away }'],
      ['{'],
      ['{ nothing }'],
      [`{ ${'a '.repeat(21)} }`],
      [query, { input: { items: [{ id: 'x', days: 1.5 }] } }],
      ['query A { a } query B { a }'],
    ]
    for (const [i, [source, variables]] of requests.entries()) {
      const overHttp = await doors.post({ query: source, variables }, { authorization: 'Bearer good' })
      client.subscribe(String(i), source, variables)
      const overSocket = await Promise.race([client.receive('next', String(i)), client.receive('error', String(i))])
      expect(codeOf(overSocket)).toBe(codeOf(overHttp))
      const { payload } = overSocket
      if (codeOf(overHttp) !== 'BAD_REQUEST') {
        expect(Array.isArray(payload) ? { errors: payload } : payload).toEqual(overHttp.body)
      }
    }
    client.subscribe('bug', '{ masked }')
    const masked = await client.receive('next', 'bug')
    expect(codeOf(masked)).toBe('INTERNAL')
    expect(JSON.stringify(masked)).not.toContain('secret')
  })

  it('show why a subscription did not begin, and end it', async () => {
    const client = await (await open()).connect().init()
    client.subscribe('1', 'subscription { refusing }')
    expect(codeOf(await client.receive('next', '1'))).toBe('INSUFFICIENT_DAYS')
    await client.receive('complete', '1')
  })

  it('mask what breaks a source or an event', async () => {
    const client = await (await open()).connect().init()
    client.subscribe('source', 'subscription { breaking }')
    const broken = await client.receive('error', 'source')
    client.subscribe('event', 'subscription { failing }')
    const failed = await client.receive('next', 'event')
    expect([codeOf(broken), codeOf(failed)]).toEqual(['INTERNAL', 'INTERNAL'])
    expect(JSON.stringify([broken, failed])).not.toContain('secret')
    expect(doors.log()).toContain('secret of the source')
    expect(doors.log()).toContain('secret of an event')
    client.subscribe('1', '{ a }')
    await client.receive('next', '1')
  })

  it('L10: end with the error of an event that could not be read, and tell none after it', async () => {
    const client = await (await open()).connect().init()
    client.subscribe('1', 'subscription { needed }')
    expect(await client.receive('next', '1')).toMatchObject({ payload: { data: { needed: 1 } } })
    const ended = await client.receive('error', '1')
    expect([codeOf(ended), JSON.stringify(ended).includes('ECONNREFUSED')]).toEqual(['UNAVAILABLE', false])
    await eventually(() => expect(doors.streams.returned).toBe(1))
    client.subscribe('2', '{ a }')
    await client.receive('complete', '2')
    expect(client.messages.filter(({ id }) => id === '1')).toEqual([])
  })

  it('are as many at once as the limit, and none beyond it', async () => {
    const client = await (await open({ limits: { maxOperations: 3 } })).connect().init()
    for (const id of ['1', '2', '3', '4']) client.subscribe(id, 'subscription { silence }')
    const refusal = await client.receive('error')
    expect([refusal.id, codeOf(refusal)]).toEqual(['4', 'QUERY_TOO_EXPENSIVE'])
    expect(doors.streams.started).toBe(3)
    client.send({ id: '2', type: 'complete' })
    await eventually(() => expect(doors.streams.returned).toBe(1))
    client.subscribe('4', 'subscription { silence }')
    await eventually(() => expect(doors.streams.started).toBe(4))
  })

  it.each(['complete', 'close', 'terminate'])(
    'return their sources at %s, in the middle of a wait too',
    async (how) => {
      const client = await (await open()).connect().init()
      client.subscribe('1', 'subscription { silence }')
      client.subscribe('2', 'subscription { generator }')
      await eventually(() => expect(doors.streams.started).toBe(2))
      if (how === 'close') client.socket.close()
      else if (how === 'terminate') client.socket.terminate()
      else for (const id of ['1', '2']) client.send({ id, type: 'complete' })
      await eventually(() => expect(doors.streams.returned).toBe(2))
    },
  )

  it('return all their sources though an id is taken again before its first operation ended', async () => {
    const client = await (await open()).connect().init()
    for (let i = 0; i < 5; i++) {
      client.subscribe('1', 'subscription { silence }')
      client.send({ id: '1', type: 'complete' })
    }
    client.subscribe('2', '{ a }')
    await client.receive('next', '2')
    client.socket.close()
    await eventually(() => expect(doors.streams.returned).toBe(doors.streams.started))
  })
})

describe('R7: a socket is closed', () => {
  const closes = async (client: Client, code: number, reason?: string | RegExp): Promise<void> => {
    const closed = await client.closed
    expect(closed.code).toBe(code)
    if (reason !== undefined) expect(closed.reason).toMatch(reason)
  }

  it('with 4406 where it does not speak graphql-transport-ws', async () => {
    await open()
    await closes(doors.connect(''), 4406)
  })

  it('with 4408 where it never says who it is', async () => {
    await open({ limits: { initTimeoutMs: 50 } })
    await closes(doors.connect(), 4408)
  })

  it('with 4403 where its token is not good, and which fault it has is not told', async () => {
    await open()
    for (const payload of [undefined, {}, { authorization: 'Bearer bad' }, { authorization: 1 }]) {
      const client = await doors.connect().opened()
      client.send({ type: 'connection_init', payload })
      await closes(client, 4403, /^Forbidden$/)
    }
  })

  it('with 1013 while its token can not be looked up, and 4500 where that is a bug', async () => {
    const error = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    await open({ authenticate: (token) => Promise.reject(token.includes('bug') ? new Error('secret') : error) })
    for (const [token, code] of [
      ['good', 1013],
      ['good-bug', 4500],
    ] as const) {
      const client = await doors.connect().opened()
      client.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })
      await closes(client, code, /^(Try again later|Internal error)$/)
    }
  })

  it('with 4401 where it subscribes before it is acknowledged', async () => {
    await open()
    const client = await doors.connect().opened()
    client.subscribe('1', '{ a }')
    await closes(client, 4401)
  })

  it('with 4429 where it initialises twice', async () => {
    await open()
    const client = await doors.connect().init()
    client.send({ type: 'connection_init' })
    await closes(client, 4429)
  })

  it.each(['1', 'x'.repeat(500), 'é'.repeat(500)])('with 4409 where an id is in use', async (id) => {
    await open()
    const client = await doors.connect().init()
    client.subscribe(id, 'subscription { silence }')
    client.subscribe(id, 'subscription { silence }')
    await closes(client, 4409, /^Subscriber for [1xé]+/)
  })

  it.each([
    'no JSON',
    '[]',
    'null',
    '{}',
    '{"type":"nothing"}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","id":"","payload":{"query":"{ a }"}}',
    '{"type":"subscribe","id":"1","payload":{"query":1}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":[]}}',
    '{"type":"next","id":"1","payload":{}}',
    '{"type":"connection_ack"}',
  ])('with 4400 where it sends %s', async (message) => {
    await open()
    const client = await doors.connect().init()
    client.send(message)
    await closes(client, 4400, /^Invalid message received$/)
  })

  it('with 1009 where a message is over the limit, and not where it is at it', async () => {
    await open()
    const client = await doors.connect().init()
    const ofLength = (length: number): string => JSON.stringify({ type: 'ping' }).padEnd(length)
    client.send(ofLength(256 * 1024))
    await client.receive('pong')
    client.subscribe('1', 'subscription { silence }')
    await eventually(() => expect(doors.streams.started).toBe(1))
    client.send(ofLength(256 * 1024 + 1))
    await closes(client, 1009)
    await eventually(() => expect(doors.streams.returned).toBe(1))
  })

  it('when it answers no pings', async () => {
    await open({ limits: { pingIntervalMs: 50 } })
    const [lively, dead] = [await doors.connect().init(), await doors.connect().init()]
    dead.raw.pause()
    await eventually(() => expect(doors.sockets.size).toBe(1))
    lively.subscribe('1', '{ a }')
    await lively.receive('next')
  })
})

describe('upgrades', () => {
  const upgrade = async (path: string): Promise<string> => {
    const socket = connect(doors.port, '127.0.0.1')
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n`)
    socket.write('sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n')
    return text(socket)
  }

  it.each(['/', '/graphql/', '/graphqlx', '/other?/graphql'])('are 404 at %s', async (path) => {
    await open()
    expect(await upgrade(path)).toMatch(/^HTTP\/1.1 404 Not Found/)
  })

  it('are 503 beyond the sockets of the gateway', async () => {
    await open({ limits: { maxSockets: 2 } })
    const client = await doors.connect().init()
    await doors.connect().init()
    expect(await upgrade('/graphql')).toMatch(/^HTTP\/1.1 503/)
    client.socket.close()
    await client.closed
    await delay(20)
    await doors.connect().init()
  })

  it('end with 1013 beyond the sockets of one account, which others do not feel', async () => {
    await open({ limits: { maxSocketsPerKey: 2 } })
    const client = await doors.connect().init('good-one')
    await doors.connect().init('good-one')
    const excess = await doors.connect().opened()
    excess.send({ type: 'connection_init', payload: { authorization: 'Bearer good-one' } })
    expect(await excess.closed).toEqual({ code: 1013, reason: 'Too many sockets: at most 2 at once' })
    await doors.connect().init('good-other')
    client.socket.close()
    await client.closed
    await doors.connect().init('good-one')
  })
})

describe('R7: a reader that stops', () => {
  const MB = 1024 * 1024

  it('is cut off with 4290 when a message waits too long, and holds no more memory than its limit', async () => {
    await open({ limits: { sendTimeoutMs: 300, closeTimeoutMs: 5_000 } })
    const client = await doors.connect().init()
    client.raw.pause()
    const before = heapOf()
    client.subscribe('1', `subscription { texts(length: ${64 * 1024}) }`)
    await eventually(() => expect(doors.streams.returned).toBe(1))
    expect(doors.sockets.size).toBe(0)
    // What the two kernels buffer for a connection, and one message of ours: the source waited with its reader.
    expect(doors.streams.pulled).toBeLessThan((16 * MB) / (64 * 1024))
    expect(heapOf() - before).toBeLessThan(100 * MB)
    const { pulled } = doors.streams
    await delay(200)
    expect(doors.streams.pulled).toBe(pulled)
    client.raw.resume()
    expect(await client.closed).toEqual({ code: 4290, reason: 'Read too slowly: a message waited for 300 ms' })
  })

  it('is cut off with 4290 when more than the limit waits for it', async () => {
    await open({ limits: { maxBufferedBytes: 256 * 1024 } })
    const client = await doors.connect().init()
    client.raw.pause()
    const began = performance.now()
    for (let i = 0; i < 50; i++) client.subscribe(String(i), `subscription { texts(length: ${128 * 1024}) }`)
    await eventually(() => expect(doors.sockets.size).toBe(0))
    await eventually(() => expect(doors.streams.returned).toBe(doors.streams.started))
    expect(performance.now() - began).toBeLessThan(5_000) // not by the time that a message may wait, 10 s
    client.raw.resume()
    expect(await client.closed).toEqual({ code: 4290, reason: 'Read too slowly: 262144 bytes are waiting' })
  })

  it('is terminated when it does not even read that', async () => {
    await open({ limits: { sendTimeoutMs: 100, closeTimeoutMs: 100 } })
    const client = await doors.connect().init()
    client.raw.pause()
    client.subscribe('1', `subscription { texts(length: ${64 * 1024}) }`)
    await eventually(() => expect(doors.streams.returned).toBe(1))
    await delay(300)
    client.raw.resume()
    expect((await client.closed).code).toBe(1006)
  })

  it('is not one who reads slowly, but reads', async () => {
    await open({ limits: { sendTimeoutMs: 2_000 } })
    const client = await doors.connect().init()
    client.subscribe('1', `subscription { texts(length: ${64 * 1024}) }`)
    for (let i = 0; i < 10; i++) {
      client.raw.pause()
      await delay(200)
      client.raw.resume()
      await delay(50)
      client.messages.length = 0
    }
    expect(doors.sockets.size).toBe(1)
  })

  it('does not keep its sources running by closing and reading no more', async () => {
    await open({ limits: { sendTimeoutMs: 200 } })
    const client = await doors.connect().init()
    client.subscribe('1', 'subscription { serials }')
    await client.receive('next')
    client.socket.close()
    client.raw.pause()
    await eventually(() => expect(doors.streams.returned).toBe(1))
    const { pulled } = doors.streams
    await delay(100)
    expect(doors.streams.pulled).toBe(pulled)
  })

  it('does not keep the others waiting', async () => {
    await open({ limits: { sendTimeoutMs: 5_000 } })
    const [slow, quick] = [await doors.connect().init(), await doors.connect().init()]
    slow.raw.pause()
    slow.subscribe('1', `subscription { texts(length: ${64 * 1024}) }`)
    await delay(100)
    const began = performance.now()
    quick.subscribe('1', '{ a }')
    await quick.receive('next')
    expect(performance.now() - began).toBeLessThan(500)
  })
})

describe('closing', () => {
  it("ends a session's sockets at once, and no other's", async () => {
    await open()
    const [revoked, other] = [await doors.connect().init('good-revoked'), await doors.connect().init('good-other')]
    revoked.subscribe('1', 'subscription { silence }')
    await eventually(() => expect(doors.streams.started).toBe(1))
    const isRevoked = ({ token }: Session): boolean => token.endsWith('revoked')
    expect(doors.sockets.closeSession(isRevoked, 4403, 'Forbidden')).toBe(1)
    expect(doors.streams.returned).toBe(1)
    expect(await revoked.closed).toEqual({ code: 4403, reason: 'Forbidden' })
    other.subscribe('1', '{ a }')
    await other.receive('next')
  })

  it('reaches a session that is just being looked up', async () => {
    let answer: (() => void) | undefined
    await open({ authenticate: (token) => new Promise((resolve) => (answer = () => resolve({ token }))) })
    const client = await doors.connect().opened()
    client.send({ type: 'connection_init', payload: { authorization: 'Bearer good' } })
    await eventually(() => expect(answer).toBeDefined())
    doors.sockets.closeSession(() => true, 4403, 'Forbidden')
    answer?.()
    expect(await client.closed).toEqual({ code: 4403, reason: 'Forbidden' })
    expect(client.messages).toEqual([])
  })

  it('sends no event after it', async () => {
    await open()
    const client = await doors.connect().init()
    client.subscribe('1', 'subscription { serials }')
    await client.receive('next')
    doors.sockets.closeSession(() => true, 4403, 'Forbidden')
    const { pulled } = doors.streams
    await client.closed
    expect(doors.streams).toMatchObject({ returned: 1 })
    expect(doors.streams.pulled - pulled).toBeLessThanOrEqual(1)
  })

  it('of the door tells all to go with 1001, and is over when they are gone', async () => {
    await open()
    const clients = [await doors.connect().init(), await doors.connect().init(), await doors.connect().opened()]
    clients[0]?.subscribe('1', 'subscription { silence }')
    await eventually(() => expect(doors.streams.started).toBe(1))
    await doors.sockets.dispose()
    for (const client of clients) expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' })
    expect(doors.streams.returned).toBe(1)
    const late = doors.connect()
    expect((await late.closed).code).toBe(1006)
  })

  it('of the door does not wait for who does not answer', async () => {
    await open()
    const client = await doors.connect().init()
    client.raw.pause()
    const began = performance.now()
    await doors.sockets.dispose(100)
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  it('does not trip over a lookup that ends after its socket', async () => {
    let answer: (() => void) | undefined
    await open({
      limits: { maxSocketsPerKey: 1 },
      authenticate: (token) =>
        new Promise((resolve, reject) => {
          if (answer === undefined) answer = () => resolve({ token })
          else if (token.includes('bad')) reject(new UnauthenticatedError())
          else resolve({ token })
        }),
    })
    const client = await doors.connect().opened()
    client.send({ type: 'connection_init', payload: { authorization: 'Bearer good' } })
    await eventually(() => expect(answer).toBeDefined())
    client.socket.terminate()
    await eventually(() => expect(doors.sockets.size).toBe(0))
    answer?.()
    await delay(10)
    await doors.connect().init('good') // its place was given back, or never taken
  })
})
