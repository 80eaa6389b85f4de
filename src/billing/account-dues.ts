import { AccountDueKind } from '../accounts/account-due.entity'
import { setDue } from '../accounts/set-due'
import type { Tx } from '../database'
import { dunInvoices } from '../dunning/follow-dunning'
import { runKeepAlive } from '../keep-alive/run-keep-alive'
import { CLOCK_ACTOR, type AccountBook } from '../ledger/account-book'
import { closeMonth } from './close-month'
import { requestScheduledInvoice } from './request-scheduled-invoice'
import { runAutoTopUp } from './run-auto-top-up'

/**
 * What is done when something of an account's own is due. The book is open as of that instant, and settled. Each says by
 * `setDue` when it is due next, in the same transaction, so that it is done exactly once.
 */
export const ACCOUNT_DUES: Record<AccountDueKind, (tx: Tx, book: AccountBook, at: Date) => Promise<void>> = {
  MONTH_CLOSE: closeMonth,
  OVERDUE: tellOverdue,
  DUNNING: dunInvoices,
  INVOICE_SCHEDULE: requestScheduledInvoice,
  KEEP_ALIVE: runKeepAlive,
  AUTO_TOP_UP: runAutoTopUp,
}

async function tellOverdue(tx: Tx, book: AccountBook): Promise<void> {
  const { accountId, overdueFrom } = book
  book.record({ type: 'account.overdue', subject: accountId, actor: CLOCK_ACTOR, data: { since: overdueFrom } })
  await setDue(tx, book, AccountDueKind.OVERDUE, null)
}
