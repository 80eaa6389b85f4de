import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm'
import { safeIntegerColumn } from '../database-columns'
import { Invoice } from './invoice.entity'

export enum PaymentMethod {
  CARD = 'CARD',
  BANK_TRANSFER = 'BANK_TRANSFER',
  OTHER = 'OTHER',
}

/** Money that arrived for an invoice, append-only. What came by a payment provider is one row for each payment of the provider's. */
@Entity('payment')
@Index('payment_of_invoice', ['invoiceId', 'accountId'])
@Check('payment_method_known', `method IN ('CARD', 'BANK_TRANSFER', 'OTHER')`)
@Index('payment_unapplied', ['id'], { where: 'unapplied_minor > 0' })
@Check('payment_amount_positive', `amount_minor >= 0 AND unapplied_minor >= 0 AND amount_minor + unapplied_minor > 0`)
@Check('payment_provider_whole', `(provider IS NULL) = (provider_payment_id IS NULL)`)
@Unique('payment_of_provider_once', ['provider', 'providerPaymentId', 'accountId'])
@ForeignKey(() => Invoice, ['accountId', 'invoiceId'], ['accountId', 'id'], { name: 'payment_own_invoice' })
export class Payment {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'payment_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'payment_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  invoiceId: string

  @Column('text')
  method: PaymentMethod

  /** What of it counts towards the invoice. */
  @Column('bigint', { transformer: safeIntegerColumn })
  amountMinor: number

  /** What came although it was not outstanding: it is the payer's, and waits for staff. */
  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  unappliedMinor: number

  @Column('text')
  currency: string

  /** Of the bank, the card's payment and so on. */
  @Column('text', { nullable: true })
  reference: string | null

  @Column({ type: 'timestamptz', precision: 3 })
  receivedAt: Date

  /** Of money that came by a payment provider: whose payment it is, and how it is called there. */
  @Column('text', { nullable: true })
  provider: string | null

  @Column({ type: 'text', collation: 'C', nullable: true })
  providerPaymentId: string | null

  @Column('text')
  actor: string

  @Column({ type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt: Date
}
