import { AccountStatus, type BillingMode } from '../accounts/account.entity'
import { daysToRenew, nextDue, type DueChannel } from '../channels/channel-dues'
import { paidUntil, runEnd, unusedDays, withMoreDays } from '../channels/channel-time'
import { instantText } from '../clock'
import type { Sql } from '../database'
import {
  AccountClosedError,
  AccountOverdueError,
  AccountSuspendedError,
  BadUserInputError,
  DaysOwedError,
  NotFoundError,
} from '../errors'
import { LowBalanceMeasure, type NewEvent } from '../events/record-event'
import { replayedOutcome, type RememberedRequest, type RequestKey } from '../idempotency'
import { MAX_CHANNEL_DAYS } from '../input'
import { rowsLiteral, type RowValue } from '../row-literal'
import { hasIdForm, newId } from '../typed-id'
import {
  DayExpiryReason,
  LedgerAccount,
  LedgerTransactionKind,
  type LedgerTransaction,
} from './ledger-transaction.entity'
import type { PostedBalance } from './read-balance'

/** A channel's time, as it stands in an open book. */
export interface BookChannel extends DueChannel {
  readonly id: string
  /** The next instant at which the clock brings it something. */
  readonly dueAt: Date | null
}

/** A movement of days to be posted. `days` is more than 0. */
export interface Movement {
  kind: LedgerTransactionKind
  days: number
  actor: string
  comment?: string | null
  invoiceId?: string | null
  /** Of a movement that is settled: when it was due. Now, unless given. */
  occurredAt?: Date
  /** The channel whose days move, as it stands afterwards. */
  channel?: BookChannel
  /** Of a transfer: the channel that receives, as it stands afterwards. */
  toChannel?: BookChannel
  /** Why the channels' ends move. */
  endReason?: DayExpiryReason
  /** It takes owed days out of what has just arrived: the balance has not fallen by it. */
  paysOwed?: boolean
}

export interface BookRequest {
  readonly accountId: string
  readonly channelIds?: readonly string[]
  readonly key?: RequestKey | null
}

/** How books are opened whose account has something due itself. */
export interface Opening {
  /** As of this instant, where it has passed: by whoever does what is due then. */
  readonly until?: Date
  /** By whoever only looks. */
  readonly asItStands?: boolean
}

/**
 * Something that is the account's own is due, such as the close of a month, and has to be done before anything else. Not a
 * refusal: the door does it, and tries again.
 */
export class AccountDueError extends Error {
  constructor(readonly accountIds: readonly string[]) {
    super(`${accountIds.length} accounts have something due`)
    this.name = 'AccountDueError'
  }
}

const MOVEMENTS: Record<LedgerTransactionKind, readonly [from: LedgerAccount, to: LedgerAccount]> = {
  PURCHASE: [LedgerAccount.ISSUED, LedgerAccount.AVAILABLE],
  GRANT: [LedgerAccount.ISSUED, LedgerAccount.AVAILABLE],
  ALLOCATION: [LedgerAccount.AVAILABLE, LedgerAccount.ALLOCATED],
  RELEASE: [LedgerAccount.ALLOCATED, LedgerAccount.AVAILABLE],
  TRANSFER: [LedgerAccount.ALLOCATED, LedgerAccount.ALLOCATED],
  BURN: [LedgerAccount.ALLOCATED, LedgerAccount.USED],
  CREDIT_NOTE: [LedgerAccount.AVAILABLE, LedgerAccount.ISSUED],
  CORRECTION: [LedgerAccount.AVAILABLE, LedgerAccount.ISSUED],
  CHARGEBACK: [LedgerAccount.AVAILABLE, LedgerAccount.ISSUED],
  CHARGEBACK_REVERSAL: [LedgerAccount.ISSUED, LedgerAccount.AVAILABLE],
}

/** Who did what nobody asked for: the passing of time. */
export const CLOCK_ACTOR = 'job:clock'

/** Who renews a channel. */
export const RENEWAL_ACTOR = 'job:renewal'

/** A point to which a book can be rewound. */
interface Mark {
  balances: Record<LedgerAccount, number>
  owed: number
  sequence: number
  burntUntil: Date
  settledUntil: Date
  dueAt: Date | null
  overdueFrom: Date | null
  mayAllocateAgain: boolean
  duesChanged: boolean
  midnights: number
  ledger: number
  events: number
  remembered: number
  overwritten: number
}

/** An account as `daybook_open_books` answers it; instants in epoch milliseconds. */
interface AccountRow {
  id: string
  status: AccountStatus
  billingMode: BillingMode
  creditLimit: number
  trialDays: number
  maxTrials: number
  sandbox: boolean
  issued: number
  available: number
  allocated: number
  used: number
  owed: number
  sequence: number
  now: number
  changedAt: number
  burntUntil: number
  noticeDays: number[]
  lowBalanceDays: number[]
  topUpBelow: number | null
  overdueFrom: number | null
  dueAt: number | null
  endsToldUntil: number
  duesUntil: number | null
  channelsDueAt: number | null
  midnights: { at: number; unusedDays: number }[] | null
}

interface ChannelRow {
  id: string
  accountId: string
  trialUntil: number | null
  runStart: number | null
  paidDays: number
  subscribedUntil: number | null
  subscriptionRenews: boolean
  expiredAt: number | null
  deletedAt: number | null
  renewDays: number | null
  renewLeadHours: number | null
  renewFailedAt: number | null
  dueAt: number | null
}

interface KeyRow extends RememberedRequest {
  scope: string
  digest: string
}

/**
 * An account's book of days, open: the account is locked, and with it every channel and idempotency key of it. Verbs
 * decide against it in memory, one after the other, and `saveBooks` writes all that they decided as one set. It is the
 * only way by which days move, so that single calls, bulks and jobs share one set of rules.
 *
 * The instant of every change is `now`: taken after the lock, and never earlier than the account's last change.
 */
export class AccountBook {
  readonly accountId: string
  readonly status: AccountStatus
  readonly billingMode: BillingMode
  readonly creditLimit: number
  readonly trialDays: number
  readonly maxTrials: number
  readonly sandbox: boolean
  readonly now: Date

  private readonly balances: Record<LedgerAccount, number>
  private owedDays: number
  private sequenceTaken: number
  private readonly changedAt: Date
  private burntUntil: Date
  /** UTC midnights whose burn is not posted yet, oldest first, from `midnightsSettled` on. */
  private readonly midnights: readonly { at: Date; unusedDays: number }[]
  private midnightsSettled = 0
  /** Up to here what was due is done: by whoever had the book before, and then by this one. */
  private settledUntil: Date
  /** Whether something may be due that is not done: looked for once a batch, not once a command. */
  private unsettled = true
  private ends = 0

  private readonly noticeDays: readonly number[]
  private readonly lowBalanceDays: readonly number[]
  private topUpBelow: number | null
  private overdueSince: Date | null
  private nextDueAt: Date | null
  private duesChanged = false
  /** Up to here the ends of channels are told: they stand here alone, and not on the channels. */
  private readonly endsToldUntil: Date
  /** Up to here all that was due of channels is in the book; null where the account knew that nothing was. */
  private readonly duesUntil: Date | null
  /** No channel that is not in the book is due before this; null where none is due at all. */
  private readonly othersDueAt: Date | null
  /** Days arrived, or may be allocated again: renewals that could not be paid are due again. */
  private mayAllocateAgain = false
  private readonly channels = new Map<string, BookChannel>()
  /** Channels as they were when the book was opened: the unused days at midnights were counted with these. */
  private readonly found = new Map<string, BookChannel>()
  private readonly rememberedKeys = new Map<string, RememberedRequest>()
  private readonly ledger: LedgerTransaction[] = []
  private readonly events: (NewEvent & { sequence: number; occurredAt: Date })[] = []
  private readonly newKeys: { key: RequestKey; outcome: unknown }[] = []
  /** What channels were before each change, so that a refusal can be undone. */
  private readonly overwritten: BookChannel[] = []

  constructor(row: AccountRow, channels: readonly ChannelRow[], keys: readonly KeyRow[]) {
    this.accountId = row.id
    this.status = row.status
    this.billingMode = row.billingMode
    this.creditLimit = row.creditLimit
    this.trialDays = row.trialDays
    this.maxTrials = row.maxTrials
    this.sandbox = row.sandbox
    this.now = new Date(row.now)
    this.balances = { ISSUED: row.issued, AVAILABLE: row.available, ALLOCATED: row.allocated, USED: row.used }
    this.owedDays = row.owed
    this.sequenceTaken = row.sequence
    this.changedAt = new Date(row.changedAt)
    this.settledUntil = this.changedAt
    this.burntUntil = new Date(row.burntUntil)
    this.midnights = (row.midnights ?? []).map(({ at, unusedDays }) => ({ at: new Date(at), unusedDays }))
    this.noticeDays = row.noticeDays
    this.lowBalanceDays = row.lowBalanceDays
    this.topUpBelow = row.topUpBelow
    this.overdueSince = instant(row.overdueFrom)
    this.nextDueAt = instant(row.dueAt)
    this.endsToldUntil = new Date(row.endsToldUntil)
    this.duesUntil = instant(row.duesUntil)
    this.othersDueAt = instant(row.channelsDueAt)
    for (const channel of channels) {
      const found: BookChannel = {
        id: channel.id,
        trialUntil: instant(channel.trialUntil),
        runStart: instant(channel.runStart),
        paidDays: channel.paidDays,
        subscribedUntil: instant(channel.subscribedUntil),
        subscriptionRenews: channel.subscriptionRenews,
        expiredAt: instant(channel.expiredAt),
        deletedAt: instant(channel.deletedAt),
        renewDays: channel.renewDays,
        renewLeadHours: channel.renewLeadHours,
        renewFailedAt: instant(channel.renewFailedAt),
        dueAt: instant(channel.dueAt),
      }
      this.channels.set(found.id, found)
      this.found.set(found.id, found)
    }
    for (const key of keys) this.rememberedKeys.set(key.digest, key)
  }

  /** Days that can be allocated; negative down to minus the credit limit. */
  get available(): number {
    return this.balances.AVAILABLE
  }

  /** Up to where used days are posted: the last UTC midnight, once settled. */
  get burnPostedUntil(): Date {
    return this.burntUntil
  }

  /** The last event of the account. */
  get sequence(): number {
    return this.sequenceTaken
  }

  /** Days that a chargeback could not take. They are taken out of whatever arrives, and nothing is spent until then. */
  get owed(): number {
    return this.owedDays
  }

  /** Days that can still leave the balance: what is available, and the credit beyond it; none while days are owed. */
  get spendable(): number {
    return this.owedDays > 0 ? 0 : this.balances.AVAILABLE + this.creditLimit
  }

  /** The account's figures as they stand in the book. */
  get postedBalance(): PostedBalance {
    const { accountId, available, creditLimit, owed, sequence } = this
    return { accountId, available, creditLimit, owed, sequence }
  }

  /** What was posted since the book was opened, the oldest first. */
  get posted(): readonly LedgerTransaction[] {
    return this.ledger
  }

  /** As posted: days on channels, with those used since the last burn. */
  get allocated(): number {
    return this.balances.ALLOCATED
  }

  get changed(): boolean {
    // A channel alone is changed where a renewal is tried again in vain: nothing is told, but it is not due any longer.
    const changes = this.ledger.length + this.events.length + this.newKeys.length + this.overwritten.length
    return changes > 0 || this.duesChanged
  }

  /** Whether there is something to write: what was decided, or only that what the account took to be due is not. */
  get isDirty(): boolean {
    return this.changed || this.duesUntil !== null
  }

  /** When the clock brings the account itself something next. */
  get dueAt(): Date | null {
    return this.nextDueAt
  }

  /** Kept by `setDue`. */
  setDueAt(at: Date | null): void {
    const needsTopUp = this.topUpBelow !== null && this.available < this.topUpBelow
    this.nextDueAt = needsTopUp ? earlier(at, this.now) : at
    this.duesChanged = true
  }

  /** Kept by `runAutoTopUp`: fewer available days than these are due to be topped up at once; null for not armed. */
  setTopUpBelow(days: number | null): void {
    this.topUpBelow = days
  }

  /** The due date of the oldest usage invoice that is open. */
  get overdueFrom(): Date | null {
    return this.overdueSince
  }

  setOverdueFrom(at: Date | null): void {
    if (this.overdueSince !== null) this.retryRenewals()
    this.overdueSince = at
    this.duesChanged = true
  }

  /** Whether a usage invoice was unpaid past its due date at an instant. */
  overdueAt(at: Date): boolean {
    return this.overdueSince !== null && this.overdueSince < at
  }

  /** Throws ACCOUNT_SUSPENDED, ACCOUNT_CLOSED; ACCOUNT_OVERDUE (since), DAYS_OWED (owed) where days may only be given back. */
  requireMayAllocate(): void {
    this.requireActive()
    if (this.overdueSince !== null && this.overdueAt(this.now)) throw new AccountOverdueError(this.overdueSince)
    this.requireNothingOwed()
  }

  /** Throws DAYS_OWED (owed). */
  requireNothingOwed(): void {
    if (this.owedDays > 0) throw new DaysOwedError(this.owedDays)
  }

  requireActive(): void {
    if (this.status === AccountStatus.SUSPENDED) throw new AccountSuspendedError()
    if (this.status === AccountStatus.CLOSED) throw new AccountClosedError()
  }

  channel(id: string): BookChannel {
    const channel = this.channels.get(id)
    if (channel === undefined) throw new NotFoundError('channel', id)
    return channel
  }

  hasChannel(id: string): boolean {
    return this.channels.has(id)
  }

  /** The outcome to answer again; undefined where the key is new or none was given. Throws IDEMPOTENCY_CONFLICT. */
  replay(key: RequestKey | null | undefined): unknown {
    return key == null ? undefined : replayedOutcome(key, this.rememberedKeys.get(key.digest))
  }

  remember(key: RequestKey | null | undefined, outcome: unknown): void {
    if (key == null) return
    this.rememberedKeys.set(key.digest, { inputDigest: key.inputDigest, outcome })
    this.newKeys.push({ key, outcome })
  }

  /** Takes a channel that was inserted within this transaction into the book. */
  addChannel(channel: BookChannel): void {
    this.channels.set(channel.id, channel)
  }

  /**
   * Does what the passing of time has brought due, each at its own instant and in its order: the burn of every UTC
   * midnight; the notices, renewals and ends of channels. Every verb settles before it acts, so that nothing depends on
   * who came first, the partner or a job.
   */
  settle(): void {
    if (!this.unsettled) return
    this.unsettled = false
    const queue = [...this.channels.values()]
      .filter(({ dueAt }) => dueAt !== null && dueAt <= this.now)
      .sort(byDueInstant)
    for (;;) {
      const midnight = this.midnights[this.midnightsSettled]
      const channel = queue[0]
      if (channel?.dueAt != null && (midnight === undefined || channel.dueAt < midnight.at)) {
        queue.shift()
        const after = this.settleChannel(channel, channel.dueAt)
        if (after.dueAt !== null && after.dueAt <= this.now) insertSorted(queue, after, byDueInstant)
      } else if (midnight !== undefined) {
        this.burnUntil(midnight.at, midnight.unusedDays)
      } else break
    }
    this.settledUntil = this.now
  }

  /** Ends, notices and failed renewals that were told, for whoever counts. */
  get endsTold(): number {
    return this.ends
  }

  /** Posts a movement, and the ends of channels that it moves, under the next numbers of the sequence. */
  post(movement: Movement): LedgerTransaction {
    const { kind, days, channel, toChannel } = movement
    const [from, to] = MOVEMENTS[kind]
    const at = movement.occurredAt ?? this.now
    if (!(Number.isSafeInteger(days) && days > 0)) throw new RangeError(`a movement of ${days} days`)
    this.balances[from] -= days
    const fromBalance = this.balances[from]
    this.balances[to] += days
    const toBalance = this.balances[to]
    if (!Number.isSafeInteger(fromBalance) || !Number.isSafeInteger(toBalance)) {
      throw new BadUserInputError('days', 'The sum of days would leave the safe integers.', { days })
    }
    const transaction: LedgerTransaction = {
      id: newId('ledgerTransaction'),
      accountId: this.accountId,
      sequence: this.nextSequence(),
      kind,
      fromAccount: from,
      toAccount: to,
      days,
      fromBalance,
      toBalance,
      availableBalance: this.balances.AVAILABLE,
      channelId: channel?.id ?? null,
      toChannelId: toChannel?.id ?? null,
      invoiceId: movement.invoiceId ?? null,
      comment: movement.comment ?? null,
      actor: movement.actor,
      occurredAt: this.notBeforeLastChange(at),
      createdAt: this.now,
      endReason: movement.endReason ?? null,
      previousPaidUntil: null,
      paidUntil: null,
      unusedDays: null,
      toPreviousPaidUntil: null,
      toPaidUntil: null,
      toUnusedDays: null,
    }
    if (channel !== undefined && movement.endReason !== undefined) {
      transaction.previousPaidUntil = runEnd(this.channel(channel.id))
      transaction.paidUntil = runEnd(channel)
      transaction.unusedDays = unusedDays(channel, at)
      this.nextSequence()
    }
    if (toChannel !== undefined && movement.endReason !== undefined) {
      transaction.toPreviousPaidUntil = runEnd(this.channel(toChannel.id))
      transaction.toPaidUntil = runEnd(toChannel)
      transaction.toUnusedDays = unusedDays(toChannel, at)
      this.nextSequence()
    }
    if (channel !== undefined) this.change(channel, at)
    if (toChannel !== undefined) this.change(toChannel, at)
    this.ledger.push(transaction)
    if (to === LedgerAccount.AVAILABLE) this.payOwed(movement)
    if (from === LedgerAccount.AVAILABLE && movement.paysOwed !== true) {
      this.tellLowBalance(fromBalance + days, fromBalance, movement)
      if (this.topUpBelow !== null && fromBalance < this.topUpBelow) this.setDueAt(this.nextDueAt)
    }
    return transaction
  }

  /**
   * Takes days back whether or not they are there: available ones first, down to 0 and never into the credit; what is
   * lacking is owed. Days that were used or are on channels stay so.
   */
  chargeBack({ days, ...movement }: Omit<Movement, 'kind'>): void {
    const taken = Math.min(days, Math.max(0, this.balances.AVAILABLE))
    if (taken > 0) this.post({ ...movement, kind: LedgerTransactionKind.CHARGEBACK, days: taken })
    this.owedDays += days - taken
    this.duesChanged = true
    if (!Number.isSafeInteger(this.owedDays)) throw new RangeError(`${this.owedDays} owed days`)
  }

  /** Gives back what a chargeback took: fewer days are owed first, the rest returns to the balance. */
  reverseChargeback({ days, ...movement }: Omit<Movement, 'kind'>): void {
    const forgiven = Math.min(days, this.owedDays)
    this.owedDays -= forgiven
    this.duesChanged = true
    if (days > forgiven) {
      this.post({ ...movement, kind: LedgerTransactionKind.CHARGEBACK_REVERSAL, days: days - forgiven })
    } else if (this.owedDays === 0) this.retryRenewals()
  }

  /** Records an event that is no movement of days, under the next number of the sequence. */
  record(event: NewEvent): void {
    this.events.push({
      ...event,
      sequence: this.nextSequence(),
      occurredAt: this.notBeforeLastChange(event.occurredAt ?? this.now),
    })
  }

  /** Puts a channel's new time in the place of its old one, and looks when the clock will bring it something next. */
  change(channel: BookChannel, at = this.now): BookChannel {
    // One that was given its lead by hand renews by itself again.
    const hasFailed = channel.renewFailedAt !== null && daysToRenew(channel, at) > 0
    const changed = { ...channel, renewFailedAt: hasFailed ? channel.renewFailedAt : null }
    return this.put({ ...changed, dueAt: nextDue(changed, this.noticeDays, at)?.at ?? null })
  }

  /** Renews a channel now where less than its lead is left, or nothing. */
  renewWhereShort(channelId: string): void {
    const channel = this.channel(channelId)
    if (channel.renewDays !== null && daysToRenew(channel, this.now) > 0) this.renew(channel, this.now)
  }

  /**
   * Makes renewals that could not be paid due again, since more days may be allocated now: of the channels in this book;
   * `daybook_write_books` sees to the others.
   */
  retryRenewals(): void {
    this.mayAllocateAgain = true
    for (const channel of this.channels.values()) {
      if (channel.renewFailedAt !== null && channel.deletedAt === null) this.put({ ...channel, dueAt: this.now })
    }
  }

  /** Runs a piece of work that may be refused; a refusal leaves the book as it was before. */
  attempt<T>(work: () => T): T {
    const mark = this.mark()
    try {
      return work()
    } catch (error) {
      this.rewind(mark)
      throw error
    }
  }

  /** The rows that `daybook_write_books` takes. */
  rows(): BookRows {
    const { endsToldUntil, channels } = this.changedChannels()
    return {
      account: [
        this.accountId,
        this.balances.ISSUED,
        this.balances.AVAILABLE,
        this.balances.ALLOCATED,
        this.balances.USED,
        this.owedDays,
        this.sequenceTaken,
        this.changed ? this.now : this.changedAt,
        this.burntUntil,
        this.nextDueAt,
        endsToldUntil,
        this.channelsDueAt(),
        this.overdueSince,
        this.mayAllocateAgain,
      ],
      channels: channels.map((channel) => channelRow(this.accountId, channel, endsToldUntil)),
      ledger: this.ledger.map(ledgerRow),
      events: this.events.map((event) => [
        this.accountId,
        event.sequence,
        event.type,
        event.subject,
        event.data,
        event.actor,
        event.occurredAt,
      ]),
      keys: this.newKeys.map(({ key, outcome }) => [key.scope, key.digest, key.inputDigest, JSON.stringify(outcome)]),
    }
  }

  /**
   * The channels to be written. Those to which nothing came but their end are not among them: it is told when the account
   * says that it has told all ends up to then. Of the very instant of the book more may come.
   */
  private changedChannels(): { endsToldUntil: Date; channels: BookChannel[] } {
    let endsToldUntil = this.endsToldUntil
    const channels: BookChannel[] = []
    for (const id of new Set(this.overwritten.map((channel) => channel.id))) {
      const channel = this.channel(id)
      const end = toldEnd(this.found.get(id), channel)
      if (end === null || this.duesUntil === null || end > this.duesUntil || end >= this.now) channels.push(channel)
      else if (end > endsToldUntil) endsToldUntil = end
    }
    return { endsToldUntil, channels }
  }

  /** A lower bound of the next instant at which the clock brings a channel of the account something. */
  private channelsDueAt(): Date | null {
    let next = this.othersDueAt
    for (const { dueAt } of this.channels.values()) if (dueAt !== null) next = earlier(next, dueAt)
    return next
  }

  private put(channel: BookChannel): BookChannel {
    this.overwritten.push(this.channel(channel.id))
    this.channels.set(channel.id, channel)
    if (channel.dueAt !== null && channel.dueAt <= this.now) this.unsettled = true
    return channel
  }

  private burnUntil(at: Date, unusedAsFound: number): void {
    let unused = unusedAsFound
    for (const [id, channel] of this.channels) {
      const found = this.found.get(id)
      if (found !== channel) unused += unusedDays(channel, at) - (found === undefined ? 0 : unusedDays(found, at))
    }
    // What is allocated and not unused is used: days of runs that ended since the last burn included.
    const days = this.balances.ALLOCATED - unused
    this.midnightsSettled += 1
    this.burntUntil = at
    if (days > 0) this.post({ kind: LedgerTransactionKind.BURN, days, actor: CLOCK_ACTOR, occurredAt: at })
  }

  /** Takes owed days out of days that have just arrived. Where none are owed any longer, renewals are due again. */
  private payOwed({ days, actor, occurredAt }: Movement): void {
    const taken = Math.min(days, this.owedDays)
    if (taken > 0) {
      this.owedDays -= taken
      const comment = 'owed since a chargeback'
      this.post({ kind: LedgerTransactionKind.CHARGEBACK, days: taken, actor, occurredAt, comment, paysOwed: true })
    }
    if (this.owedDays === 0) this.retryRenewals()
  }

  /** Tells of each threshold that the balance has crossed downwards, the highest first. */
  private tellLowBalance(before: number, after: number, { actor, occurredAt }: Movement): void {
    for (const threshold of this.lowBalanceDays) {
      if (before < threshold || after >= threshold) continue
      const data = { measure: LowBalanceMeasure.DAYS, threshold, available: after }
      this.record({ type: 'balance.low', subject: this.accountId, actor, occurredAt, data })
    }
  }

  /** Does the one thing that is due of a channel, and answers it as it stands then. */
  private settleChannel(channel: BookChannel, at: Date): BookChannel {
    const due = nextDue(channel, this.noticeDays, new Date(at.getTime() - 1))
    if (channel.renewFailedAt !== null) {
      // Due again because days have arrived, perhaps at the very instant of a notice or of its end.
      const retried = this.renew(channel, at)
      const isTold = due?.kind === 'NOTICE' && at <= this.settledUntil
      if (retried.renewFailedAt === null || due?.at.getTime() !== at.getTime() || isTold) return retried
    }
    if (due === null || due.at > at) return this.change(channel, at)
    if (due.kind === 'RENEWAL') return this.renew(channel, at)
    // Of an end that had come to lie in what was told already, `at` is an instant after that.
    const settled = due.kind === 'EXPIRY' ? { ...channel, expiredAt: due.at } : channel
    const reason = due.kind === 'EXPIRY' ? DayExpiryReason.EXPIRED : DayExpiryReason.NEAR
    this.recordEnd(settled, reason, due.at, { daysLeft: due.kind === 'NOTICE' ? due.daysLeft : 0 })
    return this.change(settled, at)
  }

  /** Allocates what the channel's renewal takes; what the balance can't pay is told once, until days arrive. */
  private renew(channel: BookChannel, at: Date): BookChannel {
    const days = daysToRenew(channel, at)
    // Tried again, and its lead is left by now: it goes on by itself.
    if (days === 0) return this.change({ ...channel, renewFailedAt: null }, at)
    const renewed = { ...withMoreDays(channel, days, at), expiredAt: null, renewFailedAt: null }
    const mayRenew = this.status === AccountStatus.ACTIVE && !this.overdueAt(at) && renewed.paidDays <= MAX_CHANNEL_DAYS
    if (days <= this.spendable && mayRenew) {
      this.post({
        kind: LedgerTransactionKind.ALLOCATION,
        days,
        actor: RENEWAL_ACTOR,
        occurredAt: at,
        channel: renewed,
        endReason: DayExpiryReason.RENEWED,
      })
      return this.channel(channel.id)
    }
    if (days > 0 && channel.renewFailedAt === null) {
      this.recordEnd(channel, DayExpiryReason.RENEWAL_FAILED, at, { available: this.available, requested: days })
    }
    return this.change({ ...channel, renewFailedAt: channel.renewFailedAt ?? at }, at)
  }

  /** Tells of the end of a channel's time without moving it. */
  private recordEnd(channel: BookChannel, reason: DayExpiryReason, at: Date, figures: object): void {
    this.ends += 1
    const end = paidUntil(channel)
    const until = end === null ? null : instantText(end)
    this.record({
      type: 'channel.day_expiry_changed',
      subject: channel.id,
      actor: reason === DayExpiryReason.RENEWAL_FAILED ? RENEWAL_ACTOR : CLOCK_ACTOR,
      occurredAt: at,
      data: {
        reason,
        previousPaidUntil: until,
        paidUntil: until,
        unusedDays: unusedDays(channel, at),
        ...figures,
      },
    })
  }

  private nextSequence(): number {
    this.sequenceTaken += 1
    return this.sequenceTaken
  }

  private notBeforeLastChange(at: Date): Date {
    return at < this.changedAt ? this.changedAt : at
  }

  private mark(): Mark {
    return {
      balances: { ...this.balances },
      owed: this.owedDays,
      sequence: this.sequenceTaken,
      burntUntil: this.burntUntil,
      settledUntil: this.settledUntil,
      dueAt: this.nextDueAt,
      overdueFrom: this.overdueSince,
      mayAllocateAgain: this.mayAllocateAgain,
      duesChanged: this.duesChanged,
      midnights: this.midnightsSettled,
      ledger: this.ledger.length,
      events: this.events.length,
      remembered: this.newKeys.length,
      overwritten: this.overwritten.length,
    }
  }

  private rewind(mark: Mark): void {
    this.unsettled = true
    Object.assign(this.balances, mark.balances)
    this.owedDays = mark.owed
    this.sequenceTaken = mark.sequence
    this.burntUntil = mark.burntUntil
    this.settledUntil = mark.settledUntil
    this.nextDueAt = mark.dueAt
    this.overdueSince = mark.overdueFrom
    this.mayAllocateAgain = mark.mayAllocateAgain
    this.duesChanged = mark.duesChanged
    this.midnightsSettled = mark.midnights
    this.ledger.length = mark.ledger
    this.events.length = mark.events
    for (const { key } of this.newKeys.splice(mark.remembered)) this.rememberedKeys.delete(key.digest)
    for (const channel of this.overwritten.splice(mark.overwritten).reverse()) this.channels.set(channel.id, channel)
  }
}

/** Values in the order of the types `book_account`, `book_channel`, `book_movement`, `book_event` and `book_key`. */
interface BookRows {
  account: RowValue[]
  channels: RowValue[][]
  ledger: RowValue[][]
  events: RowValue[][]
  keys: RowValue[][]
}

/**
 * Locks the accounts and opens their books, with the channels and keys that are asked for. An account that is not
 * there has no book in the answer.
 *
 * Throws AccountDueError where accounts have something due themselves, unless `opening` says how to take that.
 */
export async function openBooks(
  sql: Sql,
  requests: readonly BookRequest[],
  opening: Opening = {},
): Promise<Map<string, AccountBook>> {
  const accountIds = new Set<string>()
  const channels = new Map<string, string>()
  const keys = new Map<string, RequestKey>()
  for (const { accountId, channelIds = [], key } of requests) {
    if (!hasIdForm(accountId)) continue
    accountIds.add(accountId)
    for (const id of channelIds) if (hasIdForm(id)) channels.set(`${accountId} ${id}`, accountId)
    if (key != null) keys.set(`${key.scope} ${key.digest}`, key)
  }
  const [row] = await sql.query<{
    accounts: AccountRow[] | null
    channels: ChannelRow[] | null
    keys: KeyRow[] | null
  }>(OPEN_BOOKS, [
    [...accountIds].sort(),
    [...channels.values()],
    [...channels.keys()].map((pair) => pair.slice(pair.indexOf(' ') + 1)),
    [...keys.values()].map((key) => key.scope),
    [...keys.values()].map((key) => Buffer.from(key.digest, 'hex')),
    opening.until ?? null,
  ])
  const due = (row?.accounts ?? []).filter(({ dueAt, now }) => dueAt !== null && dueAt <= now)
  if (due.length > 0 && opening.until === undefined && opening.asItStands !== true) {
    throw new AccountDueError(due.map(({ id }) => id))
  }
  const channelsOf = groupedBy(row?.channels ?? [], (channel) => channel.accountId)
  const keysOf = groupedBy(row?.keys ?? [], (key) => key.scope)
  return new Map(
    (row?.accounts ?? []).map((account) => [
      account.id,
      new AccountBook(account, channelsOf.get(account.id) ?? [], keysOf.get(account.id) ?? []),
    ]),
  )
}

/** The book of one account. Throws NOT_FOUND where there is no such account, and AccountDueError as `openBooks` does. */
export async function openBook(sql: Sql, request: BookRequest, opening: Opening = {}): Promise<AccountBook> {
  const book = (await openBooks(sql, [request], opening)).get(request.accountId)
  if (book === undefined) throw new NotFoundError('account', request.accountId)
  return book
}

/** The book of one account with all that is due done and saved; `settled` where there was something. */
export async function openSettledBook(
  sql: Sql,
  request: BookRequest,
  opening: Opening = {},
): Promise<{ book: AccountBook; settled: boolean }> {
  for (let settled = false; ; settled = true) {
    const book = await openBook(sql, request, opening)
    book.settle()
    if (!book.changed) return { book, settled }
    await saveBooks(sql, [book])
  }
}

/** Writes all that was decided, as one set. Books in which there is nothing to write are left alone. */
export async function saveBooks(sql: Sql, books: Iterable<AccountBook>): Promise<void> {
  const rows = [...books].filter((book) => book.isDirty).map((book) => book.rows())
  if (rows.length === 0) return
  await sql.query(WRITE_BOOKS, [
    rowsLiteral(rows.map((row) => row.account)),
    rowsLiteral(rows.flatMap((row) => row.channels)),
    rowsLiteral(rows.flatMap((row) => row.ledger)),
    rowsLiteral(rows.flatMap((row) => row.events)),
    rowsLiteral(rows.flatMap((row) => row.keys)),
  ])
}

/** The accounts in whose books something was decided: whose followers are to be told, once it is committed. */
export function changedAccounts(books: Iterable<AccountBook>): string[] {
  return [...books].filter((book) => book.changed).map((book) => book.accountId)
}

/** An outcome, and whether it is the answer of an earlier call with the same key. */
export interface Decided<Outcome> {
  readonly outcome: Outcome
  readonly replayed: boolean
}

/**
 * Decides, unless the key was used before: then its outcome is answered again. The outcome is remembered with what it
 * did; a refusal changed nothing and is not remembered.
 */
export function decideOnce<Outcome>(
  book: AccountBook,
  key: RequestKey | null,
  decide: (book: AccountBook) => Outcome,
): Decided<Outcome> {
  const remembered = book.replay(key)
  if (remembered !== undefined) return { outcome: remembered as Outcome, replayed: true }
  return book.attempt(() => {
    const outcome = decide(book)
    book.remember(key, outcome)
    return { outcome, replayed: false }
  })
}

/** Opens the book of one account, decides once, and saves: the whole of a verb that moves one account's days or money. */
export async function inBook<Outcome>(
  sql: Sql,
  request: BookRequest,
  decide: (book: AccountBook) => Promise<Outcome>,
): Promise<Decided<Outcome>> {
  const book = await openBook(sql, request)
  const remembered = book.replay(request.key)
  if (remembered !== undefined) return { outcome: remembered as Outcome, replayed: true }
  book.settle()
  const outcome = await decide(book)
  book.remember(request.key, outcome)
  await saveBooks(sql, [book])
  return { outcome, replayed: false }
}

const OPEN_BOOKS = {
  name: 'open-books',
  text: 'SELECT accounts, channels, keys FROM daybook_open_books($1, $2, $3, $4, $5, $6)',
}

const WRITE_BOOKS = { name: 'write-books', text: 'SELECT daybook_write_books($1, $2, $3, $4, $5)' }

function instant(epochMs: number | null): Date | null {
  return epochMs === null ? null : new Date(epochMs)
}

function earlier(one: Date | null, other: Date): Date {
  return one !== null && one < other ? one : other
}

function groupedBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group === undefined) groups.set(keyOf(row), [row])
    else group.push(row)
  }
  return groups
}

/**
 * The end of a channel that was told and is all that came to it since it was found; else null. One whose renewal failed is
 * no such: it is made due again without a look at its end.
 */
function toldEnd(found: BookChannel | undefined, channel: BookChannel): Date | null {
  if (found?.dueAt == null || found.expiredAt !== null || found.renewFailedAt !== null) return null
  if (channel.dueAt !== null || channel.expiredAt?.getTime() !== found.dueAt.getTime()) return null
  const isElseTheSame =
    channel.trialUntil === found.trialUntil &&
    channel.runStart === found.runStart &&
    channel.paidDays === found.paidDays &&
    channel.subscribedUntil === found.subscribedUntil &&
    channel.subscriptionRenews === found.subscriptionRenews &&
    channel.deletedAt === found.deletedAt &&
    channel.renewDays === found.renewDays &&
    channel.renewLeadHours === found.renewLeadHours &&
    channel.renewFailedAt === found.renewFailedAt
  return isElseTheSame ? found.dueAt : null
}

/** A row of `book_channel`. */
function channelRow(accountId: string, channel: BookChannel, endsToldUntil: Date): RowValue[] {
  return [
    channel.id,
    accountId,
    channel.trialUntil,
    channel.runStart,
    channel.paidDays,
    runEnd(channel),
    channel.subscribedUntil,
    channel.subscriptionRenews,
    channel.expiredAt,
    channel.deletedAt,
    channel.renewDays,
    channel.renewLeadHours,
    channel.renewFailedAt,
    // What lies before is told: an end that has come to lie there is told an instant later.
    channel.dueAt !== null && channel.dueAt <= endsToldUntil ? new Date(endsToldUntil.getTime() + 1) : channel.dueAt,
  ]
}

function byDueInstant(a: BookChannel, b: BookChannel): number {
  const byInstant = (a.dueAt?.getTime() ?? Infinity) - (b.dueAt?.getTime() ?? Infinity)
  return byInstant === 0 ? (a.id < b.id ? -1 : 1) : byInstant
}

function insertSorted<T>(sorted: T[], item: T, compare: (a: T, b: T) => number): void {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = sorted[middle]
    if (other !== undefined && compare(other, item) <= 0) low = middle + 1
    else high = middle
  }
  sorted.splice(low, 0, item)
}

/** A row of `book_movement`. */
function ledgerRow(transaction: LedgerTransaction): RowValue[] {
  return [
    transaction.accountId,
    transaction.sequence,
    transaction.id,
    transaction.kind,
    transaction.fromAccount,
    transaction.toAccount,
    transaction.days,
    transaction.fromBalance,
    transaction.toBalance,
    transaction.availableBalance,
    transaction.channelId,
    transaction.toChannelId,
    transaction.invoiceId,
    transaction.comment,
    transaction.actor,
    transaction.occurredAt,
    transaction.endReason,
    transaction.previousPaidUntil,
    transaction.paidUntil,
    transaction.unusedDays,
    transaction.toPreviousPaidUntil,
    transaction.toPaidUntil,
    transaction.toUnusedDays,
  ]
}
