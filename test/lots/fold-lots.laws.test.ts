import { LedgerTransactionKind } from '../../src/ledger/ledger-transaction.entity'
import { FoldedLots, foldLots, type LotMovement } from '../../src/lots/fold-lots'
import { Dice, seedOf } from '../support/dice'
import { NaiveLots } from './naive-lots'

const seed = seedOf()
const HISTORIES = Number(process.env.DAYBOOK_LAW_RUNS ?? 1) * 400
const STEPS = 80
const CREDIT = 60
const CHANNELS = ['a', 'b', 'c', 'd']

/** A movement that a ledger could have next; null where this one could not be. */
function drawMovement(dice: Dice, naive: NaiveLots, sequence: number): LotMovement | null {
  const { PURCHASE, GRANT, ALLOCATION, RELEASE, TRANSFER } = LedgerTransactionKind
  const kind = dice.pick([
    PURCHASE,
    GRANT,
    ...Object.values(LedgerTransactionKind),
    ALLOCATION,
    ALLOCATION,
    RELEASE,
    TRANSFER,
  ])
  const channelId = dice.pick(CHANNELS)
  const toChannelId = kind === TRANSFER ? dice.pick(CHANNELS) : null
  const held = (holder: string) => naive.piles.get(holder)?.length ?? 0
  const days = dice.between(1, 25)
  const movement = {
    ...{ sequence, kind, days, channelId: null, toChannelId: null, invoiceId: null, price: null },
    occurredAt: new Date(sequence),
  }
  const invoiceId = dice.below(2) === 0 ? `invoice ${dice.between(1, sequence)}` : null
  switch (kind) {
    case PURCHASE: {
      const netMinor = dice.below(2_000)
      const price = { currency: dice.pick(['EUR', 'USD']), netMinor, totalMinor: netMinor + dice.below(500) }
      return { ...movement, invoiceId: `invoice ${sequence}`, price }
    }
    case ALLOCATION:
      return days > naive.available + CREDIT ? null : { ...movement, channelId }
    case RELEASE:
      return days > held(channelId) ? null : { ...movement, channelId }
    case TRANSFER:
      return days > held(channelId) || channelId === toChannelId ? null : { ...movement, channelId, toChannelId }
    case LedgerTransactionKind.CHARGEBACK_REVERSAL:
      return days > held('CHARGEBACK') ? null : { ...movement, invoiceId }
    case LedgerTransactionKind.CREDIT_NOTE:
      return days > naive.available ? null : { ...movement, invoiceId }
    case LedgerTransactionKind.CORRECTION:
    case LedgerTransactionKind.CHARGEBACK:
      return days > naive.available + CREDIT ? null : { ...movement, invoiceId }
    default:
      return movement
  }
}

/** What the fold says of a holder, card by card: the lot of each. */
function cardsOf(state: FoldedLots, holder: string): (number | null)[] {
  return (state.holders.get(holder) ?? []).flatMap(({ days, lot, uncoveredFrom }) =>
    Array.from({ length: days }, (_, day) => {
      if (lot !== null || uncoveredFrom === null) return lot
      const number = uncoveredFrom + day
      const cover = state.covers.find((one) => one.uncoveredFrom <= number && number < one.uncoveredFrom + one.days)
      if (cover === undefined) throw new Error(`nothing is known of the uncovered day ${number}`)
      return cover.lot
    }),
  )
}

describe(`the fold (seed ${seed})`, () => {
  it('keeps each day where somebody who keeps a card for each day finds it', () => {
    const dice = new Dice(seed)
    for (let history = 0; history < HISTORIES; history += 1) {
      const naive = new NaiveLots()
      const state = new FoldedLots()
      for (let sequence = 1; sequence <= STEPS; sequence += 1) {
        const movement = drawMovement(dice, naive, sequence)
        if (movement === null) continue
        naive.take(movement)
        foldLots(state, movement)
        const left = [...state.lots.values()].reduce((sum, lot) => sum + lot.daysLeft, 0)
        expect(left).toBe(Math.max(0, naive.available))
      }
      for (const [sequence, cards] of naive.left) expect(state.lots.get(sequence)?.daysLeft).toBe(cards.length)
      for (const [holder, cards] of naive.piles) {
        expect([holder, cardsOf(state, holder)]).toEqual([holder, cards.map(({ lot }) => lot)])
      }
    }
  })
})
