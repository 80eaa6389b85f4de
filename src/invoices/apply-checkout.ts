import type { Statement, Tx } from '../database'
import { inBook } from '../ledger/account-book'
import { PaymentCustomer } from '../payments/payment-customer.entity'
import type { ProviderCheckout } from '../payments/payment-provider'
import { CheckoutState } from '../payments/provider-call.entity'
import { isId } from '../typed-id'
import { Invoice } from './invoice.entity'
import { takeProviderPayment } from './take-provider-payment'

/**
 * Applies a checkout of an invoice as it stands at the provider. The payment is entered once, whoever brings the news, how
 * often and in whatever order.
 *
 * What is not ours is left alone: of another customer, or of an invoice that is not the account's. Answers whether it was ours.
 */
export async function applyCheckout(tx: Tx, provider: string, found: ProviderCheckout): Promise<boolean> {
  const { accountId, invoiceId, customerId, payment } = found
  if (invoiceId === null || !isId('account', accountId) || !isId('invoice', invoiceId)) return false
  const customer = await tx.manager.findOneBy(PaymentCustomer, { accountId, provider, customerId })
  if (customer === null || !(await tx.manager.existsBy(Invoice, { id: invoiceId, accountId }))) return false
  await inBook(tx, { accountId }, async (book) => {
    // First, so that what the payment changes does not have a page closed that is.
    await tx.query(KEEP_CHECKOUT, [accountId, invoiceId, found.sessionId, provider, stateOf(found)])
    if (payment === null) return null
    const invoice = await tx.manager.findOneByOrFail(Invoice, { id: invoiceId, accountId })
    await takeProviderPayment(tx, book, provider, invoice, payment)
    return null
  })
  return true
}

function stateOf({ status, payment, isPaymentPending }: ProviderCheckout): CheckoutState {
  if (status === 'OPEN') return CheckoutState.OPEN
  return status === 'COMPLETE' && payment === null && isPaymentPending ? CheckoutState.PENDING : CheckoutState.CLOSED
}

// What is closed stays so.
const KEEP_CHECKOUT: Statement = {
  name: 'keep-checkout',
  text: `
    UPDATE provider_call SET checkout = $5
    WHERE account_id = $1 AND invoice_id = $2 AND answer ->> 'sessionId' = $3 AND answer ->> 'provider' = $4
      AND checkout IN ('OPEN', 'PENDING') AND checkout <> $5`,
}
