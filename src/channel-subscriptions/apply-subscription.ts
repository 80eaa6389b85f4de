import { paidUntil, runEnd, unusedDays, withFewerDays } from '../channels/channel-time'
import type { Tx } from '../database'
import { inBook, type AccountBook, type BookChannel } from '../ledger/account-book'
import { DayExpiryReason, LedgerTransactionKind } from '../ledger/ledger-transaction.entity'
import { PaymentCustomer, PaymentPrice } from '../payments/payment-customer.entity'
import type { ProviderSubscription } from '../payments/payment-provider'
import { planProviderCall } from '../payments/plan-provider-call'
import { PROVIDER_ACTOR } from '../payments/provider-changes'
import { ProviderCall, ProviderCallKind, ProviderCallState } from '../payments/provider-call.entity'
import { isId, newId } from '../typed-id'
import { ChannelSubscription, ChannelSubscriptionStatus } from './channel-subscription.entity'
import { findLiveSubscription, LIVE } from './live-subscription'

/**
 * Applies a subscription as it stands at the provider: the row, and with it the channel's time. It may be applied in any
 * order and as often as one likes, since it goes by the state and by nothing that an event said.
 *
 * - The channel is paid until the end of the last period that is paid; it renews unless it is cancelled.
 * - Whenever a subscription takes over, the channel's unused days return to the balance.
 * - A second one that lives for the channel is cancelled at the provider.
 *
 * What is not ours is left alone: of another customer, an unknown price or channel. Answers whether it was ours.
 */
export async function applySubscription(tx: Tx, provider: string, found: ProviderSubscription): Promise<boolean> {
  const { accountId, channelId, customerId, priceId } = found
  if (!isId('account', accountId) || !isId('channel', channelId)) return false
  const customer = await tx.manager.findOneBy(PaymentCustomer, { accountId, provider, customerId })
  const price = await tx.manager.findOneBy(PaymentPrice, { provider, priceId })
  if (customer === null || price === null) return false
  await inBook(tx, { accountId, channelIds: [channelId] }, async (book) => {
    const channel = book.channel(channelId)
    const isLive = LIVE.includes(ChannelSubscriptionStatus[found.status])
    const living = await findLiveSubscription(tx, book, channelId)
    const isSecond = isLive && living !== null && living.providerId !== found.subscriptionId
    if (isSecond) {
      await cancelAtProvider(tx, book, channelId, found)
      return null
    }
    await keep(tx, provider, price.planId, found)
    const decisive = await decisiveSubscription(tx, book, channelId)
    if (channel.deletedAt === null && decisive !== null) takeOver(book, channel, decisive)
    return null
  })
  return true
}

async function keep(tx: Tx, provider: string, planId: string, found: ProviderSubscription): Promise<void> {
  const { subscriptionId: providerId, accountId, channelId } = found
  const known = await tx.manager.findOneBy(ChannelSubscription, { accountId, provider, providerId })
  const state = {
    planId,
    status: ChannelSubscriptionStatus[found.status],
    cancelAtPeriodEnd: found.cancelAtPeriodEnd,
    currentPeriodEnd: found.currentPeriodEnd,
    paidThrough: found.paidThrough,
    endedAt: found.status === 'CANCELED' ? (found.endedAt ?? found.currentPeriodEnd) : null,
  }
  if (known !== null) await tx.manager.update(ChannelSubscription, { accountId, id: known.id }, state)
  else {
    const ids = { id: newId('channelSubscription'), accountId, channelId, provider, providerId }
    await tx.manager.insert(ChannelSubscription, { ...ids, ...state, createdAt: found.createdAt })
  }
}

/** The one by which the channel's time goes: the one that lives, else the one that paid furthest. */
async function decisiveSubscription(tx: Tx, { accountId }: AccountBook, channelId: string) {
  const all = await tx.manager.findBy(ChannelSubscription, { accountId, channelId })
  return (
    all.find(({ status }) => LIVE.includes(status)) ??
    all.filter(({ paidThrough }) => paidThrough !== null).sort((a, b) => endOf(b) - endOf(a))[0] ??
    null
  )
}

function endOf({ paidThrough, endedAt }: ChannelSubscription): number {
  return Math.min(paidThrough?.getTime() ?? -Infinity, endedAt?.getTime() ?? Infinity)
}

function takeOver(book: AccountBook, found: BookChannel, subscription: ChannelSubscription): void {
  const { status, cancelAtPeriodEnd, paidThrough } = subscription
  if (paidThrough === null) return
  const renews = LIVE.includes(status) && !cancelAtPeriodEnd
  const until = new Date(endOf(subscription))
  const before = paidUntil(found)
  // Days that the subscription makes needless, or that waited for an end which has come early.
  const unused = unusedDays(found, book.now)
  const isNeedless = unused > 0 && (renews || waitsBeyond(found, until))
  if (isNeedless) {
    book.post({
      kind: LedgerTransactionKind.RELEASE,
      days: unused,
      actor: PROVIDER_ACTOR,
      channel: withFewerDays(found, unused),
      endReason: DayExpiryReason.SUBSCRIPTION,
    })
  }
  const channel = book.channel(found.id)
  const isChanged = channel.subscribedUntil?.getTime() !== until.getTime() || channel.subscriptionRenews !== renews
  if (!isChanged) return
  const changed = { ...channel, subscribedUntil: until, subscriptionRenews: renews }
  book.change({ ...changed, expiredAt: until > book.now ? null : channel.expiredAt })
  const after = paidUntil(changed)
  if (after?.getTime() === before?.getTime()) return
  book.record({
    type: 'channel.day_expiry_changed',
    subject: channel.id,
    actor: PROVIDER_ACTOR,
    data: {
      reason: DayExpiryReason.SUBSCRIPTION,
      previousPaidUntil: before,
      paidUntil: after,
      unusedDays: unusedDays(changed, book.now),
    },
  })
}

/** Its run begins only after an instant: it waited for a later one. */
function waitsBeyond(channel: BookChannel, until: Date): boolean {
  const start = runEnd(channel) === null ? null : channel.runStart
  return start !== null && start > until && channel.subscribedUntil !== null && start <= channel.subscribedUntil
}

async function cancelAtProvider(
  tx: Tx,
  book: AccountBook,
  channelId: string,
  { subscriptionId }: ProviderSubscription,
): Promise<void> {
  const kind = ProviderCallKind.CANCEL_NOW
  const calls = await tx.manager.findBy(ProviderCall, { accountId: book.accountId, channelId, kind })
  const isUnderWay = calls.some(
    ({ state, request }) => state === ProviderCallState.PENDING && request.subscriptionId === subscriptionId,
  )
  if (!isUnderWay) await planProviderCall(tx, book, { kind, channelId, request: { subscriptionId } })
}
