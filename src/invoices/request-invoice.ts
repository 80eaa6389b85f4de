import type { z } from 'zod'
import type { Tx } from '../database'
import { NoPriceAgreementError } from '../errors'
import { requestKey } from '../idempotency'
import { idempotencyKey, text } from '../input'
import { inBook, type AccountBook, type Decided } from '../ledger/account-book'
import { agreementAt, findPriceAgreements } from '../pricing/find-price-agreements'
import { PriceAgreement } from '../pricing/price-agreement.entity'
import { Order, quote, type Quote } from '../pricing/quote'
import { newId } from '../typed-id'
import { recordInvoiceEvent } from './change-invoice'
import { Invoice, InvoiceLine, InvoiceStatus } from './invoice.entity'
import { openInvoice } from './open-invoice'

/** What a partner waits for its invoice at the most. */
export const PREPARE_WITHIN_MS = 30 * 60_000

export const RequestInvoice = Order.safeExtend({ purchaseOrder: text().nullish(), idempotencyKey: idempotencyKey() })
export type RequestInvoice = z.infer<typeof RequestInvoice>

export interface InvoiceOutcome {
  invoiceId: string
}

/**
 * Requests an invoice for channels, loose days or both. Its price is fixed now, by the agreement that holds now; it
 * opens at once where the agreement says so, and otherwise waits for staff.
 *
 * Throws NO_PRICE_AGREEMENT, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED, IDEMPOTENCY_CONFLICT; BAD_USER_INPUT where an amount
 * would leave the safe integers.
 */
export async function requestInvoice(
  tx: Tx,
  actor: string,
  accountId: string,
  input: RequestInvoice,
): Promise<Decided<InvoiceOutcome>> {
  const key = requestKey(accountId, 'requestInvoice', input)
  return inBook(tx, { accountId, key }, async (book) => {
    const { agreement, quoted } = await priceOrder(tx, book, input)
    const { lines, ...figures } = quoted
    const invoice = tx.manager.create(Invoice, {
      id: newId('invoice'),
      accountId,
      number: null,
      status: InvoiceStatus.REQUESTED,
      ...figures,
      paidMinor: 0,
      priceAgreementId: agreement.id,
      paymentTermDays: agreement.paymentTermDays,
      purchaseOrder: input.purchaseOrder ?? null,
      requestedAt: book.now,
      prepareBy: new Date(book.now.getTime() + PREPARE_WITHIN_MS),
      prepareRemindedAt: null,
      prepareBreachedAt: null,
      openedAt: null,
      dueAt: null,
      paidAt: null,
    })
    await tx.manager.insert(Invoice, invoice)
    await tx.manager.insert(
      InvoiceLine,
      lines.map((line, index) => ({ ...line, invoiceId: invoice.id, accountId, position: index + 1 })),
    )
    recordInvoiceEvent(book, invoice, { type: 'invoice.requested', actor })
    if (agreement.autoPrepare) await openInvoice(tx, book, actor, invoice)
    return { invoiceId: invoice.id }
  })
}

/**
 * What an order costs now, by the agreement that holds now.
 *
 * Throws NO_PRICE_AGREEMENT, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED; BAD_USER_INPUT where an amount would leave the safe
 * integers.
 */
export async function priceOrder(
  tx: Tx,
  book: AccountBook,
  order: Order,
): Promise<{ agreement: PriceAgreement; quoted: Quote }> {
  book.requireActive()
  const agreements = tx.manager.createQueryBuilder(PriceAgreement, 'agreement')
  const agreement = agreementAt(await findPriceAgreements(agreements, [book.accountId]), book.now)
  if (agreement === null) throw new NoPriceAgreementError()
  return { agreement, quoted: quote(agreement, order) }
}
