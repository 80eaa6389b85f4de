import type { Sql, Statement } from '../database'

/** An account's balance as posted. */
export interface PostedBalance {
  accountId: string
  available: number
  creditLimit: number
  owed: number
  sequence: number
}

/** An account's balance with what the clock says now. */
export interface BalanceNow extends PostedBalance {
  /** Unused days on channels. */
  allocated: number
  /** Days used so far, a begun day counted. */
  used: number
}

/** Reads only the accounts' own rows. */
export function readPostedBalances(sql: Sql, accountIds: readonly string[]): Promise<PostedBalance[]> {
  return sql.query<PostedBalance>(POSTED_BALANCES, [accountIds])
}

/** Reads the accounts and the time of their channels in one statement, and so from one snapshot. */
export function readBalancesNow(sql: Sql, accountIds: readonly string[]): Promise<BalanceNow[]> {
  return sql.query<BalanceNow>(BALANCES_NOW, [accountIds])
}

const POSTED_BALANCES: Statement = {
  name: 'posted-balances',
  text: `
    SELECT id AS "accountId", available, credit_limit AS "creditLimit", owed, sequence
    FROM account WHERE id = ANY ($1)`,
}

const BALANCES_NOW: Statement = {
  name: 'balances-now',
  text: `
    SELECT a.id AS "accountId", a.available, a.credit_limit AS "creditLimit", a.owed, a.sequence,
           unused.days AS allocated, a.allocated + a.used - unused.days AS used
    FROM account a
    CROSS JOIN LATERAL (SELECT daybook_account_now(a.clock, a.changed_at) AS at) AS now
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(daybook_unused_days(c.run_start, c.paid_days, now.at)), 0)::bigint AS days
      FROM channel c WHERE c.account_id = a.id AND c.paid_until > now.at
    ) AS unused
    WHERE a.id = ANY ($1)`,
}
