import { IsNull } from 'typeorm'
import { z } from 'zod'
import { actorName, type Actor } from '../auth/actor'
import { readClock } from '../clock'
import type { Tx } from '../database'
import { ConflictError } from '../errors'
import { refuseBeyond } from '../events/read-events'
import { id, text } from '../input'
import { inBook } from '../ledger/account-book'
import { newId } from '../typed-id'
import type { Reach } from './reach'
import { newSigningSecret, type SealedSecrets } from './sealed-secrets'
import { eventTypes } from './wanted-types'
import { WebhookEndpoint } from './webhook-endpoint.entity'
import { checkedUrl, webhookUrl } from './webhook-url'

/** Endpoints of an account at the most. */
export const MAX_ENDPOINTS = 10

export const CreateWebhookEndpoint = z.object({
  accountId: id(),
  url: webhookUrl(),
  description: text().nullish(),
  /** All, unless given. */
  eventTypes: eventTypes(),
  /** The last event that is not sent; without it, all from now on. */
  after: z.int().min(0).nullish(),
})
export type CreateWebhookEndpoint = z.infer<typeof CreateWebhookEndpoint>

/** What verbs of webhooks need of their gateway. */
export interface WebhookTools {
  readonly reach: Reach
  readonly secrets: SealedSecrets
}

export interface CreatedEndpoint {
  endpointId: string
  /** Shown this once. */
  secret: string
}

/**
 * Has the events of an account sent to an address, from now on or from an event on. The first that comes from now on is
 * that the endpoint was created.
 *
 * Throws NOT_FOUND; BAD_USER_INPUT (url; after: last, received); CONFLICT (maximum) past the tenth endpoint, and
 * (setting) where secrets can't be kept here; ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function createWebhookEndpoint(
  tx: Tx,
  actor: Actor,
  { accountId, url, description, eventTypes, after }: CreateWebhookEndpoint,
  { reach, secrets }: WebhookTools,
): Promise<CreatedEndpoint> {
  const address = checkedUrl(url, reach)
  const secret = newSigningSecret()
  const endpointId = newId('webhookEndpoint')
  await inBook(tx, { accountId }, async (book) => {
    if (actor.accountId !== null) book.requireActive()
    if (after != null) refuseBeyond(book.sequence, after)
    const count = await tx.manager.countBy(WebhookEndpoint, { accountId, deletedAt: IsNull() })
    if (count >= MAX_ENDPOINTS) {
      throw new ConflictError(`The account has ${count} webhook endpoints, and can have ${MAX_ENDPOINTS}.`, {
        maximum: MAX_ENDPOINTS,
      })
    }
    await tx.manager.insert(WebhookEndpoint, {
      id: endpointId,
      accountId,
      url: address,
      description: description ?? null,
      eventTypes: eventTypes ?? null,
      secret: await secrets.seal(endpointId, secret),
      cursor: after ?? book.sequence,
      createdAt: await readClock(tx),
    })
    // Not the address: a path may be all that keeps strangers out.
    const data = { host: new URL(address).host, description: description ?? null, eventTypes: eventTypes ?? null }
    book.record({ type: 'webhook_endpoint.created', subject: endpointId, actor: actorName(actor), data })
    return null
  })
  return { endpointId, secret }
}
