import { ErrorCode } from '../../src/errors'
import { InvoiceStatus } from '../../src/invoices/invoice.entity'
import { PaymentMethod } from '../../src/invoices/payment.entity'
import { Office, STAFF } from './office'

let office: Office
beforeAll(async () => {
  office = await Office.open(60)
})
afterEach(async () => {
  expect(await office.violations()).toEqual([])
})
afterAll(() => office.close())

/** How each of many calls ended: the codes of refusals, `done` for the rest. */
async function outcomes(calls: Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const settled of await Promise.allSettled(calls)) {
    const key =
      settled.status === 'fulfilled' ? 'done' : String((settled.reason as { code?: unknown }).code ?? settled.reason)
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

const times = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index))

describe('recording a payment', () => {
  it('pays the invoice once its parts reach the total, and credits its days then', async () => {
    const accountId = await office.account({ taxPartsPerMillion: 190_000 })
    const invoice = await office.request(accountId, { channels: 75 })
    expect(invoice.totalMinor).toBe(89_250)
    const receivedAt = new Date(invoice.requestedAt.getTime() - 1000)
    const part = await office.pay(invoice, 89_249, { reference: 'wire 1', receivedAt, currency: 'EUR' })
    expect(part).toMatchObject({ status: 'OPEN', paidMinor: 89_249, paidAt: null })
    expect(await office.available(accountId)).toBe(0)
    const paid = await office.pay(invoice, 1, { method: PaymentMethod.OTHER })
    expect(paid).toMatchObject({ status: 'PAID', paidMinor: 89_250 })
    expect(paid.paidAt).not.toBeNull()
    expect(await office.available(accountId)).toBe(2250)
    expect(await office.payments(invoice.id)).toMatchObject([
      { method: 'BANK_TRANSFER', amountMinor: 89_249, currency: 'EUR', reference: 'wire 1', receivedAt, actor: STAFF },
      { method: 'OTHER', amountMinor: 1, reference: null },
    ])
    expect(await office.purchases(accountId)).toMatchObject([{ kind: 'PURCHASE', days: 2250, invoiceId: invoice.id }])
    const told = (await office.events(accountId)).slice(-4)
    expect(told.map((event) => (event.kind === 'InvoiceChange' ? [event.type, event.status] : event.type))).toEqual([
      ['invoice.payment_recorded', 'OPEN'],
      ['invoice.payment_recorded', 'OPEN'],
      ['invoice.paid', 'PAID'],
      'balance.changed',
    ])
  })

  it('is of 1 to what is outstanding', async () => {
    const invoice = await office.request(await office.account())
    await office.pay(invoice, 300)
    for (const amount of [701, 0, -1, Number.MAX_SAFE_INTEGER]) {
      const figures = await office.refused(ErrorCode.PAYMENT_AMOUNT, () => office.pay(invoice, amount))
      expect(figures).toEqual({ outstanding: 700, amount, currency: 'EUR' })
    }
    expect(await office.pay(invoice, 700)).toMatchObject({ status: 'PAID' })
  })

  it('is in the invoice’s currency, and has arrived', async () => {
    const invoice = await office.request(await office.account())
    const pay = (given: object) => () => office.pay(invoice, 1, given)
    expect(await office.refused(ErrorCode.BAD_USER_INPUT, pay({ currency: 'USD' }))).toEqual({
      field: 'currency',
      currency: 'EUR',
    })
    const receivedAt = new Date(Date.now() + 60_000)
    expect(await office.refused(ErrorCode.BAD_USER_INPUT, pay({ receivedAt }))).toMatchObject({ field: 'receivedAt' })
    await office.refused(ErrorCode.BAD_USER_INPUT, pay({ reference: 'x'.repeat(256) }))
    await office.refused(ErrorCode.BAD_USER_INPUT, pay({ idempotencyKey: '' }))
  })

  it('is refused for an invoice that is requested, paid or void, and for one of another account', async () => {
    const accountId = await office.account({ autoPrepare: false })
    const requested = await office.request(accountId)
    expect(await office.refused(ErrorCode.INVOICE_STATE, () => office.pay(requested, 1))).toEqual({
      status: 'REQUESTED',
    })
    const paid = await office.pay(await office.prepare(await office.request(accountId)), 1000)
    expect(await office.refused(ErrorCode.INVOICE_STATE, () => office.pay(paid, 1))).toEqual({ status: 'PAID' })
    await office.query(`UPDATE invoice SET status = 'VOID' WHERE id = $1`, [requested.id])
    expect(await office.refused(ErrorCode.INVOICE_STATE, () => office.pay(requested, 1))).toEqual({ status: 'VOID' })
    const other = await office.account()
    await office.refused(ErrorCode.NOT_FOUND, () => office.pay({ id: paid.id, accountId: other }, 1))
  })

  it('is taken for an invoice that was written off, and on a suspended account', async () => {
    const accountId = await office.account()
    const invoice = await office.request(accountId)
    await office.query(`UPDATE invoice SET status = 'UNCOLLECTIBLE' WHERE id = $1`, [invoice.id])
    await office.setStatus(accountId, 'SUSPENDED')
    expect(await office.pay(invoice, 999)).toMatchObject({ status: InvoiceStatus.UNCOLLECTIBLE })
    expect(await office.pay(invoice, 1)).toMatchObject({ status: 'PAID' })
    expect(await office.available(accountId)).toBe(30)
  })

  it('is done once under a key, and refuses the key with another payment', async () => {
    const accountId = await office.account()
    const invoice = await office.request(accountId)
    const payment = { idempotencyKey: 'wire 1', receivedAt: new Date(Date.now() - 1000), reference: 'r' }
    await office.pay(invoice, 400, payment)
    expect(await office.pay(invoice, 400, payment)).toMatchObject({ paidMinor: 400 })
    for (const other of [{ reference: 's' }, { method: PaymentMethod.CARD }, { receivedAt: new Date(0) }]) {
      const pay = () => office.pay(invoice, 400, { ...payment, ...other })
      await office.refused(ErrorCode.IDEMPOTENCY_CONFLICT, pay)
    }
    await office.refused(ErrorCode.IDEMPOTENCY_CONFLICT, () => office.pay(invoice, 401, payment))
    await office.pay(invoice, 600)
    expect(await office.pay(invoice, 400, payment)).toMatchObject({ status: 'PAID', paidMinor: 1000 })
    expect(await office.available(accountId)).toBe(30)
  })

  it('stays: the database refuses to change or delete a payment, and a second credit', async () => {
    const accountId = await office.account()
    const { id } = await office.pay(await office.request(accountId), 1000)
    await expect(office.query('UPDATE payment SET amount_minor = 1')).rejects.toThrow('is kept as it is')
    await expect(office.query('DELETE FROM payment')).rejects.toThrow('is kept as it is')
    await expect(office.query('TRUNCATE payment CASCADE')).rejects.toThrow('is kept as it is')
    const copy = `
      INSERT INTO ledger_transaction
      SELECT (jsonb_populate_record(l, '{"id": "ledger_copy", "sequence": 99}')).* FROM ledger_transaction l
      WHERE invoice_id = $1`
    await expect(office.query(copy, [id])).rejects.toThrow('ledger_transaction_invoice_credited_once')
  })
})

describe('under 50 payments at once', () => {
  it('credits exactly once where they bear the same key', async () => {
    const accountId = await office.account()
    const invoice = await office.request(accountId)
    const calls = times(50, () => office.pay(invoice, 1000, { idempotencyKey: 'once' }))
    expect(await outcomes(calls)).toEqual({ done: 50 })
    expect(await office.payments(invoice.id)).toHaveLength(1)
    expect(await office.available(accountId)).toBe(30)
    expect(await office.purchases(accountId)).toHaveLength(1)
  })

  it('credits exactly once where each has a key of its own and pays all', async () => {
    const accountId = await office.account()
    const invoice = await office.request(accountId)
    expect(await outcomes(times(50, () => office.pay(invoice, 1000)))).toEqual({ done: 1, INVOICE_STATE: 49 })
    expect(await office.payments(invoice.id)).toHaveLength(1)
    expect(await office.available(accountId)).toBe(30)
  })

  it('takes as many parts as fit the total, and credits with the last of them', async () => {
    const accountId = await office.account({ channelMonthAmount: 995 })
    const invoice = await office.request(accountId)
    // 33 parts of 30 leave 5 outstanding, for which the others are too large.
    expect(await outcomes(times(50, () => office.pay(invoice, 30)))).toEqual({ done: 33, PAYMENT_AMOUNT: 17 })
    expect(await office.invoice(invoice.id)).toMatchObject({ status: 'OPEN', paidMinor: 990 })
    expect(await office.available(accountId)).toBe(0)
    expect(await outcomes(times(50, () => office.pay(invoice, 1)))).toEqual({ done: 5, INVOICE_STATE: 45 })
    expect(await office.payments(invoice.id)).toHaveLength(38)
    expect(await office.available(accountId)).toBe(30)
  })
})
