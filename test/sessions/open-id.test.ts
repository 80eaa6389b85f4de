import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { Browser, type BrowserAnswer } from '../support/browser'
import { FrontDesk, PASSWORD } from '../support/front-desk'
import { startTestGateway, TEST_CONFIG, type TestGateway } from '../support/gateway'

let provider: ChildProcess
let lines: Interface
let gateway: TestGateway
let desk: FrontDesk

beforeAll(async () => {
  provider = spawn(process.execPath, [join(__dirname, 'open-id-provider.mjs')], { stdio: ['pipe', 'pipe', 'ignore'] })
  if (provider.stdout === null) throw new Error('a process without an output')
  lines = createInterface({ input: provider.stdout })
  const [issuer] = (await once(lines, 'line')) as [string]
  const openId = { issuer, clientId: 'daybook', clientSecret: 'a-secret-of-the-client', name: 'Provider' }
  gateway = await startTestGateway({ sweeps: true, jobs: [], config: { openId } })
  const ready = once(lines, 'line')
  provider.stdin?.write(`${gateway.url}/session/open-id/callback\n`)
  await ready
  desk = new FrontDesk(gateway, TEST_CONFIG.home)
})
afterAll(async () => {
  const ended = once(provider, 'exit')
  provider.stdin?.end()
  await ended
  await gateway.stop()
})

const locationOf = ({ headers }: BrowserAnswer) => headers.get('location') ?? ''
const VIEWER = '{ viewer { person { email role name } } }'

/** Goes to the provider and says there who it is. Answers the address to which the provider sends it back. */
async function atProvider(browser: Browser, login: string): Promise<string> {
  const begun = await browser.get('/session/open-id')
  expect(begun.status).toBe(302)
  const there = new Browser('')
  let url = locationOf(begun)
  for (;;) {
    const answer = await there.get(url)
    if (answer.status === 200) {
      const prompt = answer.text.includes('name="login"')
        ? `prompt=login&login=${encodeURIComponent(login)}&password=x`
        : 'prompt=consent'
      const [, action = ''] = /action="([^"]+)"/.exec(answer.text) ?? []
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      url = locationOf(await there.post(new URL(action, url).href, prompt, form))
    } else url = new URL(locationOf(answer), url).href
    if (url.startsWith(gateway.url)) return url
  }
}

/** As a browser comes back from another site. */
const comeBack = (browser: Browser, url: string) => browser.get(url, { 'sec-fetch-site': 'cross-site' })

async function signInAs(login: string, browser = desk.browser()): Promise<{ browser: Browser; to: string }> {
  return { browser, to: locationOf(await comeBack(browser, await atProvider(browser, login))) }
}

async function accountId(): Promise<string> {
  return (await gateway.newPartner()).account.id
}

describe('an OpenID provider', () => {
  it('is offered by its name', async () => {
    expect((await desk.browser().get('/session')).body).toMatchObject({ openId: { name: 'Provider' } })
  })

  it('signs in who has the e-mail of a person, in whatever case it is written', async () => {
    const { email } = await desk.person('OWNER', await accountId())
    const { browser, to } = await signInAs(email.toUpperCase())
    expect(to).toBe('/')
    expect((await browser.ask(VIEWER)).data.viewer.person).toMatchObject({ email, role: 'OWNER' })
  })

  it('makes a person of who was invited, and of nobody else', async () => {
    const { email, token } = await desk.invite('BILLING', await accountId())
    const { browser, to } = await signInAs(email)
    expect(to).toBe('/')
    expect((await browser.ask(VIEWER)).data.viewer.person).toMatchObject({ email, role: 'BILLING' })
    expect((await desk.browser().post('/invitation/accept', { token, name: 'X', password: PASSWORD })).status).toBe(404)

    const before = await gateway.sql('SELECT id FROM person')
    const stranger = await signInAs('stranger@people.example')
    expect(stranger.to).toBe('/sign-in?refused=unknown')
    expect((await stranger.browser.get('/session')).body.signedIn).toBe(false)
    expect(await gateway.sql('SELECT id FROM person')).toHaveLength(before.length)
  })

  it('is not believed about an e-mail that it has not verified', async () => {
    const { email } = await desk.person('OWNER', await accountId())
    expect((await signInAs(`${email}~unverified`)).to).toBe('/sign-in?refused=unknown')
  })

  it('signs in nobody by an answer that was meant for another browser, or comes twice', async () => {
    const { email } = await desk.person('OWNER', await accountId())
    const mine = desk.browser()
    const url = await atProvider(mine, email)
    const theirs = desk.browser()
    expect(locationOf(await comeBack(theirs, url))).toBe('/sign-in?refused=failed')
    await atProvider(theirs, 'other@people.example')
    expect(locationOf(await comeBack(theirs, url))).toBe('/sign-in?refused=failed')
    expect((await theirs.get('/session')).body.signedIn).toBe(false)
    const { cookie } = mine
    expect(locationOf(await comeBack(mine, url))).toBe('/')
    mine.cookie = cookie
    expect(locationOf(await comeBack(mine, url))).toBe('/sign-in?refused=failed')
  })

  it('leaves the second factor to be asked for', async () => {
    const { email, browser } = await desk.person('OWNER', await accountId())
    const { code } = await desk.secondFactor(browser)
    const next = await signInAs(email)
    const [, challenge = ''] = /^\/sign-in#([\w-]{43})$/.exec(next.to) ?? []
    expect((await next.browser.get('/session')).body.signedIn).toBe(false)
    const { body } = await next.browser.post('/session/second-factor', { challenge, code: code() })
    expect(body).toEqual({ next: 'SIGNED_IN' })
  })

  it('that is away is said to be, and comes again', async () => {
    const away = { issuer: 'http://127.0.0.1:9', clientId: 'daybook', clientSecret: 'x', name: 'Away' }
    const other = await startTestGateway({ config: { openId: away } })
    try {
      const answer = await new Browser(other.url).get('/session/open-id')
      expect([answer.status, locationOf(answer)]).toEqual([302, '/sign-in?refused=unavailable'])
    } finally {
      await other.stop()
    }
  })
})
