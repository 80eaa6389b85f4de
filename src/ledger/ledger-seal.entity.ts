import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import { safeIntegerColumn } from '../database-columns'

/** The hash over all of an account's ledger, from its first movement to this one. Append-only, as what it seals. */
@Entity('ledger_seal')
@Check('ledger_seal_hash_length', 'octet_length(hash) = 32')
@Check('ledger_seal_not_empty', 'transactions BETWEEN 1 AND sequence')
export class LedgerSeal {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'ledger_seal_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'ledger_seal_account' })
  accountId: string

  /** Of the last movement that it covers. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'ledger_seal_pkey', transformer: safeIntegerColumn })
  sequence: number

  /** How many movements it covers. */
  @Column('bigint', { transformer: safeIntegerColumn })
  transactions: number

  @Column('bytea')
  hash: Buffer

  @Column({ type: 'timestamptz', precision: 3, default: () => 'daybook_now()' })
  sealedAt: Date
}
