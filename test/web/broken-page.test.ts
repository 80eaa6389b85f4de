import { startDashboard, type TestDashboard } from '../support/dashboard'

describe('a dashboard of which something breaks', () => {
  let dashboard: TestDashboard
  beforeAll(async () => (dashboard = await startDashboard()))
  afterAll(() => dashboard.stop())

  it('says so in the place of the page, lets one go elsewhere, and loads again', async () => {
    const { page } = await dashboard.open('PARTNER')
    const pages = page.getByRole('navigation', { name: 'Pages' })
    await page.route('**/assets/plans-page-*.js', (route) => route.abort())
    let refused = 0
    const secondRefusal = page.waitForEvent('requestfailed', (failed) => {
      if (failed.url().includes('/assets/plans-page-')) refused += 1
      return refused === 2
    })
    await pages.getByRole('link', { name: 'Plans' }).click()
    // The first time the window is loaded anew, since there may be a newer build.
    await secondRefusal
    const broken = page.getByRole('alert').filter({ hasText: 'Something broke' })
    await broken.waitFor()

    await pages.getByRole('link', { name: 'Channels' }).click()
    await page.getByRole('heading', { level: 1, name: 'Channels' }).waitFor()
    expect(await broken.count()).toBe(0)

    await pages.getByRole('link', { name: 'Plans' }).click()
    await broken.waitFor()
    await page.unroute('**/assets/plans-page-*.js')
    await page.getByRole('button', { name: 'Reload' }).click()
    await page.getByRole('heading', { level: 1, name: 'Plans' }).waitFor()
  })

  it('says so in the place of all, where what holds the pages breaks', async () => {
    const { page } = await dashboard.open('PARTNER')
    await page.route('**/graphql', (route) => route.fulfill({ json: { data: { viewer: null } } }))
    await page.reload()
    const broken = page.getByRole('alert').filter({ hasText: 'Something broke' })
    await broken.waitFor()
    await page.unroute('**/graphql')
    await page.getByRole('button', { name: 'Reload' }).click()
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  })
})
