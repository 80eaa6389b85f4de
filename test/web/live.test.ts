import { startDashboard, type TestDashboard } from '../support/dashboard'
import {
  BalanceDocument as AvailableDocument,
  AdjustBalanceDocument,
  ChannelsDocument,
  ReleaseDaysDocument,
} from '../../sdk'

describe('the dashboard, live', () => {
  let dashboard: TestDashboard
  let accountId: string
  beforeAll(async () => {
    dashboard = await startDashboard()
    ;[{ id: accountId = '' } = { id: '' }] = await dashboard.gateway.sql<{ id: string }>('SELECT id FROM account')
  })
  afterAll(() => dashboard.stop())

  const adjust = (days: number) =>
    dashboard.gateway.staff.request(AdjustBalanceDocument, { accountId, days, comment: 'A test' })

  it('moves the balance in every open window, without reloading', async () => {
    const windows = [await dashboard.open('PARTNER'), await dashboard.open('PARTNER', { width: 390 })]
    for (const { page } of windows) await page.getByText('1,855 days').first().waitFor()
    await adjust(145)
    for (const { page, complaints } of windows) {
      await page.getByRole('banner').getByText('2,000 days').waitFor()
      await page.getByRole('region', { name: 'Available' }).getByText('2,000 days').waitFor()
      expect(complaints).toEqual([])
    }
  })

  it('fetches anew what else an event touches: the days on channels, and the forecast', async () => {
    const { page } = await dashboard.open('PARTNER')
    await page.getByRole('region', { name: 'On channels, unused' }).getByText('393 days').waitFor()
    const { channels } = await dashboard.gateway.staff.request(ChannelsDocument, { accountId })
    const held = channels.nodes.find(({ unusedDays }) => unusedDays === 364)
    await dashboard.gateway.staff.request(ReleaseDaysDocument, { channelId: held?.id ?? '', days: 100 })
    await page.getByRole('region', { name: 'On channels, unused' }).getByText('293 days').waitFor()
  })

  it('says that it is reconnecting while the gateway is away, and misses nothing', async () => {
    const { page } = await dashboard.open('PARTNER')
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor()
    await adjust(1)
    const restarting = dashboard.gateway.restart()
    await page.getByRole('status').getByText('Reconnecting').waitFor()
    await restarting
    await adjust(1_000)
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor()
    const { available } = (await dashboard.gateway.staff.request(AvailableDocument, { accountId })).balance
    await page
      .getByRole('banner')
      .getByText(`${available.toLocaleString('en-GB')} days`)
      .waitFor()
  })
})
