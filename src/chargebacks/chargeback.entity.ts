import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm'
import { safeIntegerColumn } from '../database-columns'
import { Invoice } from '../invoices/invoice.entity'
import { Payment } from '../invoices/payment.entity'

export enum ChargebackStatus {
  OPEN = 'OPEN',
  WON = 'WON',
  LOST = 'LOST',
}

/** A payment of an invoice that whoever paid disputes at their bank. Its days are taken back unless it is won. */
@Entity('chargeback')
@Unique('chargeback_provider_unique', ['accountId', 'provider', 'providerId'])
@Index('chargeback_of_invoice', ['accountId', 'invoiceId', 'id'])
@Check('chargeback_status_known', `status IN ('OPEN', 'WON', 'LOST')`)
@Check('chargeback_closed', `(status = 'OPEN') = (closed_at IS NULL)`)
@Check('chargeback_figures_bounded', 'amount_minor > 0 AND days >= 0')
@ForeignKey(() => Invoice, ['accountId', 'invoiceId'], ['accountId', 'id'], { name: 'chargeback_own_invoice' })
@ForeignKey(() => Payment, ['accountId', 'paymentId'], ['accountId', 'id'], { name: 'chargeback_payment' })
export class Chargeback {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'chargeback_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'chargeback_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  invoiceId: string

  @Column({ type: 'text', collation: 'C' })
  paymentId: string

  @Column('text')
  provider: string

  /** What the provider calls the dispute. */
  @Column('text')
  providerId: string

  @Column('bigint', { transformer: safeIntegerColumn })
  amountMinor: number

  @Column('text')
  currency: string

  /** What it takes from the account while it is not won; null until its invoice is paid, since no days are credited before. */
  @Column('bigint', { nullable: true, transformer: safeIntegerColumn })
  days: number | null

  @Column('text')
  status: ChargebackStatus

  @Column({ type: 'timestamptz', precision: 3 })
  openedAt: Date

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  closedAt: Date | null
}
