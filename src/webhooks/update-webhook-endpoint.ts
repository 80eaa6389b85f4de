import { z } from 'zod'
import { actorName, type Actor } from '../auth/actor'
import type { Tx } from '../database'
import { id, text } from '../input'
import { inBook } from '../ledger/account-book'
import type { WebhookTools } from './create-webhook-endpoint'
import { ownEndpoint } from './own-endpoint'
import { eventTypes } from './wanted-types'
import { WebhookEndpoint } from './webhook-endpoint.entity'
import { checkedUrl, webhookUrl } from './webhook-url'

export const UpdateWebhookEndpoint = z.object({
  id: id(),
  url: webhookUrl().nullish(),
  /** Null takes it away. */
  description: text().nullish(),
  /** Null: all. */
  eventTypes: eventTypes(),
})
export type UpdateWebhookEndpoint = z.infer<typeof UpdateWebhookEndpoint>

/**
 * Changes an endpoint; a field that is left out stays as it is. A new list of types holds for what is not sent yet. At a
 * new address it is tried at once.
 *
 * Throws NOT_FOUND, BAD_USER_INPUT (url), ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function updateWebhookEndpoint(
  tx: Tx,
  actor: Actor,
  accountId: string,
  { id, url, description, eventTypes }: UpdateWebhookEndpoint,
  { reach }: Pick<WebhookTools, 'reach'>,
): Promise<void> {
  const address = url == null ? null : checkedUrl(url, reach)
  await inBook(tx, { accountId }, async (book) => {
    if (actor.accountId !== null) book.requireActive()
    const endpoint = await ownEndpoint(tx, accountId, id)
    const changes = {
      ...(address !== null && address !== endpoint.url && { url: address }),
      ...(description !== undefined && { description }),
      ...(eventTypes !== undefined && { eventTypes }),
    }
    const fields = Object.keys(changes)
    if (fields.length === 0) return null
    const again = 'url' in changes && { failures: 0, failingSince: null, nextAttemptAt: null }
    await tx.manager.update(WebhookEndpoint, { id, accountId }, { ...changes, ...again })
    book.record({ type: 'webhook_endpoint.updated', subject: id, actor: actorName(actor), data: { fields } })
    return null
  })
}
