import { applyDispute } from '../chargebacks/apply-dispute'
import { applyRefund } from '../credit-notes/apply-refund'
import type { Database } from '../database'
import { applyCheckout } from '../invoices/apply-checkout'
import type { ProviderChanges, ProviderObject, Taken } from '../payments/provider-changes'
import { applyCustomer } from '../particulars/apply-customer'
import { applyCharge } from '../saved-cards/apply-charge'
import { applyCard, applyCardCheckout } from '../saved-cards/apply-saved-card'
import { applySubscription } from './apply-subscription'

/**
 * What is done here with what has changed at a provider. `onChanged` hears of the accounts, `onRefused` of what pays for
 * something by its metadata, and is not of the customer that these name.
 */
export function applyProviderChanges(
  database: Pick<Database, 'inTransaction'>,
  provider: string,
  onChanged: (accountIds: string[]) => void,
  onRefused: (object: ProviderObject) => void = () => undefined,
): ProviderChanges {
  const taken = (isOurs: boolean, accountId: string, object: ProviderObject): Taken => {
    if (isOurs) onChanged([accountId])
    else onRefused(object)
    return isOurs ? 'APPLIED' : 'REFUSED'
  }
  return {
    subscription: async (found) => {
      const isOurs = await database.inTransaction((tx) => applySubscription(tx, provider, found))
      return taken(isOurs, found.accountId, { kind: 'SUBSCRIPTION', id: found.subscriptionId })
    },
    customer: async (found) => {
      const hasChanged = await database.inTransaction((tx) => applyCustomer(tx, provider, found))
      if (hasChanged) onChanged([found.accountId])
    },
    checkout: async (found) => {
      // One of a channel has made a subscription, which tells of itself.
      if (found.channelId !== null) return 'APPLIED'
      const apply = found.intentId === null ? applyCheckout : applyCardCheckout
      const isOurs = await database.inTransaction((tx) => apply(tx, provider, found))
      return taken(isOurs, found.accountId, { kind: 'CHECKOUT', id: found.sessionId })
    },
    card: async (found) => {
      const accountId = await database.inTransaction((tx) => applyCard(tx, provider, found))
      if (accountId !== null) onChanged([accountId])
    },
    charge: async (found) => {
      const isOurs = await database.inTransaction((tx) => applyCharge(tx, provider, found))
      return taken(isOurs, found.accountId, { kind: 'CHARGE', id: found.chargeId })
    },
    refund: async (found) => {
      const accountId = await database.inTransaction((tx) => applyRefund(tx, provider, found))
      if (accountId !== null) onChanged([accountId])
    },
    dispute: async (found) => {
      const accountId = await database.inTransaction((tx) => applyDispute(tx, provider, found))
      if (accountId !== null) onChanged([accountId])
    },
  }
}
