import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm'

export enum ProviderEventState {
  /** To be looked at, at `nextAttemptAt`. */
  PENDING = 'PENDING',
  /** What it was about has been fetched and applied. */
  DONE = 'DONE',
  /** Of the other mode, of somebody else's objects, or of nothing that is applied here. */
  IGNORED = 'IGNORED',
  /** It failed too often: staff are to look at it. */
  PARKED = 'PARKED',
}

/**
 * That something happened at the payment provider. The event's own copy of the object is not kept: the object is fetched.
 * Its payment is known here, and not yet acted upon, where the kind is PAYMENT.
 */
@Entity('provider_event')
@Check('provider_event_state_known', `state IN ('PENDING', 'DONE', 'IGNORED', 'PARKED')`)
@Check(
  'provider_event_object_kind_known',
  `object_kind IN ('CHECKOUT', 'SUBSCRIPTION', 'PAYMENT', 'REFUND', 'DISPUTE', 'CUSTOMER', 'CARD', 'CHARGE')`,
)
@Check('provider_event_object_whole', `(object_kind IS NULL) = (object_id IS NULL)`)
@Check('provider_event_due_while_pending', `(next_attempt_at IS NOT NULL) = (state = 'PENDING')`)
@Index('provider_event_due', ['nextAttemptAt'], { where: `state = 'PENDING'` })
@Index('provider_event_pending_object', ['objectId'], { where: `state = 'PENDING'` })
@Index('provider_event_received', ['receivedAt', 'id'])
@Index('provider_event_state', ['state', 'receivedAt', 'id'])
export class StoredProviderEvent {
  /** The provider's own id of the event. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'provider_event_pkey', collation: 'C' })
  id: string

  @Column('text')
  provider: 'STRIPE' | 'SANDBOX'

  @Column('text')
  type: string

  @Column('boolean')
  livemode: boolean

  @Column('text', { nullable: true })
  apiVersion: string | null

  @Column('text', { nullable: true })
  objectKind: 'CHECKOUT' | 'SUBSCRIPTION' | 'PAYMENT' | 'CUSTOMER' | 'CARD' | 'CHARGE' | 'REFUND' | 'DISPUTE' | null

  @Column('text', { nullable: true })
  objectId: string | null

  /** By the provider's clock. */
  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column({ type: 'timestamptz', precision: 3 })
  receivedAt: Date

  @Column('text')
  state: ProviderEventState

  /** How often it has failed. */
  @Column('integer', { default: 0 })
  attempts: number

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  nextAttemptAt: Date | null

  @Column('text', { nullable: true })
  lastError: string | null
}

/** How far the provider's list of events has been read. */
@Entity('provider_cursor')
export class ProviderCursor {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'provider_cursor_pkey' })
  provider: 'STRIPE' | 'SANDBOX'

  @PrimaryColumn('boolean', { primaryKeyConstraintName: 'provider_cursor_pkey' })
  livemode: boolean

  @Column('text')
  cursor: string
}
