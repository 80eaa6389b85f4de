import type { Database, Statement } from '../database'
import { JobFailure } from '../jobs/job-failure'
import type { Log } from '../log'
import type { PaymentProvider } from '../payments/payment-provider'
import { type ProviderChanges, refreshProviderObject } from '../payments/provider-changes'
import { reconcileCheckouts, reconcileEvents, reconcileSubscriptions } from '../payments/reconcile'
import type { Payments } from './open-billing-portal'

interface Tools {
  readonly database: Database
  readonly log: Log
  readonly payments: Payments | null
}

/**
 * Reads the providers' own lists of events: what no webhook has brought is found, and handled like any other. Answers how
 * many it were.
 */
export function reconcileProviderEvents({ database, log, payments }: Tools): Promise<string> {
  return withEach(payments, async (provider) => {
    const { read, healed } = await reconcileEvents(database, provider)
    if (healed > 0) log.warn({ provider: provider.name, healed }, 'events of the payment provider had not arrived')
    return `${read} events read, ${healed} of which had not arrived`
  })
}

/** Compares all subscriptions with those of the providers, both ways, and applies theirs. Answers how many stood otherwise. */
export function reconcileChannelSubscriptions({ database, log, payments }: Tools): Promise<string> {
  return withEach(payments, async (provider) => {
    let healed = 0
    const changes = payments?.changes(provider.name) ?? NOTHING
    const counting: ProviderChanges = {
      ...changes,
      subscription: async (found) => {
        const before = await stateOf(database, provider, found.subscriptionId)
        const taken = await changes.subscription(found)
        if ((await stateOf(database, provider, found.subscriptionId)) !== before) healed += 1
        return taken
      },
    }
    const known = liveSubscriptions(database, provider)
    const counts = { ...(await reconcileSubscriptions(database, provider, counting, known)), healed }
    log[healed > 0 ? 'warn' : 'info'](
      { provider: provider.name, ...counts },
      'subscriptions were compared with the payment provider’s',
    )
    if (counts.failed > 0) throw new JobFailure(`${counts.failed} subscriptions could not be compared`, false)
    return `${counts.applied} subscriptions compared, ${healed} of which stood otherwise`
  })
}

/** Subscriptions that are read at once. */
const PAGE = 500

async function* liveSubscriptions({ sql }: Database, { name }: PaymentProvider): AsyncGenerator<string> {
  for (let after = ''; ;) {
    const rows = await sql.query<{ channelId: string; providerId: string }>(LIVE_SUBSCRIPTIONS, [name, after, PAGE])
    yield* rows.map(({ providerId }) => providerId)
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.channelId
  }
}

async function stateOf({ sql }: Database, { name }: PaymentProvider, id: string): Promise<string | undefined> {
  const [row] = await sql.query<{ state: string }>(SUBSCRIPTION_STATE, [name, id])
  return row?.state
}

const LIVE_SUBSCRIPTIONS: Statement = {
  name: 'live-channel-subscriptions',
  text: `
    SELECT channel_id AS "channelId", provider_id AS "providerId" FROM channel_subscription
    WHERE provider = $1 AND status IN ('ACTIVE', 'PAST_DUE') AND channel_id > $2 ORDER BY channel_id LIMIT $3`,
}

const SUBSCRIPTION_STATE: Statement = {
  name: 'channel-subscription-state',
  text: 'SELECT to_jsonb(s)::text AS state FROM channel_subscription s WHERE provider = $1 AND provider_id = $2',
}

/** Fetches the customers whose tax ids are still being looked up: that they were found is told by a webhook, and once only. */
export function reconcileTaxIds({ database, log, payments }: Tools): Promise<string> {
  return withEach(payments, async (provider) => {
    const pending = await database.sql.query<{ customerId: string }>(PENDING_TAX_IDS, [provider.name])
    let failed = 0
    for (const { customerId } of pending) {
      const customer = { kind: 'CUSTOMER', id: customerId } as const
      try {
        await refreshProviderObject(database, provider, payments?.changes(provider.name) ?? NOTHING, customer)
      } catch (error) {
        log.warn({ provider: provider.name, err: error }, 'a customer could not be looked at; the others are')
        failed += 1
      }
    }
    if (failed > 0) throw new JobFailure(`${failed} customers could not be looked at`, false)
    return `${pending.length} customers looked at`
  })
}

const PENDING_TAX_IDS: Statement = {
  name: 'customers-with-pending-tax-ids',
  text: `
    SELECT c.customer_id AS "customerId" FROM billing_details d JOIN payment_customer c ON c.account_id = d.account_id
    WHERE c.provider = $1 AND d.tax_ids @> '[{"verification": "PENDING"}]'`,
}

const NOTHING: ProviderChanges = {
  subscription: () => Promise.resolve('APPLIED'),
  checkout: () => Promise.resolve('APPLIED'),
  customer: () => Promise.resolve(),
  card: () => Promise.resolve(),
  charge: () => Promise.resolve('APPLIED'),
  refund: () => Promise.resolve(),
  dispute: () => Promise.resolve(),
}

/** Looks at the pages of invoices that may be open, and applies how they stand at the providers. Answers how many stood otherwise. */
export function reconcileInvoiceCheckouts({ database, log, payments }: Tools): Promise<string> {
  return withEach(payments, async (provider) => {
    const counts = await reconcileCheckouts(database, provider, payments?.changes(provider.name) ?? NOTHING)
    const facts = { provider: provider.name, ...counts }
    if (counts.healed > 0) log.warn(facts, 'pages of invoices stood otherwise at the payment provider')
    else log.info(facts, 'pages of invoices were compared with the payment provider’s')
    if (counts.failed > 0) throw new JobFailure(`${counts.failed} pages of invoices could not be compared`, false)
    return `${counts.looked} pages looked at, ${counts.healed} of which stood otherwise`
  })
}

/** One provider that is away does not keep back the other. Answers what the work says of each. */
async function withEach(
  payments: Payments | null,
  work: (provider: PaymentProvider) => Promise<string>,
): Promise<string> {
  const providers = payments?.providers.all ?? []
  const outcomes = await Promise.allSettled(providers.map(work))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  const said = outcomes.map((outcome, i) =>
    outcome.status === 'fulfilled' ? `${providers[i]?.name ?? ''}: ${outcome.value}` : '',
  )
  return said.join('; ')
}
