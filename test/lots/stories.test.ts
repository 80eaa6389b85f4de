import { SetChannelPrice, setChannelPrice } from '../../src/lots/set-channel-price'
import { ChannelPrice } from '../../src/lots/channel-price.entity'
import { channelMargin, type ChannelMargin } from '../../src/lots/channel-margin'
import { catchUpLots } from '../../src/lots/catch-up-lots'
import { auditLots } from '../../src/lots/audit-lots'
import { readChannelCosts, readUsedDaysCosts } from '../../src/lots/read-channel-costs'
import { JobFailure } from '../../src/jobs/job-failure'
import { adjustBalance } from '../../src/ledger/adjust-balance'
import { BackOffice } from '../credit-notes/back-office'
import { Office } from '../invoices/office'
import { lotsOf } from './lot-rows'

let office: Office
let back: BackOffice
beforeAll(async () => {
  office = await Office.open(8)
  back = new BackOffice(office)
})
afterAll(() => office.close())

async function left(accountId: string): Promise<number[]> {
  await catchUpLots(office.database, accountId)
  return (await lotsOf(office.database, accountId)).lots.map(({ daysLeft }) => daysLeft)
}

async function cost(accountId: string, channelId: string) {
  const costs = await readChannelCosts(office.database, accountId, [channelId])
  return costs.get(channelId)
}

async function ask(accountId: string, channelId: string, amount: number, currency = 'EUR'): Promise<ChannelPrice> {
  const command = SetChannelPrice.parse({ channelId, amount, currency })
  await office.database.inTransaction((tx) => setChannelPrice(tx, 'token_test', accountId, command))
  return office.database.dataSource.manager.findOneByOrFail(ChannelPrice, { accountId, channelId })
}

async function margin(accountId: string, price: ChannelPrice, from: string, to: string): Promise<ChannelMargin> {
  const period = { from: new Date(from), to: new Date(to) }
  const used = await readUsedDaysCosts(office.database, accountId, [price.channelId], period)
  const days = used.get(price.channelId)
  if (days === undefined) throw new Error('no days')
  return channelMargin(price, days)
}

describe('lots', () => {
  it('tell what each channel costs, and what it earns', async () => {
    // 1 March: 30 days for 10.00 EUR, and 5 days as a present.
    await office.stopClock(new Date('2031-03-01T00:00:00Z'))
    const accountId = await office.account()
    await back.bought(accountId, 1)
    const present = { accountId, days: 5, comment: 'welcome', idempotencyKey: 'present' }
    await office.database.inTransaction((tx) => adjustBalance(tx, 'staff:test', present))
    // 2 March: the price has risen. 30 days for 13.00 EUR.
    await office.stopClock(new Date('2031-03-02T00:00:00Z'))
    await office.agree(accountId, { channelMonthAmount: 1300 })
    await back.bought(accountId, 1)
    expect(await left(accountId)).toEqual([30, 5, 30])

    // 40 days for a channel: the oldest first. 30 of March, the present, and 5 of the dear ones.
    const channelId = await back.channel(accountId, { days: 40 })
    expect(await left(accountId)).toEqual([0, 0, 25])
    // 8 of them go back: the last that came to the channel, each to its lot.
    await back.release(accountId, channelId, 8)
    expect(await left(accountId)).toEqual([0, 3, 30])

    // 31 March, midday: 30 days have begun, all of the first lot.
    await office.stopClock(new Date('2031-03-31T12:00:00Z'))
    expect(await cost(accountId, channelId)).toEqual({
      used: {
        days: 30,
        freeDays: 0,
        uncoveredDays: 0,
        costs: [{ currency: 'EUR', days: 30, netMinor: 1000, totalMinor: 1000 }],
      },
      unused: { days: 2, freeDays: 2, uncoveredDays: 0, costs: [] },
    })

    // The partner asks 45.00 EUR for 30 days. By the middle of March it had used 14 of them.
    const price = await ask(accountId, channelId, 4500)
    expect(await margin(accountId, price, '2031-03-01T00:00:00Z', '2031-03-16T00:00:00Z')).toEqual({
      currency: 'EUR',
      usedDays: 14,
      revenueMinor: 2100,
      costMinor: 467,
      marginMinor: 1633,
      explanation: '14 used days at 45.00 EUR for 30 days: 21.00 EUR. 14 days cost 4.67 EUR without tax.',
    })
    // In dollars it earns something else, which is not to be compared.
    const dollars = await ask(accountId, channelId, 4500, 'USD')
    expect(await margin(accountId, dollars, '2031-03-01T00:00:00Z', '2031-03-16T00:00:00Z')).toMatchObject({
      currency: 'USD',
      revenueMinor: 2100,
      costMinor: null,
      marginMinor: null,
    })
  })

  it('cover what a postpaid account drew beyond them, oldest first, as soon as it buys', async () => {
    await office.stopClock(new Date('2031-05-01T00:00:00Z'))
    const accountId = await office.account()
    await office.query(`UPDATE account SET billing_mode = 'POSTPAID', credit_limit = 100 WHERE id = $1`, [accountId])
    const first = await back.channel(accountId, { days: 20 })
    const second = await back.channel(accountId, { days: 20 })
    expect(await left(accountId)).toEqual([])
    expect(await cost(accountId, first)).toMatchObject({ unused: { days: 20, uncoveredDays: 20, costs: [] } })
    // 30 days for 10.00 EUR: the balance is −10, and no lot has a day left.
    await back.bought(accountId, 1)
    expect(await left(accountId)).toEqual([0])
    expect(await cost(accountId, first)).toMatchObject({
      unused: { uncoveredDays: 0, costs: [{ days: 20, netMinor: 667 }] },
    })
    expect(await cost(accountId, second)).toMatchObject({
      unused: { uncoveredDays: 10, costs: [{ days: 10, netMinor: 333 }] },
    })
    // What was never covered is simply not drawn any longer; what was goes back to its lot.
    await back.release(accountId, second, 12)
    expect(await left(accountId)).toEqual([2])
  })

  it('give a credit note the days of its own invoice, however many older ones there are', async () => {
    await office.stopClock(new Date('2031-06-01T00:00:00Z'))
    const accountId = await office.account()
    await back.bought(accountId, 1)
    const second = await back.bought(accountId, 1)
    await back.credit(second, { days: 10 })
    expect(await left(accountId)).toEqual([30, 20])
  })

  it('that are not those of the ledger are told of, and fail the job', async () => {
    await office.stopClock(new Date('2031-07-01T00:00:00Z'))
    const accountId = await office.account()
    await back.bought(accountId, 1)
    const channelId = await back.channel(accountId, { days: 10 })
    const told: unknown[] = []
    const log = { error: (what: unknown) => told.push(what) } as never
    const audit = () => auditLots({ database: office.database, log, signal: new AbortController().signal })
    await audit()
    await office.query('UPDATE lot SET days_left = days_left - 1 WHERE account_id = $1', [accountId])
    await office.query('UPDATE lot_piece SET days = days + 2 WHERE account_id = $1', [accountId])
    await expect(audit()).rejects.toThrow(JobFailure)
    expect(told).toEqual([
      { violation: `Account ${accountId}: its lots have 19 days left, 0 are uncovered, and 20 available` },
      { violation: `Account ${accountId}: channel ${channelId} was given 10 days, and pieces of 12` },
      { violation: expect.stringMatching(/: lot \d+ is of 30 days, and 31 are found$/) as string },
    ])
  })
})
