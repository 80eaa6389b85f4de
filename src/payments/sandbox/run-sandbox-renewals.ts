import { readAccountClocks } from '../../clock'
import type { Database, Statement, Tx } from '../../database'
import { PaymentProviderError } from '../../errors'
import { doNextDue, lockSubscription } from './charge-subscription'
import { aboutCheckout, recordSandboxEvent } from './record-sandbox-event'
import { SandboxCheckout } from './sandbox.entity'

type Transactions = Pick<Database, 'sql' | 'inTransaction'>

/**
 * Brings about what time has brought the sandbox's subscriptions, of one account or of all: periods that end, charges that
 * are tried again, in the order of their instants and each as of its own. And pages whose time is over expire. Each thing is
 * a transaction under its subscription's lock, so that it happens once, however many gateways do this and wherever one of
 * them dies. Answers how many things it did.
 *
 * What fails for one account is thrown when all others are done.
 */
export async function runSandboxRenewals(database: Transactions, accountId: string | null): Promise<number> {
  const due = await database.sql.query<{ accountId: string }>(ACCOUNTS_WITH_DUE_SUBSCRIPTIONS, [accountId])
  let count = 0
  const failures: unknown[] = []
  for (const { accountId } of due) {
    try {
      while (await database.inTransaction((tx) => doNextOf(tx, accountId))) count += 1
    } catch (error) {
      failures.push(error)
    }
  }
  const late = await database.sql.query<{ id: string }>(LATE_CHECKOUTS, [accountId])
  for (const { id } of late) if (await database.inTransaction((tx) => expireCheckout(tx, id))) count += 1
  if (failures.length > 0) throw new AggregateError(failures, 'not every account could be brought up to date')
  return count
}

/** Whether something was due of the account: another gateway may have done it meanwhile, and then the next is looked for. */
async function doNextOf(tx: Tx, accountId: string): Promise<boolean> {
  for (;;) {
    const [first] = await tx.query<{ id: string; dueAt: Date }>(FIRST_DUE_SUBSCRIPTION, [accountId])
    if (first === undefined) return false
    const subscription = await lockSubscription(tx, first.id)
    if (subscription?.dueAt?.getTime() !== first.dueAt.getTime()) continue
    await doNextDue(tx, subscription, first.dueAt)
    return true
  }
}

/** The page can't be paid any longer. Answers whether it could be until now. */
export async function expireCheckout(tx: Tx, checkoutId: string): Promise<boolean> {
  const checkout = await tx.manager.findOne(SandboxCheckout, {
    where: { id: checkoutId },
    lock: { mode: 'pessimistic_write' },
  })
  if (checkout?.status !== 'OPEN') return false
  await tx.manager.update(SandboxCheckout, { id: checkoutId }, { status: 'EXPIRED', confirming: null })
  await recordSandboxEvent(
    tx,
    'checkout.session.expired',
    await accountNow(tx, checkout.accountId),
    aboutCheckout(checkout),
  )
  return true
}

/** What the account's own clock says, read under the lock of what is about to change. Throws PAYMENT_PROVIDER where there is no such account. */
export async function accountNow(tx: Tx, accountId: string): Promise<Date> {
  const now = (await readAccountClocks(tx, [accountId])).get(accountId)
  if (now === undefined) throw new PaymentProviderError('There is no such account.')
  return now
}

const ACCOUNTS_WITH_DUE_SUBSCRIPTIONS: Statement = {
  name: 'sandbox-accounts-due',
  text: `
    SELECT DISTINCT s.account_id AS "accountId"
    FROM sandbox_subscription s JOIN account a ON a.id = s.account_id
    WHERE s.due_at IS NOT NULL AND s.due_at <= daybook_account_now(a.clock, a.changed_at)
      AND ($1::text IS NULL OR s.account_id = $1)
    ORDER BY 1`,
}

const FIRST_DUE_SUBSCRIPTION: Statement = {
  name: 'sandbox-first-due',
  text: `
    SELECT s.id, s.due_at AS "dueAt"
    FROM account a
    CROSS JOIN LATERAL (SELECT daybook_account_now(a.clock, a.changed_at) AS now) AS clock
    JOIN sandbox_subscription s ON s.account_id = a.id
    WHERE a.id = $1 AND s.due_at IS NOT NULL AND s.due_at <= clock.now
    ORDER BY s.due_at, s.id LIMIT 1`,
}

const LATE_CHECKOUTS: Statement = {
  name: 'sandbox-late-checkouts',
  text: `
    SELECT id FROM sandbox_checkout
    WHERE status = 'OPEN' AND expires_at <= daybook_now() AND ($1::text IS NULL OR account_id = $1)
    ORDER BY expires_at LIMIT 500`,
}
