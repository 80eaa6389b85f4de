import type { AccountEvent } from '../../src/events/account-event'
import { EventFeed } from '../../src/events/event-feed'
import { createLog } from '../../src/log'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, onDatabase } from '../support/desk'

const log = createLog({ logLevel: 'silent' })
const WRITERS = 8
const MOVEMENTS_A_WRITER = 40

/** Two gateways' worth: each a database handle, a batcher and a feed. */
describe('the feed of an account', () => {
  let testDatabase: TestDatabase
  let desks: Desk[]
  let feeds: EventFeed[]
  let accountId: string
  let channelIds: string[]

  beforeEach(async () => {
    testDatabase = await createTestDatabase()
    feeds = []
    desks = []
    for (let gateway = 0; gateway < 2; gateway += 1) {
      const desk = await Desk.open(testDatabase.url, (accountIds) => feeds[gateway]?.hint(accountIds))
      const feed = new EventFeed(desk.database, testDatabase.url, log)
      await feed.start()
      desks.push(desk)
      feeds.push(feed)
    }
    accountId = await at(desks, 0).createAccount()
    await at(desks, 0).grant(accountId, 10_000)
    channelIds = await at(desks, 0).channels(accountId, WRITERS)
  })

  afterEach(async () => {
    for (const feed of feeds) await feed.close()
    for (const desk of desks) await desk.close()
    await testDatabase.drop()
  })

  const write = () =>
    Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        for (let movement = 0; movement < MOVEMENTS_A_WRITER; movement += 1) {
          await at(desks, writer % 2).allocate(accountId, { channelId: at(channelIds, writer), days: 1 })
        }
      }),
    )

  const lastSequence = async () => {
    const [row] = await at(desks, 0).rows<{ sequence: string }>('SELECT sequence FROM account WHERE id = $1', [
      accountId,
    ])
    return Number(row?.sequence)
  }

  const followUntil = async (feed: EventFeed, after: number | null, last: () => number | null) => {
    const seen: number[] = []
    const events = await feed.follow(accountId, after, () => true)
    for await (const event of events) {
      seen.push(event.sequence)
      if (event.sequence === last()) break
    }
    return seen
  }

  it('tells every event once and in order, from wherever a follower begins, whichever gateway wrote it', async () => {
    const begun = await lastSequence()
    let last: number | null = null
    const followers = [0, 1, begun - 1, begun, null].flatMap((after) =>
      feeds.map((feed) => ({ after, seen: followUntil(feed, after, () => last) })),
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    await write()
    const end = (last = (await lastSequence()) + 1)
    // The desk's grants go without a hint: the feeds find this one by themselves.
    await at(desks, 0).grant(accountId, 1)
    for (const { after, seen } of followers) {
      const first = (after ?? begun) + 1
      expect(await seen).toEqual(Array.from({ length: end - first + 1 }, (_, index) => first + index))
    }
  })

  it('loses nothing with the notifications: a feed whose listener is ended looks for itself', async () => {
    const begun = await lastSequence()
    let last: number | null = null
    const seen = followUntil(at(feeds, 1), null, () => last)
    await new Promise((resolve) => setTimeout(resolve, 100))
    const writing = write()
    for (let round = 0; round < 3; round += 1) {
      await onDatabase(
        testDatabase.url,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'daybook feed'`,
      )
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await writing
    const end = (last = (await lastSequence()) + 1)
    await at(desks, 0).grant(accountId, 1)
    const expected = Array.from({ length: end - begun }, (_, index) => begun + 1 + index)
    expect(await seen).toEqual(expected)
  })

  it('ends at once when its follower does, in the middle of waiting', async () => {
    const events = await at(feeds, 0).follow(accountId, null, () => true)
    const next = events.next()
    const ended = await events.return()
    expect(ended).toEqual({ done: true, value: undefined })
    expect(await next).toEqual({ done: true, value: undefined })
  })

  it('tells only what is wanted', async () => {
    const isBalanceChange = (event: AccountEvent) => event.kind === 'BalanceChange'
    const events = await at(feeds, 0).follow(accountId, 0, isBalanceChange)
    const { value } = (await events.next()) as { value: AccountEvent }
    expect(value.kind).toBe('BalanceChange')
    await events.return()
  })

  it('refuses to wait behind what has not happened, and for an account that is not there', async () => {
    const last = await lastSequence()
    await expect(at(feeds, 0).follow(accountId, last + 1, () => true)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { field: 'after', last, received: last + 1 },
    })
    await expect(at(feeds, 0).follow('account_00000000000000000000000000', null, () => true)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})

function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new Error(`nothing at ${index}`)
  return item
}
