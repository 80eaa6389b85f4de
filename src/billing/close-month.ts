import { AccountDueKind } from '../accounts/account-due.entity'
import { setDue } from '../accounts/set-due'
import { utcMonth } from '../clock'
import type { Statement, Tx } from '../database'
import { BadUserInputError } from '../errors'
import { enterInvoice } from '../invoices/enter-invoice'
import { InvoiceCause } from '../invoices/invoice.entity'
import { hasSender } from '../invoices/invoice-particulars'
import { openInvoice } from '../invoices/open-invoice'
import type { AccountBook } from '../ledger/account-book'
import { findPriceAgreements } from '../pricing/find-price-agreements'
import { PriceAgreement } from '../pricing/price-agreement.entity'
import { priceUsage, type PostedBurn, type UsageInvoice } from './price-usage'

/** Who closes months and opens what they come to. */
export const BILLING_ACTOR = 'job:billing'

/**
 * Closes the month of a postpaid account that ends at an instant, which is the open book's: days that were used, and that neither purchases and
 * grants nor open usage invoices cover, are billed by an invoice of their own, which opens at once, or waits for staff where invoices have no sender yet. The burn up to that
 * instant has to be posted, and saved.
 *
 * Days that can't be priced, since there was never an agreement, or since they come to more money than an invoice can hold, wait for the
 * next close: whatever an account's prices are, it must not be held up by its own close.
 */
export async function closeMonth(tx: Tx, book: AccountBook, end: Date): Promise<void> {
  const [claimed] = await tx.query<{ days: number }>(DAYS_ON_USAGE_INVOICES, [book.accountId])
  // The books sum to zero: what is used beyond what was issued is what the other two lack.
  const uncoveredDays = Math.max(0, -(book.available + book.allocated) - (claimed?.days ?? 0))
  const invoices = uncoveredDays === 0 ? [] : await usageOf(tx, book, uncoveredDays, end)
  const invoiceIds: string[] = []
  for (const { agreement, from, ...quoted } of invoices) {
    const period = { start: earlier(from, utcMonth(new Date(end.getTime() - 1))), end }
    const cause = InvoiceCause.USAGE
    const invoice = await enterInvoice(tx, book, BILLING_ACTOR, {
      agreement,
      quoted,
      purchaseOrder: null,
      period,
      cause,
    })
    if (await hasSender(tx, book)) await openInvoice(tx, book, BILLING_ACTOR, invoice)
    invoiceIds.push(invoice.id)
  }
  const billedDays = invoices.reduce((sum, { days }) => sum + days, 0)
  book.record({
    type: 'account.month_closed',
    subject: book.accountId,
    actor: BILLING_ACTOR,
    data: { periodEnd: end, billedDays, unbilledDays: uncoveredDays - billedDays, invoiceIds },
  })
  await setDue(tx, book, AccountDueKind.MONTH_CLOSE, utcMonth(end, 1))
}

async function usageOf(tx: Tx, book: AccountBook, uncoveredDays: number, end: Date): Promise<UsageInvoice[]> {
  const burns = await tx.query<PostedBurn>(NEWEST_BURNS, [book.accountId, uncoveredDays])
  const agreements = await findPriceAgreements(tx.manager.createQueryBuilder(PriceAgreement, 'agreement'), [
    book.accountId,
  ])
  try {
    return priceUsage(
      uncoveredDays,
      burns,
      agreements.filter(({ validFrom }) => validFrom < end),
    )
  } catch (error) {
    if (error instanceof BadUserInputError) return []
    throw error
  }
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b
}

// One that waits is still to come, and one that was written off can still be paid: their days are not billed twice.
const DAYS_ON_USAGE_INVOICES: Statement = {
  name: 'days-on-usage-invoices',
  text: `
    SELECT coalesce(sum(days), 0)::bigint AS days
    FROM invoice WHERE account_id = $1 AND status IN ('REQUESTED', 'OPEN', 'UNCOLLECTIBLE') AND period_start IS NOT NULL`,
}

// As many as it takes to hold the uncovered days.
const NEWEST_BURNS: Statement = {
  name: 'newest-burns',
  text: `
    SELECT at, days FROM (
      SELECT occurred_at AS at, days, sequence, sum(days) OVER (ORDER BY sequence DESC) - days AS newer
      FROM ledger_transaction WHERE account_id = $1 AND kind = 'BURN'
    ) AS burns
    WHERE newer < $2 ORDER BY sequence DESC`,
}
