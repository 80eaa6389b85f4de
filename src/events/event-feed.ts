import { Client, type QueryConfig } from 'pg'
import type { Database, Statement } from '../database'
import { NotFoundError } from '../errors'
import type { Log } from '../log'
import type { AccountEvent } from './account-event'
import { RedisHints } from './redis-hints'
import { lastSequence, MAX_EVENTS_READ, readEvents, refuseBeyond } from './read-events'

/** The channel of Postgres' notifications; a payload lists accounts. */
const CHANNEL = 'daybook_events'
/** Hints that come within this time travel as one notification. */
const HINT_DELAY_MS = 5
/** Accounts named in one notification: its payload has at most 8,000 bytes. */
const ACCOUNTS_PER_HINT = 200
/** How often the tables are asked whether a hint was lost: the longest that an event can be late. */
const SWEEP_MS = 1_000
/** Accounts asked for in one statement of the sweep. */
const ACCOUNTS_PER_SWEEP = 5_000
/**
 * Events that are kept in memory of each followed account, for followers who are nearly there: as many as all tails together may
 * hold, within these bounds. At 1,000 events a second a reader that lags by half a second would else fall out of a tail of 512, read
 * from the tables what others are given, and so lag more.
 */
const TAIL_LENGTH = { least: 512, most: 8_192, together: 131_072 } as const
/** Of the tail, that a follower is given at once. */
const MAX_PAGE = 512
/**
 * Events that all followers who are behind the tails hold of the tables together, about: at 1.5 kB an event it is 75 MB. The more
 * they are, the smaller their pages; one that stops reading holds its page until it is cut off.
 */
const EVENTS_BEHIND = 50_000
const LEAST_PAGE = 20
/** For a connection to listen on. */
const LISTEN_TIMEOUT_MS = 5_000
/** Followers that are woken in one go: each may write to its socket, and others wait for the loop meanwhile. */
const WOKEN_AT_ONCE = 512
/** Between tries while the database is away. */
const RETRY_MS = 500

/** What is known of an account that somebody follows. */
interface Followed {
  readonly accountId: string
  followers: number
  /** The last event in the tail, or before it where it is empty. */
  head: number
  /** The newest events, without gaps, up to head. */
  tail: AccountEvent[]
  advancing: boolean
  /** A hint came while it was advancing. */
  stale: boolean
  /** Since when it is known to have news that are not read, by the process's clock; null where there are none. */
  behindSince: number | null
  readonly waiting: Set<() => void>
}

/** Events that there are now, in order. */
export interface EventPage {
  readonly events: readonly AccountEvent[]
  /** The last event of the account that is known of, of this page or after it. */
  readonly asOf: number
  /** The last one as the reader began. */
  readonly atLeast: number
  /** Whether other followers are given the same objects: those of the tail. */
  readonly shared: boolean
}

/** The events of an account, one by one or by the page; of one reader, who waits for each before it asks for more. */
export interface EventStream extends AsyncIterableIterator<AccountEvent> {
  /** At least one event; null once it has ended. */
  nextPage(): Promise<EventPage | null>
  return(): Promise<IteratorReturnResult<undefined>>
}

/**
 * The live feed of a gateway. The tables are the truth: a follower reads on from its own sequence, so it sees every event
 * once and in order, whoever wrote it. Notifications between gateways are only hints to look now rather than within a
 * second. Followers pull: one that is slow costs its place in the log, and no memory.
 */
export class EventFeed {
  private readonly followed = new Map<string, Followed>()
  private readonly hints = new Set<string>()
  private hintTimer: NodeJS.Timeout | null = null
  private sweepTimer: NodeJS.Timeout | null = null
  private listener: Client | null = null
  private redis: RedisHints | null = null
  private connecting = false
  private closed = false
  /** Followers who read from the tables. */
  private behind = 0
  private readonly listeners = new Set<(accountIds: readonly string[]) => void>()

  constructor(
    private readonly database: Database,
    private readonly url: string,
    private readonly log: Log,
    /** Hears how long news have waited until they were read. */
    private readonly onRead: (seconds: number) => void = () => undefined,
    /** Through which hints go while it is there; null for through Postgres. */
    private readonly redisUrl: string | null = null,
  ) {}

  /** How the feed is doing: whether it hears of other gateways at once, and the longest that news have been unread. */
  get state(): { listening: boolean; followed: number; lagSeconds: number } {
    const now = performance.now()
    let lag = 0
    for (const { behindSince } of this.followed.values()) {
      if (behindSince !== null) lag = Math.max(lag, now - behindSince)
    }
    return { listening: this.listener !== null, followed: this.followed.size, lagSeconds: lag / 1000 }
  }

  async start(): Promise<void> {
    // Also with Redis: another gateway may have lost it, and hints at what it does through Postgres.
    await this.listen()
    if (this.redisUrl !== null) {
      this.redis = new RedisHints(this.redisUrl, await this.redisChannel(), (ids) => this.heard(ids), this.log)
      await this.redis.start()
    }
    this.sweepLater()
  }

  async close(): Promise<void> {
    this.closed = true
    if (this.sweepTimer !== null) clearTimeout(this.sweepTimer)
    if (this.hintTimer !== null) clearTimeout(this.hintTimer)
    await this.sendHints().catch(() => undefined)
    this.redis?.close()
    for (const account of this.followed.values()) wake(account)
    await this.listener?.end().catch(() => undefined)
  }

  /** Tells all gateways that these accounts have new events. To be called after the commit, never before. */
  hint(accountIds: readonly string[]): void {
    for (const listener of this.listeners) listener(accountIds)
    for (const accountId of accountIds) {
      this.hints.add(accountId)
      const account = this.followed.get(accountId)
      if (account !== undefined) void this.advance(account)
    }
    this.hintTimer ??= setTimeout(() => {
      this.hintTimer = null
      // A lost hint costs a second, no event.
      this.sendHints().catch((error: unknown) => this.log.debug({ err: error }, 'a hint was not sent'))
    }, HINT_DELAY_MS)
  }

  /** Has every hint heard, of whichever gateway: accounts that may have new events. Some are lost. */
  onHint(listener: (accountIds: readonly string[]) => void): void {
    this.listeners.add(listener)
  }

  /**
   * The wanted events of an account after a sequence, then those to come, until the iterator is returned: no gap, no
   * repeat. Without `after`, those to come only.
   *
   * Throws, before the first event, NOT_FOUND where there is no such account, and BAD_USER_INPUT where `after` lies
   * beyond the last event.
   */
  async follow(
    accountId: string,
    after: number | null,
    wanted: (event: AccountEvent) => boolean,
  ): Promise<EventStream> {
    const last = await lastSequence(this.database.quick, accountId)
    if (last === null) throw new NotFoundError('account', accountId)
    if (after !== null) refuseBeyond(last, after)
    return this.stream(this.acquire(accountId, last), after ?? last, last, wanted)
  }

  private stream(
    account: Followed,
    start: number,
    last: number,
    wanted: (event: AccountEvent) => boolean,
  ): EventStream {
    let cursor = start
    let ended = false
    let wakeUp: (() => void) | null = null
    /** What lies beyond the page that was given last, where that came from the tables: read while that one is sent. */
    let ahead: { cursor: number; events: Promise<AccountEvent[]> } | null = null
    let isBehind = false
    let rest: readonly AccountEvent[] = []
    let place = 0

    /** Resolves when there may be something after the cursor, or following has ended. */
    const news = (): Promise<void> | undefined => {
      if (account.head > cursor || ended || this.closed) return undefined
      return new Promise((resolve) => {
        // Whoever leaves wakes itself alone: thousands may follow one account.
        wakeUp = () => {
          account.waiting.delete(resolve)
          resolve()
        }
        account.waiting.add(resolve)
      })
    }
    const read = (): Promise<AccountEvent[]> => {
      const known = ahead?.cursor === cursor ? ahead.events : this.readAfter(account, cursor)
      ahead = null
      return known
    }
    const fallBehind = (now: boolean): void => {
      if (now === isBehind) return
      isBehind = now
      this.behind += now ? 1 : -1
    }
    const isOver = (): boolean => ended || this.closed
    const nextPage = async (): Promise<EventPage | null> => {
      while (!isOver()) {
        const tailStart = account.head - account.tail.length
        const shared = cursor >= tailStart
        fallBehind(!shared)
        const events = shared ? account.tail.slice(cursor - tailStart, cursor - tailStart + MAX_PAGE) : await read()
        const reached = events.at(-1)
        if (reached === undefined) {
          await news()
          continue
        }
        cursor = reached.sequence
        if (events.length === MAX_EVENTS_READ && !shared && !isOver() && cursor < account.head - account.tail.length)
          ahead = { cursor, events: this.readAfter(account, cursor) }
        const chosen = events.filter(wanted)
        if (chosen.length > 0 && !isOver()) return { events: chosen, asOf: account.head, atLeast: last, shared }
      }
      end()
      return null
    }
    const end = (): IteratorReturnResult<undefined> => {
      if (!ended) {
        ended = true
        fallBehind(false)
        ahead = null
        this.release(account)
        wakeUp?.()
      }
      return { done: true, value: undefined }
    }
    const stream: EventStream = {
      nextPage,
      next: async () => {
        while (place === rest.length) {
          const page = await nextPage()
          if (page === null) return end()
          rest = page.events
          place = 0
        }
        const value = rest[place++]
        return value === undefined || ended ? end() : { done: false, value }
      },
      return: () => Promise.resolve(end()),
      [Symbol.asyncIterator]: () => stream,
    }
    return stream
  }

  private async readAfter(account: Followed, cursor: number): Promise<AccountEvent[]> {
    const share = Math.floor(EVENTS_BEHIND / Math.max(1, this.behind))
    try {
      const limit = Math.min(MAX_EVENTS_READ, Math.max(LEAST_PAGE, share))
      return await readEvents(this.database.sql, account.accountId, cursor, limit)
    } catch (error) {
      this.log.warn({ err: error }, 'the feed could not read; it goes on when the database answers')
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      return []
    }
  }

  private acquire(accountId: string, last: number): Followed {
    let account = this.followed.get(accountId)
    if (account === undefined) {
      account = {
        accountId,
        followers: 0,
        head: last,
        tail: [],
        advancing: false,
        stale: false,
        behindSince: null,
        waiting: new Set(),
      }
      this.followed.set(accountId, account)
    }
    account.followers += 1
    // What was committed between the look at the last sequence and this line had nobody to hint at.
    void this.advance(account)
    return account
  }

  private release(account: Followed): void {
    account.followers -= 1
    if (account.followers === 0) this.followed.delete(account.accountId)
  }

  /** Reads on from the head, until there is nothing more. */
  private async advance(account: Followed): Promise<void> {
    account.stale = true
    account.behindSince ??= performance.now()
    if (account.advancing) return
    account.advancing = true
    try {
      while (account.stale && account.followers > 0 && !this.closed) {
        account.stale = false
        const events = await readEvents(this.database.sql, account.accountId, account.head, MAX_EVENTS_READ)
        const last = events.at(-1)
        if (last === undefined) continue
        account.tail = [...account.tail, ...events].slice(-this.tailLength)
        account.head = last.sequence
        if (events.length === MAX_EVENTS_READ) account.stale = true
        wake(account)
      }
      this.onRead((performance.now() - account.behindSince) / 1000)
      account.behindSince = null
    } catch (error) {
      this.log.warn({ err: error }, 'the feed could not read; the next sweep tries again')
    } finally {
      account.advancing = false
    }
  }

  private get tailLength(): number {
    const { least, most, together } = TAIL_LENGTH
    return Math.min(most, Math.max(least, Math.floor(together / this.followed.size)))
  }

  private sweepLater(): void {
    this.sweepTimer = setTimeout(() => {
      void this.sweep().finally(() => {
        if (!this.closed) this.sweepLater()
      })
    }, SWEEP_MS)
  }

  private async sweep(): Promise<void> {
    const accounts = [...this.followed.values()]
    try {
      for (let start = 0; start < accounts.length; start += ACCOUNTS_PER_SWEEP) {
        const part = accounts.slice(start, start + ACCOUNTS_PER_SWEEP)
        const rows = await this.database.sql.query<{ id: string; sequence: number }>(SEQUENCES, [
          part.map((account) => account.accountId),
        ])
        for (const { id, sequence } of rows) {
          const account = this.followed.get(id)
          if (account !== undefined && sequence > account.head) void this.advance(account)
        }
      }
      if (this.listener === null) void this.listenAgain()
    } catch (error) {
      this.log.warn({ err: error }, 'the feed could not sweep; it tries again within a second')
    }
  }

  /** Beside the sweep, which must go on while there is nobody to listen to. */
  private async listenAgain(): Promise<void> {
    if (this.connecting) return
    this.connecting = true
    try {
      await this.listen()
    } catch (error) {
      this.log.warn({ err: error }, 'the feed could not listen; its sweep goes on without')
    } finally {
      this.connecting = false
    }
  }

  private async listen(): Promise<void> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'daybook feed',
      keepAlive: true,
      connectionTimeoutMillis: LISTEN_TIMEOUT_MS,
    })
    const lost = () => {
      if (this.listener === client) this.listener = null
    }
    client.on('error', lost)
    client.on('end', lost)
    client.on('notification', ({ payload = '' }) => this.heard(payload.split(' ')))
    try {
      await client.connect()
      await client.query({ text: `LISTEN ${CHANNEL}`, query_timeout: LISTEN_TIMEOUT_MS } as QueryConfig)
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
    if (this.closed) await client.end()
    else this.listener = client
  }

  private heard(accountIds: readonly string[]): void {
    for (const told of this.listeners) told(accountIds)
    for (const accountId of accountIds) {
      const account = this.followed.get(accountId)
      if (account !== undefined) void this.advance(account)
    }
  }

  /** Redis tells whoever listens, of whatever database: this one's gateways have a channel of their own. */
  private async redisChannel(): Promise<string> {
    const [row] = await this.database.sql.query<{ name: string; oid: number }>(DATABASE)
    return `${CHANNEL}:${row?.name ?? ''}:${row?.oid ?? ''}`
  }

  private async sendHints(): Promise<void> {
    const accountIds = [...this.hints]
    this.hints.clear()
    if (accountIds.length === 0 || (await this.redis?.publish(accountIds)) === true) return
    for (let start = 0; start < accountIds.length; start += ACCOUNTS_PER_HINT) {
      await this.database.sql.query(NOTIFY, [CHANNEL, accountIds.slice(start, start + ACCOUNTS_PER_HINT).join(' ')])
    }
  }
}

function wake(account: Followed): void {
  const waiting = [...account.waiting]
  account.waiting.clear()
  const some = (start: number): void => {
    for (const wakeUp of waiting.slice(start, start + WOKEN_AT_ONCE)) wakeUp()
    if (start + WOKEN_AT_ONCE < waiting.length) setImmediate(some, start + WOKEN_AT_ONCE)
  }
  some(0)
}

const SEQUENCES: Statement = { name: 'sequences', text: 'SELECT id, sequence FROM account WHERE id = ANY ($1)' }
const DATABASE: Statement = {
  name: 'which-database',
  text: 'SELECT datname AS name, oid FROM pg_database WHERE datname = current_database()',
}
const NOTIFY: Statement = { name: 'notify', text: 'SELECT pg_notify($1, $2)' }
