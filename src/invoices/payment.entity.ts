import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { safeIntegerColumn } from '../database-columns'
import { Invoice } from './invoice.entity'

export enum PaymentMethod {
  CARD = 'CARD',
  BANK_TRANSFER = 'BANK_TRANSFER',
  OTHER = 'OTHER',
}

/** Money that arrived for an invoice, append-only. */
@Entity('payment')
@Index('payment_of_invoice', ['invoiceId', 'accountId'])
@Check('payment_method_known', `method IN ('CARD', 'BANK_TRANSFER', 'OTHER')`)
@Check('payment_amount_positive', `amount_minor > 0`)
@ForeignKey(() => Invoice, ['accountId', 'invoiceId'], ['accountId', 'id'], { name: 'payment_own_invoice' })
export class Payment {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'payment_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  accountId: string

  @Column({ type: 'text', collation: 'C' })
  invoiceId: string

  @Column('text')
  method: PaymentMethod

  @Column('bigint', { transformer: safeIntegerColumn })
  amountMinor: number

  @Column('text')
  currency: string

  /** Of the bank, the card's payment and so on. */
  @Column('text', { nullable: true })
  reference: string | null

  @Column({ type: 'timestamptz', precision: 3 })
  receivedAt: Date

  @Column('text')
  actor: string

  @Column({ type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt: Date
}
