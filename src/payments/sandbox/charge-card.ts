import type { Tx } from '../../database'
import { PaymentProviderError } from '../../errors'
import type { CardChargeRequest, ProviderCard, ProviderCharge } from '../payment-provider'
import { disputePayment } from './dispute-payment'
import { aboutCard, aboutCharge, recordSandboxEvent } from './record-sandbox-event'
import { accountNow } from './run-sandbox-renewals'
import { outcomeOnceSaved, type CardOutcome, type SavedCardOutcome } from './sandbox-cards'
import { sandboxId } from './sandbox-id'
import { SandboxCard, SandboxCharge, SandboxCustomer, SandboxPayment } from './sandbox.entity'

/** Test cards are good for so long from when they are saved. */
const GOOD_FOR_YEARS = 3

/** Keeps a card that its holder has put in on a page. Answers its id. */
export async function saveCard(
  tx: Tx,
  customerId: string,
  card: { outcome: CardOutcome; ending: string },
  at: Date,
): Promise<string> {
  const id = sandboxId('card')
  await tx.manager.insert(SandboxCard, {
    id,
    customerId,
    outcome: outcomeOnceSaved(card),
    ending: card.ending,
    expiryMonth: 12,
    expiryYear: at.getUTCFullYear() + GOOD_FOR_YEARS,
    detachedAt: null,
  })
  return id
}

/**
 * Charges a saved card, as of its account's clock. One that is declined, or asks for its holder, has made a charge too.
 * Throws PAYMENT_PROVIDER where there is no such card, or it was removed.
 */
export async function chargeCard(tx: Tx, request: CardChargeRequest): Promise<string> {
  const { accountId, customerId, cardId, invoiceId, description, amountMinor, currency, idempotencyKey } = request
  const card = await lockCard(tx, cardId)
  if (card?.customerId !== customerId || card.detachedAt !== null) {
    throw new PaymentProviderError('There is no such card.')
  }
  const now = await accountNow(tx, accountId)
  const id = sandboxId('pay')
  const charge = { id, accountId, customerId, cardId, invoiceId, intent: idempotencyKey, status: STATUS[card.outcome] }
  await tx.manager.insert(SandboxCharge, charge)
  const isPaid = charge.status === 'SUCCEEDED'
  if (isPaid) {
    await tx.manager.insert(SandboxPayment, {
      ...{ id, customerId, checkoutId: null, subscriptionInvoiceId: null },
      ...{ description, amountMinor, refundedMinor: 0, currency, paidAt: now },
    })
  }
  const told = isPaid ? 'payment_intent.succeeded' : 'payment_intent.payment_failed'
  await recordSandboxEvent(tx, told, now, aboutCharge(charge))
  if (card.outcome === 'DISPUTED') await disputePayment(tx, id)
  return id
}

const STATUS: Record<SavedCardOutcome, SandboxCharge['status']> = {
  PAYS: 'SUCCEEDED',
  DISPUTED: 'SUCCEEDED',
  DECLINED: 'DECLINED',
  ASKS: 'NEEDS_AUTHENTICATION',
}

/** The card can't be charged any longer. */
export async function removeCard(tx: Tx, cardId: string): Promise<void> {
  const card = await lockCard(tx, cardId)
  if (card?.detachedAt !== null) return
  const { accountId } = await tx.manager.findOneByOrFail(SandboxCustomer, { id: card.customerId })
  const now = await accountNow(tx, accountId)
  await tx.manager.update(SandboxCard, { id: cardId }, { detachedAt: now })
  await recordSandboxEvent(tx, 'payment_method.detached', now, aboutCard(card))
}

export async function findCard(tx: Tx, cardId: string): Promise<ProviderCard | null> {
  const card = await tx.manager.findOneBy(SandboxCard, { id: cardId })
  if (card === null) return null
  const { customerId, ending, expiryMonth, expiryYear, detachedAt } = card
  return {
    cardId,
    livemode: false,
    customerId: detachedAt === null ? customerId : null,
    brand: 'visa',
    lastFour: ending,
    expiryMonth,
    expiryYear,
  }
}

export async function findCharge(tx: Tx, chargeId: string): Promise<ProviderCharge | null> {
  const charge = await tx.manager.findOneBy(SandboxCharge, { id: chargeId })
  if (charge === null) return null
  const { accountId, invoiceId, customerId, intent: intentId, status } = charge
  const payment = await tx.manager.findOneBy(SandboxPayment, { id: chargeId })
  return {
    ...{ chargeId, livemode: false, accountId, invoiceId, customerId, intentId, status },
    payment: payment && {
      paymentId: payment.id,
      amountMinor: payment.amountMinor,
      currency: payment.currency,
      paidAt: payment.paidAt,
    },
  }
}

function lockCard(tx: Tx, id: string): Promise<SandboxCard | null> {
  return tx.manager.findOne(SandboxCard, { where: { id }, lock: { mode: 'pessimistic_write' } })
}
