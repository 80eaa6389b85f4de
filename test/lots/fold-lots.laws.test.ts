import { FoldedLots, foldLots } from '../../src/lots/fold-lots'
import { Dice, seedOf } from '../support/dice'
import { drawMovement } from './draw-movement'
import { NaiveLots } from './naive-lots'

const seed = seedOf()
const HISTORIES = Number(process.env.DAYBOOK_LAW_RUNS ?? 1) * 400
const STEPS = 80

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
