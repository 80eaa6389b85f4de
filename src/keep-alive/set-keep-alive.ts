import { z } from 'zod'
import { AccountDueKind } from '../accounts/account-due.entity'
import { setDue } from '../accounts/set-due'
import type { Tx } from '../database'
import { channelDays, id } from '../input'
import { inBook } from '../ledger/account-book'
import { KeepAliveOrder, KeepAlivePolicy } from './keep-alive-policy.entity'
import { WAIT } from './run-keep-alive'

/** Days of a daily cap at the most. */
export const MAX_DAILY_CAP = 1_000_000_000

export const SetKeepAlive = z.object({
  accountId: id(),
  /** Off, unless given. */
  minDays: channelDays().nullish(),
  /** Days of one UTC day at the most; without it, as many as it takes. */
  dailyCap: z.int().min(1).max(MAX_DAILY_CAP).nullish(),
  order: z.enum(KeepAliveOrder).default(KeepAliveOrder.ENDING_FIRST),
})
export type SetKeepAlive = z.infer<typeof SetKeepAlive>

/**
 * Lets an account keep every running channel above `minDays`: at once, which is due of the account as this is committed,
 * and again at each UTC midnight. Without `minDays`, no longer.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function setKeepAlive(
  tx: Tx,
  actor: string,
  { accountId, minDays, dailyCap, order }: SetKeepAlive,
): Promise<void> {
  await inBook(tx, { accountId }, async (book) => {
    book.requireActive()
    const isOff = minDays == null
    const rule = { minDays: minDays ?? null, dailyCap: isOff ? null : (dailyCap ?? null) }
    await tx.manager.upsert(
      KeepAlivePolicy,
      { accountId, ...rule, serveOrder: order, ...(isOff && { shortSince: null, shortReason: null }) },
      ['accountId'],
    )
    if (isOff) await tx.query(WAIT, [accountId, false])
    book.record({
      type: 'keep_alive.set',
      subject: accountId,
      actor,
      data: { ...rule, order: isOff ? null : order },
    })
    await setDue(tx, book, AccountDueKind.KEEP_ALIVE, isOff ? null : book.now)
    return null
  })
}
