import type { Tx } from '../database'
import { Invoice } from '../invoices/invoice.entity'
import type { ProviderDispute, ProviderRefund } from './payment-provider'

/** News of a payment came before the payment itself: it is tried again, and parked for staff where that never comes. */
export class PaymentNotHereError extends Error {
  constructor(readonly paymentId: string) {
    super(`the payment ${paymentId} has not come in yet`)
    this.name = 'PaymentNotHereError'
  }
}

/** Throws for what is about an invoice of ours, and so about a payment that is still to come in; else it is none of ours. */
export async function refuseIfOurs(
  tx: Tx,
  { paymentId, invoiceId }: Pick<ProviderDispute | ProviderRefund, 'paymentId' | 'invoiceId'>,
): Promise<null> {
  const isOurs = invoiceId != null && (await tx.manager.existsBy(Invoice, { id: invoiceId }))
  if (isOurs) throw new PaymentNotHereError(paymentId)
  return null
}
