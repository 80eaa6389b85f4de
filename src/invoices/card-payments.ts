import type { Tx } from '../database'
import { Payment, PaymentMethod } from './payment.entity'

/** What the payment provider calls a payment; null where none has taken it. */
export function providerPaymentId({ method, reference }: Payment): string | null {
  return method === PaymentMethod.CARD ? reference : null
}

/** The payment of an invoice that the provider calls so; null where it is none of ours. */
export function findCardPayment(tx: Tx, _provider: string, paymentId: string): Promise<Payment | null> {
  return tx.manager.findOne(Payment, {
    where: { method: PaymentMethod.CARD, reference: paymentId },
    order: { id: 'ASC' },
  })
}
