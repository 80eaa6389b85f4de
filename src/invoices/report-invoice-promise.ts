import type { Sql, Statement } from '../database'

/** How well the promise was kept that an invoice is prepared within half an hour. */
export interface InvoicePromise {
  /** Requests of the span that were not withdrawn. */
  requested: number
  kept: number
  /** Prepared late, or still waiting past their time. */
  broken: number
  /** Still waiting, in time. */
  waiting: number
  /** Whole minutes from a request to its invoice, at the median and at the longest; null where none was prepared. */
  medianMinutes: number | null
  longestMinutes: number | null
}

/** Of the requests from an instant until before another, of live accounts. */
export async function reportInvoicePromise(sql: Sql, from: Date, to: Date): Promise<InvoicePromise> {
  const [report] = await sql.query<InvoicePromise>(INVOICE_PROMISE, [from, to])
  if (report === undefined) throw new Error('a report without a row')
  return report
}

const INVOICE_PROMISE: Statement = {
  name: 'invoice-promise',
  text: `
    SELECT
      count(*)::int AS requested,
      (count(*) FILTER (WHERE opened_at <= prepare_by))::int AS kept,
      (count(*) FILTER (WHERE coalesce(opened_at, daybook_now()) > prepare_by))::int AS broken,
      (count(*) FILTER (WHERE opened_at IS NULL AND daybook_now() <= prepare_by))::int AS waiting,
      floor(percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes))::int AS "medianMinutes",
      floor(max(minutes))::int AS "longestMinutes"
    FROM (
      SELECT i.opened_at, i.prepare_by, extract(epoch FROM i.opened_at - i.requested_at) / 60 AS minutes
      FROM invoice i JOIN account a ON a.id = i.account_id AND NOT a.sandbox
      WHERE i.requested_at >= $1 AND i.requested_at < $2 AND i.period_start IS NULL
        AND (i.opened_at IS NOT NULL OR i.status = 'REQUESTED')
    ) AS requests`,
}
