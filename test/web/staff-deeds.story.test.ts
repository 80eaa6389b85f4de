import type { Page } from 'playwright-core'
import { PrepareInvoiceDocument, RequestInvoiceDocument } from '../../sdk'
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

  it('shows the day of a bank’s payment as it was typed, also where the day begins later', async () => {
    const west = await dashboard.open('STAFF', { timeZone: 'America/Los_Angeles' })
    const { requestInvoice } = await dashboard.gateway.staff.request(RequestInvoiceDocument, { accountId, channels: 1 })
    const { id } = requestInvoice.invoice
    await dashboard.gateway.staff.request(PrepareInvoiceDocument, { invoiceId: id })
    await west.page.goto(`/accounts/${accountId}/invoices/${id}`)
    await west.page.getByRole('button', { name: 'Record a payment' }).click()
    const recording = west.page.getByRole('dialog', { name: 'Record a payment' })
    await recording.getByLabel('Amount').fill('1.00')
    await recording.getByLabel('Received on, UTC').fill('2024-03-01')
    await recording.getByRole('button', { name: 'Record €1.00' }).click()
    await recording.waitFor({ state: 'detached' })
    await west.page
      .getByRole('row', { name: /Bank transfer/ })
      .getByText('1 Mar 2024', { exact: true })
      .waitFor()
    const [payment] = await dashboard.gateway.sql<{ at: Date }>(
      'SELECT received_at AS at FROM payment WHERE invoice_id = $1',
      [id],
    )
    expect(payment?.at.toISOString()).toBe('2024-03-01T00:00:00.000Z')
    expect(west.complaints).toEqual([])
  })
})
