import { openDatabase, openPool, warnOfLossySettings, type Database } from '../../src/database'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { onDatabase } from '../support/desk'

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

  it('that would lose what was acknowledged in a crash is warned of at the start, and no other is', async () => {
    const told: string[] = []
    await warnOfLossySettings(database, { warn: (text: string) => told.push(text) } as never)
    const rows = await onDatabase<{ name: string }>(
      testDatabase.url,
      `SELECT name FROM pg_settings WHERE setting = 'off' AND name IN ('fsync', 'synchronous_commit', 'full_page_writes')`,
    )
    expect(told).toHaveLength(rows.length)
    for (const { name } of rows) expect(told.join('\n')).toContain(`Postgres runs with ${name} off`)
    await onDatabase(
      testDatabase.url,
      `ALTER DATABASE ${new URL(testDatabase.url).pathname.slice(1)} SET synchronous_commit = off`,
    )
    const careless = await openDatabase(testDatabase.url, 1)
    told.length = 0
    await warnOfLossySettings(careless, { warn: (text: string) => told.push(text) } as never)
    await careless.close()
    expect(told.join('\n')).toContain('synchronous_commit off')
  })
})
