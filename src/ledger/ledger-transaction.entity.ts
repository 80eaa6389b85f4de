import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm'
import { safeIntegerColumn } from '../database-columns'

export enum LedgerAccount {
  ISSUED = 'ISSUED',
  AVAILABLE = 'AVAILABLE',
  ALLOCATED = 'ALLOCATED',
  USED = 'USED',
}

export enum LedgerTransactionKind {
  PURCHASE = 'PURCHASE',
  GRANT = 'GRANT',
  ALLOCATION = 'ALLOCATION',
  RELEASE = 'RELEASE',
  TRANSFER = 'TRANSFER',
  BURN = 'BURN',
  CREDIT_NOTE = 'CREDIT_NOTE',
  CORRECTION = 'CORRECTION',
  /** A payment was taken back by the bank of whoever paid. No decision of the provider's, as a credit note is. */
  CHARGEBACK = 'CHARGEBACK',
  /** It was not, after all. */
  CHARGEBACK_REVERSAL = 'CHARGEBACK_REVERSAL',
}

export enum DayExpiryReason {
  ALLOCATED = 'ALLOCATED',
  RELEASED = 'RELEASED',
  TRANSFERRED = 'TRANSFERRED',
  RENEWED = 'RENEWED',
  RENEWAL_FAILED = 'RENEWAL_FAILED',
  SUBSCRIPTION = 'SUBSCRIPTION',
  TRIAL = 'TRIAL',
  NEAR = 'NEAR',
  EXPIRED = 'EXPIRED',
  DELETED = 'DELETED',
}

/**
 * A movement of days, append-only: the database refuses UPDATE and DELETE. One row holds both of its entries, so that
 * what leaves one ledger account always arrives in the other. The row is also the account's event log: it bears the
 * number of its BalanceChange, and the ends of channels that it moved bear the numbers after it.
 *
 * That its channels and its invoice are of its own account is held by a trigger that looks once a statement: foreign
 * keys, which look once a row, took half of the time of a batch (docs/adr/0004).
 */
@Entity('ledger_transaction')
@Index('ledger_transaction_by_id', ['id'])
@Index('ledger_transaction_channel', ['accountId', 'channelId', 'sequence'], { where: 'channel_id IS NOT NULL' })
@Index('ledger_transaction_to_channel', ['accountId', 'toChannelId', 'sequence'], {
  where: 'to_channel_id IS NOT NULL',
})
@Index('ledger_burn', ['accountId', 'sequence'], { where: `kind = 'BURN'` })
@Index('ledger_transaction_invoice_credited_once', ['accountId', 'invoiceId'], {
  unique: true,
  where: `kind = 'PURCHASE'`,
})
@Check('ledger_transaction_days_positive', `days > 0`)
@Check(
  'ledger_transaction_available_told',
  `CASE 'AVAILABLE' WHEN from_account THEN available_balance = from_balance WHEN to_account THEN available_balance = to_balance ELSE true END`,
)
@Check(
  'ledger_transaction_movement_known',
  `CASE kind WHEN 'PURCHASE' THEN from_account = 'ISSUED' AND to_account = 'AVAILABLE' AND invoice_id IS NOT NULL WHEN 'GRANT' THEN from_account = 'ISSUED' AND to_account = 'AVAILABLE' WHEN 'CORRECTION' THEN from_account = 'AVAILABLE' AND to_account = 'ISSUED' WHEN 'CREDIT_NOTE' THEN from_account = 'AVAILABLE' AND to_account = 'ISSUED' WHEN 'CHARGEBACK' THEN from_account = 'AVAILABLE' AND to_account = 'ISSUED' WHEN 'CHARGEBACK_REVERSAL' THEN from_account = 'ISSUED' AND to_account = 'AVAILABLE' WHEN 'ALLOCATION' THEN from_account = 'AVAILABLE' AND to_account = 'ALLOCATED' AND channel_id IS NOT NULL WHEN 'RELEASE' THEN from_account = 'ALLOCATED' AND to_account = 'AVAILABLE' AND channel_id IS NOT NULL WHEN 'TRANSFER' THEN from_account = 'ALLOCATED' AND to_account = 'ALLOCATED' AND channel_id IS NOT NULL AND to_channel_id IS NOT NULL AND channel_id <> to_channel_id WHEN 'BURN' THEN from_account = 'ALLOCATED' AND to_account = 'USED' ELSE false END`,
)
export class LedgerTransaction {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'ledger_transaction_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'ledger_transaction_pkey', transformer: safeIntegerColumn })
  sequence: number

  @Column({ type: 'text', collation: 'C' })
  id: string

  @Column('text')
  kind: LedgerTransactionKind

  @Column('text')
  fromAccount: LedgerAccount

  @Column('text')
  toAccount: LedgerAccount

  /** More than 0: what the first entry loses and the second gains. */
  @Column('bigint', { transformer: safeIntegerColumn })
  days: number

  /** Of the first entry's ledger account, after it. */
  @Column('bigint', { transformer: safeIntegerColumn })
  fromBalance: number

  /** Of the second entry's ledger account, after both. */
  @Column('bigint', { transformer: safeIntegerColumn })
  toBalance: number

  /** Of the account, after this: what its BalanceChange tells, also where other ledger accounts moved. */
  @Column('bigint', { transformer: safeIntegerColumn })
  availableBalance: number

  @Column({ type: 'text', collation: 'C', nullable: true })
  channelId: string | null

  /** Of a transfer: the channel that received. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  toChannelId: string | null

  @Column({ type: 'text', collation: 'C', nullable: true })
  invoiceId: string | null

  @Column('text', { nullable: true })
  comment: string | null

  @Column('text')
  actor: string

  @Column({ type: 'timestamptz', precision: 3 })
  occurredAt: Date

  @Column({ type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt: Date

  /** Why the channel's end moved; null where this moved none. */
  @Column('text', { nullable: true })
  endReason: DayExpiryReason | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  previousPaidUntil: Date | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  paidUntil: Date | null

  @Column('integer', { nullable: true })
  unusedDays: number | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  toPreviousPaidUntil: Date | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  toPaidUntil: Date | null

  @Column('integer', { nullable: true })
  toUnusedDays: number | null
}
