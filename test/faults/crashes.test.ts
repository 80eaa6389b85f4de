import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { WebSocket } from 'ws'
import { migrate } from '../../src/database'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres'
import { UnavailableError } from '../../src/errors'
import { lastSequence } from '../../src/events/read-events'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, onDatabase } from '../support/desk'
import { Dice, seedOf } from '../support/dice'
import { freePort, GatewayProcess } from './gateway-process'
import { STAFF_TOKEN } from './history'
import { judge, Load, seedPartners, Subscriber, type Answer, type Partner } from './load'

/** FAULT_ROUNDS=20 for the long run; FAULT_SEED to repeat one. */
const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 3)
const SEED = seedOf('FAULT_SEED')

jest.setTimeout(60_000 + ROUNDS * 30_000)

let dice: Dice
let testDatabase: TestDatabase
let desk: Desk
let partners: Partner[]
let gateway: GatewayProcess

const start = (url: string) => GatewayProcess.start({ DATABASE_URL: url, DAYBOOK_STAFF_TOKEN: STAFF_TOKEN })

/** In our words and nothing of the driver's; 200 where the days were moved, and what they led to could not be read. */
function expectUnavailable({ status, code, message }: Answer): void {
  expect({ code, message }).toEqual({ code: 'UNAVAILABLE', message: new UnavailableError().message })
  expect([200, 503]).toContain(status)
}

describe(`under load (seed ${SEED})`, () => {
  beforeEach(async () => {
    dice = new Dice(SEED)
    testDatabase = await createTestDatabase()
    desk = await Desk.open(testDatabase.url)
    partners = await seedPartners(desk, 3)
    gateway = await start(testDatabase.url)
  })

  afterEach(async () => {
    await gateway.end('SIGKILL')
    await desk.close().catch(() => undefined)
    await testDatabase.drop()
  })

  it('a gateway that is killed has done once what it acknowledged, and its subscribers miss and repeat nothing', async () => {
    const [followed] = partners
    if (followed === undefined) throw new Error('no partner')
    const load = new Load(partners, dice)
    const subscriber = new Subscriber(followed, gateway.url)
    load.start()
    for (let round = 0; round < ROUNDS; round += 1) {
      load.sendTo(gateway.url)
      // So that each round has some work behind it, and is cut off at no certain point of it.
      await load.makeProgress(200)
      await delay(dice.between(50, 500))
      await gateway.end('SIGKILL')
      load.sendTo(null)
      await load.settled()
      await noneAtWork(testDatabase.url)
      await judge(desk, load.history)
      await gateway.start()
    }
    load.sendTo(gateway.url)
    await load.makeProgress(50)
    await load.stop()
    expect(load.count('unknown')).toBeGreaterThan(0)
    await load.retryUnknown()
    await load.replaySome(50)
    await judge(desk, load.history)
    const last = (await lastSequence(desk.database.sql, followed.accountId)) ?? NaN
    await subscriber.hasSeen(last)
    expect(subscriber.numbers).toEqual(Array.from({ length: last }, (_, index) => index + 1))
    await subscriber.stop()
  })

  it('a gateway whose connections are cut says so in its own words, and is whole again by itself', async () => {
    const load = new Load(partners, dice)
    const admin = new Client({ connectionString: testDatabase.url })
    // A test that fails drops the database under it.
    admin.on('error', () => undefined)
    await admin.connect()
    load.sendTo(gateway.url)
    load.start()
    await load.makeProgress(200)
    for (let cut = 0; cut < 10 * ROUNDS; cut += 1) {
      await admin.query(
        `SELECT pg_terminate_backend(pid) FROM (
           SELECT pid FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'daybook%'
           ORDER BY random() LIMIT $1
         ) AS victims`,
        [dice.between(1, 6)],
      )
      await delay(dice.between(10, 150))
    }
    const cutUntil = performance.now()
    await load.makeProgress(500, 10_000)
    await load.stop()
    const failed = load.history.filter(({ answer }) => answer.outcome === 'unknown')
    expect(failed.length).toBeGreaterThan(0)
    for (const { answer } of failed) expectUnavailable(answer)
    expect(failed.filter(({ startedAt }) => startedAt > cutUntil + 500)).toEqual([])
    await load.retryUnknown()
    await load.replaySome(50)
    await judge(desk, load.history)

    // The desk's own connections go, so that what is counted is the gateway's.
    await desk.close()
    await delay(1_500)
    const { rows } = await admin.query<{ name: string; count: number; idle: number }>(
      `SELECT application_name AS name, count(*)::integer AS count,
              (count(*) FILTER (WHERE state LIKE 'idle in transaction%'))::integer AS idle
       FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'daybook%' GROUP BY 1`,
    )
    await admin.end()
    const counts = new Map(rows.map(({ name, count }) => [name, count]))
    expect(rows.filter(({ idle }) => idle > 0)).toEqual([])
    expect(counts.get('daybook feed')).toBe(1)
    expect(counts.get('daybook') ?? 0).toBeLessThanOrEqual(16)
    expect(counts.get('daybook lanes') ?? 0).toBeLessThanOrEqual(4)
    expect(await gateway.end('SIGTERM')).toBe(0)
  })

  it('a gateway that is asked to stop answers what it was asked, tells its sockets to go, and exits with 0', async () => {
    const load = new Load(partners, dice)
    const closed: number[] = []
    for (const partner of partners) {
      const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
      socket.on('close', (code) => closed.push(code))
      await once(socket, 'open')
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${partner.token}` } }))
      await once(socket, 'message')
      const query = 'subscription { balanceChanged { sequence } }'
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }))
    }
    load.sendTo(gateway.url)
    load.start()
    await load.makeProgress(300)
    const signalledAt = performance.now()
    expect(await gateway.end('SIGTERM')).toBe(0)
    expect(performance.now() - signalledAt).toBeLessThan(10_000)
    load.sendTo(null)
    await load.stop()
    const inFlight = load.history.filter((sent) => sent.startedAt < signalledAt && sent.endedAt > signalledAt)
    expect(inFlight.length).toBeGreaterThan(0)
    expect(inFlight.filter(({ answer }) => answer.outcome === 'unknown')).toEqual([])
    // What came later either was done or found the door closed: no answer says that something broke.
    const later = load.history.filter(({ startedAt }) => startedAt >= signalledAt)
    expect(later.filter(({ answer }) => answer.outcome === 'unknown' && answer.status !== null)).toEqual([])
    expect(closed).toEqual(partners.map(() => 1001))
    await judge(desk, load.history)
  })
})

describe(`a Postgres that crashes under load (seed ${SEED})`, () => {
  it('costs seconds and nothing that was acknowledged', async () => {
    const home = await mkdtemp(join(tmpdir(), 'daybook-crash-'))
    // As root, Postgres runs as another user; a home that it can't reach would leave its data elsewhere.
    await chmod(home, 0o755)
    const port = await freePort()
    dice = new Dice(SEED)
    let server = await startServer(home, port)
    const { url } = server.postgres
    await migrate(url)
    desk = await Desk.open(url)
    partners = await seedPartners(desk, 3)
    await desk.close()
    gateway = await start(url)
    try {
      const load = new Load(partners, dice)
      load.sendTo(gateway.url)
      load.start()
      for (let round = 0; round < Math.ceil(ROUNDS / 2); round += 1) {
        await load.makeProgress(200)
        await delay(dice.between(50, 500))
        // An immediate stop, as a crash: no checkpoint, and recovery from the log at the next start.
        process.kill(server.pid, 'SIGQUIT')
        while (isAlive(server.pid)) await delay(10)
        await delay(dice.between(0, 1_000))
        server = await startServer(home, port)
        await load.makeProgress(50, 10_000)
      }
      await load.stop()
      for (const { answer } of load.history) if (answer.outcome === 'unknown') expectUnavailable(answer)
      await load.retryUnknown()
      await load.replaySome(50)
      desk = await Desk.open(url)
      await judge(desk, load.history)
      await desk.close()
      expect(await gateway.end('SIGTERM')).toBe(0)
    } finally {
      await gateway.end('SIGKILL')
      await desk.close().catch(() => undefined)
      await server.postgres.stop()
      await rm(home, { recursive: true, force: true, maxRetries: 5 })
    }
  })
})

/** A server of this test's own: the one of the run is everybody's. */
async function startServer(home: string, port: number): Promise<{ postgres: EmbeddedPostgres; pid: number }> {
  const log = { info: () => undefined, warn: () => undefined }
  const postgres = await startEmbeddedPostgres({ home, log, settings: { port: String(port) } })
  const [row] = await onDatabase<{ pid: number }>(
    postgres.url,
    `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::integer AS pid`,
  )
  if (row === undefined) throw new Error('the server does not know its pid')
  return { postgres, pid: row.pid }
}

/** A commit that was sent before the kill may still be under way: its connection goes when it is done. */
async function noneAtWork(url: string): Promise<void> {
  for (;;) {
    const [row] = await onDatabase<{ count: number }>(
      url,
      `SELECT count(*)::integer AS count FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE 'daybook%' AND state <> 'idle'`,
    )
    if (row?.count === 0) return
    await delay(5)
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
