import { z } from 'zod'
import { ChannelDeletedError, InsufficientDaysError, NothingToReleaseError } from '../errors'
import { comment, channelDays, id, idempotencyKey } from '../input'
import type { AccountBook, BookChannel } from '../ledger/account-book'
import { DayExpiryReason, LedgerTransactionKind, type LedgerTransaction } from '../ledger/ledger-transaction.entity'
import { unusedDays, withFewerDays } from './channel-time'

export const ReleaseDays = z.object({
  channelId: id(),
  /** All that are unused, unless given. */
  days: channelDays().nullish(),
  comment: comment(),
  idempotencyKey: idempotencyKey(),
})
export type ReleaseDays = z.infer<typeof ReleaseDays>

/**
 * Moves unused days of a channel back to the balance; the channel stays. A day that has begun is used.
 *
 * Throws NOT_FOUND, CHANNEL_DELETED, NOTHING_TO_RELEASE, INSUFFICIENT_DAYS (available on the channel, requested),
 * ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export function releaseDays(book: AccountBook, actor: string, input: ReleaseDays): LedgerTransaction {
  book.requireActive()
  book.settle()
  const channel = book.channel(input.channelId)
  const days = input.days ?? unusedDays(channel, book.now)
  return book.post({
    kind: LedgerTransactionKind.RELEASE,
    days,
    actor,
    comment: input.comment,
    channel: shortenedChannel(book, channel, days),
    endReason: DayExpiryReason.RELEASED,
  })
}

/** The channel with fewer days on it, if it has as many unused. */
export function shortenedChannel(book: AccountBook, channel: BookChannel, days: number): BookChannel {
  if (channel.deletedAt !== null) throw new ChannelDeletedError(channel.id)
  const unused = unusedDays(channel, book.now)
  if (unused === 0) throw new NothingToReleaseError(channel.id)
  if (days > unused) throw new InsufficientDaysError(unused, days, 'channel', { channelId: channel.id })
  return withFewerDays(channel, days)
}
