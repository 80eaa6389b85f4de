import { z } from 'zod'
import type { Actor } from '../auth/actor'
import { readClock } from '../clock'
import type { Tx } from '../database'
import { BadUserInputError, ConflictError, NotFoundError } from '../errors'
import { id } from '../input'
import { openBook } from '../ledger/account-book'
import { newId } from '../typed-id'
import { ownEndpoint } from './own-endpoint'
import { WebhookReplay, WebhookReplayState } from './webhook-replay.entity'

/** Events of a replay at the most. */
export const MAX_REPLAYED_EVENTS = 100_000
/** Replays of an endpoint that wait or are under way at the most. */
export const MAX_OPEN_REPLAYS = 10

export const ReplayWebhookEvents = z.object({
  endpointId: id(),
  fromSequence: z.int().min(1),
  toSequence: z.int().min(1),
})
export type ReplayWebhookEvents = z.infer<typeof ReplayWebhookEvents>

/**
 * Sends the events of a range that an endpoint wants once more, in order, beside its stream: under the ids that they had,
 * and marked as a replay.
 *
 * Throws NOT_FOUND; BAD_USER_INPUT (toSequence: minimum, maximum, last); CONFLICT where the endpoint is disabled, and
 * (maximum) past its tenth open replay; ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function replayWebhookEvents(
  tx: Tx,
  actor: Actor,
  accountId: string,
  { endpointId, fromSequence, toSequence }: ReplayWebhookEvents,
): Promise<string> {
  return requestReplay(tx, actor, accountId, { endpointId, fromSequence, toSequence, everyType: false })
}

/**
 * Sends one event once more, whatever types the endpoint wants by now.
 *
 * Throws NOT_FOUND; CONFLICT where the endpoint is disabled, and (maximum) past its tenth open replay;
 * ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function replayWebhookDelivery(
  tx: Tx,
  actor: Actor,
  accountId: string,
  { endpointId, sequence, id }: { endpointId: string; sequence: number; id: string },
): Promise<string> {
  const one = { endpointId, fromSequence: sequence, toSequence: sequence, everyType: true }
  try {
    return await requestReplay(tx, actor, accountId, one)
  } catch (error) {
    // There is no such event yet.
    if (error instanceof BadUserInputError) throw new NotFoundError('webhook delivery', id)
    throw error
  }
}

async function requestReplay(
  tx: Tx,
  actor: Actor,
  accountId: string,
  { endpointId, fromSequence, toSequence, everyType }: ReplayWebhookEvents & { everyType: boolean },
): Promise<string> {
  const book = await openBook(tx, { accountId }, { asItStands: true })
  if (actor.accountId !== null) book.requireActive()
  const endpoint = await ownEndpoint(tx, accountId, endpointId)
  refuseRange(fromSequence, toSequence, book.sequence)
  if (endpoint.disabledAt !== null) {
    throw new ConflictError('The webhook endpoint is disabled: enable it first.', { reason: endpoint.disabledReason })
  }
  const open = await tx.manager.countBy(WebhookReplay, { accountId, endpointId, state: WebhookReplayState.PENDING })
  if (open >= MAX_OPEN_REPLAYS) {
    throw new ConflictError(`${open} replays of the endpoint are under way, and ${MAX_OPEN_REPLAYS} can be.`, {
      maximum: MAX_OPEN_REPLAYS,
    })
  }
  const id = newId('webhookReplay')
  await tx.manager.insert(WebhookReplay, {
    ...{ id, accountId, endpointId, fromSequence, toSequence, everyType },
    state: WebhookReplayState.PENDING,
    cursor: fromSequence - 1,
    createdAt: await readClock(tx),
  })
  return id
}

function refuseRange(from: number, to: number, last: number): void {
  const maximum = Math.min(last, from + MAX_REPLAYED_EVENTS - 1)
  if (to >= from && to <= maximum) return
  const bounds = `from fromSequence to the last event, ${last}, and over ${MAX_REPLAYED_EVENTS} events at the most`
  throw new BadUserInputError('toSequence', `toSequence must be ${bounds}.`, {
    minimum: from,
    maximum,
    last,
    received: to,
  })
}
