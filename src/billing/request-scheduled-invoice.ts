import { AccountDueKind } from '../accounts/account-due.entity'
import { AccountStatus } from '../accounts/account.entity'
import { setDue } from '../accounts/set-due'
import { DAY_MS, utcMonth } from '../clock'
import type { Statement, Tx } from '../database'
import { InvoiceCause } from '../invoices/invoice.entity'
import type { AccountBook } from '../ledger/account-book'
import { BillingSchedule } from './billing-schedule.entity'
import { BILLING_ACTOR } from './close-month'
import { requestAutomatically } from './request-automatically'

/** A channel whose time is over is still managed for this long. */
export const MANAGED_AFTER_END_DAYS = 30

/**
 * Requests what an account's schedule says at the start of a UTC month, or tells why not. The book is of that instant,
 * settled and saved: channels are counted as they were then.
 */
export async function requestScheduledInvoice(tx: Tx, book: AccountBook, monthStart: Date): Promise<void> {
  const { accountId } = book
  const schedule = await tx.manager.findOneBy(BillingSchedule, { accountId })
  if (schedule === null || book.status === AccountStatus.CLOSED) {
    await setDue(tx, book, AccountDueKind.INVOICE_SCHEDULE, null)
    return
  }
  const channels = schedule.channels ?? (await managedChannels(tx, book))
  const outcome =
    channels === 0
      ? { reason: 'NO_MANAGED_CHANNELS' }
      : await requestAutomatically(tx, book, channels, InvoiceCause.SCHEDULE)
  if ('reason' in outcome) {
    const data = { reason: outcome.reason, kind: schedule.kind, channels }
    book.record({ type: 'billing_schedule.skipped', subject: accountId, actor: BILLING_ACTOR, data })
  }
  await setDue(tx, book, AccountDueKind.INVOICE_SCHEDULE, utcMonth(monthStart, 1))
}

async function managedChannels(tx: Tx, { accountId, now }: AccountBook): Promise<number> {
  const since = new Date(now.getTime() - MANAGED_AFTER_END_DAYS * DAY_MS)
  const [row] = await tx.query<{ channels: number }>(MANAGED_CHANNELS, [accountId, since])
  return row?.channels ?? 0
}

// Not paid by a subscription. Those that run at that instant, or ran at one of the last 30 days: trials too, and none that never had time.
const MANAGED_CHANNELS: Statement = {
  name: 'managed-channels',
  text: `
    SELECT count(*) AS channels FROM channel
    WHERE account_id = $1 AND deleted_at IS NULL AND NOT subscription_renews
      AND (paid_until > $2 OR trial_until > $2 OR subscribed_until > $2)`,
}
