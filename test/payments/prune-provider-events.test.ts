import { type Database, openDatabase } from '../../src/database'
import { pruneProviderEvents } from '../../src/payments/prune-provider-events'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { silent } from './stripe-bench'

describe('old events of the payment provider', () => {
  let test: TestDatabase
  let database: Database
  beforeAll(async () => {
    test = await createTestDatabase()
    database = await openDatabase(test.url, 2)
  })
  afterAll(async () => {
    await database.close()
    await test.drop()
  })

  it('are forgotten after 35 days, page by page, and not while they wait or are parked', async () => {
    await database.dataSource.query(`
      INSERT INTO provider_event (id, provider, type, livemode, created_at, received_at, state, next_attempt_at)
      SELECT state || age || '_' || n, 'STRIPE', 'any', false, now(), now() - age * interval '1 day', state,
        CASE WHEN state = 'PENDING' THEN now() END
      FROM unnest(ARRAY['DONE', 'IGNORED', 'PARKED', 'PENDING']) AS state, unnest(ARRAY[34, 36]) AS age,
        generate_series(1, CASE WHEN state = 'DONE' THEN 6000 ELSE 1 END) AS n`)
    const tools = { database, log: silent, signal: new AbortController().signal }
    for (let times = 0; times < 2; times += 1) await pruneProviderEvents(tools)
    const left = await database.dataSource.query<{ kind: string; count: number }[]>(
      `SELECT split_part(id, '_', 1) AS kind, count(*) AS count FROM provider_event GROUP BY 1 ORDER BY 1`,
    )
    expect(left.map(({ kind, count }) => [kind, count])).toEqual([
      ['DONE34', 6000],
      ['IGNORED34', 1],
      ['PARKED34', 1],
      ['PARKED36', 1],
      ['PENDING34', 1],
      ['PENDING36', 1],
    ])
  })
})
