import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql'
import { accountAsked } from '../accounts/accounts.resolver'
import { AccountNameType } from '../accounts/accounts.types'
import { Scope } from '../auth/actor'
import { connectionOf, type ConnectionOf } from '../graphql/connection'
import type { Context } from '../graphql/context'
import { parseInput } from '../input'
import { cursorOf } from '../paging'
import { AuditEntryConnection, auditEntryFace, AuditEntryType, AuditFilterInput } from './audit.types'
import { AUDIT_LIST, AuditFilter, auditPlace, findAuditEntries } from './find-audit-entries'

@Resolver(() => AuditEntryType)
export class AuditResolver {
  @Authorized(Scope.READ)
  @Query(() => AuditEntryConnection, {
    description:
      'Deeds, newest first: a partner’s own account’s; for staff all there are, or one account’s. What partners do with days stands in the ledger.',
  })
  async auditLog(
    @Ctx() context: Context,
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null | undefined,
    @Arg('filter', () => AuditFilterInput, { nullable: true }) filter: AuditFilterInput | null,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
  ): Promise<ConnectionOf<AuditEntryType>> {
    const { actor, visible } = context
    const id = actor.accountId === null && accountId == null ? null : await accountAsked(context, accountId ?? null)
    const wanted = parseInput(AuditFilter, filter ?? {})
    return connectionOf(
      await findAuditEntries(visible, actor, id, wanted, { first, after }),
      (entry) => auditEntryFace(entry, actor),
      (entry) => cursorOf(AUDIT_LIST, auditPlace(entry)),
    )
  }
  @FieldResolver(() => AccountNameType, { nullable: true, description: 'Null where it concerns none.' })
  account(@Root() { accountId }: AuditEntryType, @Ctx() { loaders }: Context): Promise<AccountNameType | null> | null {
    return accountId === null ? null : loaders.account.load(accountId)
  }
}
