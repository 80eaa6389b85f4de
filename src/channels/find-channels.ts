import { Brackets } from 'typeorm'
import type { VisibleRows, WalledQuery } from '../auth/visible-rows'
import { containing } from '../accounts/find-accounts'
import { parseInput, Statuses } from '../input'
import { pageNewestFirst, type Page, type PageArguments } from '../paging'
import { ChannelStatus, GRACE_DAYS } from './channel-time'
import { Channel } from './channel.entity'

export interface ChannelCriteria {
  accountId: string
  status?: readonly ChannelStatus[] | null
  /** Only those whose time ends before this. */
  endsBefore?: Date | null
  /** Part of the name or the externalId, in any case. */
  search?: string | null
  /** Whether a subscription of its own lives, one that is cancelled at the end of its period too. */
  subscribed?: boolean | null
  /** The instant by which a status holds. Only where one is asked for. */
  now: Date | null
}

/** Newest first. */
export function findChannels(
  visible: VisibleRows,
  criteria: ChannelCriteria,
  page: PageArguments,
): Promise<Page<Channel>> {
  return pageNewestFirst(
    matching(isFiltered(criteria) ? visible : visible.quickly, criteria),
    'channels',
    'channel.id',
    page,
  )
}

/** What is left out may be most of an account's channels. */
function isFiltered({ status, endsBefore, search, subscribed }: ChannelCriteria): boolean {
  return status != null || endsBefore != null || search != null || subscribed != null
}

export function countChannels(visible: VisibleRows, criteria: ChannelCriteria): Promise<number> {
  return matching(visible, criteria).getCount()
}

const SUBSCRIPTION_END = `(channel.subscribedUntil + CASE WHEN channel.subscriptionRenews THEN interval '${GRACE_DAYS * 24} hours' ELSE interval '0' END)`
const END_OF_TIME = `GREATEST(channel.trialUntil, channel.paidUntil, ${SUBSCRIPTION_END})`

/** What statusAt() of channel-time.ts says, as conditions on the row. A test holds the two together. */
const STATUS_CONDITIONS: Record<ChannelStatus, string> = {
  NEW: 'channel.deletedAt IS NULL AND channel.trialUntil IS NULL AND channel.paidUntil IS NULL AND channel.subscribedUntil IS NULL',
  TRIAL: 'channel.deletedAt IS NULL AND channel.trialUntil > :now',
  ACTIVE: `channel.deletedAt IS NULL AND GREATEST(channel.paidUntil, ${SUBSCRIPTION_END}) > :now AND (channel.trialUntil IS NULL OR channel.trialUntil <= :now)`,
  EXPIRED: `channel.deletedAt IS NULL AND ${END_OF_TIME} <= :now`,
  DELETED: 'channel.deletedAt IS NOT NULL',
}

const SUBSCRIBED = `EXISTS (
  SELECT FROM channel_subscription s
  WHERE s.account_id = channel.accountId AND s.channel_id = channel.id AND s.status IN ('ACTIVE', 'PAST_DUE'))`

function matching(visible: VisibleRows, criteria: ChannelCriteria): WalledQuery<Channel> {
  const { accountId, status, endsBefore, search, subscribed, now } = criteria
  parseInput(Statuses, { status })
  const query = visible.of(Channel, 'channel').andWhere('channel.accountId = :accountId', { accountId })
  if (status != null) {
    const wanted = new Brackets((any) => {
      any.where('false')
      for (const one of new Set(status)) any.orWhere(`(${STATUS_CONDITIONS[one]})`, { now })
    })
    query.andWhere(wanted)
  }
  if (endsBefore != null) {
    query.andWhere(`channel.deletedAt IS NULL AND ${END_OF_TIME} < :endsBefore`, { endsBefore })
  }
  if (search != null && search !== '') {
    query.andWhere('(channel.name ILIKE :pattern OR channel.externalId ILIKE :pattern)', {
      pattern: containing(search),
    })
  }
  if (subscribed != null) query.andWhere(subscribed ? SUBSCRIBED : `NOT ${SUBSCRIBED}`)
  return query
}
