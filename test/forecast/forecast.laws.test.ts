import fc from 'fast-check'
import { DAY_MS, LAST_INSTANT } from '../../src/clock'
import {
  daysToBuyUntil,
  forecastDays,
  runningChannels,
  runsOutAt,
  withExtraChannels,
  type Runway,
} from '../../src/forecast/forecast'

const RUNS = { numRuns: 1000 }
const NOW = Date.UTC(2027, 0, 31, 9, 30, 0, 1)

/** Ends up to five days ahead: often apart by whole days, and often equal. */
const end = fc.oneof(
  fc.integer({ min: 1, max: 5 * DAY_MS }),
  fc.integer({ min: 1, max: 5 }).map((days) => days * DAY_MS),
  fc.constantFrom(1, DAY_MS - 1, DAY_MS, DAY_MS + 1),
)
const ends = fc
  .array(end, { maxLength: 8 })
  .map((offsets) => Float64Array.from(offsets, (offset) => NOW + offset).sort())
const runway = fc.record({
  at: fc.constant(new Date(NOW)),
  spendable: fc.integer({ min: 0, max: 60 }),
  burning: ends,
  onTrial: ends,
})

interface Renewal {
  at: number
  paid: boolean
}

/** What the model says, done event by event: the channel whose time ends next is renewed, while there are days. */
function simulate({ spendable, burning, onTrial }: Runway, until: number): Renewal[] {
  const ends = [...burning, ...onTrial]
  const renewals: Renewal[] = []
  for (;;) {
    const next = Math.min(...ends)
    if (next >= until) return renewals
    ends[ends.indexOf(next)] = next + DAY_MS
    renewals.push({ at: next, paid: renewals.length < spendable })
  }
}

/** Far enough for the days of every runway here to run out. */
const FAR = NOW + 80 * DAY_MS

describe('a forecast', () => {
  it('says the millisecond in which a simulation runs out of days', () => {
    fc.assert(
      fc.property(runway, (runway) => {
        const unpaid = simulate(runway, FAR).find(({ paid }) => !paid)
        expect(runsOutAt(runway)?.getTime()).toBe(unpaid?.at)
        expect(runsOutAt(runway) === null).toBe(runningChannels(runway) === 0)
      }),
      RUNS,
    )
  })

  it('tells day by day what a simulation pays, what it can’t, and what is left', () => {
    fc.assert(
      fc.property(runway, fc.integer({ min: 1, max: 80 }), (runway, days) => {
        const renewals = simulate(runway, NOW + days * DAY_MS)
        let daysLeft = runway.spendable
        const expected = Array.from({ length: days }, (_, day) => {
          const startsAt = NOW + day * DAY_MS
          const ofDay = renewals.filter(({ at }) => at >= startsAt && at < startsAt + DAY_MS)
          const paid = ofDay.filter((renewal) => renewal.paid).length
          daysLeft -= paid
          return { startsAt: new Date(startsAt), renewals: ofDay.length, daysLeft, unpaid: ofDay.length - paid }
        })
        expect(forecastDays(runway, days)).toEqual(expected)
      }),
      RUNS,
    )
  })

  it('says how many days are missing until an instant: with them it runs out no earlier, with one fewer it does', () => {
    fc.assert(
      fc.property(runway, fc.integer({ min: 1, max: 40 * DAY_MS }), (runway, ahead) => {
        const until = new Date(NOW + ahead)
        const missing = daysToBuyUntil(runway, until)
        expect(missing).toBe(simulate(runway, until.getTime()).filter(({ paid }) => !paid).length)
        const out = (spendable: number) => runsOutAt({ ...runway, spendable }) ?? new Date(Infinity)
        if (runningChannels(runway) === 0) return
        expect(out(runway.spendable + missing) >= until).toBe(true)
        if (missing > 0) expect(out(runway.spendable + missing - 1) < until).toBe(true)
      }),
      RUNS,
    )
  })

  it('adds channels that start now', () => {
    fc.assert(
      fc.property(runway, fc.nat({ max: 5 }), (runway, extra) => {
        const more = withExtraChannels(runway, extra)
        expect([...more.burning]).toEqual([...new Array<number>(extra).fill(NOW), ...runway.burning])
        expect(more.onTrial).toEqual(runway.onTrial)
      }),
      RUNS,
    )
  })

  it('leaves out the channels that end first, in their trial or not, and all where fewer run', () => {
    fc.assert(
      fc.property(runway, fc.integer({ min: 1, max: 20 }), (runway, count) => {
        const fewer = withExtraChannels(runway, -count)
        const sorted = (of: Runway) => [...of.burning, ...of.onTrial].sort((a, b) => a - b)
        expect(sorted(fewer)).toEqual(sorted(runway).slice(count))
        expect([...runway.burning].slice(-fewer.burning.length || Infinity)).toEqual([...fewer.burning])
        expect([...runway.onTrial].slice(-fewer.onTrial.length || Infinity)).toEqual([...fewer.onTrial])
      }),
      RUNS,
    )
  })

  it('is exact with a hundred years of days and many channels, and ends with the year 9999', () => {
    const onTrial = new Float64Array()
    const burning = Float64Array.from({ length: 1000 }, (_, index) => NOW + 1 + index)
    const at = new Date(NOW)
    const after = (spendable: number) => runsOutAt({ at, spendable, burning, onTrial })?.getTime()
    expect(after(36_500_000)).toBe(NOW + 1 + 36_500 * DAY_MS)
    expect(after(36_500_999)).toBe(NOW + 1000 + 36_500 * DAY_MS)
    expect(after(Number.MAX_SAFE_INTEGER)).toBe(LAST_INSTANT)
    const lasting = Math.floor((LAST_INSTANT - NOW - 1000) / DAY_MS)
    expect(after(lasting * 1000)).toBe(NOW + 1 + lasting * DAY_MS)
    expect(after((lasting + 2) * 1000)).toBe(LAST_INSTANT)
  })
})
