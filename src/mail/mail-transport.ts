import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import nodemailer from 'nodemailer'
import type { Config, SmtpConfig } from '../config'

/** To open a connection and be greeted; silence after that. */
const CONNECT_WITHIN_MS = 10_000
const ANSWER_WITHIN_MS = 30_000

export interface Attachment {
  readonly fileName: string
  readonly contentType: string
  readonly bytes: Buffer
}

export interface OutgoingMail {
  readonly id: string
  readonly recipient: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly createdAt: Date
  /** How often staff had it sent anew: each time it is another message. */
  readonly resent: number
  readonly attachments: readonly Attachment[]
}

/** What a mail server made of a mail. */
export class MailRefusedError extends Error {
  constructor(
    message: string,
    /** It said no for good, to this recipient or to this text: asking again would be of no use. */
    readonly isPermanent: boolean,
    readonly responseCode: number | null,
  ) {
    super(message)
    this.name = 'MailRefusedError'
  }
}

export interface MailTransport {
  /** Resolves when it is taken. Throws MailRefusedError. */
  send(mail: OutgoingMail): Promise<void>
  /** Resolves where mails could be sent, as far as that shows without one: greeting, encryption, password. Throws MailRefusedError. */
  verify(): Promise<void>
  close(): void
}

/** Through the mail server of the settings; without one, into `outbox` under Daybook's home. */
export function openMailTransport(config: Pick<Config, 'smtp' | 'mailFrom' | 'home'>): MailTransport {
  const { smtp, mailFrom, home } = config
  return smtp === null ? new Outbox(join(home, 'outbox'), mailFrom) : new SmtpTransport(smtp, mailFrom)
}

/** The same in every attempt, so that a mail that comes twice can be told to be one. */
export function messageIdOf({ id, resent }: Pick<OutgoingMail, 'id' | 'resent'>, from: MailFrom): string {
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  return `<${id}${resent === 0 ? '' : `.${resent}`}@${domain}>`
}

type MailFrom = Config['mailFrom']

function messageOf(mail: OutgoingMail, from: MailFrom) {
  const { recipient, subject, text, html, createdAt, attachments } = mail
  return {
    // Objects, never text that would be read as a list of addresses.
    from,
    to: { name: '', address: recipient },
    subject,
    text,
    html,
    date: createdAt,
    messageId: messageIdOf(mail, from),
    headers: { 'Auto-Submitted': 'auto-generated' },
    attachments: attachments.map(({ fileName, contentType, bytes }) => ({
      filename: fileName,
      contentType,
      content: bytes,
    })),
    // Nothing that stands in a mail makes us read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

class SmtpTransport implements MailTransport {
  private readonly transporter

  constructor(
    { host, port, implicitTls, requireTls, auth }: SmtpConfig,
    private readonly from: MailFrom,
  ) {
    this.transporter = nodemailer.createTransport({
      host,
      port,
      secure: implicitTls,
      requireTLS: requireTls && !implicitTls,
      ...(auth !== null && { auth }),
      tls: { minVersion: 'TLSv1.2' },
      connectionTimeout: CONNECT_WITHIN_MS,
      greetingTimeout: CONNECT_WITHIN_MS,
      socketTimeout: ANSWER_WITHIN_MS,
      logger: false,
    })
  }

  async send(mail: OutgoingMail): Promise<void> {
    try {
      await this.transporter.sendMail(messageOf(mail, this.from))
    } catch (error) {
      throw refusalOf(error)
    }
  }

  async verify(): Promise<void> {
    try {
      await this.transporter.verify()
    } catch (error) {
      throw refusalOf(error)
    }
  }

  close(): void {
    this.transporter.close()
  }
}

/** What a refusal of the sender or of our password says is the settings' fault, and not this mail's: it is tried again. */
function refusalOf(error: unknown): MailRefusedError {
  const { message, responseCode, command } = error as { message?: string; responseCode?: number; command?: string }
  const code = typeof responseCode === 'number' ? responseCode : null
  const isOfThisMail = command === 'RCPT TO' || command === 'DATA'
  const isPermanent = code !== null && code >= 500 && code !== 530 && isOfThisMail
  return new MailRefusedError(message ?? 'The mail server could not be reached.', isPermanent, code)
}

/** Files instead of mails, for a look at what would be sent. One that is written twice is one file. */
class Outbox implements MailTransport {
  private readonly transporter = nodemailer.createTransport({ streamTransport: true, buffer: true })

  constructor(
    private readonly folder: string,
    private readonly from: MailFrom,
  ) {}

  async send(mail: OutgoingMail): Promise<void> {
    try {
      const { message } = await this.transporter.sendMail(messageOf(mail, this.from))
      await mkdir(this.folder, { recursive: true, mode: 0o700 })
      // Also where it was there before.
      await chmod(this.folder, 0o700)
      const path = join(this.folder, `${mail.id}${mail.resent === 0 ? '' : `.${mail.resent}`}.eml`)
      const unfinished = `${path}.${process.pid}.tmp`
      await writeFile(unfinished, message as Buffer, { mode: 0o600 })
      await rename(unfinished, path)
    } catch (error) {
      throw new MailRefusedError(`The outbox could not be written: ${(error as Error).message}`, false, null)
    }
  }

  verify(): Promise<void> {
    return Promise.resolve()
  }

  close(): void {
    this.transporter.close()
  }
}
