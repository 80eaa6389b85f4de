import { ProviderEventsDocument, ReplayProviderEventDocument } from '../../sdk'
import { ConflictError } from '../../src/errors'
import { StripeProvider } from '../../src/payments/stripe/stripe-provider'
import { ProviderEventWorker } from '../../src/payments/handle-events'
import { storeProviderEvents } from '../../src/payments/store-event'
import { eventOf } from '../../src/payments/stripe/stripe-events'
import { Dice, seedOf } from '../support/dice'
import { EventsDesk, Recorder } from './events-desk'
import { silent } from './stripe-bench'

function ordersOf<T>(things: readonly T[]): T[][] {
  if (things.length === 0) return [[]]
  return things.flatMap((thing, at) =>
    ordersOf(things.filter((_, index) => index !== at)).map((rest) => [thing, ...rest]),
  )
}

let desk: EventsDesk
beforeAll(async () => {
  desk = await EventsDesk.open()
})
afterAll(() => desk.close())
beforeEach(() => desk.forget())

describe('the worker', () => {
  it(`W5: comes to the same in whatever order events come, and however often (seed ${seedOf()})`, async () => {
    const dice = new Dice(seedOf())
    const { double, provider } = desk.bench
    for (let round = 0; round < 15; round += 1) {
      const worker = desk.worker()
      const { sessionId, subscriptionId } = await desk.subscribe()
      const moves = [
        () => provider.setCancelAtPeriodEnd({ subscriptionId, cancel: true, idempotencyKey: `cancel ${round}` }),
        () => provider.setCancelAtPeriodEnd({ subscriptionId, cancel: false, idempotencyKey: `undo ${round}` }),
        () => {
          double.advance(dice.between(1, 40))
          return Promise.resolve()
        },
        () => provider.cancelNow({ subscriptionId, idempotencyKey: `end ${round}` }),
      ]
      for (const move of moves.slice(0, dice.between(0, 4))) {
        await move().catch(() => undefined)
        // Some events come between two changes, most of them later.
        if (dice.below(3) === 0) {
          await double.deliver(desk.door, { shuffled: true, doubled: true, dice })
          await worker.handle()
        }
      }
      await double.deliver(desk.door, { shuffled: true, doubled: dice.below(2) === 0, dice })
      await worker.handle()
      expect(desk.recorder.subscriptions.get(subscriptionId)).toEqual(await provider.fetchSubscription(subscriptionId))
      expect(desk.recorder.checkouts.get(sessionId)).toEqual(await provider.fetchCheckout(sessionId))
    }
    expect(Object.keys(await desk.states())).toEqual(['DONE'])
  })

  it('W5: comes to the same in each of the 120 orders of the five events of a life, one of which comes twice', async () => {
    const { double, provider } = desk.bench
    const { sessionId, subscriptionId } = await desk.subscribe()
    double.cancelAt(subscriptionId, double.now + 86_400 * 90)
    await provider.cancelNow({ subscriptionId, idempotencyKey: 'end' })
    const life = double.events
      .map(eventOf)
      .filter(({ object }) => object?.kind === 'CHECKOUT' || object?.kind === 'SUBSCRIPTION')
    const events = [life[0], ...life.slice(-4)].filter((event) => event !== undefined)
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(5)
    const end = [await provider.fetchSubscription(subscriptionId), await provider.fetchCheckout(sessionId)]
    const worker = desk.worker()
    for (const [index, order] of ordersOf(events).entries()) {
      await desk.forget()
      for (const event of [...order, ...order.slice(index % 5, (index % 5) + 1)]) {
        await storeProviderEvents(desk.database.sql, provider, [event])
        await worker.handle()
      }
      const { subscriptions, checkouts } = desk.recorder
      expect([subscriptions.get(subscriptionId), checkouts.get(sessionId)]).toEqual(end)
      expect(await desk.states()).toEqual({ DONE: 5 })
    }
    // What was stored by hand has not come to the door yet.
    await double.deliver(desk.door)
  })

  it('fetches a thing once for all events that are there about it', async () => {
    const { subscriptionId } = await desk.subscribe()
    for (let count = 0; count < 9; count += 1)
      desk.bench.double.cancelAt(subscriptionId, desk.bench.double.now + 86_400 * 90)
    await desk.bench.double.deliver(desk.door)
    expect(await desk.worker().handle()).toBeGreaterThan(9)
    expect(desk.recorder.calls).toBe(2)
    expect(await desk.worker().handle()).toBe(0)
  })

  it('W5: lets nobody else handle a thing meanwhile, and handles it again for what came meanwhile', async () => {
    const { double, provider } = desk.bench
    const { subscriptionId } = await desk.subscribe()
    await double.deliver(desk.door)
    const other = desk.worker({}, new Recorder())
    let others = -1
    desk.recorder.during = async () => {
      desk.recorder.during = () => Promise.resolve()
      await provider.cancelNow({ subscriptionId, idempotencyKey: subscriptionId })
      await double.deliver(desk.door)
      others = await other.handle()
    }
    const first = (await desk.rows()).filter((row) => JSON.stringify(row).includes(subscriptionId)).length
    await desk.worker().handle()
    // The other one had all that the first had not in hand.
    expect(others).toBe(1)
    expect(desk.recorder.subscriptions.get(subscriptionId)?.status).toBe('ACTIVE')
    expect(await desk.states()).toEqual({ DONE: first + 1, PENDING: 1 })
    await desk.worker().handle()
    expect(desk.recorder.subscriptions.get(subscriptionId)?.status).toBe('CANCELED')
  })

  it('handles everything once when several work at the same time', async () => {
    for (let count = 0; count < 8; count += 1) await desk.subscribe()
    await desk.bench.double.deliver(desk.door)
    const busy = new Set<string>()
    const clash: string[] = []
    const changes = {
      subscription: (one: { subscriptionId: string }) => applied(one.subscriptionId),
      checkout: (one: { sessionId: string }) => applied(one.sessionId),
      customer: (one: { customerId: string }) => alone(one.customerId),
      refund: (one: { refundId: string }) => alone(one.refundId),
      card: (one: { cardId: string }) => alone(one.cardId),
      charge: (one: { chargeId: string }) => applied(one.chargeId),
      dispute: (one: { disputeId: string }) => alone(one.disputeId),
    }
    const alone = async (id: string) => {
      if (busy.has(id)) clash.push(id)
      busy.add(id)
      await new Promise((resolve) => setImmediate(resolve))
      busy.delete(id)
    }
    const applied = (id: string) => alone(id).then(() => 'APPLIED' as const)
    const workers = [1, 2].map(() => desk.worker({}, changes))
    await Promise.all(workers.map((worker) => worker.handle()))
    for (const worker of workers) await worker.handle()
    expect(clash).toEqual([])
    expect(Object.keys(await desk.states())).toEqual(['DONE'])
  })

  it('ignores what turns out to be somebody else’s', async () => {
    const { subscriptionId } = await desk.subscribe()
    const { metadata = {} } = desk.bench.double.subscriptions.get(subscriptionId) ?? {}
    delete metadata.channelId
    desk.bench.double.emit('customer.subscription.updated', { id: 'sub_of_nobody', object: 'subscription' })
    await desk.bench.double.deliver(desk.door)
    await desk.worker().handle()
    expect(desk.recorder.subscriptions.size).toBe(0)
    expect(desk.recorder.checkouts.size).toBe(1)
    expect(Object.keys(await desk.states()).sort()).toEqual(['DONE', 'IGNORED'])
  })

  it('tries again, longer and longer later, and parks what keeps failing, for staff to see and to replay', async () => {
    const { staff } = desk.gateway
    const start = new Date()
    await desk.gateway.setClock(start)
    desk.bench.double.emit('checkout.session.completed', {
      id: (await desk.subscribe()).sessionId,
      object: 'checkout.session',
    })
    await desk.gateway.sql('DELETE FROM provider_event')
    await desk.bench.double.deliver(desk.door)
    await desk.gateway.sql(`DELETE FROM provider_event WHERE object_kind <> 'CHECKOUT'`)
    const events = (await desk.rows()).length
    desk.recorder.during = () => Promise.reject(new ConflictError('The channel is not there yet.'))
    const worker = desk.worker({ maxAttempts: 4 })
    const waits: number[] = []
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await worker.handle()
      // Before its time it isn't tried.
      await worker.handle()
      const [row] = await desk.rows()
      expect(row).toMatchObject({ attempts: attempt, last_error: 'CONFLICT: The channel is not there yet.' })
      if (row?.next_attempt_at == null) continue
      const [clock] = await desk.gateway.sql<{ now: Date }>('SELECT daybook_now() AS now')
      waits.push(row.next_attempt_at.getTime() - (clock?.now.getTime() ?? 0))
      await desk.gateway.setClock(row.next_attempt_at)
    }
    expect(waits).toEqual([5_000, 10_000, 20_000])
    expect(await desk.states()).toEqual({ PARKED: events })
    const { providerEvents } = await staff.request(ProviderEventsDocument, { state: 'PARKED' })
    expect(providerEvents.totalCount).toBe(events)
    const [parked] = providerEvents.nodes
    expect(parked).toMatchObject({ state: 'PARKED', objectKind: 'CHECKOUT', attempts: 4 })
    expect(parked?.lastError).toMatch(/^CONFLICT: /)

    desk.recorder.during = () => Promise.resolve()
    await worker.handle()
    expect(desk.recorder.checkouts.size).toBe(0)
    const { replayProviderEvent } = await staff.request(ReplayProviderEventDocument, { id: parked?.id ?? '' })
    expect(replayProviderEvent).toMatchObject({ state: 'PENDING', attempts: 0, lastError: null })
    await worker.handle()
    expect(desk.recorder.checkouts.size).toBe(1)
    const after = await staff.request(ProviderEventsDocument, { state: 'DONE' })
    expect(after.providerEvents.nodes.map(({ id }) => id)).toEqual([parked?.id])
  })

  it('keeps of a bug only its name', async () => {
    await desk.subscribe()
    await desk.bench.double.deliver(desk.door)
    desk.recorder.during = () => Promise.reject(new TypeError('card 4242'))
    await desk.worker().handle()
    for (const row of await desk.rows()) expect(row.last_error).toBe('TypeError')
  })

  it('waits while the provider is away', async () => {
    for (let count = 0; count < 3; count += 1) await desk.subscribe()
    await desk.bench.double.deliver(desk.door)
    const config = { ...desk.bench.double.config, apiBase: 'http://127.0.0.1:9' }
    const away = new StripeProvider(config, silent, { timeoutMs: 300 })
    await new ProviderEventWorker(desk.database, away, desk.recorder, silent).handle()
    const tried = (await desk.rows()).filter(({ attempts }) => attempts > 0)
    expect(new Set(tried.map(({ last_error }) => last_error?.split(':')[0]))).toEqual(new Set(['PAYMENT_PROVIDER']))
    expect(tried.length).toBeLessThan((await desk.rows()).length)
    await desk.gateway.advance(60_000)
    await desk.worker().handle()
    expect(Object.keys(await desk.states())).toEqual(['DONE'])
  })

  it('leaves what is replayed of the other mode as it is', async () => {
    const event = desk.bench.double.emit('customer.subscription.updated', { id: 'sub_1', object: 'subscription' })
    await desk.bench.double.send(desk.door, JSON.stringify({ ...event, livemode: true }))
    await desk.gateway.staff.request(ReplayProviderEventDocument, { id: event.id })
    await desk.worker().handle()
    expect(await desk.states()).toEqual({ IGNORED: 1 })
    expect(desk.recorder.calls).toBe(0)
  })

  it('is refused a replay of what is about nothing', async () => {
    const event = desk.bench.double.emit('payout.paid', { id: 'po_1', object: 'payout' })
    await desk.bench.double.send(desk.door, JSON.stringify(event))
    const { staff } = desk.gateway
    await expect(staff.request(ReplayProviderEventDocument, { id: event.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await expect(staff.request(ReplayProviderEventDocument, { id: 'evt_none' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('pages through what there is', async () => {
    for (let count = 0; count < 3; count += 1) await desk.subscribe()
    await desk.bench.double.deliver(desk.door)
    const ids: string[] = []
    let after: string | null = null
    do {
      const variables: { first: number; after: string | null } = { first: 4, after }
      const { providerEvents } = await desk.gateway.staff.request(ProviderEventsDocument, variables)
      ids.push(...providerEvents.nodes.map(({ id }) => id))
      after = providerEvents.pageInfo.hasNextPage ? providerEvents.pageInfo.endCursor : null
    } while (after !== null)
    expect([...ids].reverse()).toEqual((await desk.rows()).map(({ id }) => id))
  })
})
