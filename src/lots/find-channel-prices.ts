import type { VisibleRows } from '../auth/visible-rows'
import type { Channel } from '../channels/channel.entity'
import { BadUserInputError } from '../errors'
import { checkFirst, keyAfter, pageOf, type Page, type PageArguments } from '../paging'
import { hasIdForm } from '../typed-id'
import { ChannelPrice } from './channel-price.entity'

/** The channels of an account that have a price of the partner's own, newest first. */
export async function findChannelPrices(
  visible: VisibleRows,
  accountId: string,
  { first, after }: PageArguments,
): Promise<Page<ChannelPrice>> {
  checkFirst(first)
  const query = visible.of(ChannelPrice, 'price').andWhere('price.accountId = :accountId', { accountId })
  const channelId = keyAfter('channel-margins', after)
  if (channelId !== null && !hasIdForm(channelId)) {
    throw new BadUserInputError('after', 'This is no cursor of this list.')
  }
  if (channelId !== null) query.andWhere('price.channelId < :channelId', { channelId })
  query.orderBy('price.channelId', 'DESC').take(first + 1)
  return pageOf(await query.getMany(), first)
}

/** The prices of these channels, in their order; null for one that has none. */
export async function findPricesOfChannels(
  visible: VisibleRows,
  channels: readonly Pick<Channel, 'accountId' | 'id'>[],
): Promise<(ChannelPrice | null)[]> {
  const query = visible.of(ChannelPrice, 'price')
  query.andWhere('price.accountId = ANY (:accountIds)', {
    accountIds: [...new Set(channels.map(({ accountId }) => accountId))],
  })
  query.andWhere('price.channelId = ANY (:channelIds)', { channelIds: channels.map(({ id }) => id) })
  const found = new Map((await query.getMany()).map((price) => [price.channelId, price]))
  return channels.map(({ id }) => found.get(id) ?? null)
}
