import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { ErrorCode, type ErrorDetails } from '../errors'
import { connectionType } from '../graphql/connection'
import { NodeType } from '../graphql/node.types'
import { DateTime, Days, JSONObject } from '../graphql/scalars'
import { BalanceType } from '../ledger/ledger.types'
import { BulkMode } from './allocate-days-in-bulk'
import { ChannelStatus } from './channel-time'
import type { Channel } from './channel.entity'

export enum ChannelBilling {
  /** By days of the account's balance. */
  BALANCE = 'BALANCE',
  /** By a subscription of its own. */
  SUBSCRIPTION = 'SUBSCRIPTION',
}

registerEnumType(ChannelStatus, {
  name: 'ChannelStatus',
  description: 'Derived from the channel’s time whenever it is asked for.',
  valuesConfig: {
    NEW: { description: 'It has had no time yet.' },
    TRIAL: { description: 'Its trial runs.' },
    ACTIVE: { description: 'Its paid time runs.' },
    EXPIRED: { description: 'Its time is over.' },
    DELETED: { description: 'Deleted for good; its history stays readable.' },
  },
})
registerEnumType(ChannelBilling, { name: 'ChannelBilling', description: 'What pays for a channel.' })
registerEnumType(BulkMode, {
  name: 'BulkMode',
  valuesConfig: {
    ATOMIC: { description: 'All items or none.' },
    PARTIAL: { description: 'Each item for itself, in their order.' },
  },
})
registerEnumType(ErrorCode, {
  name: 'ErrorCode',
  description:
    'Every failure is an entry of `errors` whose `extensions.code` is one of these, with the figures a program needs beside it. A mutation does all that it says, or nothing.',
})

/** The fields that are columns come from the row; those that go by the clock are resolved. */
@ObjectType('Channel', { implements: NodeType, description: 'One connection that a partner runs for a customer.' })
export class ChannelType extends NodeType {
  @Field(() => ID)
  accountId: string

  @Field(() => String)
  name: string

  @Field(() => String, {
    nullable: true,
    description: 'The partner’s own name for it, unique among the account’s channels that are not deleted.',
  })
  externalId: string | null

  @Field(() => DateTime, { nullable: true })
  trialUntil: Date | null

  @Field(() => JSONObject, { nullable: true })
  metadata: object | null

  @Field(() => DateTime)
  createdAt: Date

  @Field(() => DateTime, { nullable: true })
  deletedAt: Date | null
}

/** Holds the entity to its face: a column that is renamed stops the build here. */
export const channelFace = (channel: Channel): ChannelType => channel

export const ChannelConnection = connectionType('Channel', () => ChannelType)

@ObjectType('ItemError', { description: 'Of one item in a bulk mutation.' })
export class ItemErrorType {
  @Field(() => ErrorCode)
  code: ErrorCode

  @Field(() => String)
  message: string

  @Field(() => JSONObject, { nullable: true, description: 'The figures, as in `extensions`.' })
  details: ErrorDetails | null
}

@ObjectType('ChannelPayload')
export class ChannelPayload {
  @Field(() => BalanceType)
  balance: BalanceType

  channelId: string
  transactionId: string | null
}

@ObjectType('TransferPayload')
export class TransferPayload {
  @Field(() => BalanceType)
  balance: BalanceType

  fromChannelId: string
  toChannelId: string
  transactionId: string
}

@ObjectType('DeleteChannelPayload')
export class DeleteChannelPayload {
  @Field(() => BalanceType)
  balance: BalanceType

  channelId: string
  transactionId: string | null

  @Field(() => Days)
  returnedDays: number
}

@ObjectType('BulkAllocationItem')
export class BulkAllocationItem {
  @Field(() => ID)
  channelId: string

  @Field(() => ItemErrorType, { nullable: true, description: 'Why this item was refused; null where it was not.' })
  error: ItemErrorType | null
}

@ObjectType('BulkAllocationPayload')
export class BulkAllocationPayload {
  @Field(() => BalanceType)
  balance: BalanceType

  @Field(() => [BulkAllocationItem], { description: 'In the order of the input.' })
  items: BulkAllocationItem[]

  @Field(() => Days)
  allocatedDays: number
}

@InputType('ChannelFilter')
export class ChannelFilter {
  @Field(() => [ChannelStatus], { nullable: true })
  status?: ChannelStatus[] | null

  @Field(() => DateTime, { nullable: true, description: 'Only those whose time ends before this.' })
  endsBefore?: Date | null

  @Field(() => String, { nullable: true, description: 'Part of the name or the externalId, in any case.' })
  search?: string | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether a subscription of its own lives, one that is cancelled at the end of its period too.',
  })
  subscribed?: boolean | null
}

@InputType('CreateChannelInput')
export class CreateChannelInput {
  @Field(() => ID, { nullable: true, description: 'Staff name the account; a partner’s token implies it.' })
  accountId?: string | null

  @Field(() => String)
  name: string

  @Field(() => String, { nullable: true })
  externalId?: string | null

  @Field(() => Boolean, { defaultValue: false })
  trial: boolean

  @Field(() => Days, { nullable: true, description: 'Allocated at once from the balance.' })
  days?: number | null

  @Field(() => JSONObject, { nullable: true })
  metadata?: object | null

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null
}

@InputType('UpdateChannelInput', { description: 'A field that is left out stays as it is.' })
export class UpdateChannelInput {
  @Field(() => ID)
  channelId: string

  @Field(() => String, { nullable: true })
  name?: string | null

  @Field(() => String, { nullable: true, description: 'Null takes it away.' })
  externalId?: string | null

  @Field(() => JSONObject, { nullable: true, description: 'Null takes it away.' })
  metadata?: object | null
}

@InputType('AllocateDaysInput')
export class AllocateDaysInput {
  @Field(() => ID)
  channelId: string

  @Field(() => Days, { description: '1 to 36,500.' })
  days: number

  @Field(() => String, { nullable: true })
  comment?: string | null

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null
}

@InputType('AllocationItem')
export class AllocationItem {
  @Field(() => ID)
  channelId: string

  @Field(() => Days, { description: '1 to 36,500.' })
  days: number
}

@InputType('AllocateDaysInBulkInput', { description: 'At most 10,000 items, each of another channel.' })
export class AllocateDaysInBulkInput {
  @Field(() => [AllocationItem])
  items: AllocationItem[]

  @Field(() => BulkMode, { defaultValue: BulkMode.ATOMIC })
  mode: BulkMode

  @Field(() => String, { nullable: true })
  comment?: string | null

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null
}

@InputType('ReleaseDaysInput')
export class ReleaseDaysInput {
  @Field(() => ID)
  channelId: string

  @Field(() => Days, { nullable: true, description: 'All that are unused, unless given.' })
  days?: number | null

  @Field(() => String, { nullable: true })
  comment?: string | null

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null
}

@InputType('TransferDaysInput')
export class TransferDaysInput {
  @Field(() => ID)
  fromChannelId: string

  @Field(() => ID)
  toChannelId: string

  @Field(() => Days)
  days: number

  @Field(() => String, { nullable: true })
  comment?: string | null

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null
}

@InputType('DeleteChannelInput')
export class DeleteChannelInput {
  @Field(() => ID)
  channelId: string

  @Field(() => String, { nullable: true })
  comment?: string | null

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null
}
