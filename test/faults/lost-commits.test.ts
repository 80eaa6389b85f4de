import { createGateway, type Gateway } from '../../src/gateway'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk } from '../support/desk'
import { TEST_CONFIG } from '../support/gateway'
import { Dice } from '../support/dice'
import { AnswerProxy } from './answer-proxy'
import { CommitProxy, type Cut } from './commit-proxy'
import { STAFF_TOKEN } from './gateway-process'
import { badlyTold, doneTwice } from './judge'
import { lasting, seedPartners, Workload, type Kind, type Partner } from './workload'

jest.setTimeout(300_000)

let testDatabase: TestDatabase
let desk: Desk
let commits: CommitProxy
let gateway: Gateway
let answers: AnswerProxy
let partner: Partner
let workload: Workload

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  desk = await Desk.open(testDatabase.url)
  const [seeded] = await seedPartners(desk, 1)
  if (seeded === undefined) throw new Error('no partner')
  partner = seeded
  commits = await CommitProxy.start(testDatabase.url)
  gateway = await createGateway(
    { ...TEST_CONFIG, databaseUrl: commits.url, staffToken: STAFF_TOKEN },
    { sweeps: false },
  )
  answers = await AnswerProxy.start(Number(new URL(gateway.url).port))
  workload = new Workload([partner], new Dice(1))
  workload.sendTo([answers.url])
})

afterAll(async () => {
  await answers.close()
  await gateway.close()
  await commits.close()
  await desk.close()
  await testDatabase.drop()
})

/** By the lanes, on pipelined connections; and by transactions of TypeORM's. */
const DEEDS: [kind: Kind, input: () => Record<string, unknown>][] = [
  ['allocate', () => ({ channelId: partner.channelIds[0], days: 2 })],
  ['transfer', () => ({ fromChannelId: partner.channelIds[1], toChannelId: partner.channelIds[2], days: 1 })],
  ['bulk', () => ({ items: partner.channelIds.map((channelId) => ({ channelId, days: 1 })), mode: 'ATOMIC' })],
  ['create', () => ({ days: 3 })],
  ['adjust', () => ({ accountId: partner.accountId, days: 5 })],
]
const CUTS: Cut[] = ['BEFORE_COMMIT', 'AFTER_COMMIT']

/** What is there under an operation's name: its movements, and its channel. */
async function effects(id: string): Promise<number> {
  const [row] = await desk.rows<{ count: number }>(
    `SELECT (SELECT count(DISTINCT comment) FROM ledger_transaction WHERE comment = $1)::integer
          + (SELECT count(*) FROM channel WHERE name = $1)::integer AS count`,
    [id],
  )
  return row?.count ?? NaN
}

/** Postgres may be at work on a commit whose connection is gone. */
async function effectsOnceQuiet(id: string): Promise<number> {
  for (;;) {
    const [row] = await desk.rows<{ count: number }>(
      `SELECT count(*)::integer AS count FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND state IN ('active', 'idle in transaction')`,
    )
    if (row?.count === 0) return effects(id)
  }
}

describe('L1, L6, I7: a commit that nobody heard of', () => {
  it.each(CUTS.flatMap((cut) => DEEDS.map(([kind, input]) => [cut, kind, input] as const)))(
    'is not acknowledged, cut %s of %s, and a retry under its key has one effect and one answer',
    async (cut, kind, input) => {
      const { made } = commits
      commits.cut(cut)
      const asked = await workload.ask(kind, partner, input())
      expect(commits.made).toBe(made + 1)
      expect(asked.answer).toMatchObject({ outcome: 'unknown', code: 'UNAVAILABLE' })
      expect(await effectsOnceQuiet(asked.id)).toBe(cut === 'BEFORE_COMMIT' ? 0 : 1)
      await workload.retryUnknown()
      expect(asked.answer).toMatchObject({ outcome: 'ok' })
      expect(await effects(asked.id)).toBe(1)
      expect(await doneTwice(desk, workload.history)).toEqual([])
      expect(badlyTold(workload.history)).toEqual([])
    },
  )

  it.each(DEEDS)('of %s, whose answer was dropped on its way, is answered alike to a retry', async (kind, input) => {
    answers.drop(1)
    const asked = await workload.ask(kind, partner, input())
    expect(asked.answer).toMatchObject({ outcome: 'unknown', status: null })
    expect(await effectsOnceQuiet(asked.id)).toBe(1)
    await workload.retryUnknown()
    const { answer } = asked
    expect(answer).toMatchObject({ outcome: 'ok' })
    expect(await workload.replaySome(20)).toEqual([])
    expect(lasting(asked.answer)).toEqual(lasting(answer))
    expect(await doneTwice(desk, workload.history)).toEqual([])
  })
})
