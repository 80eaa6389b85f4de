import { readClock } from '../../src/clock'
import { DomainError, ErrorCode } from '../../src/errors'
import { exportUsage } from '../../src/exports/export-usage'
import { readBalancesNow, type BalanceNow } from '../../src/ledger/read-balance'
import { readBalanceAsOf } from '../../src/ledger/read-balance-as-of'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, refusalOf, TestClock } from '../support/desk'
import { Dice, seedOf } from '../support/dice'

const HOUR = 3_600_000
const START = new Date('2026-01-30T17:00:00.000Z')
const seed = seedOf()

let testDatabase: TestDatabase
let desk: Desk
let clock: TestClock

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  clock = await TestClock.install(testDatabase.url)
  await clock.set(START)
  desk = await Desk.open(testDatabase.url)
})

afterAll(async () => {
  await desk.close()
  await clock.close()
  await testDatabase.drop()
})

const now = () => readClock(desk.database.sql)

/** What happens to an account in some weeks, and what its balance was after each of these things. */
interface Story {
  accountId: string
  channelIds: string[]
  seen: Seen[]
}

interface Seen {
  at: Date
  balance: BalanceNow
  /** Days used by each channel, by what was ever allocated to it. */
  used: Map<string, number>
}

async function live(story: Story, dice: Dice, steps: number): Promise<void> {
  let at = (await now()).getTime()
  for (let step = 0; step < steps; step += 1) {
    await clock.set(new Date((at += dice.below(3) === 0 ? 0 : dice.between(1, 90 * HOUR))))
    await move(story, dice).catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error
    })
    story.seen.push(await look(story, new Date(at)))
  }
}

async function move({ accountId, channelIds }: Story, dice: Dice): Promise<unknown> {
  const channelId = dice.pick(channelIds)
  switch (dice.below(8)) {
    case 0:
      return desk.grant(accountId, dice.between(1, 60))
    case 1:
      return channelIds.push((await desk.createChannel(accountId)).outcome.channelId)
    case 2:
      return desk.release(accountId, { channelId, days: dice.between(1, 5) })
    case 3:
      return desk.transfer(accountId, {
        fromChannelId: channelId,
        toChannelId: dice.pick(channelIds),
        days: dice.between(1, 5),
        idempotencyKey: `transfer ${Math.random()}`,
      })
    case 4:
      if (dice.below(3) > 0) return null
      return desk.deleteChannel(accountId, { channelId })
    default:
      return desk.allocate(accountId, {
        channelId,
        days: dice.between(1, 12),
        idempotencyKey: `allocate ${Math.random()}`,
      })
  }
}

async function look({ accountId }: Story, at: Date): Promise<Seen> {
  const [balance] = await readBalancesNow(desk.database.sql, [accountId])
  if (balance === undefined) throw new Error('no balance')
  return { at, balance, used: await usedSince(accountId, START, at) }
}

async function usedSince(accountId: string, from: Date, to: Date): Promise<Map<string, number>> {
  const used = new Map<string, number>()
  for await (const text of exportUsage(desk.database.sql, accountId, { from, to })) {
    for (const line of text.trim().split('\n')) {
      const [channelId = '', , , , , days] = line.split(',')
      if (channelId !== 'channelId') used.set(channelId, Number(days))
    }
  }
  return used
}

async function newStory(): Promise<Story> {
  const accountId = await desk.createAccount()
  await desk.grant(accountId, 40)
  return { accountId, channelIds: await desk.channels(accountId, 3), seen: [] }
}

describe(`the balance as of an instant (seed ${seed})`, () => {
  it('is what the balance was then, at every instant of an account’s life, however much has happened since', async () => {
    const dice = new Dice(seed)
    for (let round = 0; round < 4; round += 1) {
      const story = await newStory()
      await live(story, dice, 60)
      await live(story, dice, 20)
      for (const { at, balance } of lastOfEachInstant(story.seen)) {
        const then = await readBalanceAsOf(desk.database, story.accountId, at)
        const { available, allocated, used } = balance
        expect(then).toMatchObject({ at, available, allocated, used })
      }
    }
  })

  it('is told from the ledger alone: between two movements days are used, and the available ones stay', async () => {
    const story = await newStory()
    const [channelId] = story.channelIds
    const start = (await now()).getTime()
    await desk.allocate(story.accountId, { channelId, days: 10, idempotencyKey: 'ten' })
    await clock.set(new Date(start + 20 * 24 * HOUR))
    const asOf = (hours: number) => readBalanceAsOf(desk.database, story.accountId, new Date(start + hours * HOUR))
    expect(await asOf(-1)).toMatchObject({ available: 0, allocated: 0, used: 0, sequence: 0 })
    expect(await asOf(0)).toMatchObject({ available: 30, allocated: 10, used: 0 })
    expect(await asOf(1)).toMatchObject({ available: 30, allocated: 9, used: 1 })
    expect(await asOf(24)).toMatchObject({ available: 30, allocated: 9, used: 1 })
    expect(await asOf(100)).toMatchObject({ available: 30, allocated: 5, used: 5 })
    expect(await asOf(24 * 15)).toMatchObject({ available: 30, allocated: 0, used: 10 })
  })

  it('is not told of an instant to come', async () => {
    const { accountId } = await newStory()
    const current = await now()
    expect(await refusalOf(readBalanceAsOf(desk.database, accountId, new Date(current.getTime() + 1)))).toEqual({
      code: ErrorCode.BAD_USER_INPUT,
      details: { field: 'at', now: current.toISOString() },
    })
  })
})

describe(`the usage of channels (seed ${seed})`, () => {
  it('sums to the days that the account used, in any period, and periods side by side lose and repeat nothing', async () => {
    const dice = new Dice(seed + 1)
    const story = await newStory()
    await live(story, dice, 80)
    for (const { balance, used } of story.seen) expect(sum(used)).toBe(balance.used)
    const instants = [START, ...lastOfEachInstant(story.seen).map(({ at }) => at)]
    const end = instants.at(-1) ?? START
    const middle = dice.pick(instants)
    const [before, after, whole] = [
      await usedSince(story.accountId, START, middle),
      await usedSince(story.accountId, middle, end),
      await usedSince(story.accountId, START, end),
    ]
    for (const channelId of story.channelIds) {
      expect((before.get(channelId) ?? 0) + (after.get(channelId) ?? 0)).toBe(whole.get(channelId) ?? 0)
    }
  })
})

function sum(used: Map<string, number>): number {
  return [...used.values()].reduce((total, days) => total + days, 0)
}

/** Several things may have happened at one instant: as of it is after all of them. */
function lastOfEachInstant(seen: Seen[]): Seen[] {
  return seen.filter(({ at }, index) => seen[index + 1]?.at.getTime() !== at.getTime())
}
