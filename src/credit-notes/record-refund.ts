import { z } from 'zod'
import type { Statement, Tx } from '../database'
import { BadUserInputError, NotFoundError } from '../errors'
import { requestKey } from '../idempotency'
import { id, refuseInstantToCome, text } from '../input'
import { PaymentMethod } from '../invoices/payment.entity'
import { inBook, type AccountBook, type Decided } from '../ledger/account-book'
import { hasIdForm, newId } from '../typed-id'
import { CreditNote } from './credit-note.entity'
import { PaymentReturn } from './payment-return.entity'
import { Refund, RefundStatus } from './refund.entity'

export const RecordRefund = z
  .object({
    invoiceId: id(),
    /** What the money is for: a credit note, or the return of a payment. */
    creditNoteId: id().nullish(),
    paymentReturnId: id().nullish(),
    method: z.enum(PaymentMethod),
    /** Minor units: 1 to what has still to go back. */
    amount: z.int(),
    reference: text().nullish(),
    /** Now, unless given. */
    refundedAt: z.date().nullish(),
    idempotencyKey: text(),
  })
  .refine(({ creditNoteId, paymentReturnId }) => (creditNoteId == null) !== (paymentReturnId == null), {
    path: ['creditNoteId'],
    message: 'or paymentReturnId has to be given, and not both',
  })
export type RecordRefund = z.infer<typeof RecordRefund>

export interface RefundOutcome {
  invoiceId: string
  refundId: string
}

/** What is recorded of money that went back. */
export interface RecordedRefund {
  readonly invoiceId: string
  readonly creditNoteId: string | null
  readonly paymentReturnId: string | null
  readonly currency: string
  readonly amount: number
  readonly method: PaymentMethod
  readonly reference: string | null
  readonly refundedAt: Date | null
}

/**
 * Records money that staff have paid back. Parts add up to what was to go back, and never exceed it: what a card is being
 * refunded counts too, unless it has failed.
 *
 * Throws NOT_FOUND; BAD_USER_INPUT (maximum, currency) for an amount that isn't 1 to what has still to go back, and for an
 * instant to come; IDEMPOTENCY_CONFLICT.
 */
export async function recordRefund(
  tx: Tx,
  actor: string,
  accountId: string,
  input: RecordRefund,
): Promise<Decided<RefundOutcome>> {
  const { invoiceId, creditNoteId = null, paymentReturnId = null, amount } = input
  const key = requestKey(accountId, 'recordRefund', input)
  return inBook(tx, { accountId, key }, async (book) => {
    const { dueMinor, currency } = await moneyDue(tx, accountId, invoiceId, creditNoteId, paymentReturnId)
    const [gone] = await tx.query<{ minor: number }>(REFUNDED, [accountId, creditNoteId, paymentReturnId])
    const maximum = dueMinor - (gone?.minor ?? 0)
    if (amount < 1 || amount > maximum) {
      throw new BadUserInputError(
        'amount',
        `${maximum} have still to go back (minor units of ${currency}); a refund is of 1 to that.`,
        { maximum, received: amount, currency },
      )
    }
    const { method, reference = null, refundedAt = null } = input
    const recorded = { invoiceId, creditNoteId, paymentReturnId, currency, amount, method, reference, refundedAt }
    return { invoiceId, refundId: await enterRefund(tx, book, actor, recorded) }
  })
}

/** Enters a refund that has been made. Throws BAD_USER_INPUT for an instant to come. */
export async function enterRefund(
  tx: Tx,
  book: AccountBook,
  actor: string,
  { amount, ...recorded }: RecordedRefund,
): Promise<string> {
  const { accountId, now } = book
  refuseInstantToCome('refundedAt', recorded.refundedAt, now)
  const id = newId('refund')
  await tx.manager.insert(Refund, {
    ...{ ...recorded, id, accountId, paymentId: null, amountMinor: amount, status: RefundStatus.SUCCEEDED },
    ...{ provider: null, providerId: null, providerCallId: null, failure: null },
    ...{ refundedAt: recorded.refundedAt ?? now, createdAt: now, actor },
  })
  const { invoiceId, creditNoteId, paymentReturnId, currency } = recorded
  const data = { invoiceId, creditNoteId, paymentReturnId, amount, currency, status: RefundStatus.SUCCEEDED }
  book.record({ type: 'refund.recorded', subject: id, actor, data })
  return id
}

async function moneyDue(
  tx: Tx,
  accountId: string,
  invoiceId: string,
  creditNoteId: string | null,
  paymentReturnId: string | null,
): Promise<{ dueMinor: number; currency: string }> {
  const [what, id] = creditNoteId !== null ? ['credit note', creditNoteId] : ['returned payment', paymentReturnId ?? '']
  const where = { id, accountId, invoiceId }
  const found =
    !hasIdForm(id) || !hasIdForm(invoiceId)
      ? null
      : creditNoteId !== null
        ? await tx.manager.findOneBy(CreditNote, where)
        : await tx.manager.findOneBy(PaymentReturn, where)
  if (found === null) throw new NotFoundError(what, id)
  return { dueMinor: 'totalMinor' in found ? found.totalMinor : found.amountMinor, currency: found.currency }
}

const REFUNDED: Statement = {
  name: 'refunded-so-far',
  text: `
    SELECT coalesce(sum(amount_minor), 0)::bigint AS minor FROM refund
    WHERE account_id = $1 AND status <> 'FAILED' AND (credit_note_id = $2 OR payment_return_id = $3)`,
}
