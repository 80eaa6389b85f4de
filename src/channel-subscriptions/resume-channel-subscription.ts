import { z } from 'zod'
import type { Tx } from '../database'
import { ConflictError } from '../errors'
import { requestKey } from '../idempotency'
import { id, idempotencyKey } from '../input'
import { inBook, type Decided } from '../ledger/account-book'
import { planProviderCall } from '../payments/plan-provider-call'
import { ProviderCallKind } from '../payments/provider-call.entity'
import { liveSubscription } from './live-subscription'
import type { ProviderCallOutcome } from './subscribe-channel'

export const ResumeChannelSubscription = z.object({ channelId: id(), idempotencyKey: idempotencyKey() })
export type ResumeChannelSubscription = z.infer<typeof ResumeChannelSubscription>

/**
 * Takes back a cancellation at the period's end: the subscription renews again, and days that waited for its end return
 * to the balance.
 *
 * Throws NOT_FOUND, CHANNEL_DELETED, CHANNEL_NOT_ON_SUBSCRIPTION, CONFLICT where it is not cancelled, ACCOUNT_SUSPENDED,
 * ACCOUNT_CLOSED, IDEMPOTENCY_CONFLICT.
 */
export async function resumeChannelSubscription(
  tx: Tx,
  accountId: string,
  input: ResumeChannelSubscription,
): Promise<Decided<ProviderCallOutcome>> {
  const { channelId } = input
  const key = requestKey(accountId, 'resumeChannelSubscription', input)
  return inBook(tx, { accountId, channelIds: [channelId], key }, async (book) => {
    book.requireActive()
    const { providerId, cancelAtPeriodEnd } = await liveSubscription(tx, book, channelId)
    if (!cancelAtPeriodEnd) throw new ConflictError('The channel’s subscription is not cancelled.', { channelId })
    const callId = await planProviderCall(tx, book, {
      kind: ProviderCallKind.RESUME,
      channelId,
      request: { subscriptionId: providerId },
    })
    return { callId }
  })
}
