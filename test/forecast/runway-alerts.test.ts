import { LowBalanceDocument, SetAlertsDocument, CreateChannelDocument } from '../../sdk'
import { parseInput } from '../../src/input'
import { SetAlerts, setAlerts } from '../../src/accounts/set-alerts'
import { DAY_MS, HOUR_MS } from '../../src/clock'
import type { Database, Statement } from '../../src/database'
import { readEvents } from '../../src/events/read-events'
import { lookAtRunway } from '../../src/forecast/look-at-runway'
import { RunwayWatcher } from '../../src/forecast/watch-runways'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { createLog } from '../../src/log'
import { Sandbox } from '../expiry/sandbox'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, PARTNER, TestClock } from '../support/desk'
import { startTestGateway } from '../support/gateway'

const log = createLog({ logLevel: 'silent' })

/** Stories of one account, told in days since it was opened. */
describe('a low runway', () => {
  let sandbox: Sandbox

  beforeEach(async () => {
    sandbox = await Sandbox.open()
  })

  afterEach(async () => {
    expect(await sandbox.violations()).toEqual([])
    await sandbox.close()
  })

  it('is told by the passage of time alone, at the instant from which on fewer days are left', async () => {
    await sandbox.advanceTo(0.25)
    await sandbox.grant(40)
    await sandbox.renew(await sandbox.channel({ days: 10 }), 1)
    await sandbox.alerts({ lowRunwayDays: [20, 30] })
    await sandbox.advanceTo(10.2)
    expect(await sandbox.lowRunways()).toEqual([])
    await sandbox.advanceTo(25)
    await sandbox.advanceTo(26)
    expect(await sandbox.lowRunways()).toEqual(['10.25 30: 29 until 40.25', '20.25 20: 19 until 40.25'])
  })

  it('tells each threshold that a single change jumps over, the highest first', async () => {
    await sandbox.grant(200)
    await sandbox.channel({ days: 20 })
    await sandbox.alerts({ lowRunwayDays: [50, 4, 100, 50] })
    await sandbox.look()
    expect(await sandbox.lowRunways()).toEqual([])
    await sandbox.advanceTo(0.5)
    await sandbox.grant(-177)
    await sandbox.look()
    await sandbox.look()
    expect(await sandbox.lowRunways()).toEqual(['0.5 100: 3 until 23', '0.5 50: 3 until 23'])
  })

  it('is told again after the runway has risen above the threshold', async () => {
    await sandbox.grant(100)
    await sandbox.channel({ days: 1 })
    await sandbox.alerts({ lowRunwayDays: [50] })
    for (const days of [-60, -10, 30, -1, 1, -30, 500]) {
      await sandbox.grant(days)
      await sandbox.look()
    }
    // 40, 30, 60, 59, 60, 30 and 530 days of runway.
    expect(await sandbox.lowRunways()).toEqual(['0 50: 39 until 40', '0 50: 29 until 30'])
    await sandbox.channel({ days: 20 })
    for (let count = 0; count < 12; count += 1) await sandbox.channel({ days: 1 })
    await sandbox.look()
    expect(await sandbox.lowRunways()).toHaveLength(3)
  })

  it('is not told of what was low before it was asked for, and of nothing where nothing runs', async () => {
    await sandbox.grant(100)
    await sandbox.alerts({ lowRunwayDays: [30] })
    await sandbox.channel({ days: 90 })
    await sandbox.look()
    await sandbox.alerts({ lowRunwayDays: [365, 200] })
    await sandbox.alerts({ lowRunwayDays: [30, 365] })
    await sandbox.look()
    expect(await sandbox.lowRunways()).toEqual([])
    // Nothing runs from day 90 on: the days last for ever. That is a rise.
    await sandbox.advanceTo(95)
    await sandbox.channel({ days: 1 })
    await sandbox.look()
    expect(await sandbox.lowRunways()).toEqual(['70 30: 10 until 100', '95 365: 9 until 105', '95 30: 9 until 105'])
  })

  it('is no longer told once the list is empty, and anew once it isn’t', async () => {
    await sandbox.grant(20)
    await sandbox.renew(await sandbox.channel({ days: 1 }), 1)
    await sandbox.alerts({ lowRunwayDays: [15, 10, 5] })
    await sandbox.advanceTo(6)
    await sandbox.alerts({ lowRunwayDays: [] })
    await sandbox.advanceTo(12)
    await sandbox.alerts({ lowRunwayDays: [15, 10, 5] })
    await sandbox.advanceTo(30)
    expect(await sandbox.lowRunways()).toEqual(['5 15: 14 until 20', '15 5: 4 until 20'])
  })
})

describe('the watch over runways', () => {
  let testDatabase: TestDatabase
  let desk: Desk
  let clock: TestClock
  let accountId: string
  let start: number
  /** Forecasts that were computed. */
  let forecasts: number
  let changed: string[]

  beforeEach(async () => {
    testDatabase = await createTestDatabase()
    desk = await Desk.open(testDatabase.url)
    clock = await TestClock.install(testDatabase.url)
    start = Date.UTC(2027, 0, 1)
    await clock.set(start)
    forecasts = 0
    changed = []
    accountId = await desk.createAccount()
    await desk.grant(accountId, 100)
    await desk.createChannel(accountId, { days: 40 })
  })

  afterEach(async () => {
    expect((await auditLedger(desk.database, null)).violations).toEqual([])
    await desk.close()
    await clock.close()
    await testDatabase.drop()
  })

  const alerts = async (lowRunwayDays: number[], id = accountId) => {
    const command = parseInput(SetAlerts, { accountId: id, lowRunwayDays })
    await desk.database.inTransaction(async (tx) => {
      await setAlerts(tx, PARTNER, command)
      await lookAtRunway(tx, id)
    })
  }

  /** A gateway's watch, whose rounds the test starts. */
  const watcherOf = (database: Database) => {
    const counted: Pick<Database, 'sql' | 'inTransaction'> = {
      sql: database.sql,
      inTransaction: (work) =>
        database.inTransaction((tx) =>
          work({
            manager: tx.manager,
            query: <Row>(statement: Statement, values?: readonly unknown[]) => {
              if (statement.name === 'runways') forecasts += 1
              return tx.query<Row>(statement, values)
            },
          }),
        ),
    }
    return new RunwayWatcher(counted, (accountIds) => changed.push(...accountIds), log)
  }

  const told = async (id = accountId) =>
    (await readEvents(desk.database.sql, id, 0, 5_000)).flatMap((event) =>
      event.kind === 'LowBalance'
        ? [`${(event.occurredAt.getTime() - start) / HOUR_MS} h ${event.threshold}: ${event.available}`]
        : [],
    )

  const watches = () => desk.rows<{ due_at: Date | null }>('SELECT * FROM runway_watch')

  it('has nothing to do for accounts that don’t want to be told', async () => {
    await clock.set(start + DAY_MS)
    await watcherOf(desk.database).watch()
    expect(await watches()).toEqual([])
    expect({ forecasts, changed }).toEqual({ forecasts: 0, changed: [] })
  })

  it('tells once of a crossing that all gateways slept through, in the order of their instants', async () => {
    await clock.set(start + HOUR_MS)
    await alerts([99, 98, 10])
    await clock.set(start + 40 * HOUR_MS)
    // The burn of the midnight after 24 hours was first: what is told after it is not dated before it.
    await watcherOf(desk.database).watch()
    await watcherOf(desk.database).watch()
    expect(await told()).toEqual(['40 h 99: 60'])
    await clock.set(start + 47 * HOUR_MS)
    await watcherOf(desk.database).watch()
    expect(await told()).toEqual(['40 h 99: 60'])
    await clock.set(start + 50 * HOUR_MS)
    await watcherOf(desk.database).watch()
    expect(await told()).toEqual(['40 h 99: 60', '50 h 98: 60'])
  })

  it('dates a crossing by time at its own instant, however late it looks, and computes no forecast for it', async () => {
    await clock.set(start + HOUR_MS)
    const other = await desk.createAccount()
    await desk.grant(other, 100)
    await desk.createChannel(other, { days: 40 })
    await alerts([99, 98], other)
    await clock.set(start + DAY_MS + 1)
    await desk.database.inTransaction((tx) => lookAtRunway(tx, other))
    const watcher = watcherOf(desk.database)
    await watcher.watch()
    expect(changed).toEqual([])
    await clock.set(start + 31 * HOUR_MS)
    await watcher.watch()
    await watcher.watch()
    expect(await told(other)).toEqual(['25 h 99: 60'])
    expect({ forecasts, changed }).toEqual({ forecasts: 0, changed: [other] })
  })

  it('tells once where two gateways look at the same time', async () => {
    await alerts([90, 50])
    const second = await Desk.open(testDatabase.url)
    const watchers = [watcherOf(desk.database), watcherOf(second.database)]
    for (let count = 0; count < 10; count += 1) await desk.createChannel(accountId, { days: 1 })
    await clock.set(start + 1_000)
    await Promise.all([...watchers, ...watchers].map((watcher) => watcher.watch()))
    expect(await told()).toEqual([`0 h 90: 50`, `0 h 50: 50`])
    expect(changed).toEqual([accountId])
    expect(forecasts).toBe(1)
    await second.close()
  })

  it('tells of a change by a gateway that died right after its commit', async () => {
    await alerts([50])
    const dying = await Desk.open(testDatabase.url)
    await dying.grant(accountId, -51)
    await dying.close()
    const watcher = watcherOf(desk.database)
    await watcher.watch()
    expect({ told: await told(), forecasts }).toEqual({ told: [], forecasts: 0 })
    await clock.set(start + 1_000)
    await watcher.watch()
    expect(await told()).toEqual(['0 h 50: 9'])
  })

  it('looks once at a thousand movements of a second', async () => {
    await desk.grant(accountId, 3_000)
    await alerts([200, 150, 100])
    const watcher = watcherOf(desk.database)
    const channels = await desk.channels(accountId, 20)
    const burst = () =>
      Promise.all(
        Array.from({ length: 1_000 }, (_, index) =>
          desk.allocate(accountId, { channelId: channels[index % channels.length], days: 1 }),
        ),
      )
    for (let second = 1; second <= 3; second += 1) {
      const movements = burst()
      for (let round = 0; round < 10; round += 1) await watcher.watch()
      await movements
      await clock.set(start + second * 1_000)
      for (let round = 0; round < 10; round += 1) await watcher.watch()
      expect(forecasts).toBe(second)
    }
    // 3,100 days, of which 21 channels burn one a day each from the first second on.
    expect(await told()).toEqual(['0 h 200: 2060', '0 h 150: 2060'])
  })

  it('goes on with the others while one account is locked', async () => {
    const other = await desk.createAccount()
    await desk.grant(other, 100)
    await desk.createChannel(other, { days: 1 })
    for (const id of [accountId, other]) {
      await alerts([50], id)
      await desk.grant(id, -60)
    }
    await clock.set(start + 1_000)
    const watcher = watcherOf(desk.database)
    await desk.database.inTransaction(async (tx) => {
      await tx.manager.query('SELECT 1 FROM account WHERE id = $1 FOR UPDATE', [accountId])
      await watcher.watch()
    })
    expect(changed).toEqual([other])
    await watcherOf(desk.database).watch()
    expect(changed).toEqual([other, accountId])
    expect(await told()).toEqual(['0 h 50: 0'])
  })
})

it('comes to those who follow low balances, with the instant at which the days run out', async () => {
  const gateway = await startTestGateway({ sweeps: true })
  try {
    const { client } = await gateway.newPartner({ days: 100 })
    await client.request(CreateChannelDocument, { name: 'One', days: 10 })
    const { setAlerts: account } = await client.request(SetAlertsDocument, { lowRunwayDays: [10, 30, 60] })
    expect(account.alerts.lowRunwayDays).toEqual([60, 30, 10])
    const events = client.subscribe(LowBalanceDocument, { after: 0 })[Symbol.asyncIterator]()
    for (let count = 0; count < 4; count += 1) await client.request(CreateChannelDocument, { name: 'More', days: 1 })
    const first = await events.next()
    expect(first.value).toMatchObject({ measure: 'RUNWAY_DAYS', threshold: 60 })
    const { occurredAt, runsOutAt } = first.value ?? {}
    expect(Date.parse(String(runsOutAt)) - Date.parse(String(occurredAt))).toBeLessThanOrEqual(60 * DAY_MS)
    await events.return?.()
  } finally {
    await gateway.stop()
  }
})
