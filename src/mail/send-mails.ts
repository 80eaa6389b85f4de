import { setTimeout as delay } from 'node:timers/promises'
import type { Database, Statement } from '../database'
import type { DocumentDrawer } from '../documents/draw-documents'
import type { Log } from '../log'
import { Rounds } from '../rounds'
import { GIVE_UP_AFTER_MS, retryDelayMs } from './back-off'
import { attachmentsOf } from './mail-attachments'
import { DUNNING_TEMPLATES } from './mail-templates'
import { MailRefusedError, type MailTransport } from './mail-transport'
import type { Mail } from './mail.entity'
import { writeMails } from './write-mails'

/** Between two looks for what has happened and for mails that are due. */
const ROUND_MS = 1_000
/** Mails that a gateway sends at once, and at the most in one round. */
const SENT_AT_ONCE = 4
const MAILS_A_ROUND = 200
/** A mail that is under way is nobody else's for so long: longer than any attempt takes. */
const CLAIM_MS = 300_000
/** The longest that one attempt takes. */
const ATTEMPT_MS = 120_000
/** Time that mails under way have when the gateway stops. */
const DRAIN_MS = 2_000
/** Characters of an error that are kept. */
const KEPT_ERROR = 500

export interface MailOptions {
  /** How long after a mail's n-th failure it is tried again; tests have their own. */
  retryDelayMs?: (failures: number) => number
}

type Claimed = Pick<
  Mail,
  'id' | 'accountId' | 'template' | 'subjectId' | 'recipient' | 'subject' | 'textBody' | 'htmlBody' | 'createdAt'
> &
  Pick<Mail, 'attempts' | 'resent'> & { isUnwanted: boolean; isSuperseded: boolean }

/**
 * Makes mails of what happens, and sends them. Any number of gateways do: who claims a mail has it for a while. It is
 * written down as sent after the mail server has taken it, and never before; so none is left out, and after a crash between
 * the two the one in hand comes again, under the same Message-ID.
 */
export class Mailer {
  private readonly rounds: Rounds

  constructor(
    private readonly database: Database,
    private readonly transport: MailTransport,
    private readonly documents: Pick<DocumentDrawer, 'of'>,
    private readonly publicUrl: () => string,
    private readonly log: Log,
    private readonly options: MailOptions = {},
  ) {
    const failure = 'mails could not be written or sent'
    this.rounds = new Rounds((closing) => this.round(closing), { pauseMs: ROUND_MS, failure, log })
  }

  start(): void {
    this.rounds.start()
  }

  /** What is under way then is left: it is sent again, under the same Message-ID. */
  async close(): Promise<void> {
    await this.rounds.close()
    this.transport.close()
  }

  /** One round: what has happened becomes mails, and those that are due are sent. Answers how many were tried. */
  async round(closing: AbortSignal = new AbortController().signal): Promise<number> {
    await writeMails(this.database, this.publicUrl(), this.log, closing)
    let tried = 0
    const lane = async () => {
      while (tried < MAILS_A_ROUND && !closing.aborted) {
        const [mail] = await this.database.sql.query<Claimed>(CLAIM, [CLAIM_MS, DUNNING_TEMPLATES])
        if (mail === undefined) return
        tried += 1
        await this.attempt(mail, closing)
      }
    }
    await Promise.all(Array.from({ length: SENT_AT_ONCE }, lane))
    return tried
  }

  private async attempt(mail: Claimed, closing: AbortSignal): Promise<void> {
    const { sql } = this.database
    if (mail.isUnwanted || mail.isSuperseded) {
      await sql.query(SKIP, [mail.id, mail.isUnwanted ? NOT_OPEN : SUPERSEDED, mail.accountId])
      return
    }
    const ended = new AbortController()
    try {
      const outcome = await Promise.race([this.send(mail), patience(closing, ended.signal)])
      if (outcome === 'LEFT') return
      await sql.query(SENT, [mail.id, mail.attempts, mail.accountId])
    } catch (error) {
      if (!(error instanceof MailRefusedError)) throw error
      await this.fail(mail, error)
    } finally {
      ended.abort()
    }
  }

  private async send(mail: Claimed): Promise<'SENT'> {
    const { id, recipient, subject, textBody, htmlBody, createdAt, resent } = mail
    if (recipient === null || textBody === null || htmlBody === null) {
      throw new MailRefusedError('Its address or its text is gone.', true, null)
    }
    const attachments = await attachmentsOf(this.documents, mail)
    const content = { text: textBody, html: htmlBody, attachments }
    await this.transport.send({ id, recipient, subject, createdAt, resent, ...content })
    return 'SENT'
  }

  private async fail({ accountId, id, attempts }: Claimed, error: MailRefusedError): Promise<void> {
    const { isPermanent, responseCode } = error
    const delayMs = (this.options.retryDelayMs ?? retryDelayMs)(attempts)
    // What the server says may name the recipient: it is kept with the mail, and out of the log.
    const said = error.message
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim()
      .toWellFormed()
      .slice(0, KEPT_ERROR)
    const [failed] = await this.database.sql.query<{ state: string }>(FAIL, [
      id,
      attempts,
      accountId,
      said,
      delayMs,
      isPermanent,
      GIVE_UP_AFTER_MS,
    ])
    if (failed === undefined) return
    this.log.warn({ mailId: id, attempts, responseCode, state: failed.state }, 'a mail was not taken')
  }
}

/** Resolves a while after the gateway has begun to stop; throws where an attempt takes too long. */
async function patience(closing: AbortSignal, ended: AbortSignal): Promise<'LEFT'> {
  const stopped = new Promise<void>((resolve) => {
    if (closing.aborted) resolve()
    closing.addEventListener('abort', () => resolve(), { once: true, signal: ended })
  }).then(() => delay(DRAIN_MS, undefined, { signal: ended }))
  const late = delay(ATTEMPT_MS, undefined, { signal: ended }).then(() => {
    throw new MailRefusedError('The mail server has not answered in time.', false, null)
  })
  try {
    await Promise.race([stopped, late])
  } catch (error) {
    if (!ended.aborted) throw error
  }
  return 'LEFT'
}

const NOT_OPEN = 'The invoice was paid, taken back, or is not reminded of any longer.'
const SUPERSEDED = 'A later mail about the same was sent instead.'

// The clock is asked once. Mails of an account leave in the order of its log; one that has failed lets the others by.
// Reminders are held against how the invoice stands now; of an account of which something is due that is not known yet.
const CLAIM: Statement = {
  name: 'claim-mail',
  text: `
    UPDATE mail SET attempts = attempts + 1, error = NULL, trying_since = coalesce(trying_since, daybook_now()),
      next_attempt_at = daybook_now() + $1::double precision * interval '1 millisecond'
    WHERE (account_id, id) = (
      SELECT m.account_id, m.id FROM (SELECT daybook_now() AS now) AS clock
      JOIN mail m ON m.state = 'PENDING' AND m.next_attempt_at <= clock.now
      JOIN account a ON a.id = m.account_id
      WHERE NOT (
          m.template = ANY ($2) AND NOT a.sandbox AND coalesce(a.due_at <= daybook_account_now(a.clock, a.changed_at), false)
        )
        AND NOT EXISTS (
          SELECT FROM mail b
          WHERE b.account_id = m.account_id AND b.state = 'PENDING' AND b.sequence < m.sequence AND b.error IS NULL
        )
      ORDER BY m.next_attempt_at, m.sequence LIMIT 1 FOR UPDATE OF m SKIP LOCKED
    )
    RETURNING id, account_id AS "accountId", template, subject_id AS "subjectId", recipient, subject,
      text_body AS "textBody", html_body AS "htmlBody", created_at AS "createdAt", attempts, resent,
      template = ANY ($2) AND NOT EXISTS (
        SELECT FROM invoice i LEFT JOIN invoice_dunning d ON d.account_id = i.account_id AND d.invoice_id = i.id
        WHERE i.account_id = mail.account_id AND i.id = mail.subject_id AND i.status = 'OPEN' AND d.stopped_at IS NULL
      ) AS "isUnwanted",
      template = ANY ($2) AND EXISTS (
        SELECT FROM mail b
        WHERE b.account_id = mail.account_id AND b.subject_id = mail.subject_id AND b.template = ANY ($2)
          AND b.sequence > mail.sequence AND b.state <> 'SKIPPED'
      ) AS "isSuperseded"`,
}

const ATTEMPTED = `account_id = $3 AND id = $1 AND state = 'PENDING' AND attempts = $2`

const SENT: Statement = {
  name: 'mail-sent',
  text: `
    UPDATE mail SET state = 'SENT', sent_at = daybook_now(), next_attempt_at = NULL, trying_since = NULL, error = NULL
    WHERE ${ATTEMPTED}`,
}

const SKIP: Statement = {
  name: 'skip-mail',
  text: `
    UPDATE mail SET state = 'SKIPPED', error = $2, next_attempt_at = NULL, trying_since = NULL
    WHERE account_id = $3 AND id = $1 AND state = 'PENDING'`,
}

const FAIL: Statement = {
  name: 'fail-mail',
  text: `
    WITH judged AS (
      SELECT account_id, id,
        $6::boolean OR trying_since <= daybook_now() - $7::double precision * interval '1 millisecond' AS is_over
      FROM mail WHERE ${ATTEMPTED}
    )
    UPDATE mail m SET error = $4, state = CASE WHEN is_over THEN 'FAILED' ELSE 'PENDING' END,
      next_attempt_at =
        CASE WHEN NOT is_over THEN daybook_now() + $5::double precision * interval '1 millisecond' END
    FROM judged j WHERE m.account_id = j.account_id AND m.id = j.id RETURNING m.state`,
}
