import { z } from 'zod'
import type { Tx } from '../database'
import { BadUserInputError, ConflictError, InsufficientDaysError, InvoiceStateError } from '../errors'
import { requestKey } from '../idempotency'
import { id, text } from '../input'
import { invoiceOf, recordInvoiceEvent } from '../invoices/change-invoice'
import { InvoiceLine, InvoiceStatus, type Invoice } from '../invoices/invoice.entity'
import { takeNumber } from '../invoices/take-number'
import { inBook, type AccountBook, type Decided } from '../ledger/account-book'
import { LedgerTransactionKind } from '../ledger/ledger-transaction.entity'
import { newId } from '../typed-id'
import { CreditNote } from './credit-note.entity'
import { priceCredit, shrunkTo, type CreditedLine, type CreditPrice } from './price-credit'
import { refundToCards } from './refund-to-cards'
import { whatIsTakenBack } from './what-is-taken-back'

/** The series of the provider's credit notes, and that of sandbox accounts. */
export const CREDIT_SERIES = 'CN'
export const SANDBOX_CREDIT_SERIES = 'TEST-CN'

export const IssueCreditNote = z.object({
  invoiceId: id(),
  /** All that are left of the invoice, unless given. */
  days: z.int().min(1).nullish(),
  /** Minor units: 0 to the price of the days, which it is unless given. */
  amount: z.int().min(0).nullish(),
  reason: text(),
  /** Whether cards that paid the invoice get the money back at once; else staff record how it went back. */
  refundCards: z.boolean().default(true),
  idempotencyKey: text(),
})
export type IssueCreditNote = z.infer<typeof IssueCreditNote>

export interface CreditNoteOutcome {
  creditNoteId: string
}

/** What a credit note would say. */
export interface PlannedCredit {
  days: number
  /** What goes back. */
  credit: CreditPrice
  /** What the invoice asked for these days. */
  priceMinor: number
  /** Days of the invoice that earlier credit notes have taken back. */
  creditedDays: number
  /** Days of the invoice that can still be taken back, these included. */
  remainingDays: number
  lines: readonly CreditedLine[]
}

/**
 * Takes back days of a paid invoice, and gives back at the most their price. Only days that are available are taken. Staff
 * may, whatever the account's status.
 *
 * Throws NOT_FOUND; INVOICE_STATE where the invoice isn't PAID; CONFLICT (days, creditedDays, chargedBackDays) where none of
 * its days is left; BAD_USER_INPUT (maximum) for more days than are left of it, or more money than their price;
 * INSUFFICIENT_DAYS (available, requested); IDEMPOTENCY_CONFLICT.
 */
export async function issueCreditNote(
  tx: Tx,
  actor: string,
  accountId: string,
  input: IssueCreditNote,
): Promise<Decided<CreditNoteOutcome>> {
  const { invoiceId, reason } = input
  const key = requestKey(accountId, 'issueCreditNote', input)
  return inBook(tx, { accountId, key }, async (book) => {
    const invoice = await invoiceOf(tx, book, invoiceId)
    const { days, credit, priceMinor } = await planCredit(tx, book, invoice, input)
    const number = await takeNumber(tx, book.now, book.sandbox ? SANDBOX_CREDIT_SERIES : CREDIT_SERIES)
    const { currency } = invoice
    const comment = `${number}: ${reason}`.slice(0, 255)
    const movement = book.post({ kind: LedgerTransactionKind.CREDIT_NOTE, days, actor, invoiceId, comment })
    const creditNote = tx.manager.create(CreditNote, {
      ...{ id: newId('creditNote'), accountId, invoiceId, number, days, currency, priceMinor, ...credit, reason },
      ...{ ledgerTransactionId: movement.id, issuedAt: book.now, actor },
    })
    await tx.manager.insert(CreditNote, creditNote)
    const figures = { creditNoteId: creditNote.id, number, days, amount: credit.totalMinor, currency }
    recordInvoiceEvent(book, invoice, { type: 'invoice.credited', actor, data: figures })
    const data = { ...figures, invoiceId, reason }
    book.record({ type: 'credit_note.issued', subject: creditNote.id, actor, data })
    if (input.refundCards) {
      const of = { creditNoteId: creditNote.id, amountMinor: credit.totalMinor }
      await refundToCards(tx, book, actor, invoice, of)
    }
    return { creditNoteId: creditNote.id }
  })
}

/** What a credit note of this invoice would say. Throws what issuing it throws. */
export async function planCredit(
  tx: Tx,
  book: AccountBook,
  invoice: Invoice,
  asked: Pick<IssueCreditNote, 'days' | 'amount'>,
): Promise<PlannedCredit> {
  const { accountId, currency } = invoice
  if (invoice.status !== InvoiceStatus.PAID) throw new InvoiceStateError(invoice.status, 'credited')
  const taken = await whatIsTakenBack(tx, accountId, invoice.id)
  const { creditedDays, chargedBackDays } = taken
  const remainingDays = invoice.days - creditedDays - chargedBackDays
  if (remainingDays <= 0) {
    throw new ConflictError('All days of the invoice have been taken back.', {
      days: invoice.days,
      creditedDays,
      chargedBackDays,
    })
  }
  const days = asked.days ?? remainingDays
  if (days > remainingDays) {
    throw new BadUserInputError('days', `The invoice has ${remainingDays} days left that can be taken back.`, {
      maximum: remainingDays,
      received: days,
    })
  }
  const available = Math.max(0, book.available)
  if (days > available) throw new InsufficientDaysError(available, days)
  const lines = await tx.manager.find(InvoiceLine, {
    where: { accountId, invoiceId: invoice.id },
    order: { position: 'ASC' },
  })
  const price = priceCredit(invoice, lines, creditedDays, days)
  // What is disputed goes back in another way.
  const left = Math.max(0, invoice.totalMinor - taken.creditedMinor - taken.disputedMinor)
  const priceMinor = Math.min(price.totalMinor, left)
  const amount = asked.amount ?? priceMinor
  if (amount > priceMinor) {
    throw new BadUserInputError('amount', `The price of ${days} days is ${priceMinor} (minor units of ${currency}).`, {
      ...{ maximum: priceMinor, received: amount, currency, days },
    })
  }
  const credit = amount < price.totalMinor ? shrunkTo(price, amount, currency) : price
  return { days, credit, priceMinor, creditedDays, remainingDays, lines }
}
