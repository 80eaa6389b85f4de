import { actorName, type Actor } from '../auth/actor'
import type { Statement, Tx } from '../database'
import { inBook } from '../ledger/account-book'
import { ownEndpoint } from './own-endpoint'

/**
 * Sends nothing more to an endpoint, for good, and forgets its secrets. What was tried stays in the database for its 30
 * days. For an account that is suspended or closed staff do it.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function deleteWebhookEndpoint(tx: Tx, actor: Actor, accountId: string, id: string): Promise<void> {
  await inBook(tx, { accountId }, async (book) => {
    if (actor.accountId !== null) book.requireActive()
    await ownEndpoint(tx, accountId, id)
    await tx.query(DELETE, [id, accountId])
    book.record({ type: 'webhook_endpoint.deleted', subject: id, actor: actorName(actor) })
    return null
  })
}

const DELETE: Statement = {
  name: 'delete-webhook-endpoint',
  text: `
    UPDATE webhook_endpoint
    SET deleted_at = daybook_now(), disabled_at = daybook_now(), disabled_reason = 'DELETED', next_attempt_at = NULL,
      secret = '', previous_secret = NULL, previous_secret_until = NULL
    WHERE account_id = $2 AND id = $1`,
}
