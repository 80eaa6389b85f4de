import fc from 'fast-check'
import { BadUserInputError } from '../../src/errors'
import { parseInput } from '../../src/input'
import { InvoiceLineKind } from '../../src/invoices/invoice.entity'
import { isCurrency, minorUnits, money, portion } from '../../src/money'
import { MAX_INVOICE_CHANNELS, MAX_INVOICE_LOOSE_DAYS, Order, quote, type PriceTerms } from '../../src/pricing/quote'

const RUNS = { numRuns: 2000 }
const safe = fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.maxSafeNat())
const channels = fc.integer({ min: 1, max: MAX_INVOICE_CHANNELS })
const looseDays = fc.integer({ min: 1, max: MAX_INVOICE_LOOSE_DAYS })
const order = fc.oneof(
  fc.record({ channels }),
  fc.record({ looseDays }),
  fc.record({ channels, looseDays }),
) as fc.Arbitrary<Order>

const terms = fc.record<PriceTerms>({
  currency: fc.constantFrom('EUR', 'JPY', 'KWD'),
  channelMonthMinor: safe,
  looseDayMinor: fc.option(safe),
  tiers: fc
    .uniqueArray(channels, { maxLength: 6 })
    .chain((from) =>
      fc.tuple(
        ...from
          .sort((a, b) => a - b)
          .map((fromChannels) => safe.map((channelMonthMinor) => ({ fromChannels, channelMonthMinor }))),
      ),
    ),
  taxPartsPerMillion: fc.integer({ min: 0, max: 1_000_000 }),
  reverseCharge: fc.boolean(),
})

/** The same rule on rationals: the whole number below `n / d + 1 / 2`. */
function roundHalfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator)
}

/** What the order costs, computed apart from the code under test and without a bound. */
function expected(terms: PriceTerms, { channels, looseDays }: Order) {
  let price = terms.channelMonthMinor
  for (const tier of terms.tiers) if ((channels ?? 0) >= tier.fromChannels) price = tier.channelMonthMinor
  const ofChannels = BigInt(channels ?? 0) * BigInt(price)
  const ofDays =
    terms.looseDayMinor === null
      ? roundHalfUp(BigInt(looseDays ?? 0) * BigInt(terms.channelMonthMinor), 30n)
      : BigInt(looseDays ?? 0) * BigInt(terms.looseDayMinor)
  const subtotal = ofChannels + ofDays
  const tax = terms.reverseCharge ? 0n : roundHalfUp(subtotal * BigInt(terms.taxPartsPerMillion), 1_000_000n)
  return { ofChannels, ofDays, subtotal, tax, total: subtotal + tax }
}

function base(given: Partial<PriceTerms> = {}): PriceTerms {
  return {
    currency: 'EUR',
    channelMonthMinor: 1000,
    looseDayMinor: null,
    tiers: [],
    taxPartsPerMillion: 0,
    reverseCharge: false,
    ...given,
  }
}

describe('a quote', () => {
  it('is exact to the minor unit, or refused where an amount leaves the safe integers', () => {
    let refused = 0
    fc.assert(
      fc.property(terms, order, (terms, order) => {
        const { ofChannels, ofDays, subtotal, tax, total } = expected(terms, order)
        if (total > BigInt(Number.MAX_SAFE_INTEGER)) {
          refused += 1
          expect(() => quote(terms, order)).toThrow(BadUserInputError)
          return
        }
        const quoted = quote(terms, order)
        expect({ ...quoted, lines: quoted.lines.map((line) => BigInt(line.amountMinor)) }).toEqual({
          currency: terms.currency,
          lines: [...(order.channels == null ? [] : [ofChannels]), ...(order.looseDays == null ? [] : [ofDays])],
          subtotalMinor: Number(subtotal),
          taxMinor: Number(tax),
          totalMinor: Number(total),
          days: 30 * (order.channels ?? 0) + (order.looseDays ?? 0),
        })
      }),
      RUNS,
    )
    expect(refused).toBeGreaterThan(0)
    expect(refused).toBeLessThan(RUNS.numRuns)
  })

  it('has lines that say how their amount and their days come about', () => {
    fc.assert(
      fc.property(terms, order, (terms, order) => {
        fc.pre(expected(terms, order).total <= BigInt(Number.MAX_SAFE_INTEGER))
        const { lines, days } = quote(terms, order)
        for (const line of lines) {
          const amount = roundHalfUp(BigInt(line.quantity) * BigInt(line.unitPriceMinor), BigInt(line.per))
          expect(BigInt(line.amountMinor)).toBe(amount)
          expect(line.days).toBe(line.kind === InvoiceLineKind.CHANNELS ? 30 * line.quantity : line.quantity)
        }
        expect(lines.reduce((sum, line) => sum + line.days, 0)).toBe(days)
      }),
      RUNS,
    )
  })

  it('bills 75 channels as channels and credits 2250 days', () => {
    expect(quote(base({ channelMonthMinor: 1250 }), { channels: 75 })).toEqual({
      currency: 'EUR',
      lines: [
        {
          kind: 'CHANNELS',
          description: '75 channels for 30 days',
          quantity: 75,
          unitPriceMinor: 1250,
          per: 1,
          amountMinor: 93_750,
          days: 2250,
        },
      ],
      subtotalMinor: 93_750,
      taxMinor: 0,
      totalMinor: 93_750,
      days: 2250,
    })
  })

  it('prices a loose day at a thirtieth of the base price, never of the tier’s, rounded once for the line', () => {
    const tiers = [{ fromChannels: 10, channelMonthMinor: 500 }]
    const [channelsLine, daysLine] = quote(base({ tiers }), { channels: 10, looseDays: 100 }).lines
    expect(channelsLine).toMatchObject({ unitPriceMinor: 500, per: 1, amountMinor: 5000 })
    expect(daysLine).toMatchObject({ unitPriceMinor: 1000, per: 30, amountMinor: 3333, description: '100 loose days' })
  })

  it('prices a loose day as agreed where that is agreed, be it nothing', () => {
    const [line] = quote(base({ looseDayMinor: 0 }), { looseDays: 1 }).lines
    expect(line).toMatchObject({ unitPriceMinor: 0, per: 1, amountMinor: 0, days: 1, description: '1 loose day' })
  })

  it('gives the whole invoice the price of the tier that its channels reach', () => {
    const tiers = [
      { fromChannels: 10, channelMonthMinor: 900 },
      { fromChannels: 100, channelMonthMinor: 800 },
    ]
    const priceOf = (channels: number) => quote(base({ tiers }), { channels }).lines[0]?.unitPriceMinor
    expect([1, 9, 10, 99, 100, 1_000_000].map(priceOf)).toEqual([1000, 1000, 900, 900, 800, 800])
  })

  it('has no tax under reverse charge', () => {
    const taxed = { taxPartsPerMillion: 190_000 }
    expect(quote(base(taxed), { channels: 1 })).toMatchObject({ taxMinor: 190, totalMinor: 1190 })
    expect(quote(base({ ...taxed, reverseCharge: true }), { channels: 1 })).toMatchObject({
      taxMinor: 0,
      totalMinor: 1000,
    })
  })
})

describe('an order', () => {
  const refusal = (input: unknown) => {
    try {
      parseInput(Order, input)
    } catch (error) {
      return (error as BadUserInputError).details
    }
    throw new Error('it was not refused')
  }

  it('asks for channels, for loose days or for both', () => {
    expect(refusal({})).toMatchObject({ field: 'channels' })
    expect(refusal({ channels: null, looseDays: null })).toMatchObject({ field: 'channels' })
    expect(parseInput(Order, { channels: 1, looseDays: 1 })).toEqual({ channels: 1, looseDays: 1 })
  })

  it('runs up to its bounds and not beyond', () => {
    parseInput(Order, { channels: 1_000_000, looseDays: 36_500_000 })
    expect(refusal({ channels: 1_000_001 })).toEqual({ field: 'channels', maximum: 1_000_000, received: 1_000_001 })
    expect(refusal({ looseDays: 36_500_001 })).toMatchObject({ field: 'looseDays', maximum: 36_500_000 })
    expect(refusal({ channels: 0 })).toMatchObject({ field: 'channels', minimum: 1 })
    expect(refusal({ channels: 1, looseDays: -1 })).toMatchObject({ field: 'looseDays', minimum: 1 })
    expect(refusal({ channels: 1.5 })).toMatchObject({ field: 'channels' })
  })
})

describe('money', () => {
  it('is rounded half up, exactly, for all safe integers', () => {
    fc.assert(
      fc.property(safe, safe, fc.integer({ min: 1, max: 2 ** 31 - 1 }), (unitPrice, quantity, per) => {
        const exact = roundHalfUp(BigInt(unitPrice) * BigInt(quantity), BigInt(per))
        const amount = portion(money(unitPrice, 'EUR'), quantity, per)
        if (exact > BigInt(Number.MAX_SAFE_INTEGER))
          expect(() => minorUnits(amount, 'channels')).toThrow(BadUserInputError)
        else expect(minorUnits(amount, 'channels')).toBe(Number(exact))
      }),
      RUNS,
    )
  })

  it('rounds a half up and less than a half down', () => {
    const rounded = (quantity: number, per: number) => minorUnits(portion(money(1, 'EUR'), quantity, per), 'looseDays')
    expect([14, 15, 16, 44, 45].map((days) => rounded(days, 30))).toEqual([0, 1, 1, 1, 2])
    expect([rounded(1, 3), rounded(2, 3), rounded(3, 2)]).toEqual([0, 1, 2])
  })

  it('knows the currencies of ISO 4217 and nothing else', () => {
    expect(['EUR', 'USD', 'JPY', 'KWD'].every(isCurrency)).toBe(true)
    expect(['eur', 'EURO', 'ABC', '', 'default', 'toString', '__proto__'].some(isCurrency)).toBe(false)
  })
})
