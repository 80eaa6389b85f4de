import type { Statement, Tx } from '../database'
import { inBook, type AccountBook } from '../ledger/account-book'
import { PaymentCustomer } from '../payments/payment-customer.entity'
import type { ProviderCard, ProviderCheckout } from '../payments/payment-provider'
import { PROVIDER_ACTOR } from '../payments/provider-changes'
import { isId } from '../typed-id'
import { detachCard, forgetCard } from './remove-saved-card'
import { SavedCard } from './saved-card.entity'

/**
 * Applies a page on which a card is saved, as it stands at the provider. A page brings its card once: told again, later than
 * another card was saved or this one removed, it changes nothing. A card that is replaced is forgotten at the provider too.
 *
 * Answers whether it was ours.
 */
export async function applyCardCheckout(tx: Tx, provider: string, found: ProviderCheckout): Promise<boolean> {
  const { accountId, customerId, intentId, card, status } = found
  if (intentId === null || !isId('account', accountId) || !isId('providerCall', intentId)) return false
  if (!(await tx.manager.existsBy(PaymentCustomer, { accountId, provider, customerId }))) return false
  if (status === 'OPEN') return true
  await inBook(tx, { accountId }, async (book) => {
    const closed = await tx.query(CLOSE_PAGE, [intentId, accountId])
    // One that was removed at the provider since has no customer any more.
    if (closed.length === 0 || card?.customerId !== customerId) return null
    await keepCard(tx, book, provider, card)
    return null
  })
  return true
}

/** Applies a saved card as it stands at the provider: one that was removed there is charged no longer. Answers its account. */
export async function applyCard(tx: Tx, provider: string, found: ProviderCard): Promise<string | null> {
  const { cardId } = found
  const known = await tx.manager.findOneBy(SavedCard, { provider, cardId })
  if (known === null) return null
  const { accountId } = known
  await inBook(tx, { accountId }, async (book) => {
    const card = await tx.manager.findOneBy(SavedCard, { accountId, provider, cardId })
    if (card === null) return null
    const isOurs =
      found.customerId !== null &&
      (await tx.manager.existsBy(PaymentCustomer, { accountId, provider, customerId: found.customerId }))
    if (!isOurs) await forgetCard(tx, book, PROVIDER_ACTOR, card)
    else if (!isSame(card, found)) await keepCard(tx, book, provider, found, card.savedAt)
    return null
  })
  return accountId
}

async function keepCard(
  tx: Tx,
  book: AccountBook,
  provider: string,
  { cardId, brand, lastFour, expiryMonth, expiryYear }: ProviderCard,
  savedAt = book.now,
): Promise<void> {
  const { accountId } = book
  const before = await tx.manager.findOneBy(SavedCard, { accountId })
  if (before !== null && before.cardId !== cardId) await detachCard(tx, book, before)
  const card = { accountId, provider, cardId, brand, lastFour, expiryMonth, expiryYear, savedAt }
  await tx.manager.upsert(SavedCard, card, ['accountId'])
  const data = { brand, lastFour, expiryMonth, expiryYear }
  book.record({ type: 'account.card_saved', subject: accountId, actor: PROVIDER_ACTOR, data })
}

function isSame(card: SavedCard, found: ProviderCard): boolean {
  return (
    card.brand === found.brand &&
    card.lastFour === found.lastFour &&
    card.expiryMonth === found.expiryMonth &&
    card.expiryYear === found.expiryYear
  )
}

const CLOSE_PAGE: Statement = {
  name: 'close-card-page',
  text: `
    UPDATE provider_call SET checkout = 'CLOSED'
    WHERE id = $1 AND account_id = $2 AND kind = 'SAVE_CARD' AND checkout <> 'CLOSED' RETURNING id`,
}
