import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { getIntrospectionQuery } from 'graphql'
import { codeOf, type Doors, openDoors } from './doors'

let doors: Doors
let development: Doors
beforeAll(async () => {
  ;[doors, development] = await Promise.all([openDoors(), openDoors({ production: false })])
})
afterAll(() => Promise.all([doors.close(), development.close()]))

/** What a server answers to bytes that no client would send. */
async function raw(request: string): Promise<string> {
  const socket = connect(doors.port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.end(request)
  return text(socket)
}

const bearer = { authorization: 'Bearer good' }

describe('GraphQL over HTTP', () => {
  it('answers queries and mutations', async () => {
    expect((await doors.post({ query: '{ a }' })).body).toEqual({ data: { a: 'a' } })
    expect((await doors.post({ query: 'mutation { touch }' })).body).toEqual({ data: { touch: true } })
  })

  it('tells clients to keep a connection for longer than the 60 s of load balancers, and closes none before', async () => {
    const { headers } = await doors.post({ query: '{ a }' })
    expect(Number(/^timeout=(\d+)/.exec(headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThanOrEqual(65)
  })

  it('shows a refusal with its figures beside the data that there is', async () => {
    const { status, body } = await doors.post({ query: '{ a refused }' })
    expect(status).toBe(200)
    expect(body).toEqual({
      data: { a: 'a', refused: null },
      errors: [
        {
          message: 'The balance holds 3 days; 5 were asked for.',
          locations: [{ line: 1, column: 5 }],
          path: ['refused'],
          extensions: { code: 'INSUFFICIENT_DAYS', available: 3, requested: 5 },
        },
      ],
    })
  })

  it.each(['production', 'development'])('masks a bug in %s, under the id of the request', async (mode) => {
    const gateway = mode === 'production' ? doors : development
    const { headers, body } = await gateway.post({ query: '{ masked }' })
    expect(JSON.stringify(body)).not.toMatch(/secret|etc|stack/)
    expect(body).toMatchObject({
      errors: [{ extensions: { code: 'INTERNAL', requestId: headers.get('x-request-id') } }],
    })
    expect(gateway.log()).toContain('select secret from /etc/daybook')
    expect(gateway.log()).toContain(headers.get('x-request-id'))
  })

  it('says that an absent database may be asked again', async () => {
    expect(codeOf(await doors.post({ query: '{ away }' }))).toBe('UNAVAILABLE')
  })

  it('names the field of a variable that does not fit', async () => {
    const query = 'query ($input: Input) { a(input: $input) }'
    const { body } = await doors.post({ query, variables: { input: { items: [{ id: 'x', days: 'canary' }] } } })
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'items.0.days' } }] })
    expect(JSON.stringify(body)).not.toContain('canary')
  })

  it('lists ten faults of variables, and no more', async () => {
    const query = 'query ($input: Input) { a(input: $input) }'
    const items = Array.from({ length: 10_000 }, () => ({ id: 'x', days: 1.5 }))
    const { body } = await doors.post({ query, variables: { input: { items } } })
    expect((body as { errors: unknown[] }).errors).toHaveLength(11)
  })

  it.each([
    ['GRAPHQL_PARSE_FAILED', { query: '{' }],
    ['GRAPHQL_VALIDATION_FAILED', { query: '{ nothing }' }],
    ['GRAPHQL_VALIDATION_FAILED', { query: 'type A { b: Int }' }],
    ['BAD_USER_INPUT', { query: 'query ($days: Days!) { days(days: $days) }' }],
    ['QUERY_TOO_EXPENSIVE', { query: `{ ${'a '.repeat(21)} }` }],
    ['QUERY_TOO_EXPENSIVE', { query: `{ ${'a '.repeat(3_000)} }` }],
  ])('refuses with %s: 400 for clients of today, 200 for those of application/json', async (code, body) => {
    const modern = await doors.post(body, { accept: 'application/graphql-response+json, application/json;q=0.9' })
    expect([codeOf(modern), modern.status]).toEqual([code, 400])
    expect(modern.headers.get('content-type')).toContain('application/graphql-response+json')
    expect(modern.body).not.toHaveProperty('data')
    const legacy = await doors.post(body, { accept: 'application/json' })
    expect([codeOf(legacy), legacy.status]).toEqual([code, 200])
  })

  it.each([
    ['no query', {}],
    ['a query that is no text', { query: 1 }],
    ['an empty query', { query: '' }],
    ['variables that are no object', { query: '{ a }', variables: 'x' }],
    ['an operation that is not there', { query: '{ a }', operationName: 'Other' }],
    ['a batch', [{ query: '{ a }' }]],
    ['an empty batch', []],
    ['a text', '"x"'],
    ['a number', '1'],
    ['null', 'null'],
    ['malformed JSON', '{"query": "{ a }"'],
    ['nothing', ''],
    ['a prototype', '{"query": "{ a }", "__proto__": {}}'],
    ['a persisted query', { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }],
    ['a subscription', { query: 'subscription { serials }' }],
  ])('refuses %s with BAD_REQUEST', async (_what, body) => {
    const answer = await doors.post(body)
    expect(codeOf(answer)).toBe('BAD_REQUEST')
    expect(answer.status).toBe(_what === 'a persisted query' ? 200 : 400)
    expect(Object.keys(answer.body as object)).toEqual(['errors'])
  })

  it('runs no mutation by GET, and nothing that a page of another site could send', async () => {
    const preflighted = { headers: { 'apollo-require-preflight': '1' } }
    expect((await doors.fetch('/graphql?query={a}', preflighted)).body).toEqual({ data: { a: 'a' } })
    expect((await doors.fetch('/graphql?query=mutation{touch}', preflighted)).status).toBe(405)
    expect(codeOf(await doors.fetch('/graphql?query={a}'))).toBe('BAD_REQUEST')
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await doors.post('{"query":"mutation { touch }"}', { 'content-type': type })
      expect([answer.status, codeOf(answer)]).toEqual([415, 'BAD_REQUEST'])
    }
  })

  it('takes bodies up to its limit, and none beyond it', async () => {
    const padded = (bytes: number): string => JSON.stringify({ query: '{ a }' }).padEnd(bytes)
    expect((await doors.post(padded(1024 * 1024))).body).toEqual({ data: { a: 'a' } })
    const answer = await doors.post(padded(1024 * 1024 + 1))
    expect(answer.status).toBe(413)
    expect(answer.body).toEqual({
      errors: [{ message: 'The body is larger than 1048576 bytes.', extensions: { code: 'BAD_REQUEST' } }],
    })
  })

  it('opens the schema to whoever has a token, and to no stranger', async () => {
    const query = getIntrospectionQuery()
    const stranger = await doors.post({ query })
    expect([stranger.status, codeOf(stranger)]).toEqual([401, 'UNAUTHENTICATED'])
    expect(
      codeOf(await doors.post({ query: '{ ...F } fragment F on Query { x: __type(name: "Query") { name } }' })),
    ).toBe('UNAUTHENTICATED')
    expect((await doors.post({ query: '{ __typename }' })).body).toEqual({ data: { __typename: 'Query' } })
    expect((await doors.post({ query }, bearer)).body).toHaveProperty('data.__schema')
  })

  it('refuses a bad token with 401, before anything runs', async () => {
    const answer = await doors.post({ query: '{ a }' }, { authorization: 'Bearer bad' })
    expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED'])
    expect(answer.body).not.toHaveProperty('data')
  })

  it('is 503 while the database can not be asked for the token, and 500 where that is a bug', async () => {
    const failing = async (error: Error): Promise<unknown[]> => {
      const gateway = await openDoors({ http: { context: () => Promise.reject(error) } })
      const answer = await gateway.post({ query: '{ a }' })
      await gateway.close()
      return [answer.status, codeOf(answer), answer.headers.get('retry-after')]
    }
    expect(await failing(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))).toEqual([503, 'UNAVAILABLE', '1'])
    expect(await failing(new Error('x'))).toEqual([500, 'INTERNAL', null])
  })

  it('has a page for people while developing, and none in production', async () => {
    const html = { headers: { accept: 'text/html' } }
    expect((await development.fetch('/graphql', html)).body).toContain('<h1>')
    const { status, body } = await doors.fetch('/graphql', html)
    expect([status, codeOf({ body })]).toEqual([400, 'BAD_REQUEST'])
  })
})

describe('the HTTP server', () => {
  it.each([
    ['PUT', '/graphql', 405, 'BAD_REQUEST'],
    ['OPTIONS', '/graphql', 405, 'BAD_REQUEST'],
    ['GET', '/nowhere', 404, 'NOT_FOUND'],
    ['GET', '/graphql/', 404, 'NOT_FOUND'],
    ['GET', '/%', 400, 'BAD_REQUEST'],
    ['GET', '/%c0', 400, 'BAD_REQUEST'],
  ])('answers %s %s with %d, as JSON of the one form', async (method, path, status, code) => {
    const answer = await doors.fetch(path, { method })
    expect(answer.status).toBe(status)
    expect(answer.body).toEqual({ errors: [{ message: expect.any(String) as string, extensions: { code } }] })
    expect(answer.headers.get('x-request-id')).not.toBeNull()
  })

  it.each([
    ['no HTTP', 'nonsense\r\n\r\n', 'HTTP/1.1 400'],
    ['headers without end', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 'HTTP/1.1 431'],
    [
      'no host',
      'POST /graphql HTTP/1.1\r\nhost:\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
      'HTTP/1.1 400',
    ],
    [
      'a host that is none',
      'POST /graphql HTTP/1.1\r\nhost: a b\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
      'HTTP/1.1 400',
    ],
    [
      'a body without end',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9999999\r\n\r\n',
      'HTTP/1.1 413',
    ],
  ])('survives %s', async (_what, request, status) => {
    const answer = await raw(request)
    expect(answer).toMatch(new RegExp(`^${status}`))
    expect(answer).toContain('"code":"BAD_REQUEST"')
    expect(answer).not.toMatch(/FST_|Invalid URL|statusCode/)
  })

  it('takes no request id from outside, and gives each its own', async () => {
    const ids = await Promise.all(
      [1, 2].map(async () =>
        (await doors.post({ query: '{ a }' }, { 'x-request-id': 'mine', 'request-id': 'mine' })).headers.get(
          'x-request-id',
        ),
      ),
    )
    expect(new Set([...ids, 'mine']).size).toBe(3)
  })

  it('tells browsers to neither sniff, frame, cache nor embed', async () => {
    const { headers } = await doors.post({ query: '{ a }' })
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-powered-by')).toBeNull()
  })

  it('writes one line for a request, without its secrets', async () => {
    const { headers } = await doors.post(
      { query: '{ a }' },
      { authorization: 'Bearer good-canary', cookie: 'session=canary' },
    )
    await doors.fetch('/nowhere?token=canary')
    const lines = doors
      .log()
      .split('\n')
      .filter((line) => line.includes(headers.get('x-request-id') ?? '-'))
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ method: 'POST', route: '/graphql', status: 200, msg: 'request' }),
    ])
    expect(doors.log()).not.toContain('canary')
  })

  it('serves other routes beside GraphQL, whose body parsers stay their own', async () => {
    const gateway = await openDoors({
      http: {
        routes: (app) => {
          app.removeAllContentTypeParsers()
          app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
          app.post('/webhooks/stripe', ({ body }) => ({ bytes: (body as Buffer).length }))
          app.get('/broken', () => Promise.reject(new Error('secret')))
        },
      },
    })
    const body = '{"a": 1 }'
    expect((await gateway.fetch('/webhooks/stripe', { method: 'POST', body })).body).toEqual({ bytes: body.length })
    expect((await gateway.post({ query: '{ a }' })).body).toEqual({ data: { a: 'a' } })
    const broken = await gateway.fetch('/broken')
    expect([broken.status, codeOf(broken)]).toEqual([500, 'INTERNAL'])
    expect(JSON.stringify(broken.body)).not.toContain('secret')
    await gateway.close()
  })
})

describe('health', () => {
  it('lives, and is ready while the database answers', async () => {
    expect((await doors.fetch('/healthz')).body).toEqual({ status: 'ok' })
    expect(await doors.fetch('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } })
  })

  it.each([
    ['refuses', () => Promise.reject(new Error('secret'))],
    ['hangs', () => new Promise(() => undefined)],
    [
      'throws',
      () => {
        throw new Error('secret')
      },
    ],
  ])('is not ready while the database %s, and lives on', async (_how, ready: () => Promise<unknown>) => {
    const gateway = await openDoors({ ready })
    expect(await gateway.fetch('/readyz')).toMatchObject({ status: 503, body: { status: 'unavailable' } })
    expect((await gateway.fetch('/healthz')).status).toBe(200)
    await gateway.close()
  })
})
