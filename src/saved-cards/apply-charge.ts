import { AccountDueKind } from '../accounts/account-due.entity'
import { setDue } from '../accounts/set-due'
import { AutoTopUp } from '../billing/auto-top-up.entity'
import { countTopUpFailure } from '../billing/follow-top-up'
import type { Tx } from '../database'
import { invoiceOf, recordInvoiceEvent } from '../invoices/change-invoice'
import { outstandingMinor } from '../invoices/invoice-state'
import { InvoiceCause, type Invoice } from '../invoices/invoice.entity'
import { invoicePagePath } from '../invoices/read-invoice-page'
import { takeProviderPayment } from '../invoices/take-provider-payment'
import { inBook, type AccountBook } from '../ledger/account-book'
import { PaymentCustomer } from '../payments/payment-customer.entity'
import type { ProviderCharge } from '../payments/payment-provider'
import { PROVIDER_ACTOR } from '../payments/provider-changes'
import { ProviderCall, ProviderCallKind } from '../payments/provider-call.entity'
import { isId } from '../typed-id'
import { closeCharge } from './charge-saved-card'

/**
 * Applies the charge of a saved card as it stands at the provider, in any order and as often as one likes: its payment comes
 * in as that of a checkout does, and that it failed is told once. The invoice stays open then, with its page.
 *
 * Answers whether it was ours.
 */
export async function applyCharge(tx: Tx, provider: string, found: ProviderCharge): Promise<boolean> {
  const { accountId, invoiceId, customerId, intentId: id, status, payment } = found
  if (![isId('account', accountId), isId('invoice', invoiceId), isId('providerCall', id)].every(Boolean)) return false
  if (!(await tx.manager.existsBy(PaymentCustomer, { accountId, provider, customerId }))) return false
  const kind = ProviderCallKind.CHARGE_CARD
  if (!(await tx.manager.existsBy(ProviderCall, { id, accountId, invoiceId, kind }))) return false
  if (status === 'PENDING') return true
  await inBook(tx, { accountId }, async (book) => {
    const isNews = await closeCharge(tx, { accountId, id })
    const invoice = await invoiceOf(tx, book, invoiceId)
    if (payment !== null) await takeProviderPayment(tx, book, provider, invoice, payment)
    else if (isNews && status !== 'SUCCEEDED') await tellFailure(tx, book, invoice, status)
    return null
  })
  return true
}

/** The provider has refused to charge, for good: no charge was made. */
export async function failCharge(tx: Tx, { id, accountId, invoiceId }: ProviderCall): Promise<void> {
  await inBook(tx, { accountId }, async (book) => {
    if (!(await closeCharge(tx, { accountId, id }))) return null
    await tellFailure(tx, book, await invoiceOf(tx, book, invoiceId ?? ''), 'REFUSED')
    return null
  })
}

/**
 * What was paid meanwhile in another way needs no card. A bank that wants the card's holder is no failure of the top-up: the
 * page of the invoice is where they confirm it.
 */
async function tellFailure(
  tx: Tx,
  book: AccountBook,
  invoice: Invoice,
  reason: 'DECLINED' | 'NEEDS_AUTHENTICATION' | 'REFUSED',
): Promise<void> {
  const { accountId, currency } = invoice
  const outstanding = outstandingMinor(invoice)
  if (outstanding === 0) return
  const isAsking = reason === 'NEEDS_AUTHENTICATION'
  const actor = PROVIDER_ACTOR
  const data = { amount: outstanding, currency, paymentPath: invoicePagePath(invoice) }
  if (isAsking) recordInvoiceEvent(book, invoice, { type: 'invoice.authentication_needed', actor, data })
  else recordInvoiceEvent(book, invoice, { type: 'invoice.charge_failed', actor, data: { reason, ...data } })
  if (isAsking || invoice.cause !== InvoiceCause.AUTO_TOP_UP) return
  const topUp = await tx.manager.findOneByOrFail(AutoTopUp, { accountId })
  await countTopUpFailure(tx, book, PROVIDER_ACTOR, topUp, 'CARD_DECLINED', invoice.id)
  await setDue(tx, book, AccountDueKind.AUTO_TOP_UP, book.now)
}
