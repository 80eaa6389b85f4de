import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { safeIntegerColumn } from '../database-columns'
import { Invoice } from '../invoices/invoice.entity'
import { Payment } from '../invoices/payment.entity'

/**
 * A payment, or a part of it, that no longer counts for its invoice, since it goes back; or that never counted, since it was not
 * outstanding. Append-only.
 */
@Entity('payment_return')
@Index('payment_return_of_invoice', ['accountId', 'invoiceId', 'id'])
@Index('payment_return_of_payment', ['paymentId'])
@Check('payment_return_amount_positive', 'amount_minor > 0')
@ForeignKey(() => Invoice, ['accountId', 'invoiceId'], ['accountId', 'id'], { name: 'payment_return_own_invoice' })
@ForeignKey(() => Payment, ['accountId', 'paymentId'], ['accountId', 'id'], { name: 'payment_return_payment' })
export class PaymentReturn {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'payment_return_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'payment_return_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  invoiceId: string

  @Column({ type: 'text', collation: 'C' })
  paymentId: string

  @Column('bigint', { transformer: safeIntegerColumn })
  amountMinor: number

  @Column('text')
  currency: string

  /** It was kept as unapplied. */
  @Column('boolean', { default: false })
  fromUnapplied: boolean

  @Column('text')
  reason: string

  @Column({ type: 'timestamptz', precision: 3 })
  returnedAt: Date

  @Column('text')
  actor: string
}
