import { Account } from '../accounts/account.entity'
import { readClock } from '../clock'
import type { Database, Tx } from '../database'
import { ConflictError } from '../errors'
import { openBook } from '../ledger/account-book'
import type { PlanChangePreview } from '../payments/payment-provider'
import type { Plan } from '../pricing/plan.entity'
import type { ChangeChannelPlan } from './change-channel-plan'
import { liveSubscription } from './live-subscription'
import type { Payments } from './open-billing-portal'
import { currentPlan } from './subscribe-channel'

/** What a change of plan would cost now, as the provider reckons it. Throws what changing it throws, and PAYMENT_PROVIDER. */
export async function previewPlanChange(
  database: Database,
  { providers, calls }: Payments,
  accountId: string,
  input: Pick<ChangeChannelPlan, 'channelId' | 'planId'>,
): Promise<PlanChangePreview & { at: Date }> {
  const { account, subscriptionId, plan, at } = await database.inSnapshot((tx) => found(tx, accountId, input))
  const provider = providers.of(account)
  const priceId = await calls.priceOf(provider, accountId, plan.id)
  return { at, ...(await provider.previewPlanChange({ subscriptionId, priceId, prorationAt: at })) }
}

async function found(
  tx: Tx,
  accountId: string,
  { channelId, planId }: Pick<ChangeChannelPlan, 'channelId' | 'planId'>,
): Promise<{ account: Account; subscriptionId: string; plan: Plan; at: Date }> {
  const book = await openBook(tx, { accountId, channelIds: [channelId] }, { asItStands: true })
  book.requireActive()
  const plan = await currentPlan(tx, book, planId)
  const subscription = await liveSubscription(tx, book, channelId)
  if (subscription.planId === plan.id) {
    throw new ConflictError('The channel’s subscription is on this plan already.', { planId })
  }
  const account = await tx.manager.findOneByOrFail(Account, { id: accountId })
  const at = book.sandbox ? book.now : await readClock(tx)
  return { account, subscriptionId: subscription.providerId, plan, at }
}
