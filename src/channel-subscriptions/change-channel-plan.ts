import { z } from 'zod'
import { readClock } from '../clock'
import type { Tx } from '../database'
import { ConflictError } from '../errors'
import { requestKey } from '../idempotency'
import { id, idempotencyKey } from '../input'
import { inBook, type Decided } from '../ledger/account-book'
import { planProviderCall } from '../payments/plan-provider-call'
import { ProviderCallKind } from '../payments/provider-call.entity'
import { liveSubscription } from './live-subscription'
import { currentPlan, type ProviderCallOutcome } from './subscribe-channel'

export const ChangeChannelPlan = z.object({ channelId: id(), planId: id(), idempotencyKey: idempotencyKey() })
export type ChangeChannelPlan = z.infer<typeof ChangeChannelPlan>

/**
 * Moves a channel's subscription to another plan, now: what is left of the old one is set off against the new one. Where
 * the charge fails, the old plan stays.
 *
 * Throws NOT_FOUND (channel, plan), CHANNEL_DELETED, CHANNEL_NOT_ON_SUBSCRIPTION, NO_PRICE_AGREEMENT, CONFLICT where it
 * is on that plan, BAD_USER_INPUT for a plan of an earlier agreement, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED,
 * IDEMPOTENCY_CONFLICT.
 */
export async function changeChannelPlan(
  tx: Tx,
  accountId: string,
  input: ChangeChannelPlan,
): Promise<Decided<ProviderCallOutcome>> {
  const { channelId } = input
  const key = requestKey(accountId, 'changeChannelPlan', input)
  return inBook(tx, { accountId, channelIds: [channelId], key }, async (book) => {
    book.requireActive()
    const plan = await currentPlan(tx, book, input.planId)
    const subscription = await liveSubscription(tx, book, channelId)
    if (subscription.planId === plan.id) {
      throw new ConflictError('The channel’s subscription is on this plan already.', { planId: plan.id })
    }
    const callId = await planProviderCall(tx, book, {
      kind: ProviderCallKind.CHANGE_PLAN,
      channelId,
      request: {
        subscriptionId: subscription.providerId,
        planId: plan.id,
        prorationAt: (book.sandbox ? book.now : await readClock(tx)).toISOString(),
      },
    })
    return { callId }
  })
}
