import { paidUntil, statusAt, unusedDays } from '../channels/channel-time'
import { enterChannel, newChannel, type CreateChannel } from '../channels/create-channel'
import type { Tx } from '../database'
import { openBook } from '../ledger/account-book'
import type { PreviewedChannel } from './preview-movement'

export interface CreationPreview {
  at: Date
  balanceAfter: number
  days: number
  channel: Omit<PreviewedChannel, 'channelId'>
}

/** What creating a channel would do. Throws what creating it throws. */
export async function previewCreation(
  tx: Tx,
  actor: string,
  accountId: string,
  input: CreateChannel,
): Promise<CreationPreview> {
  const book = await openBook(tx, { accountId }, { asItStands: true })
  book.settle()
  const created = await newChannel(tx, book, input)
  enterChannel(book, actor, created, input)
  const channel = book.channel(created.id)
  return {
    at: book.now,
    balanceAfter: book.available,
    days: input.days ?? 0,
    channel: {
      status: statusAt(channel, book.now),
      paidUntil: paidUntil(channel),
      unusedDays: unusedDays(channel, book.now),
    },
  }
}
