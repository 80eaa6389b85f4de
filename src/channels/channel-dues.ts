import { DAY_MS, HOUR_MS } from '../clock'
import { endOfTime, type ChannelTime } from './channel-time'

/** What a channel needs to know to tell what the clock will bring it next. */
export interface DueChannel extends ChannelTime {
  /** The end of time that was told as EXPIRED. */
  expiredAt: Date | null
  /** Days of each renewal; null where it doesn't renew by itself. */
  renewDays: number | null
  renewLeadHours: number | null
  /** Since when a renewal can't be paid; it is tried again when days arrive. */
  renewFailedAt: Date | null
}

export type Due =
  | { readonly kind: 'NOTICE'; readonly at: Date; readonly daysLeft: number }
  | { readonly kind: 'RENEWAL'; readonly at: Date }
  | { readonly kind: 'EXPIRY'; readonly at: Date }

/**
 * The next thing that the clock brings a channel after an instant: a notice that its end is near, a renewal, or its end.
 * Null where nothing is to come. A channel that renews by itself gets no notices; one that can't be renewed does.
 */
export function nextDue(channel: DueChannel, noticeDays: readonly number[], after: Date): Due | null {
  const end = endOfTime(channel)
  if (end === null || channel.deletedAt !== null || channel.expiredAt !== null) return null
  let next: Due = { kind: 'EXPIRY', at: end }
  // Paid by a subscription: the end is told when its grace is over.
  if (channel.subscriptionRenews) return next
  if (renews(channel)) {
    const at = new Date(Math.max(renewalDue(channel, end).getTime(), after.getTime()))
    return at < end ? { kind: 'RENEWAL', at } : next
  }
  for (const daysLeft of noticeDays) {
    const at = new Date(end.getTime() - daysLeft * DAY_MS)
    if (at > after && at < next.at) next = { kind: 'NOTICE', at, daysLeft }
  }
  return next
}

/** Whether it renews by itself from the balance, and could the last time. It sleeps while a subscription renews. */
export function renews(channel: DueChannel): boolean {
  return channel.renewDays !== null && channel.renewFailedAt === null
}

/** The first millisecond in which less than the lead is left. */
function renewalDue({ renewLeadHours }: DueChannel, end: Date): Date {
  return new Date(end.getTime() - (renewLeadHours ?? 0) * HOUR_MS + 1)
}

/** The smallest multiple of the channel's renewal that leaves at least the lead: in days, 0 where that is left anyway. */
export function daysToRenew(channel: DueChannel, at: Date): number {
  const { renewDays, renewLeadHours } = channel
  if (renewDays === null || channel.subscriptionRenews) return 0
  const end = endOfTime(channel)
  const left = end === null || end < at ? 0 : end.getTime() - at.getTime()
  const missing = (renewLeadHours ?? 0) * HOUR_MS - left
  const renewals = Math.ceil(missing / (renewDays * DAY_MS))
  // An expired channel has nothing left to lead from: it gets one renewal at least.
  return Math.max(renewals, left === 0 ? 1 : 0) * renewDays
}
