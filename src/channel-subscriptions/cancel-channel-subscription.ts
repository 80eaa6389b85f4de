import { z } from 'zod'
import type { Tx } from '../database'
import { requestKey } from '../idempotency'
import { id, idempotencyKey } from '../input'
import { inBook, type Decided } from '../ledger/account-book'
import { planProviderCall } from '../payments/plan-provider-call'
import { ProviderCallKind } from '../payments/provider-call.entity'
import { liveSubscription } from './live-subscription'
import type { ProviderCallOutcome } from './subscribe-channel'

export const CancelChannelSubscription = z.object({
  channelId: id(),
  /** False: now. The channel's time stops, and nothing returns. */
  atPeriodEnd: z.boolean().default(true),
  idempotencyKey: idempotencyKey(),
})
export type CancelChannelSubscription = z.infer<typeof CancelChannelSubscription>

/**
 * Cancels a channel's subscription: at the end of its period, up to which it is paid, or now.
 *
 * Throws NOT_FOUND, CHANNEL_DELETED, CHANNEL_NOT_ON_SUBSCRIPTION, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED,
 * IDEMPOTENCY_CONFLICT.
 */
export async function cancelChannelSubscription(
  tx: Tx,
  accountId: string,
  input: CancelChannelSubscription,
): Promise<Decided<ProviderCallOutcome>> {
  const { channelId, atPeriodEnd } = input
  const key = requestKey(accountId, 'cancelChannelSubscription', input)
  return inBook(tx, { accountId, channelIds: [channelId], key }, async (book) => {
    book.requireActive()
    const { providerId } = await liveSubscription(tx, book, channelId)
    const callId = await planProviderCall(tx, book, {
      kind: atPeriodEnd ? ProviderCallKind.CANCEL_AT_PERIOD_END : ProviderCallKind.CANCEL_NOW,
      channelId,
      request: { subscriptionId: providerId },
    })
    return { callId }
  })
}
