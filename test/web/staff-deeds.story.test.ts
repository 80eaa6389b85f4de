import type { Page } from 'playwright-core'
import { RequestInvoiceDocument } from '../../sdk'
import { startDashboard, type TestDashboard } from '../support/dashboard'

describe('what staff do with prices and invoices', () => {
  let dashboard: TestDashboard
  let accountId: string
  let page: Page
  let complaints: string[]
  beforeAll(async () => {
    dashboard = await startDashboard()
    ;[{ id: accountId = '' } = { id: '' }] = await dashboard.gateway.sql<{ id: string }>('SELECT id FROM account')
    ;({ page, complaints } = await dashboard.open('STAFF'))
  })
  afterAll(async () => {
    expect(complaints).toEqual([])
    await dashboard.stop()
  })

  const order = async (): Promise<void> => {
    const { requestInvoice } = await dashboard.gateway.staff.request(RequestInvoiceDocument, { accountId, channels: 1 })
    await page.goto(`/accounts/${accountId}/invoices/${requestInvoice.invoice.id}`)
  }
  const act = async (button: string, title: string, label: string, why?: string) => {
    await page.getByRole('button', { name: button, exact: true }).click()
    const dialog = page.getByRole('dialog', { name: title })
    if (why !== undefined) await dialog.getByLabel('Why').fill(why)
    await dialog.getByRole('button', { name: label }).click()
    await dialog.waitFor({ state: 'detached' })
  }

  it('stops and resumes the reminders of an invoice, writes one off, and voids one', async () => {
    await order()
    await act('Stop reminders', 'Stop its reminders?', 'Stop reminders', 'They pay on Friday')
    await page.getByText(/^Stopped since/).waitFor()
    await act('Resume reminders', 'Resume its reminders?', 'Resume reminders')
    await page.getByText(/^The first word, or the next, is sent/).waitFor()
    await act('Write off', 'Write the invoice off?', 'Write it off', 'They went out of business')
    await page.getByText(/^Written off:/).waitFor()
    await order()
    await act('Void', 'Void the invoice?', 'Void it for good', 'Asked for twice')
    await page.getByText(/^Taken back for good\./).waitFor()
  })

  it('agrees new prices, by which the next request is priced, and cancels that', async () => {
    await page.goto(`/accounts/${accountId}/agreements`)
    await page.getByRole('button', { name: 'Agree new prices' }).click()
    const dialog = page.getByRole('dialog', { name: 'Agree new prices' })
    await dialog.getByLabel('A channel for 30 days').first().fill('9.5x')
    await dialog.getByText('An amount such as 12.50').waitFor()
    await dialog.getByLabel('A channel for 30 days').first().fill('9.50')
    await dialog.getByText('For example: 100 channels for 30 days = 100 × €9.50 =').waitFor()
    await dialog.getByLabel('Invoices open at once').setChecked(false)
    await dialog.getByRole('button', { name: 'Agree them' }).click()
    await dialog.waitFor({ state: 'detached' })
    const prices = page.getByRole('table', { name: 'Price agreements' })
    await prices.getByRole('row', { name: /€9\.50.*prepared by staff/ }).waitFor()

    await order()
    await page.getByRole('region', { name: 'Total' }).getByText('€11.40', { exact: true }).waitFor()
    await act('Cancel the request', 'Cancel the request?', 'Cancel the request')
    await page.getByText(/^Taken back for good\./).waitFor()
  })
})
