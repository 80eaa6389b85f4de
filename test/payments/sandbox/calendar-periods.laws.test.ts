import fc from 'fast-check'
import { endOfPeriod } from '../../../src/payments/sandbox/calendar-periods'
import { prorateChange } from '../../../src/payments/sandbox/prorate-change'
import { seedOf } from '../../support/dice'

const seed = seedOf()
const instants = fc.date({
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('2100-01-01T00:00:00Z'),
  noInvalidDate: true,
})

/** Day by day, without any arithmetic of months: the same day of the month that many months on, or the last one before. */
function walk(anchor: Date, months: number): Date {
  const wanted = anchor.getUTCDate()
  let left = months
  const day = new Date(anchor)
  while (left > 0) {
    const month = day.getUTCMonth()
    while (day.getUTCMonth() === month) day.setTime(day.getTime() + 86_400_000)
    // On the first of the next month: go on to the day that is wanted, or stay on the last one.
    for (;;) {
      const next = new Date(day.getTime() + 86_400_000)
      if (day.getUTCDate() === wanted || next.getUTCMonth() !== day.getUTCMonth()) break
      day.setTime(next.getTime())
    }
    left -= 1
  }
  return day
}

describe(`periods of the calendar (seed ${seed})`, () => {
  it.each([
    ['2027-01-31T10:00:00.000Z', 'MONTH', 1, '2027-02-28T10:00:00.000Z'],
    ['2028-01-31T10:00:00.000Z', 'MONTH', 1, '2028-02-29T10:00:00.000Z'],
    ['2027-01-31T10:00:00.000Z', 'MONTH', 2, '2027-03-31T10:00:00.000Z'],
    ['2027-10-31T23:59:59.999Z', 'MONTH', 4, '2028-02-29T23:59:59.999Z'],
    ['2028-02-29T00:00:00.000Z', 'YEAR', 1, '2029-02-28T00:00:00.000Z'],
    ['2028-02-29T00:00:00.000Z', 'YEAR', 4, '2032-02-29T00:00:00.000Z'],
  ] as const)('from %s, %s %i ends at %s', (anchor, interval, count, end) => {
    expect(endOfPeriod(new Date(anchor), interval, count).toISOString()).toBe(end)
  })

  it('are those that a walk through the days finds', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 30 }), (anchor, months) => {
        expect(endOfPeriod(anchor, 'MONTH', months)).toEqual(walk(anchor, months))
      }),
      { seed, numRuns: 300 },
    )
  })

  it('are 28 to 31 days for a month, 365 or 366 for a year, one after the other, at the same time of day', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom('MONTH' as const, 'YEAR' as const), fc.nat(100), (anchor, interval, n) => {
        const [start, end] = [endOfPeriod(anchor, interval, n), endOfPeriod(anchor, interval, n + 1)]
        const days = (end.getTime() - start.getTime()) / 86_400_000
        const [least, most] = interval === 'MONTH' ? [28, 31] : [365, 366]
        expect(Number.isInteger(days) && days >= least && days <= most).toBe(true)
        expect(endOfPeriod(anchor, interval, 0)).toEqual(anchor)
      }),
      { seed },
    )
  })

  it('twelve months are a year', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 10 }), (anchor, years) => {
        expect(endOfPeriod(anchor, 'YEAR', years)).toEqual(endOfPeriod(anchor, 'MONTH', 12 * years))
      }),
      { seed },
    )
  })
})

describe(`a change of plan within its period (seed ${seed})`, () => {
  const amounts = fc.integer({ min: 0, max: 1_000_000_000 })

  /** Half up, by long division of whole numbers. */
  const share = (amount: number, restMs: number, wholeMs: number) => {
    const [product, whole] = [BigInt(amount) * BigInt(restMs), BigInt(wholeMs)]
    return Number(product / whole + ((product % whole) * 2n >= whole ? 1n : 0n))
  }

  it('gives back the unused rest and charges the rest of the new plan, each rounded half up', () => {
    fc.assert(
      fc.property(
        instants,
        amounts,
        amounts,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (start, old, now, part) => {
          const period = { periodStart: start, periodEnd: endOfPeriod(start, 'MONTH', 1) }
          const wholeMs = period.periodEnd.getTime() - start.getTime()
          const at = new Date(start.getTime() + Math.floor(wholeMs * part))
          const restMs = period.periodEnd.getTime() - at.getTime()
          const plan = (amountMinor: number) => ({ planInterval: 'MONTH', amountMinor, currency: 'EUR' }) as const
          const change = prorateChange(plan(old), plan(now), period, at)
          expect(change).toMatchObject({ ...period, beginsAnew: false })
          expect(change.totalMinor).toBe(share(now, restMs, wholeMs) - share(old, restMs, wholeMs))
          expect(change.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(change.totalMinor)
        },
      ),
      { seed },
    )
  })

  it('begins a period at the change and charges all of it where the interval is another', () => {
    const [month, year] = [
      { planInterval: 'MONTH', amountMinor: 1000, currency: 'EUR' },
      { planInterval: 'YEAR', amountMinor: 10_000, currency: 'EUR' },
    ] as const
    const period = { periodStart: new Date('2027-04-01T00:00:00Z'), periodEnd: new Date('2027-05-01T00:00:00Z') }
    const at = new Date('2027-04-16T00:00:00Z')
    expect(prorateChange(month, year, period, at)).toEqual({
      beginsAnew: true,
      periodStart: at,
      periodEnd: new Date('2028-04-16T00:00:00Z'),
      lines: [
        { description: 'Unused time of the plan before', amountMinor: -500 },
        { description: 'A year of the new plan', amountMinor: 10_000 },
      ],
      totalMinor: 9500,
    })
  })
})
