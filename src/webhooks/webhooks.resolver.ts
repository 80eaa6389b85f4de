import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { accountAsked } from '../accounts/accounts.resolver'
import { accountIdFor, Scope } from '../auth/actor'
import type { Tx } from '../database'
import { NotFoundError } from '../errors'
import { connectionOf, type ConnectionOf } from '../graphql/connection'
import type { Context } from '../graphql/context'
import { Sequence } from '../graphql/scalars'
import { parseInput } from '../input'
import { cursorOf } from '../paging'
import { CreateWebhookEndpoint, createWebhookEndpoint } from './create-webhook-endpoint'
import { deleteWebhookEndpoint } from './delete-webhook-endpoint'
import {
  disableWebhookEndpoint,
  EnableWebhookEndpoint,
  enableWebhookEndpoint,
  WebhookResume,
} from './enable-webhook-endpoint'
import { DELIVERY_LIST, findWebhookDeliveries } from './find-webhook-deliveries'
import {
  findWebhookEndpoint,
  findWebhookEndpoints,
  findWebhookReplay,
  findWebhookReplays,
} from './find-webhook-endpoints'
import { ReplayWebhookEvents, replayWebhookDelivery, replayWebhookEvents } from './replay-webhook-events'
import { RotateWebhookSecret, rotateWebhookSecret } from './rotate-webhook-secret'
import { requireMayTest } from './send-test-webhook'
import { UpdateWebhookEndpoint, updateWebhookEndpoint } from './update-webhook-endpoint'
import type { WebhookEndpoint } from './webhook-endpoint.entity'
import { messageNamed } from './webhook-message'
import {
  CreateWebhookEndpointInput,
  UpdateWebhookEndpointInput,
  WebhookDeliveryConnection,
  type WebhookDeliveryType,
  webhookEndpointFace,
  WebhookEndpointType,
  webhookReplayFace,
  WebhookReplayType,
  WebhookSecretPayload,
  WebhookTestType,
} from './webhooks.types'

@Resolver(() => WebhookEndpointType)
export class WebhooksResolver {
  @Authorized(Scope.READ)
  @Query(() => [WebhookEndpointType], { description: 'An account’s endpoints, newest first, 10 at the most.' })
  async webhookEndpoints(
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Ctx() context: Context,
  ): Promise<WebhookEndpointType[]> {
    return findWebhookEndpoints(context.visible, await accountAsked(context, accountId))
  }

  @Authorized(Scope.READ)
  @Query(() => WebhookEndpointType)
  async webhookEndpoint(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<WebhookEndpointType> {
    return webhookEndpointFace(await endpointSeen(context, id))
  }

  @Authorized(Scope.TOKENS)
  @Mutation(() => WebhookSecretPayload, { description: 'Has the account’s events sent to an address.' })
  async createWebhookEndpoint(
    @Arg('input', () => CreateWebhookEndpointInput) input: CreateWebhookEndpointInput,
    @Ctx() context: Context,
  ): Promise<WebhookSecretPayload> {
    const accountId = accountIdFor(context.actor, input.accountId)
    const command = parseInput(CreateWebhookEndpoint, { ...input, accountId })
    const { actor, webhooks } = context
    const { endpointId, secret } = await context.change(accountId, (tx) =>
      createWebhookEndpoint(tx, actor, command, webhooks),
    )
    return { endpoint: await endpointSeen(context, endpointId), secret }
  }

  @Authorized(Scope.TOKENS)
  @Mutation(() => WebhookEndpointType)
  updateWebhookEndpoint(
    @Arg('input', () => UpdateWebhookEndpointInput) input: UpdateWebhookEndpointInput,
    @Ctx() context: Context,
  ): Promise<WebhookEndpointType> {
    const command = parseInput(UpdateWebhookEndpoint, input)
    return changed(context, command.id, (tx, accountId) =>
      updateWebhookEndpoint(tx, context.actor, accountId, command, context.webhooks),
    )
  }

  @Authorized(Scope.TOKENS)
  @Mutation(() => ID, { description: 'For good: nothing more is sent. Answers its id.' })
  async deleteWebhookEndpoint(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<string> {
    const { accountId } = await endpointSeen(context, id)
    await context.change(accountId, (tx) => deleteWebhookEndpoint(tx, context.actor, accountId, id))
    return id
  }

  @Authorized(Scope.TOKENS)
  @Mutation(() => WebhookSecretPayload, {
    description: 'Makes a new secret. Until the overlap is over, messages are signed with the old one too.',
  })
  async rotateWebhookSecret(
    @Arg('id', () => ID) id: string,
    @Arg('overlapHours', () => Int, { defaultValue: 24, description: '0 to 168.' }) overlapHours: number,
    @Ctx() context: Context,
  ): Promise<WebhookSecretPayload> {
    const command = parseInput(RotateWebhookSecret, { id, overlapHours })
    const { accountId } = await endpointSeen(context, id)
    const { secret } = await context.change(accountId, (tx) =>
      rotateWebhookSecret(tx, context.actor, accountId, command, context.webhooks),
    )
    return { endpoint: await endpointSeen(context, id), secret }
  }

  @Authorized(Scope.TOKENS)
  @Mutation(() => WebhookEndpointType, {
    description: 'Sends again, at once: also where an event failed and waits for its next attempt.',
  })
  enableWebhookEndpoint(
    @Arg('id', () => ID) id: string,
    @Arg('from', () => WebhookResume, { defaultValue: WebhookResume.WHERE_IT_STOPPED }) from: WebhookResume,
    @Ctx() context: Context,
  ): Promise<WebhookEndpointType> {
    const command = parseInput(EnableWebhookEndpoint, { id, from })
    return changed(context, id, (tx, accountId) => enableWebhookEndpoint(tx, context.actor, accountId, command))
  }

  @Authorized(Scope.TOKENS)
  @Mutation(() => WebhookEndpointType, { description: 'Sends nothing until it is enabled.' })
  disableWebhookEndpoint(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<WebhookEndpointType> {
    return changed(context, id, (tx, accountId) => disableWebhookEndpoint(tx, context.actor, accountId, id))
  }

  @Authorized(Scope.TOKENS)
  @Mutation(() => WebhookTestType, {
    description: 'Sends a message of the type webhook.test now, once, and answers what came of it.',
  })
  async sendTestWebhook(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<WebhookTestType> {
    const endpoint = await endpointSeen(context, id)
    await context.change(endpoint.accountId, (tx) => requireMayTest(tx, context.actor, endpoint.accountId))
    return context.webhooks.tests.send(endpoint)
  }

  @Authorized(Scope.TOKENS)
  @Mutation(() => WebhookReplayType, { description: 'Sends one event once more; its id is the webhook-id.' })
  async replayWebhookDelivery(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<WebhookReplayType> {
    const named = messageNamed(id)
    const endpoint = named === null ? null : await findWebhookEndpoint(context.visible, named.endpointId)
    if (named === null || endpoint === null) throw new NotFoundError('webhook delivery', id)
    const { accountId } = endpoint
    return replay(context, accountId, (tx) => replayWebhookDelivery(tx, context.actor, accountId, { ...named, id }))
  }

  @Authorized(Scope.TOKENS)
  @Mutation(() => WebhookReplayType, {
    description: 'Sends the events of a range that the endpoint wants once more, in order, 100,000 at the most.',
  })
  async replayWebhookEvents(
    @Arg('endpointId', () => ID) endpointId: string,
    @Arg('fromSequence', () => Sequence) fromSequence: number,
    @Arg('toSequence', () => Sequence) toSequence: number,
    @Ctx() context: Context,
  ): Promise<WebhookReplayType> {
    const command = parseInput(ReplayWebhookEvents, { endpointId, fromSequence, toSequence })
    const { accountId } = await endpointSeen(context, endpointId)
    return replay(context, accountId, (tx) => replayWebhookEvents(tx, context.actor, accountId, command))
  }

  @FieldResolver(() => WebhookDeliveryConnection, { description: 'What was sent, newest events first.' })
  async deliveries(
    @Root() endpoint: WebhookEndpoint,
    @Ctx() { visible }: Context,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('undeliveredOnly', () => Boolean, { defaultValue: false }) undeliveredOnly: boolean,
  ): Promise<ConnectionOf<WebhookDeliveryType>> {
    return connectionOf(
      await findWebhookDeliveries(visible, endpoint, undeliveredOnly, { first, after }),
      (delivery) => delivery,
      ({ sequence }) => cursorOf(DELIVERY_LIST, sequence),
    )
  }

  @FieldResolver(() => [WebhookReplayType], { description: 'Newest first, 20 at the most.' })
  replays(@Root() { id }: WebhookEndpoint, @Ctx() { visible }: Context): Promise<WebhookReplayType[]> {
    return findWebhookReplays(visible, id)
  }
}

async function endpointSeen({ visible }: Context, id: string): Promise<WebhookEndpoint> {
  const endpoint = await findWebhookEndpoint(visible, id)
  if (endpoint === null) throw new NotFoundError('webhook endpoint', id)
  return endpoint
}

async function changed(
  context: Context,
  id: string,
  verb: (tx: Tx, accountId: string) => Promise<void>,
): Promise<WebhookEndpointType> {
  const { accountId } = await endpointSeen(context, id)
  await context.change(accountId, (tx) => verb(tx, accountId))
  return endpointSeen(context, id)
}

async function replay(
  context: Context,
  accountId: string,
  verb: (tx: Tx) => Promise<string>,
): Promise<WebhookReplayType> {
  const id = await context.change(accountId, verb)
  const found = await findWebhookReplay(context.visible, id)
  if (found === null) throw new NotFoundError('webhook replay', id)
  return webhookReplayFace(found)
}
