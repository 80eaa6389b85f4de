import { Client } from 'pg'
import { QUICK_CONNECTIONS } from '../../src/quick-reads'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, onDatabase } from '../support/desk'

let testDatabase: TestDatabase
let desk: Desk

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  desk = await Desk.open(testDatabase.url)
  await onDatabase(testDatabase.url, 'CREATE TABLE behind (n integer); INSERT INTO behind VALUES (7)')
})

afterAll(async () => {
  await desk.close()
  await testDatabase.drop()
})

/** Holds a table so that no statement on it is even prepared, until so many wait for it who have all the time that they want. */
async function whileLocked<T>(work: () => Promise<T>, waiters: number): Promise<T> {
  const holder = new Client({ connectionString: testDatabase.url })
  await holder.connect()
  try {
    await holder.query('BEGIN; LOCK TABLE behind')
    const done = work()
    const waiting = `
      SELECT count(*)::int AS count FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE NOT l.granted AND l.relation = 'behind'::regclass AND a.application_name = 'daybook'`
    const isAwaited = async () => {
      const [row] = await onDatabase<{ count: number }>(testDatabase.url, waiting)
      return row?.count === waiters
    }
    while (!(await isAwaited())) {
      // They come once they were cut off as quick ones.
    }
    await holder.query('COMMIT')
    return await done
  } finally {
    await holder.end()
  }
}

describe('L5: quick reads', () => {
  it('that are cut off while they are prepared, and those that came behind them, are read again', async () => {
    const statement = { name: 'behind', text: 'SELECT n FROM behind' }
    const { quick } = desk.database
    // More than there are connections, so that some use what others were to have prepared.
    const asked = 3 * QUICK_CONNECTIONS
    const rows = await whileLocked(
      () => Promise.all(Array.from({ length: asked }, () => quick.query(statement))),
      asked,
    )
    expect(rows).toEqual(Array.from({ length: asked }, () => [{ n: 7 }]))
    expect(await quick.query(statement)).toEqual([{ n: 7 }])
  })
})
