import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm'
import { Account } from '../accounts/account.entity'
import { safeIntegerColumn } from '../database-columns'

export enum MailState {
  /** Waits for its next attempt, or is under way. */
  PENDING = 'PENDING',
  /** The mail server has taken it. */
  SENT = 'SENT',
  /** The mail server refused it for good, or did not take it for three days. */
  FAILED = 'FAILED',
  /** There is no address, or nobody wants it any longer. `error` says why. */
  SKIPPED = 'SKIPPED',
}

/** What a mail is about, as far as an account can choose. */
export enum MailKind {
  RECEIPT = 'RECEIPT',
  INVOICE = 'INVOICE',
  DUE_SOON = 'DUE_SOON',
  OVERDUE = 'OVERDUE',
  CREDIT_NOTE = 'CREDIT_NOTE',
  LOW_BALANCE = 'LOW_BALANCE',
  RENEWAL = 'RENEWAL',
  TOP_UP = 'TOP_UP',
  WEBHOOK = 'WEBHOOK',
}

/** A mail to an account, made once for each cause. Its Message-ID is made of its id, and so is the same in every attempt. */
@Entity('mail')
@Unique('mail_cause_once', ['accountId', 'cause'])
@Check('mail_state_known', `state IN ('PENDING', 'SENT', 'FAILED', 'SKIPPED')`)
@Check('mail_pending_is_due', `(state = 'PENDING') = (next_attempt_at IS NOT NULL)`)
@Check('mail_sent_whole', `(state = 'SENT') = (sent_at IS NOT NULL)`)
@Check(
  'mail_bodies_bounded',
  `octet_length(text_body) <= 65536 AND octet_length(html_body) <= 262144 AND octet_length(error) <= 2048`,
)
@Index('mail_due', ['nextAttemptAt'], { where: `state = 'PENDING'` })
@Index('mail_pending_of_account', ['accountId', 'sequence'], { where: `state = 'PENDING'` })
@Index('mail_by_id', ['id'])
@Index('mail_by_state', ['state', 'id'])
@Index('mail_with_body', ['createdAt'], { where: 'text_body IS NOT NULL' })
export class Mail {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'mail_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'mail_account' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'mail_pkey', collation: 'C' })
  id: string

  /** What it tells of, such as `invoice.opened:invoice_…`: no two mails of an account have one. */
  @Column({ type: 'text', collation: 'C' })
  cause: string

  /** The number of the event that caused it: mails of an account leave in this order. */
  @Column('bigint', { transformer: safeIntegerColumn })
  sequence: number

  /** The type of that event. */
  @Column('text')
  template: string

  @Column('text')
  kind: MailKind

  /** The id of what it is about: of an invoice, a credit note, an endpoint. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  subjectId: string | null

  @Column('text', { nullable: true })
  recipient: string | null

  @Column('text')
  subject: string

  /** Null after 90 days. */
  @Column('text', { nullable: true })
  textBody: string | null

  @Column('text', { nullable: true })
  htmlBody: string | null

  @Column('text')
  state: MailState

  @Column('integer', { default: 0 })
  attempts: number

  /** How often staff had it sent anew after it was sent. */
  @Column('integer', { default: 0 })
  resent: number

  /** Since the first of the attempts in a row: three days later it has failed. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  tryingSince: Date | null

  /** Of one under way: until then it is nobody else's. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  nextAttemptAt: Date | null

  /** What the last attempt came to, or why there is none. */
  @Column('text', { nullable: true })
  error: string | null

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  sentAt: Date | null
}

/** How far an account's log has been read for what is mailed, and up to where there is something. A trigger keeps the latter. */
@Entity('mail_cursor')
@Check('mail_cursor_not_beyond', 'read_until <= wanted_until')
@Index('mail_cursor_behind', ['accountId'], { where: 'read_until < wanted_until' })
export class MailCursor {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'mail_cursor_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'mail_cursor_account' })
  accountId: string

  @Column('bigint', { transformer: safeIntegerColumn })
  readUntil: number

  @Column('bigint', { transformer: safeIntegerColumn })
  wantedUntil: number
}

/** What an account wants no mail about. */
@Entity('mail_preference')
@Check(
  'mail_preference_unwanted_known',
  `unwanted <@ ARRAY['RECEIPT', 'DUE_SOON', 'LOW_BALANCE', 'RENEWAL', 'TOP_UP', 'WEBHOOK']`,
)
export class MailPreference {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'mail_preference_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'mail_preference_account' })
  accountId: string

  @Column('text', { array: true })
  unwanted: MailKind[]
}
