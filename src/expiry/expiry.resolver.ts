import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { accountSeen } from '../accounts/accounts.resolver'
import { AccountType } from '../accounts/accounts.types'
import { accountIdFor, Role, Scope } from '../auth/actor'
import { advanceWithSubscriptions } from '../channel-subscriptions/advance-subscriptions'
import { Channel } from '../channels/channel.entity'
import { accountOfChannel } from '../channels/channels.resolver'
import { ChannelPayload, ChannelType } from '../channels/channels.types'
import { SetAutoRenew, setAutoRenew } from '../channels/set-auto-renew'
import type { Context } from '../graphql/context'
import { DateTime } from '../graphql/scalars'
import { parseInput } from '../input'
import { AdvanceClock } from './advance-clock'
import { AutoRenewType, ClockHealthType, SetAutoRenewInput } from './expiry.types'
import { readClockHealth } from './read-clock-health'

@Resolver(() => ChannelType)
export class AutoRenewResolver {
  @Authorized(Scope.CHANNELS)
  @Mutation(() => ChannelPayload, {
    description: 'Lets a channel renew by itself when less than the lead is left; without days, no longer.',
  })
  async setAutoRenew(
    @Arg('input', () => SetAutoRenewInput) input: SetAutoRenewInput,
    @Ctx() context: Context,
  ): Promise<ChannelPayload> {
    const command = parseInput(SetAutoRenew, input)
    const { channelId } = command
    const accountId = await accountOfChannel(context, channelId)
    const actor = context.actorName
    await context.move({
      accountId,
      channelIds: [channelId],
      key: null,
      decide: (book) => setAutoRenew(book, actor, command),
    })
    return { balance: { accountId }, channelId, transactionId: null }
  }

  @FieldResolver(() => AutoRenewType, { nullable: true, description: 'Null where it doesn’t renew by itself.' })
  autoRenew(@Root() { renewDays, renewLeadHours }: Channel): AutoRenewType | null {
    return renewDays === null || renewLeadHours === null ? null : { days: renewDays, leadHours: renewLeadHours }
  }
}

@Resolver()
export class ClockResolver {
  @Authorized(Role.STAFF)
  @Query(() => ClockHealthType, { description: 'Staff only: whether ends, notices and renewals come on time.' })
  clockHealth(@Ctx() { sql }: Context): Promise<ClockHealthType> {
    return readClockHealth(sql)
  }
}

@Resolver()
export class SandboxClockResolver {
  @Authorized(Scope.CHANNELS)
  @Mutation(() => AccountType, {
    description:
      'Moves a sandbox’s clock forward, by 366 days at the most, and brings about all that the time in between brings.',
  })
  async advanceClock(
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Arg('to', () => DateTime) to: Date,
    @Ctx() context: Context,
  ): Promise<AccountType> {
    const id = accountIdFor(context.actor, accountId)
    const command = parseInput(AdvanceClock, { accountId: id, to })
    await advanceWithSubscriptions(context.database, context.payments, context.actorName, command)
    context.feed.hint([id])
    context.forget()
    return accountSeen(context, id)
  }
}
