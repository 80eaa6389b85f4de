import {
  AccountDocument,
  InvoiceDocument,
  InvoicesDocument,
  LedgerAuditDocument,
  RecordPaymentDocument,
  RemoveSavedCardDocument,
  ReturnUnappliedPaymentDocument,
  SaveCardDocument,
  SavedCardDocument,
  SetAutoTopUpDocument,
  SetPriceAgreementDocument,
  UnappliedPaymentsDocument,
  VoidInvoiceDocument,
} from '../../sdk'
import { applyProviderChanges } from '../../src/channel-subscriptions/apply-provider-changes'
import { openDatabase, type Database } from '../../src/database'
import { reconcileCheckouts, reconcileEvents } from '../../src/payments/reconcile'
import { look, press, until } from '../invoices/payer'
import { makeStripeBench, type StripeBench } from '../payments/stripe-bench'
import { Dice, seedOf } from '../support/dice'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'
import type { CardTemper } from '../support/stripe-double'

const SEED = seedOf('SAVED_CARD_SEED')
const CHARGES = 'POST /v1/payment_intents'

/** Against Stripe on the wire: what is charged by itself is charged once, whatever gets lost, doubled or cut. */
describe(`a card that is saved at Stripe (seed ${SEED})`, () => {
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
    await gateway.staff.request(SetPriceAgreementDocument, { accountId, currency: 'EUR', channelMonthAmount: 1_000 })
  })

  const deliver = (more = {}) => bench.double.deliver(`${gateway.url}/webhooks/stripe`, more)
  const saved = async () => (await partner.client.request(SavedCardDocument, {})).account.savedCard
  const openPage = async () => {
    const { saveCard } = await partner.client.request(SaveCardDocument, {})
    return saveCard.url.split('/').at(-1) ?? ''
  }
  /** Saves a card, and waits until it is seen; answers the provider's id of it. */
  const save = async (temper: CardTemper = 'PAYS') => {
    const cardId = bench.double.saveCard(await openPage(), temper)
    await deliver()
    const lastFour = { PAYS: '4242', DECLINES: '0341', ASKS: '3184', TAKES_ITS_TIME: '4243' }[temper]
    await until(saved, (card) => card?.lastFour === lastFour)
    return cardId
  }
  /** Has one channel's invoice requested by itself, and answers it. */
  const topUp = async () => {
    await partner.client.request(SetAutoTopUpDocument, { belowDays: 10, targetDays: 30 })
    const { invoices } = await partner.client.request(InvoicesDocument, { first: 1 })
    const [newest] = invoices.nodes
    if (newest === undefined) throw new Error('nothing was requested')
    return newest.id
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
  const charges = (invoiceId: string) =>
    [...bench.double.intents.values()].filter(({ metadata }) => metadata.invoiceId === invoiceId)
  const account = async () => (await partner.client.request(AccountDocument, {})).account
  const events = (type: string) =>
    gateway.sql<{ subject: string; data: Record<string, unknown> }>(
      'SELECT subject, data FROM event WHERE account_id = $1 AND type = $2 ORDER BY sequence',
      [accountId, type],
    )
  const call = async (invoiceId: string) => {
    const [row] = await gateway.sql<{ state: string; error: string | null; checkout: string }>(
      `SELECT state, error, checkout FROM provider_call WHERE invoice_id = $1 AND kind = 'CHARGE_CARD'`,
      [invoiceId],
    )
    return row
  }
  const record = (invoiceId: string, amount: number) =>
    gateway.staff.request(RecordPaymentDocument, {
      ...{ invoiceId, amount, method: 'BANK_TRANSFER', idempotencyKey: `${invoiceId} ${amount}` },
    })
  const changes = () => applyProviderChanges(database, 'STRIPE', () => undefined)

  it('is shown by its last digits, and its page is one while it is open', async () => {
    expect(await saved()).toBeNull()
    const sessionId = await openPage()
    expect(await openPage()).toBe(sessionId)
    expect(bench.double.sessions.get(sessionId)).toMatchObject({ mode: 'setup', amount: 0 })
    bench.double.saveCard(sessionId, 'PAYS')
    await deliver({ doubled: true })
    expect(await until(saved, (card) => card !== null)).toMatchObject({
      ...{ brand: 'visa', lastFour: '4242', expiryMonth: 12 },
    })
    expect(await events('account.card_saved')).toHaveLength(1)
  })

  it('is found by the reconciliation where its news got lost', async () => {
    bench.double.saveCard(await openPage(), 'PAYS')
    await deliver({ drop: 1, dice })
    await reconcileCheckouts(database, bench.provider, changes())
    expect(await saved()).toMatchObject({ lastFour: '4242' })
  })

  it('is replaced by the next one, which old news do not undo, and is forgotten at the provider', async () => {
    const first = await openPage()
    const firstCard = bench.double.saveCard(first, 'DECLINES')
    const told = bench.double.events.at(-1)
    await deliver()
    await until(saved, (card) => card?.lastFour === '0341')
    await save('PAYS')
    await until(
      () => Promise.resolve(bench.double.cards.get(firstCard)?.customer),
      (customer) => customer === null,
    )
    bench.double.emit('checkout.session.completed', told?.data.object as unknown as Record<string, unknown>)
    await deliver()
    await changes().checkout((await bench.provider.fetchCheckout(first)) ?? never())
    expect(await saved()).toMatchObject({ lastFour: '4242' })
  })

  it('is removed here and there, and removed there is removed here', async () => {
    const cardId = await save()
    for (let times = 0; times < 2; times += 1) await partner.client.request(RemoveSavedCardDocument, {})
    expect(await saved()).toBeNull()
    await until(
      () => Promise.resolve(bench.double.cards.get(cardId)?.customer),
      (customer) => customer === null,
    )
    const other = await save()
    bench.double.renewCard(other, 2044)
    await deliver()
    await until(saved, (card) => card?.expiryYear === 2044)
    bench.double.detachCard(other)
    await deliver()
    await until(saved, (card) => card === null)
    expect(await events('account.card_removed')).toHaveLength(2)
  })

  it('pays for a top-up as it opens, once, by twenty events with reconciliations beside them', async () => {
    await save()
    const id = await topUp()
    await paid(id)
    const [intent] = charges(id)
    expect(intent).toMatchObject({ amount: 1_000, currency: 'eur', metadata: { accountId, invoiceId: id } })
    for (let times = 0; times < 20; times += 1) {
      bench.double.emit('payment_intent.succeeded', {
        ...{ id: intent?.id, object: 'payment_intent', metadata: intent?.metadata },
      })
    }
    await Promise.all([
      deliver({ doubled: true, shuffled: true, dice }),
      reconcileEvents(database, bench.provider),
      reconcileCheckouts(database, bench.provider, changes()),
    ])
    await until(
      () => gateway.sql('SELECT FROM provider_event WHERE state = $1 AND object_id = $2', ['PENDING', intent?.id]),
      (pending) => pending.length === 0,
    )
    expect(charges(id)).toHaveLength(1)
    expect((await invoice(id)).payments).toMatchObject([
      { method: 'CARD', amount: { amount: 1_000 }, unapplied: null, reference: intent?.id },
    ])
    expect((await account()).balance.available).toBe(30)
    expect((await account()).autoTopUp).toMatchObject({ enabled: true, failures: 0 })
    expect(await call(id)).toMatchObject({ state: 'DONE', checkout: 'CLOSED' })
  })

  it('is charged once where the provider is away, and where its answer never came', async () => {
    await save()
    bench.double.fail(CHARGES, 'UNAVAILABLE', 'UNAVAILABLE', 'UNAVAILABLE', 'CUT_AFTER', 'CUT_AFTER', 'CUT_AFTER')
    const id = await topUp()
    await paid(id)
    expect(charges(id)).toHaveLength(1)
    expect((await account()).balance.available).toBe(30)
  })

  it('is charged once where the gateway dies after the charge and before it knew', async () => {
    await save()
    const id = await topUp()
    await paid(id)
    await gateway.sql(
      `UPDATE provider_call SET state = 'PENDING', answer = NULL, attempts = 1, next_attempt_at = daybook_now()
       WHERE invoice_id = $1`,
      [id],
    )
    bench.double.now += 2 * 86_400
    await until(
      () => call(id),
      (row) => row?.state === 'DONE',
    )
    bench.double.now -= 2 * 86_400
    expect(charges(id)).toHaveLength(1)
    expect((await account()).balance.available).toBe(30)
  })

  it('leads nobody to a page while it is charged, and is not sent once staff have recorded the money', async () => {
    await save()
    bench.double.fail(CHARGES, 'UNAVAILABLE', 'UNAVAILABLE', 'UNAVAILABLE')
    const id = await topUp()
    await until(
      () => call(id),
      (row) => row?.error != null,
    )
    const url = (await invoice(id)).paymentUrl ?? ''
    expect((await look(url)).text).toContain('A payment is on its way')
    expect((await press(url)).location).not.toContain('checkout.stripe')
    await record(id, 1_000)
    await until(
      () => call(id),
      (row) => row?.state === 'DONE',
    )
    expect(charges(id)).toEqual([])
    expect((await account()).balance.available).toBe(30)
  })

  it('keeps what it paid beside staff as unapplied, which goes back by card or in another way', async () => {
    await save()
    bench.double.fail(CHARGES, 'CUT_AFTER', 'UNAVAILABLE', 'UNAVAILABLE')
    const id = await topUp()
    await until(
      () => call(id),
      (row) => row?.error != null,
    )
    await record(id, 700)
    const seen = await paid(id)
    const card = seen.payments.find(({ method }) => method === 'CARD')
    expect(card).toMatchObject({ amount: { amount: 300 }, unapplied: { amount: 700 } })
    expect((await account()).balance.available).toBe(30)
    const unapplied = async () => {
      const { unappliedPayments } = await gateway.staff.request(UnappliedPaymentsDocument, { accountId })
      return unappliedPayments.nodes.map((payment) => payment.unapplied?.amount)
    }
    expect(await unapplied()).toEqual([700])
    const give = (amount: number | null, more = {}) =>
      gateway.staff.request(ReturnUnappliedPaymentDocument, {
        ...{ invoiceId: id, paymentId: card?.id ?? '', amount, reason: 'paid twice', idempotencyKey: `give ${amount}` },
        ...more,
      })
    await expect(give(701)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { maximum: 700 } })
    for (let times = 0; times < 2; times += 1) await give(500)
    expect(await unapplied()).toEqual([200])
    await give(null, { method: 'BANK_TRANSFER', reference: 'SEPA 1' })
    expect(await unapplied()).toEqual([])
    await until(
      () => Promise.resolve([...bench.double.refunds.values()].filter(({ intent }) => intent === charges(id)[0]?.id)),
      (refunds) => refunds.length > 0,
    )
    expect([...bench.double.refunds.values()].map(({ amount }) => amount)).toEqual([500])
    expect(await invoice(id)).toMatchObject({ status: 'PAID', paid: { amount: 1_000 } })
    expect((await account()).balance.available).toBe(30)
    expect(await events('invoice.unapplied_payment_returned')).toHaveLength(2)
  })

  it('tells that it was declined, counts it once, and leaves the invoice with its page', async () => {
    await save('DECLINES')
    const id = await topUp()
    const [told] = await until(
      () => events('invoice.charge_failed'),
      (found) => found.length > 0,
    )
    const { paymentUrl, status } = await invoice(id)
    expect(told?.data).toMatchObject({ reason: 'DECLINED', amount: 1_000, currency: 'EUR', status: 'OPEN' })
    expect(`${gateway.url}${String(told?.data.paymentPath)}`).toBe(paymentUrl)
    expect(status).toBe('OPEN')
    await deliver({ doubled: true })
    expect((await account()).autoTopUp).toMatchObject({ failures: 1, enabled: true })
    const { location } = await press(paymentUrl ?? '')
    bench.double.pay(location?.split('/').at(-1) ?? '')
    await deliver()
    await paid(id)
    expect((await account()).autoTopUp).toMatchObject({ failures: 0 })
    expect((await account()).balance.available).toBe(30)
  })

  it('hands the page over where its bank wants its holder, which is no failure', async () => {
    await save('ASKS')
    const id = await topUp()
    const [told] = await until(
      () => events('invoice.authentication_needed'),
      (found) => found.length > 0,
    )
    expect(told).toMatchObject({ subject: id })
    expect(`${gateway.url}${String(told?.data.paymentPath)}`).toBe((await invoice(id)).paymentUrl)
    expect((await account()).autoTopUp).toMatchObject({ failures: 0, enabled: true })
    expect(await events('invoice.charge_failed')).toEqual([])
    const { location } = await press((await invoice(id)).paymentUrl ?? '')
    expect(location).toContain('checkout.stripe')
  })

  it('waits for a charge that takes its time, and never credits twice where the invoice is void by then', async () => {
    await save('TAKES_ITS_TIME')
    const id = await topUp()
    await until(
      () => call(id),
      (row) => row?.state === 'DONE',
    )
    expect(await call(id)).toMatchObject({ checkout: 'PENDING' })
    expect((await look((await invoice(id)).paymentUrl ?? '')).text).toContain('A payment is on its way')
    await gateway.staff.request(VoidInvoiceDocument, { invoiceId: id, comment: 'not wanted' })
    bench.double.endCharge(charges(id)[0]?.id ?? '', true)
    const { payments } = await until(
      async () => {
        // The void has made the account due for a look, which the sweep takes first.
        await reconcileCheckouts(database, bench.provider, changes())
        return invoice(id)
      },
      (seen) => seen.payments.length > 0,
    )
    expect(payments).toMatchObject([{ amount: { amount: 0 }, unapplied: { amount: 1_000 } }])
    expect((await account()).balance.available).toBe(0)
  })
})

function never(): never {
  throw new Error('it is gone')
}
