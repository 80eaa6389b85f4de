import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm'
import { Account } from './account.entity'

/** What the clock can bring an account, in the order in which it is done at one instant. */
export enum AccountDueKind {
  MONTH_CLOSE = 'MONTH_CLOSE',
  OVERDUE = 'OVERDUE',
  DUNNING = 'DUNNING',
  INVOICE_SCHEDULE = 'INVOICE_SCHEDULE',
  KEEP_ALIVE = 'KEEP_ALIVE',
  AUTO_TOP_UP = 'AUTO_TOP_UP',
}

/** When the clock brings an account something of a kind next. The earliest of them stands on the account too. */
@Entity('account_due')
@Check(
  'account_due_kind_known',
  `kind IN ('MONTH_CLOSE', 'OVERDUE', 'DUNNING', 'INVOICE_SCHEDULE', 'KEEP_ALIVE', 'AUTO_TOP_UP')`,
)
export class AccountDue {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'account_due_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'account_due_account' })
  accountId: string

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'account_due_pkey' })
  kind: AccountDueKind

  @Column({ type: 'timestamptz', precision: 3 })
  at: Date
}
