import { randomUUID } from 'node:crypto'
import { openDatabase } from '../../../src/database'
import { runSandboxRenewals } from '../../../src/payments/sandbox/run-sandbox-renewals'
import { Dice, seedOf } from '../../support/dice'
import { CARDS, openAccount, Till } from './till'

let till: Till

beforeEach(async () => {
  till = await Till.open({ start: '2030-01-31T10:00:00Z' })
})
afterEach(() => till.close())

const told = async (subscriptionId: string) =>
  (await till.events(subscriptionId)).map(({ type, createdAt }) => `${createdAt.toISOString().slice(0, 10)} ${type}`)

describe('renewals by the account’s own clock', () => {
  it('charge each period at its own instant, from the last day of a month to the last of the next', async () => {
    const subscriptionId = await till.subscribed(await till.price('MONTH', 1000))
    await till.advanceTo('2030-05-15T00:00:00Z')
    expect(await till.money()).toEqual([
      '2030-01-31T10:00 1000',
      '2030-02-28T10:00 1000',
      '2030-03-31T10:00 1000',
      '2030-04-30T10:00 1000',
    ])
    const end = new Date('2030-05-31T10:00:00Z')
    expect(await till.subscription(subscriptionId)).toMatchObject({ currentPeriodEnd: end, paidThrough: end })
    expect(await told(subscriptionId)).toEqual([
      '2030-01-31 customer.subscription.created',
      '2030-01-31 invoice.paid',
      '2030-02-28 customer.subscription.updated',
      '2030-02-28 invoice.paid',
      '2030-03-31 customer.subscription.updated',
      '2030-03-31 invoice.paid',
      '2030-04-30 customer.subscription.updated',
      '2030-04-30 invoice.paid',
    ])
  })

  it('charge a period at its very end, and nothing a millisecond before', async () => {
    await till.subscribed()
    await till.advanceTo('2030-02-28T09:59:59.999Z')
    expect(await till.money()).toHaveLength(1)
    await till.advanceTo('2030-02-28T10:00:00Z')
    expect(await till.money()).toHaveLength(2)
  })

  it('run a year at the yearly price', async () => {
    const subscriptionId = await till.subscribed(await till.price('YEAR', 9600))
    await till.advanceTo('2031-01-31T10:00:00Z')
    expect(await till.money()).toEqual(['2030-01-31T10:00 9600', '2031-01-31T10:00 9600'])
    expect((await till.subscription(subscriptionId)).currentPeriodEnd).toEqual(new Date('2032-01-31T10:00:00Z'))
  })

  it('end one that was cancelled with its period at that instant, and charge nothing for it', async () => {
    const subscriptionId = await till.subscribed()
    await till.provider.setCancelAtPeriodEnd({ subscriptionId, cancel: true, idempotencyKey: 'c' })
    await till.advanceTo('2030-06-01T00:00:00Z')
    const end = new Date('2030-02-28T10:00:00Z')
    expect(await till.subscription(subscriptionId)).toMatchObject({
      status: 'CANCELED',
      endedAt: end,
      currentPeriodEnd: end,
      paidThrough: end,
    })
    expect(await till.money()).toHaveLength(1)
    expect((await told(subscriptionId)).at(-1)).toBe('2030-02-28 customer.subscription.deleted')
  })

  it('a card that fails leaves the period moved and unpaid, is tried 1, 3, 5 and 7 days later, and then it ends', async () => {
    const subscriptionId = await till.subscribed(undefined, CARDS.failsLater)
    await till.advanceTo('2030-02-28T10:00:00Z')
    expect(await till.subscription(subscriptionId)).toMatchObject({
      status: 'PAST_DUE',
      currentPeriodEnd: new Date('2030-03-31T10:00:00Z'),
      paidThrough: new Date('2030-02-28T10:00:00Z'),
    })
    await till.advanceTo('2030-03-07T09:59:59Z')
    expect((await till.subscription(subscriptionId)).status).toBe('PAST_DUE')
    await till.advanceTo('2030-04-01T00:00:00Z')
    expect(await till.subscription(subscriptionId)).toMatchObject({
      status: 'CANCELED',
      endedAt: new Date('2030-03-07T10:00:00Z'),
      paidThrough: new Date('2030-02-28T10:00:00Z'),
    })
    expect((await told(subscriptionId)).slice(2)).toEqual([
      '2030-02-28 customer.subscription.updated',
      '2030-02-28 invoice.payment_failed',
      '2030-03-01 invoice.payment_failed',
      '2030-03-03 invoice.payment_failed',
      '2030-03-05 invoice.payment_failed',
      '2030-03-07 invoice.payment_failed',
      '2030-03-07 customer.subscription.deleted',
    ])
    expect(await till.money()).toHaveLength(1)
  })

  it('take a credit first', async () => {
    const [dear, cheap] = [await till.price('MONTH', 2500), await till.price('MONTH', 1000)]
    const subscriptionId = await till.subscribed(dear)
    const prorationAt = new Date('2030-01-31T10:00:00Z')
    await till.provider.changePlan({ subscriptionId, priceId: cheap.priceId, prorationAt, idempotencyKey: 'down' })
    await till.advanceTo('2030-04-01T00:00:00Z')
    // 1500 were left over: 1000 of the first renewal, and 500 of the second.
    expect(await till.money()).toEqual(['2030-01-31T10:00 2500', '2030-03-31T10:00 500'])
  })

  it('whoever asks finds what time has brought, before any renewal was run', async () => {
    const subscriptionId = await till.subscribed()
    await till.moveTo('2030-03-15T00:00:00Z')
    expect((await till.subscription(subscriptionId)).currentPeriodEnd).toEqual(new Date('2030-03-31T10:00:00Z'))
    expect(await runSandboxRenewals(till.database, till.accountId)).toBe(0)
    expect(await till.money()).toHaveLength(2)
  })

  it('of several subscriptions come in the order of their instants', async () => {
    const first = await till.subscribed()
    await till.advanceTo('2030-02-10T00:00:00Z')
    const second = await till.subscribed()
    await till.advanceTo('2030-05-01T00:00:00Z')
    const events = (await till.events()).filter(({ type }) => type === 'invoice.paid')
    const instants = events.map(({ createdAt }) => createdAt.getTime())
    expect(instants).toEqual([...instants].sort((a, b) => a - b))
    expect(new Set(events.map(({ object }) => object?.id))).toEqual(new Set([first, second]))
  })

  it('charge once, however many processes renew at once, and again change nothing', async () => {
    const others = await Promise.all([openDatabase(till.databaseUrl, 4), openDatabase(till.databaseUrl, 4)])
    try {
      for (let i = 0; i < 5; i += 1) await till.subscribed(await till.price('MONTH', 1000 + i))
      await till.moveTo('2030-07-01T00:00:00Z')
      const all = [till.database, ...others]
      const done = await Promise.all(
        [...all, ...all].map((database, i) => runSandboxRenewals(database, i % 2 === 0 ? till.accountId : null)),
      )
      expect(done.reduce((sum, count) => sum + count)).toBe(25)
      expect(await till.money()).toHaveLength(30)
      const instants = (await till.events()).map(({ createdAt }) => createdAt.getTime())
      expect(instants).toEqual([...instants].sort((a, b) => a - b))
      expect(await runSandboxRenewals(till.database, null)).toBe(0)
      expect(await till.money()).toHaveLength(30)
    } finally {
      for (const database of others) await database.close()
    }
  })

  it('go on where a gateway died in the middle of one', async () => {
    const subscriptionId = await till.subscribed()
    await till.moveTo('2030-04-15T00:00:00Z')
    let left = 1
    const dying = {
      ...till.database,
      inTransaction: ((work) =>
        till.database.inTransaction(async (tx) => {
          const result = await work(tx)
          if (left === 0) throw new Error('the gateway dies before it commits')
          left -= 1
          return result
        })) as typeof till.database.inTransaction,
    }
    await expect(runSandboxRenewals(dying, null)).rejects.toThrow('not every account')
    expect(await till.money()).toHaveLength(2)
    await runSandboxRenewals(till.database, null)
    expect(await till.money()).toEqual(['2030-01-31T10:00 1000', '2030-02-28T10:00 1000', '2030-03-31T10:00 1000'])
    expect(await till.types(subscriptionId)).toHaveLength(6)
  })

  it('leave an account on the live clock to the live clock, and other accounts alone', async () => {
    const accountId = await openAccount(till.database, false)
    const request = { accountId, name: 'Live', email: null, idempotencyKey: randomUUID() }
    const { customerId } = await till.provider.ensureCustomer(request)
    const plan = await till.price('MONTH', 1000, accountId)
    const { sessionId } = await till.provider.startSubscriptionCheckout({
      ...till.returning(accountId, customerId),
      channelId: 'channel_live',
      ...plan,
    })
    await till.provider.submitCard(sessionId, CARDS.pays)
    await till.advanceTo('2031-01-01T00:00:00Z')
    expect(await till.money()).toHaveLength(1)
    await till.rows(`
      CREATE OR REPLACE FUNCTION daybook_now() RETURNS timestamptz LANGUAGE sql AS $$
        SELECT date_trunc('milliseconds', clock_timestamp()) + interval '32 days' $$`)
    expect(await runSandboxRenewals(till.database, till.accountId)).toBe(0)
    expect(await runSandboxRenewals(till.database, null)).toBe(1)
    expect(await till.money()).toHaveLength(2)
  })

  it('let pages expire by the live clock, and tell of each once', async () => {
    const sessionId = await till.paying()
    await till.advanceTo('2031-01-01T00:00:00Z')
    expect((await till.provider.fetchCheckout(sessionId))?.status).toBe('OPEN')
    await till.rows(`UPDATE sandbox_checkout SET expires_at = daybook_now()`)
    expect((await till.provider.fetchCheckout(sessionId))?.status).toBe('EXPIRED')
    await Promise.all([runSandboxRenewals(till.database, null), runSandboxRenewals(till.database, till.accountId)])
    expect(await till.types(sessionId)).toEqual(['checkout.session.expired'])
  })
})

const seed = seedOf()

describe(`years of renewals, changes and cancellations (seed ${seed})`, () => {
  it('come out the same whether the clock moves in one step or in many', async () => {
    const dice = new Dice(seed)
    const steps = Array.from({ length: 20 }, () => dice.between(1, 40))
    const cards = Array.from({ length: 6 }, () => dice.pick([CARDS.pays, CARDS.pays, CARDS.failsLater]))
    const cancels = cards.map(() => dice.below(3) === 0)
    const run = async (days: readonly number[]) => {
      const other = await Till.open({ start: '2030-01-31T10:00:00Z' })
      try {
        for (const [i, card] of cards.entries()) {
          const plan = await other.price(i % 2 === 0 ? 'MONTH' : 'YEAR', 1000 + i)
          const subscriptionId = await other.subscribed(plan, card)
          if (cancels[i] === true) {
            await other.provider.setCancelAtPeriodEnd({ subscriptionId, cancel: true, idempotencyKey: subscriptionId })
          }
        }
        let at = new Date('2030-01-31T10:00:00Z').getTime()
        for (const step of days) {
          at += step * 86_400_000
          await other.advanceTo(new Date(at))
        }
        const told = (await other.events()).map(({ type, createdAt }) => `${createdAt.toISOString()} ${type}`)
        // Subscriptions that are due at one instant come in the order of their ids, which are drawn anew.
        return { money: await other.money(), told: told.sort() }
      } finally {
        await other.close()
      }
    }
    expect(await run(steps)).toEqual(await run([steps.reduce((sum, step) => sum + step)]))
  })
})
