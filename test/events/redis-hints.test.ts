import { Redis } from 'ioredis'
import { Client as Postgres } from 'pg'
import { AllocateDaysDocument, CreateChannelDocument, RevokeTokenDocument } from '../../sdk'
import { createGateway, type Gateway } from '../../src/gateway'
import { Client } from '../http/doors'
import { startTestGateway, TEST_CONFIG, type TestGateway, type TestPartner } from '../support/gateway'
import { TestRedis } from '../support/redis'

/** Two gateways of one database, with a real Redis between them. Events are written at the first, and followed at the other. */

const EVENTS = 'subscription ($after: Sequence) { events(after: $after) { sequence } }'

let redis: TestRedis
let first: TestGateway
let second: Gateway
let partner: TestPartner
let channelId: string
const clients: Client[] = []

beforeAll(async () => {
  redis = await TestRedis.start()
  first = await startTestGateway({ config: { redisUrl: redis.url } })
  second = await createGateway(
    { ...TEST_CONFIG, databaseUrl: first.databaseUrl, redisUrl: redis.url },
    { sweeps: false },
  )
})
afterAll(async () => {
  await second.close()
  await first.stop()
  await redis.stop()
})

beforeEach(async () => {
  partner = await first.newPartner({ days: 10_000 })
  const { createChannel } = await partner.client.request(CreateChannelDocument, { name: 'A channel' })
  channelId = createChannel.channel.id
})
afterEach(() => {
  for (const client of clients.splice(0)) client.socket.terminate()
})

async function follow(token: string): Promise<Client> {
  const client = new Client(`${second.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {})
  clients.push(client)
  await client.init(token)
  const [row] = await first.sql<{ sequence: string }>('SELECT sequence FROM account WHERE id = $1', [
    partner.account.id,
  ])
  client.subscribe('1', EVENTS, { after: Number(row?.sequence) - 1 })
  await client.receive('next', '1')
  return client
}

const allocate = () => partner.client.request(AllocateDaysDocument, { channelId, days: 1 })

/** Sequences, in the order in which they came. */
async function told(client: Client, count: number): Promise<number[]> {
  const sequences: number[] = []
  while (sequences.length < count) {
    const { payload } = await client.receive('next', '1')
    sequences.push((payload as { data: { events: { sequence: number } } }).data.events.sequence)
  }
  return sequences
}

/** Everybody's hints, as Redis has them. */
async function listen(): Promise<{ heard: () => string[]; end: () => void }> {
  const heard: string[] = []
  const client = new Redis(redis.url)
  client.on('pmessage', (_pattern, _channel, payload: string) => heard.push(payload))
  await client.psubscribe('daybook_events:*')
  return { heard: () => heard, end: () => client.disconnect() }
}

async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20))
}

it('tells other gateways through Redis, and no longer through Postgres', async () => {
  const client = await follow(partner.token)
  const { heard, end } = await listen()
  const postgres = new Postgres(first.databaseUrl)
  await postgres.connect()
  const notified: unknown[] = []
  postgres.on('notification', (notification) => notified.push(notification))
  await postgres.query('LISTEN daybook_events')
  await allocate()
  expect(await told(client, 2)).toHaveLength(2)
  await eventually(() => heard().some((payload) => payload.split(' ').includes(partner.account.id)))
  await postgres.query('SELECT 1')
  expect(notified).toEqual([])
  await postgres.end()
  end()
})

it('misses nothing while Redis is killed and comes back, and goes through it again', async () => {
  const client = await follow(partner.token)
  const begun = await lastSequence()
  await allocate()
  await redis.kill()
  for (let call = 0; call < 5; call += 1) await allocate()
  const meanwhile = await told(client, 12)
  await redis.start()
  const { heard, end } = await listen()
  await eventually(async () => {
    await allocate()
    return heard().length > 0
  })
  const last = await lastSequence()
  const afterwards = await told(client, last - begun - 12)
  expect([...meanwhile, ...afterwards]).toEqual(Array.from({ length: last - begun }, (_, index) => begun + 1 + index))
  end()
})

it.each([true, false])('closes the sockets of a revoked token, with Redis there: %s', async (there) => {
  const client = await follow(partner.token)
  if (!there) await redis.kill()
  const [token] = await first.sql<{ id: string }>('SELECT id FROM api_token WHERE account_id = $1', [
    partner.account.id,
  ])
  await first.staff.request(RevokeTokenDocument, { id: token?.id ?? '' })
  expect((await client.closed).code).toBe(4403)
  if (!there) await redis.start()
})

it('starts while Redis is away', async () => {
  const alone = await createGateway(
    { ...TEST_CONFIG, databaseUrl: first.databaseUrl, redisUrl: 'redis://127.0.0.1:1' },
    { sweeps: false },
  )
  expect((await fetch(`${alone.url}/readyz`)).status).toBe(200)
  await alone.close()
})

async function lastSequence(): Promise<number> {
  const [row] = await first.sql<{ sequence: string }>('SELECT sequence FROM account WHERE id = $1', [
    partner.account.id,
  ])
  return Number(row?.sequence)
}
