import { RequestInvoiceDocument, SetPriceAgreementDocument } from '../../sdk'
import { startDashboard, type TestDashboard } from '../support/dashboard'

describe('what counts down in the dashboard', () => {
  let dashboard: TestDashboard
  beforeAll(async () => (dashboard = await startDashboard()))
  afterAll(() => dashboard.stop())

  const request = async (accountId: string): Promise<void> => {
    await dashboard.gateway.staff.request(SetPriceAgreementDocument, {
      ...{ accountId, currency: 'EUR', channelMonthAmount: 1_200, autoPrepare: false },
    })
    await dashboard.gateway.staff.request(RequestInvoiceDocument, { accountId, channels: 1 })
  }

  it('is not what a sandbox waits for, whose clock stands still', async () => {
    const { account } = await dashboard.gateway.newPartner({ name: 'Sand', sandbox: true })
    await request(account.id)
    const { page, complaints } = await dashboard.open('STAFF')
    const waiting = page.getByRole('row', { name: /Sand/ })
    await waiting.getByText(/^by /).waitFor()
    expect(await waiting.getByRole('timer').count()).toBe(0)

    await page.goto(`/accounts/${account.id}`)
    const open = page.getByRole('table', { name: 'Invoices on their way' })
    await open.getByRole('columnheader', { name: 'Total' }).waitFor()
    await open.getByText(/^ready by /).waitFor()
    expect(await open.getByRole('timer').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('says of a request that is late how late it is, and no longer that it is ready in that time', async () => {
    await dashboard.gateway.setClock(new Date(Date.now() - 35 * 60_000))
    const { account } = await dashboard.gateway.newPartner({ name: 'Late' })
    await request(account.id)
    await dashboard.gateway.setClock(null)
    const { page, complaints } = await dashboard.open('STAFF')
    await page.goto(`/accounts/${account.id}`)
    const open = page.getByRole('table', { name: 'Invoices on their way' })
    await open
      .getByRole('timer')
      .getByText(/^\d+:\d\d late$/)
      .waitFor()
    expect(await open.textContent()).not.toContain('ready in')
    expect(complaints).toEqual([])
  })
})
