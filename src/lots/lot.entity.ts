import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import { safeIntegerColumn } from '../database-columns'
import { LedgerTransactionKind } from '../ledger/ledger-transaction.entity'

/**
 * Days that came together and cost the same. A projection of the ledger, as are the other tables here: `rebuildLots` makes
 * them anew at any time.
 */
@Entity('lot')
@Index('lot_open', ['accountId', 'sequence'], { where: 'days_left > 0' })
@Index('lot_of_invoice', ['accountId', 'invoiceId'], { unique: true, where: 'invoice_id IS NOT NULL' })
@Check('lot_days_left_within', `days > 0 AND days_left BETWEEN 0 AND days`)
@Check(
  'lot_price_whole',
  `(currency IS NULL) = (net_minor IS NULL) AND (net_minor IS NULL) = (total_minor IS NULL) AND (kind = 'PURCHASE') = (currency IS NOT NULL)`,
)
export class Lot {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'lot_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'lot_account' })
  accountId: string

  /** Of the movement by which its days came. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'lot_pkey', transformer: safeIntegerColumn })
  sequence: number

  @Column('text')
  kind: LedgerTransactionKind

  @Column({ type: 'text', collation: 'C', nullable: true })
  invoiceId: string | null

  @Column({ type: 'timestamptz', precision: 3 })
  receivedAt: Date

  @Column('bigint', { transformer: safeIntegerColumn })
  days: number

  /** That nothing has drawn yet, or that came back. */
  @Column('bigint', { transformer: safeIntegerColumn })
  daysLeft: number

  /** Of a purchase: what all of its days cost together. Null where they cost nothing. */
  @Column('text', { nullable: true })
  currency: string | null

  @Column('bigint', { nullable: true, transformer: safeIntegerColumn })
  netMinor: number | null

  @Column('bigint', { nullable: true, transformer: safeIntegerColumn })
  totalMinor: number | null
}

/**
 * Days that a holder, mostly a channel, was given in a row: of one lot, or uncovered as they were drawn. The days that came to a
 * holder are numbered from 1, and are used in this order. Its account is held by `lot_fold`: a foreign key looks once a row.
 */
@Entity('lot_piece')
@Check('lot_piece_figures', `from_day > 0 AND days > 0 AND (lot_sequence IS NULL) = (uncovered_from IS NOT NULL)`)
export class LotPiece {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'lot_piece_pkey', collation: 'C' })
  accountId: string

  /** A channel; or the kind of movement that took the days from the balance. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'lot_piece_pkey', collation: 'C' })
  holder: string

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'lot_piece_pkey', transformer: safeIntegerColumn })
  fromDay: number

  @Column('bigint', { transformer: safeIntegerColumn })
  days: number

  @Column('bigint', { nullable: true, transformer: safeIntegerColumn })
  lotSequence: number | null

  /** Of uncovered days: the number of the first. */
  @Column('bigint', { nullable: true, transformer: safeIntegerColumn })
  uncoveredFrom: number | null
}

/** Which lot has covered days that a postpaid account drew beyond all lots; null as long as none has. */
@Entity('lot_cover')
@Index('lot_cover_open', ['accountId', 'uncoveredFrom'], { where: 'lot_sequence IS NULL' })
@Check('lot_cover_figures', `uncovered_from > 0 AND days > 0`)
export class LotCover {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'lot_cover_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'lot_cover_account' })
  accountId: string

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'lot_cover_pkey', transformer: safeIntegerColumn })
  uncoveredFrom: number

  @Column('bigint', { transformer: safeIntegerColumn })
  days: number

  @Column('bigint', { nullable: true, transformer: safeIntegerColumn })
  lotSequence: number | null
}

/** How far an account's ledger is folded into lots. Its row is locked meanwhile, so that one at a time folds. */
@Entity('lot_fold')
export class LotFold {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'lot_fold_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'lot_fold_account' })
  accountId: string

  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  sequence: number

  /** The number of the next uncovered day. */
  @Column('bigint', { default: 1, transformer: safeIntegerColumn })
  nextUncovered: number
}
