import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'

/** When a prepaid account's invoices are requested. */
export enum BillingScheduleKind {
  ON_REQUEST = 'ON_REQUEST',
  /** Each month, for the channels that the account manages then. */
  MONTHLY_MANAGED = 'MONTHLY_MANAGED',
  /** Each month, for a number of channels. */
  MONTHLY_FIXED = 'MONTHLY_FIXED',
}

/** For what an account is invoiced at the start of each UTC month. One without a row buys on request. */
@Entity('billing_schedule')
@Check('billing_schedule_kind_known', `kind IN ('MONTHLY_MANAGED', 'MONTHLY_FIXED')`)
@Check(
  'billing_schedule_channels_fixed',
  `(kind = 'MONTHLY_FIXED') = (channels IS NOT NULL) AND (channels IS NULL OR channels BETWEEN 1 AND 1000000)`,
)
export class BillingSchedule {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'billing_schedule_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'billing_schedule_account' })
  accountId: string

  @Column('text')
  kind: BillingScheduleKind

  /** Of MONTHLY_FIXED. */
  @Column('integer', { nullable: true })
  channels: number | null
}
