import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import { accountSeen } from '../accounts/accounts.resolver'
import { AccountType } from '../accounts/accounts.types'
import { Role, Scope } from '../auth/actor'
import type { Context } from '../graphql/context'
import { MoneyType } from '../graphql/money.types'
import { parseInput } from '../input'
import { agreementAt } from './find-price-agreements'
import type { PriceAgreement } from './price-agreement.entity'
import { PriceAgreementType, PriceTierType, SetPriceAgreementInput } from './pricing.types'
import { SetPriceAgreement, setPriceAgreement } from './set-price-agreement'

@Resolver(() => PriceAgreementType)
export class PricingResolver {
  @Authorized<Scope | Role>(Role.STAFF, Scope.ADMIN)
  @Mutation(() => AccountType, {
    description: 'Agrees new prices from an instant on. Invoices that were requested before it keep their price.',
  })
  async setPriceAgreement(
    @Arg('input', () => SetPriceAgreementInput) input: SetPriceAgreementInput,
    @Ctx() context: Context,
  ): Promise<AccountType> {
    const command = parseInput(SetPriceAgreement, input)
    await context.change(command.accountId, (tx) => setPriceAgreement(tx, context.actorName, command))
    return accountSeen(context, command.accountId)
  }

  @FieldResolver(() => MoneyType, { description: 'Price of one channel for 30 days.' })
  channelMonth(@Root() { channelMonthMinor, currency }: PriceAgreement): MoneyType {
    return { amount: channelMonthMinor, currency }
  }

  @FieldResolver(() => MoneyType, {
    nullable: true,
    description:
      'Price of one loose day where one is agreed; else it costs a thirtieth of channelMonth, rounded once a line.',
  })
  looseDay(@Root() { looseDayMinor, currency }: PriceAgreement): MoneyType | null {
    return looseDayMinor === null ? null : { amount: looseDayMinor, currency }
  }

  @FieldResolver(() => [PriceTierType], { description: 'By fromChannels, rising.' })
  tiers(@Root() { tiers, currency }: PriceAgreement): PriceTierType[] {
    return tiers.map(({ fromChannels, channelMonthMinor }) => ({
      fromChannels,
      channelMonth: { amount: channelMonthMinor, currency },
    }))
  }
}

@Resolver(() => AccountType)
export class AccountPricingResolver {
  @FieldResolver(() => PriceAgreementType, { nullable: true, description: 'The one that holds now.' })
  async priceAgreement(@Root() { id }: AccountType, @Ctx() context: Context): Promise<PriceAgreementType | null> {
    const [history, now] = await Promise.all([context.loaders.priceAgreements.load(id), context.now(id)])
    return agreementAt(history, now)
  }

  @FieldResolver(() => [PriceAgreementType], { description: 'Newest first, those to come included.' })
  priceAgreements(@Root() { id }: AccountType, @Ctx() { loaders }: Context): Promise<PriceAgreementType[]> {
    return loaders.priceAgreements.load(id)
  }
}
