import { Arg, Authorized, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { accountAsked } from '../accounts/accounts.resolver'
import { accountIdFor, Scope } from '../auth/actor'
import { NotFoundError } from '../errors'
import { connectionOf, type ConnectionOf } from '../graphql/connection'
import type { Context } from '../graphql/context'
import { isSelected, type Selecting } from '../graphql/is-selected'
import { DateTime, Days } from '../graphql/scalars'
import { requestKey } from '../idempotency'
import { parseInput } from '../input'
import type { AccountBook } from '../ledger/account-book'
import { LedgerTransactionType, type BalanceType } from '../ledger/ledger.types'
import { cursorOf } from '../paging'
import { AllocateDays, allocateDays } from './allocate-days'
import { AllocateDaysInBulk, allocateDaysInBulk } from './allocate-days-in-bulk'
import { ChannelStatus, paidUntil, statusAt, unusedDays } from './channel-time'
import { Channel } from './channel.entity'
import {
  AllocateDaysInBulkInput,
  AllocateDaysInput,
  BulkAllocationItem,
  BulkAllocationPayload,
  ChannelConnection,
  channelFace,
  ChannelFilter,
  ChannelPayload,
  ChannelType,
  CreateChannelInput,
  DeleteChannelInput,
  DeleteChannelPayload,
  ReleaseDaysInput,
  TransferDaysInput,
  TransferPayload,
  UpdateChannelInput,
} from './channels.types'
import { CreateChannel, createChannel } from './create-channel'
import { DeleteChannel, deleteChannel } from './delete-channel'
import { countChannels, findChannels } from './find-channels'
import { ReleaseDays, releaseDays } from './release-days'
import { TransferDays, transferDays } from './transfer-days'
import { UpdateChannel, updateChannel } from './update-channel'

@Resolver(() => ChannelType)
export class ChannelsResolver {
  @Authorized(Scope.READ)
  @Query(() => ChannelType, { nullable: true })
  channel(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<ChannelType> {
    return channelSeen(context, id)
  }

  @Authorized(Scope.READ)
  @Query(() => ChannelConnection, { description: 'Newest first.' })
  async channels(
    @Ctx() context: Context,
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('filter', () => ChannelFilter, { nullable: true }) filter: ChannelFilter | null,
    @Info() selecting: Selecting,
  ): Promise<ConnectionOf<ChannelType>> {
    const connection = await channelsOf(context, await accountAsked(context, accountId), { first, after }, filter)
    if (isSelected(selecting, 'subscription')) {
      await context.loaders.subscriptionOfChannel.loadAhead(connection.nodes)
    }
    return connection
  }

  @Authorized(Scope.CHANNELS)
  @Mutation(() => ChannelPayload)
  async createChannel(
    @Arg('input', () => CreateChannelInput) input: CreateChannelInput,
    @Ctx() context: Context,
  ): Promise<ChannelPayload> {
    const accountId = accountIdFor(context.actor, input.accountId)
    const command = parseInput(CreateChannel, input)
    const { outcome } = await context.change(accountId, (tx) =>
      createChannel(tx, context.actorName, accountId, command),
    )
    return { balance: { accountId }, ...outcome }
  }

  @Authorized(Scope.CHANNELS)
  @Mutation(() => ChannelPayload)
  async updateChannel(
    @Arg('input', () => UpdateChannelInput) input: UpdateChannelInput,
    @Ctx() context: Context,
  ): Promise<ChannelPayload> {
    const command = parseInput(UpdateChannel, input)
    const { channelId } = command
    const accountId = await accountOfChannel(context, channelId)
    await context.change(accountId, (tx) => updateChannel(tx, context.actorName, accountId, command))
    return { balance: { accountId }, channelId, transactionId: null }
  }

  @Authorized(Scope.CHANNELS)
  @Mutation(() => ChannelPayload, { description: 'Moves days from the balance to a channel.' })
  async allocateDays(
    @Arg('input', () => AllocateDaysInput) input: AllocateDaysInput,
    @Ctx() context: Context,
  ): Promise<ChannelPayload> {
    const command = parseInput(AllocateDays, input)
    const { channelId } = command
    const accountId = await accountOfChannel(context, channelId)
    const { balance, outcome: transactionId } = await moveDays(
      context,
      accountId,
      [channelId],
      'allocateDays',
      command,
      (book, actor) => allocateDays(book, actor, command).id,
    )
    return { balance, channelId, transactionId }
  }

  @Authorized(Scope.CHANNELS)
  @Mutation(() => BulkAllocationPayload, { description: 'Moves days from the balance to many channels.' })
  async allocateDaysInBulk(
    @Arg('input', () => AllocateDaysInBulkInput) input: AllocateDaysInBulkInput,
    @Ctx() context: Context,
  ): Promise<BulkAllocationPayload> {
    const command = parseInput(AllocateDaysInBulk, input)
    const channelIds = command.items.map((item) => item.channelId)
    const accountId = await accountOfChannels(context, channelIds)
    const { balance, outcome } = await moveDays(
      context,
      accountId,
      channelIds,
      'allocateDaysInBulk',
      command,
      (book, actor) => allocateDaysInBulk(book, actor, command),
    )
    return {
      balance,
      items: outcome.items.map(({ channelId, error }) => ({ channelId, error: error ?? null })),
      allocatedDays: outcome.allocatedDays,
    }
  }

  @Authorized(Scope.CHANNELS)
  @Mutation(() => ChannelPayload, { description: 'Moves unused days of a channel back to the balance.' })
  async releaseDays(
    @Arg('input', () => ReleaseDaysInput) input: ReleaseDaysInput,
    @Ctx() context: Context,
  ): Promise<ChannelPayload> {
    const command = parseInput(ReleaseDays, input)
    const { channelId } = command
    const accountId = await accountOfChannel(context, channelId)
    const { balance, outcome: transactionId } = await moveDays(
      context,
      accountId,
      [channelId],
      'releaseDays',
      command,
      (book, actor) => releaseDays(book, actor, command).id,
    )
    return { balance, channelId, transactionId }
  }

  @Authorized(Scope.CHANNELS)
  @Mutation(() => TransferPayload, { description: 'Moves unused days from one channel to another.' })
  async transferDays(
    @Arg('input', () => TransferDaysInput) input: TransferDaysInput,
    @Ctx() context: Context,
  ): Promise<TransferPayload> {
    const command = parseInput(TransferDays, input)
    const { fromChannelId, toChannelId } = command
    const accountId = await accountOfChannel(context, fromChannelId)
    const { balance, outcome: transactionId } = await moveDays(
      context,
      accountId,
      [fromChannelId, toChannelId],
      'transferDays',
      command,
      (book, actor) => transferDays(book, actor, command).id,
    )
    return { balance, fromChannelId, toChannelId, transactionId }
  }

  @Authorized(Scope.CHANNELS)
  @Mutation(() => DeleteChannelPayload, {
    description: 'Deletes a channel for good and returns its unused days to the balance.',
  })
  async deleteChannel(
    @Arg('input', () => DeleteChannelInput) input: DeleteChannelInput,
    @Ctx() context: Context,
  ): Promise<DeleteChannelPayload> {
    const command = parseInput(DeleteChannel, input)
    const accountId = await accountOfChannel(context, command.channelId)
    const { balance, outcome } = await moveDays(
      context,
      accountId,
      [command.channelId],
      'deleteChannel',
      command,
      (book, actor) => deleteChannel(book, actor, command),
    )
    return { balance, ...outcome }
  }

  @FieldResolver(() => ChannelStatus)
  async status(@Root() channel: Channel, @Ctx() context: Context): Promise<ChannelStatus> {
    return statusAt(channel, await context.now(channel.accountId))
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'The start of its run of paid time plus 24 hours for each paid day, or the end of the last paid period of its subscription, whichever is later; null while it has neither.',
  })
  paidUntil(@Root() channel: Channel): Date | null {
    return paidUntil(channel)
  }

  @FieldResolver(() => Days, { description: 'Days that a deletion would return now.' })
  async unusedDays(@Root() channel: Channel, @Ctx() context: Context): Promise<number> {
    return unusedDays(channel, await context.now(channel.accountId))
  }
}

@Resolver(() => ChannelConnection)
export class ChannelConnectionResolver {
  @FieldResolver(() => Int)
  totalCount(@Root() connection: ConnectionOf<ChannelType>): Promise<number> | undefined {
    return connection.count?.()
  }
}

@Resolver(() => ChannelPayload)
export class ChannelPayloadResolver {
  @FieldResolver(() => ChannelType)
  channel(@Root() { channelId }: ChannelPayload, @Ctx() context: Context): Promise<ChannelType> {
    return channelSeen(context, channelId)
  }

  @FieldResolver(() => LedgerTransactionType, { nullable: true })
  transaction(
    @Root() { transactionId }: ChannelPayload,
    @Ctx() { loaders }: Context,
  ): Promise<LedgerTransactionType | null> | null {
    return transactionId === null ? null : loaders.ledgerTransaction.load(transactionId)
  }
}

@Resolver(() => TransferPayload)
export class TransferPayloadResolver {
  @FieldResolver(() => ChannelType)
  from(@Root() { fromChannelId }: TransferPayload, @Ctx() context: Context): Promise<ChannelType> {
    return channelSeen(context, fromChannelId)
  }

  @FieldResolver(() => ChannelType)
  to(@Root() { toChannelId }: TransferPayload, @Ctx() context: Context): Promise<ChannelType> {
    return channelSeen(context, toChannelId)
  }

  @FieldResolver(() => LedgerTransactionType)
  transaction(
    @Root() { transactionId }: TransferPayload,
    @Ctx() { loaders }: Context,
  ): Promise<LedgerTransactionType | null> {
    return loaders.ledgerTransaction.load(transactionId)
  }
}

@Resolver(() => DeleteChannelPayload)
export class DeleteChannelPayloadResolver {
  @FieldResolver(() => ChannelType)
  channel(@Root() { channelId }: DeleteChannelPayload, @Ctx() context: Context): Promise<ChannelType> {
    return channelSeen(context, channelId)
  }

  @FieldResolver(() => LedgerTransactionType, {
    nullable: true,
    description: 'The release; null where nothing returned.',
  })
  transaction(
    @Root() { transactionId }: DeleteChannelPayload,
    @Ctx() { loaders }: Context,
  ): Promise<LedgerTransactionType | null> | null {
    return transactionId === null ? null : loaders.ledgerTransaction.load(transactionId)
  }
}

@Resolver(() => BulkAllocationItem)
export class BulkAllocationItemResolver {
  @FieldResolver(() => ChannelType, { nullable: true, description: 'Null where the channel is not there.' })
  channel(@Root() { channelId }: BulkAllocationItem, @Ctx() { loaders }: Context): Promise<ChannelType | null> {
    return loaders.channel.load(channelId)
  }
}

/** A movement's mutation behind its input: through the batcher, once for each key. */
async function moveDays<Outcome>(
  context: Context,
  accountId: string,
  channelIds: readonly string[],
  operation: string,
  command: { readonly idempotencyKey?: string | null },
  verb: (book: AccountBook, actor: string) => Outcome,
): Promise<{ balance: BalanceType; outcome: Outcome }> {
  const actor = context.actorName
  const key = requestKey(accountId, operation, command)
  const outcome = await context.move({ accountId, channelIds, key, decide: (book) => verb(book, actor) })
  return { balance: { accountId }, outcome }
}

/** A page of an account's channels, newest first. */
export async function channelsOf(
  context: Context,
  accountId: string,
  page: { first: number; after?: string | null },
  filter: ChannelFilter | null | undefined,
): Promise<ConnectionOf<ChannelType>> {
  const criteria = { ...filter, accountId, now: filter?.status == null ? null : await context.now(accountId) }
  const { visible } = context
  return connectionOf(
    await findChannels(visible, criteria, page),
    channelFace,
    (channel) => cursorOf('channels', channel.id),
    () => countChannels(visible, criteria),
  )
}

/** Throws NOT_FOUND for a channel that the caller doesn't see. */
export async function channelSeen({ loaders }: Context, id: string): Promise<ChannelType> {
  const channel = await loaders.channel.load(id)
  if (channel === null) throw new NotFoundError('channel', id)
  return channel
}

/** A partner's movement looks within its own account anyway: only staff's calls have to ask whose the channel is. */
export async function accountOfChannel(context: Context, channelId: string): Promise<string> {
  return context.actor.accountId ?? (await channelSeen(context, channelId)).accountId
}

/** Of a bulk's channels: the account of the first that is there. The others are found within it, or not at all. */
export async function accountOfChannels({ actor, loaders }: Context, channelIds: readonly string[]): Promise<string> {
  if (actor.accountId !== null) return actor.accountId
  const channels = await Promise.all(channelIds.map((id) => loaders.channel.load(id)))
  const first = channels.find((channel) => channel !== null)
  if (first === undefined) throw new NotFoundError('channel', channelIds[0])
  return first.accountId
}
