import { Arg, Authorized, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { accountAsked } from '../accounts/accounts.resolver'
import { Role, Scope, shownActor } from '../auth/actor'
import { ChannelType } from '../channels/channels.types'
import { NotFoundError } from '../errors'
import { connectionOf, type ConnectionOf } from '../graphql/connection'
import type { Context } from '../graphql/context'
import { isSelected, type Selecting } from '../graphql/is-selected'
import { DateTime, Days, Sequence } from '../graphql/scalars'
import { parseInput } from '../input'
import { InvoiceType } from '../invoices/invoices.types'
import { cursorOf } from '../paging'
import { AdjustBalance, adjustBalance } from './adjust-balance'
import { auditLedger } from './audit-ledger'
import { findLedger } from './find-ledger'
import { findLedgerSeals } from './find-ledger-seals'
import type { LedgerTransaction } from './ledger-transaction.entity'
import {
  BalanceAsOfType,
  BalanceType,
  LedgerAuditType,
  LedgerEntryType,
  LedgerSealConnection,
  ledgerSealFace,
  type LedgerSealType,
  LedgerTransactionConnection,
  ledgerTransactionFace,
  LedgerTransactionType,
} from './ledger.types'
import { readBalanceAsOf } from './read-balance-as-of'

@Resolver(() => BalanceType)
export class BalanceResolver {
  @Authorized(Scope.READ)
  @Query(() => BalanceType)
  async balance(
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Ctx() context: Context,
  ): Promise<BalanceType> {
    return { accountId: await accountAsked(context, accountId) }
  }

  @Authorized(Scope.READ)
  @Query(() => BalanceAsOfType, {
    description: 'The balance as it was at an instant, which must not be to come. Throws BAD_USER_INPUT.',
  })
  async balanceAsOf(
    @Arg('at', () => DateTime) at: Date,
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Ctx() context: Context,
  ): Promise<BalanceAsOfType> {
    return readBalanceAsOf(context.database, await accountAsked(context, accountId), at)
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.ADMIN)
  @Mutation(() => BalanceType, { description: 'Grants days, or with a negative number takes them back.' })
  async adjustBalance(
    @Arg('accountId', () => ID) accountId: string,
    @Arg('days', () => Days) days: number,
    @Arg('comment', () => String) comment: string,
    @Arg('idempotencyKey', () => String) idempotencyKey: string,
    @Ctx() context: Context,
  ): Promise<BalanceType> {
    const command = parseInput(AdjustBalance, { accountId, days, comment, idempotencyKey })
    await context.change(accountId, (tx) => adjustBalance(tx, context.actorName, command))
    return { accountId }
  }

  @FieldResolver(() => Days, {
    description: 'Days that can be allocated. Negative only for a postpaid account, down to minus its credit limit.',
  })
  async available(@Root() { accountId }: BalanceType, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.postedBalance(accountId)).available
  }

  @FieldResolver(() => Days, { description: 'Unused days on channels, now.' })
  async allocated(@Root() { accountId }: BalanceType, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.balanceNow(accountId)).allocated
  }

  @FieldResolver(() => Days, { description: 'Days used so far, a begun day counted.' })
  async used(@Root() { accountId }: BalanceType, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.balanceNow(accountId)).used
  }

  @FieldResolver(() => Days)
  async creditLimit(@Root() { accountId }: BalanceType, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.postedBalance(accountId)).creditLimit
  }

  @FieldResolver(() => Days, {
    description:
      'Days that a chargeback could not take. They are taken out of whatever arrives; none are spent until then.',
  })
  async owed(@Root() { accountId }: BalanceType, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.postedBalance(accountId)).owed
  }

  @FieldResolver(() => Sequence, { description: 'The last event that this balance includes.' })
  async sequence(@Root() { accountId }: BalanceType, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.postedBalance(accountId)).sequence
  }
}

@Resolver(() => LedgerTransactionType)
export class LedgerResolver {
  @Authorized(Scope.READ)
  @Query(() => LedgerTransactionConnection, { description: 'Newest first; of one channel where it is named.' })
  async ledger(
    @Ctx() context: Context,
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('channelId', () => ID, { nullable: true }) channelId: string | null,
    @Info() selecting: Selecting,
  ): Promise<ConnectionOf<LedgerTransactionType>> {
    const asked = await accountAsked(context, accountId)
    return ledgerOf(context, asked, { first, after }, channelId, (name) => isSelected(selecting, name))
  }

  @Authorized(Scope.READ)
  @Query(() => LedgerSealConnection, {
    description: 'An account’s seals, newest first. One is made each hour in which days moved.',
  })
  async ledgerSeals(
    @Ctx() context: Context,
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
  ): Promise<ConnectionOf<LedgerSealType>> {
    const page = await findLedgerSeals(context.visible, await accountAsked(context, accountId), { first, after })
    return connectionOf(page, ledgerSealFace, ({ sequence }) => cursorOf('ledger-seals', sequence))
  }

  @Authorized(Role.STAFF)
  @Query(() => LedgerAuditType, {
    description: 'Checks every rule of the ledger, of one account or of all. Staff only; reads the whole ledger.',
  })
  ledgerAudit(
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null | undefined,
    @Ctx() { database }: Context,
  ): Promise<LedgerAuditType> {
    return auditLedger(database, accountId ?? null)
  }

  @FieldResolver(() => String, { description: 'Who did it: a token, staff, or a job.' })
  actor(@Root() transaction: LedgerTransaction, @Ctx() context: Context): string {
    return shownActor(transaction.actor, context.actor)
  }

  @FieldResolver(() => ChannelType, { nullable: true })
  channel(
    @Root() { channelId }: LedgerTransaction,
    @Ctx() { loaders }: Context,
  ): ChannelType | null | Promise<ChannelType | null> {
    return channelId === null ? null : loaders.channel.get(channelId)
  }

  @FieldResolver(() => ChannelType, { nullable: true, description: 'Of a transfer: the channel that received.' })
  toChannel(
    @Root() { toChannelId }: LedgerTransaction,
    @Ctx() { loaders }: Context,
  ): Promise<ChannelType | null> | ChannelType | null {
    return toChannelId === null ? null : loaders.channel.get(toChannelId)
  }

  @FieldResolver(() => InvoiceType, { nullable: true })
  invoice(@Root() { invoiceId }: LedgerTransaction, @Ctx() { loaders }: Context): Promise<InvoiceType | null> | null {
    return invoiceId === null ? null : loaders.invoice.load(invoiceId)
  }

  @FieldResolver(() => [LedgerEntryType], { description: 'Two or more; their days sum to zero.' })
  entries(@Root() transaction: LedgerTransaction): LedgerEntryType[] {
    const { fromAccount, toAccount, days, fromBalance, toBalance } = transaction
    return [
      { account: fromAccount, days: -days, balanceAfter: fromBalance },
      { account: toAccount, days, balanceAfter: toBalance },
    ]
  }
}

/** A page of an account's ledger, newest first. Throws NOT_FOUND where a channel is named that is not the account's. */
export async function ledgerOf(
  { visible, loaders }: Context,
  accountId: string,
  page: { first: number; after?: string | null },
  channelId: string | null | undefined,
  /** Whether its rows are asked for a field of this name: then what that leads to is loaded for all of them at once. */
  isAsked: (name: 'channel' | 'toChannel') => boolean = () => false,
): Promise<ConnectionOf<LedgerTransactionType>> {
  if (channelId != null && (await loaders.channel.load(channelId))?.accountId !== accountId) {
    throw new NotFoundError('channel', channelId)
  }
  const found = await findLedger(visible, accountId, channelId, page)
  const channelIds = [
    ...(isAsked('channel') ? found.rows.map((row) => row.channelId) : []),
    ...(isAsked('toChannel') ? found.rows.map((row) => row.toChannelId) : []),
  ]
  await loaders.channel.loadAhead(channelIds.filter((id) => id !== null))
  return connectionOf(found, ledgerTransactionFace, ({ sequence }) => cursorOf('ledger', sequence))
}
