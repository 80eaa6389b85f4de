/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call -- an answer has the shape of its door or of its query */
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { makeTokenText } from '../../src/auth/token-text'
import { createGateway } from '../../src/gateway'
import { Client } from '../http/doors'
import { Browser, type BrowserAnswer } from '../support/browser'
import { FrontDesk, PASSWORD } from '../support/front-desk'
import { startTestGateway, TEST_CONFIG, type TestGateway } from '../support/gateway'

const logged: string[] = []
const log = pino({ level: 'trace' }, { write: (line: string) => logged.push(line) })

let gateway: TestGateway
let desk: FrontDesk
beforeAll(async () => {
  // Each browser of these tests says by which address it comes.
  const config = { demo: true, trustProxy: ['127.0.0.1'] }
  gateway = await startTestGateway({ sweeps: true, jobs: [], config, log })
  desk = new FrontDesk(gateway, TEST_CONFIG.home)
})
afterAll(() => gateway.stop())

const VIEWER = '{ viewer { role person { id name email } sessionId secondFactorNeeded } }'
const SESSIONS = '{ sessions { id current address userAgent lastUsedAt expiresAt } }'

let addresses = 0
/** A browser at an address that nobody else has. */
function newcomer(url = gateway.url): Browser {
  addresses += 1
  return new Browser(url, { 'x-forwarded-for': `198.51.${addresses >> 8}.${addresses & 255}` })
}

async function newPerson(role = 'OWNER', staff = false) {
  const accountId = staff ? null : (await gateway.newPartner()).account.id
  return { accountId, ...(await desk.person(role, accountId)) }
}

const refusalOf = ({ status, body }: BrowserAnswer): unknown[] => [status, body.errors?.[0].extensions.code]
const codesOf = (errors: { extensions: { code: string } }[] | undefined) =>
  errors?.map(({ extensions }) => extensions.code)

function socketOf(cookie: string, headers: Record<string, string> = {}): Client {
  return new Client(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { cookie, ...headers })
}

async function openSocket(cookie: string, headers?: Record<string, string>): Promise<Client> {
  const client = await socketOf(cookie, headers).opened()
  client.send({ type: 'connection_init' })
  await client.receive('connection_ack')
  return client
}

describe('signing in', () => {
  it('begins a session of its own each time, in a cookie that no script and no other site has', async () => {
    const { email } = await newPerson()
    const browser = newcomer()
    const forged = 'daybook_session_01jd0000000000000000000000_' + '0'.repeat(40) + '_00000000'
    browser.cookie = `daybook=${forged}`
    const first = await browser.post('/session', { email: ` ${email.toUpperCase()} `, password: PASSWORD })
    expect(first.headers.get('set-cookie')).toMatch(
      /^daybook=daybook_session_\w+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    const { cookie } = browser
    expect(cookie).not.toContain(forged)
    await browser.post('/session', { email, password: PASSWORD })
    expect(browser.cookie).not.toBe(cookie)
    // The session that it had before has ended.
    const old = newcomer()
    old.cookie = cookie
    expect(codesOf((await old.ask(VIEWER)).errors)).toEqual(['UNAUTHENTICATED'])
    expect((await browser.ask(VIEWER)).data.viewer.person.email).toBe(email)
  })

  it('ends nobody’s session by a cookie that only names it', async () => {
    const { email, browser } = await newPerson()
    const [, id = ''] = /daybook_session_(\w{26})/.exec(browser.cookie) ?? []
    const thief = newcomer()
    thief.cookie = `daybook=${makeTokenText('session', `session_${id}`).text}`
    expect((await thief.get('/session')).body.signedIn).toBe(false)
    await thief.post('/session/demo', { as: 'PARTNER' })
    expect((await browser.ask(VIEWER)).data.viewer.person.email).toBe(email)
  })

  it('says nothing of who is there: an unknown e-mail, a wrong password, none and a removed person are answered alike', async () => {
    const { accountId, email } = await newPerson()
    const removed = await desk.person('VIEWER', accountId)
    const staff = new Browser(gateway.url, { authorization: `Bearer ${gateway.staffToken}` })
    await staff.ask('mutation ($id: ID!) { removePerson(id: $id) { id } }', { id: removed.id })
    const answers = []
    for (const [one, password] of [
      ['nobody@people.example', PASSWORD],
      [email, 'not the password'],
      ['olivia@demo-partner.example', PASSWORD],
      [removed.email, PASSWORD],
      ['\0', PASSWORD],
    ]) {
      const { status, headers, text } = await newcomer().post('/session', { email: one, password })
      const shown = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name))
      answers.push({ status, shown, text })
    }
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]?.status).toBe(401)

    const mails = []
    for (const one of ['nobody@people.example', email, 'olivia@demo-partner.example']) {
      const { status, headers, text } = await newcomer().post('/password/forgot', { email: one })
      mails.push({ status, text, shown: [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)) })
    }
    for (const mail of mails) expect(mail).toEqual(mails[0])
  })

  it('is throttled by e-mail, on all gateways together, whether anybody has it or not; and lets others by', async () => {
    const { email } = await newPerson()
    const config = {
      ...TEST_CONFIG,
      databaseUrl: gateway.databaseUrl,
      trustProxy: ['127.0.0.1'],
      staffToken: gateway.staffToken,
    }
    const second = await createGateway(config, { sweeps: false })
    try {
      for (const one of [email, 'nobody-at-all@people.example']) {
        const answers = await Promise.all(
          Array.from({ length: 14 }, (_, index) =>
            newcomer(index % 2 === 0 ? gateway.url : second.url).post('/session', { email: one, password: 'wrong' }),
          ),
        )
        expect(answers.filter(({ status }) => status === 401)).toHaveLength(10)
        const throttled = answers.filter(({ status }) => status === 429)
        expect(throttled).toHaveLength(4)
        for (const { body, headers } of throttled) {
          expect(body.errors[0].extensions).toMatchObject({
            code: 'RATE_LIMITED',
            limit: 10,
            retryAfterMs: expect.any(Number),
          })
          expect(Number(headers.get('retry-after'))).toBeGreaterThan(800)
        }
        expect(refusalOf(await newcomer(second.url).post('/session', { email: one, password: PASSWORD }))).toEqual([
          429,
          'RATE_LIMITED',
        ])
      }
      const other = await newPerson()
      expect((await newcomer(second.url).post('/session', { email: other.email, password: PASSWORD })).status).toBe(200)
    } finally {
      await second.close()
    }
  })

  it('is throttled by address, whatever e-mails come from it, and a network of IPv6 is one address', async () => {
    const { email } = await newPerson()
    const from = (index: number) =>
      new Browser(gateway.url, { 'x-forwarded-for': `2001:db8:1:2::${index.toString(16)}` })
    let refused = 0
    for (let index = 0; index < 55; index++) {
      const { status } = await from(index).post('/session', { email: `one-${index}@people.example`, password: 'wrong' })
      if (status === 429) refused += 1
    }
    expect(refused).toBe(5)
    expect((await from(1).post('/session', { email, password: PASSWORD })).status).toBe(429)
    expect((await newcomer().post('/session', { email, password: PASSWORD })).status).toBe(200)
  })

  it('lets a code be guessed ten times', async () => {
    const { email, browser } = await newPerson()
    const { code } = await desk.secondFactor(browser)
    const { body } = await newcomer().post('/session', { email, password: PASSWORD })
    const { challenge } = body as { challenge: string }
    const statuses = []
    for (let index = 0; index < 12; index++)
      statuses.push((await newcomer().post('/session/second-factor', { challenge, code: '000000' })).status)
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429])
    expect((await newcomer().post('/session/second-factor', { challenge, code: code() })).status).toBe(429)
  })

  it('refuses what is no JSON, or too long, and tells which field', async () => {
    const form = await newcomer().post('/session', 'email=a&password=b', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(refusalOf(form)).toEqual([415, 'BAD_REQUEST'])
    for (const [body, field] of [
      [{}, 'email'],
      [{ email: 'a' }, 'password'],
      [{ email: 'a'.repeat(300), password: 'b' }, 'email'],
      [{ email: 'a', password: 'b'.repeat(300) }, 'password'],
    ] as const) {
      const answer = await newcomer().post('/session', body)
      expect([answer.status, answer.body.errors[0].extensions.field]).toEqual([400, field])
    }
  })
})

describe('a session', () => {
  it('is over seven days after its last use, and after thirty however much it is used', async () => {
    const { browser } = await newPerson()
    const idle = newcomer()
    await idle.post('/session/demo', { as: 'PARTNER' })
    const since = (column: string, days: number) =>
      gateway.sql(`UPDATE session SET ${column} = ${column} - $1::integer * interval '24 hours'`, [days])
    await since('last_used_at', 6)
    expect((await idle.ask(VIEWER)).errors).toBeUndefined()
    await since('last_used_at', 8)
    expect(codesOf((await idle.ask(VIEWER)).errors)).toEqual(['UNAUTHENTICATED'])
    const used = newcomer()
    await used.post('/session/demo', { as: 'PARTNER' })
    await since('expires_at', 31)
    expect(codesOf((await used.ask(VIEWER)).errors)).toEqual(['UNAUTHENTICATED'])
    expect((await browser.get('/session')).body.signedIn).toBe(false)
  })

  it('is listed to its person, and revoked by it, one or all others', async () => {
    const { browser, email } = await newPerson()
    const others = [newcomer(), newcomer(), newcomer()]
    for (const other of others) await other.post('/session', { email, password: PASSWORD }, { 'user-agent': 'Lynx' })
    const { sessions } = (await browser.ask(SESSIONS)).data
    expect(sessions).toHaveLength(4)
    expect(sessions.filter(({ current }: { current: boolean }) => current)).toHaveLength(1)
    expect(sessions[0]).toMatchObject({ userAgent: 'Lynx', address: expect.stringContaining('198.51.') as string })
    const REVOKE = 'mutation ($id: ID!) { revokeSession(id: $id) { id } }'
    const stranger = await newPerson()
    expect(codesOf((await stranger.browser.ask(REVOKE, { id: sessions[0].id })).errors)).toEqual(['NOT_FOUND'])
    expect((await browser.ask(REVOKE, { id: sessions[0].id })).errors).toBeUndefined()
    expect(codesOf((await others[2]?.ask(VIEWER))?.errors)).toEqual(['UNAUTHENTICATED'])
    expect((await others[1]?.ask(VIEWER))?.errors).toBeUndefined()
    expect((await browser.ask('mutation { revokeOtherSessions }')).data).toEqual({ revokeOtherSessions: 2 })
    expect((await browser.ask(SESSIONS)).data.sessions).toHaveLength(1)
  })

  it('opens what a token opens: exports too; and a token in the header goes before it', async () => {
    const { browser, accountId } = await newPerson()
    const file = await browser.get('/exports/ledger.csv')
    expect([file.status, file.headers.get('content-disposition')]).toEqual([
      200,
      expect.stringContaining(String(accountId)),
    ])
    const { token, account } = await gateway.newPartner()
    const asked = await browser.ask(
      '{ viewer { account { id } person { id } } }',
      {},
      { authorization: `Bearer ${token}` },
    )
    expect(asked.data.viewer).toEqual({ account: { id: account.id }, person: null })
    const bad = await browser.ask(VIEWER, {}, { authorization: 'Bearer nonsense' })
    expect(codesOf(bad.errors)).toEqual(['UNAUTHENTICATED'])
  })

  it('is taken from a cookie only, and a token from a header only', async () => {
    const { browser } = await newPerson()
    const text = browser.cookie.replace('daybook=', '')
    expect(codesOf((await newcomer().ask(VIEWER, {}, { authorization: `Bearer ${text}` })).errors)).toEqual([
      'UNAUTHENTICATED',
    ])
    const { token } = await gateway.newPartner()
    const swapped = newcomer()
    swapped.cookie = `daybook=${token}`
    expect(codesOf((await swapped.ask(VIEWER)).errors)).toEqual(['UNAUTHENTICATED'])
  })
})

describe('another site', () => {
  const OWN = (): Record<string, string>[] => [
    {},
    { 'sec-fetch-site': 'none' },
    { origin: gateway.url, 'sec-fetch-site': 'same-origin' },
  ]
  const FOREIGN: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  ]

  it('has no use of the cookie that a browser sends along', async () => {
    const { browser } = await newPerson()
    for (const headers of FOREIGN) {
      expect(codesOf((await browser.ask(VIEWER, {}, headers)).errors)).toEqual(['UNAUTHENTICATED'])
      expect((await browser.get('/exports/ledger.csv', headers)).status).toBe(401)
      expect((await browser.get('/session', headers)).body.signedIn).toBe(false)
    }
    for (const headers of OWN()) expect((await browser.ask(VIEWER, {}, headers)).errors).toBeUndefined()
  })

  it('reaches GraphQL by no content type that a form can send', async () => {
    const { browser } = await newPerson()
    const body = JSON.stringify({ query: 'mutation { revokeOtherSessions }' })
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect((await browser.post('/graphql', body, { 'content-type': type })).status).toBe(415)
    const query = encodeURIComponent('mutation { revokeOtherSessions }')
    const get = await browser.get(`/graphql?query=${query}`, { 'apollo-require-preflight': 'x' })
    expect(get.status).toBe(405)
  })

  it('signs nobody in or out, and accepts and resets nothing', async () => {
    const { browser, email } = await newPerson()
    for (const headers of FOREIGN) {
      for (const [path, body] of [
        ['/session', { email, password: PASSWORD }],
        ['/session/second-factor', { challenge: 'x', code: '000000' }],
        ['/session/demo', { as: 'STAFF' }],
        ['/invitation/look', { token: 'x' }],
        ['/invitation/accept', { token: 'x', name: 'x', password: PASSWORD }],
        ['/password/forgot', { email }],
        ['/password/reset', { token: 'x', password: PASSWORD }],
      ] as const) {
        const answer = await browser.post(path, body, headers)
        expect([path, ...refusalOf(answer), answer.headers.get('set-cookie')]).toEqual([path, 403, 'FORBIDDEN', null])
      }
      expect(refusalOf(await browser.send('DELETE', '/session', undefined, headers))).toEqual([403, 'FORBIDDEN'])
    }
    expect((await browser.ask(VIEWER)).data.viewer.person.email).toBe(email)
  })

  it('opens no socket with the cookie, and our own pages do', async () => {
    const { browser } = await newPerson()
    for (const headers of FOREIGN) {
      const client = await socketOf(browser.cookie, headers).opened()
      client.send({ type: 'connection_init' })
      expect(await client.closed).toMatchObject({ code: 4403 })
    }
    for (const headers of OWN()) {
      const client = await openSocket(browser.cookie, headers)
      client.subscribe('one', VIEWER)
      expect((await client.receive('next', 'one')).payload).toMatchObject({ data: { viewer: { role: 'PARTNER' } } })
      client.socket.close()
    }
  })
})

describe('an open socket', () => {
  it('closes when its session ends, in each of the ways in which it can', async () => {
    const REMOVE = 'mutation ($id: ID!) { removePerson(id: $id) { id } }'
    const staff = new Browser(gateway.url, { authorization: `Bearer ${gateway.staffToken}` })
    const ways: ((browser: Browser, id: string, email: string) => Promise<unknown>)[] = [
      (browser) => browser.send('DELETE', '/session'),
      async (browser) => {
        const { data } = await browser.ask(SESSIONS)
        return browser.ask('mutation ($id: ID!) { revokeSession(id: $id) { id } }', { id: data.sessions[0].id })
      },
      (_browser, id) => staff.ask(REMOVE, { id }),
      () => gateway.sql('UPDATE session SET expires_at = now()'),
    ]
    for (const end of ways) {
      const { accountId } = await newPerson()
      const { browser, id, email } = await desk.person('VIEWER', accountId)
      const client = await openSocket(browser.cookie)
      await end(browser, id, email)
      expect(await client.closed).toEqual({ code: 4403, reason: 'Forbidden' })
    }
  })

  it('is opened anew as what its person is now, when that has changed', async () => {
    const { accountId } = await newPerson()
    const { browser, id } = await desk.person('VIEWER', accountId)
    const client = await openSocket(browser.cookie)
    const staff = new Browser(gateway.url, { authorization: `Bearer ${gateway.staffToken}` })
    await staff.ask('mutation ($id: ID!) { changePersonRole(id: $id, role: BILLING) { id } }', { id })
    expect(await client.closed).toEqual({ code: 1013, reason: 'What you may do has changed' })
    const again = await openSocket(browser.cookie)
    again.subscribe('one', '{ viewer { scopes } }')
    expect((await again.receive('next', 'one')).payload).toMatchObject({
      data: { viewer: { scopes: ['BILLING', 'READ'] } },
    })
    again.socket.close()
  })
})

describe('tokens', () => {
  it('T6: that are guessed from one address are refused there with 429, and all new ones with them', async () => {
    const { token } = await gateway.newPartner()
    const { token: fresh } = await gateway.newPartner()
    const guesser = newcomer()
    const good = { authorization: `Bearer ${token}` }
    expect((await guesser.ask(VIEWER, {}, good)).errors).toBeUndefined()
    const statuses: number[] = []
    for (let index = 0; index < 1000; index += 50) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, at) =>
          guesser.post('/graphql', { query: VIEWER }, { authorization: `Bearer guess-${index + at}` }),
        ),
      )
      statuses.push(...answers.map(({ status }) => status))
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(100)
    expect(statuses.filter((status) => status === 429)).toHaveLength(900)
    // One that was good from there before goes on; one that was not may be a guess. Others are not concerned.
    expect((await guesser.ask(VIEWER, {}, good)).errors).toBeUndefined()
    const refused = await guesser.post('/graphql', { query: VIEWER }, { authorization: `Bearer ${fresh}` })
    expect(refusalOf(refused)).toEqual([429, 'RATE_LIMITED'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await newcomer().ask(VIEWER, {}, { authorization: `Bearer ${fresh}` })).errors).toBeUndefined()
  })
})

describe('in production', () => {
  it('the demo’s door is not there, and its people’s sessions are good for nothing', async () => {
    const browser = newcomer()
    await browser.post('/session/demo', { as: 'STAFF' })
    const config = { ...TEST_CONFIG, databaseUrl: gateway.databaseUrl, staffToken: gateway.staffToken }
    for (const settings of [{ production: true, demo: true, publicUrl: 'http://127.0.0.1:9' }, { demo: false }]) {
      const production = await createGateway({ ...config, ...settings }, { sweeps: false })
      try {
        const there = new Browser(production.url)
        expect((await there.get('/session')).body.demo).toBe(false)
        expect(refusalOf(await there.post('/session/demo', { as: 'STAFF' }))).toEqual([404, 'NOT_FOUND'])
        there.cookie = browser.cookie
        expect(codesOf((await there.ask(VIEWER)).errors)).toEqual(['UNAUTHENTICATED'])
      } finally {
        await production.close()
      }
    }
  })

  it('staff may only read until they have a second factor', async () => {
    const { browser, email } = await newPerson('ADMIN', true)
    const publicUrl = 'https://billing.example'
    const config = { ...TEST_CONFIG, databaseUrl: gateway.databaseUrl, staffToken: gateway.staffToken }
    const production = await createGateway({ ...config, production: true, publicUrl }, { sweeps: false })
    try {
      const there = new Browser(production.url)
      const { headers } = await there.post('/session', { email, password: PASSWORD })
      expect(headers.get('set-cookie')).toMatch(
        /^__Host-daybook=\w+; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      )
      const asked = '{ viewer { scopes secondFactorNeeded } }'
      expect((await there.ask(asked)).data.viewer).toEqual({ scopes: ['READ'], secondFactorNeeded: true })
      const INVITE = 'mutation { invitePerson(input: { email: "z@people.example", name: "Z", role: ADMIN }) { id } }'
      expect(codesOf((await there.ask(INVITE)).errors)).toEqual(['FORBIDDEN'])
      // The plain http of the public host is anybody's on the way.
      for (const [origin, isOwn] of [
        ['http://billing.example', false],
        [publicUrl, true],
      ] as const)
        expect((await there.ask(asked, {}, { origin })).errors === undefined).toBe(isOwn)
      await desk.secondFactor(browser)
      const now = (await there.ask(asked)).data.viewer
      expect([now.secondFactorNeeded, now.scopes]).toEqual([false, expect.arrayContaining(['ADMIN'])])
    } finally {
      await production.close()
    }
  })
})

describe('the audit log', () => {
  const entries = (id: string | null) =>
    gateway.sql<{
      action: string
      actor: string
      outcome: string
      code: string | null
      ip: string
      subject_id: string | null
    }>(
      'SELECT action, actor, outcome, code, ip, subject_id, input FROM audit_entry WHERE subject_id IS NOT DISTINCT FROM $1 ORDER BY id',
      [id],
    )

  it('tells who came in, went out and was refused, and from where', async () => {
    const { id, email, accountId } = await newPerson()
    const browser = newcomer()
    await browser.post('/session', { email, password: 'wrong, I fear' })
    await browser.post('/session', { email, password: PASSWORD })
    await browser.send('DELETE', '/session')
    const ip = expect.stringMatching(/^198\.51\./) as string
    expect(await entries(id)).toMatchObject([
      { action: 'acceptInvitation', actor: id, outcome: 'DONE' },
      { action: 'signIn', actor: id, outcome: 'DONE' },
      { action: 'signIn', actor: 'nobody', outcome: 'REFUSED', code: 'UNAUTHENTICATED', ip },
      { action: 'signIn', actor: id, outcome: 'DONE', ip },
      { action: 'signOut', actor: id, outcome: 'DONE', ip },
    ])
    const staff = new Browser(gateway.url, { authorization: `Bearer ${gateway.staffToken}` })
    const { data } = await staff.ask('query ($id: ID!) { auditLog(accountId: $id) { nodes { action } } }', {
      id: accountId,
    })
    expect(data.auditLog.nodes.map(({ action }: { action: string }) => action)).toContain('signOut')
  })

  it('tells the first of those that are throttled, and not each of a flood', async () => {
    const { id, email } = await newPerson()
    for (let index = 0; index < 20; index++) await newcomer().post('/session', { email, password: 'wrong' })
    const refused = (await entries(id)).filter(({ outcome }) => outcome === 'REFUSED').map(({ code }) => code)
    expect(refused).toEqual([...Array<string>(10).fill('UNAUTHENTICATED'), 'RATE_LIMITED'])
  })

  it('writes down deeds of people under their own ids', async () => {
    const { id, browser, accountId } = await newPerson()
    await browser.ask('mutation { createChannel(input: { name: "A channel" }) { channel { id } } }')
    const staff = await newPerson('ADMIN', true)
    await staff.browser.ask(
      'mutation ($id: ID!) { adjustBalance(accountId: $id, days: 5, comment: "c", idempotencyKey: "five") { available } }',
      { id: accountId },
    )
    const rows = await gateway.sql<{ actor: string }>('SELECT actor FROM ledger_transaction WHERE account_id = $1', [
      accountId,
    ])
    expect(rows).toEqual([{ actor: `staff:${staff.id}` }])
    const audited = await gateway.sql<{ actor: string }>(
      "SELECT actor FROM audit_entry WHERE action = 'createChannel' AND account_id = $1",
      [accountId],
    )
    expect(audited).toEqual([{ actor: id }])
    const seen = await browser.ask('{ ledger(first: 5) { nodes { actor } } }')
    expect(seen.data.ledger.nodes).toEqual([{ actor: 'staff' }])
  })
})

describe('secrets', () => {
  it('stand in no table, no line of the log and no error', async () => {
    const { browser, email } = await newPerson()
    const cookie = browser.cookie.replace('daybook=', '')
    const { secret, recoveryCodes } = await desk.secondFactor(browser)
    const invitation = await desk.mailed(email, 'invitation')
    await desk.browser().post('/password/forgot', { email })
    const reset = await desk.mailed(email, 'reset-password')
    const answers = [
      await newcomer().post('/session', { email, password: 'canary wrong password' }),
      await newcomer().post('/invitation/accept', { token: invitation, name: 'I', password: 'canary new password' }),
      await browser.ask(
        'mutation { changePassword(current: "canary wrong password", new: "canary new password") { id } }',
      ),
      await browser.ask('mutation ($c: String!) { removeSecondFactor(password: $c) { id } }', {
        c: 'canary wrong password',
      }),
      await browser.ask('mutation ($c: Int!) { removeSecondFactor(password: $c) { id } }', {
        c: 'canary wrong password',
      }),
    ]
    await delay(50)
    const tables = await gateway.sql<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
    )
    const rows: string[] = []
    for (const { name } of tables) {
      for (const { row } of await gateway.sql<{ row: string }>(`SELECT t::text AS row FROM "${name}" AS t`))
        rows.push(row)
    }
    const canaries = [
      PASSWORD,
      cookie,
      secret,
      ...recoveryCodes,
      invitation,
      reset,
      'canary wrong password',
      'canary new password',
    ]
    const places = { tables: rows.join('\n'), log: logged.join('\n'), errors: JSON.stringify(answers) }
    for (const canary of canaries) {
      for (const [place, text] of Object.entries(places)) {
        expect([place, canary, text.includes(canary)]).toEqual([place, canary, false])
        expect([place, canary, text.includes(Buffer.from(canary).toString('hex'))]).toEqual([place, canary, false])
      }
    }
    expect(rows.length).toBeGreaterThan(10)
  })
})
