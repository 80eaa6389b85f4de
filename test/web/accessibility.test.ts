import { readFileSync } from 'node:fs'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { type Person, startDashboard, type TestDashboard, type Window } from '../support/dashboard'

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

const ACCOUNT_PAGES = [
  '',
  'channels',
  'invoices',
  'invoices/new',
  'plans',
  'ledger',
  'activity',
  'alerts',
  'automation',
  'webhooks',
  'tokens',
  'people',
  'settings',
  'me',
]

const STAFF_PAGES = [
  '',
  'accounts',
  'payments',
  'credit-notes',
  'jobs',
  'reconciliation',
  'audit',
  'ledger-audit',
  'provider',
  'team',
  'tokens',
]

/** What a narrow phone shows. */
const PHONE_PX = 360

describe('every page of the dashboard', () => {
  let dashboard: TestDashboard
  beforeAll(async () => (dashboard = await startDashboard()))
  afterAll(() => dashboard.stop())

  /** The page by a click of its own router, as a person would come to it: no load of the whole. */
  const goTo = async ({ page }: Window, path: string): Promise<void> => {
    await page.goto(`/${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.locator('[aria-busy="true"], [aria-label^="Loading"]').first().waitFor({ state: 'detached' })
  }

  for (const [person, pages] of [
    ['PARTNER', ACCOUNT_PAGES],
    ['STAFF', STAFF_PAGES],
  ] as [Person, string[]][]) {
    for (const dark of [false, true]) {
      it(`has nothing that axe finds serious (${person.toLowerCase()}, ${dark ? 'dark' : 'light'})`, async () => {
        const window = await dashboard.open(person, { dark })
        for (const path of pages) {
          await goTo(window, path)
          expect({ path, found: await seriousFindings(window.page) }).toEqual({ path, found: [] })
        }
        expect(window.complaints).toEqual([])
      })
    }

    it(`fits a phone without scrolling sideways (${person.toLowerCase()})`, async () => {
      const window = await dashboard.open(person, { width: PHONE_PX, height: 720 })
      for (const path of pages) {
        await goTo(window, path)
        const width = await window.page.evaluate<number>('document.documentElement.scrollWidth')
        expect({ path, width }).toEqual({ path, width: PHONE_PX })
        // The bar at the top stands still: what does not fit into it would not be reached by scrolling.
        const last = await window.page.getByRole('button', { name: /^Signed in as/ }).boundingBox()
        expect((last?.x ?? PHONE_PX) + (last?.width ?? 0)).toBeLessThanOrEqual(PHONE_PX)
      }
    })
  }

  it('has no serious finding at its front door either', async () => {
    const { page } = await dashboard.openAtDoor()
    for (const path of ['sign-in', 'forgot-password', 'invitation#nothing', 'reset-password#nothing']) {
      await page.goto(`/${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      expect({ path, found: await seriousFindings(page) }).toEqual({ path, found: [] })
    }
  })
})

async function seriousFindings(page: Page): Promise<string[]> {
  // By the debugger and not by an element of the page, whose policy would refuse it.
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}
