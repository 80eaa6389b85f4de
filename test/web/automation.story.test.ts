import type { Page } from 'playwright-core'
import { startDashboard, type TestDashboard } from '../support/dashboard'

describe('what a partner sets to happen by itself', () => {
  let dashboard: TestDashboard
  beforeAll(async () => (dashboard = await startDashboard()))
  afterAll(() => dashboard.stop())

  it('sets keep-alive, a top-up and a billing schedule', async () => {
    const { page, complaints } = await dashboard.open('PARTNER')
    await page.goto('/automation')
    const keepAlive = page.getByRole('region', { name: 'Keep-alive' })
    await keepAlive.getByLabel('Minimum of days').fill('40')
    await keepAlive.getByRole('button', { name: 'Turn on …' }).click()
    await confirm(page, 'Set keep-alive', 'Set it')
    await keepAlive.getByText(/^Every running channel is kept at 40 days or more\./).waitFor()

    const topUp = page.getByRole('region', { name: 'Auto top-up' })
    await topUp.getByLabel('Threshold in days').fill('100')
    await topUp.getByLabel('Target in days').fill('400')
    await topUp.getByRole('button', { name: 'Turn on …' }).click()
    await confirm(page, 'Set auto top-up', 'Set it')
    await topUp.getByText(/^Below 100 days it brings the balance to 400 days\./).waitFor()

    const schedule = page.getByRole('region', { name: 'Billing schedule' })
    await schedule.getByRole('radio', { name: 'Each month, for a fixed number of channels' }).click()
    await schedule.getByRole('textbox', { name: 'Channels' }).fill('20')
    await schedule.getByRole('button', { name: 'Set the schedule' }).click()
    await schedule.getByText(/20 channels × 30 days = 600 days\. The next invoice is requested on/).waitFor()
    expect(complaints).toEqual([])
  })

  it('edits a webhook endpoint, and deletes it', async () => {
    const { page, complaints } = await dashboard.open('PARTNER')
    await page.goto('/webhooks')
    await page.getByRole('button', { name: 'New endpoint' }).click()
    const creating = page.getByRole('dialog')
    await creating.getByLabel('Address').fill('https://daybook.example/hooks')
    await creating.getByRole('button', { name: 'Create' }).click()
    await creating.getByRole('button', { name: 'I have it: go to the endpoint' }).click()
    await page.getByRole('heading', { level: 2, name: 'https://daybook.example/hooks' }).waitFor()

    await page.getByRole('button', { name: 'Edit' }).click()
    const editing = page.getByRole('dialog', { name: 'Edit the endpoint' })
    await editing.getByLabel('Description').fill('Our books')
    await editing.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('region', { name: 'The endpoint' }).getByText('Our books').waitFor()

    await page.getByRole('button', { name: 'Delete …' }).click()
    await confirm(page, 'Delete the endpoint', 'Delete for good')
    await page.getByText('There is no endpoint yet.').waitFor()
    expect(complaints).toEqual([])
  })
})

async function confirm(page: Page, title: string, label: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title })
  await dialog.getByRole('button', { name: label }).click()
  await dialog.waitFor({ state: 'detached' })
}
