import type { Pool, PoolClient } from 'pg'
import { cancelOnceOver, openPool, sqlOn, type Ending, type Sql, type Statement } from '../database'
import type { Log } from '../log'
import { Rounds } from '../rounds'
import { reaches, readPrimaryState, type PrimaryState, type WalPosition } from './wal-position'

/** How often a replica is looked at, and how often where readers wait for it to catch up. */
const LOOK_MS = 1_000
const LOOK_AGAIN_MS = 100
/** A replica that doesn't answer a look within it is away: what is under way there is asked of the primary. */
const ANSWERS_WITHIN_MS = 1_000
/** Past it a reader goes to the primary. */
const CONNECTS_WITHIN_MS = 500

/** So long a reader waits for the replica to replay what was committed before it came. One in the same network is 1 or 2 ms behind. */
export const CATCHES_UP_WITHIN_MS = 25
const POLL_MS = 1

/** Beyond it nobody waits: a replica that far behind isn't about to catch up. */
export const MAX_LAG_MS = 1_000

/** What goes by the clock, the status of a channel, goes by the replica's where it is read there. NTP keeps two servers within a few ms. */
export const MAX_CLOCK_DIFFERENCE_MS = 100

/** Marks of the primary's log that a replica has still to pass: an hour of looks. */
const MAX_MARKS = 3_600

/** How a replica stands. Only one that is well is read from. */
export type Standing =
  | { readonly state: 'WELL' }
  | { readonly state: 'BEHIND'; readonly reason: string }
  | { readonly state: 'AWAY'; readonly reason: string }
  /** It answers, and must not be read from. `forGood`: no failover and no time can mend it, but only another address. */
  | { readonly state: 'UNFIT'; readonly reason: string; readonly forGood: boolean }

interface ReplicaState {
  readonly isStandby: boolean
  readonly cluster: string
  readonly database: string
  /** Of the server’s own life: after its restart it may have replayed less than before. */
  readonly life: string
  readonly timeline: number
  readonly lsn: number | null
  readonly now: Date
}

/** What is known of how far it is: it holds for connections of the same life only. */
interface Replayed extends WalPosition {
  readonly life: string
}

const WELL: Standing = { state: 'WELL' }

export interface ReplicaOptions {
  readonly url: string
  /** By which logs and figures name it: 1 for the first. */
  readonly number: number
  readonly poolSize: number
  readonly primary: Sql
  readonly log: Pick<Log, 'warn' | 'info'>
}

/**
 * A server that replays the primary's log, and how it stands. It is looked at each second, over a connection of its own, and is read
 * from while it is well. It may come and go: nobody but the log and the figures hears of it.
 */
export class Replica {
  standing: Standing = { state: 'AWAY', reason: 'it was not looked at yet' }
  readonly number: number
  private pool: Pool
  private readonly watching: Pool
  private readonly rounds: Rounds
  private absence = new Absence()
  private replayed: Replayed | null = null
  private readonly lives = new WeakMap<PoolClient, string>()
  private readonly waiting = new Set<Waiting>()
  private isPolling = false
  /** What a reader has waited for in vain. */
  private missed: WalPosition | null = null
  private again: NodeJS.Timeout | undefined
  /** Where the primary's log was at each look, as far as that is not replayed. */
  private readonly marks: { position: WalPosition; at: number }[] = []
  private told: Standing['state'] = 'WELL'

  constructor(private readonly options: ReplicaOptions) {
    this.number = options.number
    this.pool = this.openPool()
    this.watching = openPool(options.url, 'daybook replica watch', {
      max: 1,
      query_timeout: ANSWERS_WITHIN_MS,
      connectionTimeoutMillis: ANSWERS_WITHIN_MS,
    })
    const { log } = options
    this.rounds = new Rounds(() => this.look(), { pauseMs: LOOK_MS, failure: 'the look at a replica failed', log })
  }

  start(): void {
    this.rounds.start()
  }

  async close(): Promise<void> {
    clearTimeout(this.again)
    await this.rounds.close()
    await Promise.all([this.pool.end(), this.watching.end()])
  }

  get pools(): Readonly<Record<string, Pool>> {
    return { [`replica ${this.number}`]: this.pool }
  }

  /** Since when what the primary has committed is not here; null where that isn't known. */
  get lagSeconds(): number | null {
    if (this.standing.state !== 'WELL' && this.standing.state !== 'BEHIND') return null
    const [oldest] = this.marks
    return oldest === undefined ? 0 : (performance.now() - oldest.at) / 1_000
  }

  /**
   * Waits, not for long, until all that was committed before a position is here. Answers the life of the server in which that is so;
   * null where it isn't.
   */
  reach(wanted: WalPosition): string | null | Promise<string | null> {
    const { replayed, standing } = this
    if (standing.state !== 'WELL' || replayed === null) return null
    if (reaches(replayed, wanted)) return replayed.life
    return new Promise((resolve) => {
      const waiting: Waiting = {
        wanted,
        settle: resolve,
        timer: setTimeout(() => this.miss(waiting), CATCHES_UP_WITHIN_MS),
      }
      this.waiting.add(waiting)
      if (!this.isPolling) void this.poll()
    })
  }

  /** Reads on a connection to the server in that life of it. Rejects where that life is over, and where the server goes away meanwhile. */
  async read<T>(life: string, ending: Ending, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const { pool, absence } = this
    absence.throwIfOver()
    const client = await pool.connect()
    const watches = [cancelOnceOver(client, pool, absence), cancelOnceOver(client, pool, ending)]
    try {
      if ((await this.lifeOf(client)) !== life) throw new Error('the replica was started anew')
      return await work(client)
    } catch (error) {
      throw watches.reduce((reason, watch) => watch.reasonOf(reason), error)
    } finally {
      client.release(watches.map((watch) => watch.end()).find((cut) => cut !== undefined))
    }
  }

  /** One look: at the primary first, so that the replica has what it is compared with, or is behind. */
  async look(): Promise<void> {
    const { primary: sql } = this.options
    const askedAt = performance.now()
    // Without a primary nothing is read from a replica either.
    const primary = await readPrimaryState(sql).catch(() => null)
    const between = performance.now()
    const state = await this.stateNow().catch((error: unknown) => {
      this.stand({ state: 'AWAY', reason: error instanceof Error ? error.message : String(error) })
      return null
    })
    if (primary === null || state === null) return
    const apart = clocksApart(primary.now, [askedAt, between], state.now, [between, performance.now()])
    const unfit = unfitFor(primary, state, apart)
    if (unfit !== null) {
      this.stand(unfit)
      return
    }
    this.marks.push({ position: primary.position, at: between })
    if (this.marks.length > MAX_MARKS) this.marks.splice(1, 1)
    this.hasReplayed({ timeline: state.timeline, lsn: state.lsn ?? 0, life: state.life })
    const [oldest] = this.marks
    const lagMs = oldest === undefined ? 0 : performance.now() - oldest.at
    if (lagMs > MAX_LAG_MS) {
      this.stand({ state: 'BEHIND', reason: `it is ${(lagMs / 1_000).toFixed(1)} s behind the primary` })
    } else if (this.missed !== null) {
      this.lookAgain()
    } else {
      this.stand(WELL)
    }
  }

  /** A read there has failed: how does it stand? */
  doubt(): void {
    this.rounds.hint()
  }

  private async stateNow(): Promise<ReplicaState> {
    const [state] = await sqlOn(this.watching).query<ReplicaState>(STATE)
    if (state === undefined) throw new Error('the replica said nothing of itself')
    return state
  }

  private async lifeOf(client: PoolClient): Promise<string> {
    const known = this.lives.get(client)
    if (known !== undefined) return known
    const [row] = await sqlOn(client).query<{ life: string }>(LIFE)
    const life = row?.life ?? ''
    this.lives.set(client, life)
    return life
  }

  /** Asks again and again while somebody waits: one asks for all. */
  private async poll(): Promise<void> {
    this.isPolling = true
    try {
      while (this.waiting.size > 0) {
        const [row] = await sqlOn(this.watching).query<{ lsn: number | null; life: string }>(REPLAYED)
        const { replayed } = this
        // Another life is for the next look to find fit.
        if (row?.lsn == null || replayed?.life !== row.life) break
        this.hasReplayed({ ...replayed, lsn: row.lsn })
        if (this.waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      }
    } catch {
      // The next look tells how it stands; those who wait give up in time.
      this.rounds.hint()
    } finally {
      this.isPolling = false
    }
  }

  private hasReplayed(replayed: Replayed): void {
    this.replayed = replayed
    for (const waiting of [...this.waiting]) {
      if (reaches(replayed, waiting.wanted)) this.settle(waiting, replayed.life)
    }
    while (this.marks[0] !== undefined && reaches(replayed, this.marks[0].position)) this.marks.shift()
    // Of the timeline before, to which nothing comes any more.
    while (this.marks[0] !== undefined && this.marks[0].position.timeline < replayed.timeline) this.marks.shift()
    const { missed } = this
    if (missed !== null && (reaches(replayed, missed) || missed.timeline < replayed.timeline)) this.missed = null
  }

  private miss(waiting: Waiting): void {
    this.settle(waiting, null)
    this.missed ??= waiting.wanted
    if (this.standing.state === 'WELL') {
      this.stand({ state: 'BEHIND', reason: 'a reader has waited for it in vain' }, { isTold: false })
      this.lookAgain()
    }
  }

  private lookAgain(): void {
    clearTimeout(this.again)
    this.again = setTimeout(() => this.rounds.hint(), LOOK_AGAIN_MS)
  }

  private settle(waiting: Waiting, life: string | null): void {
    clearTimeout(waiting.timer)
    this.waiting.delete(waiting)
    waiting.settle(life)
  }

  private stand(standing: Standing, { isTold = true } = {}): void {
    const { number, log } = this.options
    const before = this.standing.state
    this.standing = standing
    if (standing.state !== 'WELL') for (const waiting of [...this.waiting]) this.settle(waiting, null)
    if (standing.state === 'AWAY' || standing.state === 'UNFIT') {
      this.replayed = null
      this.marks.length = 0
      this.missed = null
      // Once: what is under way ends, and its connections, which may lead nowhere.
      if (before === 'WELL' || before === 'BEHIND') this.giveUpConnections(standing.reason)
    }
    if (!isTold || standing.state === this.told) return
    this.told = standing.state
    const facts = { replica: number }
    if (standing.state === 'WELL') log.info(facts, 'a replica is read from again')
    else log.warn({ ...facts, reason: standing.reason }, 'a replica is not read from: the primary is, in its place')
  }

  private giveUpConnections(reason: string): void {
    const { pool, absence } = this
    this.absence = new Absence()
    this.pool = this.openPool()
    absence.begin(new Error(`the replica is not read from: ${reason}`))
    pool.end().catch(() => undefined)
  }

  private openPool(): Pool {
    const { url, poolSize } = this.options
    return openPool(url, 'daybook replica', { max: poolSize, connectionTimeoutMillis: CONNECTS_WITHIN_MS })
  }
}

interface Waiting {
  readonly wanted: WalPosition
  readonly settle: (life: string | null) => void
  readonly timer: NodeJS.Timeout
}

/** That a replica has gone, for what is under way on it. */
class Absence implements Ending {
  reason: Error | null = null
  private readonly watchers = new Set<() => void>()

  begin(reason: Error): void {
    this.reason = reason
    for (const cancel of [...this.watchers]) cancel()
  }

  throwIfOver(): void {
    if (this.reason !== null) throw this.reason
  }

  watch(cancel: () => void): void {
    this.watchers.add(cancel)
  }

  unwatch(cancel: () => void): void {
    this.watchers.delete(cancel)
  }
}

/** Null where it may be read from. */
function unfitFor(primary: PrimaryState, replica: ReplicaState, clocksApartMs: number): Standing | null {
  const unfit = (reason: string, forGood = false): Standing => ({ state: 'UNFIT', reason, forGood })
  if (replica.cluster !== primary.cluster) return unfit('it is no copy of the primary, but a server of its own', true)
  if (replica.database !== primary.database) {
    return unfit(`its database is ${replica.database}, and the primary’s is ${primary.database}`, true)
  }
  if (!replica.isStandby) return unfit('it is in no recovery: it is a primary itself, or has been promoted')
  if (replica.timeline !== primary.position.timeline) {
    return unfit(`it replays timeline ${replica.timeline}, and the primary writes ${primary.position.timeline}`)
  }
  if (clocksApartMs > MAX_CLOCK_DIFFERENCE_MS) {
    return unfit(`its clock and the primary’s are ${Math.round(clocksApartMs)} ms apart`)
  }
  return null
}

type Span = readonly [from: number, to: number]

/**
 * By how much two servers' clocks differ at the least, in milliseconds: each was read at some time between its question and
 * its answer.
 */
function clocksApart(one: Date, oneRead: Span, other: Date, otherRead: Span): number {
  const [oneLow, oneHigh] = [one.getTime() - oneRead[1], one.getTime() - oneRead[0]]
  const [otherLow, otherHigh] = [other.getTime() - otherRead[1], other.getTime() - otherRead[0]]
  return Math.max(0, otherLow - oneHigh, oneLow - otherHigh)
}

const LIFE: Statement = { name: 'replica-life', text: 'SELECT pg_postmaster_start_time()::text AS life' }

const REPLAYED: Statement = {
  name: 'replica-replayed',
  text: `
    SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint AS lsn, pg_postmaster_start_time()::text AS life`,
}

// The timeline is that up to which its data must be replayed to be consistent: it may lag behind the replay's, and is never ahead.
const STATE: Statement = {
  name: 'replica-state',
  text: `
    SELECT pg_is_in_recovery() AS "isStandby", current_database()::text AS database, clock_timestamp() AS now,
      (SELECT system_identifier::text FROM pg_control_system()) AS cluster,
      (SELECT min_recovery_end_timeline FROM pg_control_recovery()) AS timeline,
      pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint AS lsn, pg_postmaster_start_time()::text AS life`,
}
