import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { CreateAccount, createAccount } from '../../src/accounts/create-account'
import { bringUpToDate, keepUpToDate } from '../../src/billing/keep-up-to-date'
import type { SmtpConfig } from '../../src/config'
import { openDatabase, type Database, type Tx } from '../../src/database'
import { Invoice } from '../../src/invoices/invoice.entity'
import { PaymentMethod } from '../../src/invoices/payment.entity'
import { recordPayment } from '../../src/invoices/record-payment'
import { requestInvoice } from '../../src/invoices/request-invoice'
import { parseInput } from '../../src/input'
import { createLog } from '../../src/log'
import { openMailTransport } from '../../src/mail/mail-transport'
import { Mail } from '../../src/mail/mail.entity'
import { Mailer, type MailOptions } from '../../src/mail/send-mails'
import { SetPriceAgreement, setPriceAgreement } from '../../src/pricing/set-price-agreement'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { TestClock } from '../support/desk'
import { MailServer } from '../support/mail-server'

export const STAFF = 'staff:test'
export const PARTNER = 'token_test'
export const FROM = { name: 'Daybook Billing', address: 'billing@daybook.test' }
export const PAY_AT = 'https://pay.daybook.test'

const HOUR_MS = 3_600_000
const log = createLog({ logLevel: 'silent' })

/** Accounts with invoices on a database whose clock stands still, a mail server, and gateways' worth of mailers. */
export class PostOffice {
  private readonly mailers: Mailer[] = []

  private constructor(
    readonly database: Database,
    readonly clock: TestClock,
    readonly server: MailServer,
    private readonly from: TestDatabase,
    private now: Date,
  ) {}

  static async open(start = new Date('2027-03-01T09:00:00.000Z')): Promise<PostOffice> {
    const database = await createTestDatabase()
    const clock = await TestClock.install(database.url)
    await clock.set(start)
    const doors = keepUpToDate(await openDatabase(database.url, 10), () => undefined)
    return new PostOffice(doors, clock, await MailServer.start(), database, start)
  }

  async close(): Promise<void> {
    for (const mailer of this.mailers) await mailer.close()
    await this.server.stop()
    await this.clock.close()
    await this.database.close()
    await this.from.drop()
  }

  get url(): string {
    return this.from.url
  }

  get smtp(): SmtpConfig {
    return { host: '127.0.0.1', port: this.server.port, implicitTls: false, requireTls: false, auth: null }
  }

  /** Another gateway's mailer; failures are retried at once unless it says otherwise. */
  mailer(
    options: MailOptions = { retryDelayMs: () => 0 },
    home = '/nowhere',
    smtp: SmtpConfig | null = this.smtp,
  ): Mailer {
    const transport = openMailTransport({ smtp, mailFrom: FROM, home })
    const mailer = new Mailer(this.database, transport, { of: () => Promise.resolve(null) }, () => PAY_AT, log, options)
    this.mailers.push(mailer)
    return mailer
  }

  async account(input: Partial<z.input<typeof CreateAccount>> = {}, terms: object = {}): Promise<string> {
    const command = parseInput(CreateAccount, { name: 'Partner', email: 'owner@partner.example', ...input })
    const { accountId } = await this.inTransaction((tx) => createAccount(tx, STAFF, command))
    const agreement = { accountId, currency: 'EUR', channelMonthAmount: 1000, paymentTermDays: 14, ...terms }
    await this.inTransaction((tx) => setPriceAgreement(tx, STAFF, parseInput(SetPriceAgreement, agreement)))
    return accountId
  }

  async request(accountId: string, channels = 1): Promise<Invoice> {
    const { outcome } = await this.inTransaction((tx) => requestInvoice(tx, PARTNER, accountId, { channels }))
    return this.invoice(outcome.invoiceId)
  }

  async pay({ id: invoiceId, accountId }: Pick<Invoice, 'id' | 'accountId'>, amount: number): Promise<void> {
    const payment = { invoiceId, method: PaymentMethod.BANK_TRANSFER, amount, idempotencyKey: randomUUID() }
    await this.inTransaction((tx) => recordPayment(tx, STAFF, accountId, payment))
  }

  invoice(id: string): Promise<Invoice> {
    return this.database.dataSource.manager.findOneByOrFail(Invoice, { id })
  }

  mails(accountId: string): Promise<Mail[]> {
    return this.database.dataSource.manager.find(Mail, { where: { accountId }, order: { sequence: 'ASC' } })
  }

  /** What was sent, and what became of it: the template and the state. */
  async told(accountId: string): Promise<string[]> {
    return (await this.mails(accountId)).map(({ template, state }) => `${template} ${state}`)
  }

  async events(accountId: string, prefix: string): Promise<string[]> {
    const rows = await this.query<{ type: string; at: Date }>(
      'SELECT type, occurred_at AS at FROM event WHERE account_id = $1 AND type LIKE $2 ORDER BY sequence',
      [accountId, `${prefix}%`],
    )
    return rows.map(({ type, at }) => `${at.toISOString()} ${type}`)
  }

  /** Moves the clock on, and does what falls due on the way as the sweep does. */
  async advance(hours: number, accountId?: string): Promise<void> {
    this.now = new Date(this.now.getTime() + hours * HOUR_MS)
    await this.clock.set(this.now)
    if (accountId !== undefined) await bringUpToDate(this.database, accountId)
  }

  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.inTransaction(work)
  }

  query<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    return this.database.dataSource.query<Row[]>(text, values)
  }
}
