import type { Sql, Statement } from '../database'
import type { BillingScheduleKind } from './billing-schedule.entity'

/** An account's schedule, with when it is next invoiced by it. */
export interface ScheduleRead {
  accountId: string
  kind: BillingScheduleKind
  channels: number | null
  nextAt: Date | null
}

export function readBillingSchedules(sql: Sql, accountIds: readonly string[]): Promise<ScheduleRead[]> {
  return sql.query<ScheduleRead>(BILLING_SCHEDULES, [accountIds])
}

const BILLING_SCHEDULES: Statement = {
  name: 'billing-schedules',
  text: `
    SELECT a.id AS "accountId", coalesce(s.kind, 'ON_REQUEST') AS kind, s.channels, due.at AS "nextAt"
    FROM account a
    LEFT JOIN billing_schedule s ON s.account_id = a.id
    LEFT JOIN account_due due ON due.account_id = a.id AND due.kind = 'INVOICE_SCHEDULE'
    WHERE a.id = ANY ($1)`,
}
