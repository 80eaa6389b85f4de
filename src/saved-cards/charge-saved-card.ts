import { AccountStatus } from '../accounts/account.entity'
import type { Statement, Tx } from '../database'
import { invoiceOf } from '../invoices/change-invoice'
import { outstandingMinor } from '../invoices/invoice-state'
import { InvoiceStatus, type Invoice } from '../invoices/invoice.entity'
import { inBook, type AccountBook } from '../ledger/account-book'
import { planProviderCall } from '../payments/plan-provider-call'
import { ProviderCall, ProviderCallKind } from '../payments/provider-call.entity'
import { SavedCard } from './saved-card.entity'

/** What a card is charged: it stays the same however often the call is sent. */
export interface CardOrder {
  readonly cardId: string
  readonly amountMinor: number
  readonly currency: string
  readonly description: string
}

/** `isWanted` is false where the call may have been made, and must not be made now if it wasn't. */
export interface DecidedCharge {
  readonly order: CardOrder
  readonly isWanted: boolean
}

/** Stores, with the opening of an invoice, that the account's saved card shall be charged for it. Without one nothing is. */
export async function planCardCharge(tx: Tx, book: AccountBook, invoice: Invoice): Promise<void> {
  const { accountId } = book
  if (!(await tx.manager.existsBy(SavedCard, { accountId }))) return
  await planProviderCall(tx, book, { kind: ProviderCallKind.CHARGE_CARD, invoiceId: invoice.id, request: {} })
}

/**
 * Says what the call of a charge asks for, right before it is sent: the card that is saved then, and what is outstanding
 * then. That is written down with the first sending, and stays. Null, and the charge is over, where nothing is to be charged:
 * the invoice was paid or taken back, the card was removed, or the account isn't active.
 */
export async function decideCharge(
  tx: Tx,
  provider: string,
  { id, accountId, invoiceId }: ProviderCall,
): Promise<DecidedCharge | null> {
  const { outcome } = await inBook(tx, { accountId }, async (book) => {
    const invoice = await invoiceOf(tx, book, invoiceId ?? '')
    const card = await tx.manager.findOneBy(SavedCard, { accountId, provider })
    const isPayable = invoice.status === InvoiceStatus.OPEN && book.status === AccountStatus.ACTIVE
    const outstanding = isPayable ? outstandingMinor(invoice) : 0
    const { request } = await tx.manager.findOneByOrFail(ProviderCall, { accountId, id })
    const before = orderOf(request)
    if (before !== null) {
      return { order: before, isWanted: card?.cardId === before.cardId && outstanding >= before.amountMinor }
    }
    if (card === null || outstanding === 0) {
      await closeCharge(tx, { accountId, id })
      return null
    }
    const order = {
      cardId: card.cardId,
      amountMinor: outstanding,
      currency: invoice.currency,
      description: `Invoice ${invoice.number ?? invoice.id}`,
    }
    await tx.manager.update(
      ProviderCall,
      { accountId, id },
      { request: { ...order, amountMinor: String(outstanding) } },
    )
    return { order, isWanted: true }
  })
  return outcome
}

/** The charge is over. Answers whether it wasn't before: what came of it is told once. */
export async function closeCharge(
  tx: Pick<Tx, 'query'>,
  { accountId, id }: Pick<ProviderCall, 'accountId' | 'id'>,
): Promise<boolean> {
  return (await tx.query(CLOSE_CHARGE, [accountId, id])).length > 0
}

function orderOf({ cardId, amountMinor, currency, description }: ProviderCall['request']): CardOrder | null {
  if (cardId == null || amountMinor == null || currency == null) return null
  return { cardId, amountMinor: Number(amountMinor), currency, description: description ?? '' }
}

const CLOSE_CHARGE: Statement = {
  name: 'close-card-charge',
  text: `
    UPDATE provider_call SET checkout = 'CLOSED'
    WHERE account_id = $1 AND id = $2 AND kind = 'CHARGE_CARD' AND checkout <> 'CLOSED' RETURNING id`,
}
