import { AccountStatus, BillingMode } from '../../src/accounts/account.entity'
import { bringUpToDate } from '../../src/billing/keep-up-to-date'
import { MAX_TOP_UP_FAILURES } from '../../src/billing/follow-top-up'
import { SetAutoTopUp, setAutoTopUp } from '../../src/billing/set-auto-top-up'
import { utcMonth } from '../../src/clock'
import { DomainError } from '../../src/errors'
import { parseInput } from '../../src/input'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { setPriceAgreement, SetPriceAgreement } from '../../src/pricing/set-price-agreement'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, PARTNER, STAFF } from '../support/desk'
import { Dice, seedOf } from '../support/dice'
import { Ledger } from './ledger'

const seed = seedOf()
/** Each is a sandbox and some months. A night's run takes some hundreds. */
const RUNS = Number(process.env.DAYBOOK_TOP_UP_RUNS ?? 8)
const STEPS = 60

interface Requested {
  id: string
  status: string
  requestedAt: Date
  channels: number
}

const REQUESTED = `
  SELECT id, status, requested_at AS "requestedAt", days / 30 AS channels
  FROM invoice WHERE cause = 'AUTO_TOP_UP' ORDER BY requested_at, id`

describe('under any history', () => {
  it('top-ups request no more than the cap in a month, none while one is unpaid, and none within the cool-down', async () => {
    let requests = 0
    let limited = 0
    for (let run = 0; run < RUNS; run += 1) {
      const dice = new Dice(seed + run)
      const ledger = await Ledger.open({ billingMode: dice.pick([BillingMode.PREPAID, BillingMode.POSTPAID]) })
      const cap = dice.between(3, 16)
      const coolDownHours = dice.pick([1, 5, 24, 100])
      const set = () =>
        ledger.topUp({
          belowDays: dice.between(1, 60),
          targetDays: dice.between(61, 200),
          monthlyCapChannels: cap,
          coolDownHours,
        })
      /** Setting it ends a cool-down. */
      const setAt: number[] = []
      try {
        const channels = [await ledger.channel(), await ledger.channel()]
        await ledger.renew(channels[0] ?? '', dice.between(1, 3))
        if (dice.below(4) > 0) await ledger.agree({ channelMonthAmount: dice.pick([0, 1000]) })
        await set()
        let clock = ledger.start
        for (let step = 0; step < STEPS; step += 1) {
          await taken(async () => {
            const all: Requested[] = await ledger.database.dataSource.query(REQUESTED)
            const unpaid = all.find(({ status }) => status === 'OPEN' || status === 'REQUESTED')?.id
            switch (dice.below(15)) {
              case 0:
                return ledger.grant(dice.between(1, 40))
              case 1:
                return ledger.agree({ channelMonthAmount: dice.pick([0, 1000]), paymentTermDays: dice.between(0, 20) })
              case 2:
                // One that has switched itself off is set again, others now and then.
                if ((await ledger.topUpRead())?.enabled === true && dice.below(3) > 0) return
                setAt.push(clock.getTime())
                return set()
              case 3:
                return ledger.update({ status: AccountStatus.SUSPENDED })
              case 4:
                if (dice.below(2) === 0) return
                return unpaid === undefined ? undefined : ledger.voidId(unpaid)
              case 5:
              case 6:
                return unpaid === undefined ? undefined : ledger.payId(unpaid)
              case 7:
                return ledger.release(dice.pick(channels), dice.between(1, 20))
              case 8:
              case 9:
              case 10:
              case 11:
                return ledger.allocate(dice.pick(channels), dice.between(20, 120))
              default: {
                await ledger.update({ status: AccountStatus.ACTIVE })
                const to = new Date(clock.getTime() + dice.pick([1, 24, 100, 240, 480]) * 3_600_000 + dice.below(2))
                await ledger.advanceTo(to.toISOString().slice(0, -1))
                clock = to
              }
            }
          })
          const all: Requested[] = await ledger.database.dataSource.query(REQUESTED)
          expect(all.filter(({ status }) => status === 'OPEN' || status === 'REQUESTED').length).toBeLessThanOrEqual(1)
        }
        const all: Requested[] = await ledger.database.dataSource.query(REQUESTED)
        const ofMonths = new Map<number, number>()
        for (const { requestedAt, channels } of all) {
          const month = utcMonth(requestedAt).getTime()
          ofMonths.set(month, (ofMonths.get(month) ?? 0) + channels)
        }
        for (const channels of ofMonths.values()) expect(channels).toBeLessThanOrEqual(cap)
        for (const [index, { requestedAt }] of all.entries()) {
          const previous = all[index - 1]?.requestedAt
          if (previous === undefined || setAt.some((at) => at >= previous.getTime() && at <= requestedAt.getTime()))
            continue
          expect(requestedAt.getTime() - previous.getTime()).toBeGreaterThanOrEqual(coolDownHours * 3_600_000)
        }
        const topUp = await ledger.topUpRead()
        expect(topUp?.enabled).toBe((topUp?.failures ?? 0) < MAX_TOP_UP_FAILURES)
        expect(await ledger.violations()).toEqual([])
        requests += all.length
        limited += (await ledger.datesOf('auto_top_up.cap_reached')).length
      } finally {
        await ledger.close()
      }
    }
    // The histories were worth the name.
    expect(requests).toBeGreaterThan(2 * RUNS)
    expect(limited).toBeGreaterThan(0)
  }, 240_000)
})

/** A step may be refused, where it can't be taken. */
async function taken(step: () => Promise<unknown> | undefined): Promise<void> {
  try {
    await step()
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
  }
}

describe('callers of two gateways', () => {
  let testDatabase: TestDatabase
  let desks: [Desk, Desk]

  beforeEach(async () => {
    testDatabase = await createTestDatabase()
    desks = [await Desk.open(testDatabase.url), await Desk.open(testDatabase.url)]
  })

  afterEach(async () => {
    expect(await auditLedger(desks[0].database, null)).toMatchObject({ violations: [] })
    await Promise.all(desks.map((desk) => desk.close()))
    await testDatabase.drop()
  })

  async function account(monthlyCapChannels: number | null, channelMonthAmount: number): Promise<string> {
    const accountId = await desks[0].createAccount()
    const agreement = parseInput(SetPriceAgreement, { accountId, currency: 'EUR', channelMonthAmount })
    await desks[0].database.inTransaction((tx) => setPriceAgreement(tx, STAFF, agreement))
    await desks[0].grant(accountId, 100)
    const command = parseInput(SetAutoTopUp, { accountId, belowDays: 90, targetDays: 190, monthlyCapChannels })
    await desks[0].database.inTransaction((tx) => setAutoTopUp(tx, PARTNER, command))
    return accountId
  }

  it('that cross the threshold at once request one invoice', async () => {
    for (let round = 0; round < 5; round += 1) {
      const accountId = await account(null, 1000)
      const channels = await desks[0].channels(accountId, 4)
      await Promise.all(
        Array.from({ length: 24 }, (_, call) =>
          desks[call % 2 === 0 ? 0 : 1].allocate(accountId, { channelId: channels[call % 4], days: 3 }),
        ),
      )
      await Promise.all(desks.map((desk) => bringUpToDate(desk.database, accountId)))
      const invoices = await desks[0].rows<{ cause: string; days: number }>(
        'SELECT cause, days FROM invoice WHERE account_id = $1',
        [accountId],
      )
      // 72 days are allocated: between 4 and 6 channels were missing, by how many were when it was done.
      expect(invoices.map(({ cause }) => cause)).toEqual(['AUTO_TOP_UP'])
      expect(invoices[0]?.days).toBeGreaterThanOrEqual(4 * 30)
      expect(invoices[0]?.days).toBeLessThanOrEqual(6 * 30)
    }
  })

  it('that set it anew at once never take it beyond its cap', async () => {
    const accountId = await account(7, 0)
    const channels = await desks[0].channels(accountId, 4)
    const command = parseInput(SetAutoTopUp, { accountId, belowDays: 90, targetDays: 190, monthlyCapChannels: 7 })
    await Promise.all(
      Array.from({ length: 40 }, async (_, call) => {
        const desk = desks[call % 2 === 0 ? 0 : 1]
        if (call % 4 < 2) await desk.database.inTransaction((tx) => setAutoTopUp(tx, PARTNER, command))
        else await taken(() => desk.allocate(accountId, { channelId: channels[call % 4], days: 25 }))
      }),
    )
    const [row] = await desks[0].rows<{ channels: number }>(
      `SELECT sum(days)::integer / 30 AS channels FROM invoice WHERE account_id = $1 AND cause = 'AUTO_TOP_UP'`,
      [accountId],
    )
    expect(row?.channels).toBe(7)
  })
})
