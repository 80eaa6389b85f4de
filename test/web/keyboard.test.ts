import type { Page } from 'playwright-core'
import { startDashboard, type TestDashboard } from '../support/dashboard'

/** Far more than there are stops on a page: who comes so far goes round in circles. */
const MAX_STOPS = 80

describe('the dashboard by the keyboard alone', () => {
  let dashboard: TestDashboard
  beforeAll(async () => (dashboard = await startDashboard()))
  afterAll(() => dashboard.stop())

  it('signs in, finds a channel, allocates days to it, and is given the focus back', async () => {
    const { page, complaints } = await dashboard.openAtDoor()
    await page.getByRole('button', { name: 'Look around as the demo partner' }).waitFor()
    await tabTo(page, 'Look around as the demo partner')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()

    await tabTo(page, 'Channels')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Channels' }).waitFor()
    await page.getByRole('link', { name: 'Green Bikes' }).waitFor()
    await tabTo(page, 'Skip to the page')
    await page.keyboard.press('Enter')
    await tabTo(page, 'Green Bikes')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Green Bikes' }).waitFor()

    const opener = await tabTo(page, 'Allocate days')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Allocate days to Green Bikes' })
    await dialog.getByText('= 1,855 days − 30 days').waitFor()
    await tabTo(page, 'Allocate 30 days')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('region', { name: 'Unused' }).getByText('29 days', { exact: true }).waitFor()
    await focused(page, opener)

    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await focused(page, opener)
    expect(complaints).toEqual([])
  })
})

/** By Tab until it is there, and it must be seen where the focus is. */
async function tabTo(page: Page, name: string): Promise<string> {
  for (let stop = 0; stop < MAX_STOPS; stop += 1) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate<{ name: string; isSeen: boolean }>(FOCUSED)
    if (at.name !== name) continue
    expect(at).toEqual({ name, isSeen: true })
    return name
  }
  throw new Error(`no Tab leads to “${name}”`)
}

async function focused(page: Page, name: string): Promise<void> {
  await page.locator('button:focus', { hasText: name }).waitFor()
}

/** What has the focus by its name, and whether an outline or a ring tells so. */
const FOCUSED = `(() => {
  const at = document.activeElement
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at)
  const isOutlined = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0
  return { name: at.getAttribute('aria-label') ?? at.textContent.trim(), isSeen: isOutlined || boxShadow !== 'none' }
})()`
