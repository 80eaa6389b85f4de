import { z } from 'zod'
import { actorName, type Actor } from '../auth/actor'
import type { Statement, Tx } from '../database'
import { id } from '../input'
import { inBook } from '../ledger/account-book'
import type { CreatedEndpoint, WebhookTools } from './create-webhook-endpoint'
import { ownEndpoint } from './own-endpoint'
import { newSigningSecret } from './sealed-secrets'

/** Hours for which the old secret is signed with beside the new one. */
const OVERLAP_HOURS = 24
export const MAX_OVERLAP_HOURS = 168

export const RotateWebhookSecret = z.object({
  id: id(),
  /** 0: the old one has leaked, and is out at once. */
  overlapHours: z.int().min(0).max(MAX_OVERLAP_HOURS).default(OVERLAP_HOURS),
})
export type RotateWebhookSecret = z.infer<typeof RotateWebhookSecret>

/**
 * Makes a new secret. For a while what is sent is signed with both; of a secret that was replaced before, it is no more.
 *
 * Throws NOT_FOUND; CONFLICT (setting) where secrets can't be kept here; ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function rotateWebhookSecret(
  tx: Tx,
  actor: Actor,
  accountId: string,
  { id, overlapHours }: RotateWebhookSecret,
  { secrets }: Pick<WebhookTools, 'secrets'>,
): Promise<CreatedEndpoint> {
  const secret = newSigningSecret()
  await inBook(tx, { accountId }, async (book) => {
    if (actor.accountId !== null) book.requireActive()
    await ownEndpoint(tx, accountId, id)
    await tx.query(ROTATE, [id, await secrets.seal(id, secret), overlapHours, accountId])
    const data = { overlapHours }
    book.record({ type: 'webhook_endpoint.secret_rotated', subject: id, actor: actorName(actor), data })
    return null
  })
  return { endpointId: id, secret }
}

const ROTATE: Statement = {
  name: 'rotate-webhook-secret',
  text: `
    UPDATE webhook_endpoint
    SET secret = $2, previous_secret = CASE WHEN $3::integer > 0 THEN secret END,
      previous_secret_until = CASE WHEN $3::integer > 0 THEN daybook_now() + $3::integer * interval '1 hour' END
    WHERE account_id = $4 AND id = $1`,
}
