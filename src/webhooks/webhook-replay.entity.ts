import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { safeIntegerColumn } from '../database-columns'
import { WebhookEndpoint } from './webhook-endpoint.entity'

export enum WebhookReplayState {
  /** Under way, or waiting for its turn. */
  PENDING = 'PENDING',
  DONE = 'DONE',
  /** One of its events was not received for three days. */
  FAILED = 'FAILED',
}

/** Events that are sent to an endpoint once more, beside its stream. */
@Entity('webhook_replay')
@ForeignKey(() => WebhookEndpoint, ['accountId', 'endpointId'], ['accountId', 'id'], {
  name: 'webhook_replay_own_endpoint',
})
@Check(
  'webhook_replay_range',
  `from_sequence BETWEEN 1 AND to_sequence AND cursor BETWEEN from_sequence - 1 AND to_sequence`,
)
@Check('webhook_replay_failing_whole', `failures >= 0 AND (failures = 0) = (failing_since IS NULL)`)
@Check('webhook_replay_state_known', `state IN ('PENDING', 'DONE', 'FAILED')`)
@Check('webhook_replay_ended', `(state = 'PENDING') = (ended_at IS NULL)`)
@Index('webhook_replay_pending', ['id'], { where: `state = 'PENDING'` })
@Index('webhook_replay_of_endpoint', ['endpointId', 'id'])
export class WebhookReplay {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'webhook_replay_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'webhook_replay_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  endpointId: string

  @Column('bigint', { transformer: safeIntegerColumn })
  fromSequence: number

  @Column('bigint', { transformer: safeIntegerColumn })
  toSequence: number

  /** Whatever the endpoint's list of types says: one event that was named. */
  @Column('boolean')
  everyType: boolean

  @Column('text')
  state: WebhookReplayState

  @Column('bigint', { transformer: safeIntegerColumn })
  cursor: number

  @Column('integer', { default: 0 })
  failures: number

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  failingSince: Date | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  nextAttemptAt: Date | null

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  endedAt: Date | null
}
