import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm'
import { Account } from '../accounts/account.entity'
import { safeIntegerColumn } from '../database-columns'
import { PriceAgreement } from '../pricing/price-agreement.entity'
import type { InvoiceParticulars } from './invoice-particulars'

export enum InvoiceStatus {
  REQUESTED = 'REQUESTED',
  OPEN = 'OPEN',
  PAID = 'PAID',
  VOID = 'VOID',
  UNCOLLECTIBLE = 'UNCOLLECTIBLE',
}

/** What had an invoice made. */
export enum InvoiceCause {
  REQUEST = 'REQUEST',
  SCHEDULE = 'SCHEDULE',
  AUTO_TOP_UP = 'AUTO_TOP_UP',
  USAGE = 'USAGE',
}

export enum InvoiceLineKind {
  CHANNELS = 'CHANNELS',
  LOOSE_DAYS = 'LOOSE_DAYS',
  USAGE = 'USAGE',
}

/** What an account buys. Its figures are fixed at the request; once open, the database refuses to change them. */
@Entity('invoice')
@Unique('invoice_number_unique', ['accountId', 'number'])
@Index('invoice_by_id', ['id'])
@Index('invoice_queue', ['prepareBy', 'id'], { where: `status = 'REQUESTED'` })
@Index('invoice_due', ['dueAt'], { where: `status = 'OPEN'` })
@Index('invoice_by_status', ['accountId', 'status', 'id'])
@Check('invoice_status_known', `status IN ('REQUESTED', 'OPEN', 'PAID', 'VOID', 'UNCOLLECTIBLE')`)
@Check('invoice_total_sums', `total_minor = subtotal_minor + tax_minor AND subtotal_minor >= 0 AND tax_minor >= 0`)
@Check('invoice_paid_within_total', `paid_minor BETWEEN 0 AND total_minor`)
@Check(
  'invoice_paid_in_full',
  `(status = 'PAID') = (paid_at IS NOT NULL) AND (status <> 'PAID' OR paid_minor = total_minor)`,
)
@Check(
  'invoice_open_has_number',
  `status IN ('REQUESTED', 'VOID') OR (number IS NOT NULL AND opened_at IS NOT NULL AND due_at IS NOT NULL)`,
)
@Check('invoice_void_unpaid', `status <> 'VOID' OR paid_minor = 0`)
@Check('invoice_particulars_of_opened', `particulars IS NULL OR number IS NOT NULL`)
@Index('invoice_payment_token', ['paymentToken'])
@Check('invoice_days_positive', `days > 0`)
@Index('invoice_period_billed_once', ['accountId', 'periodEnd', 'currency'], {
  unique: true,
  where: 'period_end IS NOT NULL',
})
@Index('invoice_usage_open', ['accountId'], { where: `status = 'OPEN' AND period_start IS NOT NULL` })
@Check(
  'invoice_period_whole',
  `(period_start IS NULL) = (period_end IS NULL) AND (period_start IS NULL OR period_start < period_end)`,
)
@Check('invoice_cause_known', `cause IN ('REQUEST', 'SCHEDULE', 'AUTO_TOP_UP', 'USAGE')`)
@Index('invoice_top_up_unpaid_once', ['accountId'], {
  unique: true,
  where: `cause = 'AUTO_TOP_UP' AND status IN ('REQUESTED', 'OPEN')`,
})
@Index('invoice_top_up', ['accountId', 'requestedAt'], { where: `cause = 'AUTO_TOP_UP'` })
@ForeignKey(() => PriceAgreement, ['accountId', 'priceAgreementId'], ['accountId', 'id'], {
  name: 'invoice_own_price_agreement',
})
export class Invoice {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'invoice_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'invoice_account' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'invoice_pkey', collation: 'C' })
  id: string

  /** Gapless within its series and year; null until it is open. */
  @Column('text', { nullable: true })
  number: string | null

  @Column('text')
  status: InvoiceStatus

  @Column('text')
  currency: string

  @Column('bigint', { transformer: safeIntegerColumn })
  subtotalMinor: number

  @Column('bigint', { transformer: safeIntegerColumn })
  taxMinor: number

  @Column('bigint', { transformer: safeIntegerColumn })
  totalMinor: number

  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  paidMinor: number

  /** Days that its payment credits. */
  @Column('bigint', { transformer: safeIntegerColumn })
  days: number

  /** The agreement whose prices were fixed. */
  @Column({ type: 'text', collation: 'C' })
  priceAgreementId: string

  @Column('integer')
  paymentTermDays: number

  @Column('text', { nullable: true })
  purchaseOrder: string | null

  @Column({ type: 'timestamptz', precision: 3 })
  requestedAt: Date

  /** 30 minutes after the request. */
  @Column({ type: 'timestamptz', precision: 3 })
  prepareBy: Date

  /** When it was told that the half hour is nearly over. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  prepareRemindedAt: Date | null

  /** When it was told that the half hour was not kept. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  prepareBreachedAt: Date | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  openedAt: Date | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  dueAt: Date | null

  /** Where staff gave more time. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  postponedUntil: Date | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  paidAt: Date | null

  /** Of a usage invoice, which a month's close has made: the days that it bills. Null where days are bought ahead. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  periodStart: Date | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  periodEnd: Date | null

  /** Who it is from and to, copied as it opened; null before, and where it opened before there were any. */
  @Column('jsonb', { nullable: true })
  particulars: InvoiceParticulars | null

  @Column('text', { default: InvoiceCause.REQUEST })
  cause: InvoiceCause

  /** The secret in the address of the page on which it is paid. */
  @Column({ type: 'text', collation: 'C', default: () => 'daybook_random_token()' })
  paymentToken: string
}

@Entity('invoice_line')
@Check('invoice_line_kind_known', `kind IN ('CHANNELS', 'LOOSE_DAYS', 'USAGE')`)
@Check(
  'invoice_line_figures_bounded',
  `quantity > 0 AND unit_price_minor >= 0 AND per > 0 AND amount_minor >= 0 AND days > 0`,
)
@ForeignKey(() => Invoice, ['accountId', 'invoiceId'], ['accountId', 'id'], { name: 'invoice_line_own_invoice' })
export class InvoiceLine {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'invoice_line_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'invoice_line_pkey', collation: 'C' })
  invoiceId: string

  /** From 1. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'invoice_line_pkey' })
  position: number

  @Column('text')
  kind: InvoiceLineKind

  @Column('text')
  description: string

  @Column('bigint', { transformer: safeIntegerColumn })
  quantity: number

  @Column('bigint', { transformer: safeIntegerColumn })
  unitPriceMinor: number

  /** How many of the quantity the unit price is for. */
  @Column('integer')
  per: number

  @Column('bigint', { transformer: safeIntegerColumn })
  amountMinor: number

  @Column('bigint', { transformer: safeIntegerColumn })
  days: number
}

/** The last number of a series in a year. Its row is locked while a number is taken, so that none is left out. */
@Entity('invoice_series')
export class InvoiceSeries {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'invoice_series_pkey', collation: 'C' })
  series: string

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'invoice_series_pkey' })
  year: number

  @Column('integer')
  lastNumber: number
}
