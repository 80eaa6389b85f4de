import { BillingMode } from '../../src/accounts/account.entity'
import { HOUR_MS } from '../../src/clock'
import { DomainError } from '../../src/errors'
import { Invoice, InvoiceLine } from '../../src/invoices/invoice.entity'
import { Dice, seedOf } from '../support/dice'
import { Ledger } from './ledger'
import { NaiveBilling, type NaiveInvoice } from './naive-billing'

const seed = seedOf()
/** Stories; more of them explore further. */
const STORIES = Number(process.env.DAYBOOK_LAW_RUNS ?? 1)
const YEARS_HOURS = 3 * 366 * 24

/** An account's deeds, done to Daybook and to the naive calculator alike. */
class Story {
  private readonly channelIds: string[] = []
  private readonly deleted = new Set<number>()
  private readonly invoiceIds: string[] = []
  private readonly disputes: { index: number; disputeId: string; days: number; won?: boolean }[] = []
  readonly counts: Record<string, number> = {}
  private hour: number

  private constructor(
    private readonly ledger: Ledger,
    private readonly naive: NaiveBilling,
    private readonly dice: Dice,
  ) {
    this.hour = ledger.start.getTime() / HOUR_MS
  }

  static async begin(dice: Dice): Promise<Story> {
    const ledger = await Ledger.open({ billingMode: BillingMode.POSTPAID, creditLimit: 300 })
    const story = new Story(ledger, new NaiveBilling(ledger.start.getTime() / HOUR_MS, 300, true), dice)
    await story.agree()
    for (let count = 0; count < 3; count += 1) await story.create()
    return story
  }

  async end(): Promise<void> {
    try {
      expect(await this.ledger.violations()).toEqual([])
    } finally {
      await this.ledger.close()
    }
  }

  async live(): Promise<void> {
    const until = this.hour + YEARS_HOURS
    while (this.hour < until) {
      const hours = this.dice.below(4) ? this.dice.between(1, 60) : this.dice.between(100, 500)
      await this.wait(Math.min(hours, until - this.hour))
      for (let deeds = this.dice.between(1, 3); deeds > 0; deeds -= 1) await this.act()
      await this.compare()
    }
  }

  private async act(): Promise<void> {
    const { dice } = this
    switch (dice.below(20)) {
      case 0:
        return this.create()
      case 1:
      case 2:
      case 3:
        return this.allocate(dice.between(1, dice.below(4) ? 20 : 200))
      case 4:
      case 5:
        return this.release(dice.between(1, 15))
      case 6:
        return this.delete()
      case 7:
      case 8:
        return this.renew()
      case 9:
        return this.grant(dice.between(1, 40))
      case 10:
        return this.request(dice.between(1, 3))
      case 11:
      case 12:
      case 13:
        return this.pay()
      case 14:
        return dice.below(3) ? this.agree() : this.void()
      case 15:
        return this.turn()
      case 16:
        return this.credit(dice.between(1, 40))
      case 17:
        return dice.below(4) ? this.win() : this.dispute()
      case 18:
        return this.win()
      default:
        return this.allocate(dice.between(1, 30))
    }
  }

  private async wait(hours: number): Promise<void> {
    this.hour += hours
    await this.ledger.advanceToInstant(new Date(this.hour * HOUR_MS))
    this.naive.walkTo(this.hour)
  }

  private async create(): Promise<void> {
    const days = this.dice.below(3) ? this.dice.between(1, 30) : null
    await this.both(
      'create',
      () => this.naive.create(days),
      async () => {
        this.channelIds.push(await this.ledger.channel({ days }))
      },
    )
  }

  private allocate(days: number): Promise<void> {
    const [index, id] = this.channel()
    return this.both(
      'allocate',
      () => this.naive.allocate(index, days),
      () => this.ledger.allocate(id, days),
    )
  }

  private release(days: number): Promise<void> {
    const [index, id] = this.channel()
    return this.both(
      'release',
      () => this.naive.release(index, days),
      () => this.ledger.release(id, days),
    )
  }

  private delete(): Promise<void> {
    const [index, id] = this.channel()
    this.deleted.add(index)
    return this.both(
      'delete',
      () => this.naive.delete(index),
      () => this.ledger.delete(id),
    )
  }

  private renew(): Promise<void> {
    const [index, id] = this.channel()
    const days = this.dice.below(4) ? this.dice.between(1, 20) : null
    const lead = this.dice.between(1, 100)
    return this.both(
      'renew',
      () => this.naive.renew(index, days, lead),
      () => this.ledger.renew(id, days, lead),
    )
  }

  private grant(days: number): Promise<void> {
    return this.both(
      'grant',
      () => this.naive.grant(days),
      () => this.ledger.grant(days),
    )
  }

  private request(channels: number): Promise<void> {
    return this.both(
      'request',
      () => this.naive.request(channels),
      async () => {
        await this.ledger.request(channels)
      },
    )
  }

  private async pay(): Promise<void> {
    const index = this.openInvoice()
    if (index === null) return
    await this.both(
      'pay',
      () => this.naive.pay(index),
      () => this.ledger.payId(this.invoiceId(index)),
    )
  }

  private async credit(days: number): Promise<void> {
    const index = this.paidInvoice()
    if (index === null) return
    await this.both(
      'credit',
      () => this.naive.credit(index, days),
      () => this.ledger.creditId(this.invoiceId(index), days),
    )
  }

  private async dispute(): Promise<void> {
    const index = this.paidInvoice()
    if (index === null || this.disputes.some((dispute) => dispute.index === index)) return
    const disputeId = `dp ${index}`
    await this.both(
      'dispute',
      () => {
        this.disputes.push({ index, disputeId, days: this.naive.dispute(index) })
      },
      () => this.ledger.disputeId(this.invoiceId(index), disputeId, 'OPEN'),
    )
  }

  private async win(): Promise<void> {
    const dispute = this.disputes.find(({ won }) => won !== true)
    if (dispute === undefined) return
    const { index, disputeId, days } = dispute
    dispute.won = true
    await this.both(
      'win',
      () => this.naive.win(index, days),
      () => this.ledger.disputeId(this.invoiceId(index), disputeId, 'WON'),
    )
  }

  private async void(): Promise<void> {
    const index = this.openInvoice()
    if (index === null) return
    await this.both(
      'void',
      () => this.naive.void(index),
      () => this.ledger.voidId(this.invoiceId(index)),
    )
  }

  private agree(): Promise<void> {
    const { dice } = this
    const terms = {
      channelMonth: dice.between(500, 3_000),
      looseDay: dice.below(2) ? dice.between(20, 90) : null,
      taxPerMillion: dice.pick([0, 190_000, 77_000]),
      termDays: dice.pick([0, 7, 14, 30]),
    }
    return this.both(
      'agree',
      () => this.naive.agree(terms),
      () =>
        this.ledger.agree({
          channelMonthAmount: terms.channelMonth,
          looseDayAmount: terms.looseDay,
          taxPartsPerMillion: terms.taxPerMillion,
          paymentTermDays: terms.termDays,
        }),
    )
  }

  private turn(): Promise<void> {
    const postpaid = this.dice.below(4) > 0
    const limit = this.dice.pick([50, 300, 1_000])
    const billingMode = postpaid ? BillingMode.POSTPAID : BillingMode.PREPAID
    return this.both(
      'turn',
      () => this.naive.turn(postpaid, limit),
      () => this.ledger.update({ billingMode, creditLimit: postpaid ? limit : 0 }),
    )
  }

  /** What happened often enough to say something. */
  seen(): Record<string, number> {
    const { closes, renewals, failures, invoices } = this.naive
    const usage = invoices.filter(({ kind }) => kind === 'USAGE').length
    return { ...this.counts, closes, renewals, failures, usage }
  }

  /** Does a deed in both worlds; a refusal must have the same code. */
  private async both(name: string, naively: () => unknown, truly: () => Promise<void>): Promise<void> {
    const expected = naively() ?? null
    this.naive.settle()
    let refusal: string | null = null
    try {
      await truly()
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      refusal = error.code
    }
    expect({ name, refusal }).toEqual({ name, refusal: expected })
    const counted = refusal ?? name
    this.counts[counted] = (this.counts[counted] ?? 0) + 1
  }

  private async compare(): Promise<void> {
    await this.ledger.settle()
    const { available, used, allocated, owed } = await this.ledger.balance()
    const { naive } = this
    expect({ hour: this.hour, available, used, allocated, owed }).toEqual({
      hour: this.hour,
      available: naive.available,
      used: naive.used,
      allocated: naive.allocated,
      owed: naive.owed,
    })
    expect(await this.ledger.overdue()).toBe(naive.isOverdue)
    await this.compareInvoices()
  }

  private async compareInvoices(): Promise<void> {
    const { manager } = this.ledger.database.dataSource
    const invoices = await manager.find(Invoice, { order: { id: 'ASC' } })
    const lines = await manager.find(InvoiceLine, { order: { position: 'ASC' } })
    this.invoiceIds.splice(0, Infinity, ...invoices.map(({ id }) => id))
    const found = invoices.map((invoice): Omit<NaiveInvoice, 'taken'> => ({
      kind: invoice.periodStart === null ? 'PURCHASE' : 'USAGE',
      status: invoice.status as NaiveInvoice['status'],
      days: invoice.days,
      lines: lines
        .filter(({ invoiceId }) => invoiceId === invoice.id)
        .map(({ days, amountMinor }) => ({ days, amount: amountMinor })),
      tax: invoice.taxMinor,
      due: (invoice.dueAt?.getTime() ?? NaN) / HOUR_MS,
    }))
    expect(found).toEqual(this.naive.invoices.map(({ taken: _, ...invoice }) => invoice))
  }

  /** Mostly one that is not deleted. */
  private channel(): readonly [index: number, id: string] {
    let index = this.dice.below(this.channelIds.length)
    for (let tries = 0; tries < 5 && this.deleted.has(index); tries += 1)
      index = this.dice.below(this.channelIds.length)
    return [index, this.channelIds[index] ?? '']
  }

  private openInvoice(): number | null {
    const index = this.naive.invoices.findIndex(({ status }) => status === 'OPEN')
    return index >= 0 && index < this.invoiceIds.length ? index : null
  }

  private paidInvoice(): number | null {
    const paid = this.naive.invoices.flatMap(({ status }, index) => (status === 'PAID' ? [index] : []))
    const known = paid.filter((index) => index < this.invoiceIds.length)
    return known.length === 0 ? null : this.dice.pick(known.slice(-4))
  }

  private invoiceId(index: number): string {
    return this.invoiceIds[index] ?? ''
  }
}

describe('C4: three years of an account', () => {
  it.each(Array.from({ length: STORIES }, (_, index) => seed + index))(
    'come, to the day and the cent, to what a naive calculator makes of them (seed %d)',
    async (storySeed) => {
      const story = await Story.begin(new Dice(storySeed))
      await story.live()
      await story.end()
      const { closes = 0, renewals = 0, usage = 0, credit = 0, dispute = 0 } = story.seen()
      expect(Math.min(closes, renewals, usage, credit, dispute)).toBeGreaterThan(0)
    },
    600_000,
  )
})
