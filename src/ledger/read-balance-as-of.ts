import type { Database, Statement } from '../database'
import { refuseInstantToCome } from '../input'

/** An account's balance as it was at an instant. */
export interface BalanceAsOf {
  accountId: string
  at: Date
  available: number
  /** Unused days on channels. */
  allocated: number
  /** Days used by then, a begun day counted. */
  used: number
  /** Of the last movement by then; 0 where there was none. */
  sequence: number
}

/**
 * The balance that `Balance` would have told at an instant, from the ledger alone: the last movement by then has the posted
 * balances, and each channel's last movement by then has its end, from which its unused days follow.
 *
 * Throws BAD_USER_INPUT for an instant to come, by the account's clock.
 */
export function readBalanceAsOf(database: Database, accountId: string, at: Date): Promise<BalanceAsOf> {
  return database.inSnapshot(async (tx) => {
    const [row] = await tx.query<BalanceAsOf & { now: Date }>(BALANCE_AS_OF, [accountId, at])
    if (row === undefined) throw new Error('an account that is visible is not there')
    const { now, ...balance } = row
    refuseInstantToCome('at', at, now)
    return balance
  })
}

const BALANCE_AS_OF: Statement = {
  name: 'balance-as-of',
  text: `
    SELECT $1::text AS "accountId", $2::timestamptz AS at, daybook_account_now(a.clock, a.changed_at) AS now,
           coalesce(posted.available, 0) AS available, unused.days AS allocated,
           coalesce(posted.allocated, 0) + coalesce(burnt.days, 0) - unused.days AS used,
           last.sequence
    FROM account a
    CROSS JOIN LATERAL (SELECT daybook_ledger_until(a.id, $2) AS sequence) AS last
    LEFT JOIN LATERAL (
      SELECT l.available_balance AS available,
             (SELECT CASE 'ALLOCATED' WHEN t.to_account THEN t.to_balance ELSE t.from_balance END
              FROM ledger_transaction t
              WHERE t.account_id = a.id AND t.sequence <= last.sequence AND 'ALLOCATED' IN (t.from_account, t.to_account)
              ORDER BY t.sequence DESC LIMIT 1) AS allocated
      FROM ledger_transaction l WHERE l.account_id = a.id AND l.sequence = last.sequence
    ) AS posted ON true
    LEFT JOIN LATERAL (
      SELECT b.to_balance AS days FROM ledger_transaction b
      WHERE b.account_id = a.id AND b.kind = 'BURN' AND b.sequence <= last.sequence ORDER BY b.sequence DESC LIMIT 1
    ) AS burnt ON true
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(daybook_unused_days_then(a.id, c.id, last.sequence, $2)), 0)::bigint AS days
      FROM channel c WHERE c.account_id = a.id
    ) AS unused
    WHERE a.id = $1`,
}
