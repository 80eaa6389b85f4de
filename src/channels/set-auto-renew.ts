import { z } from 'zod'
import { ChannelDeletedError } from '../errors'
import { channelDays, id } from '../input'
import type { AccountBook } from '../ledger/account-book'

/** A lead of a year at the most. */
export const MAX_LEAD_HOURS = 8_760

export const SetAutoRenew = z.object({
  channelId: id(),
  /** Of each renewal. Off, unless given. */
  days: channelDays().nullish(),
  leadHours: z.int().min(1).max(MAX_LEAD_HOURS).default(24),
})
export type SetAutoRenew = z.infer<typeof SetAutoRenew>

/**
 * Lets a channel renew by itself: when less than the lead is left, the smallest multiple of `days` that covers the lead is
 * allocated, at once where less is left already. Without `days`, no longer.
 *
 * Throws NOT_FOUND, CHANNEL_DELETED, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export function setAutoRenew(book: AccountBook, actor: string, { channelId, days, leadHours }: SetAutoRenew): string {
  book.requireActive()
  book.settle()
  const channel = book.channel(channelId)
  if (channel.deletedAt !== null) throw new ChannelDeletedError(channelId)
  const renewal =
    days == null ? { renewDays: null, renewLeadHours: null } : { renewDays: days, renewLeadHours: leadHours }
  book.record({
    type: 'channel.auto_renew_set',
    subject: channelId,
    actor,
    data: { days: days ?? null, leadHours: days == null ? null : leadHours },
  })
  book.change({ ...channel, ...renewal, renewFailedAt: null })
  book.renewWhereShort(channelId)
  return channelId
}
