import { randomUUID } from 'node:crypto'
import { SandboxProvider } from '../../../src/payments/sandbox/sandbox-provider'
import { BASE, CANCEL, CARDS, openAccount, Till } from './till'

let till: Till

beforeAll(async () => {
  till = await Till.open({ start: '2030-01-31T10:00:00Z' })
})
afterAll(() => till.close())

const refusal = async (call: Promise<unknown>) => {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  const { code, message } = (error ?? {}) as { code?: string; message?: string }
  return `${String(code)}: ${String(message)}`
}

/** Everything but events that were written before: a refusal changes none of it. */
const state = async () =>
  JSON.stringify(
    await Promise.all(
      [
        'customer',
        'price',
        'checkout',
        'subscription',
        'subscription_invoice',
        'payment',
        'event',
        'call',
        'portal',
      ].map((table) => till.rows(`SELECT * FROM sandbox_${table} ORDER BY 1, 2`)),
    ),
  )

describe('the sandbox provider', () => {
  it('makes a customer of an account once, whatever the key and however many ask at once', async () => {
    const accountId = await openAccount(till.database, true)
    const asked = await Promise.all(
      Array.from({ length: 8 }, () =>
        till.provider.ensureCustomer({ accountId, name: 'One', email: null, idempotencyKey: randomUUID() }),
      ),
    )
    expect(new Set(asked.map(({ customerId }) => customerId)).size).toBe(1)
    expect(asked[0]?.customerId).toMatch(/^sandbox_cus_[0-9a-f]{40}$/)
  })

  it('makes a price of a plan once, and refuses another amount for it', async () => {
    const { accountId } = till
    const request = { planId: 'plan_a', accountId, interval: 'MONTH', amountMinor: 900, currency: 'EUR' } as const
    const asked = await Promise.all(
      Array.from({ length: 4 }, () => till.provider.ensurePrice({ ...request, idempotencyKey: randomUUID() })),
    )
    expect(new Set(asked.map(({ priceId }) => priceId)).size).toBe(1)
    const before = await state()
    expect(await refusal(till.provider.ensurePrice({ ...request, amountMinor: 901, idempotencyKey: 'x' }))).toMatch(
      /^PAYMENT_PROVIDER: The plan has a price already/,
    )
    expect(await state()).toBe(before)
  })

  it('opens a checkout once for a key, also for calls at once, and answers the same page', async () => {
    const { planId, priceId } = await till.price()
    const request = { ...till.returning(), channelId: 'channel_once', planId, priceId }
    const asked = await Promise.all(Array.from({ length: 6 }, () => till.provider.startSubscriptionCheckout(request)))
    const [first] = asked
    for (const session of asked) expect(session).toEqual(first)
    expect(first?.url).toBe(`${BASE}/sandbox/pay/${first?.sessionId}`)
    expect(first?.expiresAt).toEqual(request.expiresAt)
    const before = await state()
    expect(await refusal(till.provider.startSubscriptionCheckout({ ...request, channelId: 'channel_other' }))).toBe(
      'PAYMENT_PROVIDER: The key was used before for a call with other parameters.',
    )
    expect(await state()).toBe(before)
  })

  it('tells of a checkout as it stands: open, paid, or expired', async () => {
    const sessionId = await till.paying(7500)
    const { accountId, customerId } = till
    const ids = { sessionId, accountId, customerId, invoiceId: 'invoice_1', channelId: null, subscriptionId: null }
    const open = await till.provider.fetchCheckout(sessionId)
    const nothing = { payment: null, isPaymentPending: false, intentId: null, card: null }
    expect(open).toEqual({ ...ids, livemode: false, status: 'OPEN', ...nothing })
    await till.provider.submitCard(sessionId, CARDS.pays)
    const paid = await till.provider.fetchCheckout(sessionId)
    expect(paid).toMatchObject({ ...ids, status: 'COMPLETE', payment: { amountMinor: 7500, currency: 'EUR' } })
    expect(paid?.payment?.paidAt).toEqual(new Date('2030-01-31T10:00:00Z'))
    expect(await till.types(sessionId)).toEqual(['checkout.session.completed'])

    const other = await till.paying()
    await till.provider.expireCheckout(other)
    await till.provider.expireCheckout(other)
    expect((await till.provider.fetchCheckout(other))?.status).toBe('EXPIRED')
    expect(await till.provider.submitCard(other, CARDS.pays)).toBe('CLOSED')
    expect(await till.types(other)).toEqual(['checkout.session.expired'])
    await till.provider.expireCheckout(sessionId)
    expect((await till.provider.fetchCheckout(sessionId))?.status).toBe('COMPLETE')
    expect(await till.provider.fetchCheckout('cs_live_1')).toBeNull()
  })

  it('takes money once for a page that is paid many times at once', async () => {
    const sessionId = await till.subscribing()
    const results = await Promise.all(Array.from({ length: 8 }, () => till.provider.submitCard(sessionId, CARDS.pays)))
    expect(new Set(results)).toEqual(new Set(['PAID']))
    const subscriptionId = (await till.provider.fetchCheckout(sessionId))?.subscriptionId ?? ''
    expect(await till.types(subscriptionId)).toEqual(['customer.subscription.created', 'invoice.paid'])
    const payments = await till.rows(
      `SELECT p.id FROM sandbox_payment p JOIN sandbox_subscription_invoice i ON i.id = p.subscription_invoice_id
       WHERE i.subscription_id = $1`,
      [subscriptionId],
    )
    expect(payments).toHaveLength(1)
  })

  it('begins a subscription with a paid period, at the account’s own instant', async () => {
    const plan = await till.price('MONTH', 1000)
    const subscription = await till.subscription(await till.subscribed(plan))
    expect(subscription).toMatchObject({
      livemode: false,
      accountId: till.accountId,
      customerId: till.customerId,
      priceId: plan.priceId,
      status: 'ACTIVE',
      cancelAtPeriodEnd: false,
      createdAt: new Date('2030-01-31T10:00:00Z'),
      currentPeriodEnd: new Date('2030-02-28T10:00:00Z'),
      paidThrough: new Date('2030-02-28T10:00:00Z'),
      endedAt: null,
    })
  })

  it('sells nothing at a price that is archived or another account’s, and lets running subscriptions keep theirs', async () => {
    const plan = await till.price()
    const subscriptionId = await till.subscribed(plan)
    await till.provider.archivePrice(plan.priceId)
    await till.provider.archivePrice(plan.priceId)
    expect(await refusal(till.subscribing(plan))).toMatch(/^PAYMENT_PROVIDER: The price is archived/)
    expect((await till.subscription(subscriptionId)).priceId).toBe(plan.priceId)
    const foreign = await till.price('MONTH', 1000, await openAccount(till.database, true))
    const before = await state()
    expect(await refusal(till.subscribing(foreign))).toBe('PAYMENT_PROVIDER: There is no such price.')
    expect(await state()).toBe(before)
  })

  it('changes a plan as the preview said, once for a key, and credits what a cheaper plan leaves', async () => {
    const [dear, cheap] = [await till.price('MONTH', 2800), await till.price('MONTH', 1400)]
    const subscriptionId = await till.subscribed(cheap)
    const prorationAt = (await till.subscription(subscriptionId)).createdAt
    const up = { subscriptionId, priceId: dear.priceId, prorationAt }
    expect(await till.provider.previewPlanChange(up)).toEqual({
      amountDueMinor: 1400,
      currency: 'EUR',
      lines: [
        { description: 'Unused time of the plan before', amountMinor: -1400 },
        { description: 'Remaining time of the new plan', amountMinor: 2800 },
      ],
    })
    const before = (await till.money()).length
    const request = { ...up, idempotencyKey: randomUUID() }
    await Promise.all([till.provider.changePlan(request), till.provider.changePlan(request)])
    expect((await till.money()).length).toBe(before + 1)
    expect((await till.subscription(subscriptionId)).priceId).toBe(dear.priceId)

    const down = { subscriptionId, priceId: cheap.priceId, prorationAt, idempotencyKey: randomUUID() }
    expect((await till.provider.previewPlanChange(down)).amountDueMinor).toBe(-1400)
    await till.provider.changePlan(down)
    expect((await till.money()).length).toBe(before + 1)
    expect(await till.provider.previewPlanChange(up)).toMatchObject({
      amountDueMinor: 0,
      lines: [{ amountMinor: -1400 }, { amountMinor: 2800 }, { amountMinor: -1400 }],
    })
    expect(await till.types(subscriptionId)).toEqual([
      'customer.subscription.created',
      'invoice.paid',
      'customer.subscription.updated',
      'invoice.paid',
      'customer.subscription.updated',
      'invoice.paid',
    ])
  })

  it('begins a new period where the interval is another', async () => {
    const [monthly, yearly] = [await till.price('MONTH', 1000), await till.price('YEAR', 9600)]
    const subscriptionId = await till.subscribed(monthly)
    const prorationAt = new Date('2030-01-31T10:00:00Z')
    await till.provider.changePlan({
      subscriptionId,
      priceId: yearly.priceId,
      prorationAt,
      idempotencyKey: randomUUID(),
    })
    expect(await till.subscription(subscriptionId)).toMatchObject({
      priceId: yearly.priceId,
      currentPeriodEnd: new Date('2031-01-31T10:00:00Z'),
      paidThrough: new Date('2031-01-31T10:00:00Z'),
    })
  })

  it('leaves the old plan where the charge fails, and where the change can’t be', async () => {
    const [cheap, dear] = [await till.price('MONTH', 1000), await till.price('MONTH', 2000)]
    const subscriptionId = await till.subscribed(cheap, CARDS.failsLater)
    const prorationAt = new Date('2030-01-31T10:00:00Z')
    const change = { subscriptionId, priceId: dear.priceId, prorationAt, idempotencyKey: 'fails' }
    const before = await state()
    expect(await refusal(till.provider.changePlan(change))).toMatch(/^PAYMENT_PROVIDER: The card was declined/)
    const outside = { ...change, prorationAt: new Date('2030-03-31T10:00:00Z') }
    expect(await refusal(till.provider.changePlan(outside))).toMatch(/outside the period/)
    expect(await refusal(till.provider.changePlan({ ...change, priceId: 'price_1' }))).toMatch(/no such price/)
    expect(await refusal(till.provider.changePlan({ ...change, subscriptionId: 'sub_1' }))).toMatch(
      /no such subscription/,
    )
    expect(await state()).toBe(before)
    expect((await till.subscription(subscriptionId)).priceId).toBe(cheap.priceId)
  })

  it('cancels with the period and takes that back, and cancels now; ended or unknown is no error', async () => {
    const subscriptionId = await till.subscribed()
    const intent = () => ({ subscriptionId, idempotencyKey: randomUUID() })
    await till.provider.setCancelAtPeriodEnd({ ...intent(), cancel: true })
    expect((await till.subscription(subscriptionId)).cancelAtPeriodEnd).toBe(true)
    await till.provider.setCancelAtPeriodEnd({ ...intent(), cancel: false })
    expect((await till.subscription(subscriptionId)).cancelAtPeriodEnd).toBe(false)
    await till.provider.cancelNow(intent())
    await till.provider.cancelNow(intent())
    await till.provider.cancelNow({ subscriptionId: 'sub_nobody', idempotencyKey: randomUUID() })
    expect(await till.subscription(subscriptionId)).toMatchObject({
      status: 'CANCELED',
      endedAt: new Date('2030-01-31T10:00:00Z'),
    })
    expect(await refusal(till.provider.setCancelAtPeriodEnd({ ...intent(), cancel: true }))).toMatch(/has ended/)
    expect(await till.types(subscriptionId)).toEqual([
      'customer.subscription.created',
      'invoice.paid',
      'customer.subscription.updated',
      'customer.subscription.updated',
      'customer.subscription.deleted',
    ])
  })

  it('pays back parts of a payment up to all of it, once for a key', async () => {
    const sessionId = await till.paying(1000)
    await till.provider.submitCard(sessionId, CARDS.pays)
    const paymentId = (await till.provider.fetchCheckout(sessionId))?.payment?.paymentId ?? ''
    const part = { paymentId, amountMinor: 400, currency: 'EUR', idempotencyKey: randomUUID() }
    const [first, again] = await Promise.all([till.provider.refund(part), till.provider.refund(part)])
    expect(again).toEqual(first)
    const before = await state()
    for (const amountMinor of [601, 0, -1, 0.5]) {
      const refund = till.provider.refund({ paymentId, amountMinor, currency: 'EUR', idempotencyKey: randomUUID() })
      expect(await refusal(refund)).toMatch(/^PAYMENT_PROVIDER: The payment has 600 left/)
    }
    expect(await state()).toBe(before)
    await till.provider.refund({ paymentId, amountMinor: 600, currency: 'EUR', idempotencyKey: randomUUID() })
    expect(await till.types(paymentId)).toEqual(['charge.refunded', 'charge.refunded'])
  })

  it('lists what has not ended, a page at a time, and events from a cursor on', async () => {
    const plan = await till.price()
    const made: string[] = []
    for (let i = 0; i < 105; i += 1) made.push(await till.subscribed(plan))
    const found: string[] = []
    for (let after: string | null = null; ;) {
      const { subscriptionIds, next } = await till.provider.listSubscriptions(after)
      found.push(...subscriptionIds)
      if (next === null) break
      after = next
    }
    expect(new Set(found).size).toBe(found.length)
    expect(made.filter((id) => !found.includes(id))).toEqual([])
    const events = await till.events()
    const rest = await till.provider.listEvents(events.at(-3)?.eventId ?? null)
    expect(rest.events).toEqual(events.slice(-2))
    expect(await till.provider.listEvents(events.at(-1)?.eventId ?? null)).toEqual({ events: [], next: null })
  })

  it('refuses what it is not given in order, and throws nothing but PAYMENT_PROVIDER', async () => {
    const returning = till.returning()
    const payment = { ...returning, invoiceId: 'i', description: 'd', amountMinor: 1, currency: 'EUR' }
    const before = await state()
    const bad = [
      { ...payment, amountMinor: 0 },
      { ...payment, amountMinor: 1.5 },
      { ...payment, currency: 'eur' },
      { ...payment, customerId: 'sandbox_cus_x' },
      { ...payment, accountId: 'account_nobody' },
      { ...payment, expiresAt: new Date(0) },
      { ...payment, successUrl: 'javascript:alert(1)' },
      { ...payment, cancelUrl: 'https://a;script-src *' },
      { ...payment, cancelUrl: 'http://a;b/' },
      { ...payment, description: 'a\0b' },
    ]
    for (const request of bad) {
      const call = till.provider.startPaymentCheckout({ ...request, idempotencyKey: randomUUID() })
      expect(await refusal(call)).toMatch(/^PAYMENT_PROVIDER: /)
    }
    expect(await refusal(till.provider.openPortal({ customerId: 'x\0', returnUrl: CANCEL }))).toMatch(
      /^PAYMENT_PROVIDER/,
    )
    expect(await till.provider.fetchSubscription("' OR 1=1")).toBeNull()
    expect(await state()).toBe(before)
  })

  it('in production opens pages for sandbox accounts only, and says why', async () => {
    const strict = new SandboxProvider(till.database, { sandboxAccountsOnly: true, baseUrl: () => BASE })
    const accountId = await openAccount(till.database, false)
    const ensured = { accountId, name: 'Live', email: null, idempotencyKey: 'live' }
    const { customerId } = await till.provider.ensureCustomer(ensured)
    const request = () => ({
      ...till.returning(accountId, customerId),
      invoiceId: 'i',
      description: 'd',
      amountMinor: 1,
      currency: 'EUR',
    })
    expect(await refusal(strict.startPaymentCheckout(request()))).toMatch(
      /^PAYMENT_PROVIDER: Card payments are not set up: in production .* serves sandbox accounts only/,
    )
    // One that was opened before can't be paid either.
    const { sessionId } = await till.provider.startPaymentCheckout(request())
    expect(await refusal(strict.submitCard(sessionId, CARDS.pays))).toMatch(/^PAYMENT_PROVIDER: Card payments/)
    const own = { ...request(), ...till.returning() }
    expect((await strict.startPaymentCheckout(own)).url).toContain('/sandbox/pay/')
  })

  it('is away, and says so, while its database is', async () => {
    const away = new SandboxProvider(
      { inTransaction: () => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNREFUSED' })) },
      { sandboxAccountsOnly: false, baseUrl: () => BASE },
    )
    expect(await refusal(away.fetchCheckout('sandbox_cs_'))).toMatch(/^PAYMENT_PROVIDER: .* away/)
  })
})
