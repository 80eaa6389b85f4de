import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import { accountSeen } from '../accounts/accounts.resolver'
import { AccountType } from '../accounts/accounts.types'
import { accountIdFor, Scope } from '../auth/actor'
import type { Context } from '../graphql/context'
import { parseInput } from '../input'
import {
  AutoTopUpType,
  BillingScheduleType,
  scheduleFace,
  SetAutoTopUpInput,
  SetBillingScheduleInput,
  topUpFace,
} from './billing.types'
import { SetAutoTopUp, setAutoTopUp } from './set-auto-top-up'
import { SetBillingSchedule, setBillingSchedule } from './set-billing-schedule'

@Resolver(() => AccountType)
export class AccountBillingResolver {
  @Authorized(Scope.BILLING)
  @Mutation(() => AccountType, {
    description: 'Says for what a prepaid account is invoiced at the start of each UTC month, from the next one on.',
  })
  async setBillingSchedule(
    @Arg('input', () => SetBillingScheduleInput) input: SetBillingScheduleInput,
    @Ctx() context: Context,
  ): Promise<AccountType> {
    const accountId = accountIdFor(context.actor, input.accountId)
    const command = parseInput(SetBillingSchedule, { ...input, accountId })
    await context.change(accountId, (tx) => setBillingSchedule(tx, context.actorName, command))
    return accountSeen(context, accountId)
  }

  @Authorized(Scope.BILLING)
  @Mutation(() => AccountType, {
    description:
      'Requests an invoice by itself whenever too few days are available, at once where that is so; it begins anew, without failures.',
  })
  async setAutoTopUp(
    @Arg('input', () => SetAutoTopUpInput) input: SetAutoTopUpInput,
    @Ctx() context: Context,
  ): Promise<AccountType> {
    const accountId = accountIdFor(context.actor, input.accountId)
    const command = parseInput(SetAutoTopUp, { ...input, accountId })
    await context.change(accountId, (tx) => setAutoTopUp(tx, context.actorName, command))
    return accountSeen(context, accountId)
  }

  @FieldResolver(() => BillingScheduleType)
  async billingSchedule(@Root() { id }: AccountType, @Ctx() { loaders }: Context): Promise<BillingScheduleType> {
    return scheduleFace(await loaders.billingSchedule.load(id))
  }

  @FieldResolver(() => AutoTopUpType, { nullable: true, description: 'Null where it was never set.' })
  async autoTopUp(@Root() { id }: AccountType, @Ctx() { loaders }: Context): Promise<AutoTopUpType | null> {
    const topUp = await loaders.autoTopUp.load(id)
    return topUp === null ? null : topUpFace(topUp)
  }
}
