import { PaymentProviderError } from '../../src/errors'
import type {
  CustomerUpdate,
  PaymentProvider,
  PlanInterval,
  ProviderCheckout,
  ProviderEvent,
  ProviderSubscription,
} from '../../src/payments/payment-provider'
import { TaxIdKind, TaxIdVerification } from '../../src/particulars/tax-id'
import { newId } from '../../src/typed-id'

/** A provider, and what happens around it: people who pay, and time that passes. */
export interface ProviderBench {
  readonly provider: PaymentProvider
  /** Somebody pays on the page with a good card; fails where the page can't be paid any longer. */
  pay(sessionId: string): Promise<void>
  /** Somebody tries on the page with a card that is declined. */
  decline(sessionId: string): Promise<void>
  /** Somebody puts in a card on a page that saves one: what it does when it is charged without them. */
  saveCard(sessionId: string, temper: 'PAYS' | 'DECLINES' | 'ASKS'): Promise<void>
  /** Time passes, and what it brings happens. It may be a part of a day. */
  advance(days: number): Promise<void>
  /** All that has been told so far, as the webhook door would read it, oldest first. */
  events(): Promise<ProviderEvent[]>
  /** Left out where the provider can't: from now on cards fail, or don't, where nobody is at the page. */
  cardsFail?(fail: boolean): Promise<void>
  close(): Promise<void>
}

const DAY_MS = 86_400_000
const CHECKOUT_MS = 45 * 60_000
const BEGUN = new Date()

/** What every provider behind the port does. `makeBench` makes one that nothing has happened to. */
export function providerLaws(name: string, makeBench: () => Promise<ProviderBench>): void {
  describe(`the payment provider ${name}`, () => {
    let bench: ProviderBench
    let provider: PaymentProvider
    let accountId: string
    let customerId: string
    beforeEach(async () => {
      bench = await makeBench()
      provider = bench.provider
      accountId = newId('account')
      customerId = (await provider.ensureCustomer(customerOf('intent-customer'))).customerId
    })
    afterEach(() => bench.close())

    const customerOf = (idempotencyKey: string) => ({
      accountId,
      name: 'A partner',
      email: 'pay@example.com',
      idempotencyKey,
    })

    const planOf = (planId: string, amountMinor = 1000, interval: PlanInterval = 'MONTH') => ({
      planId,
      accountId,
      interval,
      amountMinor,
      currency: 'EUR',
      idempotencyKey: `intent-${planId}`,
    })

    const pages = (idempotencyKey: string) => ({
      accountId,
      customerId,
      successUrl: 'https://daybook.example/paid',
      cancelUrl: 'https://daybook.example/',
      expiresAt: new Date(Date.now() + CHECKOUT_MS),
      idempotencyKey,
    })

    const openSubscription = async (channelId: string, amountMinor = 1000, interval: PlanInterval = 'MONTH') => {
      const planId = `plan-${accountId}-${interval}-${amountMinor}`
      const { priceId } = await provider.ensurePrice(planOf(planId, amountMinor, interval))
      const request = { ...pages(`intent-${channelId}`), channelId, planId, priceId }
      return { request, session: await provider.startSubscriptionCheckout(request) }
    }

    const checkout = async (sessionId: string): Promise<ProviderCheckout> => {
      const found = await provider.fetchCheckout(sessionId)
      if (found === null) throw new Error('the checkout is gone')
      return found
    }

    const subscription = async (subscriptionId: string): Promise<ProviderSubscription> => {
      const found = await provider.fetchSubscription(subscriptionId)
      if (found === null) throw new Error('the subscription is gone')
      return found
    }

    const subscribe = async (amountMinor?: number, interval?: PlanInterval): Promise<ProviderSubscription> => {
      const { session } = await openSubscription(newId('channel'), amountMinor, interval)
      await bench.pay(session.sessionId)
      return subscription((await checkout(session.sessionId)).subscriptionId ?? '')
    }

    const openPayment = (invoiceId: string, amountMinor = 2500) =>
      provider.startPaymentCheckout({
        ...pages(`intent-${invoiceId}`),
        invoiceId,
        description: 'Invoice DB-2026-000001',
        amountMinor,
        currency: 'EUR',
      })

    const refused = async (call: Promise<unknown>, retryable = false) => {
      const error: unknown = await call.then(
        () => null,
        (thrown: unknown) => thrown,
      )
      expect(error).toBeInstanceOf(PaymentProviderError)
      expect((error as PaymentProviderError).details).toMatchObject({ retryable })
      return error as PaymentProviderError
    }

    it('gives an account one customer, whatever calls race and whatever intent is behind them', async () => {
      const calls = ['intent-customer', 'intent-customer', 'another intent'].map((key) =>
        provider.ensureCustomer(customerOf(key)),
      )
      const renamed = await provider.ensureCustomer({ ...customerOf('a third'), name: 'Renamed', email: null })
      const ids = [...(await Promise.all(calls)), renamed].map((made) => made.customerId)
      expect(new Set(ids)).toEqual(new Set([customerId]))
      const other = await provider.ensureCustomer({ ...customerOf('a fourth'), accountId: newId('account') })
      expect(other.customerId).not.toBe(customerId)
    })

    it('knows of a customer what it was told last, however often, and tells whether its tax ids are good', async () => {
      const german = { kind: TaxIdKind.EU_VAT, value: 'DE136695976' }
      const swiss = { kind: TaxIdKind.CH_VAT, value: 'CHE-107.787.577 IVA' }
      const told = (idempotencyKey: string, more: Partial<CustomerUpdate> = {}) =>
        provider.updateCustomer({
          customerId,
          name: 'A partner GmbH',
          email: 'invoices@example.com',
          address: {
            lines: ['1 Street', 'Yard', 'Door 2'],
            postcode: '10115',
            city: 'Berlin',
            region: null,
            country: 'DE',
          },
          taxIds: [german, { kind: TaxIdKind.OTHER, value: 'anything' }],
          reverseCharge: true,
          ...more,
          idempotencyKey,
        })
      for (const key of ['told', 'told', 'told again']) await told(key)
      const before = await provider.fetchCustomer(customerId)
      expect(before).toMatchObject({ customerId, accountId, name: 'A partner GmbH', email: 'invoices@example.com' })
      expect(before).toMatchObject({ livemode: provider.livemode, reverseCharge: true, taxIds: [german] })
      expect(Object.values(TaxIdVerification)).toContain(before?.taxIds[0]?.verification)
      await told('another', { email: null, address: null, taxIds: [swiss], reverseCharge: false })
      const after = await provider.fetchCustomer(customerId)
      expect(after).toMatchObject({ email: null, reverseCharge: false, taxIds: [swiss] })
      expect(after?.taxIds).toHaveLength(1)
      await told('back')
      expect((await provider.fetchCustomer(customerId))?.taxIds).toMatchObject([german])
      expect(await provider.fetchCustomer('cus_that_is_not_there')).toBeNull()
    })

    it('gives a plan one price, and refuses to make another one of it', async () => {
      const prices = await Promise.all([
        provider.ensurePrice(planOf('plan-1')),
        provider.ensurePrice(planOf('plan-1')),
        provider.ensurePrice({ ...planOf('plan-1'), idempotencyKey: 'another intent' }),
      ])
      expect(new Set(prices.map(({ priceId }) => priceId)).size).toBe(1)
      expect(await provider.ensurePrice(planOf('plan-2'))).not.toEqual(prices[0])
      await refused(provider.ensurePrice({ ...planOf('plan-1', 1001), idempotencyKey: 'another amount' }))
    })

    it('opens one page for an intent, and sells nothing by opening it', async () => {
      const channelId = newId('channel')
      const { request, session } = await openSubscription(channelId)
      expect(session.url).toMatch(/^https?:/)
      expect(await provider.startSubscriptionCheckout(request)).toEqual(session)
      const other = await provider.startSubscriptionCheckout({ ...request, idempotencyKey: 'another intent' })
      expect(other.sessionId).not.toBe(session.sessionId)
      expect(await checkout(session.sessionId)).toEqual({
        sessionId: session.sessionId,
        livemode: provider.livemode,
        accountId,
        customerId,
        status: 'OPEN',
        channelId,
        invoiceId: null,
        subscriptionId: null,
        payment: null,
        isPaymentPending: false,
        intentId: null,
        card: null,
      })
      expect(await provider.listSubscriptions(null)).toEqual({ subscriptionIds: [], next: null })
    })

    it('begins a subscription when its page is paid', async () => {
      const channelId = newId('channel')
      const { session } = await openSubscription(channelId)
      await bench.pay(session.sessionId)
      const paid = await checkout(session.sessionId)
      expect(paid).toMatchObject({ status: 'COMPLETE', channelId, payment: null })
      const begun = await subscription(paid.subscriptionId ?? '')
      expect(begun).toMatchObject({
        livemode: provider.livemode,
        accountId,
        channelId,
        customerId,
        status: 'ACTIVE',
        cancelAtPeriodEnd: false,
        endedAt: null,
      })
      expect(begun.paidThrough).toEqual(begun.currentPeriodEnd)
      const periodDays = (begun.currentPeriodEnd.getTime() - begun.createdAt.getTime()) / DAY_MS
      expect(Math.round(periodDays)).toBeGreaterThanOrEqual(28)
      expect(Math.round(periodDays)).toBeLessThanOrEqual(31)
      expect(await provider.listSubscriptions(null)).toEqual({ subscriptionIds: [begun.subscriptionId], next: null })
      await expect(bench.pay(session.sessionId)).rejects.toThrow()
    })

    it('begins nothing with a card that is declined, and the page stays open', async () => {
      const { session } = await openSubscription(newId('channel'))
      await bench.decline(session.sessionId)
      expect(await checkout(session.sessionId)).toMatchObject({ status: 'OPEN', subscriptionId: null })
      expect((await provider.listSubscriptions(null)).subscriptionIds).toEqual([])
      await bench.pay(session.sessionId)
      expect(await checkout(session.sessionId)).toMatchObject({ status: 'COMPLETE' })
    })

    it('takes an amount once, and says what came', async () => {
      const invoiceId = newId('invoice')
      const session = await openPayment(invoiceId)
      expect(await openPayment(invoiceId).catch((error: unknown) => error)).toMatchObject({
        sessionId: session.sessionId,
      })
      await bench.decline(session.sessionId)
      expect(await checkout(session.sessionId)).toMatchObject({ status: 'OPEN', invoiceId, payment: null })
      await bench.pay(session.sessionId)
      const { payment, ...paid } = await checkout(session.sessionId)
      expect(paid).toMatchObject({ status: 'COMPLETE', accountId, invoiceId, channelId: null, subscriptionId: null })
      expect(payment).toMatchObject({ amountMinor: 2500, currency: 'EUR' })
      expect(payment?.paidAt).toBeInstanceOf(Date)
    })

    it('closes a page, and leaves one as it is that is paid or closed', async () => {
      const open = await openPayment(newId('invoice'))
      const paid = await openPayment(newId('invoice'))
      await bench.pay(paid.sessionId)
      for (const { sessionId } of [open, open, paid]) await provider.expireCheckout(sessionId)
      expect(await checkout(open.sessionId)).toMatchObject({ status: 'EXPIRED', payment: null })
      expect(await checkout(paid.sessionId)).toMatchObject({ status: 'COMPLETE' })
      await expect(bench.pay(open.sessionId)).rejects.toThrow()
    })

    it('closes a page by itself when its time is over', async () => {
      const { sessionId } = await openPayment(newId('invoice'))
      await bench.advance(1)
      expect(await checkout(sessionId)).toMatchObject({ status: 'EXPIRED' })
    })

    it('renews, and says through when is paid', async () => {
      const begun = await subscribe()
      await bench.advance(31 + 1)
      const renewed = await subscription(begun.subscriptionId)
      expect(renewed.status).toBe('ACTIVE')
      expect(renewed.currentPeriodEnd.getTime()).toBeGreaterThan(begun.currentPeriodEnd.getTime())
      expect(renewed.paidThrough).toEqual(renewed.currentPeriodEnd)
    })

    it('is past due where a card fails, and paid through the last paid period only', async () => {
      if (bench.cardsFail === undefined) return
      const begun = await subscribe()
      await bench.cardsFail(true)
      await bench.advance(31 + 1)
      const due = await subscription(begun.subscriptionId)
      expect(due).toMatchObject({ status: 'PAST_DUE', paidThrough: begun.currentPeriodEnd })
      await bench.cardsFail(false)
      await bench.advance(7)
      const paid = await subscription(begun.subscriptionId)
      expect(paid).toMatchObject({ status: 'ACTIVE', paidThrough: paid.currentPeriodEnd })
    })

    it('ends with its period where that was asked for and not undone', async () => {
      const [kept, ended] = [await subscribe(), await subscribe()]
      for (const { subscriptionId } of [kept, ended]) {
        const request = { subscriptionId, cancel: true, idempotencyKey: `cancel ${subscriptionId}` }
        for (let times = 0; times < 2; times += 1) await provider.setCancelAtPeriodEnd(request)
        expect(await subscription(subscriptionId)).toMatchObject({ status: 'ACTIVE', cancelAtPeriodEnd: true })
      }
      const undo = { subscriptionId: kept.subscriptionId, cancel: false, idempotencyKey: 'undo' }
      for (let times = 0; times < 2; times += 1) await provider.setCancelAtPeriodEnd(undo)
      expect(await subscription(kept.subscriptionId)).toMatchObject({ cancelAtPeriodEnd: false })
      await bench.advance(31 + 1)
      expect(await subscription(kept.subscriptionId)).toMatchObject({ status: 'ACTIVE' })
      expect(await subscription(ended.subscriptionId)).toMatchObject({
        status: 'CANCELED',
        paidThrough: ended.currentPeriodEnd,
        endedAt: ended.currentPeriodEnd,
      })
      await refused(
        provider.setCancelAtPeriodEnd({ ...undo, subscriptionId: ended.subscriptionId, idempotencyKey: 'late' }),
      )
    })

    it('ends now, any number of times, and is listed no longer', async () => {
      const { subscriptionId } = await subscribe()
      for (const idempotencyKey of ['end', 'end', 'end again'])
        await provider.cancelNow({ subscriptionId, idempotencyKey })
      const ended = await subscription(subscriptionId)
      expect(ended.status).toBe('CANCELED')
      expect(ended.endedAt).toBeInstanceOf(Date)
      expect((await provider.listSubscriptions(null)).subscriptionIds).toEqual([])
      await provider.cancelNow({ subscriptionId: 'sub_that_is_not_there', idempotencyKey: 'nothing' })
    })

    it('changes the plan once, at the price of the preview', async () => {
      const begun = await subscribe(1000)
      const { priceId } = await provider.ensurePrice(planOf('dearer', 4000))
      await bench.advance(10)
      const prorationAt = new Date(begun.createdAt.getTime() + 10 * DAY_MS)
      const change = { subscriptionId: begun.subscriptionId, priceId, prorationAt }
      const preview = await provider.previewPlanChange(change)
      expect(preview.currency).toBe('EUR')
      const rest = (begun.currentPeriodEnd.getTime() - prorationAt.getTime()) / DAY_MS
      const whole = (begun.currentPeriodEnd.getTime() - begun.createdAt.getTime()) / DAY_MS
      expect(Math.abs(preview.amountDueMinor - (3000 * rest) / whole)).toBeLessThanOrEqual(2)
      expect(preview.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(preview.amountDueMinor)
      expect(await subscription(begun.subscriptionId)).toEqual(begun)
      for (let times = 0; times < 2; times += 1) await provider.changePlan({ ...change, idempotencyKey: 'change' })
      expect(await subscription(begun.subscriptionId)).toEqual({ ...begun, priceId })
    })

    it('credits what a cheaper plan leaves over', async () => {
      const begun = await subscribe(4000)
      const { priceId } = await provider.ensurePrice(planOf('cheaper', 1000))
      await bench.advance(10)
      const prorationAt = new Date(begun.createdAt.getTime() + 10 * DAY_MS)
      const preview = await provider.previewPlanChange({ subscriptionId: begun.subscriptionId, priceId, prorationAt })
      expect(preview.amountDueMinor).toBeLessThan(0)
    })

    it('keeps the old plan where the charge for the new one fails', async () => {
      if (bench.cardsFail === undefined) return
      const begun = await subscribe(1000)
      const { priceId } = await provider.ensurePrice(planOf('dearer', 4000))
      await bench.cardsFail(true)
      const change = { subscriptionId: begun.subscriptionId, priceId, prorationAt: begun.createdAt }
      for (let times = 0; times < 2; times += 1) {
        const error = await refused(provider.changePlan({ ...change, idempotencyKey: 'declined' }))
        expect(error.details).toEqual({ retryable: false, declined: true })
      }
      expect(await subscription(begun.subscriptionId)).toEqual(begun)
      await bench.cardsFail(false)
      await bench.advance(1)
      expect(await subscription(begun.subscriptionId)).toEqual(begun)
      await provider.changePlan({ ...change, idempotencyKey: 'another card' })
      expect(await subscription(begun.subscriptionId)).toEqual({ ...begun, priceId })
    })

    it('sells nothing at a price that is archived, and goes on with what runs at it', async () => {
      const begun = await subscribe()
      for (let times = 0; times < 2; times += 1) await provider.archivePrice(begun.priceId)
      const request = { ...pages('late'), channelId: newId('channel'), planId: 'plan', priceId: begun.priceId }
      await refused(provider.startSubscriptionCheckout(request))
      await bench.advance(31 + 1)
      expect(await subscription(begun.subscriptionId)).toMatchObject({ status: 'ACTIVE', priceId: begun.priceId })
    })

    it('pays back once for an intent, and no more than came', async () => {
      const { sessionId } = await openPayment(newId('invoice'))
      await bench.pay(sessionId)
      const paymentId = (await checkout(sessionId)).payment?.paymentId ?? ''
      const part = { paymentId, amountMinor: 1000, currency: 'EUR', idempotencyKey: 'a part' }
      const refunds = [await provider.refund(part), await provider.refund(part)]
      expect(refunds[0]).toEqual(refunds[1])
      await refused(provider.refund({ paymentId, amountMinor: 1501, currency: 'EUR', idempotencyKey: 'too much' }))
      const rest = await provider.refund({ paymentId, amountMinor: 1500, currency: 'EUR', idempotencyKey: 'the rest' })
      expect(rest).not.toEqual(refunds[0])
      await refused(provider.refund({ paymentId, amountMinor: 1, currency: 'EUR', idempotencyKey: 'once more' }))
      await refused(
        provider.refund({
          paymentId: 'pi_that_is_not_there',
          amountMinor: 1,
          currency: 'EUR',
          idempotencyKey: 'nothing',
        }),
      )
    })

    const savedCard = async (temper: 'PAYS' | 'DECLINES' | 'ASKS') => {
      const { sessionId } = await provider.startCardCheckout(pages(`intent-${temper}`))
      await bench.saveCard(sessionId, temper)
      const { card } = await checkout(sessionId)
      if (card === null) throw new Error('no card was saved')
      return card
    }

    const charge = (cardId: string, idempotencyKey: string, amountMinor = 2500) =>
      provider.chargeCard({
        ...{ accountId, customerId, cardId, invoiceId: 'invoice_1', description: 'Invoice DB-2026-000001' },
        ...{ amountMinor, currency: 'EUR', since: BEGUN, idempotencyKey },
      })

    it('saves a card on a page, and takes nothing by that', async () => {
      const request = pages('intent-card')
      const session = await provider.startCardCheckout(request)
      expect(await provider.startCardCheckout(request)).toEqual(session)
      const open = await checkout(session.sessionId)
      expect(open).toMatchObject({
        status: 'OPEN',
        channelId: null,
        invoiceId: null,
        intentId: 'intent-card',
        card: null,
      })
      await bench.decline(session.sessionId).catch(() => undefined)
      expect(await checkout(session.sessionId)).toMatchObject({ status: 'OPEN', card: null })
      await bench.saveCard(session.sessionId, 'PAYS')
      const { card, ...complete } = await checkout(session.sessionId)
      expect(complete).toMatchObject({
        status: 'COMPLETE',
        accountId,
        customerId,
        payment: null,
        isPaymentPending: false,
      })
      expect(card).toMatchObject({ customerId, livemode: provider.livemode, brand: 'visa', lastFour: '4242' })
      expect(await provider.fetchCard(card?.cardId ?? '')).toEqual(card)
      expect(await provider.fetchCard('pm_that_is_not_there')).toBeNull()
    })

    it('charges a saved card once for an intent, and says what came', async () => {
      const { cardId } = await savedCard('PAYS')
      expect(await provider.findCharge({ customerId, since: new Date(), idempotencyKey: 'once' })).toBeNull()
      const since = new Date()
      const request = {
        ...{ accountId, customerId, cardId, invoiceId: 'invoice_1', description: 'Invoice', since },
        ...{ amountMinor: 2500, currency: 'EUR', idempotencyKey: 'once' },
      }
      const made = [await provider.chargeCard(request), await provider.chargeCard(request)]
      const [first] = made
      expect(made).toEqual([first, first])
      expect(await provider.findCharge({ customerId, since, idempotencyKey: 'once' })).toEqual(first)
      const { payment, ...paid } = (await provider.fetchCharge(first?.chargeId ?? '')) ?? { payment: null }
      expect(paid).toEqual({
        ...{ chargeId: first?.chargeId, livemode: provider.livemode, accountId, customerId },
        ...{ invoiceId: 'invoice_1', intentId: 'once', status: 'SUCCEEDED' },
      })
      expect(payment).toMatchObject({ paymentId: first?.chargeId, amountMinor: 2500, currency: 'EUR' })
      expect(await provider.fetchCharge('pi_that_is_not_there')).toBeNull()
      const back = await provider.refund({
        ...{ paymentId: payment?.paymentId ?? '', amountMinor: 2500, currency: 'EUR', idempotencyKey: 'back' },
      })
      expect(await provider.fetchRefund(back.refundId)).toMatchObject({ status: 'SUCCEEDED' })
      expect((await bench.events()).map(({ object }) => object)).toContainEqual({ kind: 'CHARGE', id: first?.chargeId })
    })

    it('says of a charge that failed whether the bank wants the card’s holder', async () => {
      for (const [temper, status] of [
        ['DECLINES', 'DECLINED'],
        ['ASKS', 'NEEDS_AUTHENTICATION'],
      ] as const) {
        const { cardId } = await savedCard(temper)
        const made = await charge(cardId, `charge-${temper}`)
        expect(await charge(cardId, `charge-${temper}`)).toEqual(made)
        expect(await provider.fetchCharge(made.chargeId)).toMatchObject({ status, payment: null })
      }
    })

    it('removes a card, any number of times, and charges it no longer', async () => {
      const { cardId } = await savedCard('PAYS')
      for (const idempotencyKey of ['away', 'away', 'once more']) await provider.removeCard({ cardId, idempotencyKey })
      expect(await provider.fetchCard(cardId)).toMatchObject({ cardId, customerId: null })
      await refused(charge(cardId, 'too late'))
      await provider.removeCard({ cardId: 'pm_that_is_not_there', idempotencyKey: 'nothing' })
      expect((await bench.events()).map(({ object }) => object)).toContainEqual({ kind: 'CARD', id: cardId })
    })

    it('opens a portal for a customer that there is', async () => {
      const { url } = await provider.openPortal({ customerId, returnUrl: 'https://daybook.example/' })
      expect(url).toMatch(/^https?:/)
      await refused(provider.openPortal({ customerId: 'cus_that_is_not_there', returnUrl: 'https://daybook.example/' }))
    })

    it('has null for what is not there', async () => {
      expect(await provider.fetchCheckout('cs_that_is_not_there')).toBeNull()
      expect(await provider.fetchSubscription('sub_that_is_not_there')).toBeNull()
    })

    it('tells of each change of a checkout or a subscription, and lists what it told', async () => {
      const begun = await subscribe()
      await provider.cancelNow({ subscriptionId: begun.subscriptionId, idempotencyKey: 'end' })
      const told = await bench.events()
      const objects = told.flatMap(({ object }) => (object === null ? [] : [object]))
      expect(objects).toContainEqual({ kind: 'SUBSCRIPTION', id: begun.subscriptionId })
      expect(objects.some(({ kind }) => kind === 'CHECKOUT')).toBe(true)
      expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(told.length)
      expect(told.every(({ livemode }) => livemode === provider.livemode)).toBe(true)

      const listed: ProviderEvent[] = []
      for (let cursor: string | null = null, pages = 0; pages < 100; pages += 1) {
        const page: { events: ProviderEvent[]; next: string | null } = await provider.listEvents(cursor)
        listed.push(...page.events)
        cursor = page.next
        if (cursor === null) break
      }
      const ours = ({ object }: ProviderEvent) => object !== null
      expect(listed.filter(ours)).toEqual(told.filter(ours))
    })
  })
}
