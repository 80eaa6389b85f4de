import type { FastifyInstance } from 'fastify'
import type { Sql } from '../database'
import type { Log } from '../log'
import type { ProviderEvent } from './payment-provider'
import { storeProviderEvents, type EventSource } from './store-event'

/** An event of Stripe's has some kilobytes. */
const MAX_EVENT_BYTES = 1024 * 1024

export interface WebhookSource {
  /** Whose events they are; those of the other mode are kept and never applied. */
  readonly provider: EventSource & { readonly apiVersion?: string }
  /** Reads an event out of the very bytes that came. Throws where they aren't the provider's. */
  readonly verify: (rawBody: Buffer, header: string | undefined) => ProviderEvent
}

export interface WebhookDoorOptions {
  /** Where the provider sends its events, such as `/webhooks/stripe`. */
  readonly path: string
  /** The header that has the signature. */
  readonly header: string
  /** Whose events may come: the first that verifies one has sent it. */
  readonly sources: readonly WebhookSource[]
  readonly sql: Sql
  readonly log: Pick<Log, 'warn'>
  /** Hears that there is something to be handled. */
  readonly onStored: () => void
  /** Hears of everything that comes. */
  readonly onReceived?: (outcome: 'STORED' | 'KNOWN' | 'FORGED') => void
}

/**
 * The door at which a payment provider tells what happened. The bytes are verified as they came, before anything reads
 * them; then the event is stored and answered with 200 at once, and the worker does the rest. Whoever isn't the provider
 * gets 400, with one and the same text, and nothing is stored. An event that is too large is refused with 413.
 */
export async function registerWebhookDoor(app: FastifyInstance, options: WebhookDoorOptions): Promise<void> {
  const { path, header, sources, sql, log, onStored, onReceived } = options
  await app.register((scope, _options, done) => {
    // Parsed by nobody, whatever its content type says: the signature is of bytes.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_EVENT_BYTES }, (_request, body, parsed) => {
      parsed(null, body)
    })
    scope.post(path, { bodyLimit: MAX_EVENT_BYTES }, async (request, reply) => {
      const signature = request.headers[header]
      const sent = verified(sources, request.body, typeof signature === 'string' ? signature : undefined)
      if (sent === null) {
        log.warn({ requestId: request.id }, 'a webhook was not signed by a provider')
        onReceived?.('FORGED')
        return reply.code(400).send({ errors: [NOT_VERIFIED] })
      }
      const { event, source } = sent
      if (source.apiVersion !== undefined && event.apiVersion !== source.apiVersion) {
        const facts = { eventId: event.eventId, apiVersion: event.apiVersion, expected: source.apiVersion }
        log.warn(facts, 'the webhook endpoint is of another version of the provider’s API')
      }
      const isNew = (await storeProviderEvents(sql, source, [event])) > 0
      onReceived?.(isNew ? 'STORED' : 'KNOWN')
      if (isNew) onStored()
      return reply.code(200).send({ received: true })
    })
    done()
  })
}

function verified(
  sources: readonly WebhookSource[],
  body: unknown,
  signature: string | undefined,
): { event: ProviderEvent; source: WebhookSource['provider'] } | null {
  if (!Buffer.isBuffer(body)) return null
  for (const { provider, verify } of sources) {
    try {
      return { event: verify(body, signature), source: provider }
    } catch {
      // Perhaps another's.
    }
  }
  return null
}

const NOT_VERIFIED = {
  message: 'This is no event of the payment provider.',
  extensions: { code: 'BAD_REQUEST' },
}
