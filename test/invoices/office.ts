import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { CreateAccount, createAccount } from '../../src/accounts/create-account'
import { Account } from '../../src/accounts/account.entity'
import { openDatabase, type Database } from '../../src/database'
import { DomainError, type ErrorCode, type ErrorDetails } from '../../src/errors'
import type { AccountEvent } from '../../src/events/account-event'
import { readEvents } from '../../src/events/read-events'
import { Invoice, InvoiceLine } from '../../src/invoices/invoice.entity'
import { Payment, PaymentMethod } from '../../src/invoices/payment.entity'
import { prepareInvoice } from '../../src/invoices/prepare-invoice'
import { recordPayment, RecordPayment } from '../../src/invoices/record-payment'
import { requestInvoice, RequestInvoice } from '../../src/invoices/request-invoice'
import { parseInput } from '../../src/input'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { LedgerTransaction } from '../../src/ledger/ledger-transaction.entity'
import { setPriceAgreement, SetPriceAgreement } from '../../src/pricing/set-price-agreement'
import { createTestDatabase } from '../support/database'

export const STAFF = 'staff:test'
export const PARTNER = 'token_test'

export type Terms = Partial<Omit<z.input<typeof SetPriceAgreement>, 'accountId'>>

/** What names an invoice to the verbs. */
export type Named = Pick<Invoice, 'id' | 'accountId'>

/** A provider's office on a database of its own: what the tests of buying days do, said shortly. */
export class Office {
  private constructor(
    readonly database: Database,
    private readonly drop: () => Promise<void>,
  ) {}

  static async open(poolSize = 10): Promise<Office> {
    const database = await createTestDatabase()
    return new Office(await openDatabase(database.url, poolSize), () => database.drop())
  }

  async close(): Promise<void> {
    await this.database.close()
    await this.drop()
  }

  /** An account; with an agreement of 10.00 EUR a channel-month, opened at once, unless other terms are given. */
  async account(terms: Terms | null = {}): Promise<string> {
    const command = parseInput(CreateAccount, { name: 'Partner' })
    const { accountId } = await this.database.inTransaction((tx) => createAccount(tx, STAFF, command))
    if (terms !== null) await this.agree(accountId, terms)
    return accountId
  }

  async agree(accountId: string, terms: Terms = {}): Promise<string> {
    const input = parseInput(SetPriceAgreement, { accountId, currency: 'EUR', channelMonthAmount: 1000, ...terms })
    const { outcome } = await this.database.inTransaction((tx) => setPriceAgreement(tx, STAFF, input))
    return outcome.priceAgreementId
  }

  async request(accountId: string, input: Partial<RequestInvoice> = { channels: 1 }): Promise<Invoice> {
    const command = parseInput(RequestInvoice, input)
    const { outcome } = await this.database.inTransaction((tx) => requestInvoice(tx, PARTNER, accountId, command))
    return this.invoice(outcome.invoiceId)
  }

  async prepare({ accountId, id }: Named): Promise<Invoice> {
    await this.database.inTransaction((tx) => prepareInvoice(tx, STAFF, accountId, { invoiceId: id }))
    return this.invoice(id)
  }

  async pay({ accountId, id }: Named, amount: number, given: Partial<RecordPayment> = {}): Promise<Invoice> {
    const input = { invoiceId: id, method: PaymentMethod.BANK_TRANSFER, amount, idempotencyKey: randomUUID(), ...given }
    const command = parseInput(RecordPayment, input)
    await this.database.inTransaction((tx) => recordPayment(tx, STAFF, accountId, command))
    return this.invoice(id)
  }

  invoice(id: string): Promise<Invoice> {
    return this.database.dataSource.manager.findOneByOrFail(Invoice, { id })
  }

  lines(invoiceId: string): Promise<InvoiceLine[]> {
    return this.database.dataSource.manager.find(InvoiceLine, { where: { invoiceId }, order: { position: 'ASC' } })
  }

  payments(invoiceId: string): Promise<Payment[]> {
    return this.database.dataSource.manager.find(Payment, { where: { invoiceId }, order: { id: 'ASC' } })
  }

  purchases(accountId: string): Promise<LedgerTransaction[]> {
    return this.database.dataSource.manager.findBy(LedgerTransaction, { accountId })
  }

  async available(accountId: string): Promise<number> {
    return (await this.database.dataSource.manager.findOneByOrFail(Account, { id: accountId })).available
  }

  async setStatus(accountId: string, status: string): Promise<void> {
    await this.query('UPDATE account SET status = $2 WHERE id = $1', [accountId, status])
  }

  /** What followers of an account are told, from its first event on. */
  events(accountId: string): Promise<AccountEvent[]> {
    return readEvents(this.database.sql, accountId, 0, 500)
  }

  /** Stops the clock of this office at an instant. */
  async stopClock(at: Date): Promise<void> {
    await this.query(`
      CREATE OR REPLACE FUNCTION daybook_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
        SELECT '${at.toISOString()}'::timestamptz
      $$`)
  }

  /** The rules of the ledger that are broken. */
  async violations(): Promise<string[]> {
    return (await auditLedger(this.database, null)).violations
  }

  async query<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return this.database.dataSource.query<Row[]>(sql, values)
  }

  /** Asserts that the work is refused with this code and that no row has changed. Answers the figures. */
  async refused(code: ErrorCode, work: () => Promise<unknown>): Promise<ErrorDetails> {
    const before = await this.everyRow()
    const error: unknown = await work().then(
      () => null,
      (reason: unknown) => reason,
    )
    if (!(error instanceof DomainError)) throw new Error('it was not refused', { cause: error })
    expect(error.code).toBe(code)
    expect(await this.everyRow()).toEqual(before)
    return error.details
  }

  private async everyRow(): Promise<Record<string, string[]>> {
    const tables = await this.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
    )
    const rows: Record<string, string[]> = {}
    for (const { name } of tables) {
      const texts = await this.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t ORDER BY 1`)
      rows[name] = texts.map(({ row }) => row)
    }
    return rows
  }
}
