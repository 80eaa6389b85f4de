import { ErrorCode } from '../../src/errors'
import { CancelInvoiceRequest, cancelInvoiceRequest } from '../../src/invoices/cancel-invoice-request'
import { InvoiceStatus, type Invoice } from '../../src/invoices/invoice.entity'
import { VoidInvoice, voidInvoice } from '../../src/invoices/void-invoice'
import { parseInput } from '../../src/input'
import { Office, PARTNER, STAFF, type Named } from './office'

const NOON = new Date('2026-03-01T12:00:00.000Z')
const after = (ms: number) => new Date(NOON.getTime() + ms)
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

let office: Office
beforeEach(async () => {
  office = await Office.open()
  await office.stopClock(NOON)
})
afterEach(async () => {
  expect(await office.violations()).toEqual([])
  await office.close()
})

function voidIt({ accountId, id }: Named, given: Partial<VoidInvoice> = {}) {
  const command = parseInput(VoidInvoice, { invoiceId: id, comment: 'Ordered twice.', ...given })
  return office.database.inTransaction((tx) => voidInvoice(tx, STAFF, accountId, command))
}

function cancel({ accountId, id }: Named, given: Partial<CancelInvoiceRequest> = {}) {
  const command = parseInput(CancelInvoiceRequest, { invoiceId: id, ...given })
  return office.database.inTransaction((tx) => cancelInvoiceRequest(tx, PARTNER, accountId, command))
}

async function invoiceEvents(accountId: string) {
  const events = await office.events(accountId)
  return events.flatMap((event) => (event.kind === 'InvoiceChange' ? [[event.type, event.status]] : []))
}

describe('requesting an invoice', () => {
  it('opens it at once where the agreement says so, due after the payment term', async () => {
    const accountId = await office.account({ taxPartsPerMillion: 190_000, paymentTermDays: 14 })
    const invoice = await office.request(accountId, { channels: 75, looseDays: 10, purchaseOrder: 'PO 7' })
    expect(invoice).toMatchObject({
      accountId,
      number: 'DB-2026-000001',
      status: InvoiceStatus.OPEN,
      currency: 'EUR',
      subtotalMinor: 75_333,
      taxMinor: 14_313,
      totalMinor: 89_646,
      paidMinor: 0,
      days: 2260,
      purchaseOrder: 'PO 7',
      requestedAt: NOON,
      prepareBy: after(30 * MINUTE),
      openedAt: NOON,
      dueAt: after(14 * DAY),
      paidAt: null,
    })
    const lines = await office.lines(invoice.id)
    expect(lines.map(({ position, kind, amountMinor, days }) => [position, kind, amountMinor, days])).toEqual([
      [1, 'CHANNELS', 75_000, 2250],
      [2, 'LOOSE_DAYS', 333, 10],
    ])
    expect(await office.available(accountId)).toBe(0)
    expect(await invoiceEvents(accountId)).toEqual([
      ['invoice.requested', 'REQUESTED'],
      ['invoice.opened', 'OPEN'],
    ])
  })

  it('otherwise waits for staff, for whom it is to be prepared within 30 minutes', async () => {
    const accountId = await office.account({ autoPrepare: false })
    const invoice = await office.request(accountId)
    expect(invoice).toMatchObject({ status: 'REQUESTED', number: null, prepareBy: after(30 * MINUTE), dueAt: null })
    await office.stopClock(after(DAY))
    expect(await office.prepare(invoice)).toMatchObject({
      status: 'OPEN',
      number: 'DB-2026-000001',
      openedAt: after(DAY),
      dueAt: after(15 * DAY),
    })
    expect(await office.refused(ErrorCode.INVOICE_STATE, () => office.prepare(invoice))).toMatchObject({
      status: 'OPEN',
    })
  })

  it('fixes the price: a later agreement changes nothing of it', async () => {
    const accountId = await office.account({ autoPrepare: false })
    await office.agree(accountId, { channelMonthAmount: 5000, validFrom: after(1) })
    const invoice = await office.request(accountId)
    await office.stopClock(after(1))
    expect(await office.prepare(invoice)).toMatchObject({ totalMinor: 1000 })
    expect(await office.request(accountId)).toMatchObject({ totalMinor: 5000 })
  })

  it('pays an invoice of zero as it opens, and credits its days', async () => {
    const accountId = await office.account({ channelMonthAmount: 0 })
    expect(await office.request(accountId, { channels: 2 })).toMatchObject({
      status: 'PAID',
      totalMinor: 0,
      paidAt: NOON,
    })
    expect(await office.available(accountId)).toBe(60)
    expect(await invoiceEvents(accountId)).toEqual([
      ['invoice.requested', 'REQUESTED'],
      ['invoice.opened', 'OPEN'],
      ['invoice.paid', 'PAID'],
    ])
  })

  it('is refused without an agreement that holds now', async () => {
    const accountId = await office.account(null)
    await office.agree(accountId, { validFrom: after(1) })
    await office.refused(ErrorCode.NO_PRICE_AGREEMENT, () => office.request(accountId))
  })

  it('is refused where the amount would leave the safe integers', async () => {
    const accountId = await office.account({ channelMonthAmount: Number.MAX_SAFE_INTEGER })
    expect(await office.request(accountId, { channels: 1 })).toMatchObject({ totalMinor: Number.MAX_SAFE_INTEGER })
    await office.refused(ErrorCode.BAD_USER_INPUT, () => office.request(accountId, { channels: 2 }))
  })

  it('is for active accounts', async () => {
    const accountId = await office.account()
    await office.setStatus(accountId, 'SUSPENDED')
    await office.refused(ErrorCode.ACCOUNT_SUSPENDED, () => office.request(accountId))
    await office.setStatus(accountId, 'CLOSED')
    await office.refused(ErrorCode.ACCOUNT_CLOSED, () => office.request(accountId))
  })

  it('answers the same invoice to the same key, and refuses the key with another order', async () => {
    const accountId = await office.account()
    const order = { channels: 3, idempotencyKey: 'march' }
    const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => office.request(accountId, order)))
    expect(new Set(others.map(({ id }) => id))).toEqual(new Set([first?.id]))
    await office.refused(ErrorCode.IDEMPOTENCY_CONFLICT, () => office.request(accountId, { ...order, channels: 4 }))
    expect(await office.query('SELECT 1 FROM invoice')).toHaveLength(1)
  })

  it('does not remember a refusal: the same key works once the reason is gone', async () => {
    const accountId = await office.account(null)
    const order = { channels: 1, idempotencyKey: 'first' }
    await office.refused(ErrorCode.NO_PRICE_AGREEMENT, () => office.request(accountId, order))
    await office.agree(accountId)
    expect(await office.request(accountId, order)).toMatchObject({ status: 'OPEN' })
  })
})

describe('voiding an invoice', () => {
  it('takes back a request or an open invoice; the number of the open one stays taken', async () => {
    const accountId = await office.account()
    const open = await office.request(accountId)
    await voidIt(open)
    expect(await office.invoice(open.id)).toMatchObject({ status: 'VOID', number: 'DB-2026-000001' })
    await office.agree(accountId, { autoPrepare: false })
    const requested = await office.request(accountId)
    await voidIt(requested)
    expect(await office.invoice(requested.id)).toMatchObject({ status: 'VOID', number: null })
    expect((await invoiceEvents(accountId)).at(-1)).toEqual(['invoice.voided', 'VOID'])
    expect(await office.query(`SELECT data->>'comment' AS comment FROM event WHERE type = 'invoice.voided'`)).toEqual([
      { comment: 'Ordered twice.' },
      { comment: 'Ordered twice.' },
    ])
  })

  it('is refused once money has come, with the figures', async () => {
    const accountId = await office.account()
    const invoice = await office.request(accountId)
    await office.pay(invoice, 400)
    expect(await office.refused(ErrorCode.INVOICE_STATE, () => voidIt(invoice))).toEqual({
      status: 'OPEN',
      paid: 400,
      total: 1000,
      currency: 'EUR',
    })
    await office.pay(invoice, 600)
    expect(await office.refused(ErrorCode.INVOICE_STATE, () => voidIt(invoice))).toEqual({ status: 'PAID' })
  })

  it('is done once under a key, and refused without one the second time', async () => {
    const invoice = await office.request(await office.account())
    const { outcome } = await voidIt(invoice, { idempotencyKey: 'k' })
    expect(await voidIt(invoice, { idempotencyKey: 'k' })).toEqual({ outcome, replayed: true })
    await office.refused(ErrorCode.IDEMPOTENCY_CONFLICT, () => voidIt(invoice, { idempotencyKey: 'k', comment: 'No.' }))
    await office.refused(ErrorCode.INVOICE_STATE, () => voidIt(invoice))
  })

  it('works on a suspended account, and finds nothing in another one', async () => {
    const accountId = await office.account()
    const invoice = await office.request(accountId)
    const other = await office.account()
    await office.refused(ErrorCode.NOT_FOUND, () => voidIt({ id: invoice.id, accountId: other }))
    await office.setStatus(accountId, 'SUSPENDED')
    await voidIt(invoice)
    expect(await office.invoice(invoice.id)).toMatchObject({ status: 'VOID' })
  })
})

describe('cancelling a request', () => {
  it('withdraws what is not prepared yet, and nothing else', async () => {
    const accountId = await office.account({ autoPrepare: false })
    const invoice = await office.request(accountId)
    await cancel(invoice, { idempotencyKey: 'k' })
    expect(await office.invoice(invoice.id)).toMatchObject({ status: 'VOID', number: null })
    expect(await cancel(invoice, { idempotencyKey: 'k' })).toMatchObject({ replayed: true })
    await office.refused(ErrorCode.INVOICE_STATE, () => cancel(invoice))
    await office.refused(ErrorCode.INVOICE_STATE, () => office.prepare(invoice))
    const prepared = await office.prepare(await office.request(accountId))
    const figures = await office.refused(ErrorCode.INVOICE_STATE, () => cancel(prepared))
    expect(figures).toEqual({ status: 'OPEN' })
  })

  it('finds nothing in another account, and is for active accounts', async () => {
    const accountId = await office.account({ autoPrepare: false })
    const invoice = await office.request(accountId)
    const other = await office.account()
    await office.refused(ErrorCode.NOT_FOUND, () => cancel({ id: invoice.id, accountId: other }))
    await office.refused(ErrorCode.NOT_FOUND, () => cancel({ id: 'invoice_\u0000', accountId }))
    await office.setStatus(accountId, 'SUSPENDED')
    await office.refused(ErrorCode.ACCOUNT_SUSPENDED, () => cancel(invoice))
  })
})

describe('the database', () => {
  it('refuses to change an invoice’s figures, its number and its dates, and to delete it', async () => {
    const invoice = await office.request(await office.account())
    for (const change of [
      'total_minor = 1, subtotal_minor = 1',
      'days = 31',
      `currency = 'USD'`,
      'payment_term_days = 1',
      `purchase_order = 'another'`,
      `requested_at = now()`,
      `number = 'DB-2026-000002'`,
      'number = NULL',
      'opened_at = now()',
      'due_at = now()',
      `status = 'REQUESTED'`,
    ]) {
      await expect(office.query(`UPDATE invoice SET ${change}`)).rejects.toThrow('keeps its figures')
    }
    await expect(office.query('DELETE FROM invoice')).rejects.toThrow('keeps its figures')
    await expect(office.query('UPDATE invoice_line SET days = 1')).rejects.toThrow('is kept as it is')
    await expect(office.query('DELETE FROM invoice_line')).rejects.toThrow('is kept as it is')
    expect(await office.invoice(invoice.id)).toEqual(invoice)
  })

  it('refuses what the verbs refuse: a paid invoice unpaid, one void with money, one paid in part', async () => {
    const accountId = await office.account()
    const paid = await office.pay(await office.request(accountId), 1000)
    const part = await office.pay(await office.request(accountId), 1)
    const set = ({ id }: Invoice, change: string) => office.query(`UPDATE invoice SET ${change} WHERE id = $1`, [id])
    await expect(set(paid, `status = 'OPEN', paid_at = NULL`)).rejects.toThrow('keeps its figures')
    await expect(set(part, 'paid_minor = 0')).rejects.toThrow('keeps its figures')
    await expect(set(part, `status = 'VOID'`)).rejects.toThrow('invoice_void_unpaid')
    await expect(set(part, `status = 'PAID', paid_at = now()`)).rejects.toThrow('invoice_paid_in_full')
    await expect(set(part, 'paid_minor = 1001')).rejects.toThrow('invoice_paid_within_total')
  })

  it('lets an invoice have an agreement of its own account only', async () => {
    const invoice = await office.request(await office.account())
    const foreign = await office.account()
    const copy = `INSERT INTO invoice SELECT (jsonb_populate_record(i, $1)).* FROM invoice i`
    const row = {
      ...{ id: 'invoice_copy', account_id: foreign, number: null, particulars: null, status: 'REQUESTED' },
      payment_token: 'copy',
    }
    await expect(office.query(copy, [JSON.stringify(row)])).rejects.toThrow('invoice_own_price_agreement')
    expect(await office.invoice(invoice.id)).toEqual(invoice)
  })
})
