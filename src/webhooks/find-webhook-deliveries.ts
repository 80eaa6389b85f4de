import type { VisibleRows } from '../auth/visible-rows'
import { checkFirst, pageOf, sequenceAfter, type Page, type PageArguments } from '../paging'
import { WebhookAttempt } from './webhook-attempt.entity'
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
  endpointId: string,
  undeliveredOnly: boolean,
  { first, after }: PageArguments,
): Promise<Page<WebhookDelivery>> {
  checkFirst(first)
  const before = sequenceAfter(DELIVERY_LIST, after)
  const query = visible.of(WebhookAttempt, 'attempt')
  query.andWhere('attempt.endpointId = :endpointId', { endpointId })
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
  const attempts = await Promise.all(page.rows.map((sequence) => attemptsOf(visible, endpointId, sequence)))
  const rows = attempts.flatMap((ofOne): WebhookDelivery[] => {
    const [newest] = ofOne
    if (newest === undefined) return []
    const { sequence, eventType } = newest
    const delivered = ofOne.some((attempt) => attempt.delivered)
    return [{ id: messageId(endpointId, sequence), sequence, eventType, delivered, attempts: ofOne }]
  })
  return { ...page, rows }
}

function attemptsOf(visible: VisibleRows, endpointId: string, sequence: number): Promise<WebhookAttempt[]> {
  const query = visible.of(WebhookAttempt, 'attempt')
  query.andWhere('attempt.endpointId = :endpointId AND attempt.sequence = :sequence', { endpointId, sequence })
  return query.orderBy('attempt.id', 'DESC').take(MAX_ATTEMPTS_SHOWN).getMany()
}
