import {
  AccountDocument,
  AdvanceClockDocument,
  EventsDocument,
  InvoiceDocument,
  LedgerAuditDocument,
  PreviewPaymentDocument,
  RecordPaymentDocument,
  RequestInvoiceDocument,
  SetPriceAgreementDocument,
  UnappliedPaymentsDocument,
  VoidInvoiceDocument,
} from '../../sdk'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'
import { CARDS, look, payAt, payByCard, press, until } from './payer'

const DAY_MS = 86_400_000

/** On the pages of the sandbox and through its webhooks, as from a fresh clone without any key. */
describe('an invoice that is paid by card at the built-in provider', () => {
  let gateway: TestGateway
  let partner: TestPartner
  let accountId: string

  beforeAll(async () => {
    gateway = await startTestGateway({ sweeps: true })
  }, 60_000)
  afterAll(async () => {
    const { ledgerAudit } = await gateway.staff.request(LedgerAuditDocument, {})
    expect(ledgerAudit.violations).toEqual([])
    await gateway.stop()
  })
  beforeEach(async () => {
    partner = await gateway.newPartner({ name: 'Shop & <Sons>', sandbox: true })
    accountId = partner.account.id
    await gateway.staff.request(SetPriceAgreementDocument, { accountId, currency: 'EUR', channelMonthAmount: 1_000 })
  })

  const request = async (channels = 3) => {
    const { requestInvoice } = await partner.client.request(RequestInvoiceDocument, { channels })
    return requestInvoice.invoice
  }
  const invoice = async (id: string) => {
    const { invoice } = await partner.client.request(InvoiceDocument, { id })
    if (invoice === null) throw new Error('the invoice is gone')
    return invoice
  }
  const paid = (id: string) =>
    until(
      () => invoice(id),
      ({ status }) => status === 'PAID',
    )
  const available = async () => (await partner.client.request(AccountDocument, {})).account.balance.available
  const addressOf = ({ paymentUrl }: { paymentUrl: string | null }) => {
    if (paymentUrl === null) throw new Error('it has no page')
    return paymentUrl
  }
  const record = (invoiceId: string, amount: number) =>
    gateway.staff.request(RecordPaymentDocument, {
      ...{ invoiceId, amount, method: 'BANK_TRANSFER', idempotencyKey: `${invoiceId} ${amount}` },
    })
  const checkouts = (invoiceId: string) =>
    gateway.sql<{ status: string; amount_minor: number }>(
      'SELECT status, amount_minor::int FROM sandbox_checkout WHERE invoice_id = $1 ORDER BY amount_minor DESC',
      [invoiceId],
    )

  it('has a page that says what is to be paid, and whose button leads to the provider’s page for exactly that', async () => {
    const { id, number, paymentUrl } = await request()
    expect(paymentUrl).toMatch(new RegExp(`^${gateway.url}/pay/[0-9a-f]{64}$`))
    expect((await invoice(id)).paymentUrl).toBe(paymentUrl)
    const url = addressOf({ paymentUrl: paymentUrl ?? null })
    const page = await look(url)
    expect(page.status).toBe(200)
    for (const text of [number ?? '', '30.00 EUR', '90', 'Shop &amp; &lt;Sons&gt;', 'TEST MODE']) {
      expect(page.text).toContain(text)
    }
    expect(page.text).not.toContain('<script')
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*form-action 'self'/)
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    // Looking asks the provider nothing.
    expect(await checkouts(id)).toEqual([])
    const pressed = await press(url)
    expect(pressed.status).toBe(303)
    expect(pressed.location).toContain('/sandbox/pay/')
    expect(await checkouts(id)).toEqual([{ status: 'OPEN', amount_minor: 3_000 }])
    // The same page for whoever presses again, even all at once.
    const again = await Promise.all([press(url), press(url), press(url)])
    expect(new Set(again.map(({ location }) => location))).toEqual(new Set([pressed.location]))
  })

  it('is paid, its days are credited once, and followers hear of it; the page then says so', async () => {
    const before = await available()
    const { id, ...asked } = await request()
    const url = addressOf(asked)
    const back = await payByCard(url, CARDS.pays)
    expect(back.location).toBe(`${url}?back=1`)
    const seen = await paid(id)
    expect(seen).toMatchObject({ paid: { amount: 3_000 }, paymentUrl: null })
    expect(seen.payments).toMatchObject([
      { method: 'CARD', amount: { amount: 3_000, currency: 'EUR' }, unapplied: null },
    ])
    expect(await available()).toBe(before + 90)
    const { events } = await partner.client.request(EventsDocument, { first: 100 })
    const kinds = events.nodes.map(({ type }) => type)
    expect(
      kinds.filter((type) => ['invoice.payment_recorded', 'invoice.paid', 'balance.changed'].includes(type)),
    ).toEqual(['invoice.payment_recorded', 'invoice.paid', 'balance.changed'])
    const shown = await look(url)
    expect(shown.text).toContain('is paid')
    expect(shown.text).not.toContain('<form')
    // The button of a page that is still open in some browser leads back to it.
    const pressed = await press(url)
    expect(pressed.status).toBe(303)
    expect(new URL(pressed.location ?? '', url).href).toBe(url)
    expect(await checkouts(id)).toHaveLength(1)
  })

  it('stays open with a card that is declined, and is paid by one that asks for a confirmation', async () => {
    const { id, ...asked } = await request()
    const { location } = await press(addressOf(asked))
    expect((await payAt(location ?? '', CARDS.declined)).text).toMatch(/declined/i)
    expect(await invoice(id)).toMatchObject({ status: 'OPEN', payments: [] })
    await payAt(location ?? '', CARDS.asks)
    await paid(id)
  })

  it('says to whoever comes back that the payment is being confirmed, and looks again by itself', async () => {
    const url = addressOf(await request())
    const back = await look(`${url}?back=1`)
    expect(back.text).toContain('being confirmed')
    expect(back.text).toContain('content="3;url=?back=2"')
    expect(back.text).not.toContain('<form')
    const last = await look(`${url}?back=20`)
    expect(last.text).not.toContain('http-equiv="refresh"')
    for (const odd of ['x', '-1', '9999', '<b>']) expect((await look(`${url}?back=${odd}`)).text).toContain('<form')
  })

  it('adds a bank transfer and a card up: the page of before is closed, and the next one asks for the rest', async () => {
    const before = await available()
    const { id, ...asked } = await request()
    const url = addressOf(asked)
    const { location: first } = await press(url)
    await record(id, 1_200)
    await until(
      () => checkouts(id),
      ([one]) => one?.status === 'EXPIRED',
    )
    expect((await look(first ?? '')).status).toBe(410)
    expect((await look(url)).text).toContain('18.00 EUR')
    const preview = await gateway.staff.request(PreviewPaymentDocument, { invoiceId: id, amount: 1_800 })
    expect(preview.previewPayment).toMatchObject({ days: 90, outstanding: { amount: 0 } })
    await payByCard(url, CARDS.pays)
    const seen = await paid(id)
    expect(seen.payments.map(({ method, amount }) => [method, amount.amount])).toEqual([
      ['BANK_TRANSFER', 1_200],
      ['CARD', 1_800],
    ])
    expect(await available()).toBe(before + 90)
    expect(await checkouts(id)).toEqual([
      { status: 'EXPIRED', amount_minor: 3_000 },
      { status: 'COMPLETE', amount_minor: 1_800 },
    ])
  })

  it('has its page closed as it is voided, and takes no payment then', async () => {
    const { id, ...asked } = await request()
    const url = addressOf(asked)
    await press(url)
    await gateway.staff.request(VoidInvoiceDocument, { invoiceId: id, comment: 'not wanted' })
    await until(
      () => checkouts(id),
      ([one]) => one?.status === 'EXPIRED',
    )
    expect((await look(url)).text).toContain('void')
    expect((await invoice(id)).paymentUrl).toBeNull()
    await press(url)
    expect(await checkouts(id)).toHaveLength(1)
  })

  it('keeps money that comes for a void one as unapplied, and tells staff', async () => {
    const { id, ...asked } = await request()
    const { location } = await press(addressOf(asked))
    await gateway.sql(`UPDATE invoice SET status = 'VOID' WHERE id = $1`, [id])
    await payAt(location ?? '', CARDS.pays)
    const seen = await until(
      () => invoice(id),
      ({ payments }) => payments.length > 0,
    )
    expect(seen).toMatchObject({ status: 'VOID', paid: { amount: 0 } })
    expect(seen.payments).toMatchObject([{ amount: { amount: 0 }, unapplied: { amount: 3_000, currency: 'EUR' } }])
    const { unappliedPayments } = await gateway.staff.request(UnappliedPaymentsDocument, { accountId })
    expect(unappliedPayments).toMatchObject({ totalCount: 1, nodes: [{ invoiceId: id, unapplied: { amount: 3_000 } }] })
    const all = await gateway.staff.request(UnappliedPaymentsDocument, {})
    expect(all.unappliedPayments.nodes.map(({ invoiceId }) => invoiceId)).toContain(id)
    const { events } = await partner.client.request(EventsDocument, { first: 100 })
    expect(events.nodes.map(({ type }) => type)).toContain('invoice.payment_unapplied')
    expect(await available()).toBe(0)
  })

  it('can be paid after it was written off', async () => {
    const { id, ...asked } = await request()
    await gateway.sql(`UPDATE invoice SET status = 'UNCOLLECTIBLE' WHERE id = $1`, [id])
    expect((await invoice(id)).paymentUrl).toBe(asked.paymentUrl)
    await payByCard(addressOf(asked), CARDS.pays)
    await paid(id)
    expect(await available()).toBe(90)
  })

  it('is dated by the account’s own clock, never after it', async () => {
    const { events } = await partner.client.request(EventsDocument, { first: 1 })
    const to = new Date(new Date(events.nodes[0]?.occurredAt ?? 0).getTime() + 40 * DAY_MS).toISOString()
    await partner.client.request(AdvanceClockDocument, { to })
    const { id, ...asked } = await request()
    await payByCard(addressOf(asked), CARDS.pays)
    const seen = await paid(id)
    expect(seen.paidAt).toBe(to)
    expect(seen.payments[0]?.receivedAt).toBe(to)
  })

  it('has no page before it is open, and none for what was never one', async () => {
    await gateway.staff.request(SetPriceAgreementDocument, {
      ...{ accountId, currency: 'EUR', channelMonthAmount: 1_000, autoPrepare: false },
    })
    const { id, ...asked } = await request()
    expect(asked).toMatchObject({ status: 'REQUESTED', paymentUrl: null })
    const [row] = await gateway.sql<{ token: string }>('SELECT payment_token AS token FROM invoice WHERE id = $1', [id])
    const token = row?.token ?? ''
    const absent = [
      token,
      token.replace(/^./, (one) => (one === '0' ? '1' : '0')),
      id,
      '0',
      '%00',
      "'",
      'a'.repeat(5_000),
    ]
    for (const path of absent) {
      const url = `${gateway.url}/pay/${path}`
      for (const page of [await look(url), await press(url)]) expect([404, 414]).toContain(page.status)
    }
  })

  it('takes GET, HEAD and its own form, and is not asked for ever', async () => {
    const url = addressOf(await request())
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const refused = await fetch(url, { method, body: method === 'OPTIONS' ? undefined : 'x' })
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
    }
    const json = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
    expect(json.status).toBe(415)
    const large = await fetch(url, { method: 'POST', body: new URLSearchParams({ x: 'x'.repeat(2_000) }) })
    expect(large.status).toBe(413)
    const statuses = []
    for (let times = 0; times < 20; times += 1) statuses.push((await press(url)).status)
    expect(statuses.filter((status) => status === 303).length).toBeGreaterThanOrEqual(8)
    expect(statuses.at(-1)).toBe(429)
    expect((await look(url)).status).toBe(200)
  })
})
