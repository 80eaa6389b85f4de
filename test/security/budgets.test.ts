import { openDatabase, type Database } from '../../src/database'
import { QueryTooExpensiveError, RateLimitedError } from '../../src/errors'
import { Budgets, type RateLimit } from '../../src/rate-limits/budgets'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Dice, seedOf } from '../support/dice'

let testDatabase: TestDatabase
let database: Database
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = await openDatabase(testDatabase.url, 8)
})
afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

const gateway = (limit: RateLimit | null) => new Budgets(database.sql, limit)

/** What is spent when somebody asks as fast as they can until they are refused so often in a row. */
async function flood(budgets: Budgets, caller: string, cost: () => number, refusals = 20): Promise<number> {
  let spent = 0
  for (let refused = 0; refused < refusals;) {
    const wanted = cost()
    try {
      const reservation = await budgets.reserve(caller, wanted)
      const used = Math.ceil(wanted / 2)
      reservation.settle(used)
      spent += used
      refused = 0
    } catch (error) {
      expect(error).toBeInstanceOf(RateLimitedError)
      refused += 1
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
  return spent
}

describe('a budget', () => {
  it('R2: is never exceeded by all gateways together: bucket + rate x time, and a crash gives nothing', async () => {
    const dice = new Dice(seedOf('budgets'))
    const limit = { bucket: 5_000, restorePerSecond: 500 }
    for (let round = 0; round < 5; round += 1) {
      const caller = `account-${round}`
      const began = performance.now()
      const gateways = [gateway(limit), gateway(limit), gateway(limit)]
      let spent = await gateways
        .map((budgets) => flood(budgets, caller, () => dice.between(1, 120)))
        .reduce(async (sum, one) => (await sum) + (await one), Promise.resolve(0))
      // One falls with what it holds, and another takes its place.
      spent += await flood(gateway(limit), caller, () => dice.between(1, 120))
      const seconds = (performance.now() - began) / 1000
      expect(spent).toBeLessThanOrEqual(limit.bucket + limit.restorePerSecond * seconds)
      // And most of it could be spent: what is left is less than the dearest request for each.
      expect(spent).toBeGreaterThan(limit.bucket * 0.7)
    }
  })

  it('R2: of one account is left alone by another’s flood', async () => {
    const budgets = gateway({ bucket: 1_000, restorePerSecond: 1 })
    await flood(budgets, 'loud', () => 50)
    await expect(budgets.reserve('loud', 500)).rejects.toBeInstanceOf(RateLimitedError)
    const reservation = await budgets.reserve('quiet', 900)
    reservation.settle(900)
  })

  it('R2: says when to come back, and then there is enough', async () => {
    const budgets = gateway({ bucket: 100, restorePerSecond: 1_000 })
    for (const reservation of [await budgets.reserve('back', 60), await budgets.reserve('back', 40)]) {
      reservation.settle(100)
    }
    const refusal = await Promise.resolve()
      .then(() => budgets.reserve('back', 90))
      .catch((error: unknown) => error)
    // The machine may have been slow enough for it to be there again.
    if (!(refusal instanceof RateLimitedError)) return
    const { retryAfterMs } = refusal.details as { retryAfterMs: number }
    expect(retryAfterMs).toBeLessThanOrEqual(100)
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs + 5))
    await budgets.reserve('back', 90)
  })

  it('R2: gives back what an operation did not use, and counts nothing twice', async () => {
    const budgets = gateway({ bucket: 1_000, restorePerSecond: 1 })
    for (let count = 0; count < 50; count += 1) {
      const reservation = await budgets.reserve('refund', 400)
      reservation.settle(10)
      reservation.settle(0)
    }
    expect(budgets.status('refund')?.currentlyAvailable).toBeLessThanOrEqual(502)
    await expect(budgets.reserve('refund', 900)).rejects.toBeInstanceOf(RateLimitedError)
  })

  it('asks the database once for many requests', async () => {
    let statements = 0
    const sql = {
      query: <Row>(...asked: Parameters<typeof database.sql.query>) => {
        statements += 1
        return database.sql.query<Row>(...asked)
      },
    }
    const budgets = new Budgets(sql, { bucket: 1_000_000, restorePerSecond: 1 })
    await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const reservation = await budgets.reserve('busy', 15)
        reservation.settle(15)
      }),
    )
    expect(statements).toBe(1)
  })

  it('refuses at once what no bucket could hold, and takes what it just holds', async () => {
    const budgets = gateway({ bucket: 1_000, restorePerSecond: 1 })
    expect(() => budgets.reserve('dear', 1_001)).toThrow(QueryTooExpensiveError)
    await budgets.reserve('dear', 1_000)
  })

  it('is not counted where limits are off', async () => {
    const budgets = gateway(null)
    await budgets.reserve('free', 1e9)
    expect(budgets.status('free')).toBeNull()
  })
})
