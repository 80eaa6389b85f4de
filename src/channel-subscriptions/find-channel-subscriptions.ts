import type { VisibleRows } from '../auth/visible-rows'
import { hasIdForm } from '../typed-id'
import { ChannelSubscription } from './channel-subscription.entity'

/** Of each channel the subscription that lives, or the last one that did; null where there was none. */
export async function findSubscriptionsOfChannels(
  visible: VisibleRows,
  channelIds: readonly string[],
): Promise<(ChannelSubscription | null)[]> {
  const rows = await visible
    .of(ChannelSubscription, 'subscription')
    .andWhere('subscription.channelId = ANY (:channelIds)', { channelIds: channelIds.filter(hasIdForm) })
    .distinctOn(['subscription.channelId'])
    .orderBy('subscription.channelId')
    .addOrderBy(`subscription.status = 'CANCELED'`)
    .addOrderBy('subscription.id', 'DESC')
    .getMany()
  const found = new Map(rows.map((row) => [row.channelId, row]))
  return channelIds.map((id) => found.get(id) ?? null)
}
