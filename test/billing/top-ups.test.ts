import { AccountStatus } from '../../src/accounts/account.entity'
import { Invoice } from '../../src/invoices/invoice.entity'
import { Ledger } from './ledger'

/** Stories of automatic top-ups, told in dates; each ends with a clean audit. */
describe('an automatic top-up', () => {
  let ledger: Ledger

  beforeEach(async () => {
    ledger = await Ledger.open()
  })

  afterEach(async () => {
    expect(await ledger.violations()).toEqual([])
    await ledger.close()
  })

  /** The invoices of top-ups, oldest first. */
  const invoiceIds = async () =>
    (await ledger.database.dataSource.manager.find(Invoice, { order: { requestedAt: 'ASC', id: 'ASC' } })).map(
      ({ id }) => id,
    )
  const payLast = async () => ledger.payId((await invoiceIds()).at(-1) ?? '')
  const voidLast = async () => ledger.voidId((await invoiceIds()).at(-1) ?? '')
  const cap = async () => (await ledger.datesOf('auto_top_up.cap_reached')).map((told) => told.slice(0, 10))

  it('requests what brings the balance to its target, once it is below the threshold', async () => {
    await ledger.agree()
    await ledger.grant(200)
    await ledger.topUp({ belowDays: 100, targetDays: 500 })
    expect(await ledger.topUpRead()).toMatchObject({ armed: true, nextLookAt: null, requestedThisMonth: 0 })
    const channel = await ledger.channel({ days: 100 })
    await ledger.settle()
    // 100 days are not fewer than 100.
    expect(await ledger.requests()).toEqual([])
    await ledger.advanceTo('2027-01-02T12:00')
    await ledger.allocate(channel, 1)
    await ledger.settle()
    // 401 days are missing: 14 channels.
    expect(await ledger.requests()).toEqual(['2027-01-02T12:00 AUTO_TOP_UP 14 OPEN'])
    expect(await ledger.topUpRead()).toMatchObject({ armed: false, requestedThisMonth: 14 })
    await ledger.allocate(channel, 99)
    await ledger.advanceTo('2027-01-05')
    expect(await ledger.requests()).toHaveLength(1)
    await payLast()
    await ledger.settle()
    expect(await ledger.topUpRead()).toMatchObject({ armed: true, nextLookAt: null })
    expect(await ledger.balance()).toMatchObject({ available: 420 })
  })

  it('tops up at once where the balance is low as it is set', async () => {
    await ledger.agree()
    await ledger.topUp({ belowDays: 1, targetDays: 30 })
    expect(await ledger.requests()).toEqual(['2027-01-01 AUTO_TOP_UP 1 OPEN'])
  })

  it('is set off by a renewal too', async () => {
    await ledger.agree()
    await ledger.grant(10)
    await ledger.topUp({ belowDays: 6, targetDays: 30 })
    await ledger.renew(await ledger.channel({ days: 1 }), 1)
    await ledger.advanceTo('2027-01-20')
    // The renewal in the first millisecond of the 4th leaves 5 days; the clock is moved by whole days.
    expect(await ledger.requests()).toEqual(['2027-01-05 AUTO_TOP_UP 1 OPEN'])
  })

  it('is not set off by a balance that has risen again within the same change, nor does the account stand still', async () => {
    await ledger.agree()
    await ledger.grant(60)
    await ledger.topUp({ belowDays: 50, targetDays: 90 })
    const channel = await ledger.channel()
    await ledger.allocateAndRelease(channel, 20)
    await ledger.allocate(channel, 1)
    await ledger.advanceTo('2027-01-02')
    expect(await ledger.requests()).toEqual([])
    expect(await ledger.topUpRead()).toMatchObject({ armed: true })
  })

  it('cools down after a request, and is armed again where it is paid by then', async () => {
    await ledger.agree()
    await ledger.grant(100)
    await ledger.topUp({ belowDays: 50, targetDays: 80, coolDownHours: 48 })
    const channel = await ledger.channel({ days: 60 })
    await ledger.settle()
    await payLast()
    await ledger.allocate(channel, 60)
    // 40 + 60 - 60 days are available, and the cool-down of the first request lasts until the 3rd.
    expect(await ledger.topUpRead()).toMatchObject({ armed: false, nextLookAt: ledger.day('2027-01-03') })
    await ledger.advanceTo('2027-01-04')
    expect(await ledger.requests()).toEqual(['2027-01-01 AUTO_TOP_UP 2 PAID', '2027-01-03 AUTO_TOP_UP 2 OPEN'])
  })

  it('looks at once as its invoice is paid after the cool-down', async () => {
    await ledger.agree()
    await ledger.topUp({ belowDays: 50, targetDays: 60 })
    await ledger.advanceTo('2027-01-08')
    expect(await ledger.requests()).toHaveLength(1)
    const channel = await ledger.channel()
    await payLast()
    await ledger.allocate(channel, 60)
    await ledger.settle()
    expect(await ledger.requests()).toEqual(['2027-01-01 AUTO_TOP_UP 2 PAID', '2027-01-08 AUTO_TOP_UP 2 OPEN'])
  })

  it('never requests more than the cap in a month, tells of it once, and goes on with the next', async () => {
    await ledger.agree({ channelMonthAmount: 0 })
    await ledger.topUp({ belowDays: 60, targetDays: 90, monthlyCapChannels: 4, coolDownHours: 1 })
    const channel = await ledger.channel()
    for (const day of ['2027-01-02', '2027-01-03', '2027-01-04', '2027-01-05']) {
      await ledger.advanceTo(day)
      const { available } = await ledger.balance()
      if (available > 0) await ledger.allocate(channel, available)
      await ledger.settle()
    }
    expect(await ledger.requests()).toEqual(['2027-01-01 AUTO_TOP_UP 3 PAID', '2027-01-02 AUTO_TOP_UP 1 PAID'])
    expect(await ledger.topUpRead()).toMatchObject({
      requestedThisMonth: 4,
      armed: false,
      nextLookAt: ledger.day('2027-02-01'),
    })
    expect(await cap()).toEqual(['2027-01-02'])
    await ledger.advanceTo('2027-02-02')
    expect((await ledger.requests()).slice(2)).toEqual(['2027-02-01 AUTO_TOP_UP 3 PAID'])
    expect(await ledger.topUpRead()).toMatchObject({ requestedThisMonth: 3, armed: true })
  })

  it('counts what was voided towards the cap', async () => {
    await ledger.agree()
    await ledger.topUp({ belowDays: 30, targetDays: 60, monthlyCapChannels: 3 })
    await voidLast()
    await ledger.advanceTo('2027-01-10')
    expect(await ledger.requests()).toEqual(['2027-01-01 AUTO_TOP_UP 2 VOID', '2027-01-02 AUTO_TOP_UP 1 OPEN'])
  })

  it('switches itself off after three failures in a row', async () => {
    await ledger.topUp({ belowDays: 30, targetDays: 60 })
    expect(await ledger.topUpRead()).toMatchObject({ enabled: true, failures: 1, armed: false })
    await ledger.agree({ paymentTermDays: 7 })
    await ledger.advanceTo('2027-01-03')
    await voidLast()
    await ledger.advanceTo('2027-01-20')
    expect(await ledger.requests()).toEqual(['2027-01-02 AUTO_TOP_UP 2 VOID', '2027-01-03 AUTO_TOP_UP 2 OPEN'])
    expect(await ledger.reasons('auto_top_up.failed')).toEqual([
      '2027-01-01 NO_PRICE_AGREEMENT',
      '2027-01-03 VOID',
      '2027-01-10T00:00:00.001Z OVERDUE',
    ])
    expect(await ledger.reasons('auto_top_up.disabled')).toEqual(['2027-01-10T00:00:00.001Z OVERDUE'])
    expect(await ledger.topUpRead()).toMatchObject({ enabled: false, failures: 3, armed: false, nextLookAt: null })
    // One that is off takes no notice of what becomes of its invoice.
    await voidLast()
    await ledger.advanceTo('2027-02-20')
    expect(await ledger.requests()).toHaveLength(2)
    await ledger.topUp({ belowDays: 30, targetDays: 60 })
    expect(await ledger.topUpRead()).toMatchObject({ enabled: true, failures: 0 })
    expect((await ledger.requests())[2]).toBe('2027-02-20 AUTO_TOP_UP 2 OPEN')
  })

  it('forgets its failures where one is paid in between', async () => {
    await ledger.agree()
    await ledger.topUp({ belowDays: 30, targetDays: 60 })
    await voidLast()
    await ledger.advanceTo('2027-01-02')
    await voidLast()
    expect(await ledger.topUpRead()).toMatchObject({ failures: 2 })
    await ledger.advanceTo('2027-01-03')
    await payLast()
    expect(await ledger.topUpRead()).toMatchObject({ failures: 0, enabled: true })
    await ledger.channel({ days: 60 })
    await ledger.advanceTo('2027-01-05')
    await voidLast()
    expect(await ledger.topUpRead()).toMatchObject({ failures: 1, enabled: true })
  })

  it('counts an overdue invoice once, is patient where it is postponed, and requests no other until it is paid', async () => {
    await ledger.agree({ paymentTermDays: 5 })
    await ledger.topUp({ belowDays: 30, targetDays: 60 })
    await ledger.advanceTo('2027-01-05')
    await ledger.postpone('TEST-2027-000001', '2027-01-20')
    await ledger.advanceTo('2027-01-19')
    expect(await ledger.topUpRead()).toMatchObject({ failures: 0 })
    await ledger.advanceTo('2027-02-15')
    expect(await ledger.reasons('auto_top_up.failed')).toEqual(['2027-01-20T00:00:00.001Z OVERDUE'])
    await voidLast()
    await ledger.settle()
    expect(await ledger.topUpRead()).toMatchObject({ failures: 1 })
    expect(await ledger.requests()).toEqual(['2027-01-01 AUTO_TOP_UP 2 VOID', '2027-02-15 AUTO_TOP_UP 2 OPEN'])
  })

  it('is turned off, and leaves what it has requested', async () => {
    await ledger.agree()
    await ledger.topUp({ belowDays: 30, targetDays: 60 })
    await ledger.topUp({})
    expect(await ledger.topUpRead()).toMatchObject({ enabled: false, armed: false, nextLookAt: null, belowDays: 30 })
    await payLast()
    await ledger.channel({ days: 60 })
    await ledger.advanceTo('2027-02-15')
    expect(await ledger.requests()).toEqual(['2027-01-01 AUTO_TOP_UP 2 PAID'])
  })

  it('rests while the account is suspended, and counts no failure', async () => {
    await ledger.agree()
    await ledger.grant(50)
    await ledger.topUp({ belowDays: 30, targetDays: 60 })
    await ledger.update({ status: AccountStatus.SUSPENDED })
    await ledger.take(40)
    await ledger.settle()
    expect(await ledger.requests()).toEqual([])
    await ledger.update({ status: AccountStatus.ACTIVE })
    await ledger.settle()
    expect(await ledger.requests()).toEqual(['2027-01-01 AUTO_TOP_UP 2 OPEN'])
    expect(await ledger.topUpRead()).toMatchObject({ failures: 0 })
  })

  it('is held to one unpaid invoice by the database too, and to its cause', async () => {
    await ledger.agree()
    await ledger.topUp({ belowDays: 30, targetDays: 60 })
    const { dataSource } = ledger.database
    const [topUpId] = await invoiceIds()
    const invoice = await dataSource.manager.findOneByOrFail(Invoice, { id: topUpId })
    const second = { ...invoice, id: 'invoice_01jd0000000000000000000000', number: 'TEST-2027-000009' }
    await expect(dataSource.manager.insert(Invoice, second)).rejects.toThrow('invoice_top_up_unpaid_once')
    await expect(dataSource.query(`UPDATE invoice SET cause = 'REQUEST'`)).rejects.toThrow('keeps its cause')
  })
})
