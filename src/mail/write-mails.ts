import type { Database, Statement, Tx } from '../database'
import { outstandingMinor } from '../invoices/invoice-state'
import { invoicePagePath } from '../invoices/read-invoice-page'
import type { Invoice } from '../invoices/invoice.entity'
import type { Log } from '../log'
import { isId, newId } from '../typed-id'
import { htmlOf, subjectOf, textOf } from './mail-letter'
import { ALWAYS_WANTED, MAIL_TEMPLATES, type MailedEvent, type MailedInvoice } from './mail-templates'
import { Mail, MailState, type MailKind } from './mail.entity'

/** Events of one account that are read in one transaction. */
const EVENTS_A_READ = 200

export const NO_ADDRESS = 'The account has no e-mail address.'
export const NOT_WANTED = 'The account wants no mails of this kind.'

/**
 * Makes mails of what has happened to accounts, each account in a transaction of its own, until none is behind. How far an
 * account's log was read is written with the mails that were made of it: so each event is looked at once, however many
 * gateways do this.
 *
 * An account of which something is due waits until that is done: of reminders that were missed, all are there by then, and
 * the newest alone is sent.
 */
export async function writeMails(
  database: Database,
  publicUrl: string,
  log: Pick<Log, 'error'>,
  closing?: AbortSignal,
): Promise<void> {
  const passedOver: string[] = []
  while (closing?.aborted !== true) {
    const at: { accountId?: string } = {}
    try {
      if (!(await database.inTransaction((tx) => writeForOne(tx, publicUrl, passedOver, at)))) return
    } catch (error) {
      // One account whose mail can't be written must not keep the others from theirs.
      if (at.accountId === undefined) throw error
      passedOver.push(at.accountId)
      log.error({ err: error, accountId: at.accountId }, 'mails of an account could not be written')
    }
  }
}

async function writeForOne(
  tx: Tx,
  publicUrl: string,
  passedOver: readonly string[],
  at: { accountId?: string },
): Promise<boolean> {
  const [behind] = await tx.query<Behind>(TAKE_BEHIND, [passedOver])
  if (behind === undefined) return false
  const { accountId, readUntil, wantedUntil } = behind
  at.accountId = accountId
  const types = Object.keys(MAIL_TEMPLATES)
  const events = await tx.query<MailedEvent>(EVENTS, [accountId, readUntil, wantedUntil, types, EVENTS_A_READ])
  for (const event of events) await writeMail(tx, behind, event, publicUrl)
  const until = events.length === EVENTS_A_READ ? events.at(-1)?.sequence : wantedUntil
  await tx.query(READ_UNTIL, [accountId, until])
  return true
}

async function writeMail(tx: Tx, account: Behind, event: MailedEvent, publicUrl: string): Promise<void> {
  const template = MAIL_TEMPLATES[event.type]
  const cause = template?.cause(event) ?? null
  if (template === undefined || cause === null) return
  const { accountId, accountName, email, unwanted, sandbox } = account
  const invoice = await invoiceNamed(tx, accountId, event.subject)
  const isPaidHere = invoice !== null && outstandingMinor(invoice) > 0
  const paymentUrl = isPaidHere ? `${publicUrl}${invoicePagePath(invoice)}` : null
  const letter = template.write({
    event,
    accountName,
    subjectName: await nameOf(tx, account, event),
    invoice,
    paymentUrl,
  })
  const sender = { name: account.providerName, sandbox }
  const isWanted = ALWAYS_WANTED.includes(template.kind) || !unwanted.includes(template.kind)
  const reason = !isWanted ? NOT_WANTED : email === null ? NO_ADDRESS : null
  await tx.query(ADD_MAIL, [
    newId('mail'),
    accountId,
    cause,
    event.sequence,
    event.type,
    template.kind,
    event.subject,
    email,
    subjectOf(letter, sender),
    textOf(letter, sender),
    htmlOf(letter, sender),
    reason === null ? MailState.PENDING : MailState.SKIPPED,
    reason,
  ])
}

async function invoiceNamed(
  tx: Tx,
  accountId: string,
  id: string | null,
): Promise<(MailedInvoice & Pick<Invoice, 'paymentToken'>) | null> {
  if (id === null || !isId('invoice', id)) return null
  const [invoice] = await tx.query<MailedInvoice & Pick<Invoice, 'paymentToken'>>(MAILED_INVOICE, [accountId, id])
  return invoice ?? null
}

/** Of an endpoint its host alone: an address may hold a secret. */
async function nameOf(tx: Tx, { accountId }: Behind, { subject }: MailedEvent): Promise<string> {
  if (subject === null) return ''
  const [row] = await tx.query<{ name: string }>(SUBJECT_NAME, [accountId, subject])
  return row?.name ?? subject
}

/** To whom an account's mail goes now: the billing details' address, else the account's. */
export async function recipientOf(tx: Tx, { accountId }: Pick<Mail, 'accountId'>): Promise<string | null> {
  const [row] = await tx.query<{ email: string | null }>(RECIPIENT, [accountId])
  return row?.email ?? null
}

interface Behind {
  accountId: string
  readUntil: number
  wantedUntil: number
  accountName: string
  sandbox: boolean
  email: string | null
  unwanted: MailKind[]
  providerName: string
}

// A sandbox has done all that its clock brought before that was committed, and what else is due of it waits for its next verb.
// The row of the cursor is what is locked: another gateway passes it over, and who records an event waits for a moment.
const TAKE_BEHIND: Statement = {
  name: 'take-mail-cursor',
  text: `
    SELECT c.account_id AS "accountId", c.read_until AS "readUntil", c.wanted_until AS "wantedUntil",
      a.name AS "accountName", a.sandbox, coalesce(b.email, a.email) AS email, coalesce(p.unwanted, '{}') AS unwanted,
      coalesce((SELECT legal_name FROM provider_profile ORDER BY version DESC LIMIT 1), 'Daybook') AS "providerName"
    FROM mail_cursor c
    JOIN account a ON a.id = c.account_id
    LEFT JOIN billing_details b ON b.account_id = a.id
    LEFT JOIN mail_preference p ON p.account_id = a.id
    WHERE c.read_until < c.wanted_until AND c.account_id <> ALL ($1)
      AND (a.sandbox OR a.due_at IS NULL OR a.due_at > daybook_account_now(a.clock, a.changed_at))
    LIMIT 1 FOR UPDATE OF c SKIP LOCKED`,
}

const EVENTS: Statement = {
  name: 'events-to-be-mailed',
  text: `
    SELECT sequence, type, subject, data, occurred_at AS "occurredAt" FROM event
    WHERE account_id = $1 AND sequence > $2 AND sequence <= $3 AND type = ANY ($4)
    ORDER BY sequence LIMIT $5`,
}

const READ_UNTIL: Statement = {
  name: 'mail-read-until',
  text: 'UPDATE mail_cursor SET read_until = $2 WHERE account_id = $1',
}

const MAILED_INVOICE: Statement = {
  name: 'mailed-invoice',
  text: `
    SELECT id, number, status, currency, total_minor AS "totalMinor", paid_minor AS "paidMinor", days, due_at AS "dueAt",
      postponed_until AS "postponedUntil", period_start AS "periodStart", payment_token AS "paymentToken"
    FROM invoice WHERE account_id = $1 AND id = $2`,
}

const SUBJECT_NAME: Statement = {
  name: 'mail-subject-name',
  text: `
    SELECT name FROM channel WHERE account_id = $1 AND id = $2
    UNION ALL
    SELECT substring(url FROM '^https?://[^/?#]+') FROM webhook_endpoint WHERE account_id = $1 AND id = $2`,
}

const ADD_MAIL: Statement = {
  name: 'add-mail',
  text: `
    INSERT INTO mail (
      id, account_id, cause, sequence, template, kind, subject_id, recipient, subject, text_body, html_body, state, error,
      next_attempt_at, created_at
    )
    VALUES (
      $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text, $13,
      CASE WHEN $12::text = 'PENDING' THEN daybook_now() END, daybook_now()
    )
    ON CONFLICT (account_id, cause) DO NOTHING`,
}

const RECIPIENT: Statement = {
  name: 'mail-recipient',
  text: `
    SELECT coalesce(b.email, a.email) AS email
    FROM account a LEFT JOIN billing_details b ON b.account_id = a.id WHERE a.id = $1`,
}
