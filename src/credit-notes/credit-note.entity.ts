import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm'
import { safeIntegerColumn } from '../database-columns'
import { Invoice, type InvoiceLineKind } from '../invoices/invoice.entity'

/** What of a line of the invoice is taken back. */
export interface CreditNoteLine {
  kind: InvoiceLineKind
  description: string
  days: number
  /** Without tax, which is reckoned on the whole as it was on the invoice. */
  netMinor: number
}

/** Days of a paid invoice that were taken back, and what goes back for them. It stays as it was issued: append-only. */
@Entity('credit_note')
@Unique('credit_note_number_unique', ['accountId', 'number'])
@Index('credit_note_by_id', ['id'])
@Unique('credit_note_movement_unique', ['accountId', 'ledgerTransactionId'])
@Index('credit_note_of_invoice', ['accountId', 'invoiceId', 'id'])
@Check('credit_note_days_positive', 'days > 0')
@Check(
  'credit_note_total_sums',
  `total_minor = net_minor + tax_minor AND net_minor >= 0 AND tax_minor >= 0 AND total_minor <= price_minor`,
)
@ForeignKey(() => Invoice, ['accountId', 'invoiceId'], ['accountId', 'id'], { name: 'credit_note_own_invoice' })
export class CreditNote {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'credit_note_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'credit_note_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  invoiceId: string

  /** Gapless within its series and year. */
  @Column('text')
  number: string

  @Column('bigint', { transformer: safeIntegerColumn })
  days: number

  @Column('text')
  currency: string

  /** What the invoice asked for these days: the most that may go back for them. */
  @Column('bigint', { transformer: safeIntegerColumn })
  priceMinor: number

  @Column('bigint', { transformer: safeIntegerColumn })
  netMinor: number

  @Column('bigint', { transformer: safeIntegerColumn })
  taxMinor: number

  @Column('bigint', { transformer: safeIntegerColumn })
  totalMinor: number

  @Column('jsonb')
  lines: CreditNoteLine[]

  @Column('text')
  reason: string

  /** The movement that took the days. */
  @Column({ type: 'text', collation: 'C' })
  ledgerTransactionId: string

  @Column({ type: 'timestamptz', precision: 3 })
  issuedAt: Date

  @Column('text')
  actor: string
}
