import { setTimeout as delay } from 'node:timers/promises'
import { isDatabaseAway } from '../../src/database-errors'
import type { Sql } from '../../src/database'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, onDatabase } from '../support/desk'

let testDatabase: TestDatabase
let desk: Desk

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  desk = await Desk.open(testDatabase.url)
})

afterAll(async () => {
  await desk.close()
  await testDatabase.drop()
})

const PID = { name: 'pid', text: 'SELECT pg_backend_pid() AS pid' }

async function cutBetweenStatements(sql: Sql): Promise<void> {
  const [row] = await sql.query<{ pid: number }>(PID)
  await onDatabase(testDatabase.url, 'SELECT pg_terminate_backend($1)', [row?.pid])
  // The news arrives while nothing is asked: an event that nobody hears would end the process, and this test.
  await delay(100)
  await sql.query(PID)
}

describe('L5: a connection that is cut between two statements', () => {
  it.each<[what: string, work: () => Promise<unknown>]>([
    ['of a transaction', () => desk.database.inTransaction((tx) => cutBetweenStatements(tx))],
    [
      'of a pipelined one',
      () =>
        desk.database.inPipelinedTransaction(async (sql) => {
          await cutBetweenStatements(sql)
          return { result: null, written: Promise.resolve() }
        }),
    ],
  ])('%s fails that work alone, and is replaced', async (_, work) => {
    for (let turn = 0; turn < 6; turn += 1) {
      const error: unknown = await work().catch((error: unknown) => error)
      expect(isDatabaseAway(error)).toBe(true)
    }
    const accountId = await desk.createAccount()
    await desk.grant(accountId, 1)
    const [channelId] = await desk.channels(accountId, 1)
    await desk.allocate(accountId, { channelId, days: 1 })
  })
})
