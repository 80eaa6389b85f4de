import type { z } from 'zod'
import { CreateAccount, createAccount } from '../../src/accounts/create-account'
import { SetAlerts, setAlerts } from '../../src/accounts/set-alerts'
import { keepUpToDate } from '../../src/billing/keep-up-to-date'
import { AllocateDays, allocateDays } from '../../src/channels/allocate-days'
import { CreateChannel, createChannel } from '../../src/channels/create-channel'
import { DAY_MS } from '../../src/clock'
import { openDatabase, type Database } from '../../src/database'
import type { AccountEvent, DayExpiryChange } from '../../src/events/account-event'
import { readEvents } from '../../src/events/read-events'
import { advanceClock } from '../../src/expiry/advance-clock'
import { SetAutoRenew, setAutoRenew } from '../../src/channels/set-auto-renew'
import { LowBalanceMeasure } from '../../src/events/record-event'
import { lookAtRunway } from '../../src/forecast/look-at-runway'
import { parseInput } from '../../src/input'
import { adjustBalance } from '../../src/ledger/adjust-balance'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { LedgerTransactionKind } from '../../src/ledger/ledger-transaction.entity'
import { setPriceAgreement, SetPriceAgreement } from '../../src/pricing/set-price-agreement'
import { requestInvoice } from '../../src/invoices/request-invoice'
import { openBook, saveBooks, type AccountBook } from '../../src/ledger/account-book'
import { readBalancesNow, type BalanceNow } from '../../src/ledger/read-balance'
import { createTestDatabase } from '../support/database'

export const STAFF = 'staff:test'
export const PARTNER = 'token_test'

type Beginning = [database: Database, accountId: string, start: Date, drop: () => Promise<void>]

/** A sandbox account on a database of its own whose clock the test moves, told in days since it was opened. */
export class Sandbox {
  private grants = 0

  protected constructor(
    readonly database: Database,
    readonly accountId: string,
    /** The instant of its opening: a midnight, so that days of the story are days of the calendar too. */
    readonly start: Date,
    private readonly drop: () => Promise<void>,
  ) {}

  static async open(given: Partial<z.input<typeof CreateAccount>> = {}): Promise<Sandbox> {
    return new Sandbox(...(await Sandbox.begin(given)))
  }

  protected static async begin(given: Partial<z.input<typeof CreateAccount>>): Promise<Beginning> {
    const test = await createTestDatabase()
    const database = keepUpToDate(await openDatabase(test.url, 6), () => undefined)
    const start = new Date('2027-01-01T00:00:00Z')
    const command = parseInput(CreateAccount, { name: 'Sandbox', sandbox: true, ...given })
    const { accountId } = await database.inTransaction((tx) => createAccount(tx, STAFF, command))
    await database.inTransaction((tx) => advanceClock(tx, STAFF, { accountId, to: start }))
    const drop = async () => {
      await database.close()
      await test.drop()
    }
    return [database, accountId, start, drop]
  }

  async close(): Promise<void> {
    await this.drop()
  }

  /** The instant of a day of the story, or of a date of the calendar. */
  day(day: number | string): Date {
    if (typeof day === 'string') return new Date(`${day}${day.includes('T') ? '' : 'T00:00'}Z`)
    return new Date(this.start.getTime() + day * DAY_MS)
  }

  /** An account beside the sandbox that lives by the live clock. */
  async liveAccount(): Promise<string> {
    const command = parseInput(CreateAccount, { name: 'Live' })
    return (await this.database.inTransaction((tx) => createAccount(tx, STAFF, command))).accountId
  }

  async advanceTo(day: number | string, accountId = this.accountId): Promise<void> {
    await this.advanceToInstant(this.day(day), accountId)
  }

  async advanceToInstant(to: Date, accountId = this.accountId): Promise<void> {
    await this.database.inTransaction((tx) => advanceClock(tx, STAFF, { accountId, to }))
  }

  async grant(days: number): Promise<void> {
    const { accountId } = this
    this.grants += 1
    const command = { accountId, days, comment: 'for the story', idempotencyKey: `grant ${this.grants}` }
    await this.database.inTransaction((tx) => adjustBalance(tx, STAFF, command))
  }

  async channel(given: Partial<z.input<typeof CreateChannel>> = {}): Promise<string> {
    const command = parseInput(CreateChannel, { name: 'Channel', ...given })
    const { outcome } = await this.database.inTransaction((tx) => createChannel(tx, PARTNER, this.accountId, command))
    return outcome.channelId
  }

  async allocate(channelId: string, days: number): Promise<void> {
    const command = parseInput(AllocateDays, { channelId, days })
    await this.decide(channelId, (book) => allocateDays(book, PARTNER, command))
  }

  async renew(channelId: string, days: number | null, leadHours = 24): Promise<void> {
    const command = parseInput(SetAutoRenew, { channelId, days, leadHours })
    await this.decide(channelId, (book) => setAutoRenew(book, PARTNER, command))
  }

  async alerts(given: Omit<z.input<typeof SetAlerts>, 'accountId'>): Promise<void> {
    const command = parseInput(SetAlerts, { accountId: this.accountId, ...given })
    await this.database.inTransaction(async (tx) => {
      await setAlerts(tx, PARTNER, command)
      await lookAtRunway(tx, this.accountId)
    })
  }

  /** What the watcher does a second after a change. */
  async look(): Promise<void> {
    await this.database.inTransaction((tx) => lookAtRunway(tx, this.accountId))
  }

  async agree(given: Partial<z.input<typeof SetPriceAgreement>> = {}): Promise<void> {
    const terms = { accountId: this.accountId, currency: 'EUR', channelMonthAmount: 1000, ...given }
    const command = parseInput(SetPriceAgreement, terms)
    await this.database.inTransaction((tx) => setPriceAgreement(tx, STAFF, command))
  }

  async request(channels: number): Promise<string> {
    const { outcome } = await this.database.inTransaction((tx) =>
      requestInvoice(tx, PARTNER, this.accountId, { channels }),
    )
    return outcome.invoiceId
  }

  /** The other events of a kind: the minute of the story. */
  async minutesOf(prefix: string): Promise<string[]> {
    return (await this.events())
      .filter(({ type }) => type.startsWith(prefix))
      .map(({ type, occurredAt }) => `${(occurredAt.getTime() - this.start.getTime()) / 60_000} ${type}`)
  }

  /** Thresholds that were crossed, and what was available then. */
  async lowBalances(): Promise<string[]> {
    return (await this.events()).flatMap((event) =>
      event.kind === 'LowBalance' && event.measure === LowBalanceMeasure.DAYS
        ? [`${event.threshold}: ${event.available}`]
        : [],
    )
  }

  /** Thresholds of runway that were crossed: the day of the story, what was available, and the day when it runs out. */
  async lowRunways(): Promise<string[]> {
    return (await this.events()).flatMap((event) =>
      event.kind === 'LowBalance' && event.measure === LowBalanceMeasure.RUNWAY_DAYS && event.runsOutAt !== null
        ? [
            `${this.dayOf(event.occurredAt)} ${event.threshold}: ${event.available} until ${this.dayOf(event.runsOutAt)}`,
          ]
        : [],
    )
  }

  async balance(): Promise<BalanceNow> {
    const [balance] = await readBalancesNow(this.database.sql, [this.accountId])
    if (balance === undefined) throw new Error('no balance')
    return balance
  }

  async events(): Promise<AccountEvent[]> {
    const events: AccountEvent[] = []
    for (;;) {
      const page = await readEvents(this.database.sql, this.accountId, events.length, 500)
      if (page.length === 0) return events
      events.push(...page)
    }
  }

  /** What was told of the ends of channels: the reason, and the day of the story. */
  async ends(): Promise<string[]> {
    const told = (await this.events()).filter((event): event is DayExpiryChange => event.kind === 'DayExpiryChange')
    return told.map(({ reason, occurredAt }) => `${this.dayOf(occurredAt)} ${reason}`)
  }

  /** The burns: the day of the story, and the days posted. */
  async burns(): Promise<string[]> {
    return (await this.events()).flatMap((event) =>
      event.kind === 'BalanceChange' && event.transaction.kind === LedgerTransactionKind.BURN
        ? [`${this.dayOf(event.occurredAt)} ${event.transaction.days}`]
        : [],
    )
  }

  async violations(): Promise<string[]> {
    return (await auditLedger(this.database, null)).violations
  }

  private dayOf(at: Date): number {
    return Number(((at.getTime() - this.start.getTime()) / DAY_MS).toFixed(4))
  }

  protected async decide(channelId: string, verb: (book: AccountBook) => unknown): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const book = await openBook(tx, { accountId: this.accountId, channelIds: [channelId] })
      verb(book)
      await saveBooks(tx, [book])
    })
  }
}
