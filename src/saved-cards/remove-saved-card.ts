import { z } from 'zod'
import type { Tx } from '../database'
import { id } from '../input'
import { inBook, type AccountBook } from '../ledger/account-book'
import { planProviderCall } from '../payments/plan-provider-call'
import { ProviderCallKind } from '../payments/provider-call.entity'
import { SavedCard } from './saved-card.entity'

export const RemoveSavedCard = z.object({ accountId: id() })
export type RemoveSavedCard = z.infer<typeof RemoveSavedCard>

/**
 * Forgets an account's card: from now on it is not charged, and the provider is told until it has forgotten it too. Where
 * there is none, nothing changes.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function removeSavedCard(tx: Tx, actor: string, { accountId }: RemoveSavedCard): Promise<void> {
  await inBook(tx, { accountId }, async (book) => {
    book.requireActive()
    const card = await tx.manager.findOneBy(SavedCard, { accountId })
    if (card === null) return null
    await forgetCard(tx, book, actor, card)
    await detachCard(tx, book, card)
    return null
  })
}

/** It is charged no longer. */
export async function forgetCard(
  tx: Tx,
  book: AccountBook,
  actor: string,
  { accountId, brand, lastFour }: SavedCard,
): Promise<void> {
  await tx.manager.delete(SavedCard, { accountId })
  book.record({ type: 'account.card_removed', subject: accountId, actor, data: { brand, lastFour } })
}

/** Stores that the provider shall forget a card. */
export async function detachCard(tx: Tx, book: AccountBook, { cardId, provider }: SavedCard): Promise<void> {
  await planProviderCall(tx, book, { kind: ProviderCallKind.REMOVE_CARD, request: { cardId, provider } })
}
