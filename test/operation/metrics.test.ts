import { createClient as createSocketClient } from 'graphql-ws'
import WebSocket from 'ws'
import { AllocateDaysDocument, CreateChannelDocument } from '../../sdk'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'
import { Scrape, scrape } from './scrape'

const TOKEN = 'e2b1c7a95d3f4860b7a1c2d3e4f50617'

let gateway: TestGateway
let partner: TestPartner
beforeAll(async () => {
  gateway = await startTestGateway({ config: { metricsToken: TOKEN }, sweeps: true })
  partner = await gateway.newPartner({ days: 100 })
})
afterAll(() => gateway.stop())

const look = () => scrape(gateway.url, TOKEN)

async function until(holds: (now: Scrape) => boolean): Promise<Scrape> {
  for (;;) {
    const now = await look()
    if (holds(now)) return now
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const post = (body: object, token = partner.token) =>
  fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  })

describe('the metrics of a gateway', () => {
  it('are shown to whoever has their token, and to nobody else', async () => {
    for (const authorization of [undefined, 'Bearer x', `Bearer ${TOKEN}x`, `Bearer ${gateway.staffToken}`, TOKEN]) {
      const answer = await fetch(`${gateway.url}/metrics`, { headers: authorization ? { authorization } : {} })
      expect(answer.status).toBe(401)
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    }
    const answer = await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ])
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('open no door of GraphQL with their token', async () => {
    expect((await post({ query: '{ viewer { role } }' }, TOKEN)).status).toBe(401)
  })

  it('count requests by method, route and status, and operations by type and outcome', async () => {
    const before = await look()
    await post({ query: '{ balance { available } }' })
    await post({ query: '{ nothing }' })
    await post({ query: '{' })
    await post({ query: '{ balance { available } }' }, 'bad')
    await fetch(`${gateway.url}/not-there/${gateway.staffToken}`)
    const after = await look()
    const more = (name: string, labels: Record<string, string>) =>
      after.value(name, labels) - before.value(name, labels)
    const served = (status: string, route = '/graphql', method = 'POST') =>
      more('daybook_http_request_duration_seconds_count', { method, route, status })
    expect([served('200') + served('400'), served('401'), served('404', '/*', 'GET')]).toEqual([3, 1, 1])
    const done = (type: string, outcome: string) =>
      more('daybook_graphql_operations_total', { type, outcome, transport: 'HTTP' })
    expect(done('query', 'OK')).toBe(1)
    expect(done('none', 'GRAPHQL_PARSE_FAILED')).toBe(1)
    expect(done('query', 'GRAPHQL_VALIDATION_FAILED')).toBe(1)
    expect(more('daybook_graphql_operation_duration_seconds_count', { type: 'query', transport: 'HTTP' })).toBe(2)
  })

  it('measure the batches of movements, and tell a refusal by its code', async () => {
    const before = await look()
    const { createChannel } = await partner.client.request(CreateChannelDocument, { name: 'One' })
    const channelId = createChannel.channel.id
    await partner.client.request(AllocateDaysDocument, { channelId, days: 5 })
    await expect(partner.client.request(AllocateDaysDocument, { channelId, days: 30_000 })).rejects.toThrow()
    const after = await look()
    const more = (name: string, labels = {}) => after.value(name, labels) - before.value(name, labels)
    expect(more('daybook_allocation_batch_size_sum')).toBe(2)
    expect(more('daybook_allocation_batch_duration_seconds_count')).toBe(2)
    expect(after.value('daybook_allocation_waiting')).toBe(0)
    const outcome = { type: 'mutation', transport: 'HTTP', outcome: 'INSUFFICIENT_DAYS' }
    expect(more('daybook_graphql_operations_total', outcome)).toBe(1)
  })

  it('count sockets, subscriptions, their events, and what is done on sockets', async () => {
    const client = createSocketClient({
      url: `${gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${partner.token}` },
      lazy: false,
      retryAttempts: 0,
    })
    const events = client.iterate({ query: 'subscription { balanceChanged { sequence } }' })
    const first = events.next()
    const open = await until((now) => now.value('daybook_feed_followed_accounts') === 1)
    expect(open.value('daybook_websocket_connections')).toBe(1)
    expect(open.value('daybook_websocket_subscriptions')).toBe(1)
    const { createChannel } = await partner.client.request(CreateChannelDocument, { name: 'Two' })
    await partner.client.request(AllocateDaysDocument, { channelId: createChannel.channel.id, days: 1 })
    await first
    await client.iterate({ query: '{ balance { available } }' }).next()
    await client
      .iterate({ query: '{ nothing }' })
      .next()
      .catch(() => undefined)
    const after = await look()
    const outcome = (type: string, code: string) =>
      after.value('daybook_graphql_operations_total', { type, outcome: code, transport: 'SOCKET' })
    expect(after.value('daybook_subscription_events_total')).toBe(1)
    expect([outcome('subscription', 'OK'), outcome('query', 'OK')]).toEqual([1, 1])
    expect(outcome('none', 'GRAPHQL_VALIDATION_FAILED')).toBe(1)
    expect(after.value('daybook_feed_read_duration_seconds_count')).toBeGreaterThan(0)
    await events.return?.()
    await client.dispose()
    await until(
      (now) => now.value('daybook_websocket_subscriptions') + now.value('daybook_websocket_connections') === 0,
    )
  })

  it('show the sweep, the jobs, the pools and the process', async () => {
    const now = await until((seen) => seen.has('daybook_clock_sweep_last_timestamp_seconds'))
    expect(now.value('daybook_database_up')).toBe(1)
    expect(now.value('daybook_clock_lag_seconds')).toBe(0)
    expect(now.value('daybook_feed_lag_seconds')).toBe(0)
    expect(now.value('daybook_feed_listening')).toBe(1)
    expect(now.value('daybook_job_failed_runs', { job: 'audit-ledgers' })).toBe(0)
    for (const pool of ['main', 'lanes', 'locks']) {
      expect(now.has('daybook_pg_pool_waiting', { pool })).toBe(true)
      expect(now.has('daybook_pg_pool_connections', { pool, state: 'in_use' })).toBe(true)
    }
    expect(now.value('process_resident_memory_bytes')).toBeGreaterThan(0)
  })

  it('tell what waits in the database: of webhooks, of the payment provider’s events, of mails', async () => {
    const { id } = partner.account
    await gateway.sql(
      `INSERT INTO webhook_endpoint (id, account_id, url, secret, cursor, failures, failing_since, next_attempt_at, created_at)
       VALUES ('endpoint_00000000000000000000000001', $1, 'https://a.example', '', 0, 3, now(), now() + interval '1 day', now())`,
      [id],
    )
    await gateway.sql(
      `INSERT INTO provider_event (id, provider, type, livemode, created_at, received_at, state, attempts)
       VALUES ('evt_1', 'STRIPE', 'x', false, now(), now(), 'PARKED', 20)`,
    )
    const now = await look()
    expect(now.value('daybook_webhook_endpoints_behind')).toBe(1)
    expect(now.value('daybook_webhook_endpoints_failing')).toBe(1)
    expect(now.value('daybook_webhook_queue_age_seconds')).toBeGreaterThan(0)
    expect(now.value('daybook_provider_events_parked')).toBe(1)
    expect(now.has('daybook_mails_pending')).toBe(true)
    await gateway.sql('DELETE FROM webhook_endpoint')
  })

  it('bear no id, no name and no token in their labels', async () => {
    await post({ query: 'query CanaryOfAStranger { balance { available } }', operationName: 'CanaryOfAStranger' })
    await fetch(`${gateway.url}/pay/canary-of-a-stranger`)
    const { text } = await look()
    for (const word of [
      'CanaryOfAStranger',
      'canary-of-a-stranger',
      partner.account.id,
      partner.token,
      gateway.staffToken,
    ])
      expect(text).not.toContain(word)
    expect(text).not.toMatch(/(account|channel|invoice|token)_[0-9a-z]{26}/)
  })

  it('say that Postgres is away, and not how things stood before', async () => {
    await gateway.sql('ALTER TABLE provider_event RENAME TO provider_event_away')
    try {
      const now = await look()
      expect(now.value('daybook_database_up')).toBe(0)
      expect(now.has('daybook_clock_lag_seconds') || now.has('daybook_job_failed_runs', { job: 'audit-ledgers' })).toBe(
        false,
      )
      expect(now.has('daybook_websocket_connections')).toBe(true)
    } finally {
      await gateway.sql('ALTER TABLE provider_event_away RENAME TO provider_event')
    }
    expect((await look()).value('daybook_database_up')).toBe(1)
  })
})

describe('metrics without a token', () => {
  it('are for programs of this machine while developing, and not for what a proxy hands on', async () => {
    const developing = await startTestGateway()
    const at = `${developing.url}/metrics`
    expect((await fetch(at)).status).toBe(200)
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'])
      expect((await fetch(at, { headers: { [name]: '127.0.0.1' } })).status).toBe(404)
    await developing.stop()
  })

  it('are not there in production', async () => {
    const production = await startTestGateway({ config: { production: true, allowLossyDatabase: true } })
    expect((await fetch(`${production.url}/metrics`)).status).toBe(404)
    await production.stop()
  })
})
