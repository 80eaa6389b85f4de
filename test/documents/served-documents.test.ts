import { createHash } from 'node:crypto'
import { request } from 'node:http'
import {
  CreditNoteDocument,
  InvoiceDocument,
  type InvoiceFieldsFragment,
  IssueCreditNoteDocument,
  PrepareInvoiceDocument,
  RecordPaymentDocument,
  RequestInvoiceDocument,
  SetBillingDetailsDocument,
  SetPriceAgreementDocument,
  SetProviderProfileDocument,
  VoidInvoiceDocument,
  WriteOffInvoiceDocument,
} from '../../sdk'
import { openDatabase, type Database } from '../../src/database'
import { DocumentKind } from '../../src/documents/document.entity'
import { DocumentDrawer } from '../../src/documents/draw-documents'
import { documentOf } from '../../src/documents/read-document'
import { createGateway } from '../../src/gateway'
import { createLog } from '../../src/log'
import { Dice, seedOf } from '../support/dice'
import { startTestGateway, TEST_CONFIG, type TestGateway, type TestPartner } from '../support/gateway'
import { readPdf, textOf } from './document-reader'

const ADDRESS = { lines: ['1 Street'], postcode: '10115', city: 'Berlin', country: 'DE' }
const TAX_ID = { country: 'DE', value: 'DE136695976' }
const PROFILE = {
  legalName: 'Provider AG',
  address: ADDRESS,
  taxId: TAX_ID,
  email: 'billing@example.com',
  bankAccount: { holder: 'Provider AG', iban: 'DE89 3704 0044 0532 0130 00', bic: 'COBADEFFXXX' },
  footer: 'Thank you',
}

let gateway: TestGateway
let database: Database
let partner: TestPartner
let other: TestPartner

beforeAll(async () => {
  gateway = await startTestGateway()
  database = await openDatabase(gateway.databaseUrl, 2)
  await gateway.staff.request(SetProviderProfileDocument, PROFILE)
  partner = await gateway.newPartner({ name: 'A partner' })
  other = await gateway.newPartner({ name: 'Another' })
  for (const { account } of [partner, other]) await agree(account.id)
  await partner.client.request(SetBillingDetailsDocument, {
    legalName: 'Käufer & Söhne',
    address: { ...ADDRESS, city: 'Wien', country: 'AT' },
    purchaseOrder: 'PO 7',
  })
}, 60_000)
afterAll(async () => {
  await database.close()
  await gateway.stop()
})

const agree = (accountId: string, more: object = {}) =>
  gateway.staff.request(SetPriceAgreementDocument, {
    ...{ accountId, currency: 'EUR', channelMonthAmount: 999, taxPartsPerMillion: 190_000 },
    ...more,
  })

const buy = async (from = partner, more: object = { channels: 7 }) =>
  (await from.client.request(RequestInvoiceDocument, more)).requestInvoice.invoice

const read = async ({ id }: { id: string }) => {
  const { invoice } = await gateway.staff.request(InvoiceDocument, { id })
  if (invoice == null) throw new Error('no invoice')
  return invoice
}

const pay = async ({ id, total }: InvoiceFieldsFragment, amount = total.amount) => {
  const idempotencyKey = `${id} ${amount}`
  await gateway.staff.request(RecordPaymentDocument, { invoiceId: id, method: 'BANK_TRANSFER', amount, idempotencyKey })
}

const credit = async ({ id }: { id: string }, more: object) => {
  const input = { invoiceId: id, reason: 'Ordered twice', idempotencyKey: JSON.stringify(more), ...more }
  return (await gateway.staff.request(IssueCreditNoteDocument, input)).issueCreditNote.creditNote
}

interface Got {
  status: number
  headers: Headers
  bytes: Buffer
  text: () => string
}

async function get(url: string | null | undefined, init: RequestInit = {}): Promise<Got> {
  const response = await fetch(url ?? 'http://no-address', init)
  const bytes = Buffer.from(await response.arrayBuffer())
  let text: string | undefined
  return { status: response.status, headers: response.headers, bytes, text: () => (text ??= textOf(readPdf(bytes))) }
}

const issuedUrl = (url: string | null | undefined) => (url ?? '').replace('/invoice.pdf', '/issued.pdf')
const page = ({ pdfUrl }: { pdfUrl?: string | null }) => (pdfUrl ?? '').replace('/invoice.pdf', '')

const storedKinds = async (subjectId: string) => {
  const sql = 'SELECT kind FROM document WHERE subject_id = $1 ORDER BY kind'
  return (await gateway.sql<{ kind: string }>(sql, [subjectId])).map(({ kind }) => kind)
}

describe('the PDF of an invoice', () => {
  it('is there from its opening on, at an address that a browser opens, and says what the invoice says', async () => {
    const invoice = await buy(partner, { channels: 7, looseDays: 101 })
    expect(invoice.pdfUrl).toBe(`${invoice.paymentUrl}/invoice.pdf`)
    const { status, headers, bytes, text } = await get(invoice.pdfUrl)
    expect(status).toBe(200)
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${invoice.number}.pdf"`,
      'content-length': String(bytes.length),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'private, no-cache',
      etag: `"${createHash('sha256').update(bytes).digest('hex')}"`,
    })
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    for (const part of [
      ...[
        `Invoice\n${invoice.number}\n`,
        'Provider AG',
        'VAT ID DE136695976',
        'Käufer & Söhne',
        '10115 Wien',
        'Austria',
      ],
      ...['Purchase order\nPO 7', '7 channels for 30 days 7 9.99 69.93', '= 33.633 EUR, rounded half up to 33.63 EUR.'],
      ...[
        'Subtotal 103.56 EUR',
        'VAT 19 % 19.68 EUR',
        'Total 123.24 EUR',
        'Paid so far 0.00 EUR',
        'Days credited\n311',
      ],
      ...['IBAN DE89 3704 0044 0532 0130 00', `Reference ${invoice.number}`, 'Scan with a banking app', 'Thank you'],
    ]) {
      expect(text()).toContain(part)
    }
    const [link] = readPdf(bytes).pages.flatMap(({ links }) => links)
    expect(link?.url).toBe(invoice.paymentUrl)
    const shown = await fetch(invoice.paymentUrl ?? '')
    expect(await shown.text()).toContain(`<a href="${invoice.paymentUrl?.split('/').at(-1)}/invoice.pdf">Download`)
  })

  it('is not there while it is requested, nor when its request was withdrawn', async () => {
    const slow = await gateway.newPartner({ name: 'Slow' })
    await agree(slow.account.id, { autoPrepare: false })
    const requested = await buy(slow)
    expect([requested.status, requested.pdfUrl]).toEqual(['REQUESTED', null])
    const [row] = await gateway.sql<{ token: string }>('SELECT payment_token AS token FROM invoice WHERE id = $1', [
      requested.id,
    ])
    const url = `${gateway.url}/pay/${row?.token}/invoice.pdf`
    expect((await get(url)).status).toBe(404)
    const withdrawn = await buy(slow)
    await gateway.staff.request(VoidInvoiceDocument, { invoiceId: withdrawn.id, comment: 'no' })
    expect((await read(withdrawn)).pdfUrl).toBeNull()
    await gateway.staff.request(PrepareInvoiceDocument, { invoiceId: requested.id })
    expect((await read(requested)).pdfUrl).toBe(url)
    expect((await get(url)).status).toBe(200)
  })

  it('is the same, byte for byte, when it is read again, after a restart, and whatever the profile says by then', async () => {
    const { id, pdfUrl } = await buy()
    const first = await get(pdfUrl)
    await gateway.staff.request(SetProviderProfileDocument, { ...PROFILE, legalName: 'Renamed AG' })
    await gateway.restart()
    const again = await get(pdfUrl)
    expect(again.bytes.equals(first.bytes)).toBe(true)
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'))
    expect(await storedKinds(id)).toEqual(['INVOICE'])
    await gateway.staff.request(SetProviderProfileDocument, PROFILE)
  })

  it('is one, however many ask for it at once, and at however many gateways that draw it differently', async () => {
    // At another address, so that the link in what it draws is another.
    const second = await createGateway(
      { ...TEST_CONFIG, databaseUrl: gateway.databaseUrl, staffToken: gateway.staffToken },
      { sweeps: false },
    )
    try {
      for (let round = 0; round < 3; round += 1) {
        const { id, pdfUrl } = await buy()
        const there = (pdfUrl ?? '').replace(gateway.url, second.url)
        const got = await Promise.all([pdfUrl, there, pdfUrl, there, there, pdfUrl].map((url) => get(url)))
        expect(got.map(({ status }) => status)).toEqual(got.map(() => 200))
        expect(new Set(got.map(({ bytes }) => bytes.toString('base64'))).size).toBe(1)
        expect(await storedKinds(id)).toEqual(['INVOICE'])
      }
    } finally {
      await second.close()
    }
  })

  it('bears the mark of what became of the invoice, and stays beside it as it was issued', async () => {
    const invoice = await buy()
    const issued = await get(invoice.pdfUrl)
    await pay(invoice, 100)
    expect((await get(invoice.pdfUrl)).bytes.equals(issued.bytes)).toBe(true)
    await pay(invoice, invoice.total.amount - 100)
    const paid = await get((await read(invoice)).pdfUrl)
    expect(paid.text()).toMatch(/^PAID\nInvoice/)
    expect(paid.headers.get('content-disposition')).toBe(`inline; filename="${invoice.number}-paid.pdf"`)
    expect((await get(issuedUrl(invoice.pdfUrl))).bytes.equals(issued.bytes)).toBe(true)

    const mistaken = await buy()
    await gateway.staff.request(VoidInvoiceDocument, { invoiceId: mistaken.id, comment: 'a mistake' })
    const voided = await get((await read(mistaken)).pdfUrl)
    expect(voided.text()).toMatch(/^VOID\nInvoice/)
    expect(voided.text()).not.toContain('IBAN')
    // Drawn only now, and still as it was issued.
    expect((await get(issuedUrl(mistaken.pdfUrl))).text()).toMatch(/^Invoice[^]*Outstanding 83\.22 EUR/)
    expect(await storedKinds(mistaken.id)).toEqual(['INVOICE', 'INVOICE_VOID'])

    const lost = await buy()
    await gateway.staff.request(WriteOffInvoiceDocument, { invoiceId: lost.id, comment: 'gone' })
    expect((await get((await read(lost)).pdfUrl)).text()).toContain('Outstanding 83.22 EUR')
  })

  it('of zero says from the beginning that it is paid, and is one', async () => {
    const free = await gateway.newPartner({ name: 'Free' })
    await agree(free.account.id, { channelMonthAmount: 0 })
    const { id, pdfUrl, status } = await buy(free)
    expect(status).toBe('PAID')
    const { bytes, text } = await get(pdfUrl)
    expect(text()).toMatch(/^PAID\nInvoice/)
    expect((await get(issuedUrl(pdfUrl))).bytes.equals(bytes)).toBe(true)
    expect(await storedKinds(id)).toEqual(['INVOICE'])
  })

  it('of a sandbox account says that no money is meant', async () => {
    const sandbox = await gateway.newPartner({ name: 'Test', sandbox: true })
    await agree(sandbox.account.id)
    const text = (await get((await buy(sandbox)).pdfUrl)).text()
    expect(text).toMatch(/^SANDBOX – NO MONEY\nInvoice\nTEST-/)
    expect(text).not.toContain('IBAN')
  })

  it('is none where nobody knows who it is from: of invoices from before there were particulars', async () => {
    const invoice = await buy()
    await gateway.sql(
      `SET session_replication_role = replica; UPDATE invoice SET particulars = NULL WHERE id = '${invoice.id}';
       SET session_replication_role = origin`,
    )
    expect((await read(invoice)).pdfUrl).toBeNull()
    expect((await get(invoice.pdfUrl)).status).toBe(404)
    expect(await (await fetch(invoice.paymentUrl ?? '')).text()).not.toContain('Download')
  })
})

describe('the PDF of a credit note', () => {
  it('is beside its invoice, and names it, what is taken back, and how the amounts come about', async () => {
    const invoice = await buy()
    await pay(invoice)
    const first = await credit(invoice, { days: 50 })
    const second = await credit(invoice, { days: 43 })
    const agreed = await credit(invoice, { days: 10, amount: 100 })
    expect(first.pdfUrl).toBe(`${page(invoice)}/${first.id}.pdf`)
    const [one, two, three] = await Promise.all([first, second, agreed].map(({ pdfUrl }) => get(pdfUrl)))
    expect(one?.headers.get('content-disposition')).toBe(`inline; filename="${first.number}.pdf"`)
    expect(one?.text()).toContain(`Corrects invoice\n${invoice.number}`)
    expect(one?.text()).toContain('Reason\nOrdered twice')
    expect(one?.text()).toContain('7 channels for 30 days 50 −16.65')
    expect(one?.text()).toContain('Total credited −19.81 EUR')
    expect(two?.text().replaceAll('\n', ' ')).toContain('Less 16.65 EUR for the 50 days before.')
    expect(three?.text()).toContain('Credited are 1.00 EUR of the ')
    expect((await get(second.pdfUrl)).bytes.equals(two?.bytes ?? Buffer.alloc(0))).toBe(true)
    const { creditNote } = await partner.client.request(CreditNoteDocument, { id: first.id })
    expect(creditNote?.pdfUrl).toBe(first.pdfUrl)
    const elsewhere = await buy()
    expect((await get(`${page(elsewhere)}/${first.id}.pdf`)).status).toBe(404)
  })
})

describe('the door to documents', () => {
  it('opens to the address alone: no token of an account opens another’s, nor is one needed', async () => {
    const [own, foreign] = [await buy(), await buy(other)]
    const authorization = `Bearer ${other.token}`
    // Whoever has the address has the document, as whoever has the paper.
    expect((await get(own.pdfUrl, { headers: { authorization } })).status).toBe(200)
    for (const path of [own.id, own.number, own.id.toUpperCase()]) {
      expect((await get(`${gateway.url}/pay/${path}/invoice.pdf`, { headers: { authorization } })).status).toBe(404)
    }
    await expect(other.client.request(InvoiceDocument, { id: own.id })).rejects.toThrow()
    await pay(own)
    const note = await credit(own, { days: 1 })
    expect((await get(`${page(foreign)}/${note.id}.pdf`)).status).toBe(404)
    await expect(other.client.request(CreditNoteDocument, { id: note.id })).rejects.toThrow()
  })

  it(`answers 404 to whatever is no document, and stores nothing for it (seed ${seedOf()})`, async () => {
    const { pdfUrl } = await buy()
    const token = /pay\/([0-9a-f]{64})\//.exec(pdfUrl ?? '')?.[1] ?? ''
    const dice = new Dice(seedOf())
    const random = () => Array.from({ length: 64 }, () => dice.pick([...'0123456789abcdef'])).join('')
    const turned = [...token].map((letter, at) => (at === 0 ? (letter === 'a' ? 'b' : 'a') : letter)).join('')
    const paths = [
      ...Array.from({ length: 10 }, () => `${random()}/invoice.pdf`),
      ...[turned, token.toUpperCase(), token.slice(1), `${token}0`, '%00', '..', `${token}%27`].map(
        (bad) => `${bad}/invoice.pdf`,
      ),
      ...[
        'paid.pdf',
        'invoice',
        'invoice.PDF',
        'invoice.pdf%00',
        '..%2finvoice.pdf',
        'credit_.pdf',
        'x'.repeat(90),
      ].map((bad) => `${token}/${bad}`),
      `${token}/credit_01j00000000000000000000000.pdf`,
      `${token}/invoice.pdf/more`,
    ]
    const count = async () => (await gateway.sql<{ n: string }>('SELECT count(*) AS n FROM document'))[0]?.n
    const before = await count()
    for (const path of paths) {
      const { status, headers } = await get(`${gateway.url}/pay/${path}`)
      expect([path, status, headers.get('content-type')]).toEqual([path, 404, 'application/json; charset=utf-8'])
    }
    expect(await count()).toBe(before)
  })

  it('takes GET and HEAD only, and sends nothing to whom has it already', async () => {
    const { pdfUrl } = await buy()
    const whole = await get(pdfUrl)
    const head = await get(pdfUrl, { method: 'HEAD' })
    expect([head.status, head.bytes.length]).toEqual([200, 0])
    for (const name of ['content-type', 'content-length', 'content-disposition', 'etag']) {
      expect(head.headers.get(name)).toBe(whole.headers.get(name))
    }
    const etag = whole.headers.get('etag') ?? ''
    for (const known of [etag, `"x", W/${etag}`, '*']) {
      const { status, bytes, headers } = await get(pdfUrl, { headers: { 'if-none-match': known } })
      expect([known, status, bytes.length, headers.get('etag')]).toEqual([known, 304, 0, etag])
    }
    expect((await get(pdfUrl, { headers: { 'if-none-match': '"x"' } })).status).toBe(200)
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) expect((await get(pdfUrl, { method })).status).toBe(404)
  })

  it('lets a client go that leaves in the middle', async () => {
    const { pdfUrl } = await buy()
    await new Promise<void>((resolve) => {
      const left = request(pdfUrl ?? '', () => left.destroy())
      left.on('error', () => resolve())
      left.on('close', () => resolve())
      left.end()
    })
    expect((await get(pdfUrl)).status).toBe(200)
  })
})

describe('what is stored', () => {
  it('is never changed and never taken away', async () => {
    const { id, pdfUrl } = await buy()
    await get(pdfUrl)
    for (const attack of [
      `UPDATE document SET file_name = 'x.pdf' WHERE subject_id = '${id}'`,
      `DELETE FROM document WHERE subject_id = '${id}'`,
      'TRUNCATE document',
    ]) {
      await expect(gateway.sql(attack)).rejects.toMatchObject({ code: '23001' })
    }
  })

  it('is of the account whose invoice it is, is what its digest says, and is named as files are', async () => {
    const { id } = await buy()
    const insert = (changes: object = {}) => {
      const row = { account: partner.account.id, kind: 'INVOICE', id, name: 'a.pdf', sha: 'sha256($5)', ...changes }
      return gateway.sql(
        `INSERT INTO document (account_id, kind, subject_id, file_name, sha256, bytes) VALUES ($1, $2, $3, $4, ${row.sha}, $5)`,
        [row.account, row.kind, row.id, row.name, Buffer.from('x')],
      )
    }
    const refused = (changes: object, constraint: string) =>
      expect(insert(changes)).rejects.toMatchObject({ constraint })
    await refused({ account: other.account.id }, 'document_of_its_own')
    await refused({ id: 'invoice_nowhere' }, 'document_of_its_own')
    await refused({ kind: 'CREDIT_NOTE' }, 'document_of_its_own')
    await refused({ kind: 'INVOICE_PAID' }, 'document_of_its_own')
    await refused({ kind: 'OTHER' }, 'document_kind_known')
    await refused({ sha: `sha256('y')` }, 'document_sha256_true')
    for (const name of ['../a.pdf', 'a"b.pdf', 'a\nb.pdf', '.pdf', '', 'ä.pdf', 'x'.repeat(121)]) {
      await refused({ name }, 'document_file_name_safe')
    }
    await insert()
  })

  it('is read by whoever sends it, by account, kind and id', async () => {
    const invoice = await buy()
    const name = [partner.account.id, DocumentKind.INVOICE, invoice.id] as const
    expect(await documentOf(database, ...name)).toBeNull()
    const { bytes } = await get(invoice.pdfUrl)
    const stored = await documentOf(database, ...name)
    expect(stored?.fileName).toBe(`${invoice.number}.pdf`)
    expect(stored?.bytes.equals(bytes)).toBe(true)
    expect(await documentOf(database, other.account.id, DocumentKind.INVOICE, invoice.id)).toBeNull()
  })
})

describe('what was issued', () => {
  it('is drawn by itself, though nobody asks and the gateway fell in between, by one gateway or several', async () => {
    const paid = await buy()
    const invoices = [paid, await buy(other), await buy()]
    await pay(paid)
    const note = await credit(paid, { days: 2 })
    const log = createLog(TEST_CONFIG)
    const drawers = [0, 1].map(() => new DocumentDrawer(database, () => gateway.url, log))
    try {
      const wanted = () => gateway.sql('SELECT subject_id FROM document_wanted')
      expect((await wanted()).length).toBeGreaterThanOrEqual(4)
      while ((await wanted()).length > 0) await Promise.all(drawers.map((drawer) => drawer.drawWanted()))
      for (const { id } of [...invoices, note]) expect(await storedKinds(id)).toHaveLength(1)
    } finally {
      await Promise.all(drawers.map((drawer) => drawer.close()))
    }
  })

  it('is no longer wanted as soon as somebody has asked for it', async () => {
    const { id, pdfUrl } = await buy()
    const wanted = () => gateway.sql('SELECT kind FROM document_wanted WHERE subject_id = $1', [id])
    expect(await wanted()).toEqual([{ kind: 'INVOICE' }])
    await get(pdfUrl)
    expect(await wanted()).toEqual([])
  })
})
