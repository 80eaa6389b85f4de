import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import { safeIntegerColumn } from '../database-columns'

/** Why nothing is sent to an endpoint. */
export enum WebhookDisabledReason {
  REQUESTED = 'REQUESTED',
  FAILING = 'FAILING',
  GONE = 'GONE',
  DELETED = 'DELETED',
}

/** Where the events of an account are sent, and how far they have been. */
@Entity('webhook_endpoint')
@Check('webhook_endpoint_cursor_not_negative', `cursor >= 0`)
@Check('webhook_endpoint_previous_whole', `(previous_secret IS NULL) = (previous_secret_until IS NULL)`)
@Check('webhook_endpoint_failing_whole', `failures >= 0 AND (failures = 0) = (failing_since IS NULL)`)
@Check('webhook_endpoint_disabled_whole', `(disabled_at IS NULL) = (disabled_reason IS NULL)`)
@Check('webhook_endpoint_disabled_reason_known', `disabled_reason IN ('REQUESTED', 'FAILING', 'GONE', 'DELETED')`)
@Check(
  'webhook_endpoint_deleted_is_disabled',
  `(deleted_at IS NOT NULL) = (disabled_reason IS NOT DISTINCT FROM 'DELETED')`,
)
@Index('webhook_endpoint_enabled', ['accountId'], { where: 'disabled_at IS NULL' })
export class WebhookEndpoint {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'webhook_endpoint_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'webhook_endpoint_account' })
  accountId: string

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'webhook_endpoint_pkey', collation: 'C' })
  id: string

  @Column('text')
  url: string

  @Column('text', { nullable: true })
  description: string | null

  /** Types such as `invoice.paid`, or all of a noun as `invoice.*`; null for all there are. */
  @Column('text', { array: true, nullable: true })
  eventTypes: string[] | null

  /** Sealed: `sealed-secrets.ts`. Empty once the endpoint is deleted. */
  @Column('bytea')
  secret: Buffer

  /** What the secret was before it was replaced: signed with beside it for a while. */
  @Column('bytea', { nullable: true })
  previousSecret: Buffer | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  previousSecretUntil: Date | null

  /** The last event that is done with: received, or not wanted. */
  @Column('bigint', { transformer: safeIntegerColumn })
  cursor: number

  /** How often the event after the cursor has failed. */
  @Column('integer', { default: 0 })
  failures: number

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  failingSince: Date | null

  /** Null: at once. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  nextAttemptAt: Date | null

  /** The last time that something was written here by whoever sends: those who have waited longest are served first. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  servedAt: Date | null

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  disabledAt: Date | null

  @Column('text', { nullable: true })
  disabledReason: WebhookDisabledReason | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deletedAt: Date | null
}
