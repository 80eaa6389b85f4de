import fc from 'fast-check'
import { previousInstant, Schedule } from '../../src/jobs/cron'
import { JOBS } from '../../src/jobs/job-table'

const SPRING_OF_2027 = Date.UTC(2027, 2, 1)
const TWO_DAYS_MS = 2 * 24 * 60 * 60 * 1000

describe('a schedule', () => {
  it('that remembers tells the same instants as one that works each out, whether time goes on or back', () => {
    const instant = fc.integer({ min: 0, max: TWO_DAYS_MS })
    // Whole minutes are the instants of the schedules themselves.
    const question = fc.oneof(
      instant,
      instant.map((ms) => ms - (ms % 300_000)),
    )
    fc.assert(
      fc.property(fc.array(question, { minLength: 1, maxLength: 12 }), (questions) => {
        for (const { cron } of JOBS.slice(0, 4)) {
          const schedule = new Schedule(cron)
          for (const ms of questions) {
            const now = new Date(SPRING_OF_2027 + ms)
            expect(schedule.previousInstant(now)).toEqual(previousInstant(cron, now))
          }
        }
      }),
      { numRuns: 20 },
    )
  })
})
