import { applyDispute } from '../chargebacks/apply-dispute'
import { applyRefund } from '../credit-notes/apply-refund'
import type { Database } from '../database'
import type { ProviderChanges } from '../payments/provider-changes'
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
    // A checkout that is paid has made a subscription, which tells of itself.
    checkout: () => Promise.resolve(),
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
