import { z } from 'zod'
import { endBillingSchedule } from '../billing/set-billing-schedule'
import type { Tx } from '../database'
import { ConflictError } from '../errors'
import { id, text } from '../input'
import { inBook, type AccountBook } from '../ledger/account-book'
import { planCustomerUpdate } from '../payments/plan-provider-call'
import { AccountDueKind } from './account-due.entity'
import { Account, AccountStatus, BillingMode } from './account.entity'
import { creditLimit, email, maxTrials, refusePrepaidCredit, trialDays } from './create-account'
import { setDue, setMonthCloses } from './set-due'

export const UpdateAccount = z.object({
  accountId: id(),
  name: text().nullish(),
  /** Null takes it away. */
  email: email().nullish(),
  status: z.enum(AccountStatus).nullish(),
  billingMode: z.enum(BillingMode).nullish(),
  creditLimit: creditLimit().nullish(),
  trialDays: trialDays().nullish(),
  maxTrials: maxTrials().nullish(),
})
export type UpdateAccount = z.infer<typeof UpdateAccount>

/**
 * Changes an account; a field that is left out stays as it is. An account that turns prepaid loses its credit limit, and
 * one that turns postpaid its billing schedule.
 *
 * Throws NOT_FOUND; CONFLICT (debt, creditLimit) where the limit would lie under what is owed, where a debtor would turn
 * prepaid or be closed, and where a closed account would be opened again; BAD_USER_INPUT for a prepaid credit limit.
 */
export async function updateAccount(tx: Tx, actor: string, input: UpdateAccount): Promise<void> {
  const { accountId, email, ...given } = input
  const changed = Object.entries(given).flatMap(([field, value]) => (value == null ? [] : field))
  const fields = email === undefined ? changed : [...changed, 'email']
  await inBook(tx, { accountId }, async (book) => {
    if (fields.length === 0) return null
    const billingMode = given.billingMode ?? book.billingMode
    const turnsPrepaid = billingMode === BillingMode.PREPAID && book.billingMode === BillingMode.POSTPAID
    const creditLimit = given.creditLimit ?? (turnsPrepaid ? 0 : book.creditLimit)
    refusePrepaidCredit(billingMode, creditLimit)
    refuseUnderDebt(book, creditLimit, given.status ?? book.status)
    await tx.manager.update(
      Account,
      { id: accountId },
      {
        billingMode,
        creditLimit,
        ...(given.name != null && { name: given.name }),
        ...(email !== undefined && { email }),
        ...(given.status != null && { status: given.status }),
        ...(given.trialDays != null && { trialDays: given.trialDays }),
        ...(given.maxTrials != null && { maxTrials: given.maxTrials }),
      },
    )
    if (creditLimit > book.creditLimit || given.status === AccountStatus.ACTIVE) book.retryRenewals()
    if (billingMode !== book.billingMode) await setMonthCloses(tx, book, billingMode === BillingMode.POSTPAID)
    const turnsPostpaid = billingMode === BillingMode.POSTPAID && book.billingMode === BillingMode.PREPAID
    if (turnsPostpaid) await endBillingSchedule(tx, book, actor)
    const wakesUp = given.status === AccountStatus.ACTIVE && book.status !== AccountStatus.ACTIVE
    // A top-up rests while the account is suspended.
    if (wakesUp) await setDue(tx, book, AccountDueKind.AUTO_TOP_UP, book.now)
    if (given.name != null || email !== undefined) await planCustomerUpdate(tx, book)
    book.record({ type: 'account.updated', subject: accountId, actor, data: { fields } })
    return null
  })
}

function refuseUnderDebt(book: AccountBook, creditLimit: number, status: AccountStatus): void {
  if (book.status === AccountStatus.CLOSED && status !== AccountStatus.CLOSED) {
    throw new ConflictError('A closed account stays closed.', { status: book.status })
  }
  const debt = Math.max(0, -book.available)
  if (creditLimit < debt) {
    throw new ConflictError(`The account owes ${debt} days; its credit limit can’t be ${creditLimit}.`, {
      debt,
      creditLimit,
    })
  }
  if (debt + book.owed > 0 && status === AccountStatus.CLOSED) {
    const owed = debt + book.owed
    throw new ConflictError(`The account owes ${owed} days; it can’t be closed.`, {
      debt,
      ...(book.owed > 0 && { owed: book.owed }),
    })
  }
}
