import { csvRecords } from '../csv'
import type { Sql, Statement } from '../database'
import type { InvoiceStatus } from '../invoices/invoice.entity'
import { decimalText } from '../money'
import type { ExportedPeriod } from './exported-period'

/** Invoices that are read at once. */
const PAGE = 1_000

/** An account's invoices by the order of their requests; the period is that of the requests. */
export async function* exportInvoices(
  sql: Sql,
  accountId: string,
  { from, to }: ExportedPeriod,
): AsyncGenerator<string> {
  yield csvRecords([COLUMNS])
  for (let after = ''; ;) {
    const rows = await sql.query<Row>(INVOICES, [accountId, after, PAGE, from ?? null, to ?? null])
    const last = rows.at(-1)
    if (last === undefined) return
    yield csvRecords(rows.map(cells))
    after = last.id
  }
}

const COLUMNS = [
  ...['id', 'number', 'status', 'cause', 'currency', 'subtotal', 'tax', 'total', 'paid', 'days', 'purchaseOrder'],
  ...['periodStart', 'periodEnd', 'requestedAt', 'openedAt', 'dueAt', 'paidAt'],
]

interface Row {
  id: string
  number: string | null
  status: InvoiceStatus
  cause: string
  currency: string
  subtotalMinor: number
  taxMinor: number
  totalMinor: number
  paidMinor: number
  days: number
  purchaseOrder: string | null
  periodStart: Date | null
  periodEnd: Date | null
  requestedAt: Date
  openedAt: Date | null
  dueAt: Date | null
  paidAt: Date | null
}

function cells(row: Row) {
  const amounts = [row.subtotalMinor, row.taxMinor, row.totalMinor, row.paidMinor]
  return [
    ...[row.id, row.number, row.status, row.cause, row.currency],
    ...amounts.map((minor) => decimalText(minor, row.currency)),
    ...[row.days, row.purchaseOrder, row.periodStart, row.periodEnd],
    ...[row.requestedAt, row.openedAt, row.dueAt, row.paidAt],
  ]
}

const INVOICES: Statement = {
  name: 'exported-invoices',
  text: `
    SELECT id, number, status, cause, currency, subtotal_minor AS "subtotalMinor", tax_minor AS "taxMinor",
           total_minor AS "totalMinor", paid_minor AS "paidMinor", days, purchase_order AS "purchaseOrder",
           period_start AS "periodStart", period_end AS "periodEnd", requested_at AS "requestedAt",
           opened_at AS "openedAt", due_at AS "dueAt", paid_at AS "paidAt"
    FROM invoice
    WHERE account_id = $1 AND id > $2
      AND ($4::timestamptz IS NULL OR requested_at >= $4) AND ($5::timestamptz IS NULL OR requested_at < $5)
    ORDER BY id LIMIT $3`,
}
