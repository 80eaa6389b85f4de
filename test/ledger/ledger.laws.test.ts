import fc from 'fast-check'
import { ChannelStatus, statusAt, unusedDays, type ChannelTime } from '../../src/channels/channel-time'
import type { BulkItemOutcome } from '../../src/channels/allocate-days-in-bulk'
import { DomainError } from '../../src/errors'
import type { AccountEvent } from '../../src/events/account-event'
import { readEvents } from '../../src/events/read-events'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { readBalancesNow } from '../../src/ledger/read-balance'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, TestClock } from '../support/desk'
import { seedOf } from '../support/dice'
import { BookModel, ModelRefusal, paidUntil, type ModelEvent, type ModelTerms } from './book-model'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const seed = seedOf()
/** Each run is an account and up to 60 steps. A night's run takes some thousands. */
const RUNS = Number(process.env.DAYBOOK_LEDGER_RUNS ?? 30)

let testDatabase: TestDatabase
let desk: Desk
let clock: TestClock

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  clock = await TestClock.install(testDatabase.url)
  desk = await Desk.open(testDatabase.url)
})

afterAll(async () => {
  await desk.close()
  await clock.close()
  await testDatabase.drop()
})

// ---------------------------------------------------------------- what may happen

/** `channel` counts through the account's channels, and one past the last names one that is not there. */
type Step =
  | { do: 'wait'; ms: number }
  | { do: 'wait until midnight'; days: number; ms: number }
  | { do: 'wait until an end'; channel: number; ms: number }
  | { do: 'adjust'; days: number }
  | { do: 'create'; externalId: string | null; trial: boolean; days: number | null }
  | { do: 'allocate'; channel: number; days: number }
  | { do: 'allocate what is left'; channel: number; more: number }
  | { do: 'release'; channel: number; days: number | null }
  | { do: 'transfer'; channel: number; to: number; days: number }
  | { do: 'bulk'; items: { channel: number; days: number }[]; mode: 'ATOMIC' | 'PARTIAL' }
  | { do: 'delete'; channel: number }
  | { do: 'charge back'; days: number }
  | { do: 'reverse'; chargeback: number }

const channel = fc.nat(7)
const days = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 2, arbitrary: fc.integer({ min: 10, max: 150 }) },
  { weight: 1, arbitrary: fc.integer({ min: 36_495, max: 36_500 }) },
)
const aroundNothing = fc.integer({ min: -1, max: 1 })
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait'),
      // Backwards too: clocks are stepped, and a standby's may lag.
      ms: fc.oneof(fc.integer({ min: -2 * HOUR, max: 30 * HOUR }), fc.integer({ min: 0, max: 12 * DAY })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait until midnight'),
      days: fc.integer({ min: 1, max: 4 }),
      ms: aroundNothing,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait until an end'), channel, ms: aroundNothing }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('adjust'), days: fc.integer({ min: -60, max: 90 }).filter((n) => n !== 0) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('create'),
      externalId: fc.option(fc.constantFrom('one', 'two', 'three')),
      trial: fc.boolean(),
      days: fc.option(fc.integer({ min: 1, max: 6 })),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('allocate'), channel, days }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('allocate what is left'), channel, more: fc.integer({ min: 0, max: 1 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('release'), channel, days: fc.option(days, { freq: 2 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('transfer'), channel, to: channel, days }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('bulk'),
      items: fc.array(fc.record({ channel, days }), { minLength: 1, maxLength: 6 }),
      mode: fc.constantFrom('ATOMIC', 'PARTIAL'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete'), channel }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('charge back'), days: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reverse'), chargeback: fc.nat(3) }) },
)
const stories = fc.record({
  start: fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2080, 0, 1) }),
  creditLimit: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50 }), fc.constant(50_000)),
  trialDays: fc.integer({ min: 1, max: 6 }),
  maxTrials: fc.integer({ min: 0, max: 3 }),
  granted: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 100, max: 300 })),
  channels: fc.integer({ min: 0, max: 4 }),
  steps: fc.array(steps, { minLength: 10, maxLength: 60, size: 'max' }),
})

// ---------------------------------------------------------------- both books, side by side

class Story {
  private readonly channelIds: string[] = []
  /** Those that stand. */
  private readonly chargebacks: { id: string; days: number }[] = []
  private serial = 0

  private constructor(
    readonly accountId: string,
    readonly model: BookModel,
    private at: number,
  ) {}

  static async begin(terms: ModelTerms, at: number): Promise<Story> {
    await clock.set(at)
    const billingMode = terms.creditLimit > 0 ? 'POSTPAID' : 'PREPAID'
    const accountId = await desk.createAccount({ name: 'Story', billingMode, ...terms })
    return new Story(accountId, new BookModel(accountId, terms, at, 'Story'), at)
  }

  async take(step: Step): Promise<void> {
    await this.act(step)
    await this.compare()
  }

  private async act(step: Step): Promise<void> {
    const { accountId, model } = this
    switch (step.do) {
      case 'wait':
        return this.waitUntil(this.at + step.ms)
      case 'wait until midnight':
        return this.waitUntil(Math.floor(this.at / DAY) * DAY + step.days * DAY + step.ms)
      case 'wait until an end': {
        const channel = model.channels[step.channel % (this.channelIds.length + 1)]
        const end = channel === undefined ? null : Math.max(paidUntil(channel) ?? 0, channel.trialUntil ?? 0)
        // A hundred years of midnights would be a test of patience.
        if (end !== null && end > this.at && end < this.at + 200 * DAY) await this.waitUntil(end + step.ms)
        return
      }
      case 'adjust': {
        const idempotencyKey = `adjust ${(this.serial += 1)}`
        await this.same(
          () => model.adjust(step.days),
          () => desk.adjust(accountId, { days: step.days, idempotencyKey }),
        )
        return
      }
      case 'create':
        return this.create(step)
      case 'allocate': {
        const channelId = this.channelId(step.channel)
        await this.same(
          () => model.allocate(channelId, step.days),
          () => desk.allocate(accountId, { channelId, days: step.days }),
        )
        return
      }
      case 'allocate what is left': {
        const { available, creditLimit } = model.balance()
        const days = available + creditLimit + step.more
        if (days < 1 || days > 300) return
        return this.act({ do: 'allocate', channel: step.channel, days })
      }
      case 'release': {
        const channelId = this.channelId(step.channel)
        await this.same(
          () => model.release(channelId, step.days),
          () => desk.release(accountId, { channelId, days: step.days }),
        )
        return
      }
      case 'transfer': {
        const [fromChannelId, toChannelId] = [this.channelId(step.channel), this.channelId(step.to)]
        await this.same(
          () => model.transfer(fromChannelId, toChannelId, step.days),
          () => desk.transfer(accountId, { fromChannelId, toChannelId, days: step.days }),
        )
        return
      }
      case 'bulk': {
        const items = step.items.map(({ channel, days }) => ({ channelId: this.channelId(channel), days }))
        const both = await this.same(
          () => model.bulk(items, step.mode),
          () => desk.allocateInBulk(accountId, { items, mode: step.mode }),
        )
        if (both === null) return
        const [expected, { outcome }] = both
        expect(outcome.items.map(({ error }: BulkItemOutcome) => error && [error.code, error.details])).toEqual(
          expected.map((refusal) => refusal?.code && [refusal.code, refusal.details]),
        )
        const done = items.filter((_, index) => expected[index] === null)
        expect(outcome.allocatedDays).toBe(done.reduce((sum, item) => sum + item.days, 0))
        return
      }
      case 'delete': {
        const channelId = this.channelId(step.channel)
        const both = await this.same(
          () => model.delete(channelId),
          () => desk.deleteChannel(accountId, { channelId }),
        )
        if (both !== null) expect(both[1].outcome.returnedDays).toBe(both[0])
        return
      }
      case 'charge back':
        await this.same(
          () => model.chargeBack(step.days),
          async () => {
            this.chargebacks.push({ id: await desk.chargeBack(accountId, step.days), days: step.days })
          },
        )
        return
      case 'reverse': {
        const [chargeback] = this.chargebacks.splice(step.chargeback, 1)
        if (chargeback === undefined) return
        await this.same(
          () => model.reverse(chargeback.days),
          () => desk.reverse(accountId, chargeback.id, chargeback.days),
        )
        return
      }
    }
  }

  private async create(step: Step & { do: 'create' }): Promise<void> {
    const name = `Channel ${(this.serial += 1)}`
    const { externalId, trial, days } = step
    // The model needs the id that the database gives: it goes second, and judges all the same.
    const created = await settled(desk.createChannel(this.accountId, { name, externalId, trial, days }))
    const id = 'value' in created ? created.value.outcome.channelId : 'none'
    await this.same(
      () => this.model.create({ id, name, externalId, trial, days }),
      () => ('value' in created ? Promise.resolve(created.value) : Promise.reject(created.error as Error)),
    )
    if (id !== 'none') this.channelIds.push(id)
  }

  /** Both do it, or both refuse it with the same code and figures: then the answer is null. */
  private async same<A, B>(predict: () => A, act: () => Promise<B>): Promise<[A, B] | null> {
    let expected: { value: A } | { code: string; details: unknown }
    try {
      expected = { value: this.model.attempt(predict) }
    } catch (error) {
      if (!(error instanceof ModelRefusal)) throw error
      expected = { code: error.code, details: error.details }
    }
    const actual = await settled(act())
    if ('value' in actual) {
      expect({ done: true }).toEqual('value' in expected ? { done: true } : expected)
      return 'value' in expected ? [expected.value, actual.value] : null
    }
    const { error } = actual
    if (!(error instanceof DomainError)) throw error
    expect({ code: error.code, details: error.details }).toEqual('value' in expected ? { done: true } : expected)
    return null
  }

  private async waitUntil(at: number): Promise<void> {
    this.at = at
    await clock.set(at)
    this.model.setClock(at)
  }

  private channelId(index: number): string {
    return this.channelIds[index % (this.channelIds.length + 1)] ?? 'channel_00000000000000000000000000'
  }

  /** Balances by the clock, and every channel's time, status and unused days. */
  private async compare(): Promise<void> {
    const { model, accountId } = this
    const [balance] = await readBalancesNow(desk.database.sql, [accountId])
    expect(balance).toEqual({ accountId, ...model.balance() })
    const rows = await desk.rows<ChannelTime & { id: string; paidUntil: Date | null; expiredAt: Date | null }>(
      `SELECT c.id, trial_until AS "trialUntil", run_start AS "runStart", paid_days AS "paidDays",
              subscribed_until AS "subscribedUntil", subscription_renews AS "subscriptionRenews",
              paid_until AS "paidUntil", deleted_at AS "deletedAt",
              CASE WHEN c.due_at <= a.ends_told_until THEN c.due_at ELSE c.expired_at END AS "expiredAt"
       FROM channel c JOIN account a ON a.id = c.account_id WHERE account_id = $1 ORDER BY c.id`,
      [accountId],
    )
    const now = new Date(model.now)
    const told = rows.map((row) => ({
      ...row,
      // An emptied run has a start that means nothing any more.
      runStart: row.paidDays === 0 ? null : row.runStart,
      status: statusAt(row, now),
      unusedDays: unusedDays(row, now),
    }))
    const expected = model.channels.map((channel) => ({
      id: channel.id,
      trialUntil: date(channel.trialUntil),
      runStart: date(channel.run[0]?.begins ?? null),
      paidDays: channel.run.length,
      subscribedUntil: null,
      subscriptionRenews: false,
      paidUntil: date(paidUntil(channel)),
      expiredAt: date(channel.expiredAt),
      deletedAt: date(channel.deletedAt),
      status: ChannelStatus[model.status(channel, model.now) as keyof typeof ChannelStatus],
      unusedDays: model.unused(channel, model.now),
    }))
    expect(told).toEqual(expected.sort((a, b) => (a.id < b.id ? -1 : 1)))
  }

  /** The ledger, the events and the audit, once all is done. */
  async judge(pageSize: number): Promise<void> {
    const { accountId, model } = this
    expect(await auditLedger(desk.database, accountId)).toMatchObject({
      ok: true,
      violations: [],
      transactionsChecked: model.ledger.length,
    })
    expect(
      await desk.rows(
        `SELECT sequence, kind, from_account AS "from", to_account AS "to", days, from_balance AS "fromBalance",
                to_balance AS "toBalance", available_balance AS available, channel_id AS "channelId",
                to_channel_id AS "toChannelId", occurred_at AS "occurredAt"
         FROM ledger_transaction WHERE account_id = $1 ORDER BY sequence`,
        [accountId],
      ),
    ).toEqual(model.ledger.map((row) => ({ ...row, occurredAt: new Date(row.occurredAt) })))

    const events: AccountEvent[] = []
    for (let more = true; more;) {
      const page = await readEvents(desk.database.sql, accountId, events.length, pageSize)
      events.push(...page)
      more = page.length > 0
    }
    expect(events.map(asModel)).toEqual(model.events)
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
    const times = events.map(({ occurredAt }) => occurredAt.getTime())
    expect(times).toEqual([...times].sort((a, b) => a - b))
  }
}

function asModel(event: AccountEvent): ModelEvent {
  const base = { sequence: event.sequence, occurredAt: event.occurredAt.getTime() }
  switch (event.kind) {
    case 'BalanceChange': {
      const { days, available, transaction } = event
      expect(transaction.sequence).toBe(event.sequence)
      return { kind: 'BalanceChange', ...base, days, available, movement: transaction.kind }
    }
    case 'DayExpiryChange': {
      const { channelId, reason, unusedDays } = event
      const previousPaidUntil = event.previousPaidUntil?.getTime() ?? null
      const paidUntil = event.paidUntil?.getTime() ?? null
      return { kind: 'DayExpiryChange', ...base, channelId, reason, previousPaidUntil, paidUntil, unusedDays }
    }
    case 'OtherEvent':
      return { kind: 'OtherEvent', ...base, type: event.type, subject: event.subject ?? '', data: event.data }
    case 'LowBalance':
    case 'InvoiceChange':
      throw new Error('no invoice was asked for')
  }
}

async function settled<T>(call: Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await call }
  } catch (error) {
    return { error }
  }
}

function date(at: number | null): Date | null {
  return at === null ? null : new Date(at)
}

// ---------------------------------------------------------------- the laws

describe('the book of days', () => {
  it('L3, I4: is at every step what a book would be that is kept day by day', async () => {
    const law = fc.asyncProperty(stories, async ({ start, granted, channels, steps, ...terms }) => {
      const story = await Story.begin(terms, start)
      await story.take({ do: 'adjust', days: granted })
      for (let made = 0; made < channels; made += 1) {
        await story.take({ do: 'create', externalId: null, trial: made < terms.maxTrials, days: null })
      }
      for (const step of steps) await story.take(step)
      await story.judge(1 + (start % 7))
    })
    await fc.assert(law, {
      numRuns: RUNS,
      seed,
      endOnFailure: process.env.DAYBOOK_LAW_SHRINK === undefined,
      interruptAfterTimeLimit: 60_000,
    })
  }, 600_000)

  it.each(['one bulk', 'one batch'])('dates an end that has come before what was done after it, in %s', async (way) => {
    const start = Date.UTC(2030, 0, 1, 12)
    await clock.set(start)
    const accountId = await desk.createAccount()
    await desk.grant(accountId, 100)
    const [running = '', over = ''] = await desk.channels(accountId, 2)
    await desk.allocate(accountId, { channelId: running, days: 5 })
    await desk.allocate(accountId, { channelId: over, days: 1 })
    await clock.set(start + DAY + HOUR)
    const items = [
      { channelId: running, days: 1 },
      { channelId: over, days: 1 },
    ]
    if (way === 'one bulk') await desk.allocateInBulk(accountId, { items, mode: 'ATOMIC' })
    else await Promise.all(items.map((item) => desk.allocate(accountId, item)))

    const events = await readEvents(desk.database.sql, accountId, 8, 100)
    expect(
      events.map((event) => [event.occurredAt.getTime() - start, 'reason' in event ? event.reason : event.type]),
    ).toEqual([
      [12 * HOUR, 'balance.changed'],
      [DAY, 'EXPIRED'],
      [DAY + HOUR, 'balance.changed'],
      [DAY + HOUR, 'ALLOCATED'],
      [DAY + HOUR, 'balance.changed'],
      [DAY + HOUR, 'ALLOCATED'],
    ])
  })
})
