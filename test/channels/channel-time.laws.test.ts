import fc from 'fast-check'
import { FOUNDER } from '../../src/auth/first-staff-token'
import { VisibleRows } from '../../src/auth/visible-rows'
import {
  ChannelStatus,
  endOfTime,
  runEnd,
  paidUntil,
  statusAt,
  unusedDays,
  usedDays,
  withFewerDays,
  withMoreDays,
  type ChannelTime,
} from '../../src/channels/channel-time'
import { countChannels, findChannels } from '../../src/channels/find-channels'
import { newId } from '../../src/typed-id'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, onDatabase } from '../support/desk'
import { seedOf } from '../support/dice'

/** Not from src: the laws are held against figures of their own. */
const DAY = 24 * 60 * 60 * 1000
const MAX_DAYS = 36_500

const seed = seedOf()
const RUNS = 500 * Number(process.env.DAYBOOK_LAW_RUNS ?? 1)
const laws = { numRuns: RUNS, seed }

/** Leap days, centuries that have none, both ends of summer time, and all between: 400 years of whole milliseconds. */
const instants = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2300, 0, 1) })
const days = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: MAX_DAYS }) },
)
/** From a start: anywhere near, or within a millisecond of the edge of a day. */
const offsets = fc.oneof(
  fc.integer({ min: -3 * DAY, max: 45 * DAY }),
  fc.tuple(fc.integer({ min: -2, max: 42 }), fc.integer({ min: -1, max: 1 })).map(([day, ms]) => day * DAY + ms),
  fc.integer({ min: -DAY, max: (MAX_DAYS + 2) * DAY }),
)

const UNSUBSCRIBED = { subscribedUntil: null, subscriptionRenews: false }

/** The naive channel: every paid day is a thing of its own, with the instant at which it begins. */
function beginnings(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, day) => start + day * DAY)
}

function run(start: number, paidDays: number, trialUntil: number | null = null): ChannelTime {
  return {
    runStart: new Date(start),
    paidDays,
    trialUntil: trialUntil === null ? null : new Date(trialUntil),
    ...UNSUBSCRIBED,
    deletedAt: null,
  }
}

describe('C2: a run of paid time', () => {
  it('has used the days that have begun, to the millisecond, and no others', () => {
    const law = fc.property(instants, days, offsets, (start, count, offset) => {
      const at = start + offset
      const begun = beginnings(start, count).filter((beginning) => beginning < at).length
      expect(usedDays(run(start, count), new Date(at))).toBe(begun)
      expect(unusedDays(run(start, count), new Date(at))).toBe(count - begun)
    })
    fc.assert(law, laws)
  })

  it('ends 24 hours after its last day began', () => {
    const law = fc.property(instants, days, (start, count) => {
      expect(paidUntil(run(start, count))?.getTime()).toBe((beginnings(start, count).at(-1) ?? NaN) + DAY)
    })
    fc.assert(law, laws)
  })

  it('loses no day and gains none as time passes, and a day never becomes unused again', () => {
    const law = fc.property(instants, days, offsets, offsets, (start, count, a, b) => {
      const [earlier, later] = a < b ? [a, b] : [b, a]
      const before = unusedDays(run(start, count), new Date(start + earlier))
      const after = unusedDays(run(start, count), new Date(start + later))
      expect(after).toBeLessThanOrEqual(before)
      expect(before - after).toBeLessThanOrEqual(Math.ceil((later - earlier) / DAY))
      expect(usedDays(run(start, count), new Date(start + later)) + after).toBe(count)
    })
    fc.assert(law, laws)
  })

  it('keeps to 24 hours where a country’s clocks jump and where a year has a 29th of February', () => {
    const spring = Date.UTC(2024, 2, 30, 12, 0, 0, 0)
    expect(paidUntil(run(spring, 2))?.toISOString()).toBe('2024-04-01T12:00:00.000Z')
    expect(paidUntil(run(Date.UTC(2024, 1, 28), 2))?.toISOString()).toBe('2024-03-01T00:00:00.000Z')
    expect(paidUntil(run(Date.UTC(2100, 1, 28), 2))?.toISOString()).toBe('2100-03-02T00:00:00.000Z')
  })

  it('has used nothing while its trial still runs', () => {
    const law = fc.property(instants, days, fc.integer({ min: 0, max: 30 * DAY }), (trialUntil, count, early) => {
      expect(unusedDays(run(trialUntil, count, trialUntil), new Date(trialUntil - early))).toBe(count)
    })
    fc.assert(law, laws)
  })
})

describe('days that are added', () => {
  const start = fc.record({ start: instants, count: days, offset: offsets, more: days })

  it('follow the last day of a run that is under way', () => {
    const law = fc.property(start, ({ start, count, offset, more }) => {
      const at = new Date(Math.min(start + offset, start + count * DAY - 1))
      const longer = withMoreDays(run(start, count), more, at)
      expect(longer.runStart?.getTime()).toBe(start)
      expect(longer.paidDays).toBe(count + more)
      expect(unusedDays(longer, at)).toBe(unusedDays(run(start, count), at) + more)
    })
    fc.assert(law, laws)
  })

  it('begin a new run at once where the last one is over, and all of them are unused', () => {
    const law = fc.property(start, ({ start, count, offset, more }) => {
      const at = new Date(start + count * DAY + Math.abs(offset))
      const anew = withMoreDays(run(start, count), more, at)
      expect(anew.runStart).toEqual(at)
      expect(anew.paidDays).toBe(more)
      expect(unusedDays(anew, at)).toBe(more)
      expect(unusedDays(anew, new Date(at.getTime() + 1))).toBe(more - 1)
    })
    fc.assert(law, laws)
  })

  it('begin at the trial’s end during a trial, and at once after it or without one', () => {
    const law = fc.property(instants, days, offsets, fc.boolean(), (at, more, offset, hadTrial) => {
      const trialUntil = hadTrial ? new Date(at + offset) : null
      const fresh: ChannelTime = { runStart: null, paidDays: 0, trialUntil, ...UNSUBSCRIBED, deletedAt: null }
      const first = withMoreDays(fresh, more, new Date(at))
      expect(first.runStart?.getTime()).toBe(hadTrial ? Math.max(at, at + offset) : at)
      expect(unusedDays(first, new Date(at))).toBe(more)
    })
    fc.assert(law, laws)
  })

  it('come off again as if they had never been added, while they are unused', () => {
    const law = fc.property(start, ({ start, count, offset, more }) => {
      const at = new Date(Math.min(start + offset, start + count * DAY - 1))
      const before = run(start, count)
      expect(withFewerDays(withMoreDays(before, more, at), more)).toEqual(before)
    })
    fc.assert(law, laws)
  })

  it('in parts come to the same as at once', () => {
    const law = fc.property(instants, days, days, (at, some, others) => {
      const fresh: ChannelTime = { runStart: null, paidDays: 0, trialUntil: null, ...UNSUBSCRIBED, deletedAt: null }
      const inParts = withMoreDays(withMoreDays(fresh, some, new Date(at)), others, new Date(at))
      expect(inParts).toEqual(withMoreDays(fresh, some + others, new Date(at)))
    })
    fc.assert(law, laws)
  })
})

/** Any time that a channel can have: with and without a trial, a run that followed it, a run that was emptied, an end. */
const times: fc.Arbitrary<ChannelTime> = fc
  .record({
    begun: instants,
    trial: fc.option(fc.integer({ min: 1, max: 60 })),
    run: fc.option(fc.record({ offset: offsets, count: fc.oneof(fc.constant(0), days) })),
    subscription: fc.option(fc.record({ offset: offsets, renews: fc.boolean() }), { freq: 3 }),
    deleted: fc.option(offsets, { freq: 4 }),
  })
  .map(({ begun, trial, run, subscription, deleted }) => {
    const trialUntil = trial === null ? null : begun + trial * DAY
    const runStart = run === null ? null : Math.max(trialUntil ?? -Infinity, begun + run.offset)
    return {
      trialUntil: date(trialUntil),
      runStart: date(runStart),
      paidDays: run?.count ?? 0,
      subscribedUntil: date(subscription === null ? null : begun + subscription.offset),
      subscriptionRenews: subscription?.renews === true,
      deletedAt: date(deleted === null ? null : begun + deleted),
    }
  })

/** With three days of grace where it would go on. */
function subscriptionEnds({ subscribedUntil, subscriptionRenews }: ChannelTime): number {
  return subscribedUntil === null ? -Infinity : subscribedUntil.getTime() + (subscriptionRenews ? 3 * DAY : 0)
}

function date(at: number | null): Date | null {
  return at === null ? null : new Date(at)
}

describe('a status', () => {
  /** What holds of a channel's time, one condition a status, each written without a look at the others. */
  const conditions: Record<ChannelStatus, (time: ChannelTime, at: number) => boolean> = {
    DELETED: ({ deletedAt }) => deletedAt !== null,
    TRIAL: ({ deletedAt, trialUntil }, at) => deletedAt === null && trialUntil !== null && at < trialUntil.getTime(),
    ACTIVE: (time, at) =>
      time.deletedAt === null &&
      !(time.trialUntil !== null && at < time.trialUntil.getTime()) &&
      (at < subscriptionEnds(time) ||
        beginnings(time.runStart?.getTime() ?? NaN, time.paidDays).some((beginning) => at < beginning + DAY)),
    EXPIRED: (time, at) =>
      time.deletedAt === null &&
      (time.trialUntil !== null || time.paidDays > 0 || time.subscribedUntil !== null) &&
      [time.trialUntil?.getTime(), runEnd(time)?.getTime(), subscriptionEnds(time)].every(
        (end) => end === undefined || end <= at,
      ),
    NEW: ({ deletedAt, trialUntil, paidDays, subscribedUntil }) =>
      deletedAt === null && trialUntil === null && paidDays === 0 && subscribedUntil === null,
  }

  it('is one at every instant, and the one whose condition holds', () => {
    const law = fc.property(times, offsets, fc.boolean(), (time, offset, nearEnd) => {
      const base = (nearEnd ? (paidUntil(time) ?? time.trialUntil) : (time.runStart ?? time.trialUntil)) ?? new Date(0)
      const at = base.getTime() + (nearEnd ? (offset % 3) - 1 : offset)
      const holding = Object.values(ChannelStatus).filter((status) => conditions[status](time, at))
      expect(holding).toEqual([statusAt(time, new Date(at))])
    })
    fc.assert(law, laws)
  })

  it('only moves on: from trial to active to expired', () => {
    const order = [ChannelStatus.TRIAL, ChannelStatus.ACTIVE, ChannelStatus.EXPIRED]
    const law = fc.property(times, instants, fc.integer({ min: 0, max: 100 * DAY }), (time, at, later) => {
      const [before, after] = [statusAt(time, new Date(at)), statusAt(time, new Date(at + later))]
      if (before === ChannelStatus.NEW || before === ChannelStatus.DELETED) expect(after).toBe(before)
      else expect(order.indexOf(after)).toBeGreaterThanOrEqual(order.indexOf(before))
    })
    fc.assert(law, laws)
  })

  it('changes at the very millisecond at which the time ends', () => {
    const law = fc.property(times, (time) => {
      const end = endOfTime(time)
      fc.pre(end !== null && time.deletedAt === null)
      expect(statusAt(time, end)).toBe(ChannelStatus.EXPIRED)
      expect(statusAt(time, new Date(end.getTime() - 1))).not.toBe(ChannelStatus.EXPIRED)
    })
    fc.assert(law, laws)
  })
})

describe('the database', () => {
  let testDatabase: TestDatabase
  let desk: Desk

  beforeAll(async () => {
    testDatabase = await createTestDatabase()
    desk = await Desk.open(testDatabase.url)
  })

  afterAll(async () => {
    await desk.close()
    await testDatabase.drop()
  })

  it('counts unused days as the code does', async () => {
    const sample = fc.sample(fc.record({ start: instants, count: fc.oneof(fc.constant(0), days), offset: offsets }), {
      numRuns: 10 * RUNS,
      seed,
    })
    const rows = await onDatabase<{ unused: number }>(
      testDatabase.url,
      `SELECT daybook_unused_days(run_start, paid_days, at) AS unused
       FROM unnest($1::timestamptz[], $2::integer[], $3::timestamptz[]) WITH ORDINALITY AS t (run_start, paid_days, at, n)
       ORDER BY n`,
      [
        sample.map(({ start }) => new Date(start).toISOString()),
        sample.map(({ count }) => count),
        sample.map(({ start, offset }) => new Date(start + offset).toISOString()),
      ],
    )
    const told = sample.map(({ start, count, offset }, index) => ({
      start,
      count,
      offset,
      unused: rows[index]?.unused,
    }))
    const counted = sample.map(({ start, count, offset }) => ({
      start,
      count,
      offset,
      unused: unusedDays(run(start, count), new Date(start + offset)),
    }))
    expect(told).toEqual(counted)
  })

  it('finds channels by the status that the code tells, at any instant', async () => {
    const accountId = await desk.createAccount()
    const channels = fc.sample(times, { numRuns: 400, seed }).map((time) => ({ ...time, id: newId('channel') }))
    await desk.rows(
      `INSERT INTO channel (id, account_id, name, trial_until, run_start, paid_days, paid_until, subscribed_until,
                            subscription_renews, created_at, deleted_at)
       SELECT id, $1, 'Generated', trial_until, run_start, paid_days, paid_until, subscribed_until,
              subscription_renews AND deleted_at IS NULL, '1900-01-01', deleted_at
       FROM json_populate_recordset(NULL::channel, $2)`,
      [
        accountId,
        JSON.stringify(
          channels.map((channel) => ({
            id: channel.id,
            trial_until: channel.trialUntil,
            run_start: channel.runStart,
            paid_days: channel.paidDays,
            paid_until: runEnd(channel),
            subscribed_until: channel.subscribedUntil,
            subscription_renews: channel.subscriptionRenews,
            deleted_at: channel.deletedAt,
          })),
        ),
      ],
    )
    // Half of the instants are ends of their own, where one status passes into the next.
    const ends = channels.flatMap((channel) => endOfTime(channel) ?? [])
    const moments = [...ends.slice(0, 4), ...fc.sample(instants, { numRuns: 4, seed }).map((at) => new Date(at))]
    const visible = new VisibleRows(desk.database.dataSource.manager, FOUNDER)
    for (const now of moments) {
      for (const status of Object.values(ChannelStatus)) {
        const criteria = { accountId, status: [status], now }
        const expected = channels.filter((channel) => statusAt(channel, now) === status).map(({ id }) => id)
        expect(await idsOf(visible, criteria)).toEqual(expected.sort())
        expect(await countChannels(visible, criteria)).toBe(expected.length)
      }
      const ending = channels.filter((channel) => channel.deletedAt === null && (endOfTime(channel) ?? now) < now)
      expect(await idsOf(visible, { accountId, endsBefore: now, now })).toEqual(ending.map(({ id }) => id).sort())
    }
  })
})

async function idsOf(visible: VisibleRows, criteria: Parameters<typeof findChannels>[1]): Promise<string[]> {
  const ids: string[] = []
  for (let after: string | null = null; ;) {
    const { rows, hasNextPage } = await findChannels(visible, criteria, { first: 100, after })
    ids.push(...rows.map(({ id }) => id))
    const last = rows.at(-1)
    if (!hasNextPage || last === undefined) return ids.sort()
    after = Buffer.from(`channels:${last.id}`).toString('base64url')
  }
}
