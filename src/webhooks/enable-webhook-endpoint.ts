import { z } from 'zod'
import { actorName, type Actor } from '../auth/actor'
import { readClock } from '../clock'
import type { Tx } from '../database'
import { id } from '../input'
import { inBook } from '../ledger/account-book'
import { ownEndpoint } from './own-endpoint'
import { WebhookDisabledReason, WebhookEndpoint } from './webhook-endpoint.entity'

/** Where an endpoint goes on. */
export enum WebhookResume {
  WHERE_IT_STOPPED = 'WHERE_IT_STOPPED',
  NOW = 'NOW',
}

export const EnableWebhookEndpoint = z.object({ id: id(), from: z.enum(WebhookResume) })
export type EnableWebhookEndpoint = z.infer<typeof EnableWebhookEndpoint>

/**
 * Sends to an endpoint again, at once; also to one that is enabled and waits for its next attempt. Where it goes on now, what
 * came before is left out of its stream, and can be replayed.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function enableWebhookEndpoint(
  tx: Tx,
  actor: Actor,
  accountId: string,
  { id, from }: EnableWebhookEndpoint,
): Promise<void> {
  await inBook(tx, { accountId }, async (book) => {
    if (actor.accountId !== null) book.requireActive()
    const { cursor, disabledAt } = await ownEndpoint(tx, accountId, id)
    const isNow = from === WebhookResume.NOW
    const anew = { disabledAt: null, disabledReason: null, failures: 0, failingSince: null, nextAttemptAt: null }
    await tx.manager.update(WebhookEndpoint, { id, accountId }, { ...anew, ...(isNow && { cursor: book.sequence }) })
    if (disabledAt === null && !isNow) return null
    const data = { from, lastDelivered: cursor, after: isNow ? book.sequence : cursor }
    book.record({ type: 'webhook_endpoint.enabled', subject: id, actor: actorName(actor), data })
    return null
  })
}

/**
 * Sends nothing to an endpoint until it is enabled. One that is disabled already stays as it is.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function disableWebhookEndpoint(tx: Tx, actor: Actor, accountId: string, id: string): Promise<void> {
  await inBook(tx, { accountId }, async (book) => {
    if (actor.accountId !== null) book.requireActive()
    const { disabledAt, cursor } = await ownEndpoint(tx, accountId, id)
    if (disabledAt !== null) return null
    const disabledReason = WebhookDisabledReason.REQUESTED
    const changes = { disabledAt: await readClock(tx), disabledReason, nextAttemptAt: null }
    await tx.manager.update(WebhookEndpoint, { id, accountId }, changes)
    const data = { reason: disabledReason, lastDelivered: cursor }
    book.record({ type: 'webhook_endpoint.disabled', subject: id, actor: actorName(actor), data })
    return null
  })
}
