import { z } from 'zod'
import type { Statement, Tx } from '../database'
import { id, MAX_CHANNEL_DAYS } from '../input'
import { inBook } from '../ledger/account-book'
import { Account } from './account.entity'

/** Thresholds of one kind at the most. */
export const MAX_ALERTS = 10
/** Available days of a threshold at the most. */
export const MAX_LOW_BALANCE_DAYS = 1_000_000_000
/** Days of a runway's threshold at the most. */
export const MAX_LOW_RUNWAY_DAYS = 36_500

const thresholds = (maximum: number) =>
  z
    .array(z.int().min(1).max(maximum))
    .max(MAX_ALERTS)
    .transform((days) => [...new Set(days)].sort((a, b) => b - a))
    .nullish()

export const SetAlerts = z.object({
  accountId: id(),
  /** Days before the end of a channel's time, each of which gives a notice. */
  noticeDays: thresholds(MAX_CHANNEL_DAYS),
  /** Available days whose crossing downwards is told. */
  lowBalanceDays: thresholds(MAX_LOW_BALANCE_DAYS),
  /** Days that the balance lasts, whose crossing downwards is told. */
  lowRunwayDays: thresholds(MAX_LOW_RUNWAY_DAYS),
})
export type SetAlerts = z.infer<typeof SetAlerts>

/**
 * Says what an account wants to be told of; a list that is left out stays as it is. A channel whose next notice is set
 * keeps it, and goes by the new list from then on. A runway that is watched for the first time is looked at anew.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function setAlerts(tx: Tx, actor: string, { accountId, ...alerts }: SetAlerts): Promise<void> {
  await inBook(tx, { accountId }, async (book) => {
    book.requireActive()
    const { noticeDays, lowBalanceDays, lowRunwayDays } = alerts
    const changes = {
      ...(noticeDays != null && { noticeDays }),
      ...(lowBalanceDays != null && { lowBalanceDays }),
      ...(lowRunwayDays != null && { lowRunwayDays }),
    }
    if (Object.keys(changes).length > 0) await tx.manager.update(Account, { id: accountId }, changes)
    if (lowRunwayDays != null) await tx.query(lowRunwayDays.length > 0 ? WATCH : WATCH_NO_LONGER, [accountId])
    book.record({ type: 'account.alerts_set', subject: accountId, actor, data: changes })
    return null
  })
}

// A watch that stands keeps what it saw, so that what was crossed before is not told again.
const WATCH: Statement = {
  name: 'watch-runway',
  text: `
    INSERT INTO runway_watch (account_id, due_at) VALUES ($1, daybook_now())
    ON CONFLICT (account_id) DO UPDATE SET due_at = excluded.due_at`,
}

const WATCH_NO_LONGER: Statement = {
  name: 'watch-runway-no-longer',
  text: 'DELETE FROM runway_watch WHERE account_id = $1',
}
