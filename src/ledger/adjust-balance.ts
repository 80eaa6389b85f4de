import { z } from 'zod'
import type { Tx } from '../database'
import { InsufficientDaysError } from '../errors'
import { id, text } from '../input'
import { requestKey } from '../idempotency'
import { inBook, type AccountBook, type Decided } from './account-book'
import { LedgerTransactionKind } from './ledger-transaction.entity'

/** Days of one adjustment at the most, either way: a million channels for a thousand days. */
export const MAX_ADJUSTMENT = 1_000_000_000

export const AdjustBalance = z.object({
  accountId: id(),
  /** Granted, or with a negative number taken back. */
  days: z
    .int()
    .min(-MAX_ADJUSTMENT)
    .max(MAX_ADJUSTMENT)
    .refine((days) => days !== 0, 'must not be 0'),
  comment: text(),
  idempotencyKey: text(),
})
export type AdjustBalance = z.infer<typeof AdjustBalance>

/**
 * Grants days to an account, or takes them back.
 *
 * Throws NOT_FOUND, INSUFFICIENT_DAYS where fewer are there to be taken, IDEMPOTENCY_CONFLICT.
 */
export async function adjustBalance(
  tx: Tx,
  actor: string,
  input: AdjustBalance,
): Promise<Decided<{ transactionId: string }>> {
  const { accountId } = input
  const key = requestKey(accountId, 'adjustBalance', input)
  return inBook(tx, { accountId, key }, (book) => Promise.resolve(adjustBook(book, actor, input)))
}

/** The same on an open book. */
export function adjustBook(
  book: AccountBook,
  actor: string,
  { days, comment }: Pick<AdjustBalance, 'days' | 'comment'>,
): { transactionId: string } {
  if (-days > book.spendable) throw new InsufficientDaysError(book.spendable, -days)
  const kind = days > 0 ? LedgerTransactionKind.GRANT : LedgerTransactionKind.CORRECTION
  const { id } = book.post({ kind, days: Math.abs(days), actor, comment })
  return { transactionId: id }
}
