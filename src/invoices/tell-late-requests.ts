import type { Sql, Statement, Tx } from '../database'
import { CLOCK_ACTOR, type AccountBook } from '../ledger/account-book'
import { Invoice } from './invoice.entity'

/** How long before its half hour is over a request is told of. */
export const REMIND_BEFORE_MS = 10 * 60_000

/** Requests that are told of in one transaction. */
const REQUESTS_A_TIME = 500

/**
 * Tells of an account's requests whose half hour is nearly over, and of those whose half hour was not kept: each once, at
 * its own instant. Answers how many were late.
 */
export async function tellLateRequests(tx: Tx, book: AccountBook): Promise<number> {
  const requests = await tx.query<LateRequest>(LATE_REQUESTS, [
    book.accountId,
    new Date(book.now.getTime() + REMIND_BEFORE_MS),
    book.now,
    REQUESTS_A_TIME,
  ])
  for (const { id, prepareBy, reminded } of requests) {
    const late = prepareBy <= book.now
    const data = { prepareBy }
    if (!reminded) {
      const occurredAt = new Date(prepareBy.getTime() - REMIND_BEFORE_MS)
      book.record({ type: 'invoice_request.due_soon', subject: id, actor: CLOCK_ACTOR, occurredAt, data })
    }
    if (late) {
      book.record({ type: 'invoice_request.late', subject: id, actor: CLOCK_ACTOR, occurredAt: prepareBy, data })
    }
    await tx.manager.update(
      Invoice,
      { id, accountId: book.accountId },
      { ...(!reminded && { prepareRemindedAt: book.now }), ...(late && { prepareBreachedAt: book.now }) },
    )
  }
  return requests.filter(({ prepareBy }) => prepareBy <= book.now).length
}

/** Accounts that live by the live clock and have something of the kind to be told. */
export async function accountsWithLateRequests(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ accountId: string }>(ACCOUNTS_WITH_LATE_REQUESTS, [REMIND_BEFORE_MS])
  return rows.map(({ accountId }) => accountId)
}

interface LateRequest {
  id: string
  prepareBy: Date
  reminded: boolean
}

const LATE_REQUESTS: Statement = {
  name: 'late-requests',
  text: `
    SELECT id, prepare_by AS "prepareBy", prepare_reminded_at IS NOT NULL AS reminded
    FROM invoice
    WHERE account_id = $1 AND status = 'REQUESTED' AND prepare_breached_at IS NULL
      AND ((prepare_reminded_at IS NULL AND prepare_by <= $2) OR prepare_by <= $3)
    ORDER BY prepare_by LIMIT $4`,
}

const ACCOUNTS_WITH_LATE_REQUESTS: Statement = {
  name: 'accounts-with-late-requests',
  text: `
    SELECT DISTINCT i.account_id AS "accountId"
    FROM invoice i JOIN account a ON a.id = i.account_id AND NOT a.sandbox
    WHERE i.status = 'REQUESTED' AND i.prepare_breached_at IS NULL
      AND i.prepare_by <= daybook_now() + $1 * interval '1 millisecond'
      AND (i.prepare_reminded_at IS NULL OR i.prepare_by <= daybook_now())
    LIMIT 500`,
}
