import { z } from 'zod'
import { BadUserInputError, ChannelDeletedError, ChannelOnSubscriptionError, InsufficientDaysError } from '../errors'
import { comment, channelDays, id, idempotencyKey, MAX_CHANNEL_DAYS } from '../input'
import type { AccountBook, BookChannel } from '../ledger/account-book'
import { DayExpiryReason, LedgerTransactionKind, type LedgerTransaction } from '../ledger/ledger-transaction.entity'
import { withMoreDays } from './channel-time'

export const AllocateDays = z.object({
  channelId: id(),
  days: channelDays(),
  comment: comment(),
  idempotencyKey: idempotencyKey(),
})
export type AllocateDays = z.infer<typeof AllocateDays>

/**
 * Moves days from the balance to a channel. A running channel runs on for longer; a new or expired one starts a new run
 * of time now, or at the end of its trial.
 *
 * Throws NOT_FOUND, CHANNEL_DELETED, CHANNEL_ON_SUBSCRIPTION, INSUFFICIENT_DAYS (available, requested), BAD_USER_INPUT past 36,500 days on the
 * channel, DAYS_OWED, ACCOUNT_OVERDUE, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export function allocateDays(
  book: AccountBook,
  actor: string,
  { channelId, days, comment }: Pick<AllocateDays, 'channelId' | 'days' | 'comment'>,
): LedgerTransaction {
  book.requireMayAllocate()
  book.settle()
  const extended = extendedChannel(book, book.channel(channelId), days)
  if (days > book.spendable) throw new InsufficientDaysError(book.spendable, days)
  return book.post({
    kind: LedgerTransactionKind.ALLOCATION,
    days,
    actor,
    comment,
    channel: extended,
    endReason: DayExpiryReason.ALLOCATED,
  })
}

/** The channel with more days on it, if it may have them. */
export function extendedChannel(book: AccountBook, channel: BookChannel, days: number): BookChannel {
  if (channel.deletedAt !== null) throw new ChannelDeletedError(channel.id)
  if (channel.subscriptionRenews) throw new ChannelOnSubscriptionError(channel.id)
  const extended = withMoreDays(channel, days, book.now)
  if (extended.paidDays > MAX_CHANNEL_DAYS) {
    throw new BadUserInputError(
      'days',
      `A channel holds at most ${MAX_CHANNEL_DAYS} days; it would hold ${extended.paidDays}.`,
      { maximum: MAX_CHANNEL_DAYS, held: extended.paidDays - days, requested: days },
    )
  }
  return { ...extended, expiredAt: null }
}
