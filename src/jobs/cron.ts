import { parseExpression } from 'cron-parser'

/** The last instant of a schedule before another, by UTC. Throws where the schedule is none. */
export function previousInstant(cron: string, before: Date): Date {
  return parseExpression(cron, { currentDate: before, utc: true }).prev().toDate()
}

/** The next instant of a schedule after another, by UTC. */
export function nextInstant(cron: string, after: Date): Date {
  return parseExpression(cron, { currentDate: after, utc: true }).next().toDate()
}
