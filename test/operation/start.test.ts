import { Client, type Pool } from 'pg'
import { ConfigError } from '../../src/config'
import { openDatabase, openPool, requireSafeSettings } from '../../src/database'
import { createGateway } from '../../src/gateway'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { TEST_CONFIG } from '../support/gateway'

let test: TestDatabase
beforeEach(async () => {
  test = await createTestDatabase()
})
afterEach(() => test.drop())

const production = { ...TEST_CONFIG, production: true, allowLossyDatabase: false, logLevel: 'silent' as const }

/** The settings as Postgres tells them, but for those that are said otherwise. */
async function check(settings: Record<string, string>, config = production) {
  const warnings: string[] = []
  const rows = Object.entries(settings).map(([name, setting]) => ({ name, setting }))
  const unsafe = rows.filter(({ setting }) => setting === 'off' || setting === '0')
  const sql = { query: <Row>() => Promise.resolve(unsafe as Row[]) }
  const log = { warn: (message: unknown) => void warnings.push(String(message)) }
  const refusal = await requireSafeSettings({ sql }, config, log).then(
    () => null,
    (error: unknown) => (error instanceof ConfigError ? error.message : String(error)),
  )
  return { refusal, warnings }
}

describe('a start in production', () => {
  it('L7: is refused by a Postgres that a crash can make forget, and says what to do', async () => {
    // The server of the tests runs without fsync and full_page_writes.
    await expect(createGateway({ ...production, databaseUrl: test.url }, { sweeps: false })).rejects.toThrow(
      /^Postgres runs with fsync, full_page_writes off: .*switch them on in postgresql\.conf.*DAYBOOK_ALLOW list "lossy"/,
    )
  })

  it('sees what is switched off for the database alone', async () => {
    const client = new Client(test.url)
    await client.connect()
    await client.query(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$`,
    )
    await client.end()
    await expect(createGateway({ ...production, databaseUrl: test.url }, { sweeps: false })).rejects.toThrow(
      /fsync, full_page_writes, synchronous_commit off/,
    )
  })

  it('goes on where "lossy" is allowed, and while developing, with a warning for each', async () => {
    for (const config of [
      { ...production, allowLossyDatabase: true },
      { ...production, production: false },
    ]) {
      const { refusal, warnings } = await check({ fsync: 'off', synchronous_commit: 'off' }, config)
      expect([refusal, warnings.length]).toEqual([null, 2])
      expect(warnings[0]).toMatch(/^Postgres runs with fsync off/)
    }
    expect(await check({ fsync: 'on' })).toEqual({ refusal: null, warnings: [] })
  })

  it('is refused behind a pooler that drops the time-outs of sessions', async () => {
    const { refusal } = await check(
      { statement_timeout: '0', lock_timeout: '0' },
      { ...production, allowLossyDatabase: true },
    )
    expect(refusal).toMatch(/^Sessions of Postgres have no statement_timeout, lock_timeout: a pooler/)
  })
})

describe('every session of every pool', () => {
  const LIMITS = { statement_timeout: '30s', lock_timeout: '15s', idle_in_transaction_session_timeout: '20s' }

  async function limitsOf(pool: Pick<Pool, 'connect'>, count: number) {
    const clients = await Promise.all(Array.from({ length: count }, () => pool.connect()))
    try {
      return await Promise.all(
        clients.map(async (client) => {
          const { rows } = await client.query<object>(
            `SELECT current_setting('statement_timeout') AS statement_timeout, current_setting('lock_timeout') AS lock_timeout,
               current_setting('idle_in_transaction_session_timeout') AS idle_in_transaction_session_timeout`,
          )
          return rows[0]
        }),
      )
    } finally {
      for (const client of clients) client.release()
    }
  }

  it('L7: is bounded: statements, waits for locks, idle transactions', async () => {
    const database = await openDatabase(test.url, 5)
    const { pools } = database
    expect(Object.keys(pools)).toEqual(['main', 'lanes', 'locks', 'quick'])
    const beside = openPool(test.url, 'daybook jobs', { max: 2 })
    for (const [pool, count] of [
      [pools.main, 5],
      [pools.lanes, 6],
      [pools.locks, 2],
      [beside, 2],
    ] as const)
      expect(await limitsOf(pool, count)).toEqual(Array.from({ length: count }, () => LIMITS))
    const quick = { ...LIMITS, statement_timeout: '250ms' }
    expect(await limitsOf(pools.quick, 3)).toEqual([quick, quick, quick])
    await beside.end()
    await database.close()
  })
})
