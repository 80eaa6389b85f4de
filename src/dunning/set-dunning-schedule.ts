import { z } from 'zod'
import type { Tx } from '../database'
import { id } from '../input'
import { inBook } from '../ledger/account-book'
import { DunningSchedule } from './dunning.entity'
import { dunningTerms, replanDunning } from './follow-dunning'

/** Reminders after the due date at the most. */
export const MAX_REMINDERS = 10
/** How far from the due date a step may be. */
export const MAX_DUNNING_DAYS = 365

const days = () => z.int().min(1).max(MAX_DUNNING_DAYS)

export const SetDunningSchedule = z.object({
  accountId: id(),
  /** Of this and the last, null takes the step away. */
  beforeDays: days().nullish(),
  afterDays: z
    .array(days())
    .max(MAX_REMINDERS)
    .transform((list) => [...new Set(list)].sort((a, b) => a - b))
    .nullish(),
  uncollectibleAfterDays: days().nullish(),
})
export type SetDunningSchedule = z.infer<typeof SetDunningSchedule>

/**
 * Says when an account is reminded of unpaid invoices; what is left out stays as it is. Open invoices go by it from the next
 * step on: what has passed is neither repeated nor made up for.
 *
 * Throws NOT_FOUND.
 */
export async function setDunningSchedule(tx: Tx, actor: string, input: SetDunningSchedule): Promise<void> {
  const { accountId, beforeDays, afterDays, uncollectibleAfterDays } = input
  await inBook(tx, { accountId }, async (book) => {
    const before = await dunningTerms(tx, accountId)
    const terms = {
      beforeDays: beforeDays === undefined ? before.beforeDays : beforeDays,
      afterDays: afterDays ?? before.afterDays,
      uncollectibleAfterDays:
        uncollectibleAfterDays === undefined ? before.uncollectibleAfterDays : uncollectibleAfterDays,
    }
    await tx.manager.upsert(DunningSchedule, { accountId, ...terms }, ['accountId'])
    await replanDunning(tx, book, terms)
    book.record({ type: 'account.dunning_schedule_set', subject: accountId, actor, data: terms })
    return null
  })
}
