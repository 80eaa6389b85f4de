import { releaseDays } from '../../src/channels/release-days'
import { openBook, saveBooks } from '../../src/ledger/account-book'
import { PARTNER, Sandbox } from './sandbox'

/** Stories of the clock, told in days since the account was opened; each ends with a clean audit. */
describe('the clock', () => {
  let sandbox: Sandbox

  afterEach(async () => {
    expect(await sandbox.violations()).toEqual([])
    await sandbox.close()
  })

  it('gives notice 7, 3 and 1 days before the end of a channel’s time, and tells its end, each at its instant', async () => {
    sandbox = await Sandbox.open()
    await sandbox.grant(100)
    await sandbox.channel({ days: 10 })
    await sandbox.advanceTo(20)
    expect(await sandbox.ends()).toEqual(['0 ALLOCATED', '3 NEAR', '7 NEAR', '9 NEAR', '10 EXPIRED'])
  })

  it('tells an end once and writes no channel for it, nor is any other end lost that comes to lie before it', async () => {
    sandbox = await Sandbox.open({ maxTrials: 1 })
    const { database, accountId } = sandbox
    await sandbox.grant(100)
    const tried = await sandbox.channel({ trial: true })
    await sandbox.advanceTo(0.25)
    const paid = await sandbox.channel({ days: 10 })
    const before = await database.dataSource.query<unknown[]>('SELECT xmin FROM channel WHERE id = $1', [paid])
    const lastNotice = 9.25
    await sandbox.advanceTo(lastNotice)
    const noticed = await database.dataSource.query<unknown[]>('SELECT xmin FROM channel WHERE id = $1', [paid])
    expect(noticed).not.toEqual(before)
    await sandbox.advanceTo(10.5)
    expect(await database.dataSource.query('SELECT xmin FROM channel WHERE id = $1', [paid])).toEqual(noticed)
    // The run is gone before its first day began: what is left is the trial, over for days, whose end was told before the run.
    await sandbox.allocate(tried, 3)
    await database.inTransaction(async (tx) => {
      const book = await openBook(tx, { accountId, channelIds: [tried] })
      releaseDays(book, PARTNER, { channelId: tried, days: null, comment: null, idempotencyKey: null })
      await saveBooks(tx, [book])
    })
    await sandbox.advanceTo(10.75)
    await sandbox.allocate(paid, 2)
    await sandbox.advanceTo(20)
    const told = (await sandbox.ends()).filter((end) => end.endsWith('EXPIRED'))
    expect(told).toEqual(['5 EXPIRED', '10.25 EXPIRED', '10.5 EXPIRED', '12.75 EXPIRED'])
  })

  it('moves the notices with the end', async () => {
    sandbox = await Sandbox.open()
    await sandbox.grant(100)
    const channel = await sandbox.channel({ days: 10 })
    await sandbox.advanceTo(2)
    await sandbox.allocate(channel, 10)
    await sandbox.advanceTo(30)
    expect(await sandbox.ends()).toEqual(['0 ALLOCATED', '2 ALLOCATED', '13 NEAR', '17 NEAR', '19 NEAR', '20 EXPIRED'])
  })

  it('ends a trial on time, and begins the days that were allocated meanwhile at its end', async () => {
    sandbox = await Sandbox.open({ maxTrials: 2 })
    await sandbox.grant(10)
    await sandbox.channel({ trial: true })
    const paid = await sandbox.channel({ trial: true })
    await sandbox.allocate(paid, 2)
    await sandbox.advanceTo(10)
    expect(await sandbox.ends()).toEqual([
      '0 TRIAL',
      '0 TRIAL',
      '0 ALLOCATED',
      '2 NEAR',
      '4 NEAR',
      '4 NEAR',
      '5 EXPIRED',
      '6 NEAR',
      '7 EXPIRED',
    ])
    expect(await sandbox.balance()).toMatchObject({ available: 8, allocated: 0, used: 2 })
  })

  it('posts the used days of all channels once a UTC day, and none where none were used', async () => {
    sandbox = await Sandbox.open()
    await sandbox.grant(100)
    await sandbox.channel({ days: 3 })
    await sandbox.advanceTo(0.5)
    await sandbox.channel({ days: 2 })
    await sandbox.advanceTo(8)
    expect(await sandbox.burns()).toEqual(['1 2', '2 2', '3 1'])
    expect(await sandbox.balance()).toMatchObject({ available: 95, allocated: 0, used: 5 })
  })

  it('renews day by day while the balance lasts, tells once that it no longer does, and goes on when days arrive', async () => {
    sandbox = await Sandbox.open()
    await sandbox.grant(4)
    const channel = await sandbox.channel({ days: 2 })
    await sandbox.renew(channel, 1)
    await sandbox.advanceTo(10)
    expect(await sandbox.ends()).toEqual(['0 ALLOCATED', '1 RENEWED', '2 RENEWED', '3 RENEWAL_FAILED', '4 EXPIRED'])
    expect(await sandbox.balance()).toMatchObject({ available: 0, used: 4 })
    await sandbox.grant(2)
    await sandbox.advanceTo(10.25)
    // One day brings it to its lead of 24 hours, and a millisecond later it wants the next.
    expect((await sandbox.ends()).slice(5)).toEqual(['10 RENEWED', '10 RENEWED'])
    await sandbox.advanceTo(20)
    expect((await sandbox.ends()).slice(7)).toEqual(['11 RENEWAL_FAILED', '12 EXPIRED'])
  })

  it('renews again in time where a renewal failed, and days were then allocated by hand', async () => {
    sandbox = await Sandbox.open()
    await sandbox.grant(5)
    const channel = await sandbox.channel({ days: 2 })
    await sandbox.renew(channel, 10)
    await sandbox.advanceTo(1.5)
    await sandbox.allocate(channel, 3)
    await sandbox.advanceTo(2.25)
    await sandbox.grant(50)
    await sandbox.advanceTo(5)
    expect(await sandbox.ends()).toEqual(['0 ALLOCATED', '1 RENEWAL_FAILED', '1.5 ALLOCATED', '4 RENEWED'])
  })

  it('tells a notice once where days arrive at its very instant', async () => {
    sandbox = await Sandbox.open()
    await sandbox.grant(5)
    const channel = await sandbox.channel({ days: 5 })
    await sandbox.renew(channel, 10, 72)
    await sandbox.advanceTo(4)
    await sandbox.grant(1)
    await sandbox.advanceTo(4.5)
    await sandbox.grant(20)
    await sandbox.advanceTo(5)
    expect(await sandbox.ends()).toEqual(['0 ALLOCATED', '2 RENEWAL_FAILED', '4 NEAR', '4.5 RENEWED'])
  })

  it('renews by the smallest multiple that covers the lead', async () => {
    sandbox = await Sandbox.open()
    await sandbox.grant(100)
    const channel = await sandbox.channel({ days: 1 })
    await sandbox.renew(channel, 2, 120)
    expect(await sandbox.balance()).toMatchObject({ available: 95, allocated: 5 })
  })

  it('goes by the account’s own notices at once, also of channels that run', async () => {
    sandbox = await Sandbox.open()
    await sandbox.grant(100)
    await sandbox.channel({ days: 30 })
    await sandbox.channel({ days: 5 })
    await sandbox.advanceTo(1)
    await sandbox.alerts({ noticeDays: [10, 4] })
    await sandbox.advanceTo(31)
    expect(await sandbox.ends()).toEqual([
      ...['0 ALLOCATED', '0 ALLOCATED', '1 NEAR', '5 EXPIRED', '20 NEAR', '26 NEAR', '30 EXPIRED'],
    ])
  })

  it('tells once of each threshold that the balance crosses downwards, also where one change jumps several', async () => {
    sandbox = await Sandbox.open()
    await sandbox.alerts({ lowBalanceDays: [10, 50, 20] })
    await sandbox.grant(60)
    const channel = await sandbox.channel({ days: 5 })
    await sandbox.allocate(channel, 6)
    await sandbox.allocate(channel, 1)
    await sandbox.allocate(channel, 40)
    await sandbox.grant(100)
    await sandbox.allocate(channel, 80)
    expect(await sandbox.lowBalances()).toEqual(['50: 49', '20: 8', '10: 8', '50: 28'])
  })

  it('tells of a request before its half hour is over, and again where it was not kept', async () => {
    sandbox = await Sandbox.open()
    await sandbox.agree({ autoPrepare: false })
    await sandbox.request(75)
    await sandbox.advanceTo(1)
    await sandbox.advanceTo(2)
    expect(await sandbox.minutesOf('invoice_request')).toEqual([
      '20 invoice_request.due_soon',
      '30 invoice_request.late',
    ])
  })

  it('moves a sandbox’s clock only forward, by 366 days at the most, and no other account’s', async () => {
    sandbox = await Sandbox.open()
    await sandbox.advanceTo(1)
    for (const day of [0, 1, 1 + 366.001]) {
      await expect(sandbox.advanceTo(day)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'to' } })
    }
    const accountId = await sandbox.liveAccount()
    await expect(sandbox.advanceTo(2, accountId)).rejects.toMatchObject({ code: 'CONFLICT' })
    await sandbox.advanceTo(1 + 366)
  })

  it('brings about a year of a hundred channels that renew, day by day, in seconds', async () => {
    sandbox = await Sandbox.open()
    await sandbox.grant(100_000)
    for (let count = 0; count < 100; count += 1) {
      const channel = await sandbox.channel({ days: 1 })
      await sandbox.renew(channel, 30)
    }
    await sandbox.advanceTo(365)
    const { available, allocated, used } = await sandbox.balance()
    expect(used).toBe(100 * 365)
    expect(available + allocated + used).toBe(100_000)
  })
})
