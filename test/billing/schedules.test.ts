import { AccountStatus, BillingMode } from '../../src/accounts/account.entity'
import { BillingScheduleKind } from '../../src/billing/billing-schedule.entity'
import { Ledger } from './ledger'

const { MONTHLY_FIXED, MONTHLY_MANAGED, ON_REQUEST } = BillingScheduleKind

/** Stories of prepaid months, told in dates; each ends with a clean audit. */
describe('a prepaid account', () => {
  let ledger: Ledger

  beforeEach(async () => {
    ledger = await Ledger.open({ maxTrials: 5 })
  })

  afterEach(async () => {
    expect(await ledger.violations()).toEqual([])
    await ledger.close()
  })

  it('buys on request, unless it says otherwise', async () => {
    await ledger.agree()
    await ledger.grant(100)
    await ledger.channel({ days: 90 })
    await ledger.advanceTo('2027-04-01')
    expect(await ledger.requests()).toEqual([])
    expect(await ledger.scheduled()).toMatchObject({ kind: ON_REQUEST, channels: null, nextAt: null })
  })

  it('is invoiced each month for a fixed number of channels', async () => {
    await ledger.agree({ paymentTermDays: 14 })
    await ledger.schedule({ kind: MONTHLY_FIXED, channels: 75 })
    expect(await ledger.scheduled()).toMatchObject({
      kind: MONTHLY_FIXED,
      channels: 75,
      nextAt: new Date('2027-02-01T00:00:00Z'),
    })
    await ledger.advanceTo('2027-03-15')
    expect(await ledger.invoices()).toEqual([
      'TEST-2027-000001 OPEN: 75 channels for 30 days = 75000 EUR',
      'TEST-2027-000002 OPEN: 75 channels for 30 days = 75000 EUR',
    ])
    expect(await ledger.requests()).toEqual(['2027-02-01 SCHEDULE 75 OPEN', '2027-03-01 SCHEDULE 75 OPEN'])
    await ledger.pay('TEST-2027-000001')
    expect(await ledger.balance()).toMatchObject({ available: 2_250 })
    await ledger.schedule({ kind: ON_REQUEST })
    await ledger.advanceTo('2027-06-01')
    expect(await ledger.requests()).toHaveLength(2)
  })

  it('waits for staff within half an hour where its invoices are not prepared at once', async () => {
    await ledger.agree({ autoPrepare: false })
    await ledger.schedule({ kind: MONTHLY_FIXED, channels: 2 })
    await ledger.advanceTo('2027-02-01')
    expect(await ledger.requests()).toEqual(['2027-02-01 SCHEDULE 2 REQUESTED'])
    await ledger.advanceTo('2027-02-01T01:00')
    expect(await ledger.datesOf('invoice_request.late')).toEqual(['2027-02-01T00:30:00.000Z invoice_request.late'])
  })

  it('is invoiced for the channels that it manages at that instant', async () => {
    await ledger.agree()
    await ledger.grant(1_000)
    await ledger.schedule({ kind: MONTHLY_MANAGED })
    await ledger.channel({ days: 31 })
    await ledger.channel({ days: 32 })
    await ledger.channel()
    await ledger.channel({ trial: true })
    const deleted = await ledger.channel({ days: 90 })
    await ledger.channel({ days: 1 })
    await ledger.channel({ days: 2 })
    await ledger.advanceTo('2027-01-20')
    await ledger.delete(deleted)
    await ledger.advanceTo('2027-02-01')
    // Ended at that instant, running, in its trial until the 6th, and over since the 3rd. On the 2nd is too long ago; one
    // never had time, one is deleted.
    expect(await ledger.requests()).toEqual(['2027-02-01 SCHEDULE 4 OPEN'])
    await ledger.advanceTo('2027-03-01')
    expect((await ledger.requests())[1]).toBe('2027-03-01 SCHEDULE 2 OPEN')
    await ledger.advanceTo('2027-04-01')
    // The last one ended on 2 February.
    expect(await ledger.requests()).toHaveLength(2)
    expect(await ledger.reasons('billing_schedule.skipped')).toEqual(['2027-04-01 NO_MANAGED_CHANNELS'])
  })

  it('counts a channel that renews up to that instant as running', async () => {
    await ledger.agree()
    await ledger.grant(100)
    await ledger.schedule({ kind: MONTHLY_MANAGED })
    const renewing = await ledger.channel({ days: 1 })
    await ledger.renew(renewing, 1)
    await ledger.advanceTo('2027-05-01')
    expect(await ledger.requests()).toEqual([
      '2027-02-01 SCHEDULE 1 OPEN',
      '2027-03-01 SCHEDULE 1 OPEN',
      '2027-04-01 SCHEDULE 1 OPEN',
      '2027-05-01 SCHEDULE 1 OPEN',
    ])
  })

  it('is told where nothing can be requested, and goes on the month after', async () => {
    await ledger.schedule({ kind: MONTHLY_FIXED, channels: 3 })
    await ledger.advanceTo('2027-02-10')
    await ledger.agree({ channelMonthAmount: Number.MAX_SAFE_INTEGER })
    await ledger.advanceTo('2027-03-10')
    await ledger.agree()
    await ledger.advanceTo('2027-04-10')
    expect(await ledger.reasons('billing_schedule.skipped')).toEqual([
      '2027-02-01 NO_PRICE_AGREEMENT',
      '2027-03-01 BAD_USER_INPUT',
    ])
    expect(await ledger.requests()).toEqual(['2027-04-01 SCHEDULE 3 OPEN'])
  })

  it('is not invoiced while it is suspended', async () => {
    await ledger.agree()
    await ledger.schedule({ kind: MONTHLY_FIXED, channels: 3 })
    await ledger.advanceTo('2027-01-31T23:59')
    await ledger.update({ status: AccountStatus.SUSPENDED })
    // A sandbox that is suspended stands still: what has come due is done as it wakes.
    await ledger.database.dataSource.query(`UPDATE account SET clock = '2027-02-02T00:00Z'`)
    await ledger.update({ status: AccountStatus.ACTIVE })
    await ledger.advanceTo('2027-03-02')
    expect(await ledger.reasons('billing_schedule.skipped')).toEqual(['2027-02-01 ACCOUNT_SUSPENDED'])
    expect(await ledger.requests()).toEqual(['2027-03-01 SCHEDULE 3 OPEN'])
  })

  it('goes back to invoices on request as it turns postpaid', async () => {
    await ledger.agree()
    await ledger.schedule({ kind: MONTHLY_FIXED, channels: 3 })
    await ledger.update({ billingMode: BillingMode.POSTPAID })
    expect(await ledger.scheduled()).toMatchObject({ kind: ON_REQUEST, channels: null, nextAt: null })
    await expect(ledger.schedule({ kind: MONTHLY_MANAGED })).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { billingMode: 'POSTPAID' },
    })
    await ledger.schedule({ kind: ON_REQUEST })
    await ledger.update({ billingMode: BillingMode.PREPAID })
    await ledger.advanceTo('2027-04-01')
    expect(await ledger.requests()).toEqual([])
  })
})
