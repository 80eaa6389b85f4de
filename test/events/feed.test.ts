import { setTimeout as delay } from 'node:timers/promises'
import { DomainError, ErrorCode } from '../../src/errors'
import type { AccountEvent } from '../../src/events/account-event'
import { EventFeed } from '../../src/events/event-feed'
import { lastSequence, readEvents } from '../../src/events/read-events'
import { createLog } from '../../src/log'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, onDatabase, refusalOf } from '../support/desk'
import { Dice, seedOf } from '../support/dice'

const seed = seedOf()
/** Movements of each of the eight writers: a night's run takes more. */
const MOVES = Number(process.env.DAYBOOK_FEED_MOVES ?? 60)

/** Kept in memory of an account by a feed: what lies before it is read from the tables. */
const TAIL_LENGTH = 512

const log = createLog({ logLevel: 'silent' })

let testDatabase: TestDatabase
let gateways: [FeedingDesk, FeedingDesk]

/** A gateway's worth of verbs and its feed, which tells the other gateway's. */
interface FeedingDesk {
  desk: Desk
  feed: EventFeed
}

beforeEach(async () => {
  testDatabase = await createTestDatabase()
  gateways = [await open(), await open()]
})

afterEach(async () => {
  for (const { desk, feed } of gateways) {
    await feed.close()
    await desk.close()
  }
  await testDatabase.drop()
})

async function open({ hints = true } = {}): Promise<FeedingDesk> {
  const feeds: EventFeed[] = []
  const desk = await Desk.open(testDatabase.url, (accountIds) => {
    if (hints) for (const feed of feeds) feed.hint(accountIds)
  })
  const feed = new EventFeed(desk.database, testDatabase.url, log)
  await feed.start()
  feeds.push(feed)
  return { desk, feed }
}

/** An account with days and two channels. */
async function openAccount(): Promise<{ accountId: string; channelIds: string[] }> {
  const [{ desk }] = gateways
  const accountId = await desk.createAccount()
  await desk.grant(accountId, 1_000_000)
  return { accountId, channelIds: await desk.channels(accountId, 4) }
}

/** Writers at both gateways; their movements take one, two or three numbers each. */
async function write(accountId: string, channelIds: readonly string[], moves = MOVES, writers = 8): Promise<void> {
  const dice = new Dice(seed)
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      const { desk, feed } = gateways[writer % 2 === 0 ? 0 : 1]
      for (let move = 0; move < moves; move += 1) {
        const [channelId, toChannelId] = [dice.pick(channelIds), dice.pick(channelIds)]
        try {
          switch (dice.below(5)) {
            case 0:
              await desk.grant(accountId, 1)
              feed.hint([accountId])
              break
            case 1:
              await desk.createChannel(accountId)
              feed.hint([accountId])
              break
            case 2:
              await desk.transfer(accountId, { fromChannelId: channelId, toChannelId, days: 1 })
              break
            default:
              await desk.allocate(accountId, { channelId, days: 3 })
          }
        } catch (error) {
          if (!(error instanceof DomainError)) throw error
        }
      }
    }),
  )
}

const everything = () => true

class Follower {
  readonly seen: AccountEvent[] = []
  private readonly done: Promise<void>

  private constructor(private readonly events: AsyncIterableIterator<AccountEvent>) {
    this.done = this.run()
  }

  static async of(
    feed: EventFeed,
    accountId: string,
    after: number | null,
    wanted: (event: AccountEvent) => boolean = everything,
  ): Promise<Follower> {
    return new Follower(await feed.follow(accountId, after, wanted))
  }

  get numbers(): number[] {
    return this.seen.map(({ sequence }) => sequence)
  }

  /** Waits for the event of this number, which must not take longer than that. */
  async hasSeen(sequence: number, patienceMs = 5_000): Promise<void> {
    const giveUpAt = Date.now() + patienceMs
    while ((this.numbers.at(-1) ?? 0) < sequence) {
      if (Date.now() > giveUpAt) throw new Error(`saw ${String(this.numbers.at(-1))} and not ${sequence}`)
      await delay(2)
    }
  }

  async stop(): Promise<void> {
    await this.events.return?.()
    await this.done
  }

  private async run(): Promise<void> {
    for await (const event of this.events) this.seen.push(event)
  }
}

async function last(accountId: string): Promise<number> {
  return (await lastSequence(gateways[0].desk.database.sql, accountId)) ?? NaN
}

function from(after: number, last: number): number[] {
  return Array.from({ length: last - after }, (_, index) => after + 1 + index)
}

/** Accounts that a feed holds something in memory for. */
function followedBy(feed: EventFeed): number {
  return (Reflect.get(feed, 'followed') as Map<string, unknown>).size
}

function cutListeners(): Promise<{ cut: number }[]> {
  return onDatabase(
    testDatabase.url,
    `SELECT count(pg_terminate_backend(pid))::integer AS cut FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'daybook feed'`,
  )
}

describe('a read of events', () => {
  it('is as long as it is asked to be, from wherever it starts, whatever kinds of events lie there', async () => {
    const { accountId, channelIds } = await openAccount()
    await write(accountId, channelIds, 8, 2)
    for (let more = 0; more < 4; more += 1) await gateways[0].desk.grant(accountId, 1)
    const { sql } = gateways[0].desk.database
    const end = await last(accountId)
    for (let after = 0; after <= end; after += 1) {
      for (const limit of [1, 2, 3, 5, end, 500]) {
        const numbers = (await readEvents(sql, accountId, after, limit)).map(({ sequence }) => sequence)
        expect([after, limit, numbers]).toEqual([after, limit, from(after, Math.min(after + limit, end))])
      }
    }
  })
})

describe('a follower', () => {
  it('L4, L10: sees every event once and in order, from wherever it starts, while eight writers commit', async () => {
    const { accountId, channelIds } = await openAccount()
    const other = await openAccount()
    const followers: { after: number; follower: Follower }[] = []
    const join = async (after: number) => {
      const { feed } = gateways[followers.length % 2 === 0 ? 0 : 1]
      followers.push({ after, follower: await Follower.of(feed, accountId, after) })
    }
    const start = await last(accountId)
    for (const after of [0, 1, 2, start - 1, start]) await join(after)
    const live = await Follower.of(gateways[1].feed, accountId, null)
    const writing = Promise.all([
      write(accountId, channelIds),
      // What happens to another account is another account's.
      write(other.accountId, other.channelIds, 10),
    ])
    const load = { writing: true }
    void writing.finally(() => (load.writing = false))
    const dice = new Dice(seed)
    while (load.writing && followers.length < 30) {
      await delay(20)
      await join(dice.below(await last(accountId)))
    }
    await writing
    const end = await last(accountId)
    await join(end)
    for (const { after, follower } of followers) {
      if (after < end) await follower.hasSeen(end)
      expect(follower.numbers).toEqual(from(after, end))
      expect(follower.seen.every((event) => event.accountId === accountId)).toBe(true)
    }
    await live.hasSeen(end)
    expect(live.numbers).toEqual(from(start, end))
    expect(end - start).toBeGreaterThan(8 * MOVES)
    for (const { follower } of [...followers, { follower: live }]) await follower.stop()
    expect(gateways.map(({ feed }) => followedBy(feed))).toEqual([0, 0])
  }, 60_000)

  it('sees what the tables say', async () => {
    const { accountId, channelIds } = await openAccount()
    const follower = await Follower.of(gateways[1].feed, accountId, 0)
    await write(accountId, channelIds, 10)
    const end = await last(accountId)
    await follower.hasSeen(end)
    const pages: AccountEvent[] = []
    while (pages.length < end) {
      pages.push(...(await readEvents(gateways[0].desk.database.sql, accountId, pages.length, 100)))
    }
    expect(follower.seen).toEqual(pages)
    await follower.stop()
  })

  it('sees only what it wants, and loses no place by what it does not', async () => {
    const { accountId, channelIds } = await openAccount()
    const wanted = (event: AccountEvent) => event.kind === 'DayExpiryChange'
    const follower = await Follower.of(gateways[0].feed, accountId, 0, wanted)
    await write(accountId, channelIds, 20)
    await gateways[0].desk.allocate(accountId, { channelId: channelIds[0], days: 1 })
    const end = await last(accountId)
    await follower.hasSeen(end)
    const all: AccountEvent[] = []
    while (all.length < end) {
      all.push(...(await readEvents(gateways[0].desk.database.sql, accountId, all.length, 500)))
    }
    expect(follower.seen).toEqual(all.filter(wanted))
    await follower.stop()
  })

  it('misses nothing when the connections that listen are cut, again and again', async () => {
    const { accountId, channelIds } = await openAccount()
    const followers = await Promise.all(gateways.map(({ feed }) => Follower.of(feed, accountId, 0)))
    const load = { writing: true }
    const writing = write(accountId, channelIds).finally(() => (load.writing = false))
    let cuts = 0
    while (load.writing) {
      cuts += (await cutListeners())[0]?.cut ?? 0
      await delay(50)
    }
    await writing
    expect(cuts).toBeGreaterThanOrEqual(2)
    const end = await last(accountId)
    for (const follower of followers) {
      await follower.hasSeen(end)
      expect(follower.numbers).toEqual(from(0, end))
    }

    // And they listen again by themselves: a hint arrives sooner than the sweep could find it.
    const listening =
      'SELECT count(*)::integer AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1'
    for (const giveUpAt = Date.now() + 5_000; Date.now() < giveUpAt;) {
      const [row] = await onDatabase<{ count: number }>(testDatabase.url, listening, ['daybook feed'])
      if (row?.count === 2) break
      await delay(50)
    }
    const [row] = await onDatabase<{ count: number }>(testDatabase.url, listening, ['daybook feed'])
    expect(row).toEqual({ count: 2 })
    for (const follower of followers) await follower.stop()
  }, 60_000)

  it('is late by a second at most where no hint comes at all', async () => {
    const silent = await open({ hints: false })
    const { accountId, channelIds } = await openAccount()
    const follower = await Follower.of(gateways[1].feed, accountId, null)
    for (let turn = 0; turn < 3; turn += 1) {
      await silent.desk.allocate(accountId, { channelId: channelIds[0], days: 1 })
      const end = await last(accountId)
      const committedAt = performance.now()
      await follower.hasSeen(end)
      expect(performance.now() - committedAt).toBeLessThan(1_500)
    }
    await follower.stop()
    await silent.feed.close()
    await silent.desk.close()
  })

  it('hears of another gateway’s events by a hint, long before it would look by itself', async () => {
    const { accountId, channelIds } = await openAccount()
    const follower = await Follower.of(gateways[1].feed, accountId, null)
    const lags: number[] = []
    for (let turn = 0; turn < 20; turn += 1) {
      await gateways[0].desk.allocate(accountId, { channelId: channelIds[0], days: 1 })
      const end = await last(accountId)
      const committedAt = performance.now()
      await follower.hasSeen(end)
      lags.push(performance.now() - committedAt)
      await delay(10)
    }
    const median = [...lags].sort((a, b) => a - b)[10] ?? NaN
    expect(median).toBeLessThan(200)
    await follower.stop()
  })

  it('that is slower than the tail is long reads on from the tables, and then is live again', async () => {
    const { accountId, channelIds } = await openAccount()
    const [{ desk, feed }] = gateways
    const slow = await feed.follow(accountId, 0, everything)
    const fast = await Follower.of(feed, accountId, 0)
    const numbers: number[] = []
    const pull = async () => {
      const { value } = (await slow.next()) as { value: AccountEvent }
      numbers.push(value.sequence)
    }
    await pull()
    // Twice the tail, and more than is read at once.
    for (let round = 0; round < 4; round += 1) {
      const moves = Array.from({ length: 200 }, (_, move) =>
        desk.allocate(accountId, { channelId: channelIds[move % 4], days: 1 }),
      )
      await Promise.all(moves)
      await pull()
    }
    const end = await last(accountId)
    expect(end).toBeGreaterThan(2 * TAIL_LENGTH)
    while (numbers.length < end) await pull()
    await desk.allocate(accountId, { channelId: channelIds[0], days: 1 })
    await pull()
    await pull()
    expect(numbers).toEqual(from(0, end + 2))
    await slow.return()
    await fast.hasSeen(end + 2)
    expect(fast.numbers).toEqual(from(0, end + 2))
    await fast.stop()
  }, 30_000)

  it('goes on by itself after all connections of its gateway were cut', async () => {
    const { accountId, channelIds } = await openAccount()
    const follower = await Follower.of(gateways[1].feed, accountId, 0)
    for (let turn = 0; turn < 3; turn += 1) {
      await onDatabase(
        testDatabase.url,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'daybook%'`,
      )
      await delay(20)
      for (let tries = 0; tries < 20; tries += 1) {
        try {
          await gateways[0].desk.allocate(accountId, { channelId: channelIds[0], days: 1 })
          break
        } catch {
          // The connection that was cut is found so by whoever uses it next.
          await delay(20)
        }
      }
    }
    const end = await last(accountId)
    await follower.hasSeen(end)
    expect(follower.numbers).toEqual(from(0, end))
    await follower.stop()
  }, 30_000)
})

describe('following', () => {
  it('from beyond the last event is refused with its number', async () => {
    const { accountId } = await openAccount()
    const end = await last(accountId)
    const [{ feed }] = gateways
    expect(await refusalOf(feed.follow(accountId, end + 1, everything))).toEqual({
      code: ErrorCode.BAD_USER_INPUT,
      details: { field: 'after', last: end, received: end + 1 },
    })
    const atTheEnd = await feed.follow(accountId, end, everything)
    await atTheEnd.return()
    expect(followedBy(feed)).toBe(0)
  })

  it('an account that is not there is refused', async () => {
    const [{ feed }] = gateways
    for (const after of [null, 0, 1]) {
      expect(await refusalOf(feed.follow('account_nowhere', after, everything))).toEqual({
        code: ErrorCode.NOT_FOUND,
        details: { id: 'account_nowhere' },
      })
    }
    expect(followedBy(feed)).toBe(0)
  })

  it('ends at once when it is returned while it waits, and leaves the others be', async () => {
    const { accountId, channelIds } = await openAccount()
    const [{ desk, feed }] = gateways
    const end = await last(accountId)
    const stays = await Follower.of(feed, accountId, end)
    const leaves = await feed.follow(accountId, end, everything)
    const waiting = leaves.next()
    await delay(50)
    const returnedAt = performance.now()
    expect(await leaves.return()).toEqual({ done: true, value: undefined })
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect(performance.now() - returnedAt).toBeLessThan(100)
    expect(await leaves.next()).toEqual({ done: true, value: undefined })
    // A second goodbye takes nobody else's place away.
    await leaves.return()
    await desk.allocate(accountId, { channelId: channelIds[0], days: 1 })
    await stays.hasSeen(end + 2)
    expect(followedBy(feed)).toBe(1)
    await stays.stop()
    expect(followedBy(feed)).toBe(0)
  })

  it('can begin again and again, where another just ended, and misses nothing', async () => {
    const { accountId, channelIds } = await openAccount()
    const [{ feed }] = gateways
    const load = { writing: true }
    const writing = write(accountId, channelIds, 30).finally(() => (load.writing = false))
    const numbers: number[] = []
    const takeSome = async (count: number) => {
      const events = await feed.follow(accountId, numbers.length, everything)
      for (let taken = 0; taken < count; taken += 1) {
        const { value } = (await events.next()) as { value: AccountEvent }
        numbers.push(value.sequence)
      }
      await events.return()
    }
    const dice = new Dice(seed)
    while (load.writing) if ((await last(accountId)) - numbers.length > 6) await takeSome(dice.between(1, 6))
    await writing
    const end = await last(accountId)
    await takeSome(end - numbers.length)
    expect(numbers).toEqual(from(0, end))
    expect(followedBy(feed)).toBe(0)
  }, 60_000)

  it('ends when the feed is closed', async () => {
    const { accountId } = await openAccount()
    const closing = await open()
    const events = await closing.feed.follow(accountId, await last(accountId), everything)
    const waiting = events.next()
    await delay(20)
    await closing.feed.close()
    expect(await waiting).toEqual({ done: true, value: undefined })
    await closing.desk.close()
  })
})
