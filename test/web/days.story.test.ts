import type { Page } from 'playwright-core'
import { SetPriceAgreementDocument } from '../../sdk'
import { startDashboard, type TestDashboard, type Window } from '../support/dashboard'

/** What is left of it, shown by a clock that moves once a second. */
const HALF_AN_HOUR = /^(30:0[01]|29:\d\d)$/

describe('the first billing method, in two windows', () => {
  let dashboard: TestDashboard
  beforeAll(async () => {
    dashboard = await startDashboard()
    const [account] = await dashboard.gateway.sql<{ id: string }>('SELECT id FROM account')
    // The demo's own prices, with invoices that wait for staff.
    await dashboard.gateway.staff.request(SetPriceAgreementDocument, {
      accountId: account?.id ?? '',
      currency: 'EUR',
      channelMonthAmount: 1200,
      taxPartsPerMillion: 200_000,
      autoPrepare: false,
    })
  })
  afterAll(() => dashboard.stop())

  it('goes from the sign-in to the ledger, and neither window is ever loaded again', async () => {
    const windows = [await dashboard.open('PARTNER'), await dashboard.open('STAFF')]
    const [partner, staff] = windows.map(({ page }) => page) as [Page, Page]
    for (const page of [partner, staff]) await page.evaluate('globalThis.isSameLoad = true')
    await staff.getByText('Nothing waits').waitFor()
    await available(partner, '1,855 days')

    await goTo(partner, 'Invoices')
    await partner.getByRole('link', { name: 'Buy days' }).first().click()
    await partner.getByLabel('Channels', { exact: true }).fill('5')
    const quote = partner.getByRole('region', { name: 'Quote' })
    await quote.getByText('150 = 5 channels × 30 days').waitFor()
    await quote.getByText('Once it is paid, 2,005 days are available: 1,855 now + 150.').waitFor()
    await quote.getByRole('button', { name: 'Request it for €72.00' }).click()
    await partner.getByRole('heading', { name: 'Invoice for 150 days' }).waitFor()
    expect(await partner.getByRole('timer').first().textContent()).toMatch(HALF_AN_HOUR)

    const request = staff.getByRole('row', { name: /Demo partner/ })
    await request.getByText('5 channels × 30 days').waitFor()
    expect(await request.getByRole('timer').textContent()).toMatch(HALF_AN_HOUR)
    await request.getByRole('button', { name: 'Prepare the request of Demo partner' }).click()
    const preparing = staff.getByRole('dialog')
    await preparing.getByText('150 days = 5 channels × 30 days').waitFor()
    await preparing.getByRole('button', { name: 'Prepare it' }).click()
    await staff.getByText('Nothing waits').waitFor()

    const heading = partner.getByRole('heading', { level: 1, name: /^Invoice (?!for)/ })
    await heading.waitFor()
    const number = ((await heading.textContent()) ?? '').replace('Invoice ', '')

    await goTo(staff, 'Accounts')
    await staff.getByRole('link', { name: 'Demo partner' }).first().click()
    await goTo(staff, 'Invoices')
    await staff.getByRole('link', { name: number, exact: true }).click()
    await staff.getByRole('button', { name: 'Record a payment' }).waitFor()

    const opening = partner.waitForEvent('popup')
    await partner.getByRole('link', { name: /^Pay/ }).click()
    await payByCard(await opening)

    for (const page of [partner, staff]) {
      await page.getByText(/^Paid .*: 150 days were credited\.$/).waitFor()
      await page.getByRole('region', { name: 'Outstanding' }).getByText('€0.00', { exact: true }).waitFor()
      await available(page, '2,005 days')
    }

    await goTo(partner, 'Channels')
    await partner.getByRole('button', { name: 'Create a channel' }).click()
    const creating = partner.getByRole('dialog', { name: 'Create a channel' })
    await creating.getByLabel('Name').fill('Night Chemist')
    await creating.getByLabel('Days').fill('30')
    await creating.getByText('= 2,005 days − 30 days').waitFor()
    await creating.getByRole('button', { name: 'Create' }).click()
    await partner.getByRole('heading', { level: 1, name: 'Night Chemist' }).waitFor()
    await unused(partner, '29 days')

    await partner.getByRole('button', { name: 'Allocate days' }).click()
    const allocating = partner.getByRole('dialog', { name: 'Allocate days to Night Chemist' })
    await allocating.getByLabel('Days').fill('45')
    await allocating.getByRole('row', { name: 'Unused days 74 days' }).waitFor()
    await allocating.getByText('= 1,975 days − 45 days').waitFor()
    await allocating.getByRole('button', { name: 'Allocate 45 days' }).click()
    await unused(partner, '74 days')
    for (const page of [partner, staff]) await available(page, '1,930 days')

    await partner.getByRole('button', { name: 'Release days' }).click()
    const releasing = partner.getByRole('dialog', { name: 'Release days of Night Chemist' })
    await releasing.getByRole('radio', { name: 'Some of them' }).click()
    await releasing.getByRole('textbox', { name: 'Days' }).fill('20')
    await releasing.getByText('= 1,930 days + 20 days').waitFor()
    await releasing.getByRole('button', { name: 'Release 20 days' }).click()
    await unused(partner, '54 days')
    for (const page of [partner, staff]) await available(page, '1,950 days')

    await goTo(partner, 'Ledger')
    const movement = (name: RegExp) => partner.getByRole('table', { name: 'Transactions' }).getByRole('row', { name })
    await movement(/Release .* Night Chemist \+20 days.* 1,950 /).waitFor()
    await movement(/Allocation .* Night Chemist −45 days.* 1,930 /).waitFor()
    await movement(/Allocation .* Night Chemist −30 days.* 1,975 /).waitFor()
    await movement(new RegExp(`Purchase .* ${number} \\+150 days.* 2,005 `)).waitFor()

    for (const { page, complaints } of windows) {
      expect(await page.evaluate('globalThis.isSameLoad')).toBe(true)
      expect(complaints).toEqual([])
    }
  })

  it('takes a transfer that staff record as well', async () => {
    const [partner, staff] = [await dashboard.open('PARTNER'), await dashboard.open('STAFF')]
    await requestLooseDays(partner, 10)
    await staff.page.getByRole('link', { name: 'Look at it' }).click()
    await staff.page.getByRole('button', { name: 'Prepare', exact: true }).click()
    await staff.page.getByRole('dialog').getByRole('button', { name: 'Prepare' }).click()
    await partner.page.getByRole('link', { name: /^Pay/ }).waitFor()

    await staff.page.getByRole('button', { name: 'Record a payment' }).click()
    const recording = staff.page.getByRole('dialog', { name: 'Record a payment' })
    await recording.getByLabel('Reference').fill('TR-1')
    await recording.getByText('With it the invoice is paid: 10 days are credited').waitFor()
    await recording.getByRole('button', { name: 'Record €4.80' }).click()
    for (const { page, complaints } of [partner, staff]) {
      await page.getByText(/^Paid .*: 10 days were credited\.$/).waitFor()
      await page.getByText('TR-1').first().waitFor()
      expect(complaints).toEqual([])
    }
  })
})

async function requestLooseDays({ page }: Window, days: number): Promise<void> {
  await goTo(page, 'Invoices')
  await page.getByRole('link', { name: 'Buy days' }).first().click()
  await page.getByLabel('Loose days').fill(String(days))
  await page.getByRole('button', { name: /^Request it for/ }).click()
  await page.getByRole('heading', { name: `Invoice for ${days} days` }).waitFor()
}

async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

/** What stands in the frame of every page. */
async function available(page: Page, days: string): Promise<void> {
  await page.getByRole('banner').getByText(days, { exact: true }).waitFor()
}

async function unused(page: Page, days: string): Promise<void> {
  await page.getByRole('region', { name: 'Unused' }).getByText(days, { exact: true }).waitFor()
}

async function payByCard(page: Page): Promise<void> {
  await page.getByRole('button', { name: /by card$/ }).click()
  await page.getByLabel('Card number').fill('4242 4242 4242 4242')
  await page.getByRole('button', { name: /^Pay/ }).click()
  await page.getByText('This invoice is paid').waitFor()
}
