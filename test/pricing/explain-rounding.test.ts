import { explainLineRounding, explainTaxRounding } from '../../src/pricing/explain-rounding'
import { quote, type PriceTerms } from '../../src/pricing/quote'

function explained(looseDays: number, given: Partial<PriceTerms>): (string | null)[] {
  const terms = {
    currency: 'EUR',
    channelMonthMinor: 1000,
    looseDayMinor: null,
    tiers: [],
    taxPartsPerMillion: 0,
    reverseCharge: false,
    ...given,
  }
  const quoted = quote(terms, { looseDays })
  return [...quoted.lines.map((line) => explainLineRounding(line, quoted.currency)), explainTaxRounding(quoted, terms)]
}

describe('a rounding', () => {
  it('is explained in the unit of its currency, to the last digit or to the first that decides', () => {
    expect(explained(50, {})[0]).toBe('50 loose days × 10.00 EUR / 30 = 16.666… EUR, rounded half up to 16.67 EUR.')
    expect(explained(1, { channelMonthMinor: 1005 })[0]).toBe(
      '1 loose day × 10.05 EUR / 30 = 0.335 EUR, rounded half up to 0.34 EUR.',
    )
    expect(explained(7, { currency: 'JPY' })[0]).toBe(
      '7 loose days × 1000 JPY / 30 = 233.3… JPY, rounded half up to 233 JPY.',
    )
    expect(explained(1, { currency: 'KWD', channelMonthMinor: 1 })[0]).toBe(
      '1 loose day × 0.001 KWD / 30 = 0.0000… KWD, rounded half up to 0.000 KWD.',
    )
  })

  it('of a tax names its rate', () => {
    const terms = { looseDayMinor: 1235, taxPartsPerMillion: 77_001 }
    expect(explained(1, terms)).toEqual([null, '7.7001 % of 12.35 EUR = 0.95096235 EUR, rounded half up to 0.95 EUR.'])
  })

  it('that didn’t happen is not explained', () => {
    expect(explained(3, { taxPartsPerMillion: 200_000 })).toEqual([null, null])
    expect(explained(1, { looseDayMinor: 1001, taxPartsPerMillion: 190_000, reverseCharge: true })).toEqual([
      null,
      null,
    ])
  })

  it('in a currency of fifths is told in minor units', () => {
    expect(explained(1, { currency: 'MGA' })[0]).toBe(
      '1 loose day × 1000 minor units of MGA / 30 = 33.3… minor units of MGA, rounded half up to 33 minor units of MGA.',
    )
  })
})
