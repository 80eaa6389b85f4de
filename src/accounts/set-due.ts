import { utcMonth } from '../clock'
import type { Statement, Tx } from '../database'
import type { AccountBook } from '../ledger/account-book'
import { AccountDueKind } from './account-due.entity'

/** Says when the clock brings an account something of a kind next; null for never. */
export async function setDue(tx: Tx, book: AccountBook, kind: AccountDueKind, at: Date | null): Promise<void> {
  if (at === null) await tx.query(CLEAR_DUE, [book.accountId, kind])
  else await tx.query(SET_DUE, [book.accountId, kind, at])
  const [row] = await tx.query<{ at: Date | null }>(EARLIEST_DUE, [book.accountId])
  book.setDueAt(row?.at ?? null)
}

/** Starts or ends the monthly closes of an account, as it turns postpaid or prepaid. */
export function setMonthCloses(tx: Tx, book: AccountBook, isPostpaid: boolean): Promise<void> {
  return setDue(tx, book, AccountDueKind.MONTH_CLOSE, isPostpaid ? utcMonth(book.now, 1) : null)
}

const SET_DUE: Statement = {
  name: 'set-due',
  text: `
    INSERT INTO account_due (account_id, kind, at) VALUES ($1, $2, $3)
    ON CONFLICT (account_id, kind) DO UPDATE SET at = excluded.at`,
}

const CLEAR_DUE: Statement = {
  name: 'clear-due',
  text: 'DELETE FROM account_due WHERE account_id = $1 AND kind = $2',
}

const EARLIEST_DUE: Statement = {
  name: 'earliest-due',
  text: 'SELECT min(at) AS at FROM account_due WHERE account_id = $1',
}
