import { z } from 'zod'
import type { Tx } from '../database'
import { id } from '../input'
import { inBook } from '../ledger/account-book'
import { CHANNEL_MONTH_DAYS, MAX_INVOICE_CHANNELS } from '../pricing/quote'
import { AutoTopUp } from './auto-top-up.entity'
import { runAutoTopUp } from './run-auto-top-up'

/** What a balance is brought to at the most: one invoice can. */
export const MAX_TOP_UP_DAYS = MAX_INVOICE_CHANNELS * CHANNEL_MONTH_DAYS
/** A cool-down of 31 days at the most. */
export const MAX_COOL_DOWN_HOURS = 744

export const SetAutoTopUp = z
  .object({
    accountId: id(),
    belowDays: z
      .int()
      .min(1)
      .max(MAX_TOP_UP_DAYS - 1)
      .nullish(),
    targetDays: z.int().min(1).max(MAX_TOP_UP_DAYS).nullish(),
    /** As many as it takes, unless given. */
    monthlyCapChannels: z.int().min(1).max(MAX_INVOICE_CHANNELS).nullish(),
    coolDownHours: z.int().min(1).max(MAX_COOL_DOWN_HOURS).default(24),
  })
  .superRefine(({ belowDays, targetDays }, context) => {
    const refuse = (field: string, message: string, params = {}) =>
      context.addIssue({ code: 'custom', path: [field], message, params })
    if (belowDays == null && targetDays != null) refuse('belowDays', 'is missing: targetDays is given')
    if (belowDays != null && targetDays == null) refuse('targetDays', 'is missing: belowDays is given')
    if (belowDays != null && targetDays != null && targetDays <= belowDays) {
      refuse('targetDays', `must be more than belowDays, ${belowDays}`, { minimum: belowDays + 1, belowDays })
    }
  })
export type SetAutoTopUp = z.infer<typeof SetAutoTopUp>

/**
 * Tops an account's balance up by itself, at once where too few days are available already. Whoever sets it begins anew:
 * it is on, no failures are counted, no cool-down runs; what was requested this month still counts towards the cap, and
 * while an invoice of an earlier top-up is unpaid there is no other. Without `belowDays` and `targetDays`, no longer.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function setAutoTopUp(tx: Tx, actor: string, { accountId, ...settings }: SetAutoTopUp): Promise<void> {
  await inBook(tx, { accountId }, async (book) => {
    book.requireActive()
    const { belowDays, targetDays, coolDownHours, monthlyCapChannels = null } = settings
    if (belowDays == null || targetDays == null) {
      await tx.manager.update(AutoTopUp, { accountId }, { enabled: false })
      book.record({ type: 'auto_top_up.set', subject: accountId, actor, data: { enabled: false } })
    } else {
      const figures = { belowDays, targetDays, monthlyCapChannels, coolDownHours, enabled: true }
      await tx.manager.upsert(AutoTopUp, { accountId, ...figures, failures: 0, coolingUntil: null, capToldAt: null }, [
        'accountId',
      ])
      book.record({ type: 'auto_top_up.set', subject: accountId, actor, data: figures })
    }
    await runAutoTopUp(tx, book)
    return null
  })
}
