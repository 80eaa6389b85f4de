import { startTestGateway, type TestGateway } from '../support/gateway'
import { Browser } from '../support/browser'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ config: { demo: true } })
})
afterAll(() => gateway.stop())

const VIEWER = '{ viewer { role scopes account { name } person { name role } sessionId } }'

describe('the demo', () => {
  it('signs in with one click, as its partner and as staff', async () => {
    for (const [as, role, name] of [
      ['PARTNER', 'PARTNER', 'Olivia Owner'],
      ['STAFF', 'STAFF', 'Adam Admin'],
    ]) {
      const browser = new Browser(gateway.url)
      expect(await browser.post('/session/demo', { as })).toMatchObject({ status: 200, body: { next: 'SIGNED_IN' } })
      expect(await browser.ask(VIEWER)).toMatchObject({ data: { viewer: { role, person: { name } } } })
      expect((await browser.get('/session')).body).toMatchObject({ signedIn: true, demo: true })
    }
  })

  it('signs out', async () => {
    const browser = new Browser(gateway.url)
    await browser.post('/session/demo', { as: 'PARTNER' })
    const { cookie } = browser
    expect((await browser.send('DELETE', '/session')).status).toBe(204)
    expect(browser.cookie).toBe('')
    browser.cookie = cookie
    expect((await browser.ask(VIEWER)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })
})
