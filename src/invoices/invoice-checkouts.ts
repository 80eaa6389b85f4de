import type { Sql, Statement, Tx } from '../database'
import type { AccountBook } from '../ledger/account-book'
import { planProviderCall } from '../payments/plan-provider-call'
import { CheckoutState, ProviderCallKind, type ProviderCall } from '../payments/provider-call.entity'
import type { Invoice } from './invoice.entity'

/** A page of an invoice at the provider that may still bring money, or whose money is under way. */
export interface InvoiceCheckout extends Pick<ProviderCall, 'id' | 'state' | 'request' | 'answer' | 'expiresAt'> {
  readonly checkout: CheckoutState.OPEN | CheckoutState.PENDING
  /** Whether it has been said that it is to be closed, and whether the provider is still to be told so. */
  readonly isEnding: boolean
  readonly isEndPlanned: boolean
}

/** The newest first. There is more than one only while the older ones are being closed. */
export function findInvoiceCheckouts(sql: Sql, { accountId, id }: Pick<Invoice, 'accountId' | 'id'>) {
  return sql.query<InvoiceCheckout>(INVOICE_CHECKOUTS, [accountId, id])
}

/**
 * Has the pages of an invoice closed at the provider: what they ask for is not what is outstanding any longer. It is stored
 * with what causes it, and the provider is told until it confirms. What is under way by a slow method can't be stopped.
 */
export async function endInvoiceCheckouts(tx: Tx, book: AccountBook, invoice: Invoice): Promise<void> {
  for (const { id, checkout, isEndPlanned } of await findInvoiceCheckouts(tx, invoice)) {
    if (checkout !== CheckoutState.OPEN || isEndPlanned) continue
    const kind = ProviderCallKind.EXPIRE_CHECKOUT
    await planProviderCall(tx, book, { kind, invoiceId: invoice.id, request: { callId: id } })
  }
}

const INVOICE_CHECKOUTS: Statement = {
  name: 'invoice-checkouts',
  text: `
    SELECT c.id, c.state, c.request, c.answer, c.expires_at AS "expiresAt", c.checkout,
      ends.told > 0 AS "isEnding", ends.planned > 0 AS "isEndPlanned"
    FROM provider_call c
    CROSS JOIN LATERAL (
      SELECT count(*) AS told, count(*) FILTER (WHERE e.state = 'PENDING') AS planned FROM provider_call e
      WHERE e.account_id = c.account_id AND e.invoice_id = c.invoice_id
        AND e.kind = 'EXPIRE_CHECKOUT' AND e.request ->> 'callId' = c.id
    ) AS ends
    WHERE c.account_id = $1 AND c.invoice_id = $2 AND c.checkout IN ('OPEN', 'PENDING')
    ORDER BY c.id DESC`,
}
