import type { FastifyInstance } from 'fastify'
import type { Database } from '../../database'
import type { Log } from '../../log'
import type { SandboxPolicy } from './pay-checkout'
import { runSandboxRenewals } from './run-sandbox-renewals'
import { SandboxEventSender } from './sandbox-events'
import { registerSandboxPages } from './sandbox-pages'
import { SandboxProvider } from './sandbox-provider'
import { findSandboxSecret } from './sandbox-secret'

/** Between two rounds of what is due and what is to be sent. */
const ROUND_MS = 250

export const WEBHOOK_PATH = '/webhooks/stripe'

/** The built-in payment provider with all that it needs of a gateway: its pages, and rounds once the gateway listens. */
export interface Sandbox {
  readonly provider: SandboxProvider
  /** For the webhook door. */
  readonly secret: string
  registerPages(app: FastifyInstance): void
  /** From now on the pages are at this address, and events are sent there. Without `rounds` time brings about nothing here. */
  start(baseUrl: string, rounds: boolean): void
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
  const closing = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> = Promise.resolve()
  const warn = (error: unknown) => log.warn({ err: error }, 'a round of the sandbox failed; it goes on with the next')
  const again = (sender: SandboxEventSender) => {
    timer = setTimeout(() => {
      // What could not be renewed keeps nobody's events from being sent.
      round = runSandboxRenewals(database, null)
        .catch(warn)
        .then(() => sender.sendDue(closing.signal))
        .catch(warn)
        .then(() => {
          if (!closing.signal.aborted) again(sender)
        })
    }, ROUND_MS)
  }
  return {
    provider,
    secret,
    registerPages: (app) => registerSandboxPages(app, { database, provider, secret }),
    start: (baseUrl, rounds) => {
      address = baseUrl
      if (rounds) again(new SandboxEventSender(database, { url: `${baseUrl}${WEBHOOK_PATH}`, secret }, log))
    },
    close: async () => {
      closing.abort()
      clearTimeout(timer)
      await round
    },
  }
}
