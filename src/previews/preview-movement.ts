import { paidUntil, statusAt, unusedDays, type ChannelStatus } from '../channels/channel-time'
import type { MovementCommand } from '../channels/movement-batcher'
import type { Tx } from '../database'
import { openBook } from '../ledger/account-book'

/** A channel as it would be. */
export interface PreviewedChannel {
  channelId: string
  status: ChannelStatus
  paidUntil: Date | null
  unusedDays: number
}

export interface MovementPreview<Outcome> {
  /** The instant by which it was decided. */
  at: Date
  outcome: Outcome
  /** Days that would be available. */
  balanceAfter: number
  /** A channel of the command, as it would be. */
  channel: (id: string) => PreviewedChannel
}

/**
 * Decides what a verb would, on the same book: what the clock has brought due is settled first, in memory, and nothing is
 * saved. Within `inSnapshot` the book is opened without a lock.
 *
 * Throws NOT_FOUND, and what the verb throws.
 */
export async function previewMovement<Outcome>(
  tx: Tx,
  { accountId, channelIds, decide }: Omit<MovementCommand<Outcome>, 'key'>,
): Promise<MovementPreview<Outcome>> {
  const book = await openBook(tx, { accountId, channelIds }, { asItStands: true })
  book.settle()
  const outcome = decide(book)
  return {
    at: book.now,
    outcome,
    balanceAfter: book.available,
    channel: (id) => {
      const channel = book.channel(id)
      return {
        channelId: id,
        status: statusAt(channel, book.now),
        paidUntil: paidUntil(channel),
        unusedDays: unusedDays(channel, book.now),
      }
    },
  }
}
