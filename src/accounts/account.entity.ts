import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm'
import { safeIntegerColumn } from '../database-columns'

export enum AccountStatus {
  ACTIVE = 'ACTIVE',
  SUSPENDED = 'SUSPENDED',
  CLOSED = 'CLOSED',
}

export enum BillingMode {
  PREPAID = 'PREPAID',
  POSTPAID = 'POSTPAID',
}

/**
 * One partner: the tenant boundary. The row also holds the account's book of days, because it is the row that every
 * movement locks: the balances as posted, the last sequence and the instant of the last change.
 */
@Entity('account')
@Check('account_status_known', `status IN ('ACTIVE', 'SUSPENDED', 'CLOSED')`)
@Check('account_billing_mode_known', `billing_mode IN ('PREPAID', 'POSTPAID')`)
@Check('account_credit_limit_postpaid', `credit_limit >= 0 AND (credit_limit = 0 OR billing_mode = 'POSTPAID')`)
@Check('account_trials_bounded', `trial_days BETWEEN 1 AND 36500 AND max_trials BETWEEN 0 AND 1000000`)
@Check('account_sandbox_has_clock', `sandbox = (clock IS NOT NULL)`)
@Check('account_books_sum_to_zero', `issued + available + allocated + used = 0`)
@Check('account_within_credit_limit', `available >= -credit_limit`)
@Check('account_owed_not_negative', `owed >= 0`)
@Check('account_spends_nothing_owed', `owed = 0 OR available <= 0`)
@Index('account_next_due', ['dueAt'], { where: 'due_at IS NOT NULL AND NOT sandbox' })
@Index('account_channels_due', ['channelsDueAt'], { where: 'channels_due_at IS NOT NULL AND NOT sandbox' })
@Check('account_days_not_negative', `allocated >= 0 AND used >= 0`)
export class Account {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'account_pkey', collation: 'C' })
  id: string

  @Column('text')
  name: string

  @Column('text', { nullable: true })
  email: string | null

  @Column('text', { default: AccountStatus.ACTIVE })
  status: AccountStatus

  @Column('text', { default: BillingMode.PREPAID })
  billingMode: BillingMode

  /** Days that `available` may be below zero. 0 for a prepaid account. */
  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  creditLimit: number

  @Column('integer', { default: 5 })
  trialDays: number

  /** Trials at once. */
  @Column('integer', { default: 0 })
  maxTrials: number

  /** What the provider has issued to this account, negative: purchases and grants, less what was taken back. */
  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  issued: number

  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  available: number

  /** As posted: unused days on channels, and those used since the last burn. */
  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  allocated: number

  /** As posted at the last burn. */
  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  used: number

  /** Days that a chargeback could not take: taken out of whatever arrives, before anything is spent. */
  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  owed: number

  /** The last event of the account; 0 before the first. */
  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  sequence: number

  /** The instant of the last change: no later change has an earlier one. */
  @Column({ type: 'timestamptz', precision: 3 })
  changedAt: Date

  /** The last UTC midnight up to which used days were posted. */
  @Column({ type: 'timestamptz', precision: 3 })
  burntUntil: Date

  /** A test account: no real money, and a clock of its own. */
  @Column('boolean', { default: false })
  sandbox: boolean

  /** The time of a sandbox: it stands still until it is moved forward. Null for an account that lives by the live clock. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  clock: Date | null

  /** How many days before the end of a channel's time a notice is given. */
  @Column('integer', { array: true, default: [7, 3, 1] })
  noticeDays: number[]

  /** Thresholds of available days whose crossing downwards is told. */
  @Column('integer', { array: true, default: [] })
  lowBalanceDays: number[]

  /** Thresholds of days that the balance lasts, whose crossing downwards is told; the highest first. */
  @Column('integer', { array: true, default: [] })
  lowRunwayDays: number[]

  /** Where an automatic top-up is armed: it is due as soon as fewer days are available. */
  @Column('bigint', { nullable: true, transformer: safeIntegerColumn })
  topUpBelow: number | null

  /** The due date of the oldest usage invoice that is open: past it nothing can be allocated. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  overdueFrom: Date | null

  /** When the clock brings the account itself something next: the earliest of its dues. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  dueAt: Date | null

  /**
   * No channel of the account is due before this, though perhaps none is yet; null where none is due at all. Kept a lower
   * bound, so that it changes seldom: an update of this row that leaves it alone touches no index.
   */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  channelsDueAt: Date | null

  /** A channel whose `dueAt` is not after this has been told its end, and needs no write of its own for that. */
  @Column({ type: 'timestamptz', precision: 3, default: () => "'1970-01-01 00:00:00+00'" })
  endsToldUntil: Date

  /** Its keep-alive policy lacks days, or leave to allocate them: a run is due as soon as there are some. */
  @Column('boolean', { default: false })
  keepAliveWaits: boolean

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date
}
