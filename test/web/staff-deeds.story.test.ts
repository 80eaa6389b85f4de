import type { Page } from 'playwright-core'
import {
  PrepareInvoiceDocument,
  RecordPaymentDocument,
  RequestInvoiceDocument,
  SetPriceAgreementDocument,
} from '../../sdk'
import { CARDS, payAt, press, until } from '../invoices/payer'
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

  it('returns a payment in part, and to its card what came for an invoice that is void', async () => {
    const { account, client } = await dashboard.gateway.newPartner({ name: 'Card and Sons', sandbox: true })
    await dashboard.gateway.staff.request(SetPriceAgreementDocument, {
      ...{ accountId: account.id, currency: 'EUR', channelMonthAmount: 1_000 },
    })
    const { requestInvoice } = await client.request(RequestInvoiceDocument, { channels: 3 })
    const { id } = requestInvoice.invoice
    await dashboard.gateway.staff.request(RecordPaymentDocument, {
      ...{ invoiceId: id, amount: 1_200, method: 'BANK_TRANSFER', idempotencyKey: 'too much' },
    })
    await page.goto(`/accounts/${account.id}/invoices/${id}`)
    await page.getByRole('button', { name: 'Return the payment' }).click()
    const returning = page.getByRole('dialog', { name: 'Return the payment?' })
    await returning.getByLabel('Amount').fill('2.00')
    await returning
      .getByText(/^It no longer counts: €10\.00 of €30\.00 are paid then\. This can’t be undone\.$/)
      .waitFor()
    expect(await returning.getByRole('button', { name: '€2.00 were paid back' }).isDisabled()).toBe(true)
    await returning.getByLabel('Why').fill('Too much')
    await returning.getByRole('button', { name: '€2.00 were paid back' }).click()
    await returning.waitFor({ state: 'detached' })
    await page
      .getByRole('row', { name: /Too much/ })
      .getByText('€2.00', { exact: true })
      .waitFor()

    const late = await client.request(RequestInvoiceDocument, { channels: 2 })
    const { location } = await press(late.requestInvoice.invoice.paymentUrl ?? '')
    await dashboard.gateway.sql(`UPDATE invoice SET status = 'VOID' WHERE id = $1`, [late.requestInvoice.invoice.id])
    await payAt(location ?? '', CARDS.pays)
    await page.goto('/payments')
    const kept = page.getByRole('table', { name: 'Unapplied payments' }).getByRole('row', { name: /Card and Sons/ })
    await kept.getByRole('button', { name: 'Return €20.00 to Card and Sons' }).click()
    const giving = page.getByRole('dialog', { name: 'Return what was not outstanding?' })
    await giving.getByLabel('Amount').fill('21.00')
    await giving.getByText('More than nothing, and €20.00 at the most').waitFor()
    await giving.getByLabel('Amount').fill('5.00')
    await giving.getByText(/€15\.00 = €20\.00 − €5\.00 wait afterwards\. This can’t be undone\.$/).waitFor()
    await giving.getByLabel('Why').fill('It is void')
    await giving.getByRole('button', { name: 'Refund €5.00 to the card' }).click()
    await giving.waitFor({ state: 'detached' })
    await kept.getByRole('button', { name: 'Return €15.00 to Card and Sons' }).click()
    await giving.getByLabel('Why').fill('It is void')
    await giving.getByRole('button', { name: 'Refund €15.00 to the card' }).click()
    await giving.waitFor({ state: 'detached' })
    await kept.waitFor({ state: 'detached' })
  })

  it('sends a mail again', async () => {
    const { account } = await dashboard.gateway.newPartner({ name: 'Read it', email: 'owner@partner.example' })
    await dashboard.gateway.staff.request(SetPriceAgreementDocument, {
      ...{ accountId: account.id, currency: 'EUR', channelMonthAmount: 1_000 },
    })
    await dashboard.gateway.staff.request(RequestInvoiceDocument, { accountId: account.id, channels: 1 })
    const resent = () =>
      dashboard.gateway.sql<{ state: string; resent: number }>('SELECT state, resent FROM mail WHERE account_id = $1', [
        account.id,
      ])
    await until(resent, ([mail]) => mail?.state === 'SENT')
    await page.goto(`/accounts/${account.id}/settings?tab=mail`)
    await page.getByRole('button', { name: /^Send again: “/ }).click()
    const sending = page.getByRole('dialog', { name: 'Send it again?' })
    await sending.getByText(/goes out anew, to the address that the account has now/).waitFor()
    await sending.getByRole('button', { name: 'Send it again' }).click()
    await sending.waitFor({ state: 'detached' })
    expect(await until(resent, ([mail]) => mail?.state === 'SENT' && mail.resent === 1)).toHaveLength(1)
  })
})
