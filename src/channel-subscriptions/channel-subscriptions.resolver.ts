import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { accountAsked } from '../accounts/accounts.resolver'
import { AccountType } from '../accounts/accounts.types'
import { accountIdFor, Scope } from '../auth/actor'
import { accountOfChannel, channelSeen } from '../channels/channels.resolver'
import { ChannelBilling, ChannelPayload, ChannelType } from '../channels/channels.types'
import type { Channel } from '../channels/channel.entity'
import type { Tx } from '../database'
import { NotFoundError } from '../errors'
import type { Context } from '../graphql/context'
import { MoneyType } from '../graphql/money.types'
import { parseInput } from '../input'
import type { Decided } from '../ledger/account-book'
import { agreementAt } from '../pricing/find-price-agreements'
import type { Plan } from '../pricing/plan.entity'
import { CancelChannelSubscription, cancelChannelSubscription } from './cancel-channel-subscription'
import { ChangeChannelPlan, changeChannelPlan } from './change-channel-plan'
import type { ChannelSubscription } from './channel-subscription.entity'
import {
  BillingPortalPayload,
  ChannelSubscriptionType,
  PlanType,
  SubscribeChannelInput,
  SubscribeChannelPayload,
} from './channel-subscriptions.types'
import { OpenBillingPortal, openBillingPortal } from './open-billing-portal'
import { ResumeChannelSubscription, resumeChannelSubscription } from './resume-channel-subscription'
import { SubscribeChannel, subscribeChannel, type ProviderCallOutcome } from './subscribe-channel'

@Resolver(() => ChannelType)
export class ChannelSubscriptionsResolver {
  @Authorized(Scope.READ)
  @Query(() => [PlanType], { description: 'The plans of the price agreement that holds now; none without one.' })
  async plans(
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Ctx() context: Context,
  ): Promise<PlanType[]> {
    return plansOf(context, await accountAsked(context, accountId))
  }

  @Authorized(Scope.BILLING)
  @Mutation(() => SubscribeChannelPayload, {
    description: 'Begins a checkout: once it is paid, the subscription pays for the channel, and its days return.',
  })
  async subscribeChannel(
    @Arg('input', () => SubscribeChannelInput) input: SubscribeChannelInput,
    @Ctx() context: Context,
  ): Promise<SubscribeChannelPayload> {
    const command = parseInput(SubscribeChannel, input)
    const accountId = await accountOfChannel(context, command.channelId)
    const { outcome } = await context.change(accountId, (tx) => subscribeChannel(tx, accountId, command))
    const { url } = await context.payments.calls.make({ accountId, id: outcome.callId })
    if (url === undefined) throw new Error('a checkout without a page')
    return { channel: await channelSeen(context, command.channelId), checkoutUrl: url }
  }

  @Authorized(Scope.BILLING)
  @Mutation(() => ChannelPayload, {
    description: 'Moves a subscription to another plan, now. Where its charge fails, the old plan stays.',
  })
  changeChannelPlan(
    @Arg('channelId', () => ID) channelId: string,
    @Arg('planId', () => ID) planId: string,
    @Arg('idempotencyKey', () => String, { nullable: true }) idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<ChannelPayload> {
    const command = parseInput(ChangeChannelPlan, { channelId, planId, idempotencyKey })
    return callFor(context, channelId, (tx, accountId) => changeChannelPlan(tx, accountId, command))
  }

  @Authorized(Scope.BILLING)
  @Mutation(() => ChannelPayload, {
    description: 'At the period’s end, up to which it is paid; or now: the channel’s time stops, and nothing returns.',
  })
  cancelChannelSubscription(
    @Arg('channelId', () => ID) channelId: string,
    @Arg('atPeriodEnd', () => Boolean, { defaultValue: true }) atPeriodEnd: boolean,
    @Arg('idempotencyKey', () => String, { nullable: true }) idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<ChannelPayload> {
    const command = parseInput(CancelChannelSubscription, { channelId, atPeriodEnd, idempotencyKey })
    return callFor(context, channelId, (tx, accountId) => cancelChannelSubscription(tx, accountId, command))
  }

  @Authorized(Scope.BILLING)
  @Mutation(() => ChannelPayload, { description: 'Takes back a cancellation at the period’s end.' })
  resumeChannelSubscription(
    @Arg('channelId', () => ID) channelId: string,
    @Arg('idempotencyKey', () => String, { nullable: true }) idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<ChannelPayload> {
    const command = parseInput(ResumeChannelSubscription, { channelId, idempotencyKey })
    return callFor(context, channelId, (tx, accountId) => resumeChannelSubscription(tx, accountId, command))
  }

  @Authorized(Scope.BILLING)
  @Mutation(() => BillingPortalPayload, {
    description: 'A page of the payment provider on which the account sees its cards, subscriptions and receipts.',
  })
  billingPortal(
    @Arg('returnUrl', () => String) returnUrl: string,
    @Ctx() context: Context,
    @Arg('accountId', () => ID, {
      nullable: true,
      description: 'Staff name the account; a partner’s token implies it.',
    })
    accountId: string | null,
  ): Promise<BillingPortalPayload> {
    const command = parseInput(OpenBillingPortal, { returnUrl })
    return openBillingPortal(context.database, context.payments, accountIdFor(context.actor, accountId), command)
  }

  @FieldResolver(() => ChannelBilling, { description: 'What pays for it now.' })
  billing(@Root() { subscriptionRenews, subscribedUntil, deletedAt }: Channel): ChannelBilling {
    const isPaid = subscriptionRenews && subscribedUntil !== null && deletedAt === null
    return isPaid ? ChannelBilling.SUBSCRIPTION : ChannelBilling.BALANCE
  }

  @FieldResolver(() => ChannelSubscriptionType, {
    nullable: true,
    description: 'The one that lives, or the last one that did.',
  })
  subscription(
    @Root() channel: Channel,
    @Ctx() { loaders }: Context,
  ): ChannelSubscription | null | Promise<ChannelSubscription | null> {
    return loaders.subscriptionOfChannel.get(channel)
  }
}

@Resolver(() => ChannelSubscriptionType)
export class ChannelSubscriptionResolver {
  @FieldResolver(() => PlanType)
  async plan(@Root() { planId }: ChannelSubscription, @Ctx() { loaders }: Context): Promise<Plan> {
    const plan = await loaders.plan.load(planId)
    if (plan === null) throw new NotFoundError('plan', planId)
    return plan
  }
}

@Resolver(() => PlanType)
export class PlanResolver {
  @FieldResolver(() => MoneyType)
  price(@Root() { amountMinor, currency }: Plan): MoneyType {
    return { amount: amountMinor, currency }
  }

  @FieldResolver(() => MoneyType, { description: 'What the same time costs on the monthly plan.' })
  undiscounted(@Root() { undiscountedMinor, currency }: Plan): MoneyType {
    return { amount: undiscountedMinor, currency }
  }
}

@Resolver(() => AccountType)
export class AccountPlansResolver {
  @FieldResolver(() => [PlanType], { description: 'Of the price agreement that holds now.' })
  plans(@Root() { id }: AccountType, @Ctx() context: Context): Promise<PlanType[]> {
    return plansOf(context, id)
  }
}

async function plansOf(context: Context, accountId: string): Promise<PlanType[]> {
  const [history, now] = await Promise.all([context.loaders.priceAgreements.load(accountId), context.now(accountId)])
  const agreement = agreementAt(history, now)
  return agreement === null ? [] : asPlans(await context.loaders.plansOfAgreement.load(agreement))
}

/** Prices are columns of minor units: their fields are resolved. */
function asPlans(plans: readonly Plan[]): PlanType[] {
  return plans as unknown as PlanType[]
}

/** Stores what the provider shall be told, tells it, and answers the channel as it is then. */
async function callFor(
  context: Context,
  channelId: string,
  verb: (tx: Tx, accountId: string) => Promise<Decided<ProviderCallOutcome>>,
): Promise<ChannelPayload> {
  const accountId = await accountOfChannel(context, channelId)
  const { outcome } = await context.change(accountId, (tx) => verb(tx, accountId))
  await context.payments.calls.make({ accountId, id: outcome.callId })
  context.forget()
  return { balance: { accountId }, channelId, transactionId: null }
}
