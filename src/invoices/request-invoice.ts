import type { z } from 'zod'
import type { Tx } from '../database'
import { NoPriceAgreementError } from '../errors'
import { requestKey } from '../idempotency'
import { idempotencyKey, text } from '../input'
import { inBook, type AccountBook, type Decided } from '../ledger/account-book'
import { agreementAt, findPriceAgreements } from '../pricing/find-price-agreements'
import { PriceAgreement } from '../pricing/price-agreement.entity'
import { Order, quote, type Quote } from '../pricing/quote'
import { enterInvoice } from './enter-invoice'
import { hasSender } from './invoice-particulars'
import { InvoiceCause } from './invoice.entity'
import { openInvoice } from './open-invoice'

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
  return inBook(tx, { accountId, key }, (book) => requestInvoiceInBook(tx, book, actor, input))
}

/** The same for a book that is open already: by what the clock brings about. */
export async function requestInvoiceInBook(
  tx: Tx,
  book: AccountBook,
  actor: string,
  order: Order & Pick<RequestInvoice, 'purchaseOrder'>,
  cause = InvoiceCause.REQUEST,
): Promise<InvoiceOutcome> {
  const { agreement, quoted } = await priceOrder(tx, book, order)
  const invoice = await enterInvoice(tx, book, actor, {
    agreement,
    quoted,
    purchaseOrder: order.purchaseOrder ?? null,
    period: null,
    cause,
  })
  if (await opensAtOnce(tx, book, agreement)) await openInvoice(tx, book, actor, invoice)
  return { invoiceId: invoice.id }
}

/** Whether a request opens as it is made. Without a sender it waits for staff, who are told that it is late. */
export async function opensAtOnce(tx: Tx, book: AccountBook, { autoPrepare }: PriceAgreement): Promise<boolean> {
  return autoPrepare && (await hasSender(tx, book))
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
