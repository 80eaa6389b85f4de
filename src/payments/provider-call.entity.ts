import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import { Channel } from '../channels/channel.entity'

export enum ProviderCallKind {
  SUBSCRIBE = 'SUBSCRIBE',
  CHANGE_PLAN = 'CHANGE_PLAN',
  CANCEL_AT_PERIOD_END = 'CANCEL_AT_PERIOD_END',
  RESUME = 'RESUME',
  CANCEL_NOW = 'CANCEL_NOW',
  REFUND = 'REFUND',
}

export enum ProviderCallState {
  PENDING = 'PENDING',
  DONE = 'DONE',
  /** The provider said no, for good. */
  REFUSED = 'REFUSED',
}

/**
 * What the payment provider shall be told: stored with what caused it, before the call, so that the call is made for
 * certain, and by its id as idempotency key once, whatever falls between.
 */
@Entity('provider_call')
@Index('provider_call_due', ['nextAttemptAt'], { where: `state = 'PENDING'` })
@Index('provider_call_of_channel', ['accountId', 'channelId', 'id'], { where: 'channel_id IS NOT NULL' })
@Check(
  'provider_call_kind_known',
  `kind IN ('SUBSCRIBE', 'CHANGE_PLAN', 'CANCEL_AT_PERIOD_END', 'RESUME', 'CANCEL_NOW', 'REFUND')`,
)
@Check('provider_call_state_known', `state IN ('PENDING', 'DONE', 'REFUSED')`)
@Check('provider_call_next', `(state = 'PENDING') = (next_attempt_at IS NOT NULL)`)
@ForeignKey(() => Channel, ['accountId', 'channelId'], ['accountId', 'id'], { name: 'provider_call_own_channel' })
export class ProviderCall {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'provider_call_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => Account, { name: 'provider_call_account' })
  accountId: string

  @Column({ type: 'text', collation: 'C', nullable: true })
  channelId: string | null

  @Column('text')
  kind: ProviderCallKind

  @Column('jsonb')
  request: Record<string, string | null>

  @Column('text')
  state: ProviderCallState

  @Column('jsonb', { nullable: true })
  answer: Record<string, string> | null

  /** What the last attempt failed with, as it may be shown. */
  @Column('text', { nullable: true })
  error: string | null

  @Column('integer', { default: 0 })
  attempts: number

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  nextAttemptAt: Date | null

  /** Of a checkout: until when its page can be paid. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expiresAt: Date | null

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date
}
