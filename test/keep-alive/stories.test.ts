import { AccountStatus, BillingMode } from '../../src/accounts/account.entity'
import { KeepAliveOrder } from '../../src/keep-alive/keep-alive-policy.entity'
import { KEEP_ALIVE_LIST } from '../../src/keep-alive/preview-keep-alive'
import { cursorOf } from '../../src/paging'
import { Keeper } from './keeper'

/** Stories of keep-alive policies, told in dates from 1 January 2027 on; each ends with a clean audit. */
describe('a keep-alive policy', () => {
  let keeper: Keeper

  beforeEach(async () => {
    keeper = await Keeper.open()
  })

  afterEach(async () => {
    expect(await keeper.violations()).toEqual([])
    await keeper.close()
  })

  it('lifts every running channel that ends too early as it is set, by the fewest days that do', async () => {
    await keeper.grant(100)
    await keeper.named('short', { days: 2 })
    await keeper.named('long', { days: 30 })
    await keeper.advanceTo('2027-01-01T10:30')
    await keeper.named('later', { days: 2 })
    await keeper.keep({ minDays: 5 })
    // Until the next run, at midnight, nothing is to fall below 5 days: all are to last until 7 January.
    expect(await keeper.lasts()).toEqual({ short: '2027-01-07', long: '2027-01-31', later: '2027-01-07T10:30' })
    expect(await keeper.served()).toEqual(['2027-01-01T10:30 short +4', '2027-01-01T10:30 later +4'])
  })

  it('goes on each UTC midnight, after its burn, and holds what it promises in between', async () => {
    await keeper.grant(100)
    await keeper.named('a', { days: 3 })
    await keeper.keep({ minDays: 3 })
    await keeper.advanceTo('2027-01-05T12:00')
    expect(await keeper.served()).toEqual([
      '2027-01-01 a +1',
      '2027-01-02 a +1',
      '2027-01-03 a +1',
      '2027-01-04 a +1',
      '2027-01-05 a +1',
    ])
    expect(await keeper.lasts()).toEqual({ a: '2027-01-09' })
    expect(await keeper.burns()).toEqual(['1 1', '2 1', '3 1', '4 1'])
    // Kept above three days, it is never near its end.
    expect(await keeper.ends()).not.toContainEqual(expect.stringContaining('EXPIRED'))
  })

  it('does each missed midnight in turn, as of its own instant', async () => {
    await keeper.grant(100)
    await keeper.named('a', { days: 4 })
    await keeper.keep({ minDays: 1 })
    await keeper.advanceTo('2027-01-20')
    const days = Array.from({ length: 17 }, (_, index) => `2027-01-${String(index + 4).padStart(2, '0')} a +1`)
    expect(await keeper.served()).toEqual(days)
  })

  it('touches no channel that is new, expired, deleted, or on a trial that nobody has paid beyond', async () => {
    await keeper.update({ maxTrials: 3 })
    await keeper.grant(100)
    await keeper.named('new', {})
    const deleted = await keeper.named('deleted', { days: 2 })
    await keeper.named('expired', { days: 1 })
    await keeper.named('trial', { trial: true })
    await keeper.named('paid beyond', { trial: true, days: 1 })
    await keeper.delete(deleted)
    await keeper.advanceTo('2027-01-02')
    await keeper.keep({ minDays: 10 })
    await keeper.advanceTo('2027-01-10')
    expect((await keeper.served()).map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      'paid beyond +6',
      ...Array.from({ length: 8 }, () => 'paid beyond +1'),
    ])
  })

  it('leaves a channel that renews by itself to its own rule, until that has failed', async () => {
    await keeper.grant(10)
    await keeper.advanceTo('2027-01-01T12:00')
    const own = await keeper.named('own', { days: 2 })
    await keeper.renew(own, 5)
    await keeper.named('kept', { days: 2 })
    await keeper.keep({ minDays: 2 })
    // Four days are left on 2 January, when its renewal would take five.
    await keeper.advanceTo('2027-01-03T18:00')
    expect(await keeper.ends()).toContainEqual('1.5 RENEWAL_FAILED')
    expect(await keeper.served()).toEqual([
      '2027-01-01T12:00 kept +1',
      '2027-01-02 kept +1',
      '2027-01-03 own +3',
      '2027-01-03 kept +1',
    ])
    // Its lead is left as days arrive, so that its own rule holds again.
    await keeper.grant(20)
    await keeper.advanceTo('2027-01-06')
    expect((await keeper.served()).filter((line) => line.includes('own'))).toHaveLength(1)
    expect((await keeper.lasts()).own).toBe('2027-01-11T12:00')
  })

  it('serves in the order that it is told, and gives the first that it can’t serve whole what is left', async () => {
    await keeper.grant(60)
    for (const [name, days] of [
      ['a', 8],
      ['b', 3],
      ['c', 9],
      ['d', 1],
    ] as const) {
      await keeper.named(name, { days })
    }
    // 39 days are left; to last until 22 January takes 13, 18, 12 and 20.
    const outcome = async (order: KeepAliveOrder) => {
      const { allocations } = await keeper.preview({ minDays: 20, order })
      return allocations.rows.map(({ channelId, days }) => `${keeper.nameOf(channelId)} ${days}`)
    }
    expect(await outcome(KeepAliveOrder.ENDING_FIRST)).toEqual(['d 20', 'b 18', 'a 1', 'c 0'])
    expect(await outcome(KeepAliveOrder.OLDEST_FIRST)).toEqual(['a 13', 'b 18', 'c 8', 'd 0'])
    expect(await outcome(KeepAliveOrder.NEWEST_FIRST)).toEqual(['d 20', 'c 12', 'b 7', 'a 0'])
    expect(await outcome(KeepAliveOrder.FEWEST_DAYS_FIRST)).toEqual(['c 12', 'a 13', 'b 14', 'd 0'])
    await keeper.keep({ minDays: 20, order: KeepAliveOrder.OLDEST_FIRST })
    expect(await keeper.served()).toEqual(['2027-01-01 a +13', '2027-01-01 b +18', '2027-01-01 c +8'])
    expect((await keeper.balance()).available).toBe(0)
  })

  it('tells once that days are lacking, serves on as some arrive, and tells when all are served', async () => {
    await keeper.grant(6)
    await keeper.named('a', { days: 2 })
    await keeper.named('b', { days: 2 })
    await keeper.keep({ minDays: 4 })
    // 3 days each are lacking, and 2 are there.
    const short = '2027-01-01 keep_alive.short {"reason":"BALANCE","served":0,"unserved":2,"missingDays":4}'
    expect(await keeper.told()).toEqual([short])
    await keeper.advanceTo('2027-01-02T08:00')
    expect(await keeper.told()).toEqual([short])
    await keeper.grant(3)
    await keeper.settle()
    expect(await keeper.told()).toEqual([short])
    await keeper.grant(20)
    await keeper.settle()
    expect(await keeper.served()).toEqual([
      '2027-01-01 a +2',
      '2027-01-02T08:00 b +3',
      '2027-01-02T08:00 a +2',
      '2027-01-02T08:00 b +1',
    ])
    expect(await keeper.told()).toEqual([
      short,
      '2027-01-02T08:00 keep_alive.short_ended {"since":"2027-01-01T00:00:00.000Z"}',
    ])
    await keeper.advanceTo('2027-02-01')
    expect((await keeper.told()).filter((line) => line.includes('keep_alive.short {'))).toHaveLength(2)
  })

  it('takes days that are given back for those that lack some', async () => {
    await keeper.grant(21)
    const long = await keeper.named('long', { days: 20 })
    await keeper.named('short', { days: 1 })
    await keeper.keep({ minDays: 3 })
    await keeper.release(long, 10)
    await keeper.settle()
    expect(await keeper.served()).toEqual(['2027-01-01 short +3'])
    expect((await keeper.balance()).available).toBe(7)
  })

  it('allocates no more in a UTC day than its cap, over all the runs of the day, and whoever sets it anew', async () => {
    await keeper.grant(100)
    await keeper.named('a', { days: 1 })
    await keeper.named('b', { days: 1 })
    await keeper.keep({ minDays: 9, dailyCap: 5 })
    expect(await keeper.served()).toEqual(['2027-01-01 a +5'])
    expect(await keeper.told()).toEqual([
      '2027-01-01 keep_alive.short {"reason":"CAP","served":0,"unserved":2,"missingDays":13}',
    ])
    await keeper.grant(50)
    await keeper.settle()
    await keeper.keep({ minDays: null })
    await keeper.keep({ minDays: 9, dailyCap: 5 })
    await keeper.advanceTo('2027-01-01T23:00')
    expect(await keeper.served()).toHaveLength(1)
    await keeper.keep({ minDays: 9, dailyCap: 7 })
    expect((await keeper.served()).slice(1)).toEqual(['2027-01-01T23:00 b +2'])
    await keeper.advanceTo('2027-01-02')
    expect((await keeper.served()).slice(2)).toEqual(['2027-01-02 b +7'])
  })

  it('waits for midnight, and not for days, where cap and balance end together', async () => {
    await keeper.grant(6)
    await keeper.named('a', { days: 1 })
    await keeper.keep({ minDays: 9, dailyCap: 5 })
    expect(await keeper.told()).toEqual([
      '2027-01-01 keep_alive.short {"reason":"CAP","served":0,"unserved":1,"missingDays":4}',
    ])
    await keeper.grant(50)
    await keeper.settle()
    expect(await keeper.served()).toEqual(['2027-01-01 a +5'])
    await keeper.advanceTo('2027-01-02')
    expect((await keeper.served()).slice(1)).toEqual(['2027-01-02 a +5'])
  })

  it('gives nothing while a usage invoice is overdue, and goes on as it is paid', async () => {
    await keeper.update({ billingMode: BillingMode.POSTPAID, creditLimit: 500 })
    await keeper.agree({ paymentTermDays: 14 })
    await keeper.named('a', { days: 10 })
    await keeper.keep({ minDays: 10 })
    await keeper.advanceTo('2027-02-17T09:00')
    // Due on 15 February: its first midnight past that is the 16th.
    expect(await keeper.told()).toEqual([
      '2027-02-16 keep_alive.short {"reason":"OVERDUE","served":0,"unserved":1,"missingDays":1}',
    ])
    expect((await keeper.served()).at(-1)).toBe('2027-02-15 a +1')
    await keeper.pay('TEST-2027-000001')
    await keeper.settle()
    expect((await keeper.served()).at(-1)).toBe('2027-02-17T09:00 a +2')
    expect((await keeper.told()).at(-1)).toMatch('2027-02-17T09:00 keep_alive.short_ended')
  })

  it('gives nothing while the account is suspended, and goes on as it is active again', async () => {
    await keeper.grant(100)
    await keeper.named('a', { days: 10 })
    await keeper.keep({ minDays: 8 })
    await keeper.update({ status: AccountStatus.SUSPENDED })
    await keeper.pass('2027-01-03T06:00')
    await keeper.update({ status: AccountStatus.ACTIVE })
    await keeper.settle()
    expect(await keeper.told()).toEqual([
      '2027-01-03 keep_alive.short {"reason":"SUSPENDED","served":0,"unserved":1,"missingDays":1}',
      '2027-01-03T06:00 keep_alive.short_ended {"since":"2027-01-03T00:00:00.000Z"}',
    ])
    expect(await keeper.served()).toEqual(['2027-01-03T06:00 a +1'])
  })

  it('serves at once where a credit limit is raised', async () => {
    await keeper.update({ billingMode: BillingMode.POSTPAID, creditLimit: 3 })
    await keeper.named('a', { days: 1 })
    await keeper.keep({ minDays: 9 })
    expect(await keeper.served()).toEqual(['2027-01-01 a +2'])
    await keeper.update({ creditLimit: 50 })
    await keeper.settle()
    expect(await keeper.served()).toEqual(['2027-01-01 a +2', '2027-01-01 a +7'])
  })

  it('ends as it is turned off', async () => {
    await keeper.grant(100)
    await keeper.named('a', { days: 3 })
    await keeper.keep({ minDays: 3 })
    await keeper.advanceTo('2027-01-03')
    await keeper.keep({})
    await keeper.advanceTo('2027-01-20')
    expect(await keeper.served()).toHaveLength(3)
    expect((await keeper.lasts()).a).toBe('2027-01-07')
  })

  it('gives a channel no more days than it can hold', async () => {
    await keeper.grant(100_000)
    await keeper.named('a', { days: 36_000 })
    await keeper.keep({ minDays: 36_500 })
    expect(await keeper.served()).toEqual(['2027-01-01 a +500'])
    await keeper.advanceTo('2027-01-04')
    // A day that is used still counts as held by its run.
    expect(await keeper.served()).toHaveLength(1)
    expect(await keeper.told()).toEqual([])
  })

  it('is shown before it is set, by the page, and as it would run now, and changes nothing by that', async () => {
    await keeper.grant(30)
    for (let index = 1; index <= 5; index += 1) await keeper.named(`channel ${index}`, { days: index })
    const before = await keeper.events()
    await expect(keeper.preview()).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'minDays' } })
    const preview = await keeper.preview({ minDays: 5, dailyCap: 12 }, 2)
    expect(preview).toMatchObject({
      at: keeper.start,
      target: keeper.day(6),
      neededDays: 15,
      days: 12,
      missingDays: 3,
      servedChannels: 3,
      unservedChannels: 2,
      shortage: 'CAP',
      capLeft: 12,
      balanceAfter: 3,
    })
    expect(preview.allocations.hasNextPage).toBe(true)
    const next = await keeper.preview({ minDays: 5, dailyCap: 12 }, 3, cursorOf(KEEP_ALIVE_LIST, 2))
    expect([...preview.allocations.rows, ...next.allocations.rows]).toMatchObject([
      { place: 1, neededDays: 5, days: 5, isServed: true, paidUntil: keeper.day(6) },
      { place: 2, neededDays: 4, days: 4, isServed: true, paidUntil: keeper.day(6) },
      { place: 3, neededDays: 3, days: 3, isServed: true, paidUntil: keeper.day(6) },
      { place: 4, neededDays: 2, days: 0, isServed: false, paidUntil: keeper.day(4) },
      { place: 5, neededDays: 1, days: 0, isServed: false, paidUntil: keeper.day(5) },
    ])
    expect(next.allocations.hasNextPage).toBe(false)
    expect(await keeper.events()).toEqual(before)
  })

  it('is shown with what the clock has brought due and nobody has done yet', async () => {
    await keeper.grant(6)
    await keeper.advanceTo('2027-01-01T12:00')
    const own = await keeper.named('own', { days: 1 })
    await keeper.named('kept', { days: 3 })
    await keeper.renew(own, 9, 48)
    await keeper.keep({ minDays: 6 })
    await keeper.grant(12)
    // The renewal that had failed comes first: it takes nine of the twelve days.
    const preview = await keeper.preview()
    const already = (await keeper.served()).length
    await keeper.settle()
    expect((await keeper.served()).slice(already)).toEqual(
      preview.allocations.rows.flatMap(({ channelId, days }) =>
        days === 0 ? [] : [`2027-01-01T12:00 ${keeper.nameOf(channelId)} +${days}`],
      ),
    )
    expect((await keeper.balance()).available).toBe(preview.balanceAfter)
  })
})
