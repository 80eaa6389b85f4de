import type { FastifyInstance } from 'fastify'
import { applyProviderChanges } from '../channel-subscriptions/apply-provider-changes'
import { CARD_SAVED_PATH, NOT_PAID_PATH, PAID_PATH, ProviderCalls } from '../channel-subscriptions/make-provider-calls'
import type { Payments } from '../channel-subscriptions/open-billing-portal'
import type { Config } from '../config'
import type { Database } from '../database'
import { registerInvoicePages } from '../invoices/invoice-pages'
import type { Log } from '../log'
import { ProviderEventWorker } from './handle-events'
import { html, page, pagePolicy } from './page-html'
import { PaymentProviders } from './payment-providers'
import type { ProviderObject } from './provider-changes'
import { openSandbox, type Places, WEBHOOK_PATH } from './sandbox/start-sandbox'
import { verifySandboxEvent } from './sandbox/verify-sandbox-event'
import { StripeProvider } from './stripe/stripe-provider'
import { registerWebhookDoor, type WebhookDoorOptions, type WebhookSource } from './webhook-door'

/** Payments, with what they need of a gateway. */
export interface TakingPayments extends Payments {
  /** Adds the door at which providers tell what happened, and the pages of the sandbox. */
  routes(app: FastifyInstance): Promise<void>
  /** From now on the gateway is there. Without `rounds` nothing is done by itself. */
  start(places: Places, rounds: boolean): void
  /** Resolves when what is under way is done. */
  close(): Promise<void>
}

/** Who hears of what comes from providers. */
export interface PaymentsHeard extends Pick<WebhookDoorOptions, 'onReceived'> {
  onRefused?: (kind: ProviderObject['kind']) => void
}

/**
 * Stripe where the settings have its key, and the sandbox: for sandbox accounts always, and outside production for all
 * where there is no Stripe. `onChanged` hears of accounts in which something was applied.
 */
export async function startPayments(
  config: Pick<Config, 'stripe' | 'production'>,
  database: Database,
  onChanged: (accountIds: string[]) => void,
  log: Log,
  { onReceived, onRefused }: PaymentsHeard = {},
): Promise<TakingPayments> {
  const sandbox = await openSandbox(database, { sandboxAccountsOnly: config.production }, log)
  const stripe = config.stripe === null ? null : new StripeProvider(config.stripe, log)
  const providers = new PaymentProviders(stripe ?? (config.production ? null : sandbox.provider), sandbox.provider)
  const changes = (name: string) =>
    applyProviderChanges(database, name, onChanged, (object) => {
      log.error({ provider: name, ...object }, 'what was paid at the payment provider names what is not its customer’s')
      onRefused?.(object.kind)
    })
  let address = ''
  const publicUrl = () => address
  const calls = new ProviderCalls(database, providers, changes, publicUrl, log)
  const payments: Payments = { providers, calls, changes, publicUrl }
  const workers = providers.all.map(
    (provider) => new ProviderEventWorker(database, provider, changes(provider.name), log),
  )
  const sources: WebhookSource[] = [
    ...(stripe === null
      ? []
      : [
          { provider: stripe, verify: (rawBody: Buffer, header: string | undefined) => stripe.verify(rawBody, header) },
        ]),
    {
      provider: sandbox.provider,
      verify: (rawBody, header) => {
        const event = verifySandboxEvent(rawBody, header, sandbox.secret)
        if (event === null) throw new Error('not of the sandbox')
        return event
      },
    },
  ]
  return {
    ...payments,
    routes: async (app) => {
      await registerWebhookDoor(app, {
        path: WEBHOOK_PATH,
        header: 'stripe-signature',
        sources,
        sql: database.sql,
        log,
        onReceived,
        onStored: () => {
          for (const worker of workers) worker.hint()
        },
      })
      sandbox.registerPages(app)
      registerInvoicePages(app, { database, payments })
      registerLandings(app)
    },
    start: (places, rounds) => {
      address = places.publicUrl
      sandbox.start(places, rounds)
      if (!rounds) return
      calls.start()
      for (const worker of workers) worker.start()
    },
    close: async () => {
      await Promise.all([calls.close(), sandbox.close(), ...workers.map((worker) => worker.close())])
    },
  }
}

/** Where a payer comes back to whom nobody else awaits. That it is here proves nothing: what was paid is told by the provider. */
function registerLandings(app: FastifyInstance): void {
  const landings = [
    [PAID_PATH, 'Thank you', html`<p class="done">The payment is being confirmed. This page can be closed.</p>`],
    [CARD_SAVED_PATH, 'Thank you', html`<p class="done">The card is being saved. This page can be closed.</p>`],
    [NOT_PAID_PATH, 'Not paid', html`<p>Nothing was paid. This page can be closed.</p>`],
  ] as const
  for (const [path, title, content] of landings) {
    app.get(path, (_request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .headers({ 'content-security-policy': pagePolicy(), 'referrer-policy': 'no-referrer' })
        .send(page(title, content, null)),
    )
  }
}
