import { openDatabase, openPool, type Database } from '../../src/database'
import { createTestDatabase, type TestDatabase } from '../support/database'

let testDatabase: TestDatabase
let database: Database

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = await openDatabase(testDatabase.url, 4)
})

afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

const LIMITS = {
  name: 'limits',
  text: `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
                current_setting('idle_in_transaction_session_timeout') AS idle`,
}

describe('L7: every session', () => {
  it.each<[what: string, read: () => Promise<unknown>]>([
    ['of the pool', async () => (await database.sql.query(LIMITS))[0]],
    ['of a transaction', () => database.inTransaction(async (tx) => (await tx.query(LIMITS))[0])],
    ['of a snapshot', () => database.inSnapshot(async (tx) => (await tx.query(LIMITS))[0])],
    [
      'of the lanes',
      () =>
        database.inPipelinedTransaction(async (sql) => ({
          result: (await sql.query(LIMITS))[0],
          written: Promise.resolve(),
        })),
    ],
    [
      'of a pool beside them',
      async () => {
        const pool = openPool(testDatabase.url, 'daybook test', { max: 1 })
        const { rows } = await pool.query<object>(LIMITS.text)
        await pool.end()
        return rows[0]
      },
    ],
  ])('%s waits for nothing for ever, and holds nothing for ever', async (_, read) => {
    expect(await read()).toEqual({ statement: '30s', lock: '15s', idle: '20s' })
  })
})
