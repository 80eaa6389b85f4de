import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm'
import { Channel } from '../channels/channel.entity'
import { safeIntegerColumn } from '../database-columns'

/** What the partner asks of its own customer for a channel: for 30 days. Only its margin is worked out from it. */
@Entity('channel_price')
@ForeignKey(() => Channel, ['accountId', 'channelId'], ['accountId', 'id'], { name: 'channel_price_own_channel' })
@Check('channel_price_amount', `amount_minor BETWEEN 0 AND 1000000000`)
export class ChannelPrice {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'channel_price_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'channel_price_pkey', collation: 'C' })
  channelId: string

  @Column('text')
  currency: string

  @Column('bigint', { transformer: safeIntegerColumn })
  amountMinor: number
}
