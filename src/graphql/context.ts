import { Deed, isReplay, stateOfBook, type Whence } from '../audit/deed'
import type { RefusalNotes } from '../audit/note-refusals'
import { actorName, Role, type Actor } from '../auth/actor'
import { VisibleRows } from '../auth/visible-rows'
import type { MovementBatcher, MovementCommand } from '../channels/movement-batcher'
import type { Payments } from '../channel-subscriptions/open-billing-portal'
import { readClock } from '../clock'
import type { Database, Sql, Tx } from '../database'
import { UnauthenticatedError } from '../errors'
import type { RequestMarks } from '../http/request-marks'
import type { EventFeed } from '../events/event-feed'
import type { JobQueue } from '../jobs/job-queue'
import { readOnReplica } from '../replicas/read-on-replica'
import type { Replicas } from '../replicas/replicas'
import type { SignInTools } from '../sessions/sign-in'
import type { Webhooks } from '../webhooks/start-webhooks'
import { Loaders } from './loaders'
import type { IdempotencyShown } from './operation-limits'
import { OperationTime } from './operation-time'

/** The parts of a gateway that resolvers reach. */
export interface Parts {
  readonly database: Database
  readonly movements: MovementBatcher
  readonly feed: EventFeed
  readonly payments: Payments
  readonly jobs: JobQueue
  readonly webhooks: Webhooks
  readonly refusals: RefusalNotes
  readonly signIn: SignInTools
}

/** What a resolver knows: who asks, and the doors it may open. One for each operation, and for each event. */
export class Context {
  /** Whether anything was read, or could have been: what was answered without is good for ever. */
  hasRead = false
  /** A moment of the replicas', before anything was looked up for it; left out: when it is told to read there. */
  arrivedAt?: number
  private walls: VisibleRows
  private loaded: Loaders
  /** The mutation that is under way: those of a document run one after the other. */
  private deed: Deed | null = null
  /** Whether each mutation that bore a key was a replay. One object for all copies that Apollo makes of a context. */
  private readonly replays = new Map<string, boolean>()
  private isReplay = false
  private held: Parts

  constructor(
    parts: Parts,
    /** Null for a caller with neither a token nor a session. */
    readonly caller: Actor | null,
    private readonly whence: Whence,
    /** Ends with the operation, at the latest. */
    readonly time: OperationTime = new OperationTime(),
    /** Of its trace, for the log. */
    private readonly traceId?: string,
  ) {
    const database = parts.database.within(time)
    this.held = { ...parts, database }
    this.walls = new VisibleRows(database.dataSource.manager, caller ?? NOBODY, database.sql, database.quick)
    this.loaded = new Loaders(database, this.walls)
  }

  /** To be called before the operation runs: one that changes nothing may be read on a replica. */
  readOn(replicas: Replicas): void {
    const database = readOnReplica(this.held.database, replicas, this.time, this.arrivedAt)
    this.held = { ...this.held, database }
    this.walls = new VisibleRows(database.dataSource.manager, this.caller ?? NOBODY, database.sql, database.quick)
    this.loaded = new Loaders(this.held.database, this.walls)
  }

  /** By whatever of them, something could be read. */
  private get parts(): Parts {
    this.hasRead = true
    return this.held
  }

  get visible(): VisibleRows {
    this.hasRead = true
    return this.walls
  }

  /** What its lines in the log bear. */
  get marks(): RequestMarks {
    const accountId = this.caller?.accountId
    return {
      requestId: this.whence.requestId,
      ...(this.traceId !== undefined && { traceId: this.traceId }),
      ...(accountId != null && { accountId }),
    }
  }

  /** Throws UNAUTHENTICATED for a caller without a token. */
  get actor(): Actor {
    if (this.caller === null) throw new UnauthenticatedError()
    return this.caller
  }

  /** How the actor is written down. */
  get actorName(): string {
    return actorName(this.actor)
  }

  get loaders(): Loaders {
    this.hasRead = true
    return this.loaded
  }

  get feed(): EventFeed {
    return this.parts.feed
  }

  get jobs(): JobQueue {
    return this.parts.jobs
  }

  get payments(): Payments {
    return this.parts.payments
  }

  get webhooks(): Webhooks {
    return this.parts.webhooks
  }

  /** What people sign in with. */
  get signIn(): SignInTools {
    return this.parts.signIn
  }

  get sql(): Sql {
    return this.parts.database.sql
  }

  /** Its transactions write what the audit log keeps of the mutation that is under way. */
  get database(): Database {
    const { database } = this.parts
    return this.deed === null ? database : { ...database, inTransaction: (work) => this.inToldTransaction(work) }
  }

  /** What is said of the keys that the operation's mutations bore. */
  get idempotency(): IdempotencyShown | undefined {
    if (this.replays.size === 0) return undefined
    return { replayed: [...this.replays.values()].every(Boolean), fields: Object.fromEntries(this.replays) }
  }

  /** What an account's clock says; without an account, the live clock. */
  now(accountId: string | null): Promise<Date> {
    return accountId === null ? readClock(this.sql) : this.loaders.clock.load(accountId)
  }

  /** Runs a verb that changes an account in a transaction, and lets its followers know after the commit. */
  async change<T>(accountId: string, verb: (tx: Tx) => Promise<T>): Promise<T> {
    this.deed?.isAbout(accountId)
    const result = await this.inToldTransaction(verb)
    this.parts.feed.hint([accountId])
    this.forget()
    return result
  }

  /** Moves days through the batcher. */
  async move<Outcome>(command: MovementCommand<Outcome>): Promise<Outcome> {
    const { deed } = this
    if (deed === null || deed.isOfLedger) {
      if (deed !== null) deed.isTold = true
      return this.submit(command)
    }
    deed.isAbout(command.accountId)
    const outcome = await this.submit({
      ...command,
      state: (book) => stateOfBook(book, command.channelIds),
      tell: (before, after) => deed.told(command.accountId, before, after),
    })
    deed.isTold = true
    return outcome
  }

  /**
   * Does a mutation, and holds it to its entry in the audit log: written with what it changes, by whichever of the doors
   * it first goes through. What goes through none is told once it is done. Refusals are told of staff.
   */
  async tell<T>(
    { action, name }: { action: string; name: string },
    input: Readonly<Record<string, unknown>>,
    work: () => Promise<T>,
  ): Promise<T> {
    if (this.caller === null) return work()
    const deed = new Deed(action, input, this.caller, this.whence)
    this.deed = deed
    this.isReplay = false
    try {
      const result = await this.time.within(work)
      if (!deed.isTold) await this.inToldTransaction(() => Promise.resolve(result))
      if (bearsKey(input)) this.replays.set(name, this.isReplay)
      return result
    } catch (error) {
      if (this.caller.role === Role.STAFF && !deed.isTold) await this.parts.refusals.note(deed.refused(error))
      throw error
    } finally {
      this.deed = null
    }
  }

  private async inToldTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const { deed, parts } = this
    if (deed === null || deed.isTold) return parts.database.inTransaction(work)
    const result = await parts.database.inTransaction((tx) => deed.tell(tx, work))
    deed.isTold = true
    this.isReplay ||= isReplay(result)
    return result
  }

  private async submit<Outcome>(command: MovementCommand<Outcome>): Promise<Outcome> {
    this.time.throwIfOver()
    const moved = await this.parts.movements.submit(command)
    this.isReplay ||= moved.replayed
    this.forget()
    this.loaded.knowMovement(moved)
    return moved.outcome
  }

  /** What was loaded, the instant included, is of before the change: the rest of the operation reads anew. */
  forget(): void {
    this.loaded = new Loaders(this.database, this.walls)
  }
}

function bearsKey({ input, idempotencyKey }: Readonly<Record<string, unknown>>): boolean {
  return (idempotencyKey ?? (input as { idempotencyKey?: unknown } | undefined)?.idempotencyKey) != null
}

/** Sees nothing: no account has this id. */
const NOBODY: Actor = {
  role: Role.PARTNER,
  scopes: new Set(),
  accountId: 'nobody',
  tokenId: null,
  expiresAt: null,
}
