import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql'
import { accountSeen } from '../accounts/accounts.resolver'
import { AccountType } from '../accounts/accounts.types'
import { accountIdFor, Scope } from '../auth/actor'
import type { Context } from '../graphql/context'
import { parseInput } from '../input'
import { RemoveSavedCard, removeSavedCard } from './remove-saved-card'
import { SaveCard, saveCard } from './save-card'
import { SaveCardInput, SaveCardPayload, SavedCardType } from './saved-cards.types'

@Resolver(() => AccountType)
export class AccountSavedCardResolver {
  @Authorized(Scope.BILLING)
  @Mutation(() => SaveCardPayload, {
    description:
      'Opens a page of the payment provider’s on which a card is saved. From then on it is charged for the invoices of automatic top-ups, as they open.',
  })
  async saveCard(
    @Arg('input', () => SaveCardInput) input: SaveCardInput,
    @Ctx() context: Context,
  ): Promise<SaveCardPayload> {
    const accountId = accountIdFor(context.actor, input.accountId)
    const command = parseInput(SaveCard, input)
    const id = await context.change(accountId, (tx) => saveCard(tx, accountId, command))
    const { url } = await context.payments.calls.make({ accountId, id })
    if (url === undefined) throw new Error('a checkout without a page')
    return { url }
  }

  @Authorized(Scope.BILLING)
  @Mutation(() => AccountType, { description: 'Forgets the saved card, here and at the payment provider.' })
  async removeSavedCard(
    @Arg('accountId', () => ID, {
      nullable: true,
      description: 'Staff name the account; a partner’s token implies it.',
    })
    accountId: string | null,
    @Ctx() context: Context,
  ): Promise<AccountType> {
    const id = accountIdFor(context.actor, accountId)
    const command = parseInput(RemoveSavedCard, { accountId: id })
    await context.change(id, (tx) => removeSavedCard(tx, context.actorName, command))
    return accountSeen(context, id)
  }

  @FieldResolver(() => SavedCardType, { nullable: true, description: 'Null where none is saved.' })
  savedCard(@Root() { id }: AccountType, @Ctx() { loaders }: Context): Promise<SavedCardType | null> {
    return loaders.savedCard.load(id)
  }
}
