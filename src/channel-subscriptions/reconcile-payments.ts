import type { Database } from '../database'
import type { Log } from '../log'
import type { PaymentProvider } from '../payments/payment-provider'
import { reconcileEvents, reconcileSubscriptions } from '../payments/reconcile'
import type { Payments } from './open-billing-portal'

interface Tools {
  readonly database: Database
  readonly log: Log
  readonly payments: Payments | null
}

/** Reads the providers' own lists of events: what no webhook has brought is found, and handled like any other. */
export function reconcileProviderEvents({ database, log, payments }: Tools): Promise<void> {
  return withEach(payments, async (provider) => {
    const { healed } = await reconcileEvents(database, provider)
    if (healed > 0) log.warn({ provider: provider.name, healed }, 'events of the payment provider had not arrived')
  })
}

/** Compares all subscriptions with those of the providers, and applies theirs. */
export function reconcileChannelSubscriptions({ database, log, payments }: Tools): Promise<void> {
  return withEach(payments, async (provider) => {
    const counts = await reconcileSubscriptions(database, provider, payments?.changes(provider.name) ?? NOTHING)
    log.info({ provider: provider.name, ...counts }, 'subscriptions were compared with the payment provider’s')
    if (counts.failed > 0) throw new Error(`${counts.failed} subscriptions could not be compared`)
  })
}

const NOTHING = {
  subscription: () => Promise.resolve(),
  checkout: () => Promise.resolve(),
  refund: () => Promise.resolve(),
  dispute: () => Promise.resolve(),
}

/** One provider that is away does not keep back the other. */
async function withEach(payments: Payments | null, work: (provider: PaymentProvider) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled((payments?.providers.all ?? []).map(work))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
