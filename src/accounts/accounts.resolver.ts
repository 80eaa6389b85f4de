import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { accountIdFor, Role, Scope } from '../auth/actor'
import { channelsOf } from '../channels/channels.resolver'
import { ChannelConnection, ChannelFilter, type ChannelType } from '../channels/channels.types'
import { NotFoundError } from '../errors'
import { lookAtRunway } from '../forecast/look-at-runway'
import { connectionOf, type ConnectionOf } from '../graphql/connection'
import type { Context } from '../graphql/context'
import { DateTime } from '../graphql/scalars'
import { parseInput } from '../input'
import { ledgerOf } from '../ledger/ledger.resolver'
import { BalanceType, LedgerTransactionConnection, type LedgerTransactionType } from '../ledger/ledger.types'
import { cursorOf } from '../paging'
import type { Account } from './account.entity'
import {
  AccountConnection,
  accountFace,
  AccountType,
  AlertsType,
  CreateAccountInput,
  SetAlertsInput,
  UpdateAccountInput,
} from './accounts.types'
import { CreateAccount, createAccount } from './create-account'
import { countAccounts, findAccounts } from './find-accounts'
import { SetAlerts, setAlerts } from './set-alerts'
import { UpdateAccount, updateAccount } from './update-account'

@Resolver(() => AccountType)
export class AccountsResolver {
  @Authorized(Scope.READ)
  @Query(() => AccountType, { description: 'A partner’s own account; staff name one.' })
  account(@Arg('id', () => ID, { nullable: true }) id: string | null, @Ctx() context: Context): Promise<AccountType> {
    return accountSeen(context, accountIdFor(context.actor, id, 'id'))
  }

  @Authorized(Scope.READ)
  @Query(() => AccountConnection, { description: 'Newest first; a partner sees its own.' })
  async accounts(
    @Ctx() { visible }: Context,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('search', () => String, { nullable: true, description: 'Part of the name or the e-mail, in any case.' })
    search: string | null,
  ): Promise<ConnectionOf<AccountType>> {
    return connectionOf(
      await findAccounts(visible, search, { first, after }),
      accountFace,
      (account) => cursorOf('accounts', account.id),
      () => countAccounts(visible, search),
    )
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.ADMIN)
  @Mutation(() => AccountType)
  async createAccount(
    @Arg('input', () => CreateAccountInput) input: CreateAccountInput,
    @Ctx() context: Context,
  ): Promise<AccountType> {
    const command = parseInput(CreateAccount, input)
    const { accountId } = await context.database.inTransaction((tx) => createAccount(tx, context.actorName, command))
    return accountSeen(context, accountId)
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.ADMIN)
  @Mutation(() => AccountType)
  async updateAccount(
    @Arg('input', () => UpdateAccountInput) input: UpdateAccountInput,
    @Ctx() context: Context,
  ): Promise<AccountType> {
    const command = parseInput(UpdateAccount, input)
    await context.change(command.accountId, (tx) => updateAccount(tx, context.actorName, command))
    return accountSeen(context, command.accountId)
  }

  @Authorized(Scope.BILLING)
  @Mutation(() => AccountType, { description: 'Says what the account wants to be told of.' })
  async setAlerts(
    @Arg('input', () => SetAlertsInput) input: SetAlertsInput,
    @Ctx() context: Context,
  ): Promise<AccountType> {
    const accountId = accountIdFor(context.actor, input.accountId)
    const command = parseInput(SetAlerts, { ...input, accountId })
    await context.change(accountId, async (tx) => {
      await setAlerts(tx, context.actorName, command)
      // What is crossed from now on is told, not only what is crossed after the watch's first look.
      await lookAtRunway(tx, accountId)
    })
    return accountSeen(context, accountId)
  }

  @FieldResolver(() => AlertsType)
  alerts(@Root() { noticeDays, lowBalanceDays, lowRunwayDays }: Account): AlertsType {
    return { noticeDays, lowBalanceDays, lowRunwayDays }
  }

  @FieldResolver(() => Boolean, {
    description: 'A usage invoice is unpaid past its due date: days can be given back, and none allocated.',
  })
  async overdue(@Root() { id, overdueFrom }: Account, @Ctx() context: Context): Promise<boolean> {
    return overdueFrom !== null && overdueFrom < (await context.now(id))
  }

  @FieldResolver(() => DateTime, { description: 'The time on this account’s clock.' })
  now(@Root() { id }: AccountType, @Ctx() context: Context): Promise<Date> {
    return context.now(id)
  }

  @FieldResolver(() => BalanceType)
  balance(@Root() { id }: AccountType): BalanceType {
    return { accountId: id }
  }

  @FieldResolver(() => ChannelConnection, { description: 'Newest first.' })
  channels(
    @Root() { id }: AccountType,
    @Ctx() context: Context,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('filter', () => ChannelFilter, { nullable: true }) filter: ChannelFilter | null,
  ): Promise<ConnectionOf<ChannelType>> {
    return channelsOf(context, id, { first, after }, filter)
  }

  @FieldResolver(() => LedgerTransactionConnection, { description: 'Newest first.' })
  ledger(
    @Root() { id }: AccountType,
    @Ctx() context: Context,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('channelId', () => ID, { nullable: true }) channelId: string | null,
  ): Promise<ConnectionOf<LedgerTransactionType>> {
    return ledgerOf(context, id, { first, after }, channelId)
  }
}

@Resolver(() => AccountConnection)
export class AccountConnectionResolver {
  @FieldResolver(() => Int)
  totalCount(@Root() connection: ConnectionOf<AccountType>): Promise<number> | undefined {
    return connection.count?.()
  }
}

/** Which account a query is about. A partner's own is there; NOT_FOUND where staff name one that isn't. */
export async function accountAsked(context: Context, accountId: string | null): Promise<string> {
  const id = accountIdFor(context.actor, accountId)
  if (context.actor.accountId === null) await accountSeen(context, id)
  return id
}

/** Throws NOT_FOUND for an account that the caller doesn't see. */
export async function accountSeen({ loaders }: Context, id: string): Promise<AccountType> {
  const account = await loaders.account.load(id)
  if (account === null) throw new NotFoundError('account', id)
  return account
}
