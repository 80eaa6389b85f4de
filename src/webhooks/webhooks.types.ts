import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { connectionType } from '../graphql/connection'
import { NodeType } from '../graphql/node.types'
import { DateTime, Sequence } from '../graphql/scalars'
import { WebhookResume } from './enable-webhook-endpoint'
import { WebhookAttemptKind } from './webhook-attempt.entity'
import { WebhookDisabledReason, type WebhookEndpoint } from './webhook-endpoint.entity'
import { WebhookReplayState, type WebhookReplay } from './webhook-replay.entity'

registerEnumType(WebhookDisabledReason, {
  name: 'WebhookDisabledReason',
  description: 'Why nothing is sent to an endpoint.',
  valuesConfig: {
    REQUESTED: { description: 'It was asked for.' },
    FAILING: { description: 'One event was not received for three days.' },
    GONE: { description: 'The receiver answered with 410.' },
    DELETED: { description: 'It is deleted.' },
  },
})
registerEnumType(WebhookResume, {
  name: 'WebhookResume',
  description: 'Where an endpoint that is enabled goes on.',
  valuesConfig: {
    WHERE_IT_STOPPED: { description: 'With the first event that was not received.' },
    NOW: { description: 'With what happens from now on; what came before can be replayed.' },
  },
})
registerEnumType(WebhookAttemptKind, { name: 'WebhookAttemptKind' })
registerEnumType(WebhookReplayState, { name: 'WebhookReplayState' })

@ObjectType('WebhookEndpoint', {
  implements: NodeType,
  description: 'Where the events of an account are sent: each in order, signed by the scheme of Standard Webhooks.',
})
export class WebhookEndpointType extends NodeType {
  @Field(() => ID)
  accountId: string

  @Field(() => String)
  url: string

  @Field(() => String, { nullable: true })
  description: string | null

  @Field(() => [String], { nullable: true, description: 'Types, or all of a noun as `invoice.*`; null for all.' })
  eventTypes: string[] | null

  @Field(() => DateTime)
  createdAt: Date

  @Field(() => Sequence, { name: 'deliveredUntil', description: 'The last event that it has had, or doesn’t want.' })
  cursor: number

  @Field(() => Int, { description: 'How often the next event has failed.' })
  failures: number

  @Field(() => DateTime, { nullable: true })
  failingSince: Date | null

  @Field(() => DateTime, {
    nullable: true,
    description: 'Of an event that failed; enabling the endpoint tries at once.',
  })
  nextAttemptAt: Date | null

  @Field(() => DateTime, { nullable: true, description: 'Until then the secret before this one is signed with too.' })
  previousSecretUntil: Date | null

  @Field(() => DateTime, { nullable: true })
  disabledAt: Date | null

  @Field(() => WebhookDisabledReason, { nullable: true })
  disabledReason: WebhookDisabledReason | null
}

/** Holds the entity to its face. */
export const webhookEndpointFace = (endpoint: WebhookEndpoint): WebhookEndpointType => endpoint

@ObjectType('WebhookAttempt', { description: 'That a message was sent once, and what came of it.' })
export class WebhookAttemptType {
  @Field(() => DateTime)
  createdAt: Date

  @Field(() => WebhookAttemptKind)
  kind: WebhookAttemptKind

  @Field(() => Boolean, { description: 'The answer was 200 to 299.' })
  delivered: boolean

  @Field(() => Int, { nullable: true, description: 'Of the answer; null where there was none.' })
  status: number | null

  @Field(() => Int)
  durationMs: number

  @Field(() => String, { nullable: true, description: 'The first 1,024 bytes of the answer.' })
  answer: string | null

  @Field(() => String, { nullable: true, description: 'Why it was not received.' })
  error: string | null
}

@ObjectType('WebhookDelivery', { description: 'An event that was sent to an endpoint. Kept for 30 days.' })
export class WebhookDeliveryType {
  @Field(() => ID, { description: 'The webhook-id: the same in every attempt and every replay.' })
  id: string

  @Field(() => Sequence)
  sequence: number

  @Field(() => String)
  eventType: string

  @Field(() => Boolean, { description: 'One of its attempts was received.' })
  delivered: boolean

  @Field(() => [WebhookAttemptType], { description: 'Newest first, 100 at the most.' })
  attempts: WebhookAttemptType[]
}

export const WebhookDeliveryConnection = connectionType('WebhookDelivery', () => WebhookDeliveryType)

@ObjectType('WebhookReplay', {
  implements: NodeType,
  description: 'Events that are sent once more, beside the stream, under the ids that they had.',
})
export class WebhookReplayType extends NodeType {
  @Field(() => ID)
  endpointId: string

  @Field(() => Sequence)
  fromSequence: number

  @Field(() => Sequence)
  toSequence: number

  @Field(() => Sequence, { name: 'deliveredUntil' })
  cursor: number

  @Field(() => WebhookReplayState)
  state: WebhookReplayState

  @Field(() => DateTime)
  createdAt: Date

  @Field(() => DateTime, { nullable: true })
  endedAt: Date | null
}

/** Holds the entity to its face. */
export const webhookReplayFace = (replay: WebhookReplay): WebhookReplayType => replay

@ObjectType('WebhookTest', { description: 'What came of a message of the type webhook.test.' })
export class WebhookTestType {
  @Field(() => Boolean)
  delivered: boolean

  @Field(() => Int, { nullable: true })
  status: number | null

  @Field(() => Int)
  durationMs: number

  @Field(() => String, { nullable: true })
  answer: string | null

  @Field(() => String, { nullable: true })
  error: string | null
}

@ObjectType('WebhookSecretPayload')
export class WebhookSecretPayload {
  @Field(() => WebhookEndpointType)
  endpoint: WebhookEndpointType

  @Field(() => String, { description: 'What messages are signed with. It is shown this once.' })
  secret: string
}

@InputType('CreateWebhookEndpointInput')
export class CreateWebhookEndpointInput {
  @Field(() => ID, { nullable: true, description: 'Staff name the account; a partner’s token implies it.' })
  accountId?: string | null

  @Field(() => String, { description: 'With https, on the public internet.' })
  url: string

  @Field(() => String, { nullable: true })
  description?: string | null

  @Field(() => [String], { nullable: true, description: 'Types, or all of a noun as `invoice.*`; all, unless given.' })
  eventTypes?: string[] | null

  @Field(() => Sequence, {
    nullable: true,
    description: 'The last sequence that is not sent; 0 for all from the first on. From now on, unless given.',
  })
  after?: number | null
}

@InputType('UpdateWebhookEndpointInput', { description: 'A field that is left out stays as it is.' })
export class UpdateWebhookEndpointInput {
  @Field(() => ID)
  id: string

  @Field(() => String, { nullable: true })
  url?: string | null

  @Field(() => String, { nullable: true, description: 'Null takes it away.' })
  description?: string | null

  @Field(() => [String], { nullable: true, description: 'Null for all.' })
  eventTypes?: string[] | null
}
