import { DatabaseError } from 'pg'
import { writeEntries, type NewAuditEntry } from '../audit/deed'
import type { Database, PipelinedWork, Sql } from '../database'
import { isDatabaseAway } from '../database-errors'
import { DomainError, NotFoundError, UnavailableError } from '../errors'
import type { RequestKey } from '../idempotency'
import type { Span } from '../tracing/tracing'
import {
  changedAccounts,
  decideOnce,
  openBooks,
  saveBooks,
  type AccountBook,
  type Decided,
} from '../ledger/account-book'
import type { LedgerTransaction } from '../ledger/ledger-transaction.entity'
import type { PostedBalance } from '../ledger/read-balance'

/** Something to be decided against an account's open book. */
export interface MovementCommand<Outcome> {
  readonly accountId: string
  readonly channelIds: readonly string[]
  readonly key: RequestKey | null
  /** Throws a DomainError for a refusal. The outcome is remembered under the key, so it holds ids and figures only. */
  readonly decide: (book: AccountBook) => Outcome
  /** Makes the entry of the audit log that is written with what was decided; none for what the ledger tells by itself. */
  readonly tell?: (before: object, after: object) => NewAuditEntry
  /** What of the book is told. */
  readonly state?: (book: AccountBook) => object
}

/** What a command came to. Once it is committed, an answer can tell it without reading it anew. */
export interface Moved<Outcome> extends Decided<Outcome> {
  /** The account right after the command, before the next one of the batch; null for a replay, whose time has passed. */
  readonly balance: PostedBalance | null
  /** What the command posted, the burns and renewals that it found due included. */
  readonly transactions: readonly LedgerTransaction[]
}

/** Accounts are spread over the lanes by their ids, so that no more than a lane's batches wait for one account's lock. */
const LANES = 2
/** While one batch of a lane commits, the next is already sent. */
const BATCHES_IN_FLIGHT = 2
/**
 * Channels that must wait before a batch is sent beside another. What every batch costs, about 0.7 ms of Postgres and Node, is
 * more than the wait where they are few: 64 calls in flight as one batch take a quarter less CPU each than as two.
 */
const WORTH_A_SECOND_BATCH = 64
/** A batch that takes longer waits for somebody's lock: the next one is sent beside it, however small. */
const SLOW_BATCH_MS = 25
/** Channels in a batch; 64 to 256 measured best. A bulk larger than that is a batch of its own. */
const BATCH_CHANNELS = 256
/** Commands that wait in a lane at the most; past it the lane refuses with UNAVAILABLE rather than grow. */
const LANE_CAPACITY = 20_000
/** Channels of these commands: twenty of the largest bulks, about 25 MB. */
const LANE_CHANNELS = 200_000

/** Who looks on. */
export interface BatchWatch {
  readonly onBatch?: (size: number, seconds: number, isCommitted: boolean) => void
  /** In whose trace a call is made. */
  readonly current?: () => Span | null
  /** Put around the transaction of a batch. */
  readonly around?: <T>(size: number, callers: readonly Span[], work: () => Promise<T>) => Promise<T>
}

interface Waiting {
  command: MovementCommand<unknown>
  resolve: (moved: Moved<unknown>) => void
  reject: (error: unknown) => void
  caller: Span | null
}

/**
 * The door of allocations, releases, transfers and bulks. Calls that arrive while a batch is under way wait together and
 * go as the next one: each account is locked once a batch, its commands are decided in their order, each with its own
 * outcome, and all are written as one set. Nobody waits for others to come: at one caller a batch is one call.
 */
export class MovementBatcher {
  private readonly lanes: Lane[]

  /** `onCommitted` hears of the accounts that a batch changed, once it is committed; `watch` of every batch. */
  constructor(
    database: Pick<Database, 'inPipelinedTransaction'>,
    onCommitted: (accountIds: string[]) => void,
    watch: BatchWatch = {},
  ) {
    this.lanes = Array.from({ length: LANES }, () => new Lane(database, onCommitted, watch))
  }

  /** Calls that wait for their batch. */
  get waiting(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.size, 0)
  }

  /** Rejects with the command's refusal, NOT_FOUND where there is no such account, or UNAVAILABLE. */
  submit<Outcome>(command: MovementCommand<Outcome>): Promise<Moved<Outcome>> {
    let hash = 0
    for (let index = 0; index < command.accountId.length; index += 1) {
      hash = (hash * 31 + command.accountId.charCodeAt(index)) | 0
    }
    const lane = this.lanes[Math.abs(hash) % LANES]
    if (lane === undefined) throw new Error('no lane')
    return lane.submit(command) as Promise<Moved<Outcome>>
  }

  /** Resolves once all that was submitted is answered. */
  async drained(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.drained()))
  }
}

class Lane {
  private waiting: Waiting[] = []
  private waitingChannels = 0
  private inFlight = 0
  /** Of the batches in flight: those that have taken too long. */
  private readonly slow = new Set<Waiting[]>()
  private flushing = false
  private readonly idle = new Set<() => void>()

  constructor(
    private readonly database: Pick<Database, 'inPipelinedTransaction'>,
    private readonly onCommitted: (accountIds: string[]) => void,
    private readonly watch: BatchWatch,
  ) {}

  get size(): number {
    return this.waiting.length
  }

  submit(command: MovementCommand<unknown>): Promise<Moved<unknown>> {
    const channels = this.waitingChannels + command.channelIds.length
    if (this.waiting.length >= LANE_CAPACITY || channels > LANE_CHANNELS) return Promise.reject(new UnavailableError())
    this.waitingChannels = channels
    return new Promise((resolve, reject) => {
      this.waiting.push({ command, resolve, reject, caller: this.watch.current?.() ?? null })
      this.flushSoon()
    })
  }

  async drained(): Promise<void> {
    if (this.inFlight + this.waiting.length === 0) return
    await new Promise<void>((resolve) => this.idle.add(resolve))
  }

  /** At the end of this turn of the event loop, so that calls that were read from their sockets together go together. */
  private flushSoon(): void {
    if (this.flushing || !this.mayFlush()) return
    this.flushing = true
    setImmediate(() => {
      this.flushing = false
      while (this.waiting.length > 0 && this.mayFlush()) void this.flush(this.nextBatch())
    })
  }

  private mayFlush(): boolean {
    if (this.inFlight === 0) return true
    const isWorthIt = this.slow.size > 0 || this.waitingChannels >= WORTH_A_SECOND_BATCH
    return isWorthIt && this.inFlight < BATCHES_IN_FLIGHT
  }

  private nextBatch(): Waiting[] {
    let channels = 0
    let count = 0
    for (const { command } of this.waiting) {
      channels += command.channelIds.length
      if (count > 0 && channels > BATCH_CHANNELS) break
      count += 1
    }
    const batch = this.waiting.splice(0, count)
    for (const { command } of batch) this.waitingChannels -= command.channelIds.length
    return batch
  }

  private async flush(batch: Waiting[]): Promise<void> {
    this.inFlight += 1
    const timer = setTimeout(() => {
      this.slow.add(batch)
      if (this.waiting.length > 0) this.flushSoon()
    }, SLOW_BATCH_MS)
    try {
      await this.run(batch)
    } finally {
      clearTimeout(timer)
      this.slow.delete(batch)
      this.inFlight -= 1
      if (this.waiting.length > 0) this.flushSoon()
      else if (this.inFlight === 0) {
        for (const resolve of this.idle) resolve()
        this.idle.clear()
      }
    }
  }

  /** Answers the error where the database was away, so that nobody waits for it again. */
  private async run(batch: readonly Waiting[]): Promise<unknown> {
    const progress = { isSent: false }
    const begunAt = performance.now()
    const tell = (isCommitted: boolean) =>
      this.watch.onBatch?.(batch.length, (performance.now() - begunAt) / 1000, isCommitted)
    let decided: { answers: (Moved<unknown> | DomainError)[]; changed: string[] }
    try {
      decided = await this.write(batch, async (sql) => {
        const books = await openBooks(
          sql,
          batch.map(({ command }) => command),
        )
        const entries: NewAuditEntry[] = []
        const answers = batch.map(({ command }) => answerOf(books.get(command.accountId), command, entries))
        const changed = changedAccounts(books.values())
        progress.isSent = true
        // Both are sent before COMMIT is: the first of each is sent at once.
        const saved = saveBooks(sql, books.values())
        const written = entries.length === 0 ? saved : Promise.all([saved, writeEntries(sql, entries)])
        return { result: { answers, changed }, written }
      })
    } catch (error) {
      tell(false)
      // Once COMMIT was sent, only the server's own word says for certain that nothing came of it.
      const mayHaveHappened = progress.isSent && !(error instanceof DatabaseError)
      const isAway = isDatabaseAway(error) || mayHaveHappened
      if (batch.length > 1 && !isAway) return this.runOneByOne(batch)
      for (const { reject } of batch) reject(error)
      return isAway ? error : undefined
    }
    tell(true)
    if (decided.changed.length > 0) this.onCommitted(decided.changed)
    batch.forEach(({ resolve, reject }, index) => {
      const answer = decided.answers[index]
      if (answer === undefined || answer instanceof DomainError) reject(answer)
      else resolve(answer)
    })
    return undefined
  }

  private write<T>(batch: readonly Waiting[], work: (sql: Sql) => Promise<PipelinedWork<T>>): Promise<T> {
    const { around } = this.watch
    if (around === undefined) return this.database.inPipelinedTransaction(work)
    const callers = batch.flatMap(({ caller }) => (caller === null ? [] : [caller]))
    return around(batch.length, callers, () => this.database.inPipelinedTransaction(work))
  }

  /** One command that the database refuses must not take its neighbours with it. */
  private async runOneByOne(batch: readonly Waiting[]): Promise<unknown> {
    let away: unknown
    for (const waiting of batch) {
      if (away === undefined) away = await this.run([waiting])
      else waiting.reject(away)
    }
    return away
  }
}

function answerOf(
  book: AccountBook | undefined,
  { accountId, key, decide, tell, state }: MovementCommand<unknown>,
  entries: NewAuditEntry[],
): Moved<unknown> | DomainError {
  if (book === undefined) return new NotFoundError('account', accountId)
  try {
    const before = state?.(book)
    const posted = book.posted.length
    const decided = decideOnce(book, key, decide)
    if (decided.replayed) return { ...decided, balance: null, transactions: [] }
    if (tell !== undefined && state !== undefined && before !== undefined) entries.push(tell(before, state(book)))
    return { ...decided, balance: book.postedBalance, transactions: book.posted.slice(posted) }
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
}
