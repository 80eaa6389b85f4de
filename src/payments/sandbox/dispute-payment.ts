import type { Tx } from '../../database'
import { PaymentProviderError } from '../../errors'
import { aboutDispute, recordSandboxEvent } from './record-sandbox-event'
import { accountNow } from './run-sandbox-renewals'
import { sandboxId } from './sandbox-id'
import { SandboxCustomer, SandboxDispute, SandboxPayment } from './sandbox.entity'

/** Whoever paid disputes what has not been paid back of a payment. Disputed a second time it is disputed once. */
export async function disputePayment(tx: Tx, paymentId: string): Promise<string> {
  const payment = await lockedPayment(tx, paymentId)
  const known = await tx.manager.findOneBy(SandboxDispute, { paymentId })
  if (known !== null) return known.id
  const amountMinor = payment.amountMinor - payment.refundedMinor
  if (amountMinor === 0) throw new PaymentProviderError('The payment has been paid back.')
  const { accountId } = await tx.manager.findOneByOrFail(SandboxCustomer, { id: payment.customerId })
  const createdAt = await accountNow(tx, accountId)
  const dispute = { id: sandboxId('dp'), paymentId, amountMinor, status: 'OPEN', createdAt, closedAt: null } as const
  await tx.manager.insert(SandboxDispute, dispute)
  await recordSandboxEvent(tx, 'charge.dispute.created', createdAt, aboutDispute(dispute, accountId))
  return dispute.id
}

/** The bank decides, once. */
export async function closeDispute(tx: Tx, disputeId: string, won: boolean): Promise<void> {
  const found = await tx.manager.findOneBy(SandboxDispute, { id: disputeId })
  if (found === null) throw new PaymentProviderError('There is no such dispute.')
  const payment = await lockedPayment(tx, found.paymentId)
  const dispute = await tx.manager.findOneByOrFail(SandboxDispute, { id: disputeId })
  if (dispute.status !== 'OPEN') return
  const { accountId } = await tx.manager.findOneByOrFail(SandboxCustomer, { id: payment.customerId })
  const closedAt = await accountNow(tx, accountId)
  await tx.manager.update(SandboxDispute, { id: disputeId }, { status: won ? 'WON' : 'LOST', closedAt })
  await recordSandboxEvent(tx, 'charge.dispute.closed', closedAt, aboutDispute(dispute, accountId))
}

async function lockedPayment(tx: Tx, id: string): Promise<SandboxPayment> {
  const payment = await tx.manager.findOne(SandboxPayment, { where: { id }, lock: { mode: 'pessimistic_write' } })
  if (payment === null) throw new PaymentProviderError('There is no such payment.')
  return payment
}
