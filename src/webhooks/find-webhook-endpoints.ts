import type { VisibleRows } from '../auth/visible-rows'
import { hasIdForm } from '../typed-id'
import { MAX_ENDPOINTS } from './create-webhook-endpoint'
import { WebhookEndpoint } from './webhook-endpoint.entity'
import { WebhookReplay } from './webhook-replay.entity'

/** Replays that are listed of an endpoint. */
export const MAX_REPLAYS_LISTED = 20

/** An account's endpoints, newest first. */
export function findWebhookEndpoints(visible: VisibleRows, accountId: string): Promise<WebhookEndpoint[]> {
  const query = visible.of(WebhookEndpoint, 'endpoint')
  query.andWhere('endpoint.accountId = :accountId AND endpoint.deletedAt IS NULL', { accountId })
  return query.orderBy('endpoint.id', 'DESC').take(MAX_ENDPOINTS).getMany()
}

export async function findWebhookEndpoint(visible: VisibleRows, id: string): Promise<WebhookEndpoint | null> {
  if (!hasIdForm(id)) return null
  const query = visible.of(WebhookEndpoint, 'endpoint')
  return query.andWhere('endpoint.id = :id AND endpoint.deletedAt IS NULL', { id }).getOne()
}

/** The newest replays of an endpoint. */
export function findWebhookReplays(visible: VisibleRows, endpointId: string): Promise<WebhookReplay[]> {
  const query = visible.of(WebhookReplay, 'replay')
  query.andWhere('replay.endpointId = :endpointId', { endpointId })
  return query.orderBy('replay.id', 'DESC').take(MAX_REPLAYS_LISTED).getMany()
}

export async function findWebhookReplay(visible: VisibleRows, id: string): Promise<WebhookReplay | null> {
  if (!hasIdForm(id)) return null
  return visible.of(WebhookReplay, 'replay').andWhere('replay.id = :id', { id }).getOne()
}
