import { AccountStatus, type BillingMode } from '../accounts/account.entity'
import { endOfTime, paidUntil, unusedDays, type ChannelTime } from '../channels/channel-time'
import type { Sql } from '../database'
import { AccountClosedError, AccountSuspendedError, BadUserInputError, NotFoundError } from '../errors'
import type { NewEvent } from '../events/record-event'
import { replayedOutcome, type RememberedRequest, type RequestKey } from '../idempotency'
import { hasIdForm, newId } from '../typed-id'
import {
  DayExpiryReason,
  LedgerAccount,
  LedgerTransactionKind,
  type LedgerTransaction,
} from './ledger-transaction.entity'

/** A channel's time, as it stands in an open book. */
export interface BookChannel extends ChannelTime {
  readonly id: string
  /** The end of time that was told as EXPIRED. */
  readonly expiredAt: Date | null
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
}

export interface BookRequest {
  readonly accountId: string
  readonly channelIds?: readonly string[]
  readonly key?: RequestKey | null
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
}

/** Who did what nobody asked for: the passing of time. */
export const CLOCK_ACTOR = 'job:clock'

/** What the passing of time brings about at an instant. */
interface Due {
  readonly at: Date
  readonly settle: () => void
}

/** A point to which a book can be rewound. */
interface Mark {
  balances: Record<LedgerAccount, number>
  sequence: number
  burntUntil: Date
  due: number
  settled: number
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
  issued: number
  available: number
  allocated: number
  used: number
  sequence: number
  now: number
  changedAt: number
  burntUntil: number
  midnights: { at: number; unusedDays: number }[] | null
}

interface ChannelRow {
  id: string
  accountId: string
  trialUntil: number | null
  runStart: number | null
  paidDays: number
  expiredAt: number | null
  deletedAt: number | null
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
  readonly now: Date

  private readonly balances: Record<LedgerAccount, number>
  private sequenceTaken: number
  private readonly changedAt: Date
  private burntUntil: Date
  /** What is due by now, oldest first; the first `settled` of it is done. */
  private readonly due: Due[] = []
  private settled = 0

  private readonly channels = new Map<string, BookChannel>()
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
    this.now = new Date(row.now)
    this.balances = { ISSUED: row.issued, AVAILABLE: row.available, ALLOCATED: row.allocated, USED: row.used }
    this.sequenceTaken = row.sequence
    this.changedAt = new Date(row.changedAt)
    this.burntUntil = new Date(row.burntUntil)
    for (const { id, trialUntil, runStart, paidDays, expiredAt, deletedAt } of channels) {
      this.channels.set(id, {
        id,
        trialUntil: instant(trialUntil),
        runStart: instant(runStart),
        paidDays,
        expiredAt: instant(expiredAt),
        deletedAt: instant(deletedAt),
      })
    }
    for (const key of keys) this.rememberedKeys.set(key.digest, key)
    for (const { at, unusedDays } of row.midnights ?? []) {
      this.due.push({ at: new Date(at), settle: () => this.burnUntil(new Date(at), unusedDays) })
    }
    for (const id of [...this.channels.keys()].sort()) this.expectEnd(this.channel(id))
    this.due.sort((a, b) => a.at.getTime() - b.at.getTime())
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

  /** Days that can still leave the balance: what is available, and the credit beyond it. */
  get spendable(): number {
    return this.balances.AVAILABLE + this.creditLimit
  }

  get changed(): boolean {
    return this.ledger.length + this.events.length + this.newKeys.length > 0
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
   * midnight, and the expiry of the channels in the book. Every verb settles before it acts, so that nothing depends on
   * who came first, the partner or a job. All channels of the book, and not only the one that is about to change: an end
   * that was settled after another channel's change would be dated before what it follows.
   */
  settle(): void {
    for (; this.settled < this.due.length; this.settled += 1) this.due[this.settled]?.settle()
  }

  /** Posts a movement, and the ends of channels that it moves, under the next numbers of the sequence. */
  post(movement: Movement): LedgerTransaction {
    const { kind, days, channel, toChannel } = movement
    const [from, to] = MOVEMENTS[kind]
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
      occurredAt: this.notBeforeLastChange(movement.occurredAt ?? this.now),
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
      transaction.previousPaidUntil = paidUntil(this.channel(channel.id))
      transaction.paidUntil = paidUntil(channel)
      transaction.unusedDays = unusedDays(channel, this.now)
      this.nextSequence()
    }
    if (toChannel !== undefined && movement.endReason !== undefined) {
      transaction.toPreviousPaidUntil = paidUntil(this.channel(toChannel.id))
      transaction.toPaidUntil = paidUntil(toChannel)
      transaction.toUnusedDays = unusedDays(toChannel, this.now)
      this.nextSequence()
    }
    if (channel !== undefined) this.change(channel)
    if (toChannel !== undefined) this.change(toChannel)
    this.ledger.push(transaction)
    return transaction
  }

  /** Records an event that is no movement of days, under the next number of the sequence. */
  record(event: NewEvent): void {
    this.events.push({
      ...event,
      sequence: this.nextSequence(),
      occurredAt: this.notBeforeLastChange(event.occurredAt ?? this.now),
    })
  }

  /** Puts a channel's new time in the place of its old one. */
  change(channel: BookChannel): void {
    this.overwritten.push(this.channel(channel.id))
    this.channels.set(channel.id, channel)
    this.expectEnd(channel)
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

  /** The rows that `daybook_save_books` takes. */
  rows(): BookRows {
    const ids = new Set(this.overwritten.map((channel) => channel.id))
    return {
      account: {
        id: this.accountId,
        issued: this.balances.ISSUED,
        available: this.balances.AVAILABLE,
        allocated: this.balances.ALLOCATED,
        used: this.balances.USED,
        sequence: this.sequenceTaken,
        changed_at: this.now,
        burnt_until: this.burntUntil,
      },
      channels: [...ids].map((id) => channelRow(this.accountId, this.channel(id))),
      ledger: this.ledger.map(ledgerRow),
      events: this.events.map((event) => ({
        account_id: this.accountId,
        sequence: event.sequence,
        type: event.type,
        subject: event.subject,
        data: event.data,
        actor: event.actor,
        occurred_at: event.occurredAt,
      })),
      keys: this.newKeys.map(({ key, outcome }) => ({
        scope: key.scope,
        digest: key.digest,
        input_digest: key.inputDigest,
        outcome,
      })),
    }
  }

  private burnUntil(at: Date, unusedDays: number): void {
    // What is allocated and not unused is used: days of runs that ended since the last burn included.
    const days = this.balances.ALLOCATED - unusedDays
    this.burntUntil = at
    if (days > 0) {
      this.post({ kind: LedgerTransactionKind.BURN, days, actor: CLOCK_ACTOR, occurredAt: at })
    }
  }

  /** Notes that a channel's time is over, unless it goes on or its end was told. */
  private expectEnd(channel: BookChannel): void {
    const end = endOfTime(channel)
    if (end === null || end > this.now || channel.expiredAt !== null || channel.deletedAt !== null) return
    this.due.push({ at: end, settle: () => this.expire(this.channel(channel.id), end) })
  }

  private expire(channel: BookChannel, end: Date): void {
    this.change({ ...channel, expiredAt: end })
    this.record({
      type: 'channel.day_expiry_changed',
      subject: channel.id,
      actor: CLOCK_ACTOR,
      occurredAt: end,
      data: {
        reason: DayExpiryReason.EXPIRED,
        previousPaidUntil: paidUntil(channel),
        paidUntil: paidUntil(channel),
        unusedDays: 0,
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
      sequence: this.sequenceTaken,
      burntUntil: this.burntUntil,
      due: this.due.length,
      settled: this.settled,
      ledger: this.ledger.length,
      events: this.events.length,
      remembered: this.newKeys.length,
      overwritten: this.overwritten.length,
    }
  }

  private rewind(mark: Mark): void {
    Object.assign(this.balances, mark.balances)
    this.sequenceTaken = mark.sequence
    this.burntUntil = mark.burntUntil
    this.due.length = mark.due
    this.settled = mark.settled
    this.ledger.length = mark.ledger
    this.events.length = mark.events
    for (const { key } of this.newKeys.splice(mark.remembered)) this.rememberedKeys.delete(key.digest)
    for (const channel of this.overwritten.splice(mark.overwritten).reverse()) this.channels.set(channel.id, channel)
  }
}

interface BookRows {
  account: Record<string, unknown>
  channels: Record<string, unknown>[]
  ledger: Record<string, unknown>[]
  events: Record<string, unknown>[]
  keys: Record<string, unknown>[]
}

/**
 * Locks the accounts and opens their books, with the channels and keys that are asked for. An account that is not
 * there has no book in the answer.
 */
export async function openBooks(sql: Sql, requests: readonly BookRequest[]): Promise<Map<string, AccountBook>> {
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
  ])
  const channelsOf = groupedBy(row?.channels ?? [], (channel) => channel.accountId)
  const keysOf = groupedBy(row?.keys ?? [], (key) => key.scope)
  return new Map(
    (row?.accounts ?? []).map((account) => [
      account.id,
      new AccountBook(account, channelsOf.get(account.id) ?? [], keysOf.get(account.id) ?? []),
    ]),
  )
}

/** The book of one account. Throws NOT_FOUND where there is no such account. */
export async function openBook(sql: Sql, request: BookRequest): Promise<AccountBook> {
  const book = (await openBooks(sql, [request])).get(request.accountId)
  if (book === undefined) throw new NotFoundError('account', request.accountId)
  return book
}

/** Writes all that was decided, as one set. Books in which nothing was decided are left alone. */
export async function saveBooks(sql: Sql, books: Iterable<AccountBook>): Promise<void> {
  const rows = [...books].filter((book) => book.changed).map((book) => book.rows())
  if (rows.length === 0) return
  await sql.query(SAVE_BOOKS, [
    JSON.stringify(rows.map((row) => row.account)),
    JSON.stringify(rows.flatMap((row) => row.channels)),
    JSON.stringify(rows.flatMap((row) => row.ledger)),
    JSON.stringify(rows.flatMap((row) => row.events)),
    JSON.stringify(rows.flatMap((row) => row.keys)),
  ])
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
  text: 'SELECT accounts, channels, keys FROM daybook_open_books($1, $2, $3, $4, $5)',
}

const SAVE_BOOKS = { name: 'save-books', text: 'SELECT daybook_save_books($1, $2, $3, $4, $5)' }

function instant(epochMs: number | null): Date | null {
  return epochMs === null ? null : new Date(epochMs)
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

function channelRow(accountId: string, channel: BookChannel): Record<string, unknown> {
  return {
    id: channel.id,
    account_id: accountId,
    trial_until: channel.trialUntil,
    run_start: channel.runStart,
    paid_days: channel.paidDays,
    paid_until: paidUntil(channel),
    expired_at: channel.expiredAt,
    deleted_at: channel.deletedAt,
  }
}

function ledgerRow(transaction: LedgerTransaction): Record<string, unknown> {
  return {
    account_id: transaction.accountId,
    sequence: transaction.sequence,
    id: transaction.id,
    kind: transaction.kind,
    from_account: transaction.fromAccount,
    to_account: transaction.toAccount,
    days: transaction.days,
    from_balance: transaction.fromBalance,
    to_balance: transaction.toBalance,
    available_balance: transaction.availableBalance,
    channel_id: transaction.channelId,
    to_channel_id: transaction.toChannelId,
    invoice_id: transaction.invoiceId,
    comment: transaction.comment,
    actor: transaction.actor,
    occurred_at: transaction.occurredAt,
    end_reason: transaction.endReason,
    previous_paid_until: transaction.previousPaidUntil,
    paid_until: transaction.paidUntil,
    unused_days: transaction.unusedDays,
    to_previous_paid_until: transaction.toPreviousPaidUntil,
    to_paid_until: transaction.toPaidUntil,
    to_unused_days: transaction.toUnusedDays,
  }
}
