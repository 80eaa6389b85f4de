import {
  AccountDocument,
  InvoiceDocument,
  LedgerAuditDocument,
  RecordPaymentDocument,
  RequestInvoiceDocument,
  RunJobDocument,
  SetPriceAgreementDocument,
  UnappliedPaymentsDocument,
  VoidInvoiceDocument,
} from '../../sdk'
import { type Database, openDatabase } from '../../src/database'
import { applyProviderChanges } from '../../src/channel-subscriptions/apply-provider-changes'
import { reconcileCheckouts, reconcileEvents } from '../../src/payments/reconcile'
import { Dice, seedOf } from '../support/dice'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'
import { makeStripeBench, type StripeBench } from '../payments/stripe-bench'
import { scrape } from '../operation/scrape'
import { look, press, until } from './payer'

const SEED = seedOf('CARD_SEED')
const SESSIONS = 'POST /v1/checkout/sessions'

/** Against Stripe on the wire: lost, doubled and shuffled webhooks, races, and a provider that is away. */
describe(`an invoice that is paid at Stripe (seed ${SEED})`, () => {
  const dice = new Dice(SEED)
  let bench: StripeBench
  let gateway: TestGateway
  let database: Database
  let partner: TestPartner
  let accountId: string

  beforeAll(async () => {
    bench = await makeStripeBench()
    gateway = await startTestGateway({ sweeps: true, config: { stripe: bench.double.config } })
    database = await openDatabase(gateway.databaseUrl, 4)
  }, 60_000)
  afterAll(async () => {
    const { ledgerAudit } = await gateway.staff.request(LedgerAuditDocument, {})
    expect(ledgerAudit.violations).toEqual([])
    await database.close()
    await gateway.stop()
    await bench.close()
  })
  beforeEach(async () => {
    partner = await gateway.newPartner()
    accountId = partner.account.id
    await agree('EUR', 1_000)
  })

  const agree = (currency: string, channelMonthAmount: number) =>
    gateway.staff.request(SetPriceAgreementDocument, { accountId, currency, channelMonthAmount })
  const request = async (channels = 3) => {
    const { requestInvoice } = await partner.client.request(RequestInvoiceDocument, { channels })
    const { id, paymentUrl } = requestInvoice.invoice
    return { id, url: paymentUrl ?? '' }
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
  const record = (invoiceId: string, amount: number, key = `${invoiceId} ${amount}`) =>
    gateway.staff.request(RecordPaymentDocument, {
      ...{ invoiceId, amount, method: 'BANK_TRANSFER', idempotencyKey: key },
    })
  const sessions = (invoiceId: string) =>
    [...bench.double.sessions.values()].filter(({ metadata }) => metadata.invoiceId === invoiceId)
  const deliver = () => bench.double.deliver(`${gateway.url}/webhooks/stripe`)
  /** Opens the provider's page and answers its session. */
  const open = async (url: string) => {
    const { location } = await press(url)
    return location?.split('/').at(-1) ?? ''
  }
  const changes = () => applyProviderChanges(database, 'STRIPE', () => undefined)
  const rows = <Row>(text: string, ...values: unknown[]) => gateway.sql<Row>(text, values)

  it('asks for what is outstanding, with ids of ours, for an hour', async () => {
    const { id, url } = await request()
    const pressed = await press(url)
    expect([pressed.status, pressed.location]).toEqual([
      303,
      expect.stringContaining('https://checkout.stripe.example/'),
    ])
    const [session] = sessions(id)
    expect(session).toMatchObject({
      mode: 'payment',
      amount: 3_000,
      currency: 'eur',
      clientReferenceId: id,
      metadata: { accountId, invoiceId: id },
    })
    const minutes = ((session?.expiresAt ?? 0) - bench.double.now) / 60
    expect(minutes).toBeGreaterThan(30)
    expect(minutes).toBeLessThanOrEqual(61)
    const { text, headers } = await look(url)
    expect(text).toContain('TEST MODE')
    expect(headers.get('content-security-policy')).toContain("form-action 'self' https:")
  })

  it('is credited once, by twenty events at once in any order, with reconciliations and staff beside them', async () => {
    for (let round = 0; round < 3; round += 1) {
      const before = await available()
      const { id, url } = await request(3)
      const sessionId = await open(url)
      bench.double.pay(sessionId)
      const paidEvent = bench.double.events.at(-1)
      for (let times = 0; times < 19; times += 1) {
        bench.double.emit('checkout.session.completed', paidEvent?.data.object as unknown as Record<string, unknown>)
      }
      const staffPays = dice.below(3_000) + 1
      const outcomes = await Promise.allSettled([
        bench.double.deliver(`${gateway.url}/webhooks/stripe`, { doubled: true, shuffled: true, dice }),
        reconcileEvents(database, bench.provider),
        reconcileCheckouts(database, bench.provider, changes()),
        record(id, staffPays),
        press(url),
        press(url),
      ])
      const [delivered, , , recorded] = outcomes
      expect(delivered.status).toBe('fulfilled')
      const seen = await until(
        () => invoice(id),
        ({ status, payments }) => status === 'PAID' && payments.some(({ method }) => method === 'CARD'),
      )
      await until(
        () => rows('SELECT FROM provider_event WHERE state = $1 AND object_id = $2', 'PENDING', sessionId),
        (pending) => pending.length === 0,
      )
      // Pages that nobody shall pay any more are closed by stored calls.
      await until(
        () => rows('SELECT FROM provider_call WHERE state = $1 AND invoice_id = $2', 'PENDING', id),
        (pending) => pending.length === 0,
      )
      // What came is all there, once: what counts is the total, and what was too much is kept.
      const sum = (values: (number | undefined)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0)
      const { payments } = await invoice(id)
      expect(sum(payments.map(({ amount }) => amount.amount))).toBe(3_000)
      const byStaff = recorded.status === 'fulfilled' ? staffPays : 0
      expect(sum(payments.map(({ unapplied }) => unapplied?.amount))).toBe(byStaff)
      expect(payments.filter(({ method }) => method === 'CARD')).toHaveLength(1)
      expect(seen.paid.amount).toBe(3_000)
      expect(await available()).toBe(before + 90)
      expect(sessions(id).filter(({ status }) => status === 'complete')).toHaveLength(1)
      expect(sessions(id).filter(({ status }) => status === 'open')).toEqual([])
    }
  })

  it('loses and doubles nothing where staff record payments while the card pays', async () => {
    for (let round = 0; round < 4; round += 1) {
      const before = await available()
      const { id, url } = await request(2)
      const sessionId = await open(url)
      const parts = [dice.below(900) + 1, dice.below(900) + 1]
      const work = [
        ...parts.map((amount, index) => () => record(id, amount, `${id} ${index}`)),
        () => {
          const session = bench.double.sessions.get(sessionId)
          if (session?.status === 'open') bench.double.pay(sessionId)
          return deliver()
        },
        () => press(url),
      ]
      for (let index = work.length - 1; index > 0; index -= 1) {
        const other = dice.below(index + 1)
        const [one, two] = [work[index], work[other]]
        if (one !== undefined && two !== undefined) [work[index], work[other]] = [two, one]
      }
      const recorded = await Promise.allSettled(work.map((one) => one()))
      expect(recorded).toHaveLength(4)
      await until(
        () => rows("SELECT FROM provider_event WHERE state = 'PENDING'"),
        (pending) => pending.length === 0,
      )
      // Whatever is left is paid, and closes what is open.
      const left = await invoice(id)
      if (left.status !== 'PAID') await record(id, left.total.amount - left.paid.amount, `${id} rest`)
      const [sums] = await rows<{ applied: number; came: number; cards: number }>(
        `SELECT sum(amount_minor)::int AS applied, sum(amount_minor + unapplied_minor)::int AS came,
                count(*) FILTER (WHERE method = 'CARD')::int AS cards FROM payment WHERE invoice_id = $1`,
        id,
      )
      const byCard = sessions(id).filter(({ status }) => status === 'complete')
      const [staff] = await rows<{ sum: number }>(
        "SELECT coalesce(sum(amount_minor), 0)::int AS sum FROM payment WHERE invoice_id = $1 AND method <> 'CARD'",
        id,
      )
      const cardMoney = byCard.reduce((total, { amount }) => total + amount, 0)
      expect(sums).toEqual({ applied: 2_000, came: (staff?.sum ?? 0) + cardMoney, cards: byCard.length })
      expect(await available()).toBe(before + 60)
      await until(
        () => Promise.resolve(sessions(id).filter(({ status }) => status === 'open')),
        (open) => open.length === 0,
      )
    }
  })

  it('closes its page, whatever the provider says in between, and asks then for the rest', async () => {
    const { id, url } = await request()
    const first = await open(url)
    const expiring = `POST /v1/checkout/sessions/${first}/expire`
    bench.double.fail(expiring, ...Array<'UNAVAILABLE'>(6).fill('UNAVAILABLE'))
    await record(id, 1_000)
    // No second page while the first one may be paid.
    const early = await press(url)
    expect(sessions(id).filter(({ status }) => status === 'open').length).toBeLessThanOrEqual(1)
    expect([303, 503]).toContain(early.status)
    await until(
      () => Promise.resolve(bench.double.sessions.get(first)?.status),
      (status) => status === 'expired',
    )
    const second = await until(
      () => press(url),
      ({ status }) => status === 303,
    )
    expect(second.location).not.toContain(first)
    expect(sessions(id).map(({ status, amount }) => [status, amount])).toEqual([
      ['expired', 3_000],
      ['open', 2_000],
    ])
  }, 60_000)

  it('keeps a payment that was under way as the invoice was voided', async () => {
    const { id, url } = await request()
    const sessionId = await open(url)
    bench.double.pay(sessionId)
    await gateway.staff.request(VoidInvoiceDocument, { invoiceId: id, comment: 'crossed' })
    const seen = await until(
      () => invoice(id),
      ({ payments }) => payments.length > 0,
    )
    expect(seen).toMatchObject({ status: 'VOID', paid: { amount: 0 } })
    expect(seen.payments).toMatchObject([{ method: 'CARD', amount: { amount: 0 }, unapplied: { amount: 3_000 } }])
    const { unappliedPayments } = await gateway.staff.request(UnappliedPaymentsDocument, { accountId })
    expect(unappliedPayments.totalCount).toBe(1)
    expect(await available()).toBe(0)
    // Its news come as well, and change nothing.
    await deliver()
    await until(
      () => rows("SELECT FROM provider_event WHERE state = 'PENDING'"),
      (pending) => pending.length === 0,
    )
    expect((await invoice(id)).payments).toHaveLength(1)
  })

  it('credits nothing before a slow method’s money has come, and lets nobody pay meanwhile', async () => {
    for (const comes of [true, false]) {
      const before = await available()
      const { id, url } = await request()
      const sessionId = await open(url)
      bench.double.payLater(sessionId)
      await deliver()
      const onItsWay = await until(
        () => look(url),
        ({ text }) => text.includes('on its way'),
      )
      expect(onItsWay.text).not.toContain('<form')
      expect((await press(url)).status).toBe(303)
      expect(sessions(id)).toHaveLength(1)
      expect(await invoice(id)).toMatchObject({ status: 'OPEN', payments: [] })
      expect(await available()).toBe(before)
      bench.double.endLater(sessionId, comes)
      await deliver()
      if (comes) {
        await paid(id)
        expect(await available()).toBe(before + 90)
      } else {
        await until(
          () => look(url),
          ({ text }) => text.includes('<form'),
        )
        expect(await open(url)).not.toBe(sessionId)
        expect(await available()).toBe(before)
      }
    }
  })

  it('finds by the list of events, by a nightly look and by the button what no webhook has told', async () => {
    const ways: ((url: string) => Promise<unknown>)[] = [
      () => reconcileEvents(database, bench.provider),
      () => gateway.staff.request(RunJobDocument, { name: 'reconcile-invoice-checkouts' }),
      async () => expect((await reconcileCheckouts(database, bench.provider, changes())).healed).toBe(1),
      (url) => press(url),
    ]
    for (const heal of ways) {
      const { id, url } = await request()
      bench.double.pay(await open(url))
      await bench.double.deliver(`${gateway.url}/webhooks/stripe`, { drop: 1, dice })
      expect(await invoice(id)).toMatchObject({ status: 'OPEN' })
      await heal(url)
      await paid(id)
    }
    expect(await available()).toBe(ways.length * 90)
    expect(await reconcileCheckouts(database, bench.provider, changes())).toMatchObject({ healed: 0, failed: 0 })
  })

  it('sees that an abandoned page has expired, and opens another one', async () => {
    const { id, url } = await request()
    const first = await open(url)
    bench.double.sessions.get(first)
    await bench.provider.expireCheckout(first)
    // Its news is lost: the button looks before it leads anywhere.
    await bench.double.deliver(`${gateway.url}/webhooks/stripe`, { drop: 1, dice })
    const second = await open(url)
    expect(second).not.toBe(first)
    expect(sessions(id).map(({ status }) => status)).toEqual(['expired', 'open'])
  })

  it('says that the provider is away, opens the page once it is back, and one only', async () => {
    const { id, url } = await request()
    bench.double.fail(SESSIONS, ...Array<'UNAVAILABLE'>(3).fill('UNAVAILABLE'))
    const away = await press(url)
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '5'])
    expect(away.text).toContain('away for the moment')
    const pressed = await until(
      () => press(url),
      ({ status }) => status === 303,
    )
    expect(pressed.location).toContain(sessions(id)[0]?.id)
    // Done, and the answer cut off: the same page is found by its key.
    const other = await request()
    bench.double.fail(SESSIONS, ...Array<'CUT_AFTER'>(3).fill('CUT_AFTER'))
    await press(other.url)
    const again = await until(
      () => press(other.url),
      ({ status }) => status === 303,
    )
    expect(sessions(other.id).map(({ id }) => id)).toEqual([again.location?.split('/').at(-1)])
    expect(await rows('SELECT FROM provider_call WHERE invoice_id = $1', other.id)).toHaveLength(1)
  }, 60_000)

  it('leaves one page at the provider and one call here where a gateway dies between the call and its commit', async () => {
    const { id, url } = await request()
    const sessionId = await open(url)
    // As the death of the gateway would have left it, its time of a minute over.
    await rows(
      `UPDATE provider_call SET state = 'PENDING', answer = NULL, next_attempt_at = daybook_now() WHERE invoice_id = $1`,
      id,
    )
    bench.double.pay(sessionId)
    await deliver()
    await paid(id)
    await until(
      () =>
        rows<{ state: string; checkout: string }>(
          'SELECT state, checkout FROM provider_call WHERE invoice_id = $1',
          id,
        ),
      ([call]) => call?.state === 'DONE',
    )
    expect(sessions(id)).toHaveLength(1)
    expect((await invoice(id)).payments).toHaveLength(1)
  })

  it('says clearly what can’t be paid by card, and has it paid otherwise', async () => {
    await agree('EUR', 10)
    const small = await request(1)
    const refused = await press(small.url)
    expect(refused.status).toBe(409)
    expect(refused.text).toContain('smaller than the least')
    await record(small.id, 10)
    await paid(small.id)
    await agree('KWD', 1_005)
    const dinars = await request(1)
    expect((await press(dinars.url)).text).toContain('last of three decimals is 0')
    await agree('UGX', 50_000)
    expect((await press((await request(1)).url)).text).toContain('UGX')
    expect(sessions(small.id)).toEqual([])
    expect(sessions(dinars.id)).toEqual([])
  })

  it('counts as each currency does', async () => {
    const cases = [
      { currency: 'JPY', minor: 5_000, atStripe: 5_000 },
      { currency: 'KWD', minor: 5_120, atStripe: 5_120 },
      { currency: 'ISK', minor: 900, atStripe: 90_000 },
    ]
    for (const { currency, minor, atStripe } of cases) {
      await agree(currency, minor)
      const { id, url } = await request(1)
      const sessionId = await open(url)
      expect(sessions(id)).toMatchObject([{ amount: atStripe, currency: currency.toLowerCase() }])
      bench.double.pay(sessionId)
      await deliver()
      const seen = await paid(id)
      expect(seen.payments).toMatchObject([{ amount: { amount: minor, currency } }])
    }
  })

  it('W8: applies nothing of another customer’s, or of an invoice that is not there', async () => {
    const { id, url } = await request()
    const sessionId = await open(url)
    bench.double.pay(sessionId)
    const found = await bench.provider.fetchCheckout(sessionId)
    if (found === null) throw new Error('it is gone')
    const stranger = await gateway.newPartner()
    for (const forged of [
      { accountId: stranger.account.id },
      { customerId: 'cus_of_somebody' },
      { invoiceId: 'invoice_01jd0000000000000000000000' },
      { invoiceId: null },
      { accountId: 'nobody' },
    ]) {
      await changes().checkout({ ...found, ...forged })
    }
    expect(await invoice(id)).toMatchObject({ status: 'OPEN', payments: [] })
    await changes().checkout({ ...found, payment: { ...payment(found), amountMinor: 500, currency: 'USD' } })
    expect(await invoice(id)).toMatchObject({
      status: 'OPEN',
      payments: [{ amount: { amount: 0 }, unapplied: { amount: 500, currency: 'USD' } }],
    })
  })

  it('W8: raises an alarm on what is paid and names another account, and books nothing', async () => {
    const { id, url } = await request()
    const sessionId = await open(url)
    const stranger = await gateway.newPartner()
    const session = bench.double.sessions.get(sessionId)
    if (session === undefined) throw new Error('it is gone')
    session.metadata.accountId = stranger.account.id
    const refused = async () =>
      (await scrape(gateway.url)).value('daybook_provider_refused_total', { kind: 'CHECKOUT' })
    // From 0 on, so that the first is seen as an increase.
    expect((await scrape(gateway.url)).has('daybook_provider_refused_total', { kind: 'CHARGE' })).toBe(true)
    const before = await refused()
    bench.double.pay(sessionId)
    await deliver()
    await until(refused, (count) => count > before)
    expect(await invoice(id)).toMatchObject({ status: 'OPEN', payments: [] })
    const states = () =>
      rows<{ state: string }>('SELECT DISTINCT state FROM provider_event WHERE object_id = $1', sessionId)
    expect(await until(states, (found) => found.every(({ state }) => state !== 'PENDING'))).toEqual([
      { state: 'IGNORED' },
    ])
  })

  function payment<Payment>(found: { payment: Payment | null }): Payment {
    if (found.payment === null) throw new Error('it is not paid')
    return found.payment
  }
})
