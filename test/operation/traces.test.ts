import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import WebSocket from 'ws'
import {
  AdjustBalanceDocument,
  AllocateDaysDocument,
  BalanceChangedDocument,
  CreateAccountDocument,
  CreateChannelDocument,
  createClient,
  CreateTokenDocument,
} from '../../sdk'
import { readConfig } from '../../src/config'
import { readTraceParent } from '../../src/tracing/tracing'
import { GatewayProcess } from '../faults/gateway-process'
import { STAFF_TOKEN } from '../faults/gateway-process'
import { createTestDatabase } from '../support/database'
import { Collector, type SpanSeen } from './collector'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'
const ALLOCATE = 'mutation ($id: ID!) { allocateDays(input: { channelId: $id, days: 1 }) { balance { available } } }'

const named = (name: string, spans: readonly SpanSeen[]) => spans.filter((span) => span.name === name)
const attribute = (span: SpanSeen | undefined, key: string) =>
  Object.values(span?.attributes.find((one) => one.key === key)?.value ?? {})[0]

describe('traces', () => {
  const channelId = 'channel_01jd0000000000000000000000'
  let collector: Collector
  let sentBefore: number
  let exitCode: number | null
  let requestId: string | null
  let secrets: string[]

  beforeAll(async () => {
    collector = await Collector.open()
    const database = await createTestDatabase()
    const gateway = await GatewayProcess.start({
      DATABASE_URL: database.url,
      DAYBOOK_STAFF_TOKEN: STAFF_TOKEN,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      // Else the time after which they are sent by themselves could be what has sent them.
      OTEL_BSP_SCHEDULE_DELAY: '600000',
    })
    const staff = createClient({ url: gateway.url, token: STAFF_TOKEN })
    const accountId = (await staff.request(CreateAccountDocument, { name: 'A partner' })).createAccount.id
    await staff.request(AdjustBalanceDocument, { accountId, days: 100, comment: 'To begin with' })
    const { createToken } = await staff.request(CreateTokenDocument, { accountId, name: 'A', scopes: ['CHANNELS'] })
    const token = createToken.secret
    const client = createClient({ url: gateway.url, token, webSocket: WebSocket })
    const { createChannel } = await client.request(CreateChannelDocument, { name: 'One' })

    const answer = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        traceparent: `00-${TRACE}-${PARENT}-01`,
      },
      body: JSON.stringify({ query: ALLOCATE, variables: { id: createChannel.channel.id } }),
    })
    requestId = answer.headers.get('x-request-id')
    expect((await answer.json()) as object).not.toHaveProperty('errors')
    const changes = client.subscribe(BalanceChangedDocument, { after: 0 })[Symbol.asyncIterator]()
    await changes.next()
    await changes.return?.()
    const refused = { channelId, days: 5, idempotencyKey: 'canary-of-a-key' }
    await expect(client.request(AllocateDaysDocument, refused)).rejects.toThrow()
    await fetch(`${gateway.url}/pay/canary-of-a-page?token=canary-of-a-query`)

    await client.close()
    await staff.close()
    sentBefore = collector.bodies.length
    exitCode = await gateway.end('SIGTERM')
    await database.drop()
    secrets = [token, STAFF_TOKEN, channelId, accountId, 'canary', new URL(database.url).password]
  })
  afterAll(() => collector.close())

  it('are sent as SIGTERM drains the gateway', () => {
    expect([sentBefore, exitCode]).toEqual([0, 0])
    expect(collector.spans.length).toBeGreaterThan(5)
  })

  it('go below the caller’s: request, operation, batch and its transaction', () => {
    const spans = collector.spans.filter(({ traceId }) => traceId === TRACE)
    const [request] = named('POST /graphql', spans)
    const [operation] = named('GraphQL mutation', spans)
    const [batch] = named('allocation batch', spans)
    const transactions = named('database transaction', spans)
    expect(request?.parentSpanId).toBe(PARENT)
    expect(operation?.parentSpanId).toBe(request?.spanId)
    expect(batch?.parentSpanId).toBe(operation?.spanId)
    expect(transactions.map(({ parentSpanId }) => parentSpanId)).toContain(batch?.spanId)
    expect(attribute(request, 'http.route')).toBe('/graphql')
    expect(String(attribute(request, 'http.response.status_code'))).toBe('200')
    expect(attribute(request, 'daybook.request_id')).toBe(requestId)
    expect([attribute(operation, 'graphql.operation.type'), attribute(operation, 'daybook.outcome')]).toEqual([
      'mutation',
      'OK',
    ])
    // No span for each field, nor for rounds that look for what is due.
    expect(spans.length).toBeLessThanOrEqual(6)
  })

  it('of sockets are of operations and events; a refusal bears its code, and none a secret (T7)', () => {
    expect(named('GraphQL subscription', collector.spans).length).toBeGreaterThan(0)
    const refused = collector.spans.find((span) => attribute(span, 'daybook.outcome') === 'NOT_FOUND')
    expect(refused?.status).toEqual({ code: 2, message: 'NOT_FOUND' })
    const sent = collector.bodies.join('\n')
    for (const secret of secrets) expect(sent).not.toContain(secret)
  })

  it('cost nothing where they are not wanted: OpenTelemetry’s programs are not even read', async () => {
    const script = `require('reflect-metadata'); require('./src/gateway.ts');
      console.log(Object.keys(require.cache).filter((path) => /@opentelemetry.(sdk|exporter|otlp|resources)/.test(path)).length)`
    const { stdout } = await promisify(execFile)(process.execPath, ['-r', '@swc-node/register', '-e', script])
    expect(stdout).toBe('0\n')
  })
})

describe('the settings of traces', () => {
  const read = (OTEL_EXPORTER_OTLP_ENDPOINT: string) =>
    readConfig({ DATABASE_URL: 'postgres://localhost/daybook', OTEL_EXPORTER_OTLP_ENDPOINT }).traces

  it('are an endpoint, without a slash at its end', () => {
    expect(read('')).toBeNull()
    expect(read('http://127.0.0.1:4318/')).toEqual({ endpoint: 'http://127.0.0.1:4318', serviceName: 'daybook' })
    for (const bad of ['collector:4318', 'http://user:secret@collector', 'http://collector/?a=b'])
      expect(() => read(bad)).toThrow(/OTEL_EXPORTER_OTLP_ENDPOINT/)
  })
})

describe('a traceparent', () => {
  it('is W3C’s, and everything else is none', () => {
    const good = `00-${TRACE}-${PARENT}-01`
    expect(readTraceParent(good)).toEqual({ traceId: TRACE, spanId: PARENT, flags: 1 })
    expect(readTraceParent(`01-${TRACE}-${PARENT}-00-more`)).toMatchObject({ flags: 0 })
    const bad = [
      ...[undefined, '', 'x', `${good}-more`, good.toUpperCase(), `ff-${TRACE}-${PARENT}-01`],
      ...[`00-${'0'.repeat(32)}-${PARENT}-01`, `00-${TRACE}-${'0'.repeat(16)}-01`, `${good}\n`, ` ${good}`],
      `01-${TRACE}-${PARENT}-00-${'x'.repeat(300)}`,
    ]
    for (const header of bad) expect([header, readTraceParent(header)]).toEqual([header, null])
  })
})
