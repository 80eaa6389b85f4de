import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql'
import { connectionType } from '../graphql/connection'
import { DateTime } from '../graphql/scalars'
import { ProviderEventState, type StoredProviderEvent } from './provider-event.entity'

registerEnumType(ProviderEventState, {
  name: 'ProviderEventState',
  valuesConfig: {
    PENDING: { description: 'It is looked at next, or tried again.' },
    DONE: { description: 'What it was about has been fetched and applied.' },
    IGNORED: { description: 'Of the other mode, of somebody else’s objects, or about nothing that is applied here.' },
    PARKED: { description: 'It failed too often, and waits for `replayProviderEvent`.' },
  },
})

@ObjectType('ProviderEvent', { description: 'Something that the payment provider told.' })
export class ProviderEventType {
  @Field(() => ID, { description: 'The provider’s own.' })
  id: string

  @Field(() => String)
  provider: string

  @Field(() => String, { description: 'The provider’s own word for what happened.' })
  type: string

  @Field(() => Boolean, { description: 'Whether it is about real money.' })
  livemode: boolean

  @Field(() => String, { nullable: true, description: 'The version of the provider’s API that wrote it.' })
  apiVersion: string | null

  @Field(() => String, { nullable: true, description: 'CHECKOUT, SUBSCRIPTION or PAYMENT; null for nothing of ours.' })
  objectKind: string | null

  @Field(() => String, { nullable: true })
  objectId: string | null

  @Field(() => DateTime, { description: 'By the provider’s clock.' })
  createdAt: Date

  @Field(() => DateTime)
  receivedAt: Date

  @Field(() => ProviderEventState)
  state: ProviderEventState

  @Field(() => Int, { description: 'How often it has failed.' })
  attempts: number

  @Field(() => DateTime, { nullable: true })
  nextAttemptAt: Date | null

  @Field(() => String, { nullable: true, description: 'What it failed with the last time.' })
  lastError: string | null
}

export const providerEventFace = (event: StoredProviderEvent): ProviderEventType => event

@ObjectType('ProviderEventConnection')
export class ProviderEventConnection extends connectionType('ProviderEvent', () => ProviderEventType) {
  @Field(() => Int)
  totalCount: number
}
