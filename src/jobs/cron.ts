import { parseExpression } from 'cron-parser'

/** The last instant of a schedule before another, by UTC. Throws where the schedule is none. */
export function previousInstant(cron: string, before: Date): Date {
  return parseExpression(cron, { currentDate: before, utc: true }).prev().toDate()
}

/** The next instant of a schedule after another, by UTC. */
export function nextInstant(cron: string, after: Date): Date {
  return parseExpression(cron, { currentDate: after, utc: true }).next().toDate()
}

/**
 * A schedule that is asked every second what its last instant was. To work that out takes milliseconds of CPU, during which nothing
 * else is served: it is done when an instant has come, and not with every question.
 */
export class Schedule {
  private known: { readonly last: Date; readonly next: Date } | null = null

  constructor(private readonly cron: string) {}

  /** As `previousInstant`. */
  previousInstant(before: Date): Date {
    // An instant is not before itself, so what was worked out holds for the next one too.
    if (this.known === null || before <= this.known.last || before > this.known.next) {
      const last = previousInstant(this.cron, before)
      this.known = { last, next: nextInstant(this.cron, last) }
    }
    return this.known.last
  }
}
