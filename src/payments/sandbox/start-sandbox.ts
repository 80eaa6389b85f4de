import type { FastifyInstance } from 'fastify'
import type { Database } from '../../database'
import type { Log } from '../../log'
import { Rounds } from '../../rounds'
import type { SandboxPolicy } from './pay-checkout'
import { runSandboxRenewals } from './run-sandbox-renewals'
import { SandboxEventSender } from './sandbox-events'
import { registerSandboxPages } from './sandbox-pages'
import { SandboxProvider } from './sandbox-provider'
import { findSandboxSecret } from './sandbox-secret'

/** Between two rounds of what is due and what is to be sent. */
const ROUND_MS = 250

export const WEBHOOK_PATH = '/webhooks/stripe'

/** Where a gateway is reached, without a slash at the end. */
export interface Places {
  /** By itself. */
  readonly listening: string
  /** By those to whom it shows pages. */
  readonly publicUrl: string
}

/** The built-in payment provider with all that it needs of a gateway: its pages, and rounds once the gateway listens. */
export interface Sandbox {
  readonly provider: SandboxProvider
  /** For the webhook door. */
  readonly secret: string
  registerPages(app: FastifyInstance): void
  /** From now on the gateway is there. Without `withRounds` time brings about nothing here. */
  start(places: Places, withRounds: boolean): void
  /** Resolves when the round that is under way is done. */
  close(): Promise<void>
}

export async function openSandbox(database: Database, policy: SandboxPolicy, log: Log): Promise<Sandbox> {
  const secret = await findSandboxSecret(database.sql)
  let address: string | null = null
  const provider = new SandboxProvider(database, {
    ...policy,
    baseUrl: () => {
      if (address === null) throw new Error('the gateway does not listen yet')
      return address
    },
  })
  let rounds: Rounds | null = null
  return {
    provider,
    secret,
    registerPages: (app) => registerSandboxPages(app, { database, provider, secret }),
    start: (places, withRounds) => {
      address = places.publicUrl
      if (!withRounds) return
      // To the gateway itself: whatever stands before its public address needs not let it through.
      const sender = new SandboxEventSender(database, { url: `${places.listening}${WEBHOOK_PATH}`, secret }, log)
      const round = (closing: AbortSignal) => runAndSend(database, sender, closing)
      rounds = new Rounds(round, { pauseMs: ROUND_MS, failure: 'a round of the sandbox failed', log })
      rounds.start()
    },
    close: async () => {
      await rounds?.close()
    },
  }
}

/** What could not be renewed keeps nobody's events from being sent. */
async function runAndSend(database: Database, sender: SandboxEventSender, closing: AbortSignal): Promise<void> {
  const renewed = await runSandboxRenewals(database, null).catch((error: unknown) => ({ error }))
  await sender.sendDue(closing)
  if (typeof renewed === 'object') throw renewed.error
}
