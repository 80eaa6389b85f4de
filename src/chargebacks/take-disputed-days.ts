import { IsNull } from 'typeorm'
import type { Tx } from '../database'
import { whatIsTakenBack } from '../credit-notes/what-is-taken-back'
import type { Invoice } from '../invoices/invoice.entity'
import { Payment } from '../invoices/payment.entity'
import type { AccountBook } from '../ledger/account-book'
import { Chargeback, ChargebackStatus } from './chargeback.entity'

/**
 * Takes back the days of disputed payments of a paid invoice whose days were not taken yet: the part of the invoice's days
 * that the disputed amount has in its total, rounded down, and at the most those that nothing else has taken back. Of a payment that
 * came although it was not outstanding no days hang on what was unapplied.
 */
export async function takeDisputedDays(tx: Tx, book: AccountBook, actor: string, invoice: Invoice): Promise<void> {
  const { id: invoiceId, accountId } = invoice
  const waiting = await tx.manager.find(Chargeback, {
    where: { accountId, invoiceId, days: IsNull() },
    order: { id: 'ASC' },
  })
  for (const { id, paymentId, status, providerId, ...disputed } of waiting) {
    const payment = await tx.manager.findOneByOrFail(Payment, { accountId, id: paymentId })
    const amountMinor = Math.min(disputed.amountMinor, payment.amountMinor)
    const { creditedDays, chargedBackDays } = await whatIsTakenBack(tx, accountId, invoiceId)
    const left = Math.max(0, invoice.days - creditedDays - chargedBackDays)
    const part = (BigInt(amountMinor) * BigInt(invoice.days)) / BigInt(Math.max(1, invoice.totalMinor))
    const days = Math.min(Number(part), left)
    await tx.manager.update(Chargeback, { accountId, id }, { days })
    if (days > 0 && status !== ChargebackStatus.WON) {
      book.chargeBack({ days, actor, invoiceId, comment: `dispute ${providerId}` })
    }
  }
}
