import { IsNull } from 'typeorm'
import type { Database, Statement } from '../database'
import type { Log } from '../log'
import { retryDelayMs } from '../mail/back-off'
import { htmlOf, subjectOf, textOf, type Letter } from '../mail/mail-letter'
import { MailRefusedError, type MailTransport } from '../mail/mail-transport'
import { Rounds } from '../rounds'
import { personWithEmail } from './known-person'
import { Invitation } from './invitation.entity'
import { makeLink } from './mailed-links'
import { invitationLetter, resetLetter } from './person-letters'
import { PersonMailPurpose, type PersonMail } from './person-mail.entity'
import { RESET_MINUTES } from './queue-person-mail'

const ROUND_MS = 1_000
const MAILS_A_ROUND = 100
/** A mail that is under way is nobody else's for so long. */
const CLAIM_MS = 300_000

type Claimed = Pick<PersonMail, 'id' | 'purpose' | 'invitationId' | 'recipient' | 'attempts' | 'expiresAt'>

/**
 * Sends the mails by which people come in: invitations, and links to set a new password. The link is made in the moment in which
 * its mail is sent and stands in that mail only, and what waits is gone once it was sent: so no table has a link, however it may
 * be read. One that is sent again after a crash has another link, and both are good.
 */
export class PersonMailer {
  private readonly rounds: Rounds

  constructor(
    private readonly database: Database,
    private readonly transport: MailTransport,
    private readonly publicUrl: () => string,
    private readonly log: Log,
  ) {
    const failure = 'invitations and links to new passwords could not be sent'
    this.rounds = new Rounds((closing) => this.round(closing), { pauseMs: ROUND_MS, failure, log })
  }

  start(): void {
    this.rounds.start()
  }

  close(): Promise<void> {
    return this.rounds.close()
  }

  async round(closing: AbortSignal): Promise<void> {
    for (let tried = 0; tried < MAILS_A_ROUND && !closing.aborted; tried++) {
      const [mail] = await this.database.sql.query<Claimed>(CLAIM, [CLAIM_MS])
      if (mail === undefined) return
      await this.attempt(mail)
    }
  }

  private async attempt(mail: Claimed): Promise<void> {
    const { sql } = this.database
    try {
      const letter = await this.letterOf(mail)
      if (letter !== null) await this.send(mail, letter)
      await sql.query(DONE, [mail.id])
    } catch (error) {
      if (!(error instanceof MailRefusedError)) throw error
      const { isPermanent, responseCode } = error
      // What the server says may name the recipient: it is not the log's business.
      this.log.warn({ mailId: mail.id, attempts: mail.attempts, responseCode, isPermanent }, 'a mail was not taken')
      if (isPermanent) await sql.query(DONE, [mail.id])
      else await sql.query(AGAIN, [mail.id, retryDelayMs(mail.attempts)])
    }
  }

  /** Null for one that is of no use any more, or to nobody. */
  private async letterOf({ purpose, invitationId, recipient, expiresAt }: Claimed): Promise<Letter | null> {
    const { sql, dataSource } = this.database
    if (purpose === PersonMailPurpose.INVITATION) {
      const open = { id: invitationId ?? '', acceptedAt: IsNull(), revokedAt: IsNull() }
      const invitation = await dataSource.manager.findOneBy(Invitation, open)
      if (invitation === null) return null
      const [row] = await sql.query<{ name: string }>(ACCOUNT_NAME, [invitation.accountId])
      const token = await makeLink(sql, { invitationId: invitation.id }, invitation.expiresAt)
      return invitationLetter(invitation, row?.name ?? 'Daybook', this.publicUrl(), token)
    }
    const person = await personWithEmail(dataSource.manager, recipient)
    if (person === null) return null
    const token = await makeLink(sql, { personId: person.id }, expiresAt)
    return resetLetter(person.name, RESET_MINUTES, this.publicUrl(), token)
  }

  private async send({ id, recipient }: Claimed, letter: Letter): Promise<void> {
    const [row] = await this.database.sql.query<{ name: string; now: Date }>(SENDER)
    const sender = { name: row?.name ?? 'Daybook', sandbox: false }
    await this.transport.send({
      id,
      recipient,
      subject: subjectOf(letter, sender),
      text: textOf(letter, sender),
      html: htmlOf(letter, sender),
      createdAt: row?.now ?? new Date(),
      resent: 0,
      attachments: [],
    })
  }
}

const CLAIM: Statement = {
  name: 'claim-person-mail',
  text: `
    WITH clock AS (SELECT daybook_now() AS now),
    late AS (DELETE FROM person_mail WHERE expires_at <= (SELECT now FROM clock))
    UPDATE person_mail SET attempts = attempts + 1,
      next_attempt_at = (SELECT now FROM clock) + $1::double precision * interval '1 millisecond'
    WHERE id = (
      SELECT id FROM person_mail
      WHERE next_attempt_at <= (SELECT now FROM clock) AND expires_at > (SELECT now FROM clock)
      ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, purpose, invitation_id AS "invitationId", recipient, attempts, expires_at AS "expiresAt"`,
}

const DONE: Statement = { name: 'person-mail-done', text: 'DELETE FROM person_mail WHERE id = $1' }

const AGAIN: Statement = {
  name: 'person-mail-again',
  text: `
    UPDATE person_mail SET next_attempt_at = daybook_now() + $2::double precision * interval '1 millisecond' WHERE id = $1`,
}

const ACCOUNT_NAME: Statement = { name: 'invited-to', text: 'SELECT name FROM account WHERE id = $1' }

const SENDER: Statement = {
  name: 'person-mail-sender',
  text: `
    SELECT coalesce((SELECT legal_name FROM provider_profile ORDER BY version DESC LIMIT 1), 'Daybook') AS name,
      daybook_now() AS now`,
}
