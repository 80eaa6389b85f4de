import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm'
import { Account } from '../accounts/account.entity'
import type { Sql } from '../database'
import { readPrepared } from '../prepared-query'
import type { Actor } from './actor'

type OwnedRow = ObjectLiteral & { accountId: string | null }

/** A query whose wall can't be taken down: `where` would overwrite it, `orWhere` would go around it. */
export type WalledQuery<Row extends ObjectLiteral> = Omit<SelectQueryBuilder<Row>, 'where' | 'orWhere' | 'whereInIds'>

/**
 * The wall between tenants. Every read of a resolver starts here and nowhere else (`test/architecture.test.ts` holds
 * that), so that a new query has its wall before it has anything: a partner's queries see the rows of its own account,
 * staff's see all. What the wall hides is not there: NOT_FOUND, never FORBIDDEN.
 *
 * The database stands behind it: every reference between two rows of an account carries the account's id, so that a
 * row can't point into another account.
 */
export class VisibleRows {
  constructor(
    private readonly manager: EntityManager,
    private readonly actor: Actor,
    /** Where its queries run as prepared statements; by the manager, unless given. */
    private readonly sql?: Sql,
    private readonly quickSql?: Sql,
  ) {}

  /** The same rows, for a query that is known to be quick: by keys, or the first rows of an index. */
  get quickly(): VisibleRows {
    return new VisibleRows(this.manager, this.actor, this.quickSql ?? this.sql)
  }

  of<Row extends OwnedRow>(entity: new () => Row, alias: string): WalledQuery<Row> {
    return this.walled(this.query(entity, alias), `${alias}.accountId`)
  }

  /** Rows that are no account's: staff see them, and partners none. */
  ofNoAccount<Row extends ObjectLiteral>(entity: new () => Row, alias: string): WalledQuery<Row> {
    const query = this.query(entity, alias)
    return this.actor.accountId === null ? query : query.where('false')
  }

  accounts(): WalledQuery<Account> {
    return this.walled(this.query(Account, 'account'), 'account.id')
  }

  private query<Row extends ObjectLiteral>(entity: new () => Row, alias: string): SelectQueryBuilder<Row> {
    const { sql } = this
    const query = this.manager.createQueryBuilder(entity, alias)
    if (sql !== undefined) query.getMany = () => readPrepared(sql, query)
    return query
  }

  private walled<Row extends ObjectLiteral>(query: SelectQueryBuilder<Row>, column: string): SelectQueryBuilder<Row> {
    const { accountId } = this.actor
    return accountId === null ? query : query.where(`${column} = :viewerAccountId`, { viewerAccountId: accountId })
  }
}
