import { createTestDatabase } from '../support/database'
import { seedOf } from '../support/dice'
import { GatewayProcess } from './gateway-process'
import { History, STAFF_TOKEN } from './history'

/** FAULT_ROUNDS=20 for the long run; FAULT_SEED to repeat one. */
const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 2)
const SEED = seedOf('FAULT_SEED')

describe(`a gateway that is killed under load (seed ${SEED})`, () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>
  let gateways: GatewayProcess[] = []

  beforeAll(async () => {
    database = await createTestDatabase()
    const environment = { DATABASE_URL: database.url, DAYBOOK_STAFF_TOKEN: STAFF_TOKEN }
    gateways = await Promise.all([GatewayProcess.start(environment), GatewayProcess.start(environment)])
  }, 60_000)

  afterAll(async () => {
    for (const gateway of gateways) await gateway.end('SIGTERM')
    await database.drop()
  })

  const pair = (): readonly [GatewayProcess, GatewayProcess] => {
    const [first, second] = gateways
    if (first === undefined || second === undefined) throw new Error('two gateways were started')
    return [first, second]
  }

  it('loses nothing that it acknowledged, does nothing twice, and settles what was unknown by its key', async () => {
    const [victim, other] = pair()
    for (let round = 0; round < ROUNDS; round += 1) {
      const history = await History.begin(other.url, SEED + round)
      const clients = [history.client(victim.url), history.client(other.url)]
      let over = false
      const load = history.load(clients, 32, () => over)
      await new Promise((resolve) => setTimeout(resolve, 300 + ((SEED * 37 + round * 811) % 1_500)))
      await victim.end('SIGKILL')
      await victim.start()
      await new Promise((resolve) => setTimeout(resolve, 300))
      over = true
      await load
      const client = history.client(victim.url)
      await history.settleUnknown(client)
      expect(await history.verdict(client, victim.url)).toEqual([])
      expect(history.count('ok')).toBeGreaterThan(50)
    }
  }, 600_000)

  it('drains on SIGTERM: what is in flight is answered, and it exits with 0', async () => {
    const [victim, other] = pair()
    const history = await History.begin(other.url, SEED)
    let over = false
    const load = history.load([history.client(victim.url)], 16, () => over)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const begun = Date.now()
    const exit = victim.end('SIGTERM')
    // From here on a new connection may be refused; a request that was taken is answered.
    await new Promise((resolve) => setTimeout(resolve, 20))
    over = true
    expect(await exit).toBe(0)
    expect(Date.now() - begun).toBeLessThan(10_000)
    await load
    await victim.start()
    const client = history.client(victim.url)
    await history.settleUnknown(client)
    expect(await history.verdict(client, victim.url)).toEqual([])
  }, 60_000)
})
