import type { Tx } from '../database'
import { NotFoundError } from '../errors'
import { hasIdForm } from '../typed-id'
import { WebhookEndpoint } from './webhook-endpoint.entity'

/** An endpoint of an account whose book is open. Throws NOT_FOUND, for one that is deleted too. */
export async function ownEndpoint({ manager }: Tx, accountId: string, id: string): Promise<WebhookEndpoint> {
  const endpoint = hasIdForm(id) ? await manager.findOneBy(WebhookEndpoint, { id, accountId }) : null
  if (endpoint?.deletedAt !== null) throw new NotFoundError('webhook endpoint', id)
  return endpoint
}
