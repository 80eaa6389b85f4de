import type { Database, Statement } from '../database'
import type { Log } from '../log'
import type { PaymentProvider } from '../payments/payment-provider'
import { refreshProviderObject } from '../payments/provider-changes'
import { reconcileCheckouts, reconcileEvents, reconcileSubscriptions } from '../payments/reconcile'
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

/** Fetches the customers whose tax ids are still being looked up: that they were found is told by a webhook, and once only. */
export function reconcileTaxIds({ database, payments }: Tools): Promise<void> {
  return withEach(payments, async (provider) => {
    const pending = await database.sql.query<{ customerId: string }>(PENDING_TAX_IDS, [provider.name])
    for (const { customerId } of pending) {
      const customer = { kind: 'CUSTOMER', id: customerId } as const
      await refreshProviderObject(database, provider, payments?.changes(provider.name) ?? NOTHING, customer)
    }
  })
}

const PENDING_TAX_IDS: Statement = {
  name: 'customers-with-pending-tax-ids',
  text: `
    SELECT c.customer_id AS "customerId" FROM billing_details d JOIN payment_customer c ON c.account_id = d.account_id
    WHERE c.provider = $1 AND d.tax_ids @> '[{"verification": "PENDING"}]'`,
}

const NOTHING = {
  subscription: () => Promise.resolve(),
  checkout: () => Promise.resolve(),
  customer: () => Promise.resolve(),
  card: () => Promise.resolve(),
  charge: () => Promise.resolve(),
  refund: () => Promise.resolve(),
  dispute: () => Promise.resolve(),
}
/** Looks at the pages of invoices that may be open, and applies how they stand at the providers. */
export function reconcileInvoiceCheckouts({ database, log, payments }: Tools): Promise<void> {
  return withEach(payments, async (provider) => {
    const counts = await reconcileCheckouts(database, provider, payments?.changes(provider.name) ?? NOTHING)
    const facts = { provider: provider.name, ...counts }
    if (counts.healed > 0) log.warn(facts, 'pages of invoices stood otherwise at the payment provider')
    else log.info(facts, 'pages of invoices were compared with the payment provider’s')
    if (counts.failed > 0) throw new Error(`${counts.failed} pages of invoices could not be compared`)
  })
}

/** One provider that is away does not keep back the other. */
async function withEach(payments: Payments | null, work: (provider: PaymentProvider) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled((payments?.providers.all ?? []).map(work))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
