import fc from 'fast-check'
import { randomUUID } from 'node:crypto'
import { transferDays } from '../../src/channels/transfer-days'
import { Channel } from '../../src/channels/channel.entity'
import { unusedDays } from '../../src/channels/channel-time'
import { DomainError } from '../../src/errors'
import type { Invoice } from '../../src/invoices/invoice.entity'
import { inBook } from '../../src/ledger/account-book'
import { LedgerTransactionKind } from '../../src/ledger/ledger-transaction.entity'
import type { LotMovement } from '../../src/lots/fold-lots'
import { AdjustBalance, adjustBalance } from '../../src/ledger/adjust-balance'
import { lotsAmiss } from '../../src/lots/audit-lots'
import { catchUpLots, forgetLots } from '../../src/lots/catch-up-lots'
import { readChannelCosts, readUsedDaysCosts, type CostedDays } from '../../src/lots/read-channel-costs'
import { rebuildLots } from '../../src/lots/rebuild-lots'
import { BackOffice } from '../credit-notes/back-office'
import { Office } from '../invoices/office'
import { Dice, seedOf } from '../support/dice'
import { drawMovement } from './draw-movement'
import { lotsOf, movementsOf, post } from './lot-rows'
import { NaiveLots, scaledCost, scaleOf } from './naive-lots'

const seed = seedOf()
const STORIES = Number(process.env.DAYBOOK_LAW_RUNS ?? 1) * 10
const HOUR = 3_600_000
const START = Date.UTC(2031, 0, 1, 9)
const PAGES = [1, 2, 3, 5, 12]

let office: Office
let back: BackOffice
beforeAll(async () => {
  office = await Office.open(8)
  back = new BackOffice(office)
})
afterAll(() => office.close())

type Step =
  | { do: 'buy'; channels: number }
  | { do: 'adjust'; days: number }
  | { do: 'credit'; invoice: number; days: number }
  | { do: 'dispute'; invoice: number; percent: number }
  | { do: 'win'; dispute: number }
  | { do: 'create'; days: number | null }
  | { do: 'allocate' | 'release'; channel: number; days: number }
  | { do: 'transfer'; channel: number; to: number; days: number }
  | { do: 'delete'; channel: number }
  | { do: 'wait'; hours: number }

const index = fc.nat(4)
const days = fc.integer({ min: 1, max: 30 })
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('buy'), channels: fc.integer({ min: 1, max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('adjust'), days: fc.integer({ min: -20, max: 20 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('credit'), invoice: index, days }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('dispute'),
      invoice: index,
      percent: fc.integer({ min: 1, max: 100 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('win'), dispute: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('create'), days: fc.option(days) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('allocate', 'allocate', 'release'), channel: index, days }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('transfer'), channel: index, to: index, days }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete'), channel: index }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait'), hours: fc.integer({ min: 1, max: 120 }) }) },
)

/** An account whose ledger is real, and whose days are kept as cards beside it. */
class Story {
  private readonly invoices: (Invoice & { paymentId: string })[] = []
  private readonly channels: string[] = []
  private readonly disputes: { disputeId: string; paymentId: string; amountMinor: number }[] = []
  private readonly naive = new NaiveLots()
  private seen = 0
  /** What was used by some instants, as it was told then. */
  private readonly told: { at: Date; used: Map<string, CostedDays> }[] = []

  private constructor(
    private readonly accountId: string,
    private at: number,
  ) {}

  static async begin(postpaid: boolean): Promise<Story> {
    await office.stopClock(new Date(START))
    const accountId = await office.account({ taxPartsPerMillion: 77_000, channelMonthAmount: 997 })
    if (postpaid) {
      const text = `UPDATE account SET billing_mode = 'POSTPAID', credit_limit = 70 WHERE id = $1`
      await office.query(text, [accountId])
    }
    return new Story(accountId, START)
  }

  async take(step: Step): Promise<void> {
    await this.act(step).catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error
    })
    await catchUpLots(office.database, this.accountId)
    await this.judge()
  }

  private async act(step: Step): Promise<unknown> {
    const { accountId, channels, invoices, disputes } = this
    const channel = (at: number) => channels[at] ?? ''
    switch (step.do) {
      case 'buy': {
        // Another price each time.
        await office.agree(accountId, { taxPartsPerMillion: 77_000, channelMonthAmount: 900 + invoices.length * 37 })
        const paymentId = `pi_${accountId}_${invoices.length}`
        return invoices.push({ ...(await back.bought(accountId, step.channels, paymentId)), paymentId })
      }
      case 'adjust': {
        const command = AdjustBalance.parse({
          accountId,
          days: step.days || 1,
          comment: 'c',
          idempotencyKey: randomUUID(),
        })
        return office.database.inTransaction((tx) => adjustBalance(tx, 'staff:test', command))
      }
      case 'credit': {
        const invoice = invoices[step.invoice]
        return invoice === undefined ? null : back.credit(invoice, { days: step.days })
      }
      case 'dispute': {
        const invoice = invoices[step.invoice]
        if (invoice === undefined) return null
        const amountMinor = Math.ceil((invoice.totalMinor * step.percent) / 100)
        const dispute = { disputeId: `dp_${accountId}_${disputes.length}`, paymentId: invoice.paymentId, amountMinor }
        disputes.push(dispute)
        return back.dispute(dispute)
      }
      case 'win': {
        const dispute = disputes[step.dispute]
        return dispute === undefined ? null : back.dispute({ ...dispute, status: 'WON' })
      }
      case 'create':
        return channels.push(await back.channel(accountId, { days: step.days }))
      case 'allocate':
        return back.allocate(accountId, channel(step.channel), step.days)
      case 'release':
        return back.release(accountId, channel(step.channel), step.days)
      case 'transfer': {
        const [fromChannelId, toChannelId] = [channel(step.channel), channel(step.to)]
        return office.database.inTransaction((tx) =>
          inBook(tx, { accountId, channelIds: [fromChannelId, toChannelId] }, (book) =>
            Promise.resolve(transferDays(book, 'token_test', { fromChannelId, toChannelId, days: step.days }).id),
          ),
        )
      }
      case 'delete':
        return back.delete(accountId, channel(step.channel))
      case 'wait':
        this.at += step.hours * HOUR
        return office.stopClock(new Date(this.at))
    }
  }

  private async judge(): Promise<void> {
    const { accountId, naive } = this
    for (const movement of await movementsOf(office.database, accountId, this.seen)) {
      naive.take(movement)
      this.seen = movement.sequence
    }
    const { lots } = await lotsOf(office.database, accountId)
    const { available } = await back.account(accountId)
    expect(lots.reduce((sum, { daysLeft }) => sum + daysLeft, 0)).toBe(Math.max(0, available))
    expect(new Map(lots.map(({ sequence, daysLeft }) => [sequence, daysLeft]))).toEqual(
      new Map([...naive.left].map(([sequence, cards]) => [sequence, cards.length])),
    )
    await this.judgeCosts()
  }

  private async judgeCosts(): Promise<void> {
    const { accountId, naive, channels } = this
    const costs = await readChannelCosts(office.database, accountId, channels)
    for (const id of channels) {
      const row = await office.database.dataSource.manager.findOneByOrFail(Channel, { id })
      const cards = naive.piles.get(id)?.length ?? 0
      const used = cards - unusedDays(row, new Date(this.at))
      expect(costs.get(id)).toEqual({
        used: naivelyCosted(naive, naive.counted(id, 0, used)),
        unused: naivelyCosted(naive, naive.counted(id, used)),
      })
    }
    this.told.push({ at: new Date(this.at), used: new Map([...costs].map(([id, { used }]) => [id, used])) })
  }

  async end(): Promise<void> {
    const { accountId, naive, channels } = this
    expect(await lotsAmiss(office.database, accountId)).toEqual([])
    expect(await office.violations()).toEqual([])
    this.judgeConservation()
    const before = await lotsOf(office.database, accountId)
    await rebuildLots(office.database, { accountId })
    expect(await lotsOf(office.database, accountId)).toEqual(before)
    for (const page of PAGES) {
      await office.database.inTransaction((tx) => forgetLots(tx, accountId))
      await catchUpLots(office.database, accountId, page)
      expect(await lotsOf(office.database, accountId)).toEqual(before)
    }
    // What was used by an instant is told of it for ever, as soon as all of it is covered.
    for (const { at, used } of this.told.filter(({ at }, step) => this.told[step + 1]?.at.getTime() !== at.getTime())) {
      const period = { from: new Date(START - 1), to: at }
      const then = await readUsedDaysCosts(office.database, accountId, channels, period)
      for (const [id, told] of used) {
        if (told.uncoveredDays === 0) expect(then.get(id)).toEqual(told)
        else expect(then.get(id)?.days).toBe(told.days)
      }
    }
    expect(naive.bought.length).toBe(before.lots.length)
  }

  /** What was bought is what is left, on channels, used or taken back: exactly, before anything is rounded. */
  private judgeConservation(): void {
    const { naive } = this
    const scale = scaleOf(naive)
    const left = new Map([...naive.left].map(([sequence, cards]) => [sequence, cards.length]))
    const held = [...naive.piles.keys()].map((holder) => scaledCost(naive, naive.counted(holder), scale))
    const bought = naive.bought.reduce((sum, { price }) => sum + BigInt(price?.netMinor ?? 0) * scale, 0n)
    expect(held.reduce((sum, cost) => sum + cost, scaledCost(naive, left, scale))).toBe(bought)
  }
}

function naivelyCosted(naive: NaiveLots, counts: Map<number | null, number>): CostedDays {
  const scale = scaleOf(naive)
  const free = naive.bought.filter(({ price }) => price === null)
  const days = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const freeDays = free.reduce((sum, { sequence }) => sum + (counts.get(sequence) ?? 0), 0)
  const uncoveredDays = counts.get(null) ?? 0
  const bought = days - freeDays - uncoveredDays
  const rounded = (scaled: bigint) => Number((2n * scaled + scale) / (2n * scale))
  const gross = {
    ...{
      bought: naive.bought.map((lot) => ({
        ...lot,
        price: lot.price && { ...lot.price, netMinor: lot.price.totalMinor },
      })),
    },
  } as NaiveLots
  const cost = {
    ...{ currency: 'EUR', days: bought },
    netMinor: rounded(scaledCost(naive, counts, scale)),
    totalMinor: rounded(scaledCost(gross, counts, scale)),
  }
  return { days, freeDays, uncoveredDays, costs: bought > 0 ? [cost] : [] }
}

describe(`the lots of an account (seed ${seed})`, () => {
  it('are those that cards would show at every step, in whatever pages they are folded, and as when folded anew', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(steps, { minLength: 15, maxLength: 40, size: 'max' }),
        fc.boolean(),
        async (story, postpaid) => {
          const told = await Story.begin(postpaid)
          const first = [{ do: 'buy', channels: 2 } as const, { do: 'create', days: 20 } as const]
          for (const step of [...first, ...story]) await told.take(step)
          await told.end()
        },
      ),
      { seed, numRuns: STORIES, endOnFailure: true },
    )
  }, 300_000)

  it('are the same in whatever pages a long ledger of small movements is folded', async () => {
    const dice = new Dice(seed)
    for (let history = 0; history < 2; history += 1) {
      const accountId = await office.account(null)
      const naive = new NaiveLots()
      // Movements of few days, so that the ends of pieces, of lots and of pages often meet.
      const movements: LotMovement[] = []
      for (let sequence = 2; movements.length < 250; sequence += 1) {
        const movement = drawMovement(dice, naive, sequence, 3)
        if (movement === null || movement.kind === LedgerTransactionKind.PURCHASE) continue
        naive.take(movement)
        movements.push(movement)
      }
      await post(office.database, accountId, movements)
      await catchUpLots(office.database, accountId)
      const whole = await lotsOf(office.database, accountId)
      expect(new Map(whole.lots.map(({ sequence, daysLeft }) => [sequence, daysLeft]))).toEqual(
        new Map([...naive.left].map(([sequence, cards]) => [sequence, cards.length])),
      )
      for (const page of PAGES) {
        await office.database.inTransaction((tx) => forgetLots(tx, accountId))
        await catchUpLots(office.database, accountId, page)
        expect(await lotsOf(office.database, accountId)).toEqual(whole)
      }
    }
  }, 120_000)

  it('are folded once where many gateways fold at once', async () => {
    const accountId = await office.account()
    await back.bought(accountId, 3)
    for (let channel = 0; channel < 6; channel += 1) await back.channel(accountId, { days: 10 })
    await Promise.all([1, 2, 3, 2].map((page) => catchUpLots(office.database, accountId, page)))
    const { lots, pieces } = await lotsOf(office.database, accountId)
    expect(lots).toMatchObject([{ days: 90, daysLeft: 30 }])
    expect(pieces.map(({ days }) => days)).toEqual([10, 10, 10, 10, 10, 10])
    await Promise.all([
      rebuildLots(office.database, { accountId }),
      catchUpLots(office.database, accountId, 1),
      rebuildLots(office.database, { accountId }),
    ])
    expect(await lotsOf(office.database, accountId)).toEqual({ lots, pieces, covers: [] })
    expect(await lotsAmiss(office.database, accountId)).toEqual([])
  })
})
