import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import { safeIntegerColumn } from '../database-columns'

/** What was seen at the last look at an account's runway. Only accounts that want to be told of a low runway have one. */
@Entity('runway_watch')
@Index('runway_watch_due', ['dueAt'], { where: 'due_at IS NOT NULL' })
export class RunwayWatch {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'runway_watch_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'runway_watch_account' })
  accountId: string

  /** When the days run out; null for never. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  runsOutAt: Date | null

  /** By the account's clock; null before the first look. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lookedAt: Date | null

  /** The account's last event as the look left it: until the next one, the days run out when they did. */
  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  sequence: number

  /** By the live clock, when to look next: a second after a change, or when time alone brings a crossing. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  dueAt: Date | null
}
