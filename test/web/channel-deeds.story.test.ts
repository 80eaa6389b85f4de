import type { Page } from 'playwright-core'
import { startDashboard, type TestDashboard } from '../support/dashboard'

describe('what a partner does with a channel', () => {
  let dashboard: TestDashboard
  beforeAll(async () => (dashboard = await startDashboard()))
  afterAll(() => dashboard.stop())

  it('transfers, gives all back, renews by itself, and is deleted, each with its preview', async () => {
    const { page, complaints } = await dashboard.open('PARTNER')
    await channel(page, 'Bakery Rosewood')

    await page.getByRole('button', { name: 'Transfer days' }).click()
    const transfer = page.getByRole('dialog', { name: 'Transfer days of Bakery Rosewood' })
    await transfer.getByLabel('To channel').fill('harb')
    await page.getByRole('option', { name: /Harbour Dental/ }).click()
    await transfer.getByLabel('Days').fill('9')
    await transfer.getByRole('row', { name: 'Unused days 373 days' }).waitFor()
    await transfer.getByRole('button', { name: 'Transfer 9 days' }).click()
    await unused(page, '20 days')

    await page.getByRole('button', { name: 'Release days' }).click()
    const release = page.getByRole('dialog', { name: 'Release days of Bakery Rosewood' })
    await release.getByText('= 1,855 days + 20 days').waitFor()
    await release.getByRole('button', { name: 'Release 20 days' }).click()
    await unused(page, '0 days')
    await available(page, '1,875 days')

    await channel(page, 'Harbour Dental')
    await page.getByRole('button', { name: 'Change the renewal' }).click()
    const renewal = page.getByRole('dialog', { name: 'Renewal of Harbour Dental' })
    await renewal.getByLabel('Days of each renewal').fill('15')
    await renewal.getByText('nothing moves').waitFor()
    await renewal.getByRole('button', { name: 'Renew by itself' }).click()
    await page
      .getByRole('region', { name: 'Renewal' })
      .getByText('When less than 24 hours are left, days are allocated by 15 until the lead is covered.')
      .waitFor()

    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    const deletion = page.getByRole('dialog', { name: 'Delete Harbour Dental' })
    await deletion.getByRole('row', { name: 'Days that return 373 days' }).waitFor()
    await deletion.getByText('= 1,875 days + 373 days').waitFor()
    await deletion.getByRole('button', { name: 'Delete for good' }).click()
    await page.getByText(/^deleted on/).waitFor()
    await available(page, '2,248 days')
    expect(await page.getByRole('button', { name: 'Allocate days' }).count()).toBe(0)
    // The button that opened it is gone: the focus is on the page's title and not on nothing.
    await page.locator('h1:focus', { hasText: 'Harbour Dental' }).waitFor()
    expect(complaints).toEqual([])
  })

  it('is chosen with others, and given days, by the keyboard alone', async () => {
    const { page, complaints } = await dashboard.open('PARTNER')
    await channels(page)
    await page.getByRole('checkbox', { name: 'Select Green Bikes' }).focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Shift+ArrowDown')
    await page.getByText('2 channels selected').waitFor()
    await tabTo(page, 'Allocate days')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Allocate days to many channels' })
    await dialog.locator('input:focus').waitFor()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('12')
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
    expect(await dialog.getByRole('radio', { name: 'The others get theirs' }).isChecked()).toBe(true)
    await dialog.getByText('= 2 channels × 12 days').waitFor()
    await tabTo(page, 'Allocate 24 days')
    await page.keyboard.press('Enter')
    await dialog.getByText('24 days allocated to 2 channels.').waitFor()
    await dialog.locator('button:focus', { hasText: 'Done' }).waitFor()
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Nothing selected').waitFor()
    // The button that opened it went with the selection.
    await page.locator('h1:focus').waitFor()
    expect(complaints).toEqual([])
  })
})

async function channels(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Channels' }).click()
  await page.getByRole('heading', { level: 1, name: 'Channels' }).waitFor()
}

async function channel(page: Page, name: string): Promise<void> {
  await channels(page)
  await page.getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

async function unused(page: Page, days: string): Promise<void> {
  await page.getByRole('region', { name: 'Unused' }).getByText(days, { exact: true }).waitFor()
}

async function available(page: Page, days: string): Promise<void> {
  await page.getByRole('banner').getByText(days, { exact: true }).waitFor()
}

async function tabTo(page: Page, name: string): Promise<void> {
  for (let stop = 0; stop < 40; stop += 1) {
    await page.keyboard.press('Tab')
    if ((await page.evaluate<string>('document.activeElement.textContent.trim()')) === name) return
  }
  throw new Error(`no Tab leads to “${name}”`)
}
