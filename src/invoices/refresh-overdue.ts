import { AccountDueKind } from '../accounts/account-due.entity'
import { setDue } from '../accounts/set-due'
import type { Statement, Tx } from '../database'
import type { AccountBook } from '../ledger/account-book'

/**
 * Finds anew from when an account is overdue: past the due date of its oldest usage invoice that is open, or the date to
 * which staff postponed it. To be called whenever a usage invoice has changed.
 */
export async function refreshOverdue(tx: Tx, book: AccountBook, actor: string): Promise<void> {
  const [row] = await tx.query<{ overdueFrom: Date | null }>(OLDEST_DUE, [book.accountId])
  const overdueFrom = row?.overdueFrom ?? null
  const wasOverdue = book.overdueAt(book.now)
  book.setOverdueFrom(overdueFrom)
  const isOverdue = book.overdueAt(book.now)
  // It is told a millisecond past the due date: until then it can be paid in time.
  const tellAt = overdueFrom === null || (wasOverdue && isOverdue) ? null : new Date(overdueFrom.getTime() + 1)
  await setDue(tx, book, AccountDueKind.OVERDUE, tellAt)
  if (wasOverdue && !isOverdue) book.record({ type: 'account.overdue_ended', subject: book.accountId, actor })
}

const OLDEST_DUE: Statement = {
  name: 'oldest-due-usage-invoice',
  text: `
    SELECT min(greatest(due_at, postponed_until)) AS "overdueFrom"
    FROM invoice WHERE account_id = $1 AND status = 'OPEN' AND period_start IS NOT NULL`,
}
