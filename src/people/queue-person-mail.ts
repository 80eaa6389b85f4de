import type { Sql, Statement, Tx } from '../database'
import { newId } from '../typed-id'

/** Minutes for which a link to set a new password is good. */
export const RESET_MINUTES = 60

/** Has an invitation mailed. It leaves after the commit. */
export async function queueInvitationMail(tx: Tx, invitationId: string): Promise<void> {
  await tx.query(QUEUE_INVITATION, [newId('personMail'), invitationId])
}

/**
 * Has a link to set a new password mailed to whoever has this e-mail. The same is done where nobody has: who it is, is looked at
 * when it is sent.
 */
export async function queueResetMail(sql: Sql, email: string): Promise<void> {
  await sql.query(QUEUE_RESET, [newId('personMail'), email, RESET_MINUTES])
}

const QUEUE_INVITATION: Statement = {
  name: 'queue-invitation-mail',
  text: `
    INSERT INTO person_mail (id, purpose, invitation_id, recipient, next_attempt_at, expires_at)
    SELECT $1, 'INVITATION', id, email, daybook_now(), expires_at FROM invitation WHERE id = $2`,
}

const QUEUE_RESET: Statement = {
  name: 'queue-reset-mail',
  text: `
    INSERT INTO person_mail (id, purpose, recipient, next_attempt_at, expires_at)
    SELECT $1, 'PASSWORD_RESET', $2, now, now + $3::integer * interval '1 minute'
    FROM (SELECT daybook_now() AS now) AS clock`,
}
