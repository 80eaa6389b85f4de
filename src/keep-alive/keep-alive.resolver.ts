import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { accountSeen } from '../accounts/accounts.resolver'
import { AccountType } from '../accounts/accounts.types'
import { accountIdFor, Scope } from '../auth/actor'
import { bringUpToDate } from '../billing/keep-up-to-date'
import { channelSeen } from '../channels/channels.resolver'
import { ChannelType } from '../channels/channels.types'
import { utcMidnight } from '../clock'
import { connectionOf } from '../graphql/connection'
import type { Context } from '../graphql/context'
import { Days } from '../graphql/scalars'
import { parseInput } from '../input'
import { cursorOf } from '../paging'
import { KeepAliveOrder } from './keep-alive-policy.entity'
import {
  KeepAliveAllocationType,
  KeepAlivePolicyType,
  KeepAlivePreviewType,
  SetKeepAliveInput,
} from './keep-alive.types'
import { spentOn } from './plan-keep-alive'
import { KEEP_ALIVE_LIST, previewKeepAlive } from './preview-keep-alive'
import { SetKeepAlive, setKeepAlive } from './set-keep-alive'

@Resolver(() => AccountType)
export class KeepAliveResolver {
  @Authorized(Scope.CHANNELS)
  @Mutation(() => AccountType, {
    description:
      'Keeps every running channel above minDays, now and at each UTC midnight, by allocations from the balance; without minDays, no longer.',
  })
  async setKeepAlive(
    @Arg('input', () => SetKeepAliveInput) input: SetKeepAliveInput,
    @Ctx() context: Context,
  ): Promise<AccountType> {
    const accountId = accountIdFor(context.actor, input.accountId)
    const command = parseInput(SetKeepAlive, { ...input, accountId })
    await context.database.inTransaction((tx) => setKeepAlive(tx, context.actorName, command))
    await bringUpToDate(context.database, accountId)
    context.feed.hint([accountId])
    return accountSeen(context, accountId)
  }

  @Authorized(Scope.READ)
  @Query(() => KeepAlivePreviewType, {
    description:
      'What a keep-alive policy would do if it were set now, or if the account’s own ran now. Changes nothing.',
  })
  async previewKeepAlive(
    @Arg('accountId', () => ID, {
      nullable: true,
      description: 'Staff name the account; a partner’s token implies it.',
    })
    accountId: string | null,
    @Arg('minDays', () => Days, {
      nullable: true,
      description: '1 to 36,500. Unless given, the account’s own policy is tried, and no other argument of one counts.',
    })
    minDays: number | null,
    @Arg('dailyCap', () => Days, { nullable: true, description: '1 to 1,000,000,000.' }) dailyCap: number | null,
    @Arg('order', () => KeepAliveOrder, { defaultValue: KeepAliveOrder.ENDING_FIRST }) order: KeepAliveOrder,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: Context,
  ): Promise<KeepAlivePreviewType> {
    const id = accountIdFor(context.actor, accountId)
    const command = parseInput(SetKeepAlive, { accountId: id, minDays, dailyCap, order })
    const preview = await context.database.inSnapshot((tx) => previewKeepAlive(tx, command, { first, after }))
    return {
      ...preview,
      allocations: connectionOf(
        preview.allocations,
        (allocation) => allocation,
        ({ place }) => cursorOf(KEEP_ALIVE_LIST, place),
      ),
    }
  }

  @FieldResolver(() => KeepAlivePolicyType, {
    nullable: true,
    description: 'How its running channels are kept above a number of days; null where they aren’t.',
  })
  async keepAlive(@Root() { id }: AccountType, @Ctx() context: Context): Promise<KeepAlivePolicyType | null> {
    const policy = await context.loaders.keepAlivePolicy.load(id)
    if (policy?.minDays == null) return null
    const { minDays, dailyCap, serveOrder, shortSince, shortReason } = policy
    const spentToday = spentOn(policy, utcMidnight(await context.now(id)))
    return { minDays, dailyCap, order: serveOrder, spentToday, shortSince, shortage: shortReason }
  }
}

@Resolver(() => KeepAliveAllocationType)
export class KeepAliveAllocationResolver {
  @FieldResolver(() => ChannelType, { description: 'As it is now.' })
  channel(@Root() { channelId }: KeepAliveAllocationType, @Ctx() context: Context): Promise<ChannelType> {
    return channelSeen(context, channelId)
  }
}
