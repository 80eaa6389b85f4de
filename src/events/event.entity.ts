import { Column, Entity, PrimaryColumn } from 'typeorm'
import { safeIntegerColumn } from '../database-columns'

/**
 * An event of an account that is no movement of days (those are rows of `ledger_transaction`). The two tables share the
 * account's gapless sequence. Append-only, as the ledger is; that its account is there is looked at once a statement, by a trigger.
 */
@Entity('event')
export class StoredEvent {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'event_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'event_pkey', transformer: safeIntegerColumn })
  sequence: number

  /** What happened to what, such as `channel.created`. */
  @Column('text')
  type: string

  /** The id of what it happened to. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  subject: string | null

  @Column('jsonb', { nullable: true })
  data: Record<string, unknown> | null

  @Column('text')
  actor: string

  @Column({ type: 'timestamptz', precision: 3 })
  occurredAt: Date

  @Column({ type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt: Date
}
