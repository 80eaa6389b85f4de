import type { AccountDueKind } from '../accounts/account-due.entity'
import type { Database, Statement, Tx } from '../database'
import { AccountDueError, openSettledBook, saveBooks } from '../ledger/account-book'
import { ACCOUNT_DUES } from './account-dues'

/**
 * The database behind doors that keep accounts up to date: work that meets an account with something due itself is rolled
 * back, what is due is done, and the work is done anew. So no verb acts before what was due before it.
 */
export function keepUpToDate(database: Database, onChanged: (accountIds: string[]) => void): Database {
  return {
    ...database,
    inTransaction: (work) => afterDues(database, onChanged, () => database.inTransaction(work)),
    inPipelinedTransaction: (work) => afterDues(database, onChanged, () => database.inPipelinedTransaction(work)),
    within: (ending) => keepUpToDate(database.within(ending), onChanged),
  }
}

/** Something may fall due between doing what is due and the next attempt; not so often in a row. */
const MAX_ATTEMPTS = 5

async function afterDues<T>(
  database: Database,
  onChanged: (accountIds: string[]) => void,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof AccountDueError) || attempts === MAX_ATTEMPTS) throw error
      for (const accountId of error.accountIds) await bringUpToDate(database, accountId)
      onChanged([...error.accountIds])
    }
  }
}

/**
 * Things that are done of one account in a row: some thousands after years without a gateway. What falls due again as it is done
 * would else hold up all other accounts.
 */
const MAX_DUES = 20_000

/** Does all that is due of an account itself, each thing in a transaction of its own. */
export async function bringUpToDate(database: Database, accountId: string): Promise<void> {
  for (let done = 0; await database.inTransaction((tx) => doNextDue(tx, accountId)); done += 1) {
    if (done === MAX_DUES) throw new Error(`${accountId} has had ${MAX_DUES} things due, and has more`)
  }
}

/**
 * Does the earliest thing that is due of an account itself, as of the instant at which it fell due. Answers whether there
 * was one.
 */
export async function doNextDue(tx: Tx, accountId: string): Promise<boolean> {
  await tx.query(LOCK_ACCOUNT, [accountId])
  const [due] = await tx.query<{ kind: AccountDueKind; at: Date }>(NEXT_DUE, [accountId])
  if (due === undefined) {
    await tx.query(REFRESH_DUE, [accountId])
    return false
  }
  const { book } = await openSettledBook(tx, { accountId }, { until: due.at })
  await ACCOUNT_DUES[due.kind](tx, book, due.at)
  await saveBooks(tx, [book])
  return true
}

/** Accounts on the live clock of which something is due. The clock is asked once: asked anew with each row, no index could help. */
export const DUE_ACCOUNTS: Statement = {
  name: 'accounts-due',
  text: `
    SELECT a.id FROM (SELECT daybook_now() AS now) AS clock JOIN account a ON a.due_at <= clock.now
    WHERE NOT a.sandbox AND a.id <> ALL ($1) ORDER BY a.due_at LIMIT $2`,
}

// In a statement of its own: what comes after it sees what whoever held the lock has done.
const LOCK_ACCOUNT: Statement = { name: 'lock-account', text: 'SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE' }

// A balance may have risen again before it was topped up: nothing is due, though the account says so.
const REFRESH_DUE: Statement = {
  name: 'refresh-due',
  text: `
    UPDATE account SET due_at = (SELECT min(at) FROM account_due WHERE account_id = $1)
    WHERE id = $1 AND due_at <= daybook_account_now(clock, changed_at)`,
}

// At one instant, in the order of the kinds.
const NEXT_DUE: Statement = {
  name: 'next-due',
  text: `
    SELECT due.kind, due.at FROM account a CROSS JOIN LATERAL (
      SELECT kind, at FROM account_due WHERE account_id = a.id
      UNION ALL
      SELECT 'AUTO_TOP_UP', a.changed_at WHERE a.available < a.top_up_below
    ) AS due
    WHERE a.id = $1 AND due.at <= daybook_account_now(a.clock, a.changed_at)
    ORDER BY at, array_position('{MONTH_CLOSE,OVERDUE,DUNNING,INVOICE_SCHEDULE,KEEP_ALIVE,AUTO_TOP_UP}', kind) LIMIT 1`,
}
