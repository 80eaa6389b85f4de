import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm'
import { Account } from '../accounts/account.entity'
import type { ChannelTime } from './channel-time'

/** One connection that a partner runs for a customer. Its status is derived from its time, never stored. */
@Entity('channel')
@Unique('channel_of_account', ['accountId', 'id'])
@Index('channel_external_id_unique', ['accountId', 'externalId'], {
  unique: true,
  where: 'external_id IS NOT NULL AND deleted_at IS NULL',
})
@Index('channel_trial', ['accountId', 'trialUntil'], { where: 'trial_until IS NOT NULL' })
@Index('channel_paid_until', ['accountId', 'paidUntil'], { where: 'paid_until IS NOT NULL' })
@Check('channel_paid_days_bounded', `paid_days BETWEEN 0 AND 36500`)
@Check(
  'channel_paid_until_derived',
  `CASE WHEN paid_days = 0 THEN paid_until IS NULL ELSE paid_until IS NOT NULL AND run_start IS NOT NULL AND paid_until - run_start = paid_days * interval '24 hours' END`,
)
export class Channel implements ChannelTime {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'channel_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => Account, { name: 'channel_account' })
  accountId: string

  @Column('text')
  name: string

  /** The partner's own name for it; unique among the account's channels that are not deleted. */
  @Column('text', { nullable: true })
  externalId: string | null

  @Column('jsonb', { nullable: true })
  metadata: object | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  trialUntil: Date | null

  /** The externalIds that this channel has borne since it had a trial: each of them has had its one. */
  @Column('text', { array: true, default: [] })
  trialExternalIds: string[]

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  runStart: Date | null

  @Column('integer', { default: 0 })
  paidDays: number

  /** runStart + paidDays x 24 h, stored for the indexes. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  paidUntil: Date | null

  /** The end of time that was told as EXPIRED; null while the channel runs, or before that was told. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expiredAt: Date | null

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deletedAt: Date | null
}
