import type { Invoice } from './invoice-page'

type Refund = Invoice['refunds'][number]

/** What of a credit note has still to go back, in minor units: what failed hasn't gone, what is under way has. */
export function dueOfCreditNote(note: Invoice['creditNotes'][number], refunds: readonly Refund[]): number {
  return note.total.amount - goneBack(refunds.filter(({ creditNoteId }) => creditNoteId === note.id))
}

export function dueOfReturn(returned: Invoice['paymentReturns'][number], refunds: readonly Refund[]): number {
  return returned.amount.amount - goneBack(refunds.filter(({ paymentReturnId }) => paymentReturnId === returned.id))
}

/** What of a payment counts still. */
export function leftOfPayment(payment: Invoice['payments'][number], returns: Invoice['paymentReturns']): number {
  return returns
    .filter(({ paymentId, fromUnapplied }) => paymentId === payment.id && !fromUnapplied)
    .reduce((left, { amount }) => left - amount.amount, payment.amount.amount)
}

function goneBack(refunds: readonly Refund[]): number {
  return refunds.reduce((sum, { amount, status }) => sum + (status === 'FAILED' ? 0 : amount.amount), 0)
}
