import { z } from 'zod'
import { readClock } from '../clock'
import type { Tx } from '../database'
import {
  BadUserInputError,
  ChannelDeletedError,
  ChannelOnSubscriptionError,
  NotFoundError,
  NoPriceAgreementError,
} from '../errors'
import { requestKey } from '../idempotency'
import { id, idempotencyKey } from '../input'
import { inBook, type AccountBook, type Decided } from '../ledger/account-book'
import { planProviderCall } from '../payments/plan-provider-call'
import { ProviderCall, ProviderCallKind, ProviderCallState } from '../payments/provider-call.entity'
import { agreementAt, findPriceAgreements } from '../pricing/find-price-agreements'
import { Plan } from '../pricing/plan.entity'
import { PriceAgreement } from '../pricing/price-agreement.entity'
import { isId } from '../typed-id'
import { findLiveSubscription } from './live-subscription'

/** How long the page of a checkout can be paid. */
export const CHECKOUT_MS = 60 * 60_000
/** What is left of it at least where it is given again. */
const REUSED_WITH_MS = 10 * 60_000

const pageUrl = () =>
  z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .nullish()

export const SubscribeChannel = z.object({
  channelId: id(),
  planId: id(),
  /** Where the customer comes back to. */
  successUrl: pageUrl(),
  cancelUrl: pageUrl(),
  idempotencyKey: idempotencyKey(),
})
export type SubscribeChannel = z.infer<typeof SubscribeChannel>

export interface ProviderCallOutcome {
  callId: string
}

/**
 * Begins a checkout on which a channel's own subscription is paid: nothing changes until it is. A checkout of the channel
 * for the same plan that can still be paid is given again; one for another plan is ended.
 *
 * Throws NOT_FOUND (channel, plan), CHANNEL_DELETED, CHANNEL_ON_SUBSCRIPTION where one lives already, NO_PRICE_AGREEMENT,
 * BAD_USER_INPUT for a plan of an earlier agreement, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED, IDEMPOTENCY_CONFLICT.
 */
export async function subscribeChannel(
  tx: Tx,
  accountId: string,
  input: SubscribeChannel,
): Promise<Decided<ProviderCallOutcome>> {
  const { channelId } = input
  const key = requestKey(accountId, 'subscribeChannel', input)
  return inBook(tx, { accountId, channelIds: [channelId], key }, async (book) => {
    book.requireActive()
    if (book.channel(channelId).deletedAt !== null) throw new ChannelDeletedError(channelId)
    const plan = await currentPlan(tx, book, input.planId)
    if ((await findLiveSubscription(tx, book, channelId)) !== null) throw new ChannelOnSubscriptionError(channelId)
    const now = await readClock(tx)
    const open = await openCheckout(tx, book, channelId, now)
    const { successUrl = null, cancelUrl = null } = input
    const isSame =
      open?.request.planId === plan.id && open.request.successUrl === successUrl && open.request.cancelUrl === cancelUrl
    if (open !== null && isSame) return { callId: open.id }
    const callId = await planProviderCall(tx, book, {
      kind: ProviderCallKind.SUBSCRIBE,
      channelId,
      request: { planId: plan.id, successUrl, cancelUrl, replaces: open?.answer?.sessionId ?? null },
      expiresAt: new Date(now.getTime() + CHECKOUT_MS),
    })
    return { callId }
  })
}

/** A plan of the agreement that holds now. */
export async function currentPlan(tx: Tx, book: AccountBook, planId: string): Promise<Plan> {
  const { accountId } = book
  const plan = isId('plan', planId) ? await tx.manager.findOneBy(Plan, { id: planId, accountId }) : null
  if (plan === null) throw new NotFoundError('plan', planId)
  const agreements = tx.manager.createQueryBuilder(PriceAgreement, 'agreement')
  const agreement = agreementAt(await findPriceAgreements(agreements, [accountId]), book.now)
  if (agreement === null) throw new NoPriceAgreementError()
  if (plan.priceAgreementId !== agreement.id) {
    throw new BadUserInputError('planId', 'The plan is of an earlier agreement, and no longer offered.', { planId })
  }
  return plan
}

/** One that was paid is none any more: a subscription of the channel has come in since it was begun. */
async function openCheckout(tx: Tx, book: AccountBook, channelId: string, now: Date): Promise<ProviderCall | null> {
  const { accountId } = book
  return tx.manager
    .createQueryBuilder(ProviderCall, 'call')
    .where('call.accountId = :accountId AND call.channelId = :channelId', { accountId, channelId })
    .andWhere('call.kind = :kind AND call.state <> :refused', {
      kind: ProviderCallKind.SUBSCRIBE,
      refused: ProviderCallState.REFUSED,
    })
    .andWhere('call.expiresAt > :until', { until: new Date(now.getTime() + REUSED_WITH_MS) })
    .andWhere(NOT_PAID_SINCE)
    .orderBy('call.id', 'DESC')
    .limit(1)
    .getOne()
}

/** The latter part of an id is the instant at which it was made, by this side's clock; the provider's, or a sandbox's, may be another. */
const NOT_PAID_SINCE = `NOT EXISTS (
  SELECT FROM channel_subscription s
  WHERE s.account_id = call.accountId AND s.channel_id = call.channelId AND right(s.id, 26) > right(call.id, 26)
)`
