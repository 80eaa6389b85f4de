import { DAY_MS } from '../clock'

/**
 * The time of a channel, as pure functions: no row is written while days burn. A run of paid time has a start and a
 * count of paid days. A day that has begun counts as used, so that nobody runs for free by allocating and releasing
 * within the day. `daybook_unused_days()` in the database is the same rule; a test holds the two together.
 */
export interface ChannelTime {
  /** Start of the run of paid time; null before the first. In the future where the run follows a trial. */
  runStart: Date | null
  /** Days of this run, used ones included: 0 to 36,500. */
  paidDays: number
  /** End of the trial, where there was one. */
  trialUntil: Date | null
  /** End of the last period of a subscription that was paid; it lies in the past once a subscription has ended. */
  subscribedUntil: Date | null
  /** Whether a subscription pays for the period after that too: it runs on through a grace, and takes no days. */
  subscriptionRenews: boolean
  deletedAt: Date | null
}

/** Days that a channel runs on while the next period of its subscription is not paid. */
export const GRACE_DAYS = 3

export enum ChannelStatus {
  /** No time yet. */
  NEW = 'NEW',
  TRIAL = 'TRIAL',
  ACTIVE = 'ACTIVE',
  /** Its time is over. */
  EXPIRED = 'EXPIRED',
  DELETED = 'DELETED',
}

/** The end of the run of days: its start + paidDays x 24 h; null while there are no paid days. */
export function runEnd(time: ChannelTime): Date | null {
  if (time.runStart === null || time.paidDays === 0) return null
  return new Date(time.runStart.getTime() + time.paidDays * DAY_MS)
}

/** Up to when it is paid, by days or by a subscription; null where it never was. */
export function paidUntil(time: ChannelTime): Date | null {
  return later(runEnd(time), time.subscribedUntil)
}

/** Days of the run that have begun: `clamp(ceil((at - start) / 24 h), 0, paidDays)`. */
export function usedDays(time: ChannelTime, at: Date): number {
  if (time.runStart === null) return 0
  const begun = Math.ceil((at.getTime() - time.runStart.getTime()) / DAY_MS)
  return Math.min(Math.max(begun, 0), time.paidDays)
}

export function unusedDays(time: ChannelTime, at: Date): number {
  return time.paidDays - usedDays(time, at)
}

/** The instant at which the channel stops running, trial and grace included; null where it never had time. */
export function endOfTime(time: ChannelTime): Date | null {
  return later(later(runEnd(time), time.trialUntil), subscriptionEnd(time))
}

/** When a subscription lets the channel stop, unless it is paid on. */
export function subscriptionEnd({ subscribedUntil, subscriptionRenews }: ChannelTime): Date | null {
  if (subscribedUntil === null || !subscriptionRenews) return subscribedUntil
  return new Date(subscribedUntil.getTime() + GRACE_DAYS * DAY_MS)
}

export function statusAt(time: ChannelTime, at: Date): ChannelStatus {
  if (time.deletedAt !== null) return ChannelStatus.DELETED
  if (time.trialUntil !== null && at < time.trialUntil) return ChannelStatus.TRIAL
  const end = endOfTime(time)
  if (end === null) return ChannelStatus.NEW
  return at < end ? ChannelStatus.ACTIVE : ChannelStatus.EXPIRED
}

/**
 * Adds to the run that is under way, or waits for the end of a trial or a subscription; else starts a new run, at such an
 * end or now.
 */
export function withMoreDays<T extends ChannelTime>(time: T, days: number, at: Date): T {
  const end = runEnd(time)
  const free = later(time.trialUntil, time.subscribedUntil)
  // A subscription may have taken over from a run of which a begun day is left.
  const waits = free !== null && at < free && (end === null || end < free)
  if (end !== null && at < end && !waits) return { ...time, paidDays: time.paidDays + days }
  return { ...time, runStart: waits ? free : at, paidDays: days }
}

/** Takes unused days off the run. The caller has seen that there are as many. */
export function withFewerDays<T extends ChannelTime>(time: T, days: number): T {
  return { ...time, paidDays: time.paidDays - days }
}

function later(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b
  return a > b ? a : b
}
