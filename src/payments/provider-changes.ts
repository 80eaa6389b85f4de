import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../database'
import type {
  PaymentProvider,
  ProviderCard,
  ProviderCharge,
  ProviderCheckout,
  ProviderCustomer,
  ProviderDispute,
  ProviderRefund,
  ProviderSubscription,
} from './payment-provider'

/** Who brings about what a provider says. */
export const PROVIDER_ACTOR = 'job:payments'

/**
 * What is done with a thing of the provider's as it stands now. Called with the same state again, any number of times, it
 * changes nothing. It is called outside any transaction, and opens its own.
 */
export interface ProviderChanges {
  subscription(subscription: ProviderSubscription): Promise<Taken>
  checkout(checkout: ProviderCheckout): Promise<Taken>
  customer(customer: ProviderCustomer): Promise<void>
  card(card: ProviderCard): Promise<void>
  charge(charge: ProviderCharge): Promise<Taken>
  refund(refund: ProviderRefund): Promise<void>
  dispute(dispute: ProviderDispute): Promise<void>
}

/** REFUSED where its metadata name what is not that customer's here: another account's, or nothing of ours. */
export type Taken = 'APPLIED' | 'REFUSED'

export interface ProviderObject {
  readonly kind: 'CHECKOUT' | 'SUBSCRIPTION' | 'CUSTOMER' | 'CARD' | 'CHARGE' | 'REFUND' | 'DISPUTE'
  readonly id: string
}

/** FOREIGN where the provider has no such thing of ours; BUSY where somebody else is at it: try again later. */
export type Refreshed = Taken | 'FOREIGN' | 'BUSY'

/**
 * Fetches a thing and applies it. Nobody else does the same with this thing meanwhile, on any gateway: what was fetched
 * earlier can't be applied after what was fetched later. `before` is run once the others are locked out.
 *
 * Throws PAYMENT_PROVIDER, and what applying throws.
 */
export async function refreshProviderObject(
  database: Pick<Database, 'underLock'>,
  provider: PaymentProvider,
  changes: ProviderChanges,
  { kind, id }: ProviderObject,
  before: () => Promise<void> = () => Promise.resolve(),
): Promise<Refreshed> {
  const refreshed = await database.underLock(`${provider.name} ${kind} ${id}`, async (): Promise<Refreshed> => {
    await before()
    switch (kind) {
      case 'CHECKOUT':
        return applyIfOurs(await provider.fetchCheckout(id), (found) => changes.checkout(found))
      case 'SUBSCRIPTION':
        return applyIfOurs(await provider.fetchSubscription(id), (found) => changes.subscription(found))
      case 'CUSTOMER':
        return applyIfOurs(await provider.fetchCustomer(id), (found) => changes.customer(found))
      case 'CARD':
        return applyIfOurs(await provider.fetchCard(id), (found) => changes.card(found))
      case 'CHARGE':
        return applyIfOurs(await provider.fetchCharge(id), (found) => changes.charge(found))
      case 'REFUND':
        return applyIfOurs(await provider.fetchRefund(id), (found) => changes.refund(found))
      case 'DISPUTE':
        return applyIfOurs(await provider.fetchDispute(id), (found) => changes.dispute(found))
    }
  })
  return refreshed ?? 'BUSY'
}

/** How long one waits for whoever has a thing in hand, and how often one looks. */
const PATIENCE_MS = 10_000
const LOOK_AGAIN_MS = 20

/**
 * The same for whoever must see what it has just brought about: where somebody else is at the thing, perhaps with what was
 * fetched before, it waits for its turn. After ten seconds it leaves it to the news that comes anyway.
 */
export async function refreshInTurn(...asked: Parameters<typeof refreshProviderObject>): Promise<Refreshed> {
  for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
    const refreshed = await refreshProviderObject(...asked)
    if (refreshed !== 'BUSY' || waited >= PATIENCE_MS) return refreshed
    await delay(LOOK_AGAIN_MS)
  }
}

async function applyIfOurs<T>(found: T | null, apply: (found: T) => Promise<unknown>): Promise<Refreshed> {
  if (found === null) return 'FOREIGN'
  return (await apply(found)) === 'REFUSED' ? 'REFUSED' : 'APPLIED'
}
