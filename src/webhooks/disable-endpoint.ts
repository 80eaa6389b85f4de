import type { Statement, Tx } from '../database'
import { inBook } from '../ledger/account-book'
import type { WebhookDisabledReason } from './webhook-endpoint.entity'

/** Who gives an endpoint up. */
export const WEBHOOK_ACTOR = 'job:webhooks'

/**
 * Sends nothing more to an endpoint, and tells the account. The event that it did not take stays after its cursor. One that
 * has gone on meanwhile, or is disabled already, stays as it is. Answers whether it was disabled.
 */
export async function disableEndpoint(
  tx: Tx,
  { id, accountId, cursor, reason }: { id: string; accountId: string; cursor: number; reason: WebhookDisabledReason },
): Promise<boolean> {
  const { outcome } = await inBook(tx, { accountId }, async (book) => {
    const [disabled] = await tx.query<{ failures: number; failingSince: Date | null }>(DISABLE, [
      id,
      cursor,
      reason,
      accountId,
    ])
    if (disabled === undefined) return false
    const data = { reason, lastDelivered: cursor, undelivered: cursor + 1, ...disabled }
    book.record({ type: 'webhook_endpoint.disabled', subject: id, actor: WEBHOOK_ACTOR, data })
    return true
  })
  return outcome
}

const DISABLE: Statement = {
  name: 'disable-webhook-endpoint',
  text: `
    UPDATE webhook_endpoint SET disabled_at = daybook_now(), disabled_reason = $3, next_attempt_at = NULL
    WHERE account_id = $4 AND id = $1 AND cursor = $2 AND disabled_at IS NULL
    RETURNING failures, failing_since AS "failingSince"`,
}
