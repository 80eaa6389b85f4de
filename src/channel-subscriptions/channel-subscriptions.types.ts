import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { ChannelType } from '../channels/channels.types'
import { MoneyType } from '../graphql/money.types'
import { NodeType } from '../graphql/node.types'
import { DateTime } from '../graphql/scalars'
import { PlanInterval } from '../pricing/plan-prices'
import { ChannelSubscriptionStatus } from './channel-subscription.entity'

registerEnumType(PlanInterval, { name: 'PlanInterval' })
registerEnumType(ChannelSubscriptionStatus, {
  name: 'ChannelSubscriptionStatus',
  valuesConfig: {
    INCOMPLETE: { description: 'Its first period is not paid yet.' },
    ACTIVE: { description: 'It is paid.' },
    PAST_DUE: { description: 'A later period is not paid: the channel runs on for 3 days.' },
    CANCELED: { description: 'It has ended.' },
  },
})

@ObjectType('Plan', {
  implements: NodeType,
  description: 'An account’s own price for one channel’s subscription, by its price agreement.',
})
export class PlanType extends NodeType {
  @Field(() => PlanInterval)
  interval: PlanInterval

  @Field(() => MoneyType)
  price: MoneyType

  @Field(() => MoneyType, { description: 'What the same time costs on the monthly plan.' })
  undiscounted: MoneyType
}

@ObjectType('ChannelSubscription', {
  implements: NodeType,
  description: 'A subscription at the payment provider that pays for one channel.',
})
export class ChannelSubscriptionType extends NodeType {
  @Field(() => ChannelSubscriptionStatus)
  status: ChannelSubscriptionStatus

  @Field(() => DateTime, {
    nullable: true,
    description: 'The end of the period that runs. The channel is paid until the end of the last one that was paid.',
  })
  currentPeriodEnd: Date | null

  @Field(() => Boolean)
  cancelAtPeriodEnd: boolean
}

@InputType('SubscribeChannelInput')
export class SubscribeChannelInput {
  @Field(() => ID)
  channelId: string

  @Field(() => ID)
  planId: string

  @Field(() => String, { nullable: true, description: 'Where the payer comes back to after paying.' })
  successUrl?: string | null

  @Field(() => String, { nullable: true, description: 'Where the payer comes back to without paying.' })
  cancelUrl?: string | null

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null
}

@ObjectType('SubscribeChannelPayload')
export class SubscribeChannelPayload {
  @Field(() => ChannelType)
  channel: ChannelType

  @Field(() => String, { description: 'The page on which it is paid; an hour long.' })
  checkoutUrl: string
}

@ObjectType('BillingPortalPayload')
export class BillingPortalPayload {
  @Field(() => String)
  url: string
}
