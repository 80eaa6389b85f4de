import { ArgsType, Field, ID, InterfaceType, ObjectType, registerEnumType } from 'type-graphql'
import { connectionType } from '../graphql/connection'
import { DateTime, Days, JSONObject, Sequence } from '../graphql/scalars'
import { InvoiceStatus } from '../invoices/invoice.entity'
import { DayExpiryReason } from '../ledger/ledger-transaction.entity'
import { LedgerTransactionType } from '../ledger/ledger.types'
import type { AccountEvent } from './account-event'
import { LowBalanceMeasure } from './record-event'

registerEnumType(LowBalanceMeasure, { name: 'LowBalanceMeasure' })

@InterfaceType('Event', {
  description: 'Something that happened to an account, under a number of its own.',
  resolveType: (event: AccountEvent) => event.kind,
})
export abstract class EventType {
  @Field(() => ID)
  accountId: string

  @Field(() => Sequence)
  sequence: number

  @Field(() => String, { description: 'What happened to what, such as `channel.created`.' })
  type: string

  @Field(() => DateTime)
  occurredAt: Date
}

@ObjectType('BalanceChange', {
  implements: EventType,
  description: 'Days moved: one for each ledger transaction, under the transaction’s own number.',
})
export class BalanceChangeType extends EventType {
  @Field(() => Days, { description: 'The change of available, signed; 0 for a transfer or a burn.' })
  days: number

  @Field(() => Days)
  available: number

  @Field(() => LedgerTransactionType)
  transaction: LedgerTransactionType
}

@ObjectType('DayExpiryChange', {
  implements: EventType,
  description: 'The end of a channel’s days moved, or has come.',
})
export class DayExpiryChangeType extends EventType {
  channelId: string

  @Field(() => DayExpiryReason)
  reason: DayExpiryReason

  @Field(() => DateTime, { nullable: true })
  previousPaidUntil: Date | null

  @Field(() => DateTime, { nullable: true })
  paidUntil: Date | null

  @Field(() => Days)
  unusedDays: number
}

@ObjectType('InvoiceChange', { implements: EventType, description: 'An invoice changed; a payment on it counts.' })
export class InvoiceChangeType extends EventType {
  invoiceId: string

  @Field(() => InvoiceStatus, { description: 'As this event left it.' })
  status: InvoiceStatus
}

@ObjectType('LowBalance', {
  implements: EventType,
  description: 'A threshold of the account was crossed downwards: told once at each crossing.',
})
export class LowBalanceType extends EventType {
  @Field(() => LowBalanceMeasure)
  measure: LowBalanceMeasure

  @Field(() => Days)
  threshold: number

  @Field(() => Days)
  available: number

  @Field(() => DateTime, {
    nullable: true,
    description: 'Of a threshold in days of runway: when the balance runs out if every running channel is renewed.',
  })
  runsOutAt: Date | null
}

@ObjectType('OtherEvent', { implements: EventType, description: 'Whatever else happens to an account.' })
export class OtherEventType extends EventType {
  @Field(() => ID, { nullable: true, description: 'The id of what it happened to.' })
  subject: string | null

  @Field(() => JSONObject, { nullable: true })
  data: object | null
}

export const EventConnection = connectionType('Event', () => EventType)

@ArgsType()
export class FollowArguments {
  @Field(() => ID, { nullable: true, description: 'A partner’s own account; staff name one.' })
  accountId?: string | null

  @Field(() => Sequence, {
    nullable: true,
    description: 'The last sequence that was seen; 0 for all from the first on.',
  })
  after?: number | null
}

@ArgsType()
export class FollowChannelArguments extends FollowArguments {
  @Field(() => ID, { nullable: true })
  channelId?: string | null
}
