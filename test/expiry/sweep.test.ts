import { createAccount, CreateAccount } from '../../src/accounts/create-account'
import { BillingMode } from '../../src/accounts/account.entity'
import { CreateChannel, createChannel } from '../../src/channels/create-channel'
import { SetAutoRenew, setAutoRenew } from '../../src/channels/set-auto-renew'
import { DAY_MS, HOUR_MS, readClock, utcMonth } from '../../src/clock'
import { openDatabase, type Database } from '../../src/database'
import type { AccountEvent } from '../../src/events/account-event'
import { readEvents } from '../../src/events/read-events'
import { ClockSweep } from '../../src/expiry/clock-sweep'
import { parseInput } from '../../src/input'
import { KEEP_ALIVE_ACTOR } from '../../src/keep-alive/run-keep-alive'
import { SetKeepAlive, setKeepAlive } from '../../src/keep-alive/set-keep-alive'
import { openBook, saveBooks } from '../../src/ledger/account-book'
import { adjustBalance } from '../../src/ledger/adjust-balance'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { DayExpiryReason, LedgerTransactionKind } from '../../src/ledger/ledger-transaction.entity'
import { createLog } from '../../src/log'
import { setPriceAgreement, SetPriceAgreement } from '../../src/pricing/set-price-agreement'
import { createTestDatabase } from '../support/database'

const STAFF = 'staff:test'
const log = createLog({ logLevel: 'silent' })

/** The sweep on the live clock, which these tests shift against the real one. */
describe('the sweep', () => {
  let test: Awaited<ReturnType<typeof createTestDatabase>>
  let databases: Database[]
  let sweeps: ClockSweep[]
  let accountId: string

  beforeEach(async () => {
    test = await createTestDatabase()
    databases = [await openDatabase(test.url, 4), await openDatabase(test.url, 4)]
    sweeps = databases.map((database) => new ClockSweep(database, () => undefined, log))
    accountId = (
      await first().inTransaction((tx) => createAccount(tx, STAFF, parseInput(CreateAccount, { name: 'A' })))
    ).accountId
    await first().inTransaction((tx) =>
      adjustBalance(tx, STAFF, { accountId, days: 10_000, comment: 'test', idempotencyKey: 'grant' }),
    )
  })

  afterEach(async () => {
    await Promise.all(sweeps.map((sweep) => sweep.close()))
    expect((await auditLedger(first(), null)).violations).toEqual([])
    await Promise.all(databases.map((database) => database.close()))
    await test.drop()
  })

  const first = (): Database => {
    const [database] = databases
    if (database === undefined) throw new Error('no database')
    return database
  }

  const shiftClock = (interval: string) =>
    first().dataSource.query(`
      CREATE OR REPLACE FUNCTION daybook_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        RETURN date_trunc('milliseconds', clock_timestamp() + interval '${interval}');
      END
      $$`)

  const channels = async (count: number, days: number) => {
    await first().inTransaction(async (tx) => {
      for (let index = 0; index < count; index += 1) {
        await createChannel(tx, STAFF, accountId, parseInput(CreateChannel, { name: `Channel ${index}`, days }))
      }
    })
  }

  const events = async (): Promise<AccountEvent[]> => {
    const all: AccountEvent[] = []
    for (;;) {
      const page = await readEvents(first().sql, accountId, all.length, 500)
      if (page.length === 0) return all
      all.push(...page)
    }
  }

  const expired = async () =>
    (await events()).filter((event) => event.kind === 'DayExpiryChange' && event.reason === DayExpiryReason.EXPIRED)

  it('closes a month once, as of its end, with two gateways sweeping after a week in which nobody did', async () => {
    const command = parseInput(CreateAccount, { name: 'P', billingMode: BillingMode.POSTPAID, creditLimit: 1_000 })
    accountId = (await first().inTransaction((tx) => createAccount(tx, STAFF, command))).accountId
    const terms = parseInput(SetPriceAgreement, { accountId, currency: 'EUR', channelMonthAmount: 3_000 })
    await first().inTransaction((tx) => setPriceAgreement(tx, STAFF, terms))
    await channels(3, 200)
    const opened = (await readClock(first().sql)).getTime()
    const end = utcMonth(new Date(opened), 1)
    const hours = Math.ceil((end.getTime() - opened) / HOUR_MS) + 7 * 24
    await shiftClock(`${hours} hours`)
    await Promise.all(sweeps.map((sweep) => sweep.sweep()))
    const told = (await events()).filter(({ type }) => /^(account\.month|invoice)/.test(type))
    expect(told.map(({ type, occurredAt }) => [type, occurredAt])).toEqual([
      ['invoice.requested', end],
      ['invoice.opened', end],
      ['account.month_closed', end],
    ])
    // Every day that has begun by then.
    const days = 3 * Math.ceil((end.getTime() - opened) / DAY_MS)
    expect(told.at(-1)).toMatchObject({ data: { billedDays: days, unbilledDays: 0 } })
  })

  it('dates the burn of each day at its midnight, after weeks in which a channel would have renewed', async () => {
    await channels(1, 2)
    const [{ id: channelId } = { id: '' }] = await first().dataSource.query<{ id: string }[]>('SELECT id FROM channel')
    await first().inTransaction(async (tx) => {
      const book = await openBook(tx, { accountId, channelIds: [channelId] })
      setAutoRenew(book, STAFF, parseInput(SetAutoRenew, { channelId, days: 1 }))
      await saveBooks(tx, [book])
    })
    const begun = Math.floor((await readClock(first().sql)).getTime() / DAY_MS)
    await shiftClock(`${20 * 24} hours`)
    await Promise.all(sweeps.map((sweep) => sweep.sweep()))
    const burns = (await events()).flatMap((event) =>
      event.kind === 'BalanceChange' && event.transaction.kind === LedgerTransactionKind.BURN ? [event.occurredAt] : [],
    )
    expect(burns.map((at) => at.getTime() / DAY_MS - begun)).toEqual(Array.from({ length: 20 }, (_, day) => day + 1))
  })

  it('keeps channels alive at each midnight once, within the cap of each day, with two gateways sweeping late', async () => {
    await channels(4, 2)
    const rule = parseInput(SetKeepAlive, { accountId, minDays: 4, dailyCap: 6 })
    await first().inTransaction((tx) => setKeepAlive(tx, STAFF, rule))
    await Promise.all(sweeps.map((sweep) => sweep.sweep()))
    const begun = (await readClock(first().sql)).getTime()
    await shiftClock('73 hours')
    await Promise.all(sweeps.map((sweep) => sweep.sweep()))
    const days = new Map<number, number>()
    for (const event of await events()) {
      if (event.kind !== 'BalanceChange' || event.actor !== KEEP_ALIVE_ACTOR) continue
      const day = Math.floor(event.occurredAt.getTime() / DAY_MS)
      days.set(day, (days.get(day) ?? 0) + event.transaction.days)
    }
    const today = Math.floor(begun / DAY_MS)
    // Each of the four lacks three days today, and one more on each day after.
    expect([...days].map(([day, sum]) => [day - today, sum]).slice(0, 4)).toEqual([
      [0, 6],
      [1, 6],
      [2, 6],
      [3, 6],
    ])
    const repeated = (await events()).length
    await Promise.all(sweeps.map((sweep) => sweep.sweep()))
    expect(await events()).toHaveLength(repeated)
  })

  it('C3: tells the end of each channel once and within a second, with two gateways sweeping', async () => {
    await channels(20, 1)
    await shiftClock('23 hours 59 minutes 58 seconds')
    for (const sweep of sweeps) sweep.start()
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    const told = await expired()
    expect(told).toHaveLength(20)
    const rows = await first().dataSource.query<{ late: number }[]>(`
      SELECT extract(epoch FROM created_at + interval '23 hours 59 minutes 58 seconds' - occurred_at)::float8 AS late
      FROM event WHERE data ->> 'reason' = 'EXPIRED'`)
    for (const { late } of rows) expect(late).toBeLessThan(1)
  })

  it('goes on with the others while one account is stuck', async () => {
    await channels(1, 1)
    const stuck = accountId
    const other = parseInput(CreateAccount, { name: 'B' })
    accountId = (await first().inTransaction((tx) => createAccount(tx, STAFF, other))).accountId
    const grant = { accountId, days: 10, comment: 'test', idempotencyKey: 'grant' }
    await first().inTransaction((tx) => adjustBalance(tx, STAFF, grant))
    await channels(1, 1)
    await shiftClock('25 hours')
    await first().inTransaction(async (tx) => {
      await tx.manager.query('SELECT 1 FROM account WHERE id = $1 FOR UPDATE', [stuck])
      await sweeps[1]?.sweep()
      expect(await expired()).toHaveLength(1)
    })
    accountId = stuck
    expect(await expired()).toHaveLength(0)
    await sweeps[0]?.sweep()
    expect(await expired()).toHaveLength(1)
  })

  it('C3: makes good a week in which nobody swept, each thing at its own instant', async () => {
    await channels(3, 2)
    await shiftClock('7 days')
    await Promise.all(sweeps.map((sweep) => sweep.sweep()))
    const told = (await events()).map(({ type, occurredAt }) => ({ type, occurredAt }))
    expect(await expired()).toHaveLength(3)
    expect([...told].sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime())).toEqual(told)
  })

  it('C3: tells no end again as others come after it', async () => {
    await channels(3, 1)
    await channels(2, 3)
    for (const shift of ['25 hours', '49 hours', '73 hours', '74 hours']) {
      await shiftClock(shift)
      await Promise.all(sweeps.map((sweep) => sweep.sweep()))
    }
    expect(await expired()).toHaveLength(5)
  })

  it('C2, C3: repeats nothing when the clock steps back and forth', async () => {
    await channels(3, 1)
    for (const shift of ['25 hours', '24 hours', '23 hours', '26 hours', '48 hours', '47 hours', '49 hours']) {
      await shiftClock(shift)
      for (const sweep of sweeps) await sweep.sweep()
    }
    expect(await expired()).toHaveLength(3)
    const burns = (await events()).filter((event) => event.kind === 'BalanceChange' && event.days === 0)
    expect(burns).toHaveLength(1)
  })
})
