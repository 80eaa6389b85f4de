import { Arg, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql'
import { accountSeen } from '../accounts/accounts.resolver'
import { AccountType } from '../accounts/accounts.types'
import { accountIdFor, Role, Scope } from '../auth/actor'
import type { Context } from '../graphql/context'
import { parseInput } from '../input'
import { findProviderProfile } from './find-provider-profile'
import {
  BillingDetailsType,
  ProviderProfileType,
  SetBillingDetailsInput,
  SetProviderProfileInput,
} from './particulars.types'
import { SetBillingDetails, setBillingDetails } from './set-billing-details'
import { SetProviderProfile, setProviderProfile } from './set-provider-profile'

@Resolver(() => AccountType)
export class ParticularsResolver {
  @Authorized(Role.STAFF)
  @Query(() => ProviderProfileType, {
    nullable: true,
    description: 'Staff only: who sends the invoices. Null until it was said: no invoice of a live account opens then.',
  })
  providerProfile(@Ctx() { visible }: Context): Promise<ProviderProfileType | null> {
    return findProviderProfile(visible)
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.ADMIN)
  @Mutation(() => ProviderProfileType, {
    description: 'Says who sends the invoices that open from now on. Those that are open stay as they are.',
  })
  async setProviderProfile(
    @Arg('input', () => SetProviderProfileInput) input: SetProviderProfileInput,
    @Ctx() context: Context,
  ): Promise<ProviderProfileType | null> {
    const command = parseInput(SetProviderProfile, input)
    await context.database.inTransaction((tx) => setProviderProfile(tx, context.actorName, command))
    return findProviderProfile(context.visible)
  }

  @Authorized(Scope.BILLING)
  @Mutation(() => AccountType, {
    description: 'Says to whom the account’s invoices are addressed, from the next one that opens.',
  })
  async setBillingDetails(
    @Arg('input', () => SetBillingDetailsInput) input: SetBillingDetailsInput,
    @Ctx() context: Context,
  ): Promise<AccountType> {
    const accountId = accountIdFor(context.actor, input.accountId)
    const command = parseInput(SetBillingDetails, { ...input, accountId })
    await context.change(accountId, (tx) => setBillingDetails(tx, context.actorName, command))
    return accountSeen(context, accountId)
  }

  @FieldResolver(() => BillingDetailsType, { nullable: true, description: 'Null where they were never set.' })
  billingDetails(@Root() { id }: AccountType, @Ctx() { loaders }: Context): Promise<BillingDetailsType | null> {
    return loaders.billingDetails.load(id)
  }
}
