import type { z } from 'zod'
import { Account } from '../../src/accounts/account.entity'
import type { CreateAccount } from '../../src/accounts/create-account'
import { updateAccount, type UpdateAccount } from '../../src/accounts/update-account'
import { bringUpToDate } from '../../src/billing/keep-up-to-date'
import { readAutoTopUps, type TopUpRead } from '../../src/billing/read-auto-top-ups'
import { readBillingSchedules, type ScheduleRead } from '../../src/billing/read-billing-schedules'
import { SetAutoTopUp, setAutoTopUp } from '../../src/billing/set-auto-top-up'
import { SetBillingSchedule, setBillingSchedule } from '../../src/billing/set-billing-schedule'
import { allocateDays } from '../../src/channels/allocate-days'
import { applyDispute } from '../../src/chargebacks/apply-dispute'
import { Chargeback, ChargebackStatus } from '../../src/chargebacks/chargeback.entity'
import { deleteChannel } from '../../src/channels/delete-channel'
import { CreditNote } from '../../src/credit-notes/credit-note.entity'
import { issueCreditNote } from '../../src/credit-notes/issue-credit-note'
import { releaseDays } from '../../src/channels/release-days'
import { parseInput } from '../../src/input'
import { Invoice, InvoiceLine } from '../../src/invoices/invoice.entity'
import { postponeInvoice } from '../../src/invoices/postpone-invoice'
import { voidInvoice } from '../../src/invoices/void-invoice'
import { openBook, saveBooks } from '../../src/ledger/account-book'
import { adjustBalance } from '../../src/ledger/adjust-balance'
import type { ProviderDispute } from '../../src/payments/payment-provider'
import { PARTNER, Sandbox, STAFF } from '../expiry/sandbox'
import { payByCard } from '../support/pay-by-card'

/** A sandbox's months: its invoices and dates, said as an accountant would. */
export class Ledger extends Sandbox {
  private keys = 0

  static override async open(given: Partial<z.input<typeof CreateAccount>> = {}): Promise<Ledger> {
    return new Ledger(...(await Sandbox.begin(given)))
  }

  async update(given: Omit<UpdateAccount, 'accountId'>): Promise<void> {
    await this.database.inTransaction((tx) => updateAccount(tx, STAFF, { accountId: this.accountId, ...given }))
  }

  async schedule(given: Omit<z.input<typeof SetBillingSchedule>, 'accountId'>): Promise<void> {
    const command = parseInput(SetBillingSchedule, { accountId: this.accountId, ...given })
    await this.database.inTransaction((tx) => setBillingSchedule(tx, PARTNER, command))
  }

  async scheduled(): Promise<ScheduleRead | undefined> {
    return (await readBillingSchedules(this.database.sql, [this.accountId]))[0]
  }

  async topUp(given: Omit<z.input<typeof SetAutoTopUp>, 'accountId'>): Promise<void> {
    const command = parseInput(SetAutoTopUp, { accountId: this.accountId, ...given })
    await this.database.inTransaction((tx) => setAutoTopUp(tx, PARTNER, command))
  }

  async topUpRead(): Promise<TopUpRead | undefined> {
    return (await readAutoTopUps(this.database.sql, [this.accountId]))[0]
  }

  /** What top-ups and schedules have requested: the instant, for how many channels, and what became of it. */
  async requests(): Promise<string[]> {
    const invoices = await this.database.dataSource.manager.find(Invoice, { order: { requestedAt: 'ASC', id: 'ASC' } })
    return invoices.map(
      ({ cause, requestedAt, days, status }) => `${minute(requestedAt)} ${cause} ${days / 30} ${status}`,
    )
  }

  /** What was told, with its instant and why. */
  async reasons(type: string): Promise<string[]> {
    return (await this.events()).flatMap((event) =>
      event.kind === 'OtherEvent' && event.type === type
        ? [`${minute(event.occurredAt)} ${(event.data as { reason?: string } | null)?.reason ?? ''}`.trim()]
        : [],
    )
  }

  /** Both in one batch, as two callers at once may. */
  async allocateAndRelease(channelId: string, days: number): Promise<void> {
    await this.decide(channelId, (book) => {
      allocateDays(book, PARTNER, { channelId, days })
      releaseDays(book, PARTNER, { channelId, days })
    })
  }

  /** A correction by staff. */
  async take(days: number): Promise<void> {
    const command = { accountId: this.accountId, days: -days, comment: 'for the story', idempotencyKey: `take ${days}` }
    await this.database.inTransaction((tx) => adjustBalance(tx, STAFF, command))
  }

  async release(channelId: string, days: number): Promise<void> {
    await this.decide(channelId, (book) => releaseDays(book, PARTNER, { channelId, days }))
  }

  async delete(channelId: string): Promise<void> {
    await this.decide(channelId, (book) => deleteChannel(book, PARTNER, { channelId }))
  }

  /** What is due now, done, as any verb would do first. */
  async settle(): Promise<void> {
    await bringUpToDate(this.database, this.accountId)
    await this.database.inTransaction(async (tx) => {
      const book = await openBook(tx, { accountId: this.accountId })
      book.settle()
      await saveBooks(tx, [book])
    })
  }

  /** Pays an invoice in full. */
  async pay(number: string): Promise<void> {
    await this.payId((await this.invoice(number)).id)
  }

  async payId(invoiceId: string): Promise<void> {
    await payByCard(this.database, 'STRIPE', { id: invoiceId, accountId: this.accountId }, `pi ${invoiceId}`)
  }

  /** Takes back days of a paid invoice: all that are left of it, or so many. */
  async creditId(invoiceId: string, days: number): Promise<void> {
    const { accountId } = this
    const left = await this.leftOf(invoiceId)
    const command = {
      invoiceId,
      days: left > 0 ? Math.min(days, left) : days,
      reason: 'for the story',
      refundCards: false,
    }
    const key = `credit ${(this.keys += 1)}`
    await this.database.inTransaction((tx) =>
      issueCreditNote(tx, STAFF, accountId, { ...command, idempotencyKey: key }),
    )
  }

  private async leftOf(invoiceId: string): Promise<number> {
    const { manager } = this.database.dataSource
    const { days } = await manager.findOneByOrFail(Invoice, { id: invoiceId })
    const credited = (await manager.findBy(CreditNote, { invoiceId })).reduce((sum, note) => sum + note.days, 0)
    const standing = (await manager.findBy(Chargeback, { invoiceId })).filter(
      ({ status }) => status !== ChargebackStatus.WON,
    )
    return days - credited - standing.reduce((sum, chargeback) => sum + (chargeback.days ?? 0), 0)
  }

  /** What the bank says of the payment of an invoice. */
  async disputeId(invoiceId: string, disputeId: string, status: ProviderDispute['status']): Promise<void> {
    const { totalMinor } = await this.database.dataSource.manager.findOneByOrFail(Invoice, { id: invoiceId })
    const dispute = {
      disputeId,
      livemode: true,
      paymentId: `pi ${invoiceId}`,
      amountMinor: totalMinor,
      currency: 'EUR',
    }
    await this.database.inTransaction((tx) => applyDispute(tx, 'STRIPE', { ...dispute, status }))
  }

  async void(number: string): Promise<void> {
    await this.voidId((await this.invoice(number)).id)
  }

  async voidId(invoiceId: string): Promise<void> {
    const command = { invoiceId, comment: 'for the story' }
    await this.database.inTransaction((tx) => voidInvoice(tx, STAFF, this.accountId, command))
  }

  async postpone(number: string, until: string): Promise<void> {
    const { id } = await this.invoice(number)
    const command = { invoiceId: id, until: this.day(until) }
    await this.database.inTransaction((tx) => postponeInvoice(tx, STAFF, this.accountId, command))
  }

  /** Every invoice with its number, status, period and lines, in the order of the numbers. */
  async invoices(): Promise<string[]> {
    const invoices = await this.database.dataSource.manager.find(Invoice, { order: { id: 'ASC' } })
    return Promise.all(
      invoices.map(async (invoice) => {
        const { number, status, periodStart, periodEnd } = invoice
        const period = periodStart === null ? '' : ` ${date(periodStart)}..${date(periodEnd)}`
        return `${number ?? 'no number'} ${status}${period}: ${await this.linesOf(invoice)}`
      }),
    )
  }

  /** The lines of the usage invoice of a month that ended then; null where there is none. */
  async invoiceOfMonth(end: string): Promise<string | null> {
    const invoice = await this.database.dataSource.manager.findOneBy(Invoice, { periodEnd: this.day(end) })
    return invoice === null ? null : this.linesOf(invoice)
  }

  async overdue(): Promise<boolean> {
    const account = await this.database.dataSource.manager.findOneByOrFail(Account, { id: this.accountId })
    return account.overdueFrom !== null && account.clock !== null && account.overdueFrom < account.clock
  }

  async endsOf(channelId: string): Promise<string[]> {
    return (await this.events()).flatMap((event) =>
      event.kind === 'DayExpiryChange' && event.channelId === channelId
        ? [`${event.occurredAt.toISOString()} ${event.reason}`]
        : [],
    )
  }

  /** The other events of a kind, with their instants. */
  async datesOf(prefix: string): Promise<string[]> {
    return (await this.events())
      .filter(({ type }) => type.startsWith(prefix))
      .map(({ type, occurredAt }) => `${occurredAt.toISOString()} ${type}`)
  }

  private invoice(number: string): Promise<Invoice> {
    return this.database.dataSource.manager.findOneByOrFail(Invoice, { number })
  }

  private async linesOf({ id, currency, taxMinor }: Invoice): Promise<string> {
    const lines = await this.database.dataSource.manager.find(InvoiceLine, {
      where: { invoiceId: id },
      order: { position: 'ASC' },
    })
    const said = lines.map(({ description, amountMinor }) => `${description} = ${amountMinor} ${currency}`)
    return [...said, ...(taxMinor > 0 ? [`tax ${taxMinor}`] : [])].join('; ')
  }
}

/** Without what is zero. */
function minute(at: Date): string {
  return at.toISOString().replace(/(T00:00)?:00\.000Z$/, '')
}

function date(at: Date | null): string {
  return at?.toISOString().slice(0, 10) ?? ''
}
