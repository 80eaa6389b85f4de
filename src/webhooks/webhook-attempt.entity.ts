import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { safeIntegerColumn } from '../database-columns'
import { WebhookEndpoint } from './webhook-endpoint.entity'

export enum WebhookAttemptKind {
  STREAM = 'STREAM',
  REPLAY = 'REPLAY',
}

/** That an event was sent to an endpoint, and what came back. Append-only; pruned after 30 days. */
@Entity('webhook_attempt')
@ForeignKey(() => WebhookEndpoint, ['accountId', 'endpointId'], ['accountId', 'id'], {
  name: 'webhook_attempt_own_endpoint',
})
@Check('webhook_attempt_kind_known', `kind IN ('STREAM', 'REPLAY')`)
@Check('webhook_attempt_answer_bounded', `octet_length(answer) <= 4096`)
@Index('webhook_attempt_created', ['createdAt'])
export class WebhookAttempt {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'webhook_attempt_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'webhook_attempt_pkey', collation: 'C' })
  endpointId: string

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'webhook_attempt_pkey', transformer: safeIntegerColumn })
  sequence: number

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'webhook_attempt_pkey', collation: 'C' })
  id: string

  @Column('text')
  eventType: string

  @Column('text')
  kind: WebhookAttemptKind

  @Column('boolean')
  delivered: boolean

  /** Null where there was no answer. */
  @Column('integer', { nullable: true })
  status: number | null

  @Column('integer')
  durationMs: number

  /** The start of the answer's body. */
  @Column('text', { nullable: true })
  answer: string | null

  @Column('text', { nullable: true })
  error: string | null

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date
}
