import { BillingMode } from '../../src/accounts/account.entity'
import { createChannel, CreateChannel } from '../../src/channels/create-channel'
import { setAutoRenew } from '../../src/channels/set-auto-renew'
import { DAY_MS } from '../../src/clock'
import { keepUpToDate } from '../../src/billing/keep-up-to-date'
import { openDatabase, type Database } from '../../src/database'
import { readEvents } from '../../src/events/read-events'
import { ClockSweep } from '../../src/expiry/clock-sweep'
import { parseInput } from '../../src/input'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { createLog } from '../../src/log'
import { setPriceAgreement, SetPriceAgreement } from '../../src/pricing/set-price-agreement'
import { createTestDatabase } from '../support/database'
import { Desk, PARTNER, STAFF, TestClock } from '../support/desk'
import { Dice, seedOf } from '../support/dice'

const seed = seedOf()
const START = Date.UTC(2027, 0, 1, 7)

class Crash extends Error {}

/** A gateway that falls, again and again, after the work of a transaction and before its commit. */
function falling(database: Database, dice: Dice): Database {
  const fall = () => {
    if (dice.below(2) === 0) throw new Crash()
  }
  return {
    ...database,
    inTransaction: (work) =>
      database.inTransaction(async (tx) => {
        const result = await work(tx)
        fall()
        return result
      }),
    inPipelinedTransaction: (work) =>
      database.inPipelinedTransaction(async (sql) => {
        const { result, written } = await work(sql)
        await written
        fall()
        return { result, written }
      }),
  }
}

describe(`months that close while gateways fall (seed ${seed})`, () => {
  it('bring about what they would have, each thing once and at its own instant', async () => {
    const dice = new Dice(seed)
    const test = await createTestDatabase()
    const desk = await Desk.open(test.url)
    const clock = await TestClock.install(test.url)
    const database = await openDatabase(test.url, 4)
    try {
      const told: object[][] = []
      for (const falls of [false, true]) {
        await clock.set(START)
        const accountId = await desk.createAccount({ billingMode: BillingMode.POSTPAID, creditLimit: 400 })
        const terms = { accountId, currency: 'EUR', channelMonthAmount: 1_000, paymentTermDays: 14 }
        await desk.database.inTransaction((tx) => setPriceAgreement(tx, STAFF, parseInput(SetPriceAgreement, terms)))
        for (let index = 0; index < 5; index += 1) {
          const input = parseInput(CreateChannel, { name: 'Channel', days: 10 + index * 9 })
          const { outcome } = await desk.database.inTransaction((tx) => createChannel(tx, PARTNER, accountId, input))
          const channelIds = [outcome.channelId]
          const renewal = { channelId: outcome.channelId, days: 4 + index, leadHours: 20 }
          const decide =
            index > 2 ? null : (book: Parameters<typeof setAutoRenew>[0]) => setAutoRenew(book, PARTNER, renewal)
          if (decide !== null) await desk.movements.submit({ accountId, channelIds, key: null, decide })
        }
        const gateway = keepUpToDate(falls ? falling(database, dice) : database, () => undefined)
        for (const day of [20, 31, 45, 100]) {
          await clock.set(START + day * DAY_MS)
          await sweepUntilDone(gateway, accountId)
        }
        const events = await readEvents(database.sql, accountId, 0, 500)
        told.push(events.map(({ kind, sequence, occurredAt, type }) => ({ kind, sequence, occurredAt, type })))
      }
      const [steady, fallen] = told
      expect(steady?.filter((event) => 'type' in event && event.type === 'account.month_closed')).toHaveLength(3)
      expect(fallen).toEqual(steady)
      expect((await auditLedger(database, null)).violations).toEqual([])
    } finally {
      await Promise.all([clock.close(), desk.close()])
      await database.close()
      await test.drop()
    }
  }, 60_000)

  /** A sweep after the other, each by a gateway that was started anew, until nothing more happens. */
  async function sweepUntilDone(gateway: Database, accountId: string): Promise<void> {
    for (let quiet = 0; quiet < 12;) {
      const before = await sequenceOf(gateway, accountId)
      await new ClockSweep(gateway, () => undefined, createLog({ logLevel: 'silent' }))
        .sweep()
        .catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error
        })
      quiet = (await sequenceOf(gateway, accountId)) === before ? quiet + 1 : 0
    }
  }
})

async function sequenceOf({ dataSource }: Database, accountId: string): Promise<number> {
  const [row] = await dataSource.query<{ sequence: number }[]>('SELECT sequence FROM account WHERE id = $1', [
    accountId,
  ])
  return row?.sequence ?? 0
}
