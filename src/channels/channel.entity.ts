import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import type { DueChannel } from './channel-dues'

/** One connection that a partner runs for a customer. Its status is derived from its time, never stored. */
@Entity('channel')
@Index('channel_by_id', ['id'])
@Index('channel_external_id_unique', ['accountId', 'externalId'], {
  unique: true,
  where: 'external_id IS NOT NULL AND deleted_at IS NULL',
})
@Index('channel_trial', ['accountId', 'trialUntil'], { where: 'trial_until IS NOT NULL' })
@Index('channel_paid_until', ['accountId', 'paidUntil'], { where: 'paid_until IS NOT NULL' })
@Index('channel_due_of_account', ['accountId', 'dueAt'], { where: 'due_at IS NOT NULL' })
@Index('channel_subscribed', ['accountId', 'subscribedUntil'], { where: 'subscribed_until IS NOT NULL' })
@Index('channel_renewal_failed', ['accountId'], { where: 'renew_failed_at IS NOT NULL' })
@Check(
  'channel_renewal_whole',
  `(renew_days IS NULL) = (renew_lead_hours IS NULL) AND (renew_days IS NULL OR (renew_days BETWEEN 1 AND 36500 AND renew_lead_hours BETWEEN 1 AND 8760)) AND (renew_days IS NOT NULL OR renew_failed_at IS NULL)`,
)
@Check('channel_subscription_whole', `NOT subscription_renews OR (subscribed_until IS NOT NULL AND deleted_at IS NULL)`)
@Check('channel_paid_days_bounded', `paid_days BETWEEN 0 AND 36500`)
@Check(
  'channel_paid_until_derived',
  `CASE WHEN paid_days = 0 THEN paid_until IS NULL ELSE paid_until IS NOT NULL AND run_start IS NOT NULL AND paid_until - run_start = paid_days * interval '24 hours' END`,
)
export class Channel implements DueChannel {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'channel_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'channel_account' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'channel_pkey', collation: 'C' })
  id: string

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

  /** End of the last period of a subscription that was paid. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  subscribedUntil: Date | null

  /** Whether a subscription pays for the period after that too. */
  @Column('boolean', { default: false })
  subscriptionRenews: boolean

  /**
   * The end of time that was told as EXPIRED; null while the channel runs, or before that was told, or where `dueAt` is that
   * end and the account's `endsToldUntil` says so.
   */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expiredAt: Date | null

  /** Days of each renewal; null where it doesn't renew by itself. */
  @Column('integer', { nullable: true })
  renewDays: number | null

  /** It renews when less than this is left. */
  @Column('integer', { nullable: true })
  renewLeadHours: number | null

  /** Since when a renewal can't be paid. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  renewFailedAt: Date | null

  /** The next instant at which the clock brings it something; null where nothing is to come. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  dueAt: Date | null

  /** Of an account that lives by the live clock, and not of a sandbox. */
  @Column('boolean', { default: true })
  live: boolean

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deletedAt: Date | null
}
