import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk } from '../support/desk'
import { Dice, seedOf } from '../support/dice'
import { GatewayProcess } from './gateway-process'
import { judge } from './judge'
import { lasting, seedPartners, Workload, type Partner } from './workload'

jest.setTimeout(300_000)

const SEED = seedOf('FAULT_SEED')

describe(`two gateways that are asked for the same at once (seed ${SEED})`, () => {
  let database: TestDatabase
  let desk: Desk
  let gateways: GatewayProcess[] = []

  beforeAll(async () => {
    database = await createTestDatabase()
    desk = await Desk.open(database.url)
    gateways = await Promise.all([1, 2].map(() => GatewayProcess.start({ DATABASE_URL: database.url })))
  })
  afterAll(async () => {
    for (const gateway of gateways) await gateway.end('SIGKILL')
    await desk.close()
    await database.drop()
  })

  const newPartner = async (): Promise<Partner> => {
    const [partner] = await seedPartners(desk, 1)
    if (partner === undefined) throw new Error('no partner')
    return partner
  }
  const workloadOf = (partner: Partner): Workload => {
    const workload = new Workload([partner], new Dice(SEED))
    workload.sendTo(gateways.map(({ url }) => url))
    return workload
  }

  it('L3: spend a balance of 1,000 days to the last that a request fits, and never past it', async () => {
    const partner = await newPartner()
    const [account] = await desk.rows<{ available: number }>('SELECT available FROM account WHERE id = $1', [
      partner.accountId,
    ])
    await desk.adjust(partner.accountId, { days: 1_000 - (account?.available ?? NaN), idempotencyKey: 'To 1,000' })
    const workload = workloadOf(partner)
    const dice = new Dice(SEED + 1)
    const clients = Array.from({ length: 40 }, async () => {
      for (let asked = 0; asked < 20; asked += 1) {
        await workload.ask('allocate', partner, { channelId: dice.pick(partner.channelIds), days: dice.between(1, 9) })
      }
    })
    await Promise.all(clients)
    const { history } = workload
    const spent = history.reduce(
      (sum, { answer, input }) => sum + (answer.outcome === 'ok' ? Number(input.days) : 0),
      0,
    )
    const refused = history.filter(({ answer }) => answer.outcome === 'refused')
    expect(workload.count('unknown')).toBe(0)
    expect(spent).toBeLessThanOrEqual(1_000)
    expect(refused.length).toBeGreaterThan(0)
    expect(new Set(refused.map(({ answer }) => answer.code))).toEqual(new Set(['INSUFFICIENT_DAYS']))
    // Nothing was refused that still fits: whatever was refused last asked for more than is left.
    expect(Math.min(...refused.map(({ input }) => Number(input.days)))).toBeGreaterThan(1_000 - spent)
    const amiss = await judge(desk, history, [])
    expect(amiss.filter((sentence) => !sentence.includes('nobody was told'))).toEqual([])
  })

  it('I3: do once what is sent thirty times under one key, and answer it alike to all', async () => {
    const partner = await newPartner()
    const workload = workloadOf(partner)
    const [channelId] = partner.channelIds
    const keys = Array.from({ length: 20 }, (_, index) => `key ${index}`)
    const sent = await Promise.all(
      keys.flatMap((key) =>
        Array.from({ length: 30 }, () => workload.ask('allocate', partner, { channelId, days: 1 }, key)),
      ),
    )
    expect(workload.count('ok')).toBe(sent.length)
    for (const key of keys) {
      const answered = sent.filter(({ input }) => input.idempotencyKey === key)
      expect(new Set(answered.map(({ answer }) => JSON.stringify(lasting(answer)))).size).toBe(1)
    }
    const rows = await desk.rows<{ comment: string; count: number }>(
      `SELECT comment, count(*)::integer AS count FROM ledger_transaction
       WHERE account_id = $1 AND comment LIKE 'key %' GROUP BY 1`,
      [partner.accountId],
    )
    expect(rows).toHaveLength(keys.length)
    expect(rows.filter(({ count }) => count !== 1)).toEqual([])
  })
})
