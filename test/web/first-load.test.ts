import { gzipSync } from 'node:zlib'
import { startDashboard, type TestDashboard } from '../support/dashboard'

/** Of script, compressed, until the overview is drawn. */
const BUDGET_BYTES = 300_000

describe('the first load of the dashboard', () => {
  let dashboard: TestDashboard
  beforeAll(async () => (dashboard = await startDashboard()))
  afterAll(() => dashboard.stop())

  it('brings less than 300 kB of compressed script, the chart included', async () => {
    const { page } = await dashboard.openAtDoor()
    const scripts = new Map<string, number>()
    page.on('response', (response) => {
      if (!response.url().endsWith('.js')) return
      void response.body().then((body) => scripts.set(response.url(), gzipSync(body).byteLength))
    })
    await page.reload()
    await page.getByRole('button', { name: 'Look around as the demo partner' }).click()
    await page.getByRole('img', { name: /Days left/ }).waitFor()
    const bytes = [...scripts.values()].reduce((sum, size) => sum + size, 0)
    expect(scripts.size).toBeGreaterThan(1)
    expect(bytes).toBeLessThan(BUDGET_BYTES)
  })

  it('is kept by its page’s own policy: nothing inline, nothing from elsewhere, no complaint', async () => {
    const { page, complaints } = await dashboard.open('PARTNER')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    const answer = await page.request.get('/channels', { headers: { accept: 'text/html' } })
    const policy = answer.headers()['content-security-policy'] ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toContain('unsafe')
    expect(complaints).toEqual([])
  })

  it('answers a browser’s address with the page, and a program’s with NOT_FOUND', async () => {
    const { page } = await dashboard.openAtDoor()
    const asked = await page.request.get('/no/such/page', { headers: { accept: 'application/json' } })
    expect(asked.status()).toBe(404)
    expect(await asked.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] })
  })
})
