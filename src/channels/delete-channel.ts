import { z } from 'zod'
import { ChannelDeletedError } from '../errors'
import { comment, id, idempotencyKey } from '../input'
import type { AccountBook } from '../ledger/account-book'
import { DayExpiryReason, LedgerTransactionKind } from '../ledger/ledger-transaction.entity'
import { unusedDays, usedDays, withFewerDays } from './channel-time'

export const DeleteChannel = z.object({ channelId: id(), comment: comment(), idempotencyKey: idempotencyKey() })
export type DeleteChannel = z.infer<typeof DeleteChannel>

export interface DeletedChannel {
  channelId: string
  returnedDays: number
  /** The release; null where nothing returned. */
  transactionId: string | null
}

/**
 * Deletes a channel for good: its used days are posted, its unused ones return to the balance, its run of time ends. A
 * trial of it holds its place until the end it would have had.
 *
 * Throws NOT_FOUND, CHANNEL_DELETED, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export function deleteChannel(book: AccountBook, actor: string, { channelId, comment }: DeleteChannel): DeletedChannel {
  book.requireActive()
  book.settle()
  const channel = book.channel(channelId)
  if (channel.deletedAt !== null) throw new ChannelDeletedError(channelId)
  const usedSinceBurn = usedDays(channel, book.now) - usedDays(channel, book.burnPostedUntil)
  if (usedSinceBurn > 0) book.post({ kind: LedgerTransactionKind.BURN, days: usedSinceBurn, actor, channel })
  const returnedDays = unusedDays(channel, book.now)
  const ended = {
    ...withFewerDays(channel, returnedDays),
    // The provider is told by whoever finds a deleted channel with a subscription that lives.
    subscribedUntil:
      channel.subscribedUntil !== null && channel.subscribedUntil > book.now ? book.now : channel.subscribedUntil,
    subscriptionRenews: false,
    deletedAt: book.now,
  }
  let transactionId: string | null = null
  if (returnedDays > 0) {
    const release = book.post({
      kind: LedgerTransactionKind.RELEASE,
      days: returnedDays,
      actor,
      comment,
      channel: ended,
      endReason: DayExpiryReason.DELETED,
    })
    transactionId = release.id
  } else {
    book.change(ended)
  }
  book.record({ type: 'channel.deleted', subject: channelId, actor, data: { returnedDays } })
  return { channelId, returnedDays, transactionId }
}
