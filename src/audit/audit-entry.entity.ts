import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import type { Role } from '../auth/actor'

export enum AuditOutcome {
  DONE = 'DONE',
  REFUSED = 'REFUSED',
}

/** How a deed came in. */
export enum AuditOrigin {
  HTTP = 'HTTP',
  SOCKET = 'SOCKET',
}

/** Who did what to which object, from where, and what it changed. Append-only, as the ledger is. */
@Entity('audit_entry')
@Index('audit_entry_of_account', ['accountId', 'occurredAt', 'id'])
@Index('audit_entry_by_time', ['occurredAt', 'id'])
@Index('audit_entry_by_actor', ['actor', 'occurredAt', 'id'])
@Index('audit_entry_about', ['subjectId', 'occurredAt', 'id'], { where: 'subject_id IS NOT NULL' })
@Check('audit_entry_role_known', `role IN ('PARTNER', 'STAFF')`)
@Check('audit_entry_origin_known', `origin IN ('HTTP', 'SOCKET')`)
@Check('audit_entry_outcome_known', `outcome IN ('DONE', 'REFUSED')`)
@Check('audit_entry_refused_with_code', `(outcome = 'REFUSED') = (code IS NOT NULL)`)
export class AuditEntry {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'audit_entry_pkey', collation: 'C' })
  id: string

  /** Null for a deed that concerns no account. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  @ForeignKey(() => Account, { name: 'audit_entry_account' })
  accountId: string | null

  @Column({ type: 'timestamptz', precision: 3, default: () => 'daybook_now()' })
  occurredAt: Date

  /** As in the ledger and in events: a token’s id, with `staff:` before it for staff’s. */
  @Column({ type: 'text', collation: 'C' })
  actor: string

  @Column('text')
  role: Role

  /** The mutation’s name. */
  @Column('text')
  action: string

  @Column('text')
  subjectKind: string

  @Column({ type: 'text', collation: 'C', nullable: true })
  subjectId: string | null

  /** As it was given, within bounds and without what is secret: `shown-input.ts`. */
  @Column('jsonb')
  input: Record<string, unknown>

  /** What was there, of that which is another now; null where nothing was there, or nothing is kept of it. */
  @Column('jsonb', { nullable: true })
  before: Record<string, unknown> | null

  @Column('jsonb', { nullable: true })
  after: Record<string, unknown> | null

  @Column('text')
  outcome: AuditOutcome

  /** Of a refusal. */
  @Column('text', { nullable: true })
  code: string | null

  @Column('text')
  origin: AuditOrigin

  /** Of HTTP the request’s, of a socket the connection’s: as in the log, and in x-request-id. */
  @Column('text')
  requestId: string

  @Column('text', { nullable: true })
  ip: string | null

  @Column('text', { nullable: true })
  userAgent: string | null
}
