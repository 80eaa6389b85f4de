import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { accountSeen } from '../accounts/accounts.resolver'
import { NotFoundError } from '../errors'
import type { Context } from '../graphql/context'
import { parseInput } from '../input'
import { findPerson } from '../people/find-people'
import { personFace } from '../people/people.types'
import { accountIdFor, Scope } from './actor'
import type { ApiToken } from './api-token.entity'
import { ApiTokenType, CreateTokenInput, CreateTokenPayload, ViewerType } from './auth.types'
import { CreateToken, createToken, revokeToken } from './create-token'
import { findToken, findTokens } from './find-tokens'
import { tokenPrefix } from './token-text'

@Resolver(() => ApiTokenType)
export class AuthResolver {
  @Authorized(Scope.READ)
  @Query(() => ViewerType, { description: 'Who is asking, and what it may do.' })
  async viewer(@Ctx() context: Context): Promise<ViewerType> {
    const { role, scopes, accountId, signedIn } = context.actor
    const person = signedIn === undefined ? null : await findPerson(context.visible, signedIn.personId)
    return {
      role,
      scopes: [...scopes],
      account: accountId === null ? null : await accountSeen(context, accountId),
      person: person === null ? null : personFace(person),
      sessionId: signedIn?.sessionId ?? null,
      secondFactorNeeded: signedIn?.secondFactorNeeded ?? false,
    }
  }

  @Authorized(Scope.READ)
  @Query(() => [ApiTokenType], {
    description: 'Newest first, revoked ones too, 250 at the most. Of staff’s own where staff name no account.',
  })
  async tokens(
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null | undefined,
    @Ctx() context: Context,
  ): Promise<ApiTokenType[]> {
    const { actor, visible } = context
    const owner = actor.accountId === null && accountId == null ? null : accountIdFor(actor, accountId)
    if (owner !== null) await accountSeen(context, owner)
    return findTokens(visible, owner)
  }

  @Authorized(Scope.TOKENS)
  @Mutation(() => CreateTokenPayload)
  async createToken(
    @Arg('input', () => CreateTokenInput) input: CreateTokenInput,
    @Ctx() context: Context,
  ): Promise<CreateTokenPayload> {
    const { actor } = context
    const owner = actor.accountId === null ? (input.accountId ?? null) : accountIdFor(actor, input.accountId)
    const command = parseInput(CreateToken, { ...input, accountId: owner })
    const work = (tx: Parameters<typeof createToken>[0]) => createToken(tx, actor, command)
    return owner === null ? context.database.inTransaction(work) : context.change(owner, work)
  }

  @Authorized(Scope.TOKENS)
  @Mutation(() => ApiTokenType, { description: 'For good, and at once: on open sockets within a second.' })
  async revokeToken(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<ApiTokenType> {
    const { actor, visible } = context
    const token = await findToken(visible, id)
    if (token === null) throw new NotFoundError('token', id)
    const work = (tx: Parameters<typeof revokeToken>[0]) => revokeToken(tx, actor, id)
    await (token.accountId === null ? context.database.inTransaction(work) : context.change(token.accountId, work))
    return (await findToken(visible, id)) ?? token
  }

  @FieldResolver(() => String, { description: 'The readable start of the token; the secret is never stored.' })
  prefix(@Root() { id, accountId }: ApiToken): string {
    return tokenPrefix(accountId === null ? 'staff' : 'partner', id)
  }
}
