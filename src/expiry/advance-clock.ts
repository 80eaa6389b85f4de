import { z } from 'zod'
import { DAY_MS, utcMidnight } from '../clock'
import type { Statement, Tx } from '../database'
import { doNextDue } from '../billing/keep-up-to-date'
import { BadUserInputError, ConflictError } from '../errors'
import { id } from '../input'
import { lookAtRunway } from '../forecast/look-at-runway'
import { tellLateRequests } from '../invoices/tell-late-requests'
import { openBook, saveBooks } from '../ledger/account-book'

/** Days that a clock is moved in one call at the most. */
export const MAX_ADVANCE_DAYS = 366

export const AdvanceClock = z.object({ accountId: id(), to: z.date() })
export type AdvanceClock = z.infer<typeof AdvanceClock>

/**
 * Moves a sandbox's clock forward, and brings about all that the time in between brings, in its order. It goes from UTC
 * midnight to UTC midnight, and by way of the crossings of its low runway, so that each step finds what the one before it has made due.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED; CONFLICT for an account that lives by the live clock; BAD_USER_INPUT where `to` is not later than the
 * clock, or by more than 366 days.
 */
export async function advanceClock(tx: Tx, actor: string, { accountId, to }: AdvanceClock): Promise<void> {
  const book = await openBook(tx, { accountId })
  book.requireActive()
  if (!book.sandbox) {
    throw new ConflictError('Only a sandbox has a clock that can be moved.', { sandbox: false })
  }
  const from = book.now
  const latest = new Date(from.getTime() + MAX_ADVANCE_DAYS * DAY_MS)
  if (to <= from || to > latest) {
    throw new BadUserInputError(
      'to',
      `to must be after ${from.toISOString()}, by ${MAX_ADVANCE_DAYS} days at the most.`,
      {
        now: from.toISOString(),
        maximum: latest.toISOString(),
      },
    )
  }
  let { nextCrossing } = await lookAtRunway(tx, accountId)
  for (let at = from; at < to;) {
    const midnight = utcMidnight(at).getTime() + DAY_MS
    at = new Date(Math.min(midnight, nextCrossing?.getTime() ?? Infinity, to.getTime()))
    await settleUntil(tx, accountId, at)
    nextCrossing = (await lookAtRunway(tx, accountId)).nextCrossing
  }
  const arrived = await openBook(tx, { accountId })
  arrived.record({ type: 'account.clock_advanced', subject: accountId, actor, data: { to } })
  await saveBooks(tx, [arrived])
}

async function settleUntil(tx: Tx, accountId: string, at: Date): Promise<void> {
  await tx.query(SET_CLOCK, [accountId, at])
  for (;;) {
    while (await doNextDue(tx, accountId)) {
      // Each as of its own instant, before what comes after it.
    }
    const book = await openBook(tx, { accountId })
    book.settle()
    await tellLateRequests(tx, book)
    if (!book.changed) return
    await saveBooks(tx, [book])
  }
}

const SET_CLOCK: Statement = { name: 'set-clock', text: 'UPDATE account SET clock = $2 WHERE id = $1' }
