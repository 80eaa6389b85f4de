/**
 * What an account's book of days is meant to be, written anew and simply: every paid day is an object with the instant
 * at which it begins, all of it in memory, one step after the other. It shares no line with src. The laws hold the two
 * together.
 */

const DAY = 24 * 60 * 60 * 1000
const MAX_CHANNEL_DAYS = 36_500
/** Days before the end of a channel's time that give a notice. */
const NOTICES = [7, 3, 1]

interface ModelDay {
  begins: number
  /** Its use is in the ledger. */
  burnt: boolean
}

export interface ModelChannel {
  id: string
  externalId: string | null
  trialUntil: number | null
  /** The days of its present run, used ones included. */
  run: ModelDay[]
  expiredAt: number | null
  /** Notices up to here are told, or were not to be. */
  lookedAt: number
  deletedAt: number | null
}

export interface ModelTransaction {
  sequence: number
  kind: string
  from: Holder
  to: Holder
  days: number
  fromBalance: number
  toBalance: number
  available: number
  channelId: string | null
  toChannelId: string | null
  occurredAt: number
}

export type ModelEvent =
  | { kind: 'BalanceChange'; sequence: number; occurredAt: number; days: number; available: number; movement: string }
  | ({ kind: 'DayExpiryChange'; sequence: number; occurredAt: number } & ModelEnd)
  | { kind: 'OtherEvent'; sequence: number; occurredAt: number; type: string; subject: string; data: unknown }

interface ModelEnd {
  channelId: string
  reason: string
  previousPaidUntil: number | null
  paidUntil: number | null
  unusedDays: number
}

type Holder = 'ISSUED' | 'AVAILABLE' | 'ALLOCATED' | 'USED'

export class ModelRefusal extends Error {
  constructor(
    readonly code: string,
    readonly details: Record<string, unknown>,
  ) {
    super(code)
  }
}

export interface ModelTerms {
  creditLimit: number
  trialDays: number
  maxTrials: number
}

interface State {
  balances: Record<Holder, number>
  channels: ModelChannel[]
  /** Days that were allocated and have not come back, of all runs. */
  days: ModelDay[]
  ledger: ModelTransaction[]
  events: ModelEvent[]
  owed: number
  sequence: number
  changedAt: number
  midnight: number
  /** The end of the month that is closed next. */
  monthEnd: number
}

export class BookModel {
  private state: State
  private clock: number
  private attempts = 0

  constructor(
    private readonly accountId: string,
    private readonly terms: ModelTerms,
    at: number,
    name: string,
  ) {
    this.clock = at
    this.state = {
      balances: { ISSUED: 0, AVAILABLE: 0, ALLOCATED: 0, USED: 0 },
      channels: [],
      days: [],
      ledger: [],
      events: [],
      owed: 0,
      sequence: 0,
      changedAt: at,
      midnight: Math.floor(at / DAY) * DAY,
      monthEnd: nextMonth(at),
    }
    this.other('account.created', accountId, { name })
  }

  setClock(at: number): void {
    this.clock = at
  }

  get now(): number {
    return Math.max(this.clock, this.state.changedAt)
  }

  get ledger(): readonly ModelTransaction[] {
    return this.state.ledger
  }

  get events(): readonly ModelEvent[] {
    return this.state.events
  }

  get channels(): readonly ModelChannel[] {
    return this.state.channels
  }

  /** The balance as the clock says. */
  balance() {
    const unused = this.state.days.filter((day) => day.begins >= this.now).length
    return {
      available: this.state.balances.AVAILABLE,
      allocated: unused,
      used: this.state.days.length - unused,
      creditLimit: this.terms.creditLimit,
      owed: this.state.owed,
      sequence: this.state.sequence,
    }
  }

  status({ deletedAt, trialUntil, run }: ModelChannel, at: number): string {
    if (deletedAt !== null) return 'DELETED'
    if (trialUntil !== null && at < trialUntil) return 'TRIAL'
    if (run.some((day) => at < day.begins + DAY)) return 'ACTIVE'
    return trialUntil === null && run.length === 0 ? 'NEW' : 'EXPIRED'
  }

  unused(channel: ModelChannel, at: number): number {
    return channel.run.filter((day) => day.begins >= at).length
  }

  /** Does it, or leaves everything as it was and throws a ModelRefusal. */
  attempt<T>(work: () => T): T {
    if (this.attempts === 0) this.closeMonths()
    const before = structuredClone(this.state)
    this.attempts += 1
    try {
      const result = work()
      if (this.state.sequence !== before.sequence) this.state.changedAt = Math.max(this.clock, before.changedAt)
      return result
    } catch (error) {
      this.state = before
      throw error
    } finally {
      this.attempts -= 1
    }
  }

  /** Does what is known to have been done: no copy is kept to go back to, so that thousands of steps take a second. */
  follow(work: () => void): void {
    const { sequence, changedAt } = this.state
    this.attempts += 1
    work()
    this.attempts -= 1
    if (this.state.sequence !== sequence) this.state.changedAt = Math.max(this.clock, changedAt)
  }

  /** An invoice of so many days was paid. */
  purchase(days: number): void {
    this.settle()
    this.move('PURCHASE', 'ISSUED', 'AVAILABLE', days)
    this.payOwed(days)
  }

  /** Something that moved no days. */
  record(type: string, subject: string, data: unknown): void {
    this.settle()
    this.other(type, subject, data)
  }

  /** Of a postpaid account, before anything else: what a refusal comes after is done all the same. */
  private closeMonths(): void {
    const { clock } = this
    while (this.terms.creditLimit > 0 && this.state.monthEnd <= this.now) {
      const end = this.state.monthEnd
      this.clock = Math.min(clock, end)
      this.settle()
      const { AVAILABLE, ALLOCATED } = this.state.balances
      const unbilledDays = Math.max(0, -(AVAILABLE + ALLOCATED))
      const figures = { periodEnd: new Date(end).toISOString(), billedDays: 0, unbilledDays, invoiceIds: [] }
      this.other('account.month_closed', this.accountId, figures)
      this.state.changedAt = this.now
      this.state.monthEnd = nextMonth(end)
      this.clock = clock
    }
  }

  adjust(days: number): void {
    this.settle()
    if (-days > this.spendable) {
      throw new ModelRefusal('INSUFFICIENT_DAYS', { available: this.spendable, requested: -days })
    }
    if (days > 0) {
      this.move('GRANT', 'ISSUED', 'AVAILABLE', days)
      this.payOwed(days)
    } else this.move('CORRECTION', 'AVAILABLE', 'ISSUED', -days)
  }

  /** Days are taken back, whether or not they are there. */
  chargeBack(days: number): void {
    this.settle()
    const there = this.state.balances.AVAILABLE
    const taken = there <= 0 ? 0 : there < days ? there : days
    if (taken > 0) this.move('CHARGEBACK', 'AVAILABLE', 'ISSUED', taken)
    this.state.owed += days - taken
    this.other('test.charged_back', this.accountId, null)
  }

  /** They are given back. */
  reverse(days: number): void {
    this.settle()
    let left = days
    while (left > 0 && this.state.owed > 0) {
      this.state.owed -= 1
      left -= 1
    }
    if (left > 0) this.move('CHARGEBACK_REVERSAL', 'ISSUED', 'AVAILABLE', left)
    this.other('test.reversed', this.accountId, null)
  }

  create(input: { id: string; name: string; externalId: string | null; trial: boolean; days: number | null }): void {
    this.settle()
    const { id, name, externalId, trial, days } = input
    const bearers = this.state.channels.filter((channel) => externalId !== null && channel.externalId === externalId)
    if (bearers.some((channel) => channel.deletedAt === null)) {
      throw new ModelRefusal('CONFLICT', { field: 'externalId', externalId })
    }
    if (trial) {
      const running = this.state.channels.filter(({ trialUntil }) => (trialUntil ?? 0) > this.now).length
      const { maxTrials } = this.terms
      if (running >= maxTrials) throw new ModelRefusal('TRIAL_NOT_ALLOWED', { maxTrials, running })
      if (bearers.some((channel) => channel.trialUntil !== null)) {
        throw new ModelRefusal('TRIAL_NOT_ALLOWED', { field: 'externalId', externalId })
      }
    }
    const trialUntil = trial ? this.now + this.terms.trialDays * DAY : null
    const channel = { id, externalId, trialUntil, run: [], expiredAt: null, lookedAt: this.now, deletedAt: null }
    this.state.channels.push(channel)
    this.other('channel.created', id, { name, externalId })
    if (trial) this.end({ channelId: id, reason: 'TRIAL', previousPaidUntil: null, paidUntil: null, unusedDays: 0 })
    if (days !== null) this.allocate(id, days)
  }

  allocate(channelId: string, days: number): void {
    this.settle()
    this.refuseOwing()
    const channel = this.channel(channelId)
    this.refuseExcess(channel, days)
    if (days > this.spendable) {
      throw new ModelRefusal('INSUFFICIENT_DAYS', { available: this.spendable, requested: days })
    }
    const before = paidUntil(channel)
    this.give(channel, days)
    this.move('ALLOCATION', 'AVAILABLE', 'ALLOCATED', days, channelId)
    this.endMoved(channel, before, 'ALLOCATED')
  }

  release(channelId: string, wanted: number | null): void {
    this.settle()
    const channel = this.channel(channelId)
    const days = wanted ?? this.unused(channel, this.now)
    this.refuseShortage(channel, days)
    const before = paidUntil(channel)
    this.take(channel, days)
    this.move('RELEASE', 'ALLOCATED', 'AVAILABLE', days, channelId)
    this.endMoved(channel, before, 'RELEASED')
    this.payOwed(days)
  }

  transfer(fromId: string, toId: string, days: number): void {
    this.refuseOwing()
    if (fromId === toId) throw new ModelRefusal('BAD_USER_INPUT', { field: 'toChannelId', channelId: toId })
    this.settle()
    const from = this.channel(fromId)
    this.refuseShortage(from, days)
    const to = this.channel(toId)
    this.refuseExcess(to, days)
    const before = [paidUntil(from), paidUntil(to)] as const
    this.take(from, days)
    this.give(to, days)
    this.move('TRANSFER', 'ALLOCATED', 'ALLOCATED', days, fromId, toId)
    this.endMoved(from, before[0], 'TRANSFERRED')
    this.endMoved(to, before[1], 'TRANSFERRED')
  }

  delete(channelId: string): number {
    this.settle()
    const channel = this.channel(channelId)
    if (channel.deletedAt !== null) throw new ModelRefusal('CHANNEL_DELETED', { channelId })
    this.burn(this.now, channel.run, channelId)
    const returnedDays = this.unused(channel, this.now)
    const before = paidUntil(channel)
    this.take(channel, returnedDays)
    channel.deletedAt = this.now
    if (returnedDays > 0) {
      this.move('RELEASE', 'ALLOCATED', 'AVAILABLE', returnedDays, channelId)
      this.endMoved(channel, before, 'DELETED')
      this.payOwed(returnedDays)
    }
    this.other('channel.deleted', channelId, { returnedDays })
    return returnedDays
  }

  /** Answers each item's refusal; null for one that was done. */
  bulk(items: readonly { channelId: string; days: number }[], mode: 'ATOMIC' | 'PARTIAL'): (ModelRefusal | null)[] {
    this.refuseOwing()
    const seen = new Set<string>()
    items.forEach(({ channelId }, index) => {
      const field = `items.${index}.channelId`
      if (seen.has(channelId)) throw new ModelRefusal('BAD_USER_INPUT', { field, channelId })
      seen.add(channelId)
    })
    const requested = items.reduce((sum, { days }) => sum + days, 0)
    if (mode === 'ATOMIC' && requested > this.spendable) {
      throw new ModelRefusal('INSUFFICIENT_DAYS', { available: this.spendable, requested })
    }
    this.settle()
    const outcomes = items.map(({ channelId, days }, index) => {
      try {
        this.attempt(() => this.allocate(channelId, days))
        return null
      } catch (error) {
        if (!(error instanceof ModelRefusal) || mode === 'PARTIAL') return error as ModelRefusal
        const { field = 'channelId' } = error.details
        throw new ModelRefusal(error.code, { ...error.details, field: `items.${index}.${String(field)}`, channelId })
      }
    })
    const [first] = outcomes
    if (first && outcomes.every((outcome) => outcome !== null)) throw first
    return outcomes
  }

  private get spendable(): number {
    return this.state.owed > 0 ? 0 : this.state.balances.AVAILABLE + this.terms.creditLimit
  }

  private refuseOwing(): void {
    const { owed } = this.state
    if (owed > 0) throw new ModelRefusal('DAYS_OWED', { owed })
  }

  /** Of days that have just arrived. */
  private payOwed(arrived: number): void {
    const { owed } = this.state
    const taken = owed < arrived ? owed : arrived
    if (taken > 0) this.move('CHARGEBACK', 'AVAILABLE', 'ISSUED', taken)
    this.state.owed -= taken
  }

  private channel(id: string): ModelChannel {
    const channel = this.state.channels.find((one) => one.id === id)
    if (channel === undefined) throw new ModelRefusal('NOT_FOUND', { id })
    return channel
  }

  private refuseExcess(channel: ModelChannel, days: number): void {
    if (channel.deletedAt !== null) throw new ModelRefusal('CHANNEL_DELETED', { channelId: channel.id })
    const held = this.runs(channel) ? channel.run.length : 0
    if (held + days > MAX_CHANNEL_DAYS) {
      throw new ModelRefusal('BAD_USER_INPUT', { field: 'days', maximum: MAX_CHANNEL_DAYS, held, requested: days })
    }
  }

  private refuseShortage(channel: ModelChannel, days: number): void {
    const channelId = channel.id
    if (channel.deletedAt !== null) throw new ModelRefusal('CHANNEL_DELETED', { channelId })
    const available = this.unused(channel, this.now)
    if (available === 0) throw new ModelRefusal('NOTHING_TO_RELEASE', { channelId, unusedDays: 0 })
    if (days > available) throw new ModelRefusal('INSUFFICIENT_DAYS', { available, requested: days, channelId })
  }

  /** Its run is under way, or waits for the trial's end. */
  private runs(channel: ModelChannel): boolean {
    return this.now < (paidUntil(channel) ?? -Infinity)
  }

  private give(channel: ModelChannel, days: number): void {
    let begins = paidUntil(channel) ?? 0
    if (!this.runs(channel)) {
      channel.run = []
      begins = Math.max(this.now, channel.trialUntil ?? 0)
    }
    for (let added = 0; added < days; added += 1) {
      const day = { begins: begins + added * DAY, burnt: false }
      channel.run.push(day)
      this.state.days.push(day)
    }
    channel.expiredAt = null
    channel.lookedAt = this.now
  }

  private take(channel: ModelChannel, days: number): void {
    const taken = new Set(channel.run.splice(channel.run.length - days))
    this.state.days = this.state.days.filter((day) => !taken.has(day))
    channel.lookedAt = this.now
  }

  /** Each midnight's burn, and each channel's notices and end, in their order. */
  private settle(): void {
    const due: { at: number; channel: ModelChannel | null }[] = []
    for (let at = this.state.midnight + DAY; at <= this.now; at += DAY) due.push({ at, channel: null })
    const channels = [...this.state.channels].sort((a, b) => (a.id < b.id ? -1 : 1))
    for (const channel of channels) {
      if (channel.deletedAt !== null || channel.expiredAt !== null) continue
      const end = Math.max(paidUntil(channel) ?? -Infinity, channel.trialUntil ?? -Infinity)
      for (const days of [...NOTICES, 0]) {
        const at = end - days * DAY
        if (end !== -Infinity && at <= this.now && (days === 0 || at > channel.lookedAt)) due.push({ at, channel })
      }
    }
    due.sort((a, b) => a.at - b.at)
    for (const { at, channel } of due) {
      if (channel === null) {
        this.state.midnight = at
        this.burn(at, this.state.days, null)
        continue
      }
      const previousPaidUntil = paidUntil(channel)
      const hasEnded = Math.max(previousPaidUntil ?? -Infinity, channel.trialUntil ?? -Infinity) <= at
      if (hasEnded) channel.expiredAt = at
      channel.lookedAt = at
      const reason = hasEnded ? 'EXPIRED' : 'NEAR'
      const unusedDays = this.unused(channel, at)
      this.end({ channelId: channel.id, reason, previousPaidUntil, paidUntil: previousPaidUntil, unusedDays }, at)
    }
  }

  private burn(at: number, days: readonly ModelDay[], channelId: string | null): void {
    const begun = days.filter((day) => day.begins < at && !day.burnt)
    for (const day of begun) day.burnt = true
    if (begun.length > 0) this.move('BURN', 'ALLOCATED', 'USED', begun.length, channelId, null, at)
  }

  private move(
    kind: string,
    from: Holder,
    to: Holder,
    days: number,
    channelId: string | null = null,
    toChannelId: string | null = null,
    at = this.now,
  ): void {
    const { balances } = this.state
    balances[from] -= days
    const fromBalance = balances[from]
    balances[to] += days
    const toBalance = balances[to]
    const available = balances.AVAILABLE
    const occurredAt = Math.max(at, this.state.changedAt)
    const sequence = this.nextSequence()
    this.state.ledger.push({
      ...{ sequence, kind, from, to, days, fromBalance, toBalance, available, channelId, toChannelId, occurredAt },
    })
    const change = to === 'AVAILABLE' ? days : from === 'AVAILABLE' ? -days : 0
    this.state.events.push({
      ...{ kind: 'BalanceChange', sequence, occurredAt, days: change, available, movement: kind },
    })
  }

  private endMoved(channel: ModelChannel, before: number | null, reason: string): void {
    this.end({
      channelId: channel.id,
      reason,
      previousPaidUntil: before,
      paidUntil: paidUntil(channel),
      unusedDays: this.unused(channel, this.now),
    })
  }

  private end(end: ModelEnd, at = this.now): void {
    const occurredAt = Math.max(at, this.state.changedAt)
    this.state.events.push({ kind: 'DayExpiryChange', sequence: this.nextSequence(), occurredAt, ...end })
  }

  private other(type: string, subject: string, data: unknown): void {
    const occurredAt = this.now
    this.state.events.push({ kind: 'OtherEvent', sequence: this.nextSequence(), occurredAt, type, subject, data })
  }

  private nextSequence(): number {
    this.state.sequence += 1
    return this.state.sequence
  }
}

function nextMonth(at: number): number {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
}

export function paidUntil({ run }: ModelChannel): number | null {
  const last = run.at(-1)
  return last === undefined ? null : last.begins + DAY
}
