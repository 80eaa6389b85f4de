/**
 * What an account's days and invoices are meant to be, by walking through time hour by hour: every paid day of a channel is a
 * number, the hour at which it begins. It shares no line with src, and is written for being read, not for being fast.
 * Everything happens on the hour; what comes "a millisecond later" comes between two hours.
 */

/** Hours since the epoch. */
type Hour = number

const DAY = 24
const MILLISECOND = 1 / 3_600_000
/** Days of a channel-month. */
const MONTH = 30

export interface NaiveTerms {
  id: number
  from: Hour
  channelMonth: number
  looseDay: number | null
  taxPerMillion: number
  termDays: number
}

export interface NaiveInvoice {
  kind: 'PURCHASE' | 'USAGE'
  status: 'OPEN' | 'PAID' | 'VOID'
  days: number
  lines: { days: number; amount: number }[]
  tax: number
  due: Hour
  /** Days that credit notes and chargebacks have taken of it. */
  taken: number
}

interface NaiveChannel {
  deleted: boolean
  /** The hours at which the days of its present run begin. */
  run: Hour[]
  renewal: { days: number; lead: number; failed: boolean } | null
  /** When its renewal is due because of what was done to it, if not by its end alone. */
  lookAt: Hour | null
}

/** Why a deed was refused; null where it was done. */
export type Refusal =
  'INSUFFICIENT_DAYS' | 'NOTHING_TO_RELEASE' | 'ACCOUNT_OVERDUE' | 'DAYS_OWED' | 'CHANNEL_DELETED' | 'CONFLICT' | null

export class NaiveBilling {
  available = 0
  owed = 0
  private issued = 0
  /** The hour of the beginning of every day that was begun and paid from the ledger, of runs that are over or cut. */
  private readonly spent: Hour[] = []
  readonly invoices: NaiveInvoice[] = []
  private readonly terms: NaiveTerms[] = []
  private readonly channels: NaiveChannel[] = []
  closes = 0
  renewals = 0
  failures = 0

  constructor(
    private now: Hour,
    private creditLimit: number,
    private postpaid: boolean,
  ) {}

  get used(): number {
    return this.begun(this.now).length
  }

  get allocated(): number {
    return this.channels.reduce((sum, { run }) => sum + run.filter((hour) => hour >= this.now).length, 0)
  }

  get isOverdue(): boolean {
    return this.overdueAt(this.now)
  }

  agree(terms: Omit<NaiveTerms, 'id' | 'from'>): void {
    this.terms.push({ ...terms, id: this.terms.length, from: this.now })
  }

  /** Lets hours pass. */
  walkTo(hour: Hour): void {
    while (this.now < hour) {
      // A millisecond past the hour: what was due by the lead.
      this.renewDue(this.now, true)
      this.now += 1
      if (this.now % DAY === 0 && new Date(this.now * 3_600_000).getUTCDate() === 1) this.closeMonth()
    }
  }

  grant(days: number): void {
    this.issued += days
    this.arrive(days)
  }

  /** Buys channels, to be paid by `pay`. */
  request(channels: number): void {
    const terms = this.termsAt(this.now + 1)
    if (terms === undefined) throw new Error('no terms')
    const amount = terms.channelMonth * channels
    const due = this.now + terms.termDays * DAY
    const tax = halfUp(amount * terms.taxPerMillion, 1_000_000)
    const days = channels * MONTH
    this.invoices.push({ kind: 'PURCHASE', status: 'OPEN', days, lines: [{ days, amount }], tax, due, taken: 0 })
  }

  pay(index: number): void {
    const invoice = this.invoice(index)
    invoice.status = 'PAID'
    this.issued += invoice.days
    this.arrive(invoice.days)
  }

  void(index: number): void {
    const invoice = this.invoice(index)
    invoice.status = 'VOID'
    // It may have been what blocked the account.
    if (invoice.kind === 'USAGE') this.retry()
  }

  /** Takes back all days of a paid invoice that are left of it, or so many. */
  credit(index: number, days: number): Refusal {
    const invoice = this.invoice(index)
    if (invoice.taken >= invoice.days) return 'CONFLICT'
    const wanted = days < invoice.days - invoice.taken ? days : invoice.days - invoice.taken
    if (wanted > this.available) return 'INSUFFICIENT_DAYS'
    invoice.taken += wanted
    this.issued -= wanted
    this.available -= wanted
    return null
  }

  /** Whoever paid an invoice disputes all of it; answers the days that this is about. */
  dispute(index: number): number {
    const invoice = this.invoice(index)
    const days = invoice.days - invoice.taken
    invoice.taken = invoice.days
    for (let day = 0; day < days; day += 1) {
      if (this.available > 0) {
        this.available -= 1
        this.issued -= 1
      } else this.owed += 1
    }
    return days
  }

  win(index: number, days: number): void {
    this.invoice(index).taken -= days
    for (let day = 0; day < days; day += 1) {
      if (this.owed > 0) this.owed -= 1
      else {
        this.available += 1
        this.issued += 1
      }
    }
    if (this.owed === 0) this.retry()
  }

  create(days: number | null): Refusal {
    if (days !== null) {
      if (this.isOverdue) return 'ACCOUNT_OVERDUE'
      if (this.owed > 0) return 'DAYS_OWED'
      if (days > this.available + this.creditLimit) return 'INSUFFICIENT_DAYS'
    }
    this.channels.push({ deleted: false, run: [], renewal: null, lookAt: null })
    if (days !== null) this.give(this.channels.length - 1, days)
    return null
  }

  allocate(index: number, days: number): Refusal {
    if (this.isOverdue) return 'ACCOUNT_OVERDUE'
    if (this.owed > 0) return 'DAYS_OWED'
    if (this.channel(index).deleted) return 'CHANNEL_DELETED'
    if (days > this.available + this.creditLimit) return 'INSUFFICIENT_DAYS'
    this.give(index, days)
    return null
  }

  release(index: number, days: number): Refusal {
    const channel = this.channel(index)
    if (channel.deleted) return 'CHANNEL_DELETED'
    const unused = channel.run.filter((hour) => hour >= this.now).length
    if (unused === 0) return 'NOTHING_TO_RELEASE'
    if (days > unused) return 'INSUFFICIENT_DAYS'
    channel.run.splice(channel.run.length - days)
    channel.lookAt = this.now
    this.arrive(days)
    return null
  }

  delete(index: number): Refusal {
    const channel = this.channel(index)
    if (channel.deleted) return 'CHANNEL_DELETED'
    const unused = channel.run.filter((hour) => hour >= this.now).length
    channel.run.splice(channel.run.length - unused)
    this.spent.push(...channel.run.splice(0))
    channel.deleted = true
    if (unused > 0) this.arrive(unused)
    return null
  }

  renew(index: number, days: number | null, lead: number): Refusal {
    const channel = this.channel(index)
    if (channel.deleted) return 'CHANNEL_DELETED'
    channel.renewal = days === null ? null : { days, lead, failed: false }
    channel.lookAt = null
    if (this.missing(channel) > 0) this.tryRenewal(channel, this.now)
    return null
  }

  turn(postpaid: boolean, creditLimit: number): Refusal {
    if (-this.available > (postpaid ? creditLimit : 0)) return 'CONFLICT'
    const limit = postpaid ? creditLimit : 0
    if (limit > this.creditLimit) this.retry()
    this.postpaid = postpaid
    this.creditLimit = limit
    return null
  }

  /** Done at the end of each deed, and on the hour: renewals that became due by what was done. */
  settle(): void {
    this.renewDue(this.now, false)
  }

  private channel(index: number): NaiveChannel {
    const channel = this.channels[index]
    if (channel === undefined) throw new Error('no such channel')
    return channel
  }

  private invoice(index: number): NaiveInvoice {
    const invoice = this.invoices[index]
    if (invoice === undefined) throw new Error('no such invoice')
    return invoice
  }

  private give(index: number, days: number): void {
    const channel = this.channel(index)
    const end = endOf(channel)
    const runs = end !== null && this.now < end
    if (!runs) this.spent.push(...channel.run.splice(0))
    const start = runs ? end : this.now
    for (let added = 0; added < days; added += 1) channel.run.push(start + added * DAY)
    this.available -= days
    if (channel.renewal?.failed === true && this.missing(channel) === 0) channel.renewal.failed = false
    if (channel.renewal?.failed !== true) channel.lookAt = this.now
  }

  private arrive(days: number): void {
    const taken = days < this.owed ? days : this.owed
    this.owed -= taken
    this.issued -= taken
    this.available += days - taken
    if (this.owed === 0) this.retry()
  }

  /** Renewals that could not be paid are due again. */
  private retry(): void {
    for (const channel of this.channels)
      if (channel.renewal?.failed === true && !channel.deleted) channel.lookAt = this.now
  }

  /** Days that a channel's renewal takes on the hour: the smallest multiple that leaves the lead. */
  private missing(channel: NaiveChannel): number {
    const { renewal } = channel
    if (renewal === null) return 0
    let left = Math.max(0, (endOf(channel) ?? 0) - this.now)
    let days = left === 0 ? renewal.days : 0
    left += days * DAY
    while (left < renewal.lead) {
      days += renewal.days
      left += renewal.days * DAY
    }
    return days
  }

  /** In the order in which they are due; channels were made in the order of their ids. */
  private renewDue(hour: Hour, aMillisecondLate: boolean): void {
    for (const channel of this.channels) {
      const { renewal } = channel
      if (renewal === null || channel.deleted) continue
      if (!aMillisecondLate) {
        if (channel.lookAt === hour) this.tryRenewal(channel, hour)
        channel.lookAt = null
      } else if (!renewal.failed && endOf(channel) === hour + renewal.lead) {
        // A millisecond less than the lead is left: one renewal covers it.
        this.tryRenewal(channel, hour + MILLISECOND, renewal.days)
      }
    }
  }

  private tryRenewal(channel: NaiveChannel, at: Hour, days = this.missing(channel)): void {
    const { renewal } = channel
    if (renewal === null || days === 0) return
    if (this.owed > 0 || days > this.available + this.creditLimit || this.overdueAt(at)) {
      if (!renewal.failed) this.failures += 1
      renewal.failed = true
      return
    }
    renewal.failed = false
    this.renewals += 1
    this.give(this.channels.indexOf(channel), days)
    channel.lookAt = null
  }

  private overdueAt(hour: Hour): boolean {
    return this.invoices.some(({ kind, status, due }) => kind === 'USAGE' && status === 'OPEN' && due < hour)
  }

  /** The hours of all days that were begun before an hour. */
  private begun(before: Hour): Hour[] {
    return [...this.spent, ...this.channels.flatMap(({ run }) => run)].filter((hour) => hour < before)
  }

  private termsAt(before: Hour): NaiveTerms | undefined {
    return this.terms.filter(({ from }) => from < before).at(-1)
  }

  private closeMonth(): void {
    if (!this.postpaid) return
    this.closes += 1
    const begun = this.begun(this.now).sort((a, b) => a - b)
    const claimed = this.invoices.filter(({ kind, status }) => kind === 'USAGE' && status === 'OPEN')
    const covered = this.issued + claimed.reduce((sum, { days }) => sum + days, 0)
    const uncovered = begun.slice(Math.max(0, covered))
    if (uncovered.length === 0) return
    const byTerms = new Map<NaiveTerms, number>()
    for (const hour of uncovered) {
      const midnight = Math.floor(hour / DAY) * DAY + DAY
      const terms = this.termsAt(midnight) ?? this.terms[0]
      if (terms === undefined) throw new Error('no terms')
      byTerms.set(terms, (byTerms.get(terms) ?? 0) + 1)
    }
    const lines = [...byTerms].map(([terms, days]) => ({
      days,
      amount: terms.looseDay === null ? halfUp(terms.channelMonth * days, MONTH) : terms.looseDay * days,
    }))
    const last = [...byTerms.keys()].at(-1)
    if (last === undefined) throw new Error('no terms')
    const subtotal = lines.reduce((sum, { amount }) => sum + amount, 0)
    const tax = halfUp(subtotal * last.taxPerMillion, 1_000_000)
    const due = this.now + last.termDays * DAY
    this.invoices.push({ kind: 'USAGE', status: 'OPEN', days: uncovered.length, lines, tax, due, taken: 0 })
  }
}

function endOf({ run }: NaiveChannel): Hour | null {
  const last = run.at(-1)
  return last === undefined ? null : last + DAY
}

function halfUp(amount: number, per: number): number {
  return Math.floor((amount * 2 + per) / (per * 2))
}
