import { z } from 'zod'
import type { Statement, Tx } from '../database'
import { ConflictError, NotFoundError } from '../errors'
import { id } from '../input'
import { inBook } from '../ledger/account-book'
import { isId } from '../typed-id'
import { MailState, type Mail } from './mail.entity'
import { NO_ADDRESS, recipientOf } from './write-mails'

export const ResendMail = z.object({ id: id() })
export type ResendMail = z.infer<typeof ResendMail>

/**
 * Sends a mail anew, to the address that the account has now: one that has failed or was left out, and also one that was
 * sent, which then comes as another message. One that waits is tried at once.
 *
 * Throws NOT_FOUND; CONFLICT where what it said is no longer kept, or there is no address.
 */
export async function resendMail(tx: Tx, actor: string, accountId: string, { id }: ResendMail): Promise<void> {
  await inBook(tx, { accountId }, async (book) => {
    const [mail] = isId('mail', id) ? await tx.query<Found>(LOCK_MAIL, [id, accountId]) : []
    if (mail === undefined) throw new NotFoundError('mail', id)
    if (!mail.hasText) throw new ConflictError('What this mail said is no longer kept.', { state: mail.state })
    const recipient = await recipientOf(tx, { accountId })
    if (recipient === null) throw new ConflictError(NO_ADDRESS, { state: mail.state })
    await tx.query(SEND_ANEW, [id, recipient, accountId])
    book.record({ type: 'mail.resent', subject: id, actor, data: { state: mail.state } })
    return null
  })
}

type Found = Pick<Mail, 'state'> & { hasText: boolean }

const LOCK_MAIL: Statement = {
  name: 'lock-mail',
  text: `
    SELECT state, text_body IS NOT NULL AND html_body IS NOT NULL AS "hasText"
    FROM mail WHERE id = $1 AND account_id = $2 FOR UPDATE`,
}

// One that is under way stays so: whoever has it writes down what comes of it.
const SEND_ANEW: Statement = {
  name: 'send-mail-anew',
  text: `
    UPDATE mail SET recipient = $2, state = '${MailState.PENDING}', sent_at = NULL, trying_since = NULL, error = NULL,
      resent = resent + CASE WHEN state = 'SENT' THEN 1 ELSE 0 END,
      attempts = CASE WHEN state = 'PENDING' THEN attempts ELSE 0 END,
      next_attempt_at = daybook_now()
    WHERE account_id = $3 AND id = $1 AND NOT (state = 'PENDING' AND attempts > 0 AND error IS NULL)`,
}
