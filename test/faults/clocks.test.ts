import { setTimeout as delay } from 'node:timers/promises'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, onDatabase } from '../support/desk'
import { Dice } from '../support/dice'
import { StripeDouble } from '../support/stripe-double'
import { scrape } from '../operation/scrape'
import { Follower } from './followers'
import { GatewayProcess } from './gateway-process'
import { judge } from './judge'
import { seedPartners, Workload, type Partner } from './workload'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const PATIENCE_MS = 100_000

jest.setTimeout(300_000)

let database: TestDatabase
let desk: Desk
let partner: Partner
const gateways: GatewayProcess[] = []

beforeEach(async () => {
  database = await createTestDatabase()
  desk = await Desk.open(database.url)
  const [seeded] = await seedPartners(desk, 1)
  if (seeded === undefined) throw new Error('no partner')
  partner = seeded
})

afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.end('SIGKILL')
  await desk.close()
  await database.drop()
})

async function start(skewMs = 0, settings: NodeJS.ProcessEnv = {}): Promise<GatewayProcess> {
  const gateway = await GatewayProcess.start({ DATABASE_URL: database.url, ...settings }, { skewMs })
  gateways.push(gateway)
  return gateway
}

async function now(): Promise<Date> {
  const [row] = await desk.rows<{ now: Date }>('SELECT daybook_now() AS now')
  if (row === undefined) throw new Error('no clock')
  return row.now
}

/** From here on the one clock is ahead by so much. */
async function setAhead(hours: number): Promise<void> {
  await onDatabase(
    database.url,
    `CREATE OR REPLACE FUNCTION daybook_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
     BEGIN
       RETURN date_trunc('milliseconds', clock_timestamp() + interval '${hours} hours');
     END
     $$`,
  )
}

const ends = (type: string) =>
  desk.rows<{ subject: string; count: number; at: Date }>(
    `SELECT subject, count(*)::integer AS count, max(occurred_at) AS at FROM event
     WHERE account_id = $1 AND data ->> 'reason' = $2 GROUP BY subject`,
    [partner.accountId, type],
  )

describe('C1: gateways whose own clocks are off, one by an hour ahead, the other by a day behind', () => {
  it('date every change by the database’s clock, and replay keys and answer balances as if they were right', async () => {
    await Promise.all([start(HOUR), start(-DAY)])
    const before = await now()
    const workload = new Workload([partner], new Dice(1))
    workload.sendTo(gateways.map(({ url }) => url))
    workload.start(4)
    await workload.makeProgress(60, PATIENCE_MS)
    await workload.stop()
    await workload.retryUnknown()
    const after = await now()
    const dates = await desk.rows<{ at: Date }>(
      `SELECT occurred_at AS at FROM ledger_transaction WHERE account_id = $1 AND comment LIKE 'op %'`,
      [partner.accountId],
    )
    expect(dates.length).toBeGreaterThan(20)
    expect(dates.filter(({ at }) => at < before || at > after)).toEqual([])
    expect(await workload.replaySome(30)).toEqual([])
    const { answer } = await workload.ask('adjust', partner, { accountId: partner.accountId, days: 1 })
    expect(answer.outcome).toBe('ok')
    expect(await judge(desk, workload.history, [])).toEqual([])
  })

  it('tell the end of a channel at its instant, once, by that clock', async () => {
    await Promise.all([start(HOUR), start(-DAY)])
    await setAhead(50 * 24 - 2)
    // By the one that is ahead it is over; by the database it is not.
    const workload = new Workload([partner], new Dice(1))
    workload.sendTo(gateways.map(({ url }) => url))
    await workload.ask('adjust', partner, { accountId: partner.accountId, days: 1 })
    expect(await ends('EXPIRED')).toEqual([])
    await setAhead(50 * 24 + 1)
    const told = await until(() => ends('EXPIRED'), partner.channelIds.length)
    expect(told.filter(({ count }) => count !== 1)).toEqual([])
  })
})

describe('C1: a gateway whose clock is an hour ahead', () => {
  it('has nothing but signatures go by it, which are good for five minutes of its own, and says that it is off', async () => {
    const double = await StripeDouble.start()
    const { secretKey, webhookSecrets } = double.config
    const stripe = {
      STRIPE_SECRET_KEY: secretKey,
      STRIPE_WEBHOOK_SECRET: webhookSecrets.join(','),
      STRIPE_API_BASE: double.url,
    }
    try {
      const [ahead, right] = [await start(HOUR, stripe), await start(0, stripe)]
      const send = async ({ url }: GatewayProcess, signedAheadMs: number) => {
        const payload = JSON.stringify(
          double.emit('customer.subscription.updated', { id: 'sub_1', object: 'subscription' }),
        )
        const signature = double.sign(payload, undefined, Math.floor((Date.now() + signedAheadMs) / 1000))
        const headers = { 'stripe-signature': signature }
        return (await fetch(`${url}/webhooks/stripe`, { method: 'POST', headers, body: payload })).status
      }
      expect([await send(right, 0), await send(right, HOUR), await send(ahead, 0), await send(ahead, HOUR)]).toEqual([
        200, 400, 400, 200,
      ])

      const off = 'this machine’s clock is not Postgres’s'
      await until(() => Promise.resolve(ahead.log.includes(off) ? [off] : []), 1)
      const shown = await until(async () => {
        const seen = await Promise.all([ahead, right].map(({ url }) => scrape(url)))
        return seen.filter((one) => one.has('daybook_clock_ahead_seconds'))
      }, 2)
      const [skew = NaN, none = NaN] = shown.map((one) => one.value('daybook_clock_ahead_seconds'))
      expect(Math.round(skew / 60)).toBe(60)
      expect(Math.abs(none)).toBeLessThan(2)
      expect(right.log).not.toContain(off)
    } finally {
      await double.close()
    }
  })
})

describe('C3: the ends of a week in which no gateway ran', () => {
  it('are each told once, to every follower, by two gateways of which one is killed at it, the clock stepping back', async () => {
    const channelIds = await desk.channels(partner.accountId, 80)
    const items = channelIds.map((channelId) => ({ channelId, days: 1 }))
    await desk.allocateInBulk(partner.accountId, { items, mode: 'ATOMIC' })
    await setAhead(24 * 7)
    const [victim, other] = await Promise.all([start(), start()])
    const follower = new Follower(partner, [victim.url, other.url])
    await until(() => ends('EXPIRED'), 1)
    await victim.end('SIGKILL')
    await setAhead(24 * 7 - 1)
    await victim.start()
    await until(() => ends('EXPIRED'), channelIds.length)
    await setAhead(24 * 7)
    const told = await until(() => ends('EXPIRED'), channelIds.length)
    expect(told.map(({ subject }) => subject).sort()).toEqual([...channelIds].sort())
    expect(told.filter(({ count }) => count !== 1)).toEqual([])
    const [account] = await desk.rows<{ sequence: number }>('SELECT sequence FROM account WHERE id = $1', [
      partner.accountId,
    ])
    await follower.hasSeen(account?.sequence ?? NaN, PATIENCE_MS)
    await follower.stop()
    const numbers = follower.heard.map(({ sequence }) => sequence)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
    expect((await auditLedger(desk.database, partner.accountId)).violations).toEqual([])
  })
})

async function until<Row>(look: () => Promise<Row[]>, rows: number): Promise<Row[]> {
  const giveUpAt = performance.now() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (found.length >= rows) return found
    if (performance.now() > giveUpAt) throw new Error(`${found.length} of ${rows} came`)
    await delay(20)
  }
}
