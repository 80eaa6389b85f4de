import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import { Invoice } from '../invoices/invoice.entity'

/** When an account is reminded of invoices that are not paid, in days of 24 hours from the instant at which each is due. */
@Entity('dunning_schedule')
@Check(
  'dunning_schedule_bounded',
  `before_days BETWEEN 1 AND 365 AND uncollectible_after_days BETWEEN 1 AND 365
          AND cardinality(after_days) <= 10 AND 1 <= ALL (after_days) AND 365 >= ALL (after_days)`,
)
export class DunningSchedule {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'dunning_schedule_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'dunning_schedule_account' })
  accountId: string

  /** Null for no word before. */
  @Column('integer', { nullable: true })
  beforeDays: number | null

  @Column('integer', { array: true })
  afterDays: number[]

  /** When staff are asked whether to write it off; null for never. */
  @Column('integer', { nullable: true })
  uncollectibleAfterDays: number | null
}

/** How far the reminding of an open invoice has come. Gone when it is paid, void or written off. */
@Entity('invoice_dunning')
@Check(
  'invoice_dunning_stopped_whole',
  `(stopped_at IS NULL) = (stop_reason IS NULL) AND (stopped_at IS NULL OR next_at IS NULL)`,
)
@Index('invoice_dunning_due', ['accountId', 'nextAt'], { where: 'next_at IS NOT NULL' })
@Index('invoice_dunning_of_invoice', ['invoiceId'], { unique: true })
@Index('invoice_dunning_proposed', ['invoiceId'], { where: 'uncollectible_proposed_at IS NOT NULL' })
@ForeignKey(() => Invoice, ['accountId', 'invoiceId'], ['accountId', 'id'], { name: 'invoice_dunning_own_invoice' })
export class InvoiceDunning {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'invoice_dunning_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'invoice_dunning_pkey', collation: 'C' })
  invoiceId: string

  /** When its next step is due; null where none is left, or it is stopped. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  nextAt: Date | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  stoppedAt: Date | null

  @Column('text', { nullable: true })
  stopReason: string | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  uncollectibleProposedAt: Date | null
}
