import { AllocateDaysInBulk, allocateDaysInBulk, BulkMode } from '../../src/channels/allocate-days-in-bulk'
import { parseInput } from '../../src/input'
import { doNextDue } from '../../src/billing/keep-up-to-date'
import { CHANNELS_A_TRANSACTION } from '../../src/keep-alive/run-keep-alive'
import { SetKeepAlive, setKeepAlive } from '../../src/keep-alive/set-keep-alive'
import { openBook, saveBooks } from '../../src/ledger/account-book'
import { newId } from '../../src/typed-id'
import { PARTNER } from '../expiry/sandbox'
import { Keeper } from './keeper'

/** More channels than a transaction serves. */
const MANY = CHANNELS_A_TRANSACTION + 1_500

describe('a keep-alive policy of many channels', () => {
  let keeper: Keeper
  beforeAll(async () => {
    keeper = await Keeper.open()
    await keeper.grant(MANY * 10)
    const ids = Array.from({ length: MANY }, () => newId('channel')).sort()
    await keeper.database.dataSource.query(
      `INSERT INTO channel (id, account_id, name, live, created_at)
       SELECT unnest($1::text[]), id, 'Channel', false, clock FROM account WHERE id = $2`,
      [ids, keeper.accountId],
    )
    await keeper.database.inTransaction(async (tx) => {
      const book = await openBook(tx, { accountId: keeper.accountId, channelIds: ids })
      const items = ids.map((channelId, index) => ({ channelId, days: 1 + (index % 4) }))
      allocateDaysInBulk(book, PARTNER, parseInput(AllocateDaysInBulk, { items, mode: BulkMode.ATOMIC }))
      await saveBooks(tx, [book])
    })
  })
  afterAll(() => keeper.close())

  const ends = () =>
    keeper.database.dataSource.query<{ days: number; channels: number }[]>(
      `SELECT paid_days AS days, count(*)::integer AS channels FROM channel GROUP BY 1 ORDER BY 1`,
    )
  const part = () => keeper.database.inTransaction((tx) => doNextDue(tx, keeper.accountId))

  it('serves them in parts, between which nothing else gets in, and then all are served once', async () => {
    const command = parseInput(SetKeepAlive, { accountId: keeper.accountId, minDays: 3 })
    await keeper.database.inTransaction((tx) => setKeepAlive(tx, PARTNER, command))
    const preview = await keeper.preview()
    // To last four days, all but a quarter take one to three.
    const quarter = MANY / 4
    expect(preview).toMatchObject({ servedChannels: 3 * quarter, neededDays: 6 * quarter, days: 6 * quarter })
    while (await part()) {
      // Each in a transaction of its own.
    }
    expect(await ends()).toEqual([{ days: 4, channels: MANY }])
    expect(await keeper.balance()).toMatchObject({ available: preview.balanceAfter })
  })

  it('carries its count from part to part, and ends in the part in which the balance does', async () => {
    const need = MANY * 3
    const { available } = await keeper.balance()
    const command = parseInput(SetKeepAlive, {
      accountId: keeper.accountId,
      minDays: 6,
      dailyCap: 6 * (MANY / 4) + need - 4,
    })
    await keeper.database.inTransaction((tx) => setKeepAlive(tx, PARTNER, command))
    expect(await part()).toBe(true)
    expect(await ends()).toEqual([
      { days: 4, channels: MANY - CHANNELS_A_TRANSACTION },
      { days: 7, channels: CHANNELS_A_TRANSACTION },
    ])
    // Whoever comes now waits for the rest of the run.
    await keeper.grant(1)
    // A channel gets two of its three days, and one none: four are lacking.
    expect(await ends()).toEqual([
      { days: 4, channels: 1 },
      { days: 6, channels: 1 },
      { days: 7, channels: MANY - 2 },
    ])
    expect(await part()).toBe(false)
    expect(await keeper.told()).toEqual([
      `2027-01-01 keep_alive.short ${JSON.stringify({ reason: 'CAP', served: MANY - 2, unserved: 2, missingDays: 4 })}`,
    ])
    expect((await keeper.balance()).available).toBe(available - (need - 4) + 1)
    expect(await keeper.violations()).toEqual([])
  })
})
