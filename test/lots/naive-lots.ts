import type { LotMovement } from '../../src/lots/fold-lots'

/** One day. It knows from which lot it is; null as long as no lot has covered it. */
interface Day {
  lot: number | null
}

/**
 * The lots of an account as somebody with a box of cards would keep them: each day is a card of its own, and lies on one of
 * the piles. Nothing is ever counted together.
 */
export class NaiveLots {
  readonly bought: LotMovement[] = []
  /** The cards of each lot that are in the balance. */
  readonly left = new Map<number, Day[]>()
  /** The cards of each channel, and of what has left the balance, in the order in which they came. */
  readonly piles = new Map<string, Day[]>()
  /** Cards that no lot has covered, oldest first. */
  readonly uncovered: Day[] = []

  take(movement: LotMovement): void {
    const { sequence, kind, days, channelId, toChannelId, invoiceId } = movement
    const each = (deed: () => void) => {
      for (let day = 0; day < days; day += 1) deed()
    }
    switch (kind as string) {
      case 'PURCHASE':
      case 'GRANT':
        this.bought.push(movement)
        this.left.set(sequence, [])
        {
          each(() => this.arrive({ lot: sequence }))
          return
        }
      case 'ALLOCATION': {
        each(() => this.pile(channelId).push(this.drawn(null)))
        return
      }
      case 'RELEASE': {
        each(() => this.goBack(this.last(channelId)))
        return
      }
      case 'TRANSFER': {
        const moved: Day[] = []
        each(() => moved.unshift(this.last(channelId)))
        this.pile(toChannelId).push(...moved)
        return
      }
      case 'CREDIT_NOTE':
      case 'CORRECTION':
      case 'CHARGEBACK': {
        each(() => this.pile(kind).push(this.drawn(invoiceId)))
        return
      }
      case 'CHARGEBACK_REVERSAL': {
        each(() => this.goBack(this.last('CHARGEBACK')))
        return
      }
      case 'BURN':
        return
      default:
        throw new Error(`what is a ${kind}?`)
    }
  }

  /** How many cards of each lot lie in a pile, of these cards of it; uncovered ones under null. */
  counted(holder: string, from = 0, to = Infinity): Map<number | null, number> {
    const counts = new Map<number | null, number>()
    for (const { lot } of this.pile(holder).slice(from, to)) counts.set(lot, (counts.get(lot) ?? 0) + 1)
    return counts
  }

  get available(): number {
    return [...this.left.values()].reduce((sum, cards) => sum + cards.length, 0) - this.uncovered.length
  }

  private arrive(day: { lot: number }): void {
    const oldest = this.uncovered.shift()
    if (oldest === undefined) this.left.get(day.lot)?.push(day)
    else oldest.lot = day.lot
  }

  private drawn(invoiceId: string | null): Day {
    const own = this.bought.find((lot) => invoiceId !== null && lot.invoiceId === invoiceId)
    const ownCard = own === undefined ? undefined : this.left.get(own.sequence)?.pop()
    if (ownCard !== undefined) return ownCard
    for (const { sequence } of this.bought) {
      const card = this.left.get(sequence)?.pop()
      if (card !== undefined) return card
    }
    const card: Day = { lot: null }
    this.uncovered.push(card)
    return card
  }

  private goBack(day: Day): void {
    if (day.lot !== null) this.arrive({ lot: day.lot })
    else this.uncovered.splice(this.uncovered.indexOf(day), 1)
  }

  private last(holder: string | null): Day {
    const day = this.pile(holder).pop()
    if (day === undefined) throw new Error(`nothing lies on ${String(holder)}`)
    return day
  }

  private pile(holder: string | null): Day[] {
    const key = String(holder)
    const pile = this.piles.get(key) ?? []
    this.piles.set(key, pile)
    return pile
  }
}

/** What counted cards cost, exactly, as minor units times `scale`. */
export function scaledCost(lots: NaiveLots, counts: Map<number | null, number>, scale: bigint): bigint {
  return lots.bought.reduce((sum, { sequence, days, price }) => {
    if (price === null) return sum
    return sum + (BigInt(counts.get(sequence) ?? 0) * BigInt(price.netMinor) * scale) / BigInt(days)
  }, 0n)
}

/** A number that the days of every lot divide. */
export function scaleOf(lots: NaiveLots): bigint {
  return [...new Set(lots.bought.map(({ days }) => days))].reduce((product, days) => product * BigInt(days), 1n)
}
