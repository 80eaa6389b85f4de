import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { Client as PostgresClient } from 'pg'
import { Client as SocketClient } from '../http/doors'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'

/** How many statements Postgres was asked to cancel meanwhile; without that they would go by the session's own limits. */
async function cancellationsDuring(work: () => Promise<void>): Promise<number> {
  let cancellations = 0
  const client = PostgresClient.prototype as unknown as { query: (asked: unknown, ...rest: unknown[]) => unknown }
  const real = client.query
  client.query = function (this: PostgresClient, asked, ...rest) {
    if (typeof asked === 'string' && asked.includes('pg_cancel_backend')) cancellations += 1
    return real.call(this, asked, ...rest)
  }
  try {
    await work()
  } finally {
    client.query = real
  }
  return cancellations
}

interface Cost {
  requestedQueryCost: number
  actualQueryCost: number | null
  throttleStatus: { maximumAvailable: number; currentlyAvailable: number; restoreRate: number } | null
}
interface Answer {
  status: number
  headers: Headers
  data?: Record<string, unknown> | null
  errors?: { message: string; extensions: Record<string, unknown> }[]
  extensions?: { cost?: Cost }
}

async function post(gateway: TestGateway, token: string, body: object): Promise<Answer> {
  const accept = 'application/graphql-response+json'
  const headers = { accept, 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: response.status, headers: response.headers, ...((await response.json()) as object) }
}

const sockets: SocketClient[] = []
async function socketOf(gateway: TestGateway, token: string): Promise<SocketClient> {
  const client = new SocketClient(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {})
  sockets.push(client)
  await client.init(token)
  return client
}
let ids = 0
async function over(client: SocketClient, payload: object): Promise<{ type: string; payload: never }> {
  ids += 1
  const id = `o${ids}`
  client.send({ id, type: 'subscribe', payload })
  for (;;) {
    const message = client.messages.find((one) => one.id === id)
    if (message !== undefined) return message as never
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

let gateway: TestGateway
let partner: TestPartner
afterEach(async () => {
  for (const { socket } of sockets.splice(0)) socket.terminate()
  await gateway.stop()
})

/** Statements on channels that wait for the lock of the test's own transaction, which would else see them as they were first. */
async function statementsWaiting(): Promise<unknown[]> {
  await gateway.sql('SELECT pg_stat_clear_snapshot()')
  return gateway.sql(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%channel%'`,
  )
}

describe('the limits of an operation', () => {
  it('R2: shows what each answer cost, the same over HTTP and sockets', async () => {
    gateway = await startTestGateway({ config: { limits: { rate: { bucket: 1_000, restorePerSecond: 1 } } } })
    partner = await gateway.newPartner()
    const query = '{ channels(first: 20) { nodes { id } } }'
    const { extensions, data } = await post(gateway, partner.token, { query })
    expect(data).toEqual({ channels: { nodes: [] } })
    expect(extensions?.cost).toMatchObject({
      requestedQueryCost: 21,
      actualQueryCost: 1,
      throttleStatus: { maximumAvailable: 1_000, restoreRate: 1 },
    })
    const client = await socketOf(gateway, partner.token)
    const next = await over(client, { query })
    expect(next.payload).toMatchObject({ extensions: { cost: { requestedQueryCost: 21, actualQueryCost: 1 } } })
    const anonymous = await fetch(`${gateway.url}/graphql?query={__typename}`, {
      headers: { 'apollo-require-preflight': '1' },
    })
    expect(((await anonymous.json()) as Answer).extensions?.cost?.throttleStatus).toBeNull()
  })

  it('R2: refuses over the budget with 429 and when to come back, over the socket with the same code, and leaves others alone', async () => {
    gateway = await startTestGateway({ config: { limits: { rate: { bucket: 120, restorePerSecond: 1 } } } })
    partner = await gateway.newPartner()
    const other = await gateway.newPartner({ name: 'Another' })
    const query = 'mutation { createChannel(input: { name: "A channel" }) { channel { id } } }'
    let answer: Answer
    let made = 0
    do {
      answer = await post(gateway, partner.token, { query })
      if (answer.errors === undefined) made += 1
    } while (answer.errors === undefined)
    expect(answer.status).toBe(429)
    expect(answer.errors[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', limit: 120, retryable: true })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(answer.extensions?.cost).toMatchObject({ actualQueryCost: null, throttleStatus: { maximumAvailable: 120 } })
    expect(await gateway.sql('SELECT FROM channel')).toHaveLength(made)
    const client = await socketOf(gateway, partner.token)
    const refused = await over(client, { query })
    expect(refused).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED' } }] })
    expect((await post(gateway, other.token, { query })).errors).toBeUndefined()
  })

  it('R1: bounds the cost of one operation, over HTTP and sockets', async () => {
    gateway = await startTestGateway({ config: { limits: { operationCost: 1 + 100 * (1 + 1 + 100 * 2) } } })
    // The list, and for each of 100 accounts itself, the list, and 100 channels with two objects each.
    const list = 'accounts(first: 100) { nodes { channels(first: 100) { nodes { id subscription { id } } } } }'
    const limit = 1 + 100 * (1 + 1 + 100 * 2)
    const within = `{ ${list} }`
    const beyond = `{ viewer { role } ${list} }`
    expect((await post(gateway, gateway.staffToken, { query: within })).errors).toBeUndefined()
    const refused = await post(gateway, gateway.staffToken, { query: beyond })
    expect([refused.status, refused.errors?.[0]?.extensions]).toEqual([
      400,
      { code: 'QUERY_TOO_EXPENSIVE', what: 'points of cost', limit },
    ])
    const client = await socketOf(gateway, gateway.staffToken)
    expect(await over(client, { query: beyond })).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'QUERY_TOO_EXPENSIVE', limit } }],
    })
  })

  it('R5: cuts an operation off in time, cancels its statement in Postgres, and a mutation is settled by its key', async () => {
    gateway = await startTestGateway({ config: { limits: { operationMs: 500 } } })
    partner = await gateway.newPartner({ days: 10 })
    const input = { name: 'A channel', days: 2, idempotencyKey: 'once' }
    const create = {
      query: 'mutation ($input: CreateChannelInput!) { createChannel(input: $input) { channel { id } } }',
      variables: { input },
    }
    const list = { query: '{ channels { nodes { id } } }' }
    const timedOut = { extensions: { code: 'UNAVAILABLE', retryable: true, timeLimitMs: 500 } }

    await gateway.sql('BEGIN')
    await gateway.sql('LOCK TABLE channel IN ACCESS EXCLUSIVE MODE')
    const client = await socketOf(gateway, partner.token)
    const cancellations = await cancellationsDuring(async () => {
      for (const body of [list, create]) {
        expect((await post(gateway, partner.token, body)).errors).toEqual([expect.objectContaining(timedOut)])
        expect((await over(client, body)).payload).toMatchObject({ errors: [timedOut] })
      }
      while ((await statementsWaiting()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    })
    expect(cancellations).toBe(4)
    await gateway.sql('ROLLBACK')

    expect((await post(gateway, partner.token, create)).errors).toBeUndefined()
    expect((await post(gateway, partner.token, create)).errors).toBeUndefined()
    expect(await gateway.sql('SELECT FROM channel')).toHaveLength(1)
    expect((await post(gateway, partner.token, { query: '{ balance { available } }' })).data).toEqual({
      balance: { available: 8 },
    })
  })

  it('R5: cancels the reads of a client that has gone', async () => {
    gateway = await startTestGateway()
    partner = await gateway.newPartner()
    await gateway.sql('BEGIN')
    await gateway.sql('LOCK TABLE channel IN ACCESS EXCLUSIVE MODE')
    const leaving = new AbortController()
    const gone = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${partner.token}` },
      body: JSON.stringify({ query: '{ channels { nodes { id } } }' }),
      signal: leaving.signal,
    }).catch(() => 'gone')
    while ((await statementsWaiting()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    const cancellations = await cancellationsDuring(async () => {
      leaving.abort()
      expect(await gone).toBe('gone')
      while ((await statementsWaiting()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    })
    expect(cancellations).toBe(1)
    await gateway.sql('ROLLBACK')
  })

  it('R1: takes as many subscriptions of an account as its limit over all its sockets, and none beyond it', async () => {
    gateway = await startTestGateway({ webSocketLimits: { maxSubscriptionsPerKey: 3 } })
    partner = await gateway.newPartner()
    const query = 'subscription { balanceChanged { sequence } }'
    const clients = [await socketOf(gateway, partner.token), await socketOf(gateway, partner.token)]
    const [first, second] = clients as [SocketClient, SocketClient]
    for (const client of [first, first, second])
      client.send({ id: `s${(ids += 1)}`, type: 'subscribe', payload: { query } })
    // A query after them is answered once they are admitted.
    for (const client of clients) await over(client, { query: '{ viewer { role } }' })
    expect(await over(second, { query })).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED', limit: 3 } }],
    })
    first.socket.terminate()
    await first.closed
    for (;;) {
      second.send({ id: 'again', type: 'subscribe', payload: { query } })
      await over(second, { query: '{ viewer { role } }' })
      const refused = second.messages.findIndex(({ id }) => id === 'again')
      if (refused < 0) break
      second.messages.splice(refused, 1)
    }
  })

  it('R8: takes as many requests at once as its limit, and refuses more with 503 and Retry-After', async () => {
    gateway = await startTestGateway({ config: { limits: { requests: 2 } } })
    partner = await gateway.newPartner()
    await gateway.sql('BEGIN')
    await gateway.sql('LOCK TABLE channel IN ACCESS EXCLUSIVE MODE')
    const list = { query: '{ channels { nodes { id } } }' }
    const under = [post(gateway, partner.token, list), post(gateway, partner.token, list)]
    let refused: Answer
    do refused = await post(gateway, partner.token, { query: '{ viewer { role } }' })
    while (refused.errors === undefined)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    expect(refused.errors[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', limit: 2, retryable: true })
    // Before anything is read of it, its token neither.
    expect((await post(gateway, 'of nobody', list)).status).toBe(503)
    // And what comes by a socket counts with them.
    const client = await socketOf(gateway, partner.token)
    let told: string
    do told = JSON.stringify(await over(client, { query: '{ viewer { role } }' }))
    while (told.includes('PARTNER'))
    expect(told).toContain('"code":"UNAVAILABLE"')
    await gateway.sql('ROLLBACK')
    for (const answer of await Promise.all(under)) expect(answer.errors).toBeUndefined()
    expect((await post(gateway, partner.token, list)).errors).toBeUndefined()
  })
})

describe('documents that are listed', () => {
  const documents = JSON.parse(readFileSync('sdk/generated/documents.json', 'utf8')) as Record<string, string>
  const [documentId = '', listed = ''] = Object.entries(documents).find(([, text]) => /query Viewer\b/.test(text)) ?? []
  const sha256Hash = documentId.replace('sha256:', '')
  const files = ['sdk/generated/documents.json']

  it('go by their hash, over HTTP and sockets, in any mode', async () => {
    gateway = await startTestGateway()
    partner = await gateway.newPartner()
    await gateway.setClock('2026-01-05T09:00:00Z')
    expect(createHash('sha256').update(listed).digest('hex')).toBe(sha256Hash)
    const client = await socketOf(gateway, partner.token)
    const { data } = await post(gateway, partner.token, { query: listed })
    expect(data).toHaveProperty('viewer')
    for (const body of [
      { documentId },
      { documentId: sha256Hash },
      { extensions: { persistedQuery: { version: 1, sha256Hash } } },
      { query: listed, extensions: { persistedQuery: { version: 1, sha256Hash } } },
    ]) {
      expect((await post(gateway, partner.token, body)).data).toEqual(data)
      expect((await over(client, { query: '', ...body })).payload).toMatchObject({ data })
    }
    const search = new URLSearchParams({ documentId })
    const got = await fetch(`${gateway.url}/graphql?${search.toString()}`, {
      headers: { authorization: `Bearer ${partner.token}`, 'apollo-require-preflight': '1' },
    })
    expect(((await got.json()) as Answer).data).toEqual(data)

    const unknown = await post(gateway, partner.token, { documentId: 'sha256:00' })
    expect([unknown.status, unknown.errors?.[0]?.extensions.code]).toEqual([404, 'NOT_FOUND'])
    const other = await post(gateway, partner.token, { query: '{ viewer { role } }', documentId })
    expect(other.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'documentId' })
    expect(await over(client, { query: '', documentId: 7 })).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    })
  })

  it('are the only ones that partners have run where the provider trusts no others; staff have any', async () => {
    gateway = await startTestGateway({ config: { documents: { trustedOnly: true, files } } })
    partner = await gateway.newPartner()
    const query = '{ viewer { role } }'
    const refused = await post(gateway, partner.token, { query })
    expect([refused.status, refused.errors?.[0]?.extensions]).toEqual([403, { code: 'FORBIDDEN' }])
    const client = await socketOf(gateway, partner.token)
    expect(await over(client, { query })).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'FORBIDDEN' } }],
    })
    expect((await post(gateway, partner.token, { documentId })).errors).toBeUndefined()
    expect((await post(gateway, partner.token, { query: listed })).errors).toBeUndefined()
    expect((await post(gateway, gateway.staffToken, { query })).errors).toBeUndefined()
    expect((await post(gateway, partner.token, { query: '{ __schema { types { name } } }' })).status).toBe(403)
  })
})
