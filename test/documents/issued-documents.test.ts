import { CreditNote } from '../../src/credit-notes/credit-note.entity'
import { priceCredit, shrunkTo } from '../../src/credit-notes/price-credit'
import { DocumentKind } from '../../src/documents/document.entity'
import { creditNoteDocument } from '../../src/documents/credit-note-document'
import { fileNameOf, kindFor } from '../../src/documents/document-file'
import { DrawingThread } from '../../src/documents/drawing-thread'
import { type IssuedInvoice, invoiceDocument } from '../../src/documents/invoice-document'
import { Invoice, InvoiceLineKind, InvoiceStatus } from '../../src/invoices/invoice.entity'
import { TaxIdKind } from '../../src/particulars/tax-id'
import { Dice, seedOf } from '../support/dice'
import { INVOICE } from './samples'

const OPENED = new Date('2026-03-01T09:00:00Z')
const DUE = new Date('2026-03-15T09:00:00Z')
const PAID = new Date('2026-03-09T09:00:00Z')
const ADDRESS = { lines: ['1 Street'], postcode: '10115', city: 'Berlin', region: null, country: 'DE' }
const LINE = {
  ...{
    accountId: 'a',
    invoiceId: 'i',
    position: 1,
    kind: InvoiceLineKind.CHANNELS,
    description: '7 channels for 30 days',
  },
  ...{ quantity: 7, unitPriceMinor: 999, per: 1, amountMinor: 6993, days: 210 },
}
const PARTICULARS: IssuedInvoice['particulars'] = {
  provider: {
    ...{ legalName: 'Provider AG', address: ADDRESS, email: 'p@example.com', footer: 'Thank you', sample: false },
    taxId: { kind: TaxIdKind.EU_VAT, country: 'DE', value: 'DE136695976', verification: null },
    bankAccount: { holder: 'Provider AG', iban: 'DE89370400440532013000', bic: null, instructions: null },
  },
  customer: { legalName: 'Partner', address: null, email: null, taxIds: [], purchaseOrder: 'PO 7' },
  tax: { partsPerMillion: 190_000, reverseCharge: false, sentence: null },
}

function issued(changes: Partial<Invoice> = {}, more: Partial<IssuedInvoice> = {}): IssuedInvoice {
  const invoice = Object.assign(new Invoice(), {
    ...{ currency: 'EUR', subtotalMinor: 6993, taxMinor: 1329, totalMinor: 8322, paidMinor: 0, days: 210 },
    ...{ status: InvoiceStatus.OPEN, periodStart: null, periodEnd: null, paidAt: null },
    ...changes,
  })
  const sides = { number: 'DB-2026-000001', openedAt: OPENED, dueAt: DUE, particulars: PARTICULARS, sandbox: false }
  return { invoice, lines: [LINE], ...sides, ...more }
}

const URL = 'https://billing.example.com/pay/0'
const paper = (of: IssuedInvoice, kind: Parameters<typeof invoiceDocument>[1] = DocumentKind.INVOICE) =>
  invoiceDocument(of, kind, URL)

describe('what the paper of an invoice says', () => {
  it('is both sides, the figures, and how it is paid', () => {
    expect(paper(issued())).toMatchObject({
      ...{ kind: 'INVOICE', state: 'OPEN', number: 'DB-2026-000001', issuedAt: OPENED, dueAt: DUE, paidMinor: 0 },
      provider: {
        ...{ legalName: 'Provider AG', addressLines: ['1 Street'], postcode: '10115', city: 'Berlin' },
        ...{ country: 'Germany', countryCode: 'DE', taxIds: [{ label: 'VAT ID', value: 'DE136695976' }] },
      },
      partner: { legalName: 'Partner', addressLines: [], city: null, country: null, taxIds: [] },
      ...{
        purchaseOrder: 'PO 7',
        taxName: 'VAT',
        taxPartsPerMillion: 190_000,
        reverseCharge: null,
        footer: 'Thank you',
      },
      ...{ paymentUrl: URL, period: null, closedAt: null, sandbox: false },
      bankAccount: { holder: 'Provider AG', iban: 'DE89370400440532013000', bic: null, instructions: null },
      lines: [{ description: '7 channels for 30 days', quantity: 7, unitPriceMinor: 999, per: 1, amountMinor: 6993 }],
    })
  })

  it('as issued knows nothing of what came later', () => {
    const later = { status: InvoiceStatus.PAID, paidMinor: 8322, paidAt: PAID }
    expect(paper(issued(later))).toEqual(paper(issued()))
    for (const status of [InvoiceStatus.VOID, InvoiceStatus.UNCOLLECTIBLE]) {
      expect(paper(issued({ status }))).toEqual(paper(issued()))
    }
    expect(paper(issued(later), DocumentKind.INVOICE_PAID)).toMatchObject({
      ...{ state: 'PAID', paidMinor: 8322, closedAt: PAID },
    })
    expect(paper(issued({ status: InvoiceStatus.VOID }), DocumentKind.INVOICE_VOID)).toMatchObject({
      ...{ state: 'VOID', paidMinor: 0, closedAt: null },
    })
  })

  it('of zero is paid', () => {
    const free = { status: InvoiceStatus.PAID, subtotalMinor: 0, taxMinor: 0, totalMinor: 0, paidAt: OPENED }
    expect(paper(issued(free))).toMatchObject({ state: 'PAID', closedAt: OPENED })
    expect(kindFor(issued(free).invoice)).toBe('INVOICE')
  })

  it.each([
    [InvoiceStatus.OPEN, 'INVOICE'],
    [InvoiceStatus.UNCOLLECTIBLE, 'INVOICE'],
    [InvoiceStatus.PAID, 'INVOICE_PAID'],
    [InvoiceStatus.VOID, 'INVOICE_VOID'],
  ])('of one that is %s is the %s', (status, kind) => {
    expect(kindFor(issued({ status }).invoice)).toBe(kind)
  })

  it('gives the period of usage, the sentence of a reverse charge, and the country’s word for its tax', () => {
    const [periodStart, periodEnd] = [new Date('2026-02-01T00:00:00Z'), new Date('2026-03-01T00:00:00Z')]
    expect(paper(issued({ periodStart, periodEnd })).period).toEqual({ start: periodStart, end: periodEnd })
    const tax = { partsPerMillion: 0, reverseCharge: true, sentence: 'The customer owes it.' }
    expect(paper(issued({}, { particulars: { ...PARTICULARS, tax } })).reverseCharge).toBe('The customer owes it.')
    const from = (country: string) => {
      const provider = { ...PARTICULARS.provider, address: { ...ADDRESS, country, region: 'CA' }, taxId: null }
      const document = paper(issued({}, { particulars: { ...PARTICULARS, provider } }))
      return [document.taxName, document.provider.city]
    }
    expect(['FR', 'JP', 'AU', 'US', 'BR'].map(from)).toEqual(
      ['VAT', 'Consumption tax', 'GST', 'Sales tax', 'Tax'].map((name) => [name, 'Berlin, CA']),
    )
  })
})

describe('what the paper of a credit note says', () => {
  const note = (days: number, before: number, totalMinor?: number) => {
    const of = issued()
    const price = priceCredit(of.invoice, of.lines, before, days)
    const credit = totalMinor === undefined ? price : shrunkTo(price, totalMinor, 'EUR')
    const row = { number: 'CN-2026-000001', days, currency: 'EUR', priceMinor: price.totalMinor, reason: 'So' }
    return creditNoteDocument(Object.assign(new CreditNote(), { ...row, issuedAt: PAID, ...credit }), of, before)
  }

  it('is what it corrects, what goes back, and how that was rounded', () => {
    expect(note(50, 0)).toMatchObject({
      ...{ kind: 'CREDIT_NOTE', corrects: { number: 'DB-2026-000001', issuedAt: OPENED }, reason: 'So', days: 50 },
      lines: [{ description: '7 channels for 30 days', days: 50, amountMinor: 1665 }],
      ...{ subtotalMinor: 1665, taxMinor: 316, totalMinor: 1981, taxName: 'VAT', purchaseOrder: 'PO 7' },
      explanations: [expect.stringMatching(/^Tax: 13\.29 EUR × 50 \/ 210 = .* rounded half up to 3\.16 EUR\.$/)],
    })
    expect(note(160, 50).explanations.join(' ')).toContain('Less 16.65 EUR for the 50 days before.')
    expect(note(50, 0, 100).explanations).toEqual(['Credited are 1.00 EUR of the 19.81 EUR that these days come to.'])
  })
})

describe(`the name of a file (seed ${seedOf()})`, () => {
  it('is one for any file system and any header, whatever the number is', () => {
    expect(fileNameOf('DB-2026-000001', DocumentKind.INVOICE)).toBe('DB-2026-000001.pdf')
    expect(fileNameOf('DB-2026-000001', DocumentKind.INVOICE_PAID)).toBe('DB-2026-000001-paid.pdf')
    const dice = new Dice(seedOf())
    const signs = [...'aZ09-_./\\":;\r\n\0%&äß株\u{202e}\u{1f600} \'']
    const hostile = Array.from({ length: 500 }, () =>
      Array.from({ length: dice.below(150) }, () => dice.pick(signs)).join(''),
    )
    for (const number of ['', '..', '../../etc/passwd', 'x"; filename="y', 'a\r\nset-cookie: b', ...hostile]) {
      for (const kind of Object.values(DocumentKind)) {
        expect(fileNameOf(number, kind)).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/)
        expect(fileNameOf(number, kind)).toMatch(/^[^.]*\.pdf$/)
      }
    }
  })
})

describe('the thread that draws', () => {
  let thread: DrawingThread
  beforeEach(() => {
    thread = new DrawingThread()
  })
  afterEach(() => thread.close())

  it('draws what is asked for, also after one that can’t be drawn, each to whom has asked', async () => {
    const numbers = ['DB-1', 'DB-2', 'DB-3']
    const bad = thread.draw({ ...INVOICE, currency: 'none' })
    const good = numbers.map((number) => thread.draw({ ...INVOICE, number }))
    await expect(bad).rejects.toThrow('none is no currency')
    const [one, two, three] = await Promise.all(good)
    expect(one?.subarray(0, 5).toString()).toBe('%PDF-')
    expect(new Set([one, two, three].map((bytes) => bytes?.toString('base64'))).size).toBe(3)
    expect((await thread.draw({ ...INVOICE, number: 'DB-2' })).equals(two ?? Buffer.alloc(0))).toBe(true)
  })

  it('refuses what would wait too long, and all that waits when it is closed', async () => {
    const all = Array.from({ length: 130 }, () => thread.draw(INVOICE))
    const settled = Promise.allSettled(all)
    await thread.close()
    const reasons = (await settled).map((one) =>
      one.status === 'rejected' ? (one.reason as { code: string }).code : '',
    )
    expect(reasons).toEqual(all.map(() => 'UNAVAILABLE'))
    // And begins anew.
    expect((await thread.draw(INVOICE)).length).toBeGreaterThan(1000)
  })
})
