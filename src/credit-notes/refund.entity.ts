import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { safeIntegerColumn } from '../database-columns'
import { Invoice } from '../invoices/invoice.entity'
import { Payment, type PaymentMethod } from '../invoices/payment.entity'
import { ProviderCall } from '../payments/provider-call.entity'
import { CreditNote } from './credit-note.entity'
import { PaymentReturn } from './payment-return.entity'

export enum RefundStatus {
  /** The payment provider is told, or is at it. */
  PENDING = 'PENDING',
  SUCCEEDED = 'SUCCEEDED',
  /** The money is still to go back: staff are to see to it. */
  FAILED = 'FAILED',
}

/**
 * Money that goes back to a partner: of a credit note or of a returned payment. One of neither was made at the payment
 * provider's own dashboard: it changes no days, and staff are told of it.
 */
@Entity('refund')
@Index('refund_provider_unique', ['accountId', 'provider', 'providerId'], {
  unique: true,
  where: 'provider_id IS NOT NULL',
})
@Index('refund_call_unique', ['accountId', 'providerCallId'], {
  unique: true,
  where: 'provider_call_id IS NOT NULL',
})
@Index('refund_of_invoice', ['accountId', 'invoiceId', 'id'])
@Check('refund_of_one', 'credit_note_id IS NULL OR payment_return_id IS NULL')
@Check('refund_method_known', `method IN ('CARD', 'BANK_TRANSFER', 'OTHER')`)
@Check('refund_status_known', `status IN ('PENDING', 'SUCCEEDED', 'FAILED')`)
@Check('refund_amount_positive', 'amount_minor > 0')
@Check('refund_succeeded_at', `(status = 'SUCCEEDED') = (refunded_at IS NOT NULL)`)
@Check('refund_provider_whole', 'provider_id IS NULL OR provider IS NOT NULL')
@ForeignKey(() => Invoice, ['accountId', 'invoiceId'], ['accountId', 'id'], { name: 'refund_own_invoice' })
@ForeignKey(() => CreditNote, ['accountId', 'creditNoteId'], ['accountId', 'id'], { name: 'refund_own_credit_note' })
@ForeignKey(() => PaymentReturn, ['accountId', 'paymentReturnId'], ['accountId', 'id'], {
  name: 'refund_own_payment_return',
})
@ForeignKey(() => Payment, ['accountId', 'paymentId'], ['accountId', 'id'], { name: 'refund_payment' })
export class Refund {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'refund_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'refund_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  invoiceId: string

  @Column({ type: 'text', collation: 'C', nullable: true })
  creditNoteId: string | null

  @Column({ type: 'text', collation: 'C', nullable: true })
  paymentReturnId: string | null

  /** The payment that goes back to where it came from; null where staff pay it in another way. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  paymentId: string | null

  @Column('text')
  method: PaymentMethod

  @Column('bigint', { transformer: safeIntegerColumn })
  amountMinor: number

  @Column('text')
  currency: string

  /** Of the bank and so on, where staff recorded it. */
  @Column('text', { nullable: true })
  reference: string | null

  @Column('text')
  status: RefundStatus

  @Column('text', { nullable: true })
  provider: string | null

  /** What the provider calls it, once that is known. */
  @Column('text', { nullable: true })
  providerId: string | null

  /** The stored intent by which the provider is told. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  @ForeignKey(() => ProviderCall, { name: 'refund_provider_call' })
  providerCallId: string | null

  /** Why it failed, as it may be shown. */
  @Column('text', { nullable: true })
  failure: string | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  refundedAt: Date | null

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column('text')
  actor: string
}
