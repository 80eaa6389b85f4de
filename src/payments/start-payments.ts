import type { FastifyInstance } from 'fastify'
import type { Config } from '../config'
import type { Database } from '../database'
import type { Log } from '../log'
import { ProviderEventWorker } from './handle-events'
import type { ProviderChanges } from './provider-changes'
import { StripeProvider } from './stripe/stripe-provider'
import { registerWebhookDoor } from './webhook-door'

export interface Payments {
  readonly stripe: StripeProvider | null
  /** Adds the doors at which providers tell what happened. */
  routes(app: FastifyInstance): Promise<void>
  close(): Promise<void>
}

/**
 * Provider, door and worker, as the settings say. Without `changes` nobody applies anything: events are stored, and wait.
 */
export function startPayments(
  config: Pick<Config, 'stripe'>,
  database: Database,
  changes: ProviderChanges | null,
  log: Log,
): Payments {
  if (config.stripe === null) {
    return { stripe: null, routes: () => Promise.resolve(), close: () => Promise.resolve() }
  }
  const stripe = new StripeProvider(config.stripe, log)
  const worker = changes === null ? null : new ProviderEventWorker(database, stripe, changes, log)
  worker?.start()
  return {
    stripe,
    routes: (app) =>
      registerWebhookDoor(app, {
        path: '/webhooks/stripe',
        header: 'stripe-signature',
        source: stripe,
        verify: (rawBody, header) => stripe.verify(rawBody, header),
        sql: database.sql,
        log,
        onStored: () => worker?.hint(),
      }),
    close: async () => worker?.close(),
  }
}
