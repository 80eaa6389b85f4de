import { DomainError, ErrorCode } from '../../src/errors'
import { InvoiceStatus } from '../../src/invoices/invoice.entity'
import { PaymentMethod } from '../../src/invoices/payment.entity'
import { RefundStatus } from '../../src/credit-notes/refund.entity'
import { applyRefund } from '../../src/credit-notes/apply-refund'
import type { ProviderRefund } from '../../src/payments/payment-provider'
import { voidInvoice } from '../../src/invoices/void-invoice'
import { Office, STAFF } from '../invoices/office'
import { BackOffice } from './back-office'
import { payByCard } from '../support/pay-by-card'

let office: Office
let back: BackOffice
beforeAll(async () => {
  office = await Office.open(24)
  back = new BackOffice(office)
})
afterEach(async () => {
  expect(await office.violations()).toEqual([])
})
afterAll(() => office.close())

const numberOf = (number: string) => Number(number.slice(-6))

describe('a credit note', () => {
  it('takes back days of a paid invoice, and gives back their price with its tax', async () => {
    const accountId = await office.account({ taxPartsPerMillion: 190_000 })
    const invoice = await back.bought(accountId, 2)
    const note = await back.credit(invoice, { days: 7, reason: 'two were too many' })
    // 20.00 × 7 / 60 = 2.333…, tax 3.80 × 7 / 60 = 0.443…
    expect(note).toMatchObject({ days: 7, netMinor: 233, taxMinor: 44, totalMinor: 277, priceMinor: 277 })
    expect(note.lines).toEqual([{ kind: 'CHANNELS', description: '2 channels for 30 days', days: 7, netMinor: 233 }])
    expect(note.number).toMatch(/^CN-20\d\d-\d{6}$/)
    expect(await office.available(accountId)).toBe(53)
    const rest = await back.credit(invoice)
    expect(rest).toMatchObject({ days: 53, totalMinor: 2380 - 277 })
    expect(numberOf(rest.number)).toBe(numberOf(note.number) + 1)
    expect(await office.refused(ErrorCode.CONFLICT, () => back.credit(invoice))).toEqual({
      ...{ days: 60, creditedDays: 60, chargedBackDays: 0 },
    })
    const types = (await office.events(accountId)).map(({ type }) => type)
    expect(types.filter((type) => type === 'credit_note.issued')).toHaveLength(2)
    expect(types.filter((type) => type === 'invoice.credited')).toHaveLength(2)
  })

  it('takes available days only, and refuses more with the figures, changing nothing', async () => {
    const accountId = await office.account()
    const invoice = await back.bought(accountId, 1)
    await back.channel(accountId, { days: 25 })
    const short = () => back.credit(invoice, { days: 6 })
    expect(await office.refused(ErrorCode.INSUFFICIENT_DAYS, short)).toEqual({ available: 5, requested: 6 })
    const all = () => back.credit(invoice)
    expect(await office.refused(ErrorCode.INSUFFICIENT_DAYS, all)).toEqual({ available: 5, requested: 30 })
    expect((await back.credit(invoice, { days: 5 })).totalMinor).toBe(167)
  })

  it('may give back less than the price, even nothing, and never more', async () => {
    const accountId = await office.account({ taxPartsPerMillion: 200_000 })
    const invoice = await back.bought(accountId, 1)
    const more = () => back.credit(invoice, { days: 15, amount: 601 })
    expect(await office.refused(ErrorCode.BAD_USER_INPUT, more)).toMatchObject({ field: 'amount', maximum: 600 })
    const half = await back.credit(invoice, { days: 15, amount: 301 })
    expect(half).toMatchObject({ totalMinor: 301, priceMinor: 600, netMinor: 251, taxMinor: 50 })
    expect(await back.credit(invoice, { days: 1, amount: 0 })).toMatchObject({ totalMinor: 0, days: 1 })
    const tooMany = () => back.credit(invoice, { days: 15 })
    expect(await office.refused(ErrorCode.BAD_USER_INPUT, tooMany)).toMatchObject({ field: 'days', maximum: 14 })
  })

  it('is for paid invoices', async () => {
    const invoice = await office.request(await office.account())
    expect(await office.refused(ErrorCode.INVOICE_STATE, () => back.credit(invoice))).toEqual({ status: 'OPEN' })
  })

  it('is answered again to the same key, and takes its days once', async () => {
    const accountId = await office.account()
    const invoice = await back.bought(accountId, 1)
    const given = { days: 3, idempotencyKey: 'the same' }
    const notes = await Promise.all(Array.from({ length: 8 }, () => back.credit(invoice, given)))
    expect(new Set(notes.map(({ id }) => id)).size).toBe(1)
    expect(await office.available(accountId)).toBe(27)
    await office.refused(ErrorCode.IDEMPOTENCY_CONFLICT, () => back.credit(invoice, { ...given, days: 4 }))
  })

  it('races with others and with allocations: none exceeds the invoice or the balance, and no number is left out', async () => {
    const accountId = await office.account()
    const invoice = await back.bought(accountId, 4)
    const channelId = await back.channel(accountId)
    const race = Array.from({ length: 10 }, () => [
      back.credit(invoice, { days: 10 }),
      back.allocate(accountId, channelId, 9),
    ]).flat()
    const outcomes = await Promise.allSettled<unknown>(race)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(DomainError)
    }
    const notes = await back.creditNotes(accountId)
    const { available, allocated } = await back.account(accountId)
    expect(available + allocated).toBe(120 - 10 * notes.length)
    expect(available).toBeGreaterThanOrEqual(0)
    const all = (await office.query<{ number: string }>('SELECT number FROM credit_note')).map((row) => row.number)
    expect(all.map(numberOf).sort((a, b) => a - b)).toEqual(all.map((_, index) => index + 1))
  })

  it('stays as it was issued: the database refuses to change it, and to exceed its invoice', async () => {
    const accountId = await office.account()
    const note = await back.credit(await back.bought(accountId, 1), { days: 29 })
    for (const attack of [
      'UPDATE credit_note SET total_minor = 0',
      'DELETE FROM credit_note',
      `INSERT INTO credit_note SELECT 'credit_x', account_id, invoice_id, 'CN-X', 2, currency, 1, 1, 0, 1, lines, reason, 'x',
         issued_at, actor FROM credit_note WHERE id = '${note.id}'`,
    ]) {
      await expect(office.query(attack)).rejects.toThrow(/refused|exceed/)
    }
  })
})

describe('a refund', () => {
  it('that staff record adds up to the credit note, and never exceeds it', async () => {
    const invoice = await back.bought(await office.account(), 1)
    const { id: creditNoteId } = await back.credit(invoice, { days: 15 })
    await back.refund(invoice, { creditNoteId, amount: 200, reference: 'TR-1' })
    const more = () => back.refund(invoice, { creditNoteId, amount: 301 })
    expect(await office.refused(ErrorCode.BAD_USER_INPUT, more)).toMatchObject({ field: 'amount', maximum: 300 })
    await back.refund(invoice, { creditNoteId, amount: 300 })
    const race = Array.from({ length: 5 }, () => back.refund(invoice, { creditNoteId, amount: 1 }))
    expect((await Promise.allSettled(race)).every(({ status }) => status === 'rejected')).toBe(true)
  })

  it('of a card is asked for with the credit note, and one that fails can be paid back in another way', async () => {
    const accountId = await office.account()
    const invoice = await back.bought(accountId, 1, 'pi_card')
    const { id: creditNoteId } = await back.credit(invoice, { days: 15, refundCards: true })
    const [refund] = await back.refunds(accountId)
    expect(refund).toMatchObject({ status: RefundStatus.PENDING, amountMinor: 500, creditNoteId })
    expect(await office.query('SELECT id, kind, state, request FROM provider_call')).toEqual([
      {
        ...{ id: refund?.providerCallId, kind: 'REFUND', state: 'PENDING' },
        request: { refundId: refund?.id, paymentId: 'pi_card', amountMinor: '500', currency: 'EUR' },
      },
    ])
    const told: ProviderRefund = {
      ...{ refundId: 're_1', livemode: true, paymentId: 'pi_card', intentId: refund?.providerCallId ?? '' },
      ...{ amountMinor: 500, currency: 'EUR', status: 'SUCCEEDED', failure: null },
    }
    const apply = (found: ProviderRefund) => office.database.inTransaction((tx) => applyRefund(tx, 'STRIPE', found))
    await Promise.all(Array.from({ length: 10 }, () => apply(told)))
    expect(await back.refunds(accountId)).toMatchObject([{ status: RefundStatus.SUCCEEDED, providerId: 're_1' }])
    const again = () => back.refund(invoice, { creditNoteId, amount: 1 })
    await office.refused(ErrorCode.BAD_USER_INPUT, again)
    for (let times = 0; times < 2; times += 1) await apply({ ...told, status: 'FAILED', failure: 'expired_card' })
    expect(await back.refunds(accountId)).toMatchObject([{ status: RefundStatus.FAILED, failure: 'expired_card' }])
    await back.refund(invoice, { creditNoteId, amount: 500 })
    // The provider thinks better of it: what was paid back since is not paid twice.
    await apply(told)
    expect((await back.refunds(accountId)).map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED'])
    const types = (await office.events(accountId)).map(({ type }) => type).filter((type) => type.startsWith('refund'))
    expect(types).toEqual(['refund.requested', 'refund.recorded', 'refund.failed', 'refund.recorded'])
  })

  it('that was made at the provider’s dashboard is kept as unapplied, once, and takes no days', async () => {
    const accountId = await office.account()
    await back.bought(accountId, 1, 'pi_by_hand')
    const told: ProviderRefund = {
      ...{ refundId: 're_hand', livemode: true, paymentId: 'pi_by_hand', intentId: null },
      ...{ amountMinor: 400, currency: 'EUR', status: 'SUCCEEDED', failure: null },
    }
    const apply = () => office.database.inTransaction((tx) => applyRefund(tx, 'STRIPE', told))
    await Promise.all(Array.from({ length: 10 }, apply))
    expect(await back.refunds(accountId)).toMatchObject([{ creditNoteId: null, paymentReturnId: null }])
    expect(await office.available(accountId)).toBe(30)
    const foreign = { ...told, refundId: 're_other', paymentId: 'pi_of_somebody_else' }
    expect(await office.database.inTransaction((tx) => applyRefund(tx, 'STRIPE', foreign))).toBeNull()
  })
})

describe('a payment of an invoice that is not paid in full', () => {
  it('is returned, in parts or whole, and then the invoice can be voided', async () => {
    const accountId = await office.account()
    const invoice = await office.pay(await office.request(accountId), 400)
    const [payment] = await office.payments(invoice.id)
    const given = { paymentId: payment?.id ?? '', method: PaymentMethod.BANK_TRANSFER }
    const more = () => back.giveBack(invoice, { ...given, amount: 401 })
    expect(await office.refused(ErrorCode.BAD_USER_INPUT, more)).toMatchObject({ field: 'amount', maximum: 400 })
    await back.giveBack(invoice, { ...given, amount: 150 })
    expect((await office.invoice(invoice.id)).paidMinor).toBe(250)
    await back.giveBack(invoice, given)
    expect((await office.invoice(invoice.id)).paidMinor).toBe(0)
    const command = { invoiceId: invoice.id, comment: 'a mistake' }
    await office.database.inTransaction((tx) => voidInvoice(tx, STAFF, accountId, command))
    expect((await office.invoice(invoice.id)).status).toBe(InvoiceStatus.VOID)
    const none = () => back.giveBack(invoice, given)
    await office.refused(ErrorCode.INVOICE_STATE, none)
  })

  it('goes back to its card, and says how where there is none', async () => {
    const accountId = await office.account()
    const invoice = await office.request(accountId)
    await payByCard(office.database, 'STRIPE', invoice, 'pi_part', 300)
    await office.pay(invoice, 200)
    const [card, bank] = await office.payments(invoice.id)
    const unsaid = () => back.giveBack(invoice, { paymentId: bank?.id })
    expect(await office.refused(ErrorCode.BAD_USER_INPUT, unsaid)).toMatchObject({ field: 'method' })
    await back.giveBack(invoice, { paymentId: card?.id })
    expect(await back.refunds(accountId)).toMatchObject([{ status: 'PENDING', amountMinor: 300, paymentId: card?.id }])
    await office.pay(await office.invoice(invoice.id), 800)
    expect(await office.invoice(invoice.id)).toMatchObject({ status: 'PAID', paidMinor: 1000 })
    await office.refused(ErrorCode.INVOICE_STATE, () =>
      back.giveBack(invoice, { paymentId: bank?.id, method: PaymentMethod.OTHER }),
    )
  })

  it('can be written off, and still be paid', async () => {
    const accountId = await office.account()
    const invoice = await back.writeOff(await office.request(accountId))
    expect(invoice.status).toBe(InvoiceStatus.UNCOLLECTIBLE)
    await office.refused(ErrorCode.INVOICE_STATE, () => back.writeOff(invoice))
    expect((await office.pay(invoice, 1000)).status).toBe(InvoiceStatus.PAID)
    expect(await office.available(accountId)).toBe(30)
  })
})
