import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { connectionType, type ConnectionOf } from '../graphql/connection'
import { DateTime, Days } from '../graphql/scalars'
import { KeepAliveOrder, KeepAliveShortage } from './keep-alive-policy.entity'
import type { KeepAliveAllocation } from './preview-keep-alive'

registerEnumType(KeepAliveOrder, {
  name: 'KeepAliveOrder',
  description: 'Who is served first where there are not days enough for all.',
  valuesConfig: {
    ENDING_FIRST: { description: 'The channel that ends soonest.' },
    OLDEST_FIRST: { description: 'The channel that was created first.' },
    NEWEST_FIRST: { description: 'The channel that was created last.' },
    FEWEST_DAYS_FIRST: { description: 'The channel that lacks the fewest days, so that the most channels are served.' },
  },
})
registerEnumType(KeepAliveShortage, {
  name: 'KeepAliveShortage',
  description: 'Why channels get less than it takes.',
  valuesConfig: {
    BALANCE: { description: 'Too few days are available. Days that arrive are allocated at once.' },
    CAP: { description: 'The daily cap is reached. It goes on at the next UTC midnight.' },
    OVERDUE: { description: 'A usage invoice is unpaid past its due date. It goes on as that ends.' },
    SUSPENDED: { description: 'The account is suspended. It goes on as that ends.' },
  },
})

@ObjectType('KeepAlivePolicy', { description: 'The rule by which an account keeps its running channels above N days.' })
export class KeepAlivePolicyType {
  @Field(() => Days, { description: 'Every running channel is kept at or above this many days.' })
  minDays: number

  @Field(() => Days, { nullable: true, description: 'Days that it allocates on one UTC day at the most.' })
  dailyCap: number | null

  @Field(() => KeepAliveOrder)
  order: KeepAliveOrder

  @Field(() => Days, { description: 'Days that it has allocated on this UTC day of the account’s clock.' })
  spentToday: number

  @Field(() => DateTime, { nullable: true, description: 'Since when it could not serve all; null where it can.' })
  shortSince: Date | null

  @Field(() => KeepAliveShortage, { nullable: true, description: 'Why the last run could not serve all.' })
  shortage: KeepAliveShortage | null
}

@InputType('SetKeepAliveInput')
export class SetKeepAliveInput {
  @Field(() => ID, { nullable: true, description: 'Staff name the account; a partner’s token implies it.' })
  accountId?: string | null

  @Field(() => Days, { nullable: true, description: 'Off, unless given. 1 to 36,500.' })
  minDays?: number | null

  @Field(() => Days, {
    nullable: true,
    description: 'Days of one UTC day at the most, 1 to 1,000,000,000; without it, as many as it takes.',
  })
  dailyCap?: number | null

  @Field(() => KeepAliveOrder, { defaultValue: KeepAliveOrder.ENDING_FIRST })
  order: KeepAliveOrder
}

@ObjectType('KeepAliveAllocation', { description: 'A channel that ends too early, and what a run would give it.' })
export class KeepAliveAllocationType implements KeepAliveAllocation {
  @Field(() => ID)
  channelId: string

  @Field(() => Int, { description: 'Its place in the order of service, from 1.' })
  place: number

  @Field(() => Days, { description: 'Days that it takes.' })
  neededDays: number

  @Field(() => Days, { description: 'Days that it would get: all that it takes, what is left, or none.' })
  days: number

  @Field(() => Boolean, { name: 'served', description: 'It would get all that it takes.' })
  isServed: boolean

  @Field(() => DateTime, { description: 'Its end, afterwards.' })
  paidUntil: Date
}

export const KeepAliveAllocationConnection = connectionType('KeepAliveAllocation', () => KeepAliveAllocationType)

@ObjectType('KeepAlivePreview', { description: 'What a keep-alive policy would do now. Asking changes nothing.' })
export class KeepAlivePreviewType {
  @Field(() => DateTime, { description: 'The instant by which it was decided, on the account’s clock.' })
  at: Date

  @Field(() => DateTime, {
    description: 'Every running channel is to last until here: minDays after the next UTC midnight.',
  })
  target: Date

  @Field(() => Days, { description: 'Days that it takes.' })
  neededDays: number

  @Field(() => Days, { description: 'Days that would be allocated.' })
  days: number

  @Field(() => Days, { description: 'Days that would be lacking.' })
  missingDays: number

  @Field(() => Int, { description: 'Channels that would get all that they take.' })
  servedChannels: number

  @Field(() => Int, { description: 'Channels that would not.' })
  unservedChannels: number

  @Field(() => KeepAliveShortage, {
    nullable: true,
    description: 'Why not all would be served; null where they would.',
  })
  shortage: KeepAliveShortage | null

  @Field(() => Days, { nullable: true, description: 'What the cap leaves of this UTC day; null without a cap.' })
  capLeft: number | null

  @Field(() => Days, { description: 'Days that would be available.' })
  balanceAfter: number

  @Field(() => KeepAliveAllocationConnection, { description: 'Channels that end too early, in the order of service.' })
  allocations: ConnectionOf<KeepAliveAllocationType>
}
