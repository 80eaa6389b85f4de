import { z } from 'zod'
import { readClock } from '../clock'
import type { Tx } from '../database'
import { inBook } from '../ledger/account-book'
import { planProviderCall } from '../payments/plan-provider-call'
import { CheckoutState, ProviderCall, ProviderCallKind, ProviderCallState } from '../payments/provider-call.entity'

/** How long the provider's page can be used. */
const CHECKOUT_MS = 60 * 60_000
/** What is left of it at least where it is given again. */
const REUSED_WITH_MS = 10 * 60_000

const pageUrl = () =>
  z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .nullish()

export const SaveCard = z.object({
  /** Where the holder comes back to. */
  successUrl: pageUrl(),
  cancelUrl: pageUrl(),
})
export type SaveCard = z.infer<typeof SaveCard>

/**
 * Stores that a page shall be opened at the payment provider on which a card is saved, and answers that call; the one that is
 * open already is given again. Nothing is saved until the holder has put the card in there.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function saveCard(tx: Tx, accountId: string, input: SaveCard): Promise<string> {
  const { outcome } = await inBook(tx, { accountId }, async (book) => {
    book.requireActive()
    const now = await readClock(tx)
    const { successUrl = null, cancelUrl = null } = input
    const open = await openPage(tx, accountId, now)
    const isSame = open?.request.successUrl === successUrl && open.request.cancelUrl === cancelUrl
    if (open !== null && isSame) return open.id
    return planProviderCall(tx, book, {
      kind: ProviderCallKind.SAVE_CARD,
      request: { successUrl, cancelUrl },
      expiresAt: new Date(now.getTime() + CHECKOUT_MS),
    })
  })
  return outcome
}

function openPage(tx: Tx, accountId: string, now: Date): Promise<ProviderCall | null> {
  return tx.manager
    .createQueryBuilder(ProviderCall, 'call')
    .where('call.accountId = :accountId AND call.kind = :kind', { accountId, kind: ProviderCallKind.SAVE_CARD })
    .andWhere('call.checkout = :open AND call.state <> :refused', {
      open: CheckoutState.OPEN,
      refused: ProviderCallState.REFUSED,
    })
    .andWhere('call.expiresAt > :until', { until: new Date(now.getTime() + REUSED_WITH_MS) })
    .orderBy('call.id', 'DESC')
    .limit(1)
    .getOne()
}
