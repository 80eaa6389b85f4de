import { z } from 'zod'
import type { Tx } from '../database'
import { id } from '../input'
import { inBook } from '../ledger/account-book'
import { isCurrency } from '../money'
import { ChannelPrice } from './channel-price.entity'

/** Minor units of a price at the most: of used days of centuries, what it comes to stays a safe integer. */
export const MAX_CHANNEL_PRICE = 1_000_000_000

export const SetChannelPrice = z
  .object({
    channelId: id(),
    /** What the partner asks for 30 days. Without it, and without a currency, none. */
    amount: z.int().min(0).max(MAX_CHANNEL_PRICE).nullish(),
    currency: z.string().refine(isCurrency, 'is no currency of ISO 4217').nullish(),
  })
  .refine(({ amount, currency }) => (amount == null) === (currency == null), {
    path: ['currency'],
    message: 'and amount are given together, or neither of them',
  })
export type SetChannelPrice = z.infer<typeof SetChannelPrice>

/**
 * Says what the partner asks of its own customer for a channel. Only margins are worked out from it: it moves neither days nor
 * money. A deleted channel may still be given one, for what it used.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function setChannelPrice(
  tx: Tx,
  actor: string,
  accountId: string,
  { channelId, amount, currency }: SetChannelPrice,
): Promise<void> {
  await inBook(tx, { accountId, channelIds: [channelId] }, async (book) => {
    book.requireActive()
    book.channel(channelId)
    if (amount == null || currency == null) await tx.manager.delete(ChannelPrice, { accountId, channelId })
    else {
      const price = { accountId, channelId, currency, amountMinor: amount }
      await tx.manager.upsert(ChannelPrice, price, ['accountId', 'channelId'])
    }
    const data = { amount: amount ?? null, currency: currency ?? null }
    book.record({ type: 'channel.price_set', subject: channelId, actor, data })
    return null
  })
}
