import { PaymentProviderError } from '../../src/errors'
import { StripeProvider } from '../../src/payments/stripe/stripe-provider'
import { newId } from '../../src/typed-id'
import { makeStripeBench, silent, type StripeBench } from './stripe-bench'

const DAY_MS = 86_400_000

let bench: StripeBench
let provider: StripeProvider
beforeEach(async () => {
  bench = await makeStripeBench({ timeoutMs: 300 })
  provider = bench.provider
})
afterEach(() => bench.close())

const accountId = newId('account')
const customer = (idempotencyKey = 'customer') => ({ accountId, name: 'A partner', email: null, idempotencyKey })
const plan = (planId: string, amountMinor = 1000, interval: 'MONTH' | 'YEAR' = 'MONTH') => ({
  planId,
  accountId,
  interval,
  amountMinor,
  currency: 'EUR',
  idempotencyKey: planId,
})

async function pages(idempotencyKey: string) {
  const { customerId } = await provider.ensureCustomer(customer())
  return {
    accountId,
    customerId,
    successUrl: 'https://daybook.example/paid',
    cancelUrl: 'https://daybook.example/',
    expiresAt: new Date(Date.now() + 45 * 60_000),
    idempotencyKey,
  }
}

async function subscribe(amountMinor = 1000, interval: 'MONTH' | 'YEAR' = 'MONTH') {
  const { priceId } = await provider.ensurePrice(plan(`${interval} ${amountMinor}`, amountMinor, interval))
  const channelId = newId('channel')
  const request = { ...(await pages(channelId)), channelId, planId: 'plan', priceId }
  const { sessionId } = await provider.startSubscriptionCheckout(request)
  bench.double.pay(sessionId)
  const subscriptionId = bench.double.sessions.get(sessionId)?.subscription ?? ''
  return { sessionId, subscriptionId, channelId }
}

async function refusalOf(call: Promise<unknown>): Promise<PaymentProviderError> {
  const error: unknown = await call.then(
    () => new Error('it was not refused'),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(PaymentProviderError)
  return error as PaymentProviderError
}

/** Each call that brings something about, and how many things of its kind there are. */
const DEEDS: Record<
  string,
  { what: string; prepare: () => Promise<{ act: () => Promise<unknown>; count: () => number }> }
> = {
  ensureCustomer: {
    what: 'POST /v1/customers',
    prepare: () =>
      Promise.resolve({ act: () => provider.ensureCustomer(customer()), count: () => bench.double.customers.size }),
  },
  ensurePrice: {
    what: 'POST /v1/prices',
    prepare: () =>
      Promise.resolve({ act: () => provider.ensurePrice(plan('p')), count: () => bench.double.prices.size }),
  },
  startSubscriptionCheckout: {
    what: 'POST /v1/checkout/sessions',
    prepare: async () => {
      const { priceId } = await provider.ensurePrice(plan('p'))
      const request = { ...(await pages('c')), channelId: newId('channel'), planId: 'p', priceId }
      return { act: () => provider.startSubscriptionCheckout(request), count: () => bench.double.sessions.size }
    },
  },
  startPaymentCheckout: {
    what: 'POST /v1/checkout/sessions',
    prepare: async () => {
      const order = { invoiceId: newId('invoice'), description: 'An invoice', amountMinor: 100, currency: 'EUR' }
      const request = { ...(await pages('c')), ...order }
      return { act: () => provider.startPaymentCheckout(request), count: () => bench.double.sessions.size }
    },
  },
  changePlan: {
    what: 'POST /v1/subscriptions/',
    prepare: async () => {
      const { subscriptionId } = await subscribe()
      const { priceId } = await provider.ensurePrice(plan('dearer', 4000))
      const change = {
        subscriptionId,
        priceId,
        prorationAt: new Date(bench.double.now * 1000),
        idempotencyKey: 'change',
      }
      return { act: () => provider.changePlan(change), count: () => bench.double.invoices.size - 1 }
    },
  },
  setCancelAtPeriodEnd: {
    what: 'POST /v1/subscriptions/',
    prepare: async () => {
      const { subscriptionId } = await subscribe()
      const { double } = bench
      return {
        act: () => provider.setCancelAtPeriodEnd({ subscriptionId, cancel: true, idempotencyKey: 'cancel' }),
        count: () => Number(double.subscriptions.get(subscriptionId)?.cancelAtPeriodEnd),
      }
    },
  },
  cancelNow: {
    what: 'DELETE /v1/subscriptions/',
    prepare: async () => {
      const { subscriptionId } = await subscribe()
      return {
        act: () => provider.cancelNow({ subscriptionId, idempotencyKey: 'cancel' }),
        count: () => bench.double.events.filter(({ type }) => type === 'customer.subscription.deleted').length,
      }
    },
  },
  openPortal: {
    what: 'POST /v1/billing_portal/configurations',
    prepare: async () => {
      const { customerId } = await pages('c')
      return {
        act: () => provider.openPortal({ customerId, returnUrl: 'https://daybook.example/' }),
        count: () => bench.double.configurations.size,
      }
    },
  },
  refund: {
    what: 'POST /v1/refunds',
    prepare: async () => {
      const order = { invoiceId: newId('invoice'), description: 'An invoice', amountMinor: 100, currency: 'EUR' }
      const { sessionId } = await provider.startPaymentCheckout({ ...(await pages('c')), ...order })
      bench.double.pay(sessionId)
      const paymentId = bench.double.sessions.get(sessionId)?.intent ?? ''
      return {
        act: () => provider.refund({ paymentId, amountMinor: 40, currency: 'EUR', idempotencyKey: 'refund' }),
        count: () => bench.double.refunds.size,
      }
    },
  },
}

describe('a call to Stripe', () => {
  it.each(Object.entries(DEEDS))('I8: %s comes to one thing when Stripe stumbles', async (_, { what, prepare }) => {
    const { act, count } = await prepare()
    bench.double.fail(what, 'CUT_AFTER', 'UNAVAILABLE')
    await act()
    expect(count()).toBe(1)
    await act()
    expect(count()).toBe(1)
  })

  it.each(Object.entries(DEEDS))(
    '%s comes to one thing when it is sent again after a crash',
    async (_, { what, prepare }) => {
      const { act, count } = await prepare()
      bench.double.fail(what, 'CUT_AFTER', 'CUT_AFTER', 'CUT_AFTER')
      expect((await refusalOf(act())).details).toEqual({ retryable: true })
      expect(count()).toBe(1)
      provider = new StripeProvider(bench.double.config, silent)
      await act()
      expect(count()).toBe(1)
    },
  )

  it('is given up after three times without an answer, and may be sent again', async () => {
    bench.double.fail('POST /v1/customers', 'SILENT', 'SILENT', 'SILENT')
    expect((await refusalOf(provider.ensureCustomer(customer()))).details).toEqual({ retryable: true })
    expect(bench.double.requests.filter((what) => what === 'POST /v1/customers')).toHaveLength(3)
    await provider.ensureCustomer(customer())
  })

  it.each([
    ['UNAVAILABLE', 3, { retryable: true }],
    ['RATE_LIMITED', 3, { retryable: true }],
    ['KEY_REFUSED', 1, { retryable: true }],
    ['CARD_ERROR', 1, { retryable: false, declined: true }],
  ] as const)('that meets %s is refused, and tells nothing of what Stripe said', async (fault, times, details) => {
    bench.double.fail('GET /v1/customers/search', ...Array.from({ length: times }, () => fault))
    const error = await refusalOf(provider.ensureCustomer(customer()))
    expect(error.details).toEqual(details)
    const told = JSON.stringify([error.message, error.details, error.cause])
    expect(told).not.toMatch(/4242|sk_test|funds|stripe|invalid_request|req_/i)
  })

  it('with the key of another call is refused', async () => {
    const order = { invoiceId: newId('invoice'), description: 'An invoice', amountMinor: 100, currency: 'EUR' }
    const request = { ...(await pages('same')), ...order }
    await provider.startPaymentCheckout(request)
    const error = await refusalOf(provider.startPaymentCheckout({ ...request, amountMinor: 101 }))
    expect(error.details).toEqual({ retryable: false })
    expect(bench.double.sessions.size).toBe(1)
  })

  it('sends no parameter that Stripe doesn’t know, which would be refused', async () => {
    const url = `${bench.double.url}/v1/customers`
    const headers = {
      authorization: `Bearer ${bench.double.key}`,
      'stripe-version': provider.apiVersion,
      'content-type': 'application/x-www-form-urlencoded',
    }
    const answer = await fetch(url, { method: 'POST', headers, body: 'name=a&nome=b' })
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 'parameter_unknown' } }])
  })
})

describe('a customer', () => {
  it('is found again when Stripe has forgotten the key', async () => {
    const made = await provider.ensureCustomer(customer())
    bench.double.advance(2)
    expect(await provider.ensureCustomer(customer('another'))).toEqual(made)
    expect(bench.double.customers.size).toBe(1)
  })
})

describe('a refund', () => {
  it('is not paid again when Stripe has forgotten the key', async () => {
    const { act, count } = (await DEEDS.refund?.prepare()) ?? {}
    const made = await act?.()
    bench.double.advance(2)
    expect(await act?.()).toEqual(made)
    expect(count?.()).toBe(1)
  })
})

describe('the product', () => {
  it('is one, for whatever number of gateways and plans', async () => {
    const other = new StripeProvider(bench.double.config, silent)
    await Promise.all([provider.ensurePrice(plan('1')), other.ensurePrice(plan('2')), other.ensurePrice(plan('3'))])
    bench.double.advance(2)
    await new StripeProvider(bench.double.config, silent).ensurePrice(plan('4'))
    expect([...bench.double.products.keys()]).toEqual(['daybook_channel'])
    expect(bench.double.prices.size).toBe(4)
  })
})

describe('the portal', () => {
  it('has one configuration, in which no plan can be changed', async () => {
    const { customerId } = await provider.ensureCustomer(customer())
    for (const one of [provider, new StripeProvider(bench.double.config, silent)]) {
      await one.openPortal({ customerId, returnUrl: 'https://daybook.example/' })
      bench.double.advance(2)
    }
    expect([...bench.double.configurations.values()]).toMatchObject([
      { features: { subscription_update: { enabled: false } } },
    ])
  })
})

describe('what a subscription is paid through', () => {
  it('lies behind its period until the period’s invoice is paid', async () => {
    const { subscriptionId } = await subscribe()
    const begun = await provider.fetchSubscription(subscriptionId)
    const days = ((begun?.currentPeriodEnd.getTime() ?? 0) - bench.double.now * 1000) / DAY_MS
    bench.double.advance(days + 0.02)
    const renewing = await provider.fetchSubscription(subscriptionId)
    expect(renewing?.status).toBe('ACTIVE')
    expect(renewing?.currentPeriodEnd.getTime()).toBeGreaterThan(begun?.currentPeriodEnd.getTime() ?? 0)
    expect(renewing?.paidThrough).toEqual(begun?.currentPeriodEnd)
    bench.double.advance(0.1)
    const renewed = await provider.fetchSubscription(subscriptionId)
    expect(renewed?.paidThrough).toEqual(renewed?.currentPeriodEnd)
  })

  it('is the end of the month, once a paid year has been turned into months and its rest credited', async () => {
    const { subscriptionId } = await subscribe(12_000, 'YEAR')
    const { priceId } = await provider.ensurePrice(plan('monthly', 1100))
    bench.double.advance(30)
    const prorationAt = new Date(bench.double.now * 1000)
    const preview = await provider.previewPlanChange({ subscriptionId, priceId, prorationAt })
    expect(preview.amountDueMinor).toBe(1100 - Math.round((12_000 * 335) / 365))
    await provider.changePlan({ subscriptionId, priceId, prorationAt, idempotencyKey: 'change' })
    const changed = await provider.fetchSubscription(subscriptionId)
    expect(changed?.paidThrough).toEqual(changed?.currentPeriodEnd)
    expect(((changed?.paidThrough?.getTime() ?? 0) - prorationAt.getTime()) / DAY_MS).toBeLessThanOrEqual(31)
  })

  it('is found among many plan changes, and in an invoice of many lines', async () => {
    const { subscriptionId } = await subscribe()
    const begun = await provider.fetchSubscription(subscriptionId)
    const prorationAt = new Date(bench.double.now * 1000)
    for (let times = 0; times < 110; times += 1) {
      const { priceId } = await provider.ensurePrice(plan(`plan ${times % 2}`, 1001 + (times % 2)))
      await provider.changePlan({ subscriptionId, priceId, prorationAt, idempotencyKey: `change ${times}` })
    }
    expect((await provider.fetchSubscription(subscriptionId))?.paidThrough).toEqual(begun?.paidThrough)
    const [first] = bench.double.invoices.values()
    const [line] = first?.lines ?? []
    if (line !== undefined) first?.lines.unshift(...Array.from({ length: 12 }, () => ({ ...line, proration: true })))
    expect((await provider.fetchSubscription(subscriptionId))?.paidThrough).toEqual(begun?.paidThrough)
  })
})

describe('a cancellation in the portal', () => {
  it('counts as one at the period’s end, and can be undone', async () => {
    const { subscriptionId } = await subscribe()
    const { periodEnd = 0 } = bench.double.subscriptions.get(subscriptionId) ?? {}
    bench.double.cancelAt(subscriptionId, periodEnd + 86_400)
    expect(await provider.fetchSubscription(subscriptionId)).toMatchObject({ cancelAtPeriodEnd: false })
    bench.double.cancelAt(subscriptionId, periodEnd)
    expect(await provider.fetchSubscription(subscriptionId)).toMatchObject({ cancelAtPeriodEnd: true })
    await provider.setCancelAtPeriodEnd({ subscriptionId, cancel: false, idempotencyKey: 'undo' })
    expect(await provider.fetchSubscription(subscriptionId)).toMatchObject({ cancelAtPeriodEnd: false })
  })
})

describe('what somebody else has in the same Stripe account', () => {
  it('is not there, and neither is what is of the other mode', async () => {
    const { subscriptionId, sessionId } = await subscribe()
    const live = new StripeProvider({ ...bench.double.config, livemode: true }, silent)
    expect(await live.fetchSubscription(subscriptionId)).toBeNull()
    expect(await live.fetchCheckout(sessionId)).toBeNull()
    expect((await live.listSubscriptions(null)).subscriptionIds).toEqual([])
    for (const { metadata } of bench.double.subscriptions.values()) delete metadata.channelId
    for (const { metadata } of bench.double.sessions.values()) delete metadata.accountId
    expect(await provider.fetchSubscription(subscriptionId)).toBeNull()
    expect(await provider.fetchCheckout(sessionId)).toBeNull()
    expect((await provider.listSubscriptions(null)).subscriptionIds).toEqual([])
  })
})

describe('lists', () => {
  it('of subscriptions go on to the last page, and those of events begin with the oldest', async () => {
    const { priceId } = await provider.ensurePrice(plan('p'))
    const request = { ...(await pages('')), channelId: newId('channel'), planId: 'p', priceId }
    for (let count = 0; count < 105; count += 1) {
      const { sessionId } = await provider.startSubscriptionCheckout({ ...request, idempotencyKey: String(count) })
      bench.double.pay(sessionId)
    }
    const first = await provider.listSubscriptions(null)
    const second = await provider.listSubscriptions(first.next)
    const ids = [...first.subscriptionIds, ...second.subscriptionIds]
    expect([ids.length, new Set(ids).size, second.next]).toEqual([105, 105, null])

    const all = bench.double.events.map(({ id }) => id)
    const listed: string[] = []
    let cursor: string | null = null
    do {
      const page = await provider.listEvents(cursor)
      listed.push(...page.events.map(({ eventId }) => eventId))
      cursor = page.next
    } while (cursor !== null)
    expect(listed).toEqual(all)
    expect((await provider.listEvents(all[100] ?? '')).events.map(({ eventId }) => eventId)).toEqual(
      all.slice(101, 201),
    )
    // One that Stripe has dropped by now.
    expect((await provider.listEvents('evt_of_last_year')).events[0]?.eventId).toBe(all[0])
  })
})
