import type { Database, Statement } from '../../src/database'

/**
 * The rules of the ledger as statements, apart from `ledgerAudit`, which goes through it row by row. Each answers the rows
 * that break it. All are read from one snapshot, at any moment: they hold at every commit.
 */
const RULES: Record<string, string> = {
  'the four ledger accounts of an account sum to zero': `
    SELECT id FROM account WHERE issued + available + allocated + used <> 0`,
  'an account has what its entries sum to': `
    SELECT a.id FROM account a LEFT JOIN LATERAL (
      SELECT coalesce(sum(CASE WHEN to_account = 'AVAILABLE' THEN days END), 0)
           - coalesce(sum(CASE WHEN from_account = 'AVAILABLE' THEN days END), 0) AS available,
             coalesce(sum(CASE WHEN to_account = 'ALLOCATED' THEN days END), 0)
           - coalesce(sum(CASE WHEN from_account = 'ALLOCATED' THEN days END), 0) AS allocated,
             coalesce(sum(CASE WHEN to_account = 'USED' THEN days END), 0) AS used
      FROM ledger_transaction t WHERE t.account_id = a.id
    ) s ON true
    WHERE (a.available, a.allocated, a.used) IS DISTINCT FROM (s.available, s.allocated, s.used)`,
  'nobody is below the credit limit': `
    SELECT id FROM account WHERE available < -credit_limit`,
  'each balance is the one before it and what moved': `
    SELECT id FROM (
      SELECT id, available_balance,
        lag(available_balance, 1, 0) OVER (PARTITION BY account_id ORDER BY sequence)
          + CASE WHEN to_account = 'AVAILABLE' THEN days WHEN from_account = 'AVAILABLE' THEN -days ELSE 0 END AS expected
      FROM ledger_transaction
    ) t WHERE available_balance <> expected`,
  'numbers have no gap and no double': `
    SELECT a.id FROM account a CROSS JOIN LATERAL (
      SELECT count(*) AS numbers, count(DISTINCT n) AS different, coalesce(max(n), 0) AS last FROM (
        SELECT sequence AS n FROM ledger_transaction WHERE account_id = a.id
        UNION ALL SELECT sequence + 1 FROM ledger_transaction WHERE account_id = a.id AND end_reason IS NOT NULL
        UNION ALL SELECT sequence + 2 FROM ledger_transaction
          WHERE account_id = a.id AND end_reason IS NOT NULL AND to_channel_id IS NOT NULL
        UNION ALL SELECT sequence FROM event WHERE account_id = a.id
      ) AS all_numbers
    ) s WHERE (numbers, different, last) IS DISTINCT FROM (a.sequence, a.sequence, a.sequence)`,
  'time never runs backwards against the numbers': `
    SELECT id FROM (
      SELECT id, occurred_at, lag(occurred_at) OVER (PARTITION BY account_id ORDER BY sequence) AS before
      FROM ledger_transaction
    ) t WHERE occurred_at < before`,
  'days on channels are what is allocated, less what was used since the last burn': `
    SELECT a.id FROM account a CROSS JOIN LATERAL (
      SELECT coalesce(sum(daybook_unused_days(run_start, paid_days, a.burnt_until)), 0) AS unused
      FROM channel c WHERE c.account_id = a.id AND c.deleted_at IS NULL
    ) s WHERE a.allocated > s.unused + (SELECT coalesce(sum(paid_days), 0) FROM channel c WHERE c.account_id = a.id)`,
  'an invoice is credited once it is paid, and only then': `
    SELECT i.id FROM invoice i LEFT JOIN ledger_transaction t ON t.invoice_id = i.id AND t.kind = 'PURCHASE'
    GROUP BY i.id, i.status HAVING count(t.id) <> CASE WHEN i.status = 'PAID' THEN 1 ELSE 0 END`,
}

/** A sentence for each rule that is broken. */
export async function brokenInvariants(database: Pick<Database, 'inSnapshot'>): Promise<string[]> {
  return database.inSnapshot(async (tx) => {
    const broken: string[] = []
    for (const [index, [rule, text]] of Object.entries(RULES).entries()) {
      const statement: Statement = { name: `fault-rule-${index}`, text }
      const rows = await tx.query<{ id: string }>(statement)
      if (rows.length > 0) broken.push(`not so for ${rows.map(({ id }) => id).join(', ')}: ${rule}`)
    }
    return broken
  })
}
