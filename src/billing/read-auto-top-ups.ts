import type { Sql, Statement } from '../database'
import type { AutoTopUp } from './auto-top-up.entity'

/** An account's top-up, with how it stands by the account's clock. */
export interface TopUpRead extends Omit<AutoTopUp, 'coolingUntil' | 'capToldAt' | 'overdueInvoiceId'> {
  /** Channels that top-ups have requested in this UTC month. */
  requestedThisMonth: number
  /** Whether a balance that falls below the threshold is topped up at once. */
  armed: boolean
  /** When the clock has it looked at next. */
  nextLookAt: Date | null
}

export function readAutoTopUps(sql: Sql, accountIds: readonly string[]): Promise<TopUpRead[]> {
  return sql.query<TopUpRead>(AUTO_TOP_UPS, [accountIds])
}

const AUTO_TOP_UPS: Statement = {
  name: 'auto-top-ups',
  text: `
    SELECT t.account_id AS "accountId", t.below_days AS "belowDays", t.target_days AS "targetDays",
           t.monthly_cap_channels AS "monthlyCapChannels", t.cool_down_hours AS "coolDownHours", t.enabled, t.failures,
           a.top_up_below IS NOT NULL AS armed, due.at AS "nextLookAt", month.channels AS "requestedThisMonth"
    FROM auto_top_up t
    JOIN account a ON a.id = t.account_id
    LEFT JOIN account_due due ON due.account_id = a.id AND due.kind = 'AUTO_TOP_UP'
    CROSS JOIN LATERAL (
      SELECT date_trunc('month', daybook_account_now(a.clock, a.changed_at) AT TIME ZONE 'UTC') AS start
    ) AS this
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(i.days), 0)::bigint / 30 AS channels FROM invoice i
      WHERE i.account_id = a.id AND i.cause = 'AUTO_TOP_UP'
        AND i.requested_at >= this.start AT TIME ZONE 'UTC'
        AND i.requested_at < (this.start + interval '1 month') AT TIME ZONE 'UTC'
    ) AS month
    WHERE t.account_id = ANY ($1)`,
}
