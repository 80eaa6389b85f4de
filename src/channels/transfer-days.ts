import { z } from 'zod'
import { BadUserInputError } from '../errors'
import { comment, channelDays, id, idempotencyKey } from '../input'
import type { AccountBook } from '../ledger/account-book'
import { DayExpiryReason, LedgerTransactionKind, type LedgerTransaction } from '../ledger/ledger-transaction.entity'
import { extendedChannel } from './allocate-days'
import { shortenedChannel } from './release-days'

export const TransferDays = z.object({
  fromChannelId: id(),
  toChannelId: id(),
  days: channelDays(),
  comment: comment(),
  idempotencyKey: idempotencyKey(),
})
export type TransferDays = z.infer<typeof TransferDays>

/**
 * Moves unused days from one channel to another of the same account; the balance stays as it is.
 *
 * Throws BAD_USER_INPUT where both are the same channel, DAYS_OWED, and what releasing and allocating throw.
 */
export function transferDays(book: AccountBook, actor: string, input: TransferDays): LedgerTransaction {
  const { fromChannelId, toChannelId, days } = input
  book.requireActive()
  // Many channels use days faster than one does: it would keep them from ever being returned.
  book.requireNothingOwed()
  if (fromChannelId === toChannelId) {
    throw new BadUserInputError('toChannelId', 'Days can’t be transferred from a channel to itself.', {
      channelId: toChannelId,
    })
  }
  book.settle()
  return book.post({
    kind: LedgerTransactionKind.TRANSFER,
    days,
    actor,
    comment: input.comment,
    channel: shortenedChannel(book, book.channel(fromChannelId), days),
    toChannel: extendedChannel(book, book.channel(toChannelId), days),
    endReason: DayExpiryReason.TRANSFERRED,
  })
}
