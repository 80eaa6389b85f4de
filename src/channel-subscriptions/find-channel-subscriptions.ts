import type { VisibleRows } from '../auth/visible-rows'
import type { Channel } from '../channels/channel.entity'
import { ChannelSubscription } from './channel-subscription.entity'

/** Of each channel the subscription that lives, or the last one that did; null where there was none. */
export async function findSubscriptionsOfChannels(
  visible: VisibleRows,
  channels: readonly Pick<Channel, 'accountId' | 'id'>[],
): Promise<(ChannelSubscription | null)[]> {
  const rows = await visible
    .of(ChannelSubscription, 'subscription')
    .andWhere('subscription.accountId = ANY (:accountIds)', {
      accountIds: [...new Set(channels.map(({ accountId }) => accountId))],
    })
    .andWhere('subscription.channelId = ANY (:channelIds)', { channelIds: channels.map(({ id }) => id) })
    .distinctOn(['subscription.channelId'])
    .orderBy('subscription.channelId')
    .addOrderBy(`subscription.status = 'CANCELED'`)
    .addOrderBy('subscription.id', 'DESC')
    .getMany()
  const found = new Map(rows.map((row) => [row.channelId, row]))
  return channels.map(({ id }) => found.get(id) ?? null)
}
