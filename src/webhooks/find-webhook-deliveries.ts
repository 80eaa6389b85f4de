import type { VisibleRows, WalledQuery } from '../auth/visible-rows'
import { checkFirst, pageOf, sequenceAfter, type Page, type PageArguments } from '../paging'
import { WebhookAttempt } from './webhook-attempt.entity'
import type { WebhookEndpoint } from './webhook-endpoint.entity'
import { messageId } from './webhook-message'

export const DELIVERY_LIST = 'webhook-deliveries'
/** Attempts that are shown of a delivery, the newest ones. */
export const MAX_ATTEMPTS_SHOWN = 100

/** An event that was sent to an endpoint, with its attempts. */
export interface WebhookDelivery {
  id: string
  sequence: number
  eventType: string
  delivered: boolean
  /** Newest first. */
  attempts: WebhookAttempt[]
}

/** What was sent to an endpoint, newest events first. Throws BAD_USER_INPUT for a page that can't be. */
export async function findWebhookDeliveries(
  visible: VisibleRows,
  endpoint: Pick<WebhookEndpoint, 'accountId' | 'id'>,
  undeliveredOnly: boolean,
  { first, after }: PageArguments,
): Promise<Page<WebhookDelivery>> {
  checkFirst(first)
  const before = sequenceAfter(DELIVERY_LIST, after)
  const query = attemptsTo(visible, endpoint)
  if (before !== null) query.andWhere('attempt.sequence < :before', { before })
  const sequences = await query
    .select('attempt.sequence', 'sequence')
    .groupBy('attempt.sequence')
    .having(undeliveredOnly ? 'NOT bool_or(attempt.delivered)' : 'true')
    .orderBy('attempt.sequence', 'DESC')
    .limit(first + 1)
    .getRawMany<{ sequence: number }>()
  const page = pageOf(
    sequences.map(({ sequence }) => sequence),
    first,
  )
  const attempts = await Promise.all(page.rows.map((sequence) => attemptsOf(visible, endpoint, sequence)))
  const rows = attempts.flatMap((ofOne): WebhookDelivery[] => {
    const [newest] = ofOne
    if (newest === undefined) return []
    const { sequence, eventType } = newest
    const delivered = ofOne.some((attempt) => attempt.delivered)
    return [{ id: messageId(endpoint.id, sequence), sequence, eventType, delivered, attempts: ofOne }]
  })
  return { ...page, rows }
}

function attemptsTo(
  visible: VisibleRows,
  { accountId, id: endpointId }: Pick<WebhookEndpoint, 'accountId' | 'id'>,
): WalledQuery<WebhookAttempt> {
  const query = visible.of(WebhookAttempt, 'attempt')
  query.andWhere('attempt.accountId = :accountId AND attempt.endpointId = :endpointId', { accountId, endpointId })
  return query
}

function attemptsOf(
  visible: VisibleRows,
  endpoint: Pick<WebhookEndpoint, 'accountId' | 'id'>,
  sequence: number,
): Promise<WebhookAttempt[]> {
  const query = attemptsTo(visible, endpoint).andWhere('attempt.sequence = :sequence', { sequence })
  return query.orderBy('attempt.id', 'DESC').take(MAX_ATTEMPTS_SHOWN).getMany()
}
