import { type Database, openDatabase } from '../../src/database'
import { createTestDatabase, type TestDatabase } from '../support/database'

let place: TestDatabase
let gateways: Database[]
beforeAll(async () => {
  place = await createTestDatabase()
  gateways = [await openDatabase(place.url, 2), await openDatabase(place.url, 2)]
})
afterAll(async () => {
  for (const gateway of gateways) await gateway.close()
  await place.drop()
})

const done = () => Promise.resolve('done')

describe('a lock by name', () => {
  it('keeps out everybody else, of this gateway and of others, until the work is done', async () => {
    const [one, other] = gateways as [Database, Database]
    const inside = await one.underLock('a name', async () => {
      const within = [await one.underLock('a name', done), await other.underLock('a name', done)]
      return [...within, await other.underLock('another name', done)]
    })
    expect(inside).toEqual([null, null, 'done'])
    expect(await other.underLock('a name', done)).toBe('done')
  })

  it('is given back by work that fails', async () => {
    const [one, other] = gateways as [Database, Database]
    await expect(one.underLock('a name', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await other.underLock('a name', done)).toBe('done')
  })

  it('is given back by Postgres when the connection ends, and the next one gets another connection', async () => {
    const [one, other] = gateways as [Database, Database]
    const taken = await one.underLock('a name', async () => {
      await other.sql.query({
        name: 'end-locks',
        text: `SELECT pg_terminate_backend(pid, 10000) FROM pg_locks
          WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      })
      return other.underLock('a name', done)
    })
    expect(taken).toBe('done')
    expect(await one.underLock('a name', done)).toBe('done')
  })

  it('is no transaction, and takes no connection from the work', async () => {
    const [one] = gateways as [Database, Database]
    const states = await one.underLock('a name', () =>
      one.sql.query<{ state: string }>({
        name: 'lock-states',
        text: `SELECT a.state FROM pg_locks JOIN pg_stat_activity a USING (pid)
          WHERE locktype = 'advisory' AND a.datname = current_database()`,
      }),
    )
    expect(states).toEqual([{ state: 'idle' }])
  })
})
