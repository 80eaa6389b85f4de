import { VisibleRows } from '../../src/auth/visible-rows'
import { Role, type Actor } from '../../src/auth/actor'
import { ErrorCode } from '../../src/errors'
import { agreementAt, findPriceAgreements } from '../../src/pricing/find-price-agreements'
import { PriceAgreement } from '../../src/pricing/price-agreement.entity'
import { Office, type Terms } from '../invoices/office'

const NOON = new Date('2026-03-01T12:00:00.000Z')
const later = (ms: number) => new Date(NOON.getTime() + ms)

let office: Office
beforeAll(async () => {
  office = await Office.open()
  await office.stopClock(NOON)
})
afterAll(() => office.close())

function history(accountId: string): Promise<PriceAgreement[]> {
  const staff: Actor = { role: Role.STAFF, scopes: new Set(), accountId: null, tokenId: null, expiresAt: null }
  const visible = new VisibleRows(office.database.dataSource.manager, staff)
  return findPriceAgreements(visible.of(PriceAgreement, 'agreement'), [accountId])
}

describe('setting a price agreement', () => {
  it('keeps all that was agreed, valid from now unless said otherwise', async () => {
    const accountId = await office.account(null)
    const id = await office.agree(accountId, {
      currency: 'USD',
      channelMonthAmount: 900,
      looseDayAmount: 40,
      tiers: [
        { fromChannels: 1, channelMonthAmount: 800 },
        { fromChannels: 1_000_000, channelMonthAmount: 0 },
      ],
      yearlyDiscountBasisPoints: 1500,
      taxPartsPerMillion: 190_000,
      taxId: 'DE123456789',
      reverseCharge: true,
      autoPrepare: false,
      paymentTermDays: 30,
    })
    expect(await history(accountId)).toEqual([
      {
        id,
        accountId,
        currency: 'USD',
        channelMonthMinor: 900,
        looseDayMinor: 40,
        tiers: [
          { fromChannels: 1, channelMonthMinor: 800 },
          { fromChannels: 1_000_000, channelMonthMinor: 0 },
        ],
        yearlyDiscountBasisPoints: 1500,
        taxPartsPerMillion: 190_000,
        taxId: 'DE123456789',
        reverseCharge: true,
        autoPrepare: false,
        paymentTermDays: 30,
        validFrom: NOON,
        createdAt: NOON,
      },
    ])
    expect(await office.events(accountId)).toContainEqual(
      expect.objectContaining({ type: 'price_agreement.set', subject: id }),
    )
  })

  it('lets the latest one hold that has begun, and of two from the same instant the newer one', async () => {
    const accountId = await office.account(null)
    const first = await office.agree(accountId)
    const future = await office.agree(accountId, { validFrom: later(1000) })
    const second = await office.agree(accountId)
    const agreements = await history(accountId)
    expect(agreements.map(({ id }) => id)).toEqual([future, second, first])
    expect(agreementAt(agreements, later(-1))).toBeNull()
    expect(agreementAt(agreements, NOON)?.id).toBe(second)
    expect(agreementAt(agreements, later(999))?.id).toBe(second)
    expect(agreementAt(agreements, later(1000))?.id).toBe(future)
  })

  it('refuses an instant that is past, and an account that is not there', async () => {
    const accountId = await office.account(null)
    const figures = await office.refused(ErrorCode.BAD_USER_INPUT, () =>
      office.agree(accountId, { validFrom: later(-1) }),
    )
    expect(figures).toEqual({ field: 'validFrom', now: NOON.toISOString() })
    await office.refused(ErrorCode.NOT_FOUND, () => office.agree('account_01jd0000000000000000000000'))
  })

  it.each<[field: string, terms: Terms]>([
    ['currency', { currency: 'ABC' }],
    ['currency', { currency: 'eur' }],
    ['channelMonthAmount', { channelMonthAmount: -1 }],
    ['channelMonthAmount', { channelMonthAmount: 0.5 }],
    ['looseDayAmount', { looseDayAmount: -1 }],
    ['tiers.0.fromChannels', { tiers: [{ fromChannels: 0, channelMonthAmount: 1 }] }],
    ['tiers.0.channelMonthAmount', { tiers: [{ fromChannels: 1, channelMonthAmount: -1 }] }],
    ['tiers', { tiers: [2, 2].map((fromChannels) => ({ fromChannels, channelMonthAmount: 1 })) }],
    ['tiers', { tiers: Array.from({ length: 101 }, (_, i) => ({ fromChannels: i + 1, channelMonthAmount: 1 })) }],
    ['yearlyDiscountBasisPoints', { yearlyDiscountBasisPoints: 10_001 }],
    ['taxPartsPerMillion', { taxPartsPerMillion: 1_000_001 }],
    ['paymentTermDays', { paymentTermDays: 366 }],
    ['paymentTermDays', { paymentTermDays: -1 }],
    ['taxId', { taxId: ' ' }],
  ])('refuses a bad %s: %j', async (field, terms) => {
    const accountId = await office.account(null)
    const figures = await office.refused(ErrorCode.BAD_USER_INPUT, () => office.agree(accountId, terms))
    expect(figures).toMatchObject({ field })
  })

  it('takes every bound itself', async () => {
    const accountId = await office.account(null)
    await office.agree(accountId, {
      channelMonthAmount: Number.MAX_SAFE_INTEGER,
      looseDayAmount: 0,
      tiers: Array.from({ length: 100 }, (_, i) => ({ fromChannels: i + 1, channelMonthAmount: 0 })),
      yearlyDiscountBasisPoints: 10_000,
      taxPartsPerMillion: 1_000_000,
      paymentTermDays: 365,
    })
    const [agreement] = await history(accountId)
    expect(agreement?.channelMonthMinor).toBe(Number.MAX_SAFE_INTEGER)
    expect(agreement?.tiers).toHaveLength(100)
  })

  it('is never changed afterwards: the database refuses it', async () => {
    await office.account()
    await expect(office.query('UPDATE price_agreement SET channel_month_minor = 1')).rejects.toThrow('is kept as it is')
    await expect(office.query('DELETE FROM price_agreement')).rejects.toThrow('is kept as it is')
  })
})
