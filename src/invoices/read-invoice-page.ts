import type { Sql, Statement } from '../database'
import type { Invoice } from './invoice.entity'

/** What the page of an invoice shows. */
export interface InvoicePage extends Pick<
  Invoice,
  | 'id'
  | 'accountId'
  | 'paymentToken'
  | 'number'
  | 'status'
  | 'currency'
  | 'totalMinor'
  | 'paidMinor'
  | 'days'
  | 'openedAt'
  | 'dueAt'
  | 'paidAt'
> {
  readonly accountName: string
  readonly sandbox: boolean
  /** It can be downloaded: those that opened without particulars have no document. */
  readonly hasDocument: boolean
  /** Somebody has paid by a method whose money takes its time. */
  readonly isPaymentPending: boolean
}

const TOKEN = /^[0-9a-f]{64}$/

/** Where an invoice is paid, below the gateway's address. Who knows it sees the invoice, and may pay it. */
export function invoicePagePath({ paymentToken }: Pick<Invoice, 'paymentToken'>): string {
  return `/pay/${paymentToken}`
}

/** Null where there is no such invoice, or it was never opened: only then has anybody been told its address. */
export async function readInvoicePage(sql: Sql, token: string): Promise<InvoicePage | null> {
  if (!TOKEN.test(token)) return null
  const [row] = await sql.query<InvoicePage>(INVOICE_PAGE, [token])
  return row ?? null
}

const INVOICE_PAGE: Statement = {
  name: 'invoice-page',
  text: `
    SELECT i.id, i.account_id AS "accountId", i.payment_token AS "paymentToken", i.number, i.status, i.currency,
      i.total_minor AS "totalMinor", i.paid_minor AS "paidMinor", i.days, i.opened_at AS "openedAt", i.due_at AS "dueAt",
      i.paid_at AS "paidAt", a.name AS "accountName", a.sandbox,
      i.particulars IS NOT NULL AS "hasDocument",
      EXISTS (
        SELECT FROM provider_call c WHERE c.account_id = i.account_id AND c.invoice_id = i.id AND c.checkout = 'PENDING'
      ) AS "isPaymentPending"
    FROM invoice i JOIN account a ON a.id = i.account_id
    WHERE i.payment_token = $1 AND i.number IS NOT NULL`,
}
