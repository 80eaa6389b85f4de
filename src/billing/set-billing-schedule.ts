import { z } from 'zod'
import { AccountDueKind } from '../accounts/account-due.entity'
import { BillingMode } from '../accounts/account.entity'
import { setDue } from '../accounts/set-due'
import { utcMonth } from '../clock'
import type { Tx } from '../database'
import { ConflictError } from '../errors'
import { id } from '../input'
import { inBook, type AccountBook } from '../ledger/account-book'
import { MAX_INVOICE_CHANNELS } from '../pricing/quote'
import { BillingSchedule, BillingScheduleKind } from './billing-schedule.entity'

export const SetBillingSchedule = z
  .object({
    accountId: id(),
    kind: z.enum(BillingScheduleKind),
    /** Of MONTHLY_FIXED, and only of it. */
    channels: z.int().min(1).max(MAX_INVOICE_CHANNELS).nullish(),
  })
  .refine(({ kind, channels }) => kind !== BillingScheduleKind.MONTHLY_FIXED || channels != null, {
    path: ['channels'],
    message: 'is missing: a fixed number of channels is to be invoiced',
  })
  .refine(({ kind, channels }) => kind === BillingScheduleKind.MONTHLY_FIXED || channels == null, {
    path: ['channels'],
    message: 'is of MONTHLY_FIXED only',
  })
export type SetBillingSchedule = z.infer<typeof SetBillingSchedule>

/**
 * Says for what a prepaid account is invoiced at the start of each UTC month, from the next one on.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED; CONFLICT (billingMode) for a monthly schedule of a postpaid
 * account, which is billed for what it used.
 */
export async function setBillingSchedule(tx: Tx, actor: string, command: SetBillingSchedule): Promise<void> {
  const { accountId, kind, channels = null } = command
  await inBook(tx, { accountId }, async (book) => {
    book.requireActive()
    if (kind === BillingScheduleKind.ON_REQUEST) {
      await tx.manager.delete(BillingSchedule, { accountId })
      await setDue(tx, book, AccountDueKind.INVOICE_SCHEDULE, null)
    } else {
      if (book.billingMode === BillingMode.POSTPAID) {
        throw new ConflictError('A postpaid account is billed each month for the days that it used.', {
          billingMode: book.billingMode,
        })
      }
      await tx.manager.upsert(BillingSchedule, { accountId, kind, channels }, ['accountId'])
      await setDue(tx, book, AccountDueKind.INVOICE_SCHEDULE, utcMonth(book.now, 1))
    }
    recordSchedule(book, actor, kind, channels)
    return null
  })
}

/** Puts an account that turns postpaid back to invoices on request. */
export async function endBillingSchedule(tx: Tx, book: AccountBook, actor: string): Promise<void> {
  const { accountId } = book
  const { affected } = await tx.manager.delete(BillingSchedule, { accountId })
  if (affected === 0) return
  await setDue(tx, book, AccountDueKind.INVOICE_SCHEDULE, null)
  recordSchedule(book, actor, BillingScheduleKind.ON_REQUEST, null)
}

function recordSchedule(book: AccountBook, actor: string, kind: BillingScheduleKind, channels: number | null): void {
  book.record({ type: 'billing_schedule.set', subject: book.accountId, actor, data: { kind, channels } })
}
