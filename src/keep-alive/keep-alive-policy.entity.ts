import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import { safeIntegerColumn } from '../database-columns'

/** Who is served first where there are not days enough for all. Equals go by their ids. */
export enum KeepAliveOrder {
  ENDING_FIRST = 'ENDING_FIRST',
  OLDEST_FIRST = 'OLDEST_FIRST',
  NEWEST_FIRST = 'NEWEST_FIRST',
  FEWEST_DAYS_FIRST = 'FEWEST_DAYS_FIRST',
}

/** Why channels get less than it takes. */
export enum KeepAliveShortage {
  BALANCE = 'BALANCE',
  CAP = 'CAP',
  OVERDUE = 'OVERDUE',
  SUSPENDED = 'SUSPENDED',
}

/** The rule by which an account keeps its running channels above a number of days, and what it has done today. */
@Entity('keep_alive_policy')
@Check(
  'keep_alive_policy_bounded',
  `(min_days IS NULL OR min_days BETWEEN 1 AND 36500) AND (daily_cap IS NULL OR daily_cap >= 1) AND spent_days >= 0`,
)
@Check(
  'keep_alive_policy_order_known',
  `serve_order IN ('ENDING_FIRST', 'OLDEST_FIRST', 'NEWEST_FIRST', 'FEWEST_DAYS_FIRST')`,
)
@Check(
  'keep_alive_policy_shortage_known',
  `(short_since IS NULL) = (short_reason IS NULL) AND (short_reason IS NULL OR short_reason IN ('BALANCE', 'CAP', 'OVERDUE', 'SUSPENDED'))`,
)
export class KeepAlivePolicy {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'keep_alive_policy_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'keep_alive_policy_account' })
  accountId: string

  /** Null while it is off: the row stays, so that turning it off and on again opens no second day's cap. */
  @Column('integer', { nullable: true })
  minDays: number | null

  /** Days of all its allocations of one UTC day at the most. */
  @Column('bigint', { nullable: true, transformer: safeIntegerColumn })
  dailyCap: number | null

  @Column('text', { default: KeepAliveOrder.ENDING_FIRST })
  serveOrder: KeepAliveOrder

  /** Days that it has allocated on the UTC day that begins at `spentOn`. */
  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  spentDays: number

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  spentOn: Date | null

  /** Channels that the run under way has served in the transactions before. */
  @Column('integer', { default: 0 })
  servedInRun: number

  /** Since when a run has not served all. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  shortSince: Date | null

  @Column('text', { nullable: true })
  shortReason: KeepAliveShortage | null
}
