import type { Page } from 'playwright-core'
import { startDashboard, type TestDashboard } from '../support/dashboard'

describe('the second billing method: a channel with a subscription of its own', () => {
  let dashboard: TestDashboard
  beforeAll(async () => (dashboard = await startDashboard()))
  afterAll(() => dashboard.stop())

  it('is subscribed, changes its plan, is cancelled at its period’s end, and resumes', async () => {
    const { page, complaints } = await dashboard.open('PARTNER')
    await plans(page)
    await page.getByRole('region', { name: 'Monthly' }).getByText('€12.00 a month').waitFor()
    await page.getByText('No channel has a subscription. Subscribe one to have it renewed by itself.').waitFor()

    await page.getByRole('button', { name: 'Subscribe a channel' }).click()
    const subscribing = page.getByRole('dialog', { name: 'Subscribe a channel' })
    await subscribing.getByLabel('Find a channel').fill('harbour')
    await subscribing.getByRole('radio', { name: 'Harbour Dental' }).click()
    await subscribing.getByText('364 days would go back to the balance').waitFor()
    await subscribing.getByRole('radio', { name: /^Monthly/ }).click()
    await subscribing.getByRole('button', { name: 'Go on to the payment' }).click()
    await payByCard(page, '4242 4242 4242 4242')

    await page.getByText('Subscribed', { exact: true }).waitFor()
    const row = page.getByRole('row', { name: /Harbour Dental/ })
    await row.getByText('€12.00 a month').waitFor()
    await row.getByText('Active', { exact: true }).waitFor()
    await row.getByText(/^renews/).waitFor()
    // 1,855 and the 364 that it had not used.
    await page.getByRole('banner').getByText('2,219 days').waitFor()

    await row.getByRole('button', { name: 'Change plan of Harbour Dental' }).click()
    const changing = page.getByRole('dialog', { name: 'Change the plan of Harbour Dental' })
    await changing.getByText('It is on the monthly plan now, €12.00 a month.').waitFor()
    await changing.getByRole('radio', { name: /^Yearly: €144.00 a year/ }).click()
    const due = changing.getByRole('row', { name: /^To pay now/ })
    // A year, less what is left of a month that has hardly begun.
    await due.getByText(/^€132\.\d\d$/).waitFor()
    const amount = ((await due.textContent()) ?? '').replace('To pay now', '')
    await changing.getByRole('button', { name: `Change it, and pay ${amount} now` }).click()
    await row.getByText('€144.00 a year').waitFor()

    await row.getByRole('button', { name: 'Cancel Harbour Dental' }).click()
    const cancelling = page.getByRole('dialog', { name: 'Cancel the subscription of Harbour Dental?' })
    await cancelling.getByText(/^Nothing is lost: the channel runs until/).waitFor()
    // What can't be undone is not what Enter does.
    await cancelling.locator('button:focus').getByText('Keep it').waitFor()
    await cancelling.getByRole('button', { name: 'Cancel it at the period’s end' }).click()
    await row.getByText(/^ends/).waitFor()

    await row.getByRole('button', { name: 'Resume Harbour Dental' }).click()
    const resuming = page.getByRole('dialog', { name: 'Resume the subscription of Harbour Dental?' })
    await resuming.getByText('€144.00 a year are charged on').waitFor()
    await resuming.getByRole('button', { name: 'Resume' }).click()
    await row.getByText(/^renews/).waitFor()

    await row.getByRole('link', { name: 'Harbour Dental' }).click()
    const subscription = page.getByRole('region', { name: 'Subscription' })
    await subscription.getByText('€144.00 a year').waitFor()
    await subscription.getByText(/its period ends on/).waitFor()
    expect(complaints).toEqual([])
  })

  it('leaves everything as it was where the card is declined and the page is left', async () => {
    const { page, complaints } = await dashboard.open('PARTNER')
    await plans(page)
    await page.getByRole('button', { name: 'Subscribe a channel' }).click()
    await page.getByRole('radio', { name: 'Bakery Rosewood' }).click()
    await page.getByRole('button', { name: 'Go on to the payment' }).click()
    await payByCard(page, '4000 0000 0000 0002')
    await page.getByRole('alert').getByText('declined').waitFor()
    await page.getByRole('link', { name: 'Cancel and go back' }).click()
    await page.getByText('Nothing was paid', { exact: true }).waitFor()
    await page.getByRole('row', { name: /Harbour Dental/ }).waitFor()
    expect(await page.getByRole('row', { name: /Bakery Rosewood/ }).count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('ends at once where it is cancelled now, and its channel has no more than its day of the balance that had begun', async () => {
    const { page, complaints } = await dashboard.open('PARTNER')
    await plans(page)
    const row = page.getByRole('row', { name: /Harbour Dental/ })
    await row.getByRole('button', { name: 'Cancel Harbour Dental' }).click()
    const cancelling = page.getByRole('dialog', { name: 'Cancel the subscription of Harbour Dental?' })
    await cancelling.getByRole('radio', { name: 'Now' }).click()
    await cancelling.getByText(/at the end of that day\. Its paid time up to .* is lost/).waitFor()
    await cancelling.getByRole('button', { name: 'Cancel it now' }).click()
    await cancelling.waitFor({ state: 'detached' })
    await row.waitFor({ state: 'detached' })
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Channels' }).click()
    await page.getByRole('row', { name: /Harbour Dental .* 0 days Balance$/ }).waitFor()
    expect(complaints).toEqual([])
  })
})

async function plans(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Plans' }).click()
  await page.getByRole('heading', { level: 1, name: 'Plans' }).waitFor()
}

/** On the page of the built-in provider. */
async function payByCard(page: Page, card: string): Promise<void> {
  await page.getByLabel('Card number').fill(card)
  await page.getByRole('button', { name: /^Pay/ }).click()
}
