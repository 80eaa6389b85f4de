import { randomBytes } from 'node:crypto'
import { Writable } from 'node:stream'
import { Client } from 'pg'
import { createClient, CreateTokenDocument } from '../../sdk'
import { createGateway, type Gateway } from '../../src/gateway'
import { createLog, type Log } from '../../src/log'
import { scrape } from '../operation/scrape'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { TEST_CONFIG } from '../support/gateway'

const word = () => randomBytes(16).toString('hex')
const CANARIES = {
  staffToken: `canary-${word()}`,
  metricsToken: `canary-${word()}`,
  idempotencyKey: `canary-${word()}`,
  password: `canary-${word()}`,
  stripeKey: `sk_test_${word()}`,
  stripeSecret: `whsec_${word()}`,
  badToken: `canary-${word()}`,
  cookie: `canary-${word()}`,
}
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

let database: TestDatabase
let gateway: Gateway
let lines = ''
const answers: string[] = []
/** Parts of secrets that are made as the test runs. */
const made: string[] = []

function logInto(take: (text: string) => void): Log {
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      take(chunk.toString())
      done()
    },
  })
  return createLog({ logLevel: 'debug' }, destination)
}

async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<string> {
  const answer = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await answer.text()
  answers.push(text, JSON.stringify([...answer.headers]))
  return text
}
const staff = { authorization: `Bearer ${CANARIES.staffToken}` }
const ask = (query: string, variables: object = {}, headers: Record<string, string> = staff) =>
  post('/graphql', { query, variables }, headers)

const ADJUST = `mutation ($id: ID!, $days: Days!, $key: String!) {
  adjustBalance(accountId: $id, days: $days, comment: "c", idempotencyKey: $key) { available } }`

let accountId: string
beforeAll(async () => {
  database = await createTestDatabase()
  gateway = await createGateway(
    {
      ...TEST_CONFIG,
      databaseUrl: database.url,
      staffToken: CANARIES.staffToken,
      metricsToken: CANARIES.metricsToken,
      stripe: {
        secretKey: CANARIES.stripeKey,
        webhookSecrets: [CANARIES.stripeSecret],
        // Nobody listens there.
        apiBase: 'http://127.0.0.1:9',
        livemode: false,
        requestsASecond: 25,
      },
    },
    { log: logInto((text) => (lines += text)) },
  )
  made.push(decodeURIComponent(new URL(database.url).password))
})
afterAll(async () => {
  await database.drop()
})

describe('secrets', () => {
  it('are used in all the ways that can go wrong', async () => {
    const key = CANARIES.idempotencyKey
    const created = JSON.parse(
      await ask('mutation ($key: String!) { createAccount(input: { name: "A", idempotencyKey: $key }) { id } }', {
        key,
      }),
    ) as { data: { createAccount: { id: string } } }
    accountId = created.data.createAccount.id
    const client = createClient({ url: gateway.url, token: CANARIES.staffToken })
    const { createToken } = await client.request(CreateTokenDocument, { accountId, name: 'A', scopes: ['CHANNELS'] })
    await client.close()
    const [, secret = ''] = /_([0-9a-f]{40})_/.exec(createToken.secret) ?? []
    made.push(createToken.secret, secret)
    const partner = { authorization: `Bearer ${createToken.secret}` }

    // Good, a replay, a conflict, input that doesn't fit, a document that doesn't parse, a literal in a document.
    await ask(ADJUST, { id: accountId, days: 5, key })
    await ask(ADJUST, { id: accountId, days: 5, key })
    await ask(ADJUST, { id: accountId, days: 6, key })
    await ask(ADJUST, { id: accountId, days: key, key: { nested: key } })
    await ask(`mutation { adjustBalance(idempotencyKey: "${key}" `)
    await ask(`mutation { nothing(key: "${key}") }`)
    await post('/graphql', `{"query": "${key}`, staff)
    await ask('{ balance { available } }', {}, partner)
    await ask('{ accounts { nodes { id } } }', {}, partner)
    // Tokens and cookies that are none, in every place where one could be put.
    await ask('{ viewer { role } }', {}, { authorization: `Bearer ${CANARIES.badToken}` })
    await ask('{ viewer { role } }', {}, { cookie: `daybook=${CANARIES.cookie}` })
    await ask('{ viewer { role } }', {}, { ...partner, authorization: `Bearer ${createToken.secret}x` })
    for (const path of [
      `/exports/ledger.csv?token=${createToken.secret}`,
      `/pay/${CANARIES.badToken}`,
      `/x/${CANARIES.badToken}`,
    ])
      answers.push(await (await fetch(`${gateway.url}${path}`)).text())
    // Signing in, with a password.
    await post('/session', { email: 'nobody@company.example', password: CANARIES.password })
    await post('/session', { email: CANARIES.password, password: 5 })
    // Webhooks that are forged, and the provider that can't be reached.
    await post('/webhooks/stripe', '{}', { 'stripe-signature': `t=1,v1=${CANARIES.stripeSecret}` })
    await ask('mutation { runJob(name: "reconcile-provider-events") { name } }')
  })

  it('meet a database that fails, and one that goes away', async () => {
    const { password, idempotencyKey: key } = CANARIES
    const postgres = new Client(database.url)
    await postgres.connect()
    // A failure whose error carries the statement's values.
    await postgres.query('ALTER TABLE throttle RENAME TO throttle_away')
    await post('/session', { email: 'nobody@company.example', password })
    await postgres.query('ALTER TABLE throttle_away RENAME TO throttle')
    await postgres.query('ALTER TABLE idempotency_key ADD CONSTRAINT none CHECK (false) NOT VALID')
    expect(await ask(ADJUST, { id: accountId, days: 1, key: `${key}-2` })).toContain('INTERNAL')
    await postgres.query('ALTER TABLE idempotency_key DROP CONSTRAINT none')
    await postgres.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    )
    await ask(ADJUST, { id: accountId, days: 1, key })
    await postgres.end()
  })

  it('T1, T7: are in no log, answer, metric or table', async () => {
    const metrics = (await scrape(gateway.url, CANARIES.metricsToken)).text
    const postgres = new Client(database.url)
    await postgres.connect()
    const { rows: tables } = await postgres.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    )
    let rows = ''
    for (const { name } of tables) {
      const found = await postgres.query<{ text: string | null }>(
        `SELECT string_agg(t::text, E'\\n') AS text FROM ${name} t`,
      )
      rows += `${found.rows[0]?.text ?? ''}\n`
    }
    await postgres.end()
    await gateway.close()

    // There is something to be searched.
    expect(lines.split('\n').length).toBeGreaterThan(20)
    for (const whole of [metrics, rows, answers.join('\n')]) expect(whole.length).toBeGreaterThan(1_000)

    const [whole = '', random = ''] = made.slice(1)
    const shown = { lines, metrics, rows }
    for (const [name, secret] of [
      ...Object.entries(CANARIES),
      ...Object.entries({ databasePassword: made[0] ?? '', partnerToken: whole, itsSecret: random }),
    ]) {
      expect(secret.length).toBeGreaterThan(7)
      for (const [where, text] of Object.entries(shown))
        expect([name, where, text.includes(secret)]).toEqual([name, where, false])
    }
    // The answer that made the token shows it; a refusal quotes what its own caller has sent of a document.
    const refusals = answers.filter((text) => !text.includes('"createToken"')).join('\n')
    for (const secret of [
      CANARIES.staffToken,
      CANARIES.badToken,
      CANARIES.password,
      CANARIES.stripeKey,
      CANARIES.stripeSecret,
    ])
      expect(refusals).not.toContain(secret)
    for (const secret of [random, made[0] ?? '-', CANARIES.cookie, CANARIES.metricsToken])
      expect(refusals).not.toContain(secret)
  })

  it('leave the lines of the log to be found: by request, trace and account', () => {
    const told = lines
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const requests = told.filter(({ msg }) => msg === 'request')
    expect(requests.length).toBeGreaterThan(15)
    for (const { requestId } of requests) expect(requestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(requests.some((line) => line.traceId === TRACE && line.accountId === accountId)).toBe(true)
    const masked = told.filter(({ msg }) => msg === 'an error was masked')
    expect(masked.length).toBeGreaterThan(0)
    for (const line of masked) {
      expect(line.traceId).toBe(TRACE)
      expect(requests.map(({ requestId }) => requestId)).toContain(line.requestId)
      // What was shown to the caller is what finds it.
      expect(answers.join('\n')).toContain(line.requestId)
    }
  })

  it('T7: are cut out of whatever a line would be given by mistake', () => {
    let text = ''
    const log = logInto((line) => (text += line))
    const error = Object.assign(new Error('failed'), {
      parameters: ['canary-1'],
      detail: 'Key (x)=(canary-2)',
      headers: { a: 'canary-3' },
    })
    log.error({ err: error, token: 'canary-4', actor: { secret: 'canary-5', password: 'canary-6' } }, 'a line')
    log.warn(
      { req: { headers: { authorization: 'canary-7', cookie: 'canary-8' } }, idempotencyKey: 'canary-9' },
      'a line',
    )
    expect(text).toContain('"message":"failed"')
    expect(text).not.toContain('canary')
  })
})
