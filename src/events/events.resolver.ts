import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root, Subscription } from 'type-graphql'
import { accountSeen } from '../accounts/accounts.resolver'
import { accountIdFor, Scope, shownActor } from '../auth/actor'
import { channelSeen } from '../channels/channels.resolver'
import { ChannelType } from '../channels/channels.types'
import { NotFoundError } from '../errors'
import { connectionOf, type ConnectionOf } from '../graphql/connection'
import type { Context } from '../graphql/context'
import { Sequence } from '../graphql/scalars'
import { InvoiceType } from '../invoices/invoices.types'
import { checkFirst, cursorOf, pageOf } from '../paging'
import type { AccountEvent, DayExpiryChange, InvoiceChange } from './account-event'
import {
  BalanceChangeType,
  DayExpiryChangeType,
  EventConnection,
  EventType,
  FollowArguments,
  FollowChannelArguments,
  InvoiceChangeType,
  LowBalanceType,
} from './events.types'
import { lastSequence, readEvents, refuseBeyond } from './read-events'

const RESUMES =
  'Replays what came after `after`, then goes on live: no gap, no repeat. Without it, live only. An event that is not wanted here takes a number too.'

@Resolver(() => EventType)
export class EventsResolver {
  @Authorized(Scope.READ)
  @Query(() => EventConnection, { description: 'The account’s event log after a sequence, oldest first.' })
  async events(
    @Ctx() context: Context,
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Arg('after', () => Sequence, { nullable: true }) after: number | null,
    @Arg('first', () => Int, { defaultValue: 100 }) first: number,
  ): Promise<ConnectionOf<AccountEvent>> {
    const id = accountIdFor(context.actor, accountId)
    checkFirst(first)
    await accountSeen(context, id)
    const events = await readEvents(context.sql, id, after ?? 0, first + 1)
    if (events.length === 0 && after != null) refuseBeyond((await lastSequence(context.sql, id)) ?? 0, after)
    return connectionOf(
      pageOf(events, first),
      (event) => event,
      (event) => cursorOf('events', event.sequence),
    )
  }

  @FieldResolver(() => String, { description: 'Who did it: a token, staff, or a job.' })
  actor(@Root() event: AccountEvent, @Ctx() context: Context): string {
    return shownActor(event.actor, context.actor)
  }
}

@Resolver()
export class EventSubscriptions {
  @Authorized(Scope.READ)
  @Subscription(() => EventType, { subscribe: follow(() => true), description: 'Everything that happens. ' + RESUMES })
  events(@Root() event: AccountEvent, @Args(() => FollowArguments) _: FollowArguments): AccountEvent {
    return event
  }

  @Authorized(Scope.READ)
  @Subscription(() => BalanceChangeType, {
    subscribe: follow((event) => event.kind === 'BalanceChange'),
    description: 'Every movement of days. ' + RESUMES,
  })
  balanceChanged(@Root() event: BalanceChangeType, @Args(() => FollowArguments) _: FollowArguments): BalanceChangeType {
    return event
  }

  @Authorized(Scope.READ)
  @Subscription(() => DayExpiryChangeType, {
    subscribe: follow(
      (event, { channelId }) =>
        event.kind === 'DayExpiryChange' && (channelId == null || event.channelId === channelId),
    ),
    description: 'Every end of a channel’s days that moves or comes, of one channel where it is named. ' + RESUMES,
  })
  dayExpiryChanged(
    @Root() event: DayExpiryChangeType,
    @Args(() => FollowChannelArguments) _: FollowChannelArguments,
  ): DayExpiryChangeType {
    return event
  }

  @Authorized(Scope.READ)
  @Subscription(() => LowBalanceType, {
    subscribe: follow((event) => event.kind === 'LowBalance'),
    description: 'Every crossing of a threshold downwards. ' + RESUMES,
  })
  lowBalance(@Root() event: LowBalanceType, @Args(() => FollowArguments) _: FollowArguments): LowBalanceType {
    return event
  }

  @Authorized(Scope.READ)
  @Subscription(() => InvoiceChangeType, {
    subscribe: follow((event) => event.kind === 'InvoiceChange'),
    description: 'Every change of an invoice. ' + RESUMES,
  })
  invoiceChanged(@Root() event: InvoiceChangeType, @Args(() => FollowArguments) _: FollowArguments): InvoiceChangeType {
    return event
  }
}

@Resolver(() => DayExpiryChangeType)
export class DayExpiryChangeResolver {
  @FieldResolver(() => ChannelType)
  channel(@Root() { channelId }: DayExpiryChange, @Ctx() context: Context): Promise<ChannelType> {
    return channelSeen(context, channelId)
  }
}

@Resolver(() => InvoiceChangeType)
export class InvoiceChangeResolver {
  @FieldResolver(() => InvoiceType)
  async invoice(@Root() { invoiceId }: InvoiceChange, @Ctx() { loaders }: Context): Promise<InvoiceType> {
    const invoice = await loaders.invoice.load(invoiceId)
    if (invoice === null) throw new NotFoundError('invoice', invoiceId)
    return invoice
  }
}

/** The source of a subscription: the account's events that are wanted, from `after` on. */
function follow(wanted: (event: AccountEvent, args: FollowChannelArguments) => boolean) {
  return async ({ args, context }: { args: FollowChannelArguments; context: Context }) => {
    const accountId = accountIdFor(context.actor, args.accountId)
    if (args.channelId != null) await channelSeen(context, args.channelId)
    return context.feed.follow(accountId, args.after ?? null, (event) => wanted(event, args))
  }
}
