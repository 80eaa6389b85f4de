import { In } from 'typeorm'
import type { Tx } from '../database'
import { ChannelDeletedError, ChannelNotOnSubscriptionError } from '../errors'
import type { AccountBook } from '../ledger/account-book'
import { ChannelSubscription, ChannelSubscriptionStatus } from './channel-subscription.entity'

export const LIVE = [ChannelSubscriptionStatus.ACTIVE, ChannelSubscriptionStatus.PAST_DUE]

/** The subscription that pays for a channel of an open book; null where none does. */
export function findLiveSubscription(
  tx: Tx,
  { accountId }: AccountBook,
  channelId: string,
): Promise<ChannelSubscription | null> {
  return tx.manager.findOneBy(ChannelSubscription, { accountId, channelId, status: In(LIVE) })
}

/** Throws NOT_FOUND, CHANNEL_DELETED, CHANNEL_NOT_ON_SUBSCRIPTION. */
export async function liveSubscription(tx: Tx, book: AccountBook, channelId: string): Promise<ChannelSubscription> {
  if (book.channel(channelId).deletedAt !== null) throw new ChannelDeletedError(channelId)
  const subscription = await findLiveSubscription(tx, book, channelId)
  if (subscription === null) throw new ChannelNotOnSubscriptionError(channelId)
  return subscription
}
