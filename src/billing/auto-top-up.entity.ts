import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'

/**
 * How an account's balance is topped up by itself. Where it is armed, the threshold stands on the account too, as
 * `topUpBelow`: there every movement sees it.
 */
@Entity('auto_top_up')
@Check(
  'auto_top_up_figures_bounded',
  `below_days >= 1 AND target_days > below_days AND target_days <= 30000000 AND (monthly_cap_channels IS NULL OR monthly_cap_channels BETWEEN 1 AND 1000000) AND cool_down_hours BETWEEN 1 AND 744`,
)
@Check('auto_top_up_off_after_three', `failures BETWEEN 0 AND 3 AND (failures < 3 OR NOT enabled)`)
export class AutoTopUp {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'auto_top_up_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'auto_top_up_account' })
  accountId: string

  /** It is topped up when fewer days than these are available. */
  @Column('integer')
  belowDays: number

  /** What the balance is brought to. */
  @Column('integer')
  targetDays: number

  /** Channels that top-ups request in a UTC month at the most; null for as many as it takes. */
  @Column('integer', { nullable: true })
  monthlyCapChannels: number | null

  /** Between two requests at the least. */
  @Column('integer')
  coolDownHours: number

  @Column('boolean')
  enabled: boolean

  /** In a row, without a paid one in between. */
  @Column('integer')
  failures: number

  /** The end of the time after a request, made or refused, in which there is no other. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  coolingUntil: Date | null

  /** When it was last told that the cap leaves less than it takes. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  capToldAt: Date | null

  /** The last invoice that was counted as a failure while it was unpaid, declined or overdue: it is not counted again. */
  @Column({ type: 'text', nullable: true, collation: 'C' })
  overdueInvoiceId: string | null
}
