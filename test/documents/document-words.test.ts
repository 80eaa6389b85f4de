import { amountText, dateText, figureText, ibanText, periodText, rateText } from '../../src/documents/document-words'
import { addressCode, transferCode, transferOrder, webAddress } from '../../src/documents/payment-code'
import { INVOICE } from './samples'

describe('the words of a document', () => {
  it('give amounts with the places of their currency, in groups of three', () => {
    expect(amountText(0, 'EUR')).toBe('0.00 EUR')
    expect(amountText(-123_456_789, 'EUR')).toBe('−1,234,567.89 EUR')
    expect(amountText(1_234_567, 'JPY')).toBe('1,234,567 JPY')
    expect(amountText(1_234_567, 'KWD')).toBe('1,234.567 KWD')
    expect(amountText(1_234_567, 'MGA')).toBe('1,234,567 minor units of MGA')
    expect(figureText(Number.MAX_SAFE_INTEGER, 'EUR')).toBe('90,071,992,547,409.91')
  })

  it('give UTC dates, and the last day of a period', () => {
    expect(dateText(new Date('2026-11-24T23:59:59.999Z'))).toBe('24 November 2026')
    const start = new Date('2026-10-01T00:00:00.000Z')
    const until = (end: string) => periodText({ start, end: new Date(end) })
    expect(until('2026-10-02T00:00:00.000Z')).toBe('1 October 2026')
    expect(until('2026-11-01T00:00:00.000Z')).toBe('1 – 31 October 2026')
    expect(until('2026-11-02T00:00:00.000Z')).toBe('1 October 2026 – 1 November 2026')
  })

  it('give rates and IBANs as people read them', () => {
    expect([190_000, 81_000, 1].map(rateText)).toEqual(['19 %', '8.1 %', '0.0001 %'])
    expect(ibanText('DE893704 00440532013000')).toBe('DE89 3704 0044 0532 0130 00')
  })
})

describe('the code of a transfer', () => {
  it('says what the standard wants', () => {
    expect(transferOrder(INVOICE, 93_614)).toBe(
      'BCD\n002\n1\nSCT\nCOBADEFFXXX\nMeridian Messaging GmbH\nDE89370400440532013000\nEUR936.14\n\n\nDB-2026-000128',
    )
    expect(transferOrder(INVOICE, 1)).toContain('\nEUR0.01\n')
    expect(transferCode(INVOICE, 93_614)).not.toBeNull()
  })

  it('is not made where there is none', () => {
    const bankAccount = { holder: 'X', iban: 'DE89370400440532013000', bic: null, instructions: null }
    const order = (change: object, owed = 100) => transferOrder({ ...INVOICE, bankAccount, ...change }, owed)
    expect(order({})).toContain('\nSCT\n\nX\n')
    expect(order({ currency: 'SEK' })).toBeNull()
    expect(order({ bankAccount: null })).toBeNull()
    expect(order({ bankAccount: { ...bankAccount, iban: 'DE89370400440532013001' } })).toBeNull()
    expect(order({ bankAccount: { ...bankAccount, iban: '12345678' } })).toBeNull()
    expect(order({ bankAccount: { ...bankAccount, bic: 'A\nB' } })).toBeNull()
    expect(order({}, 0)).toBeNull()
    expect(order({}, 99_999_999_999)).toContain('\nEUR999999999.99\n')
    expect(order({}, 100_000_000_000)).toBeNull()
  })

  it('holds one line for each thing, whatever the texts hold', () => {
    const holder = `A\nB\r${'x'.repeat(300)}`
    const order = transferOrder(
      {
        ...INVOICE,
        number: 'a\nb',
        bankAccount: { holder, iban: 'DE89370400440532013000', bic: null, instructions: null },
      },
      100,
    )
    expect(order?.split('\n')).toHaveLength(11)
    expect(order?.split('\n')[5]).toHaveLength(70)
  })
})

describe('an address', () => {
  it('is one of the web, or none', () => {
    expect(webAddress('https://pay.example/a b')).toBe('https://pay.example/a%20b')
    expect(webAddress('http://pay.example')).toBe('http://pay.example/')
    for (const url of [
      'javascript:alert(1)',
      'file:///x',
      'pay.example',
      '',
      `https://x.example/${'a'.repeat(2000)}`,
    ]) {
      expect(webAddress(url)).toBeNull()
    }
    expect(addressCode('https://pay.example/')).not.toBeNull()
    expect(addressCode(`https://pay.example/${'a'.repeat(1900)}`)).toBeNull()
  })
})
