import { reconcileEvents, reconcileSubscriptions } from '../../src/payments/reconcile'
import { Dice, seedOf } from '../support/dice'
import { EventsDesk } from './events-desk'

let desk: EventsDesk
beforeEach(async () => {
  desk = await EventsDesk.open()
})
afterEach(() => desk.close())

/** Both clocks stand still, and the gateway's at what Stripe's says. */
const sameClock = () => desk.gateway.setClock(new Date(desk.bench.double.now * 1000))

describe('the reconciliation', () => {
  it(`W9: heals what webhooks that were lost would have told (seed ${seedOf()})`, async () => {
    const dice = new Dice(seedOf())
    const { double, provider } = desk.bench
    const worker = desk.worker()
    const ids: string[] = []
    for (let count = 0; count < 40; count += 1) {
      const { subscriptionId } = await desk.subscribe()
      ids.push(subscriptionId)
      if (dice.below(2) === 0) await provider.cancelNow({ subscriptionId, idempotencyKey: `end ${count}` })
      double.advance(dice.below(3) / 4)
      await double.deliver(desk.door, { drop: 0.05, dice })
      if (dice.below(5) === 0) await worker.handle()
    }
    await sameClock()
    await worker.handle()
    const lost = double.events.length - (await desk.rows()).length
    expect(lost).toBeGreaterThan(0)
    expect(await reconcileEvents(desk.database, provider)).toEqual({ read: double.events.length, healed: lost })
    await worker.handle()
    for (const id of ids) expect(desk.recorder.subscriptions.get(id)).toEqual(await provider.fetchSubscription(id))
    expect(Object.keys(await desk.states())).toEqual(['DONE'])
    expect(await reconcileEvents(desk.database, provider)).toMatchObject({ healed: 0 })
  })

  it('goes on from where it was, but for the last ten minutes, which it reads again', async () => {
    const { double, provider } = desk.bench
    for (let count = 0; count < 30; count += 1) await desk.subscribe()
    double.advance(0.5)
    for (let count = 0; count < 30; count += 1) await desk.subscribe()
    await sameClock()
    const all = double.events.length
    expect(all).toBeGreaterThan(200)
    expect(await reconcileEvents(desk.database, provider)).toEqual({ read: all, healed: all })
    // Only whole pages of old events are behind the cursor; the first of them is the rest that makes no whole hundred.
    const oldest = all % 100
    expect(await reconcileEvents(desk.database, provider)).toEqual({ read: all - oldest, healed: 0 })
    double.advance(0.5)
    await sameClock()
    await reconcileEvents(desk.database, provider)
    expect(await reconcileEvents(desk.database, provider)).toEqual({ read: 100, healed: 0 })
    double.emit('customer.subscription.updated', { id: 'sub_1', object: 'subscription' })
    expect(await reconcileEvents(desk.database, provider)).toEqual({ read: 101, healed: 1 })
  })

  it('finds all events that there are when Stripe has forgotten where it was', async () => {
    const { double, provider } = desk.bench
    for (let count = 0; count < 30; count += 1) await desk.subscribe()
    double.advance(0.5)
    await sameClock()
    await reconcileEvents(desk.database, provider)
    expect(await desk.gateway.sql('SELECT cursor FROM provider_cursor')).toHaveLength(1)
    double.advance(31)
    await sameClock()
    const { subscriptionId } = await desk.subscribe()
    await reconcileEvents(desk.database, provider)
    await desk.worker().handle()
    expect(desk.recorder.subscriptions.get(subscriptionId)?.status).toBe('ACTIVE')
  })

  it('keeps what it has read when Stripe goes away', async () => {
    const { double, provider } = desk.bench
    for (let count = 0; count < 30; count += 1) await desk.subscribe()
    double.advance(0.5)
    await sameClock()
    const pages = double.requests.length
    await reconcileEvents(desk.database, provider)
    const needed = double.requests.length - pages
    await desk.forget()
    await sameClock()
    // The last page fails, for as often as it is asked for.
    const asked = provider.listEvents.bind(provider)
    let calls = 0
    provider.listEvents = (after) => {
      calls += 1
      if (calls === 2) double.fail('GET /v1/events', 'RATE_LIMITED')
      return asked(after)
    }
    await expect(reconcileEvents(desk.database, provider)).rejects.toMatchObject({ code: 'PAYMENT_PROVIDER' })
    expect(await desk.states()).toEqual({ PENDING: double.events.length % 100 })
    expect(needed).toBeGreaterThan(1)
    const { healed } = await reconcileEvents(desk.database, provider)
    expect(healed).toBe(double.events.length - (double.events.length % 100))
  })

  it('applies every subscription that has not ended, whatever no event told', async () => {
    const { double, provider } = desk.bench
    const ids: string[] = []
    for (let count = 0; count < 103; count += 1) ids.push((await desk.subscribe()).subscriptionId)
    const [ended = '', ...running] = ids
    await provider.cancelNow({ subscriptionId: ended, idempotencyKey: 'end' })
    double.advance(45)
    let failures = 1
    desk.recorder.during = () => (failures-- > 0 ? Promise.reject(new Error('once')) : Promise.resolve())
    const { database, recorder } = desk
    expect(await reconcileSubscriptions(database, provider, recorder, ours())).toEqual({
      applied: 101,
      passedOver: 0,
      failed: 1,
    })
    expect(await reconcileSubscriptions(database, provider, recorder, ours())).toEqual({
      applied: 102,
      passedOver: 0,
      failed: 0,
    })
    expect([...recorder.subscriptions.keys()].sort()).toEqual([...running].sort())
    for (const one of recorder.subscriptions.values()) expect(one.paidThrough).toEqual(one.currentPeriodEnd)
    // One that is taken for live here has ended there.
    await reconcileSubscriptions(database, provider, recorder, ours(ended, running[0] ?? ''))
    expect(recorder.subscriptions.get(ended)?.status).toBe('CANCELED')
    expect(recorder.calls).toBe(101 + 1 + 102 + 103)
  })
})

/** What is taken for live on this side. */
async function* ours(...ids: string[]): AsyncGenerator<string> {
  yield* await Promise.resolve(ids)
}
