import { applyDispute } from '../chargebacks/apply-dispute'
import { applyRefund } from '../credit-notes/apply-refund'
import type { Database } from '../database'
import { applyCheckout } from '../invoices/apply-checkout'
import type { ProviderChanges } from '../payments/provider-changes'
import { applyCustomer } from '../particulars/apply-customer'
import { applyCharge } from '../saved-cards/apply-charge'
import { applyCard, applyCardCheckout } from '../saved-cards/apply-saved-card'
import { applySubscription } from './apply-subscription'

/** What is done here with what has changed at a provider. `onChanged` hears of the accounts. */
export function applyProviderChanges(
  database: Pick<Database, 'inTransaction'>,
  provider: string,
  onChanged: (accountIds: string[]) => void,
): ProviderChanges {
  return {
    subscription: async (found) => {
      const isOurs = await database.inTransaction((tx) => applySubscription(tx, provider, found))
      if (isOurs) onChanged([found.accountId])
    },
    customer: async (found) => {
      const hasChanged = await database.inTransaction((tx) => applyCustomer(tx, provider, found))
      if (hasChanged) onChanged([found.accountId])
    },
    checkout: async (found) => {
      // One of a channel has made a subscription, which tells of itself.
      if (found.channelId !== null) return
      const apply = found.intentId === null ? applyCheckout : applyCardCheckout
      const isOurs = await database.inTransaction((tx) => apply(tx, provider, found))
      if (isOurs) onChanged([found.accountId])
    },
    card: async (found) => {
      const accountId = await database.inTransaction((tx) => applyCard(tx, provider, found))
      if (accountId !== null) onChanged([accountId])
    },
    charge: async (found) => {
      const isOurs = await database.inTransaction((tx) => applyCharge(tx, provider, found))
      if (isOurs) onChanged([found.accountId])
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
