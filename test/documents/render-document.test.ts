import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Dice, seedOf } from '../support/dice'
import type { BillingDocument, InvoiceDocument } from '../../src/documents/billing-document'
import { renderDocument } from '../../src/documents/render-document'
import { readPdf, readPdfs, textOf } from './document-reader'
import { CREDIT_NOTE, INVOICE, invoiceOf, NAMES, PARTNER, SAMPLES } from './samples'

/** Of the margins, with the width of a hair. */
const LEFT = 55.9
const RIGHT = 539.4

const EUR_TEXT = `Invoice
DB-2026-000128
From
Meridian Messaging GmbH
Torstraße 140
10119 Berlin
Germany
billing@meridian.example
VAT ID DE298765432
Billed to
Harbour & Finch Ltd
Unit 4
27 Quayside
D02 X285 Dublin
Ireland
accounts@harbourfinch.example
VAT ID IE6388047V
Issued
24 November 2026
Due
8 December 2026
Purchase order
PO-4711
Description Quantity Unit price Net (EUR)
75 channels for 30 days 75 10.00 750.00
110 loose days 110 10.00 36.67
The unit price is for 30: quantity × unit price ÷ 30. per 30
110 loose days × 10.00 EUR / 30 = 36.666… EUR, rounded half up to 36.67 EUR.
Days credited
2,360 days
Subtotal 786.67 EUR
VAT 19 % 149.47 EUR
19 % of 786.67 EUR = 149.4673 EUR, rounded half up to 149.47 EUR.
Total 936.14 EUR
Paid so far 0.00 EUR
Outstanding 936.14 EUR
Payment
Amount 936.14 EUR
Due 8 December 2026
Account holder Meridian Messaging GmbH
IBAN DE89 3704 0044 0532 0130 00
BIC COBADEFFXXX
Reference DB-2026-000128
Pay online https://pay.meridian.example/i/inv_01jdf8v9x3qk2t
Scan with a banking app
Meridian Messaging GmbH · Amtsgericht Berlin HRB 198765 · Managing director: Ana Lindqvist
www.meridian.example
Page 1 of 1`

/**
 * What the samples have always come to. Only a change of the looks on purpose, or of a font or a library, changes them; what
 * has been issued is kept as it was.
 */
const DIGESTS: Record<string, string> = {
  eur: 'a3a2348056599d0fef3aa1ddc65eb31da1ff5e8cdfe1f3d919abe8c0313626b0',
  'credit-note': '8b7c62935f1e428eb4ae5c1e58bceb733b23a2f66f8cc888bc3a4e76604e3939',
  'many-lines': 'b4a9f92b73231efc1a3c0a4d7f9d8c44e17d2ad65c7848f9575d10422592bc58',
  arabic: '1da5cc637b34de2fef8ffe97e67f2ef3ca04572f0b84a298091cb71da448bdb9',
  chinese: 'f554181e53b2648cfbd9aadb9f3cf867ca21451a70839f3dffc6985090324e8d',
}

describe('the bytes of a document', () => {
  it('are the same for the same value, on every machine and for ever', () => {
    const digests = Object.fromEntries(Object.keys(DIGESTS).map((name) => [name, digestOf(sample(name))]))
    expect(digests).toEqual(DIGESTS)
  })

  it('do not depend on what the process has drawn before', () => {
    const names = Object.keys(SAMPLES)
    const first = names.map((name) => digestOf(sample(name)))
    const backwards = [...names].reverse().map((name) => digestOf(sample(name)))
    expect(backwards.reverse()).toEqual(first)
    const program = `
      const { renderDocument } = require('./src/documents/render-document')
      const { SAMPLES } = require('./test/documents/samples')
      const { createHash } = require('node:crypto')
      const names = Object.keys(SAMPLES).reverse()
      const digests = names.map((name) => createHash('sha256').update(renderDocument(SAMPLES[name])).digest('hex'))
      console.log(JSON.stringify(digests.reverse()))`
    const output = execFileSync(process.execPath, ['-r', '@swc-node/register', '-e', program], {
      cwd: join(__dirname, '..', '..'),
      env: { ...process.env, TZ: 'Pacific/Auckland', LANG: 'de_DE.UTF-8' },
    })
    expect(JSON.parse(output.toString())).toEqual(first)
  })
})

describe('an invoice', () => {
  it('says all that it says', () => {
    expect(textOf(readPdf(renderDocument(INVOICE)))).toBe(EUR_TEXT)
  })

  it('says in its metadata what it is, whose, and when it was issued', () => {
    const { info, pages } = readPdf(renderDocument(INVOICE))
    expect(info).toMatchObject({
      Title: 'Invoice DB-2026-000128',
      Author: 'Meridian Messaging GmbH',
      Subject: 'Invoice for Harbour & Finch Ltd',
      CreationDate: 'D:20261124093000Z',
      Language: 'en',
    })
    expect(pages[0]?.structure).toMatch(/"H1".*"Table".*"TH".*"TD".*"Link".*"Figure"/)
  })

  it('writes currencies with the decimal places that they have', () => {
    const [yen, dinar] = readPdfs([renderDocument(sample('jpy')), renderDocument(sample('kwd'))]).map(textOf)
    expect(yen).toContain('Total 123,750 JPY')
    expect(yen).toContain('Consumption tax 10 % 11,250 JPY')
    expect(dinar).toContain('Total 255.938 KWD')
    expect(dinar).toContain('Paid so far 100.000 KWD')
    expect(dinar).toContain('Outstanding 155.938 KWD')
    expect(dinar).toContain('Scan to pay online')
  })

  it('gives the sentence of the reverse charge, and the period of usage', () => {
    const text = textOf(readPdf(renderDocument(sample('reverse-charge'))))
    expect(text).toContain('VAT 0.00 EUR\nReverse charge')
    expect(text).toContain('(Article 196 of Council Directive 2006/112/EC)')
    expect(text).toContain('Period\n1 – 31 October 2026')
  })

  it('bears the mark of its state, and asks for money only while it is open', () => {
    const [paid, voided, sandbox] = readPdfs(
      ['paid', 'void', 'sandbox'].map((name) => renderDocument(sample(name))),
    ).map(textOf)
    expect(paid).toMatch(/^PAID\nInvoice/)
    expect(paid).toContain('Paid\n1 December 2026')
    expect(paid).toContain('Outstanding 0.00 EUR')
    expect(voided).toMatch(/^VOID\nInvoice/)
    expect(voided).toContain('Nothing is to be paid.')
    for (const text of [paid, voided]) expect(text).not.toMatch(/IBAN|Pay online/)
    expect(sandbox).toMatch(/^SANDBOX – NO MONEY\nInvoice/)
    expect(sandbox).not.toContain('IBAN')
    expect(sandbox).toContain('Pay online')
  })

  it('links to the page where it is paid, and to nothing but the web', () => {
    const bad = ['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 'not an address', ' ']
    const documents = [INVOICE.paymentUrl, ...bad].map((paymentUrl) => renderDocument({ ...INVOICE, paymentUrl }))
    const [good, ...others] = readPdfs(documents)
    expect(good?.pages[0]?.links).toMatchObject([{ subtype: 'Link', url: INVOICE.paymentUrl }])
    for (const { pages } of others) {
      expect(pages.flatMap(({ links }) => links)).toEqual([])
      expect(pages[0]?.text).not.toContain('Pay online')
    }
  })
})

describe('a credit note', () => {
  it('names what it corrects and why, and takes back', () => {
    const text = textOf(readPdf(renderDocument(CREDIT_NOTE)))
    expect(text).toMatch(/^Credit note\nDBC-2026-000007\n/)
    expect(text).toContain('Corrects invoice\nDB-2026-000128\nInvoice issued\n24 November 2026')
    expect(text).toContain('Reason\nTen channels were ordered twice; their days have been taken back.')
    expect(text).toContain('75 channels for 30 days 300 −100.00')
    expect(text).toContain('Total credited −119.00 EUR')
    expect(text).toContain('Days taken back\n300 days')
    expect(text).not.toContain('Payment')
  })
})

describe('a long invoice', () => {
  it('repeats the head of its table, counts its pages, and keeps its total with its last line', () => {
    const counts = [17, 18, 19, 20, 21, 22, 120, 1000]
    const documents = counts.map(invoiceOf)
    for (const [at, { pages }] of readPdfs(documents.map(renderDocument)).entries()) {
      const count = counts[at] ?? 0
      const lines = pages.flatMap(({ items }) => items.filter(({ str }) => str.startsWith('Channels of ')))
      expect(lines).toHaveLength(count)
      for (const [page, { text, items }] of pages.entries()) {
        expect(text).toContain(`Page ${page + 1} of ${pages.length}`)
        if (text.includes('Channels of')) expect(text).toContain('Description Quantity Unit price Net (EUR)')
        if (page > 0) expect(text).toMatch(/^Invoice DB-2026-000128\n/)
        expect(Math.min(...items.map(({ y }) => y))).toBeGreaterThan(30)
      }
      const withTotal = pages.find(({ text }) => text.includes('\nTotal '))
      expect(withTotal?.text).toContain(`Channels of customer ${count} `)
    }
  })
})

describe('names of the world', () => {
  it.each(['japanese', 'chinese', 'korean', 'cyrillic', 'greek', 'vietnamese'])('are found as written: %s', (name) => {
    const party = NAMES[name] ?? PARTNER
    const text = textOf(readPdf(renderDocument({ ...INVOICE, partner: party }))).replaceAll('\n', ' ')
    for (const part of [party.legalName, ...party.addressLines, party.city, party.country]) expect(text).toContain(part)
    expect(text).not.toContain('\u{fffd}')
  })

  it('are found word by word where they are written from the right', () => {
    const text = textOf(readPdf(renderDocument(sample('hebrew'))))
    for (const word of ['אלון', 'תקשורת', '(ABC)', 'רחוב', 'אביב', 'ישראל']) expect(text).toContain(word)
    const arabic = textOf(readPdf(renderDocument(sample('arabic'))))
    for (const word of ['شركة', 'النيل', 'شارع', 'القاهرة', '١٢']) expect(arabic).toContain(word)
    // Read from the right: the name, and behind it the year.
    expect(arabic.indexOf('2026 (')).toBeLessThan(arabic.indexOf('شركة'))
  })

  it('have glyphs for all that Thai and Hindi join, reorder and pile up', () => {
    for (const text of ['thai', 'devanagari'].map((name) => textOf(readPdf(renderDocument(sample(name)))))) {
      expect(text).not.toContain('\u{fffd}')
    }
    const [thai] = readPdfs([renderDocument(sample('thai'))])
    expect(thai === undefined ? '' : textOf(thai)).toContain('กรุงเทพมหานคร')
  })
})

describe('hostile texts', () => {
  const hostile = {
    control: 'A\u{0}\u{7}\u{8}\u{1b}B\u{85}C\u{2028}D\tE\r\nF',
    steering: 'invoice\u{202e}fdp.exe\u{202c}\u{2066}x\u{2069}\u{200f}',
    syntax: ') Tj ET /JS (app.alert(1)) \\) endstream endobj <</S/JavaScript>> <script>&"\'',
    half: 'half \u{d800} and \u{dfff}',
    marks: `a${'\u{301}'.repeat(3000)}`,
    word: 'W'.repeat(255),
    long: 'm'.repeat(4096),
    letters: 'שלום Ж中ไทยक्ष '.repeat(200),
    emoji: '👩‍👩‍👧‍👦 🇩🇪 1️⃣ 👍🏽',
    nothing: '',
    spaces: '   \u{a0} ',
  }

  it('are drawn as text within the margins, and start nothing', () => {
    const read = readPdfs(Object.values(hostile).map((text) => renderDocument(everywhere(text))))
    for (const [at, { pages, scripts, attachments }] of read.entries()) {
      expect([scripts, attachments]).toEqual([null, null])
      expect(pages.flatMap(({ links }) => links)).toEqual([])
      const out = pages
        .flatMap(({ items }) => items)
        .filter(({ left, right, y }) => left < LEFT || right > RIGHT || y < 30 || y > 812)
      expect([Object.keys(hostile)[at], out]).toEqual([Object.keys(hostile)[at], []])
      expect(pages.length).toBeLessThan(30)
      expect(textOf({ pages, scripts, attachments, info: {} })).toContain('936.14 EUR')
    }
  })

  it('lose what steers and hides, and show a sign for what has no glyph', () => {
    const [control, steering, half, emoji] = readPdfs(
      [hostile.control, hostile.steering, hostile.half, hostile.emoji].map((legalName) =>
        renderDocument({ ...INVOICE, partner: { ...PARTNER, legalName } }),
      ),
    ).map(textOf)
    expect(control).toContain('A\u{fffd}\u{fffd}\u{fffd}\u{fffd}B C D E F')
    expect(steering).toContain('invoicefdp.exex')
    expect(half).toContain('half \u{fffd} and \u{fffd}')
    expect(emoji).toContain('Billed to\n\u{fffd} \u{fffd} \u{fffd} \u{fffd}\n')
  })

  it('never stop a document from being drawn, whatever they are', () => {
    const dice = new Dice(seedOf())
    const texts = Array.from({ length: 20 }, () =>
      Array.from({ length: dice.between(0, 60) }, () => String.fromCodePoint(dice.between(1, 0x10ffff))).join(''),
    )
    for (const { pages } of readPdfs(texts.map((text) => renderDocument(everywhere(text))))) {
      const out = pages.flatMap(({ items }) => items).filter(({ left, right }) => left < LEFT || right > RIGHT)
      expect(out).toEqual([])
    }
  })
})

function sample(name: string): BillingDocument {
  const found = SAMPLES[name]
  if (found === undefined) throw new Error(`no sample is called ${name}`)
  return found
}

function digestOf(document: BillingDocument): string {
  return createHash('sha256').update(renderDocument(document)).digest('hex')
}

/** An invoice with this wherever a text can be. */
function everywhere(text: string): InvoiceDocument {
  const party = {
    ...PARTNER,
    legalName: text,
    addressLines: [text, text],
    postcode: text,
    city: text,
    country: text,
    email: text,
    taxIds: [{ label: text, value: text }],
  }
  return {
    ...INVOICE,
    number: text,
    purchaseOrder: text,
    provider: party,
    partner: party,
    taxName: text,
    reverseCharge: text,
    footer: text,
    paymentUrl: text,
    bankAccount: { holder: text, iban: text, bic: text, instructions: text },
    lines: INVOICE.lines.map((line) => ({ ...line, description: text })),
  }
}
