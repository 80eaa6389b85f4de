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
 * Says what an account wants to be told of; a list that is left out stays as it is. Channels that run go by the new list at once; a
 * notice whose instant has passed is not made up for. A runway that is watched for the first time is looked at anew.
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
  if (alerts.noticeDays != null) await tx.query(LOOK_AT_CHANNELS_ANEW, [accountId])
}

// What is due of them now is nothing but to reckon when something is next. After the book, which says when the first one is due.
const LOOK_AT_CHANNELS_ANEW: Statement = {
  name: 'look-at-channels-anew',
  text: `
    WITH looked_at AS (
      UPDATE channel c SET due_at = a.changed_at FROM account a
      WHERE a.id = $1 AND c.account_id = a.id AND c.deleted_at IS NULL AND c.due_at > a.changed_at
      RETURNING c.id
    )
    UPDATE account SET channels_due_at = changed_at WHERE id = $1 AND EXISTS (SELECT FROM looked_at)`,
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
