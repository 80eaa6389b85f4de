import { z } from 'zod'
import {
  BadUserInputError,
  DomainError,
  InsufficientDaysError,
  shownId,
  type ErrorCode,
  type ErrorDetails,
} from '../errors'
import { comment, channelDays, id, idempotencyKey, MAX_BULK_ITEMS } from '../input'
import type { AccountBook } from '../ledger/account-book'
import { allocateDays } from './allocate-days'

export enum BulkMode {
  /** All items or none. */
  ATOMIC = 'ATOMIC',
  /** Each item for itself, in their order. */
  PARTIAL = 'PARTIAL',
}

export const AllocateDaysInBulk = z.object({
  items: z
    .array(z.object({ channelId: id(), days: channelDays() }))
    .min(1)
    .max(MAX_BULK_ITEMS),
  mode: z.enum(BulkMode),
  comment: comment(),
  idempotencyKey: idempotencyKey(),
})
export type AllocateDaysInBulk = z.infer<typeof AllocateDaysInBulk>

/** What became of one item. */
export interface BulkItemOutcome {
  channelId: string
  error?: { code: ErrorCode; message: string; details: ErrorDetails }
}

export interface BulkOutcome {
  items: BulkItemOutcome[]
  allocatedDays: number
}

/**
 * Allocates days to many channels. ATOMIC: the first refusal refuses all, and names its item. PARTIAL: each item has its
 * outcome; where every item is refused, the bulk is refused with the first one's error.
 *
 * Throws BAD_USER_INPUT where a channel stands in it twice, INSUFFICIENT_DAYS with the sum asked for where an atomic
 * bulk exceeds the balance, and what allocating throws.
 */
export function allocateDaysInBulk(book: AccountBook, actor: string, input: AllocateDaysInBulk): BulkOutcome {
  book.requireMayAllocate()
  refuseRepeatedChannels(input.items)
  book.settle()
  return input.mode === BulkMode.ATOMIC ? allocateAll(book, actor, input) : allocateEach(book, actor, input)
}

function allocateAll(book: AccountBook, actor: string, { items, comment }: AllocateDaysInBulk): BulkOutcome {
  const requested = items.reduce((sum, item) => sum + item.days, 0)
  if (requested > book.spendable) throw new InsufficientDaysError(book.spendable, requested)
  items.forEach((item, index) => {
    try {
      allocateDays(book, actor, { ...item, comment })
    } catch (error) {
      throw error instanceof DomainError ? new BulkItemError(index, item.channelId, error) : error
    }
  })
  return { items: items.map(({ channelId }) => ({ channelId })), allocatedDays: requested }
}

function allocateEach(book: AccountBook, actor: string, { items, comment }: AllocateDaysInBulk): BulkOutcome {
  let allocatedDays = 0
  let refusal: DomainError | undefined
  let refused = 0
  const outcomes = items.map((item): BulkItemOutcome => {
    try {
      book.attempt(() => allocateDays(book, actor, { ...item, comment }))
      allocatedDays += item.days
      return { channelId: item.channelId }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      refusal ??= error
      refused += 1
      return {
        channelId: shownId(item.channelId),
        error: { code: error.code, message: error.message, details: error.details },
      }
    }
  })
  if (refusal !== undefined && refused === items.length) throw refusal
  return { items: outcomes, allocatedDays }
}

function refuseRepeatedChannels(items: AllocateDaysInBulk['items']): void {
  const seen = new Set<string>()
  items.forEach(({ channelId }, index) => {
    if (seen.has(channelId)) {
      throw new BadUserInputError(`items.${index}.channelId`, 'A channel stands in the bulk twice.', { channelId })
    }
    seen.add(channelId)
  })
}

/** An item's refusal as the refusal of its whole bulk: the same code and figures, and which item it was. */
class BulkItemError extends DomainError {
  readonly code: ErrorCode
  constructor(index: number, channelId: string, { code, message, details }: DomainError) {
    const field = `items.${index}.${typeof details.field === 'string' ? details.field : 'channelId'}`
    super(message, { ...details, field, channelId })
    this.code = code
  }
}
