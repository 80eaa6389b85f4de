import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm'
import { Channel } from '../channels/channel.entity'
import { Plan } from '../pricing/plan.entity'

export enum ChannelSubscriptionStatus {
  INCOMPLETE = 'INCOMPLETE',
  ACTIVE = 'ACTIVE',
  PAST_DUE = 'PAST_DUE',
  CANCELED = 'CANCELED',
}

/** A provider's subscription that pays for one channel, as it was fetched last. */
@Entity('channel_subscription')
@Unique('channel_subscription_provider_unique', ['provider', 'providerId', 'accountId'])
@Index('channel_subscription_one_lives', ['accountId', 'channelId'], {
  unique: true,
  where: `status IN ('ACTIVE', 'PAST_DUE')`,
})
@Index('channel_subscription_of_channel', ['accountId', 'channelId', 'id'])
@Check('channel_subscription_status_known', `status IN ('INCOMPLETE', 'ACTIVE', 'PAST_DUE', 'CANCELED')`)
@Check('channel_subscription_ended', `(status = 'CANCELED') = (ended_at IS NOT NULL)`)
@ForeignKey(() => Channel, ['accountId', 'channelId'], ['accountId', 'id'], {
  name: 'channel_subscription_own_channel',
})
@ForeignKey(() => Plan, ['accountId', 'planId'], ['accountId', 'id'], { name: 'channel_subscription_own_plan' })
export class ChannelSubscription {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'channel_subscription_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'channel_subscription_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  channelId: string

  @Column({ type: 'text', collation: 'C' })
  planId: string

  @Column('text')
  provider: string

  /** What the provider calls it. */
  @Column('text')
  providerId: string

  @Column('text')
  status: ChannelSubscriptionStatus

  @Column('boolean', { default: false })
  cancelAtPeriodEnd: boolean

  @Column({ type: 'timestamptz', precision: 3 })
  currentPeriodEnd: Date

  /** The end of the last period whose invoice is paid. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  paidThrough: Date | null

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  endedAt: Date | null
}
