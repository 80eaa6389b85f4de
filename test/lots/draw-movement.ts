import { LedgerTransactionKind } from '../../src/ledger/ledger-transaction.entity'
import type { LotMovement } from '../../src/lots/fold-lots'
import type { Dice } from '../support/dice'
import type { NaiveLots } from './naive-lots'

const CREDIT = 60
const CHANNELS = ['a', 'b', 'c', 'd']

/** A movement that a ledger could have next; null where this one could not be. */
export function drawMovement(dice: Dice, naive: NaiveLots, sequence: number, maxDays = 25): LotMovement | null {
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
  const days = dice.between(1, maxDays)
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
