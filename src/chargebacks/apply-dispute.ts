import type { Tx } from '../database'
import { invoiceOf, recordInvoiceEvent } from '../invoices/change-invoice'
import { InvoiceStatus } from '../invoices/invoice.entity'
import { Payment } from '../invoices/payment.entity'
import { inBook, type AccountBook } from '../ledger/account-book'
import type { ProviderDispute } from '../payments/payment-provider'
import { refuseIfOurs } from '../payments/payment-not-here'
import { newId } from '../typed-id'
import { Chargeback, ChargebackStatus } from './chargeback.entity'
import { takeDisputedDays } from './take-disputed-days'

/** Who brings about what a provider's dispute says. */
export const DISPUTE_ACTOR = 'job:payments'

/**
 * Applies a dispute as it stands at the provider, in any order and as often as one likes. While it is open, and when it is
 * lost, the days of the disputed payment are taken back: available ones first, and what is lacking is owed. When it is won
 * they are given back. An inquiry, by which no money has moved, changes nothing.
 *
 * Answers the account whose payment it is about; null where it is none of ours. Throws PaymentNotHereError where that payment is still
 * to come in.
 */
export async function applyDispute(tx: Tx, provider: string, found: ProviderDispute): Promise<string | null> {
  const payment = await tx.manager.findOneBy(Payment, { provider, providerPaymentId: found.paymentId })
  if (payment === null) return found.status === 'INQUIRY' ? null : refuseIfOurs(tx, found)
  const { accountId } = payment
  if (found.status === 'INQUIRY') return accountId
  const status = ChargebackStatus[found.status]
  await inBook(tx, { accountId }, async (book) => {
    const known = await tx.manager.findOneBy(Chargeback, { accountId, provider, providerId: found.disputeId })
    if (known !== null) await follow(tx, book, known, status)
    // One that was won before it was heard of has taken nothing.
    else if (status !== ChargebackStatus.WON) await begin(tx, book, provider, payment, found, status)
    return null
  })
  return accountId
}

async function begin(
  tx: Tx,
  book: AccountBook,
  provider: string,
  payment: Payment,
  { disputeId, amountMinor, currency }: ProviderDispute,
  status: ChargebackStatus,
): Promise<void> {
  const { accountId, invoiceId } = payment
  const invoice = await invoiceOf(tx, book, invoiceId)
  const id = newId('chargeback')
  await tx.manager.insert(Chargeback, {
    ...{ id, accountId, invoiceId, paymentId: payment.id, provider, providerId: disputeId, amountMinor, currency },
    ...{ days: null, status, openedAt: book.now, closedAt: status === ChargebackStatus.OPEN ? null : book.now },
  })
  if (invoice.status === InvoiceStatus.PAID) await takeDisputedDays(tx, book, DISPUTE_ACTOR, invoice)
  const { days } = await tx.manager.findOneByOrFail(Chargeback, { accountId, id })
  const data = { chargebackId: id, chargeback: status, paymentId: payment.id, amount: amountMinor, currency, days }
  recordInvoiceEvent(book, invoice, {
    type: 'invoice.charged_back',
    actor: DISPUTE_ACTOR,
    data: { ...data, owed: book.owed },
  })
}

async function follow(tx: Tx, book: AccountBook, known: Chargeback, status: ChargebackStatus): Promise<void> {
  if (known.status === status) return
  const { id, invoiceId, days, providerId } = known
  const closedAt = status === ChargebackStatus.OPEN ? null : book.now
  await tx.manager.update(Chargeback, { accountId: book.accountId, id }, { status, closedAt })
  const [stood, stands] = [known.status, status].map((one) => one !== ChargebackStatus.WON)
  const movement = { days: days ?? 0, actor: DISPUTE_ACTOR, invoiceId, comment: `dispute ${providerId}` }
  if (movement.days > 0 && stood === true && stands === false) book.reverseChargeback(movement)
  if (movement.days > 0 && stood === false && stands === true) book.chargeBack(movement)
  const invoice = await invoiceOf(tx, book, invoiceId)
  const data = { chargebackId: id, chargeback: status, days, owed: book.owed }
  recordInvoiceEvent(book, invoice, { type: 'invoice.chargeback_closed', actor: DISPUTE_ACTOR, data })
}
