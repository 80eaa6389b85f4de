import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { accountAsked, accountSeen } from '../accounts/accounts.resolver'
import { Role, Scope } from '../auth/actor'
import type { Channel } from '../channels/channel.entity'
import { accountOfChannel, channelSeen } from '../channels/channels.resolver'
import { ChannelType } from '../channels/channels.types'
import { connectionOf, type ConnectionOf } from '../graphql/connection'
import type { Context } from '../graphql/context'
import { MoneyType } from '../graphql/money.types'
import { DateTime } from '../graphql/scalars'
import { parseInput } from '../input'
import { InvoiceType } from '../invoices/invoices.types'
import { cursorOf } from '../paging'
import { lotsAmiss } from './audit-lots'
import { catchUpLots } from './catch-up-lots'
import { channelMargin } from './channel-margin'
import { findChannelPrices } from './find-channel-prices'
import { findLots } from './find-lots'
import {
  ChannelCostType,
  channelCostFace,
  ChannelMarginConnection,
  channelMarginFace,
  ChannelMarginType,
  LotConnection,
  lotFace,
  LotFilter,
  LotRebuildType,
  LotType,
  SetChannelPriceInput,
} from './lots.types'
import { readUsedDaysCosts } from './read-channel-costs'
import { RebuildLots, rebuildLots } from './rebuild-lots'
import { SetChannelPrice, setChannelPrice } from './set-channel-price'

@Resolver()
export class LotsResolver {
  @Authorized(Scope.READ)
  @Query(() => LotConnection, {
    description:
      'An account’s lots, oldest first: the order in which days are drawn from them. Their days left come to the available balance, or to 0 where it is negative.',
  })
  async lots(
    @Ctx() context: Context,
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('filter', () => LotFilter, { nullable: true }) filter: LotFilter | null,
  ): Promise<ConnectionOf<LotType>> {
    const id = await accountAsked(context, accountId)
    await catchUpLots(context.database, id)
    const page = await findLots(context.visible, id, { first, after }, filter ?? {})
    return connectionOf(page, lotFace, ({ sequence }) => cursorOf('lots', sequence))
  }

  @Authorized(Scope.READ)
  @Query(() => ChannelMarginConnection, {
    description:
      'The margins of channels that have a price of the partner’s own, newest channel first, by the days that they used in a period: this UTC month up to now, unless one is given. Throws BAD_USER_INPUT for a period that ends before it starts.',
  })
  async channelMargins(
    @Ctx() context: Context,
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Arg('from', () => DateTime, { nullable: true }) from: Date | null,
    @Arg('to', () => DateTime, { nullable: true, description: 'Is not in the period itself.' }) to: Date | null,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
  ): Promise<ConnectionOf<ChannelMarginType>> {
    const id = await accountAsked(context, accountId)
    const page = await findChannelPrices(context.visible, id, { first, after })
    const channelIds = page.rows.map((price) => price.channelId)
    const used = await readUsedDaysCosts(context.database, id, channelIds, { from, to })
    const rows = page.rows.flatMap((price) => {
      const days = used.get(price.channelId)
      return days === undefined ? [] : [channelMarginFace(price.channelId, channelMargin(price, days))]
    })
    return connectionOf(
      { ...page, rows },
      (margin) => margin,
      ({ channelId }) => cursorOf('channel-margins', channelId),
    )
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.ADMIN)
  @Mutation(() => LotRebuildType, {
    description: 'Staff only: makes an account’s lots anew from its ledger, and compares them with it.',
  })
  async rebuildLots(@Arg('accountId', () => ID) accountId: string, @Ctx() context: Context): Promise<LotRebuildType> {
    const command = parseInput(RebuildLots, { accountId })
    await accountSeen(context, command.accountId)
    await rebuildLots(context.database, command)
    return { accountId, violations: await lotsAmiss(context.database, accountId) }
  }
}

@Resolver(() => LotType)
export class LotResolver {
  @FieldResolver(() => InvoiceType, { nullable: true, description: 'Null for a grant.' })
  invoice(@Root() { invoiceId }: LotType, @Ctx() { loaders }: Context): Promise<InvoiceType | null> | null {
    return invoiceId === null ? null : loaders.invoice.load(invoiceId)
  }
}

@Resolver(() => ChannelType)
export class ChannelCostResolver {
  @Authorized(Scope.CHANNELS)
  @Mutation(() => ChannelType, {
    description:
      'Says what you ask of your own customer for 30 days of a channel, so that its margin can be worked out; without amount and currency, nothing.',
  })
  async setChannelPrice(
    @Arg('input', () => SetChannelPriceInput) input: SetChannelPriceInput,
    @Ctx() context: Context,
  ): Promise<ChannelType> {
    const command = parseInput(SetChannelPrice, input)
    const { channelId } = command
    const accountId = await accountOfChannel(context, channelId)
    await context.change(accountId, (tx) => setChannelPrice(tx, context.actorName, accountId, command))
    return channelSeen(context, channelId)
  }

  @FieldResolver(() => ChannelCostType, { description: 'What its days cost, by now.' })
  async cost(@Root() channel: Channel, @Ctx() { loaders }: Context): Promise<ChannelCostType> {
    return channelCostFace(await loaders.channelCost.load(channel))
  }

  @FieldResolver(() => MoneyType, {
    nullable: true,
    description: 'What the partner asks of its own customer for 30 days; null where it has not said.',
  })
  async price(@Root() channel: Channel, @Ctx() { loaders }: Context): Promise<MoneyType | null> {
    const price = await loaders.channelPrice.load(channel)
    return price === null ? null : { amount: price.amountMinor, currency: price.currency }
  }

  @FieldResolver(() => ChannelMarginType, {
    nullable: true,
    description: 'Of all days that it has used so far; null where it has no price.',
  })
  async margin(@Root() channel: Channel, @Ctx() { loaders }: Context): Promise<ChannelMarginType | null> {
    const price = await loaders.channelPrice.load(channel)
    if (price === null) return null
    return channelMarginFace(channel.id, channelMargin(price, (await loaders.channelCost.load(channel)).used))
  }
}

@Resolver(() => ChannelMarginType)
export class ChannelMarginResolver {
  @FieldResolver(() => ChannelType)
  channel(@Root() { channelId }: ChannelMarginType, @Ctx() context: Context): Promise<ChannelType> {
    return channelSeen(context, channelId)
  }
}
