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
  deletedAt: Date | null
}

export enum ChannelStatus {
  /** No time yet. */
  NEW = 'NEW',
  TRIAL = 'TRIAL',
  ACTIVE = 'ACTIVE',
  /** Its time is over. */
  EXPIRED = 'EXPIRED',
  DELETED = 'DELETED',
}

/** Start + paidDays x 24 h; null while there are no paid days. */
export function paidUntil(time: ChannelTime): Date | null {
  if (time.runStart === null || time.paidDays === 0) return null
  return new Date(time.runStart.getTime() + time.paidDays * DAY_MS)
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

/** The instant at which the channel stops running, trial included; null where it never had time. */
export function endOfTime(time: ChannelTime): Date | null {
  const paid = paidUntil(time)
  if (paid === null) return time.trialUntil
  return time.trialUntil !== null && time.trialUntil > paid ? time.trialUntil : paid
}

export function statusAt(time: ChannelTime, at: Date): ChannelStatus {
  if (time.deletedAt !== null) return ChannelStatus.DELETED
  if (time.trialUntil !== null && at < time.trialUntil) return ChannelStatus.TRIAL
  const paid = paidUntil(time)
  if (paid !== null && at < paid) return ChannelStatus.ACTIVE
  return paid === null && time.trialUntil === null ? ChannelStatus.NEW : ChannelStatus.EXPIRED
}

/** Adds to the run that is under way (or waits for the trial's end); else starts a new run, at the trial's end or now. */
export function withMoreDays<T extends ChannelTime>(time: T, days: number, at: Date): T {
  const paid = paidUntil(time)
  if (paid !== null && at < paid) return { ...time, paidDays: time.paidDays + days }
  const runStart = time.trialUntil !== null && at < time.trialUntil ? time.trialUntil : at
  return { ...time, runStart, paidDays: days }
}

/** Takes unused days off the run. The caller has seen that there are as many. */
export function withFewerDays<T extends ChannelTime>(time: T, days: number): T {
  return { ...time, paidDays: time.paidDays - days }
}
