import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BalanceDocument,
  IssueCreditNoteDocument,
  LedgerAuditDocument,
  MailsDocument,
  PrepareInvoiceDocument,
  RecordPaymentDocument,
  RecordRefundDocument,
  RequestInvoiceDocument,
  SetPriceAgreementDocument,
} from '../../sdk'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'

let home: string
let gateway: TestGateway
let partner: TestPartner
let invoiceId: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'daybook-story-'))
  gateway = await startTestGateway({ sweeps: true, config: { home } })
  await gateway.setClock('2026-01-05T09:00:00Z')
  partner = await gateway.newPartner({ name: 'Brightline', email: 'billing@brightline.example' })
  await gateway.staff.request(SetPriceAgreementDocument, {
    accountId: partner.account.id,
    currency: 'EUR',
    channelMonthAmount: 1200,
    taxPartsPerMillion: 200_000,
    autoPrepare: false,
  })
})
afterAll(async () => {
  expect((await gateway.staff.request(LedgerAuditDocument, {})).ledgerAudit).toMatchObject({ ok: true })
  await gateway.stop()
  await rm(home, { recursive: true, force: true })
})

const available = async () => (await partner.client.request(BalanceDocument, {})).balance.available

/** The newest mail to the partner, once so many have left: its subject, and whether a PDF is with it. */
async function mail(count: number): Promise<{ subject: string; hasPdf: boolean }> {
  for (;;) {
    const { nodes } = (await partner.client.request(MailsDocument, {})).mails
    const [newest] = nodes
    if (nodes.length >= count && newest?.state === 'SENT') {
      expect(nodes).toHaveLength(count)
      const files = await readdir(join(home, 'outbox'))
      const file = files.find((name) => name.includes(newest.id)) ?? ''
      const text = await readFile(join(home, 'outbox', file), 'utf8')
      return { subject: newest.subject, hasPdf: text.includes('Content-Type: application/pdf') }
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function pay(amount: number, reference: string): Promise<string> {
  const payment = { invoiceId, method: 'BANK_TRANSFER', amount, reference, idempotencyKey: reference } as const
  const { recordPayment } = await gateway.staff.request(RecordPaymentDocument, payment)
  return recordPayment.invoice.status
}

describe('an invoice of 10 channels', () => {
  it('5 January, 9:00: is requested, and waits for staff until half past', async () => {
    const { requestInvoice } = await partner.client.request(RequestInvoiceDocument, { channels: 10 })
    const { invoice } = requestInvoice
    invoiceId = invoice.id
    expect(invoice).toMatchObject({ status: 'REQUESTED', number: null, total: { amount: 14_400 }, days: 300 })
    expect(invoice.prepareBy).toBe('2026-01-05T09:30:00.000Z')
  })

  it('9:20: is prepared, and sent with its PDF', async () => {
    await gateway.setClock('2026-01-05T09:20:00Z')
    const { prepareInvoice } = await gateway.staff.request(PrepareInvoiceDocument, { invoiceId })
    expect(prepareInvoice.invoice).toMatchObject({ status: 'OPEN', number: 'DB-2026-000001' })
    expect(prepareInvoice.invoice.dueAt).toBe('2026-01-19T09:20:00.000Z')
    expect(await mail(1)).toEqual({
      subject: 'Invoice DB-2026-000001: 144.00 EUR, due 19 January 2026',
      hasPdf: true,
    })
  })

  it('8 January: a part of it is paid, and no day is there yet', async () => {
    await gateway.setClock('2026-01-08T10:00:00Z')
    expect(await pay(4_400, 'TR-1')).toBe('OPEN')
    expect(await available()).toBe(0)
    expect((await mail(2)).subject).toBe('Received: 44.00 EUR for invoice DB-2026-000001')
  })

  it('12 January: the rest is paid, and its 300 days are on the balance', async () => {
    await gateway.setClock('2026-01-12T10:00:00Z')
    expect(await pay(10_000, 'TR-2')).toBe('PAID')
    expect(await available()).toBe(300)
    expect((await mail(3)).subject).toBe('Received: 100.00 EUR for invoice DB-2026-000001')
  })

  it('20 January: a credit note takes 30 days back at their price, and comes with its PDF', async () => {
    await gateway.setClock('2026-01-20T10:00:00Z')
    const credit = { invoiceId, days: 30, reason: 'One channel was never used.', idempotencyKey: 'credit' }
    const { issueCreditNote } = await gateway.staff.request(IssueCreditNoteDocument, credit)
    expect(issueCreditNote.creditNote).toMatchObject({ number: 'CN-2026-000001', days: 30, total: { amount: 1_440 } })
    expect(await available()).toBe(270)
    expect(await mail(4)).toMatchObject({ hasPdf: true })
  })

  it('21 January: the money goes back, and no more of it than the credit note has', async () => {
    await gateway.setClock('2026-01-21T10:00:00Z')
    const [creditNote] = await gateway.sql<{ id: string }>('SELECT id FROM credit_note')
    const refund = { invoiceId, creditNoteId: creditNote?.id, method: 'BANK_TRANSFER', reference: 'TR-3' } as const
    await gateway.staff.request(RecordRefundDocument, { ...refund, amount: 1_440, idempotencyKey: 'refund' })
    const more = gateway.staff.request(RecordRefundDocument, { ...refund, amount: 1, idempotencyKey: 'more' })
    await expect(more).rejects.toThrow(/refund|left|back/i)
    expect(await available()).toBe(270)
  })
})
