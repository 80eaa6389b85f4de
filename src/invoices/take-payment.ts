import type { Tx } from '../database'
import type { AccountBook } from '../ledger/account-book'
import { newId } from '../typed-id'
import { changeInvoice, recordInvoiceEvent } from './change-invoice'
import { outstandingMinor } from './invoice-state'
import type { Invoice } from './invoice.entity'
import { payInvoice } from './pay-invoice'
import { Payment } from './payment.entity'

/** Money that is there: as staff say, or as a payment provider says. */
export type Money = Pick<Payment, 'method' | 'amountMinor' | 'currency' | 'reference' | 'receivedAt'> &
  Partial<Pick<Payment, 'provider' | 'providerPaymentId'>>

/**
 * Enters money that arrived for an invoice. What is outstanding takes it, and the part that reaches the total pays the
 * invoice. What is above that, comes for an invoice that takes no payments, or in another currency, is kept as unapplied
 * and told: it is the payer's, and staff decide.
 *
 * Throws BAD_USER_INPUT where the balance would leave the safe integers.
 */
export async function takePayment(
  tx: Tx,
  book: AccountBook,
  actor: string,
  invoice: Invoice,
  money: Money,
): Promise<void> {
  const { id: invoiceId, accountId } = invoice
  const { currency, amountMinor: came } = money
  const amountMinor = currency === invoice.currency ? Math.min(came, outstandingMinor(invoice)) : 0
  const unappliedMinor = came - amountMinor
  const id = newId('payment')
  await tx.manager.insert(Payment, { ...money, id, accountId, invoiceId, amountMinor, unappliedMinor, actor })
  if (amountMinor > 0) {
    const changes = { paidMinor: invoice.paidMinor + amountMinor }
    const data = { paymentId: id, amount: amountMinor, currency }
    await changeInvoice(tx, book, invoice, changes, { type: 'invoice.payment_recorded', actor, data })
    if (invoice.paidMinor === invoice.totalMinor) await payInvoice(tx, book, actor, invoice)
  }
  if (unappliedMinor > 0) {
    const data = { paymentId: id, amount: unappliedMinor, currency }
    recordInvoiceEvent(book, invoice, { type: 'invoice.payment_unapplied', actor, data })
  }
}
