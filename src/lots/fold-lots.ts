import { LedgerTransactionKind } from '../ledger/ledger-transaction.entity'

/** A movement of the ledger, as the lots see it. */
export interface LotMovement {
  readonly sequence: number
  readonly kind: LedgerTransactionKind
  readonly days: number
  readonly channelId: string | null
  readonly toChannelId: string | null
  readonly invoiceId: string | null
  readonly occurredAt: Date
  /** Of a purchase: what its invoice asked for all of its days. */
  readonly price: LotPrice | null
}

/** What all days of a lot cost together: the price of one is a fraction, and is never worked out. */
export interface LotPrice {
  readonly currency: string
  readonly netMinor: number
  readonly totalMinor: number
}

export interface FoldedLot {
  /** Of the movement by which its days came. */
  readonly sequence: number
  readonly kind: LedgerTransactionKind
  readonly invoiceId: string | null
  readonly receivedAt: Date
  readonly price: LotPrice | null
  readonly days: number
  daysLeft: number
}

/** Days of one lot, or of the uncovered ones, that a holder has been given in a row. Its days are numbered from 1. */
export interface FoldedPiece {
  /** A channel's id; or the kind of movement that took the days, such as CHARGEBACK, which no id reads as. */
  readonly holder: string
  readonly fromDay: number
  days: number
  /** The lot; null for days that were uncovered as they were drawn. */
  lot: number | null
  /** Of uncovered days: the number of the first. */
  uncoveredFrom: number | null
}

/** Days of one lot, or uncovered ones, on their way. */
type Draught = Pick<FoldedPiece, 'days' | 'lot' | 'uncoveredFrom'>

/** Uncovered days in a row: which lot has covered them since, or none yet. */
export interface FoldedCover {
  uncoveredFrom: number
  days: number
  lot: number | null
}

/**
 * The lots of an account, or as much of them as the movements to be folded can reach: lots with days left from the oldest
 * on, the ends of holders, and uncovered days from the oldest on, with the last of them.
 */
export class FoldedLots {
  readonly lots = new Map<number, FoldedLot>()
  readonly holders = new Map<string, FoldedPiece[]>()
  readonly covers: FoldedCover[] = []
  readonly changedLots = new Set<FoldedLot>()
  readonly changedPieces = new Set<FoldedPiece>()
  readonly changedCovers = new Set<FoldedCover>()
  /** Sequences of lots with days left, oldest first. */
  private readonly open: number[] = []
  private readonly lotOfInvoice = new Map<string, FoldedLot>()

  /** `nextUncovered` numbers the next day that no lot covers. */
  constructor(public nextUncovered = 1) {}

  addLot(lot: FoldedLot): void {
    if (this.lots.has(lot.sequence)) return
    this.lots.set(lot.sequence, lot)
    if (lot.daysLeft > 0) this.open.splice(firstFrom(this.open, lot.sequence), 0, lot.sequence)
    if (lot.invoiceId !== null) this.lotOfInvoice.set(lot.invoiceId, lot)
  }

  /** A holder's pieces are loaded in the order of their days. */
  loadPiece(piece: FoldedPiece): void {
    this.piecesOf(piece.holder).push(piece)
  }

  /** Covers are loaded in the order of their numbers. */
  addCover(cover: FoldedCover): void {
    this.covers.push(cover)
  }

  /** Days of the available balance come as a lot: it covers what is uncovered first. */
  receive(lot: FoldedLot): void {
    this.addLot(lot)
    this.changedLots.add(lot)
    this.coverFrom(lot)
  }

  /** Days go from the oldest lots to a holder, of an own invoice from its lot first; what no lot has is uncovered. */
  draw(holder: string, days: number, invoiceId: string | null): void {
    const own = invoiceId === null ? undefined : this.lotOfInvoice.get(invoiceId)
    let left = days
    if (own !== undefined && own.daysLeft > 0) left -= this.drawFrom(own, holder, left)
    while (left > 0) {
      const oldest = this.open[0]
      const lot = oldest === undefined ? undefined : this.lots.get(oldest)
      if (lot === undefined) break
      left -= this.drawFrom(lot, holder, left)
    }
    if (left === 0) return
    const uncoveredFrom = this.nextUncovered
    this.nextUncovered += left
    this.give(holder, { days: left, lot: null, uncoveredFrom })
    const last = this.covers.at(-1)
    if (last?.lot === null && last.uncoveredFrom + last.days === uncoveredFrom) {
      last.days += left
      this.changedCovers.add(last)
    } else {
      const cover = { uncoveredFrom, days: left, lot: null }
      this.covers.push(cover)
      this.changedCovers.add(cover)
    }
  }

  /** The days that came to a holder last go back to the lots from which they were drawn. */
  giveBack(holder: string, days: number): void {
    for (const piece of this.takeLast(holder, days)) {
      if (piece.lot !== null) this.returnTo(piece.lot, piece.days)
      else this.returnUncovered(piece.uncoveredFrom ?? 0, piece.days)
    }
  }

  /** The days that came to a holder last go to another one, in the order in which they came. */
  handOver(from: string, to: string, days: number): void {
    for (const piece of this.takeLast(from, days).reverse()) this.give(to, piece)
  }

  private drawFrom(lot: FoldedLot, holder: string, days: number): number {
    const drawn = Math.min(days, lot.daysLeft)
    this.lower(lot, drawn)
    this.give(holder, { days: drawn, lot: lot.sequence, uncoveredFrom: null })
    return drawn
  }

  private lower(lot: FoldedLot, days: number): void {
    lot.daysLeft -= days
    this.changedLots.add(lot)
    if (lot.daysLeft === 0) this.open.splice(firstFrom(this.open, lot.sequence), 1)
  }

  private returnTo(sequence: number, days: number): void {
    const lot = this.lots.get(sequence)
    if (lot === undefined) throw new Error(`lot ${sequence} is not at hand`)
    if (lot.daysLeft === 0) this.open.splice(firstFrom(this.open, sequence), 0, sequence)
    lot.daysLeft += days
    this.changedLots.add(lot)
    this.coverFrom(lot)
  }

  /**
   * Of uncovered days, those that a lot has covered since go back to it, the last one first; the others are not uncovered any
   * longer.
   */
  private returnUncovered(from: number, days: number): void {
    const end = from + days
    for (let index = firstReaching(this.covers, end - 1); index >= 0; index -= 1) {
      const cover = this.covers[index]
      if (cover === undefined || cover.uncoveredFrom >= end) continue
      if (cover.uncoveredFrom + cover.days <= from) return
      const first = Math.max(from, cover.uncoveredFrom)
      const count = Math.min(end, cover.uncoveredFrom + cover.days) - first
      if (cover.lot !== null) this.returnTo(cover.lot, count)
      else this.cutCover(index, cover, first, count)
    }
  }

  /** Takes a part out of what is uncovered. */
  private cutCover(index: number, cover: FoldedCover, first: number, count: number): void {
    const before = first - cover.uncoveredFrom
    const rest = { uncoveredFrom: first + count, days: cover.days - before - count, lot: null }
    cover.days = before
    this.changedCovers.add(cover)
    if (rest.days > 0) this.changedCovers.add(rest)
    this.covers.splice(index, 1, ...[cover, rest].filter((part) => part.days > 0))
  }

  /** What a lot has left covers uncovered days, the oldest first: so those that are covered stand before all others. */
  private coverFrom(lot: FoldedLot): void {
    for (let index = firstUncovered(this.covers); lot.daysLeft > 0; index += 1) {
      const cover = this.covers[index]
      if (cover === undefined) return
      const days = Math.min(cover.days, lot.daysLeft)
      if (days < cover.days) {
        const rest = { uncoveredFrom: cover.uncoveredFrom + days, days: cover.days - days, lot: null }
        this.covers.splice(index + 1, 0, rest)
        this.changedCovers.add(rest)
      }
      Object.assign(cover, { days, lot: lot.sequence })
      this.changedCovers.add(cover)
      this.lower(lot, days)
    }
  }

  private give(holder: string, { days, lot, uncoveredFrom }: Draught): void {
    const pieces = this.piecesOf(holder)
    const last = pieces.at(-1)
    const goesOn =
      last?.lot === lot &&
      (lot !== null || (last.uncoveredFrom !== null && last.uncoveredFrom + last.days === uncoveredFrom))
    if (last !== undefined && goesOn) {
      last.days += days
      this.changedPieces.add(last)
      return
    }
    const piece = { holder, fromDay: last === undefined ? 1 : last.fromDay + last.days, days, lot, uncoveredFrom }
    pieces.push(piece)
    this.changedPieces.add(piece)
  }

  /** Takes a holder's last days off it: pieces, the last one first. */
  private takeLast(holder: string, days: number): Draught[] {
    const pieces = this.piecesOf(holder)
    const taken: Draught[] = []
    for (let left = days; left > 0;) {
      const last = pieces.at(-1)
      if (last === undefined) throw new Error(`${holder} holds ${left} days fewer than go from it`)
      const count = Math.min(left, last.days)
      last.days -= count
      left -= count
      const uncoveredFrom = last.uncoveredFrom === null ? null : last.uncoveredFrom + last.days
      taken.push({ days: count, lot: last.lot, uncoveredFrom })
      this.changedPieces.add(last)
      if (last.days === 0) pieces.pop()
    }
    return taken
  }

  private piecesOf(holder: string): FoldedPiece[] {
    let pieces = this.holders.get(holder)
    if (pieces === undefined) this.holders.set(holder, (pieces = []))
    return pieces
  }
}

/**
 * Brings the lots up to a movement. It knows nothing but the movements before it, so that the lots of an account are the same
 * in whatever steps they are folded.
 *
 * Days that are used stay where they are: they are the first that came to their channel, and how many of them are used says
 * the clock.
 */
export function foldLots(state: FoldedLots, movement: LotMovement): void {
  const { sequence, kind, days, channelId, toChannelId, invoiceId, occurredAt, price } = movement
  switch (kind) {
    case LedgerTransactionKind.PURCHASE:
    case LedgerTransactionKind.GRANT: {
      state.receive({ sequence, kind, invoiceId, receivedAt: occurredAt, price, days, daysLeft: days })
      return
    }
    case LedgerTransactionKind.ALLOCATION: {
      state.draw(channelId ?? '', days, null)
      return
    }
    case LedgerTransactionKind.RELEASE: {
      state.giveBack(channelId ?? '', days)
      return
    }
    case LedgerTransactionKind.TRANSFER: {
      state.handOver(channelId ?? '', toChannelId ?? '', days)
      return
    }
    case LedgerTransactionKind.CORRECTION:
    case LedgerTransactionKind.CREDIT_NOTE:
    case LedgerTransactionKind.CHARGEBACK: {
      state.draw(kind, days, invoiceId)
      return
    }
    case LedgerTransactionKind.CHARGEBACK_REVERSAL: {
      state.giveBack(LedgerTransactionKind.CHARGEBACK, days)
      return
    }
    case LedgerTransactionKind.BURN:
      return
  }
}

/** Where a sequence stands in a sorted list, or would stand. */
function firstFrom(sorted: readonly number[], sequence: number): number {
  return firstAfter(sorted, (other) => other < sequence)
}

/** The first of the covers that ends after a number. */
function firstReaching(covers: readonly FoldedCover[], number: number): number {
  return firstAfter(covers, ({ uncoveredFrom, days }) => uncoveredFrom + days <= number)
}

function firstUncovered(covers: readonly FoldedCover[]): number {
  return firstAfter(covers, ({ lot }) => lot !== null)
}

/** The index of the first item of a sorted list that is not before what is looked for. */
function firstAfter<T>(sorted: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const item = sorted[middle]
    if (item !== undefined && isBefore(item)) low = middle + 1
    else high = middle
  }
  return low
}
