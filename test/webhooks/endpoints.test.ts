/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-explicit-any -- an answer has the shape of its query, which stands beside it */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HOUR_MS } from '../../src/clock'
import { EVENT_TYPES } from '../../src/events/event-types'
import { createGateway } from '../../src/gateway'
import { newSigningSecret, SealedSecrets } from '../../src/webhooks/sealed-secrets'
import { pruneWebhooks } from '../../src/webhooks/prune-webhooks'
import type { JobTools } from '../../src/jobs/job-table'
import { openDatabase } from '../../src/database'
import { startTestGateway, TEST_CONFIG, type TestGateway, type TestPartner } from '../support/gateway'
import { isSignedWith, Receiver, type Received } from './receiver'

let gateway: TestGateway
let partner: TestPartner
let receiver: Receiver
beforeAll(async () => {
  gateway = await startTestGateway({ sweeps: true, jobs: [], webhooks: { retryDelayMs: () => 0 } })
  receiver = await Receiver.open()
})
beforeEach(async () => {
  partner = await gateway.newPartner({ days: 100 })
  receiver.answering = () => 200
  receiver.came.length = 0
  receiver.taken.length = 0
})
afterAll(async () => {
  await gateway.stop()
  await receiver.close()
})

async function ask(query: string, variables: object = {}, token = partner.token): Promise<any> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as any
  return errors === undefined ? data : { code: errors[0].extensions.code, ...errors[0].extensions }
}

const CREATE = `mutation ($input: CreateWebhookEndpointInput!) {
  createWebhookEndpoint(input: $input) { secret endpoint { id url deliveredUntil disabledAt } } }`

async function create(input: object = {}, token = partner.token): Promise<{ id: string; secret: string }> {
  const { createWebhookEndpoint } = await ask(CREATE, { input: { url: receiver.url, ...input } }, token)
  return { id: createWebhookEndpoint.endpoint.id, secret: createWebhookEndpoint.secret }
}

const channel = (name: string) =>
  ask('mutation ($name: String!) { createChannel(input: { name: $name, days: 3 }) { channel { id } } }', { name })

const sent = (id: string) => receiver.taken.filter((message) => message.id.includes(id.slice('webhook_'.length)))

async function next(id: string, count: number): Promise<Received[]> {
  await receiver.until(() => sent(id).length >= count)
  return sent(id)
}

const DELIVERIES = `query ($id: ID!, $first: Int!, $after: String) { webhookEndpoint(id: $id) {
  deliveries(first: $first, after: $after) { pageInfo { hasNextPage endCursor }
    nodes { id sequence eventType delivered attempts { kind status delivered answer error durationMs } } } } }`

describe('a webhook endpoint', () => {
  it('gets what happens from its creation on, equal to what events tells', async () => {
    const { id, secret } = await create()
    await channel('one')
    const messages = await next(id, 4)
    expect(messages.map(({ type }) => type)).toEqual([
      'webhook_endpoint.created',
      'channel.created',
      'balance.changed',
      'channel.day_expiry_changed',
    ])
    const { events } = await ask(`{ events(after: ${(messages[0]?.sequence ?? 0) - 1}) { nodes {
      accountId sequence type occurredAt actor __typename
      ... on BalanceChange { days available transaction { id kind comment entries { account days balanceAfter } } }
      ... on DayExpiryChange { reason previousPaidUntil paidUntil unusedDays channel { id } }
      ... on OtherEvent { subject data } } } }`)
    for (const [index, event] of events.nodes.entries()) {
      const { timestamp, data } = JSON.parse(messages[index]?.body ?? '')
      const { __typename, accountId, type, occurredAt, channel, transaction, ...rest } = event
      expect(messages[index]?.type).toBe(type)
      expect({ timestamp, data }).toMatchObject({
        timestamp: occurredAt,
        data: { kind: __typename, account: accountId, ...rest },
      })
      if (channel !== undefined) expect(data).toMatchObject({ subject: channel.id, channel: channel.id })
      if (transaction !== undefined) expect(data).toMatchObject({ subject: transaction.id, transaction })
    }
    expect(messages.every((message) => isSignedWith(secret, message))).toBe(true)
    expect(messages.some((message) => isSignedWith(newSigningSecret(), message))).toBe(false)
  })

  it('is told of what staff do by "staff"', async () => {
    const { id } = await create({ after: 0 })
    const [first] = await next(id, 1)
    expect(first).toMatchObject({ type: 'account.created', data: { actor: 'staff' } })
  })

  it('of a sandbox account gets its events too', async () => {
    const sandbox = await gateway.newPartner({ sandbox: true })
    const { id } = await create({}, sandbox.token)
    expect((await next(id, 1))[0]?.data.account).toBe(sandbox.account.id)
  })

  it('is one of ten at the most', async () => {
    for (let count = 0; count < 10; count += 1) await create({ eventTypes: ['invoice.*'] })
    const refusal = await ask(CREATE, { input: { url: receiver.url } })
    expect(refusal).toMatchObject({ code: 'CONFLICT', maximum: 10 })
    const { webhookEndpoints } = await ask('{ webhookEndpoints { id } }')
    expect(webhookEndpoints).toHaveLength(10)
    await ask('mutation ($id: ID!) { deleteWebhookEndpoint(id: $id) }', { id: webhookEndpoints[0].id })
    await create()
  })

  it('shows its secret once, and keeps it sealed, under a key of its row’s own', async () => {
    const { id, secret } = await create()
    expect(Buffer.from(secret.replace('whsec_', ''), 'base64')).toHaveLength(32)
    const rows = await gateway.sql<{ secret: Buffer; text: string }>(
      'SELECT secret, e::text AS text FROM webhook_endpoint e',
    )
    for (const { text } of rows) expect(text).not.toContain(Buffer.from(secret).toString('hex'))
    const keeper = new SealedSecrets(TEST_CONFIG)
    const [row] = await gateway.sql<{ secret: Buffer }>('SELECT secret FROM webhook_endpoint WHERE id = $1', [id])
    const sealed = row?.secret ?? Buffer.alloc(0)
    expect(await keeper.open(id, sealed)).toBe(secret)
    await expect(keeper.open('webhook_01jd0000000000000000000000', sealed)).rejects.toThrow()
    const changed = Buffer.from(sealed)
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1)
    await expect(keeper.open(id, changed)).rejects.toThrow()
    const other = new SealedSecrets({ ...TEST_CONFIG, secretKeys: [Buffer.alloc(32, 'other')] })
    await expect(other.open(id, sealed)).rejects.toThrow(/key/)
    const both = new SealedSecrets({
      ...TEST_CONFIG,
      secretKeys: [Buffer.alloc(32, 'other'), ...TEST_CONFIG.secretKeys],
    })
    expect(await both.open(id, sealed)).toBe(secret)
    expect(await other.open(id, await both.seal(id, secret))).toBe(secret)
  })

  it('has two secrets while one replaces the other, and then the new one', async () => {
    const { id, secret: old } = await create()
    const { rotateWebhookSecret } = await ask('mutation ($id: ID!) { rotateWebhookSecret(id: $id) { secret } }', { id })
    const fresh = rotateWebhookSecret.secret
    await channel('during')
    const during = (await next(id, 5)).at(-1)
    expect(during && [isSignedWith(old, during), isSignedWith(fresh, during)]).toEqual([true, true])
    expect(String(during?.headers['webhook-signature']).split(' ')).toHaveLength(2)
    await gateway.advance(24 * HOUR_MS)
    await channel('after')
    const after = (await next(id, 8)).at(-1)
    await gateway.setClock(null)
    expect(after && [isSignedWith(old, after), isSignedWith(fresh, after)]).toEqual([false, true])
    await ask('mutation ($id: ID!) { rotateWebhookSecret(id: $id, overlapHours: 0) { secret } }', { id })
    await channel('leaked')
    const leaked = (await next(id, 12)).at(-1)
    expect(leaked && [isSignedWith(old, leaked), isSignedWith(fresh, leaked)]).toEqual([false, false])
  })

  it('gets nothing while it is disabled, nor once it is deleted', async () => {
    const { id } = await create()
    await next(id, 1)
    await ask('mutation ($id: ID!) { disableWebhookEndpoint(id: $id) { disabledReason } }', { id })
    await channel('one')
    const other = await create()
    await next(other.id, 1)
    expect(sent(id)).toHaveLength(1)
    await ask('mutation ($id: ID!) { enableWebhookEndpoint(id: $id) { id } }', { id })
    await next(id, 7)
    await ask('mutation ($id: ID!) { deleteWebhookEndpoint(id: $id) }', { id })
    await channel('two')
    await next(other.id, 6)
    expect(sent(id).map(({ type }) => type)).not.toContain('webhook_endpoint.deleted')
    expect(await ask('query ($id: ID!) { webhookEndpoint(id: $id) { id } }', { id })).toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('can be tried, and answers what came of it', async () => {
    const { id, secret } = await create({ eventTypes: ['invoice.*'] })
    const TEST = 'mutation ($id: ID!) { sendTestWebhook(id: $id) { delivered status answer error durationMs } }'
    expect((await ask(TEST, { id })).sendTestWebhook).toMatchObject({
      delivered: true,
      status: 200,
      answer: 'status 200',
    })
    const [test] = receiver.taken
    expect(test).toMatchObject({ type: 'webhook.test', data: { subject: id } })
    expect(test && isSignedWith(secret, test)).toBe(true)
    receiver.answering = () => 404
    expect((await ask(TEST, { id })).sendTestWebhook).toMatchObject({
      delivered: false,
      status: 404,
      answer: 'status 404',
    })
  })

  it('lists what was sent, in pages, with every attempt', async () => {
    let failures = 2
    receiver.answering = ({ type }) => (type === 'channel.created' && failures-- > 0 ? 500 : 200)
    const { id } = await create()
    await channel('one')
    await next(id, 4)
    const read = async (first: number, after?: string) =>
      (await ask(DELIVERIES, { id, first, after })).webhookEndpoint.deliveries
    let page = await read(100)
    while (page.nodes.length < 4) page = await read(100)
    const seen = []
    for (let after: string | undefined; ;) {
      const part = await read(1, after)
      seen.push(...part.nodes)
      if (!part.pageInfo.hasNextPage) break
      after = part.pageInfo.endCursor
    }
    expect(seen).toEqual(page.nodes)
    const created = page.nodes.find(({ eventType }: any) => eventType === 'channel.created')
    expect(created.attempts.map(({ status }: any) => status)).toEqual([200, 500, 500])
    expect(created).toMatchObject({ delivered: true, id: sent(id)[1]?.id })
    expect(created.attempts[1]).toMatchObject({ answer: 'status 500', error: expect.stringContaining('500') })
  })

  it('gets an event again that is replayed, under its id, marked, and beside its stream', async () => {
    const { id } = await create()
    await channel('one')
    const before = await next(id, 4)
    const marked = () => sent(id).filter(({ headers }) => headers['daybook-replay'] === 'true')
    const one = before[1]
    await ask('mutation ($id: ID!) { replayWebhookDelivery(id: $id) { id state } }', { id: one?.id })
    await receiver.until(() => marked().length === 1)
    expect(marked()[0]).toMatchObject({ id: one?.id, body: one?.body })
    const REPLAY = `mutation ($id: ID!, $from: Sequence!, $to: Sequence!) {
      replayWebhookEvents(endpointId: $id, fromSequence: $from, toSequence: $to) { id state } }`
    const first = before[0]?.sequence ?? 0
    // The stream waits for its receiver; the replay does not wait for it.
    receiver.answering = ({ headers }) => (headers['daybook-replay'] === 'true' ? 200 : 500)
    await channel('two')
    await ask(REPLAY, { id, from: first, to: first + 3 })
    await receiver.until(() => marked().length === 5)
    expect(
      marked()
        .slice(1)
        .map(({ id }) => id),
    ).toEqual(before.map(({ id }) => id))
    receiver.answering = () => 200
    await next(id, 12)
    const states = async () =>
      (await ask('query ($id: ID!) { webhookEndpoint(id: $id) { replays { state } } }', { id })).webhookEndpoint.replays
    while ((await states()).some(({ state }: any) => state !== 'DONE')) continue
    await ask('mutation ($id: ID!) { disableWebhookEndpoint(id: $id) { id } }', { id })
    expect(await ask(REPLAY, { id, from: 1, to: 1 })).toMatchObject({ code: 'CONFLICT' })
  })

  it('is another account’s business to nobody', async () => {
    const { id } = await create()
    const stranger = await gateway.newPartner()
    for (const deed of [
      'mutation ($id: ID!) { deleteWebhookEndpoint(id: $id) }',
      'mutation ($id: ID!) { rotateWebhookSecret(id: $id) { secret } }',
      'mutation ($id: ID!) { sendTestWebhook(id: $id) { status } }',
      'mutation ($id: ID!) { disableWebhookEndpoint(id: $id) { id } }',
      'query ($id: ID!) { webhookEndpoint(id: $id) { id } }',
    ])
      expect(await ask(deed, { id }, stranger.token)).toMatchObject({ code: 'NOT_FOUND' })
    expect((await ask('{ webhookEndpoints { id } }', {}, stranger.token)).webhookEndpoints).toEqual([])
  })
})

describe('what is kept', () => {
  it('goes after thirty days, and not before', async () => {
    const { id } = await create()
    await next(id, 1)
    const database = await openDatabase(gateway.databaseUrl, 2)
    const count = async () => (await gateway.sql('SELECT FROM webhook_attempt WHERE endpoint_id = $1', [id])).length
    while ((await count()) === 0) continue
    const tools = { database, signal: new AbortController().signal } as unknown as JobTools
    await gateway.advance(29 * 24 * HOUR_MS)
    await pruneWebhooks(tools)
    expect(await count()).toBe(1)
    await gateway.advance(25 * HOUR_MS)
    await pruneWebhooks(tools)
    expect(await count()).toBe(0)
    await gateway.setClock(null)
    await database.close()
  })
})

describe('the key of secrets', () => {
  it('is made in development, once, for its owner’s eyes', async () => {
    const home = await mkdtemp(join(tmpdir(), 'daybook-hooks-'))
    const config = { ...TEST_CONFIG, home, secretKeys: [] }
    const id = 'webhook_01jd0000000000000000000000'
    const [one, other] = [new SealedSecrets(config), new SealedSecrets(config)]
    const [sealed, alsoSealed] = await Promise.all([one.seal(id, 'whsec_a'), other.seal(id, 'whsec_b')])
    expect(await other.open(id, sealed)).toBe('whsec_a')
    expect(await one.open(id, alsoSealed)).toBe('whsec_b')
    expect((await stat(join(home, 'secret-key'))).mode & 0o777).toBe(0o600)
    expect(Buffer.from(await readFile(join(home, 'secret-key'), 'utf8'), 'base64')).toHaveLength(32)
    await rm(home, { recursive: true })
  })

  it('is needed in production: to make an endpoint, and to start where there are any', async () => {
    await create()
    const none = new SealedSecrets({ ...TEST_CONFIG, production: true, secretKeys: [] })
    await expect(none.seal('webhook_01jd0000000000000000000000', 'x')).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { setting: 'DAYBOOK_SECRET_KEY' },
    })
    const config = { ...TEST_CONFIG, databaseUrl: gateway.databaseUrl, production: true, secretKeys: [] }
    await expect(createGateway(config, { sweeps: false })).rejects.toThrow(/DAYBOOK_SECRET_KEY/)
  })
})

it('every type of event in the code is one that can be wanted', () => {
  const files = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
    )
  const types = files(join(__dirname, '../../src')).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\btype: '([a-z_]+\.[a-z_]+)'/g)].map(([, type]) => type ?? ''),
  )
  expect([...new Set(types)].sort()).toEqual([...EVENT_TYPES].sort())
})
