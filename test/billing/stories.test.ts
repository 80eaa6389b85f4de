import { BillingMode } from '../../src/accounts/account.entity'
import { applyDispute } from '../../src/chargebacks/apply-dispute'
import { parseInput } from '../../src/input'
import { SetKeepAlive, setKeepAlive } from '../../src/keep-alive/set-keep-alive'
import { STAFF } from '../expiry/sandbox'
import { payByCard } from '../support/pay-by-card'
import { Ledger } from './ledger'

/** Stories of monthly billing, told in dates; each ends with a clean audit. */
describe('a postpaid account', () => {
  let ledger: Ledger

  afterEach(async () => {
    expect(await ledger.violations()).toEqual([])
    await ledger.close()
  })

  it('is billed each month for the days it used', async () => {
    ledger = await Ledger.open({ billingMode: BillingMode.POSTPAID, creditLimit: 1_000 })
    await ledger.agree({ channelMonthAmount: 3_000 })
    await ledger.advanceTo('2027-01-11')
    await ledger.channel({ days: 40 })
    await ledger.advanceTo('2027-03-02')
    // 21 days of January are begun by the month's end, and the 19 that were left in February.
    expect(await ledger.invoices()).toEqual([
      'TEST-2027-000001 OPEN 2027-01-01..2027-02-01: 21 used days, 2027-01-11 to 2027-01-31 = 2100 EUR',
      'TEST-2027-000002 OPEN 2027-02-01..2027-03-01: 19 used days, 2027-02-01 to 2027-02-19 = 1900 EUR',
    ])
  })

  it('pays by its invoices what its allocations took', async () => {
    ledger = await Ledger.open({ billingMode: BillingMode.POSTPAID, creditLimit: 100 })
    await ledger.agree()
    await ledger.channel({ days: 31 })
    expect(await ledger.balance()).toMatchObject({ available: -31, allocated: 31, used: 0 })
    await ledger.advanceTo('2027-02-03')
    await ledger.pay('TEST-2027-000001')
    expect(await ledger.balance()).toMatchObject({ available: 0, allocated: 0, used: 31 })
    await ledger.advanceTo('2027-04-02')
    expect(await ledger.invoices()).toHaveLength(1)
  })

  it('is not billed for what purchases and grants cover', async () => {
    ledger = await Ledger.open({ billingMode: BillingMode.POSTPAID, creditLimit: 1_000 })
    await ledger.agree({ paymentTermDays: 60 })
    await ledger.channel({ days: 200 })
    await ledger.grant(10)
    const bought = await ledger.request(1)
    await ledger.advanceTo('2027-02-01')
    // 31 used, 10 granted; the purchase is not paid yet.
    expect(await ledger.invoiceOfMonth('2027-02-01')).toBe('21 used days, 2027-01-11 to 2027-01-31 = 700 EUR')
    await ledger.payId(bought)
    await ledger.advanceTo('2027-03-01')
    // 59 used, 10 granted, 30 bought, 21 on the open invoice: covered.
    expect(await ledger.invoiceOfMonth('2027-03-01')).toBeNull()
    await ledger.advanceTo('2027-04-01')
    // 90 used, 61 covered.
    expect(await ledger.invoiceOfMonth('2027-04-01')).toBe('29 used days, 2027-03-03 to 2027-03-31 = 967 EUR')
  })

  it('is billed for what it used, and for nothing else that corrections have taken', async () => {
    ledger = await Ledger.open({ billingMode: BillingMode.POSTPAID, creditLimit: 100 })
    await ledger.agree()
    await ledger.take(10)
    await ledger.advanceTo('2027-02-10')
    expect(await ledger.invoices()).toEqual([])
    await ledger.channel({ days: 5 })
    await ledger.advanceTo('2027-03-01')
    expect(await ledger.invoiceOfMonth('2027-03-01')).toBe('5 used days, 2027-02-10 to 2027-02-14 = 167 EUR')
    await ledger.grant(20)
    expect(await ledger.balance()).toMatchObject({ available: 5, used: 5 })
  })

  it('loses no days by a dispute of money that bought none', async () => {
    ledger = await Ledger.open({ billingMode: BillingMode.POSTPAID, creditLimit: 100 })
    await ledger.agree()
    const { accountId } = ledger
    const bought = await ledger.request(1)
    await ledger.payId(bought)
    await payByCard(ledger.database, 'STRIPE', { id: bought, accountId }, 'pi again', 1_000)
    const dispute = { disputeId: 'dp_2', livemode: true, paymentId: 'pi again', amountMinor: 1_000, currency: 'EUR' }
    await ledger.database.inTransaction((tx) => applyDispute(tx, 'STRIPE', { ...dispute, status: 'LOST' }))
    expect(await ledger.balance()).toMatchObject({ available: 30, owed: 0 })
    await ledger.disputeId(bought, 'dp_1', 'LOST')
    expect(await ledger.balance()).toMatchObject({ available: 0, owed: 0 })
  })

  it('is not held up by prices that no invoice can hold', async () => {
    ledger = await Ledger.open({ billingMode: BillingMode.POSTPAID, creditLimit: 100 })
    await ledger.agree({ channelMonthAmount: Number.MAX_SAFE_INTEGER })
    await ledger.channel({ days: 60 })
    await ledger.advanceTo('2027-03-01')
    expect(await ledger.invoices()).toEqual([])
    expect(await ledger.datesOf('account.month_closed')).toHaveLength(3)
    await ledger.grant(1)
  })

  it('waits with its keep-alive for as long as days are owed', async () => {
    ledger = await Ledger.open({ billingMode: BillingMode.POSTPAID, creditLimit: 100 })
    await ledger.agree()
    await ledger.grant(10)
    const bought = await ledger.request(1)
    await ledger.payId(bought)
    const channelId = await ledger.channel({ days: 40 })
    await ledger.disputeId(bought, 'dp_1', 'OPEN')
    expect(await ledger.balance()).toMatchObject({ available: 0, allocated: 40, owed: 30 })
    const rule = parseInput(SetKeepAlive, { accountId: ledger.accountId, minDays: 60 })
    await ledger.database.inTransaction((tx) => setKeepAlive(tx, STAFF, rule))
    await ledger.advanceTo('2027-01-05')
    expect(await ledger.balance()).toMatchObject({ available: 0, owed: 30 })
    await ledger.disputeId(bought, 'dp_1', 'WON')
    await ledger.settle()
    expect((await ledger.endsOf(channelId)).at(-1)).toBe('2027-01-05T00:00:00.000Z RENEWED')
  })

  it('leaves the days of a voided invoice to the next close', async () => {
    ledger = await Ledger.open({ billingMode: BillingMode.POSTPAID, creditLimit: 1_000 })
    await ledger.agree({ paymentTermDays: 90 })
    await ledger.channel({ days: 100 })
    await ledger.advanceTo('2027-02-15')
    await ledger.void('TEST-2027-000001')
    await ledger.advanceTo('2027-03-01')
    expect(await ledger.invoices()).toEqual([
      'TEST-2027-000001 VOID 2027-01-01..2027-02-01: 31 used days, 2027-01-01 to 2027-01-31 = 1033 EUR',
      'TEST-2027-000002 OPEN 2027-01-01..2027-03-01: 59 used days, 2027-01-01 to 2027-02-28 = 1967 EUR',
    ])
  })

  it('pays for each day what was agreed on that day, and one invoice a currency', async () => {
    ledger = await Ledger.open({ billingMode: BillingMode.POSTPAID, creditLimit: 1_000 })
    await ledger.agree({ channelMonthAmount: 3_000 })
    await ledger.channel({ days: 100 })
    await ledger.advanceTo('2027-01-11T12:00')
    await ledger.agree({ looseDayAmount: 50, taxPartsPerMillion: 200_000 })
    await ledger.advanceTo('2027-01-21')
    await ledger.agree({ currency: 'USD', channelMonthAmount: 6_000 })
    await ledger.advanceTo('2027-02-01')
    // The day of the change is paid by what holds at its end.
    expect(await ledger.invoices()).toEqual([
      'TEST-2027-000001 OPEN 2027-01-01..2027-02-01: 10 used days, 2027-01-01 to 2027-01-10 = 1000 EUR; 10 used days, 2027-01-11 to 2027-01-20 = 500 EUR; tax 300',
      'TEST-2027-000002 OPEN 2027-01-01..2027-02-01: 11 used days, 2027-01-21 to 2027-01-31 = 2200 USD',
    ])
  })

  it('can allocate nothing while a usage invoice is overdue, gives days back all the same, and recovers by paying', async () => {
    ledger = await Ledger.open({ billingMode: BillingMode.POSTPAID, creditLimit: 1_000 })
    await ledger.agree({ paymentTermDays: 14 })
    const channel = await ledger.channel({ days: 100 })
    const renewing = await ledger.channel({ days: 46 })
    await ledger.renew(renewing, 5)
    await ledger.advanceTo('2027-02-15')
    await ledger.allocate(channel, 1)
    await ledger.advanceTo('2027-02-15T00:01')
    expect(await ledger.overdue()).toBe(true)
    await expect(ledger.allocate(channel, 1)).rejects.toMatchObject({
      code: 'ACCOUNT_OVERDUE',
      details: { since: '2027-02-15T00:00:00.000Z' },
    })
    await expect(ledger.channel({ days: 1 })).rejects.toMatchObject({ code: 'ACCOUNT_OVERDUE' })
    await ledger.release(channel, 1)
    await ledger.advanceTo('2027-02-16')
    expect(await ledger.endsOf(renewing)).toContain('2027-02-15T00:00:00.001Z RENEWAL_FAILED')
    await ledger.pay('TEST-2027-000001')
    expect(await ledger.overdue()).toBe(false)
    await ledger.allocate(channel, 1)
    expect(await ledger.datesOf('account.overdue')).toEqual([
      '2027-02-15T00:00:00.001Z account.overdue',
      '2027-02-16T00:00:00.000Z account.overdue_ended',
    ])
  })

  it('may allocate again where staff postpone what it owes, until then', async () => {
    ledger = await Ledger.open({ billingMode: BillingMode.POSTPAID, creditLimit: 1_000 })
    await ledger.agree({ paymentTermDays: 14 })
    const channel = await ledger.channel({ days: 100 })
    await ledger.advanceTo('2027-02-20')
    await expect(ledger.allocate(channel, 1)).rejects.toMatchObject({ code: 'ACCOUNT_OVERDUE' })
    await ledger.postpone('TEST-2027-000001', '2027-02-25')
    await ledger.allocate(channel, 1)
    await ledger.advanceTo('2027-02-26')
    await expect(ledger.allocate(channel, 1)).rejects.toMatchObject({
      code: 'ACCOUNT_OVERDUE',
      details: { since: '2027-02-25T00:00:00.000Z' },
    })
    expect(await ledger.datesOf('account.overdue')).toEqual([
      '2027-02-15T00:00:00.001Z account.overdue',
      '2027-02-20T00:00:00.000Z account.overdue_ended',
      '2027-02-25T00:00:00.001Z account.overdue',
    ])
  })

  it('carries days that nothing prices to the close after its first agreement', async () => {
    ledger = await Ledger.open({ billingMode: BillingMode.POSTPAID, creditLimit: 1_000 })
    await ledger.channel({ days: 100 })
    await ledger.advanceTo('2027-02-10')
    expect(await ledger.invoices()).toEqual([])
    await ledger.agree()
    await ledger.advanceTo('2027-03-01')
    expect(await ledger.invoices()).toEqual([
      'TEST-2027-000001 OPEN 2027-01-01..2027-03-01: 59 used days, 2027-01-01 to 2027-02-28 = 1967 EUR',
    ])
  })

  it('closes months only while it is postpaid', async () => {
    ledger = await Ledger.open()
    await ledger.agree()
    await ledger.grant(50)
    await ledger.channel({ days: 10 })
    await ledger.advanceTo('2027-01-20')
    await ledger.update({ billingMode: BillingMode.POSTPAID, creditLimit: 100 })
    await ledger.advanceTo('2027-02-10')
    await ledger.update({ billingMode: BillingMode.PREPAID })
    await ledger.advanceTo('2027-05-01')
    expect(await ledger.datesOf('account.month_closed')).toEqual(['2027-02-01T00:00:00.000Z account.month_closed'])
    expect(await ledger.invoices()).toEqual([])
  })
})
