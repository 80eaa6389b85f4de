import { In } from 'typeorm'
import { AccountDueKind } from '../accounts/account-due.entity'
import { AccountStatus } from '../accounts/account.entity'
import { setDue } from '../accounts/set-due'
import { HOUR_MS, utcMonth } from '../clock'
import type { Statement, Tx } from '../database'
import { overdueAt } from '../invoices/invoice-state'
import { Invoice, InvoiceCause, InvoiceStatus } from '../invoices/invoice.entity'
import type { AccountBook } from '../ledger/account-book'
import { CHANNEL_MONTH_DAYS, MAX_INVOICE_CHANNELS } from '../pricing/quote'
import { AutoTopUp } from './auto-top-up.entity'
import { BILLING_ACTOR } from './close-month'
import { countTopUpFailure } from './follow-top-up'
import { requestAutomatically } from './request-automatically'

/** Until when a top-up rests: the balance falls below `below`, or the clock reaches `at`. */
interface Rest {
  below: number | null
  at: Date | null
}

const NEVER: Rest = { below: null, at: null }

/**
 * Looks at an account's top-up: requests an invoice where one is needed and may be, and says when to look again. It goes
 * by what stands in the database and no more, so that it may be called at any time, and twice.
 *
 * It requests nothing while an invoice of its own is unpaid, nor before its cool-down is over, nor beyond its cap.
 */
export async function runAutoTopUp(tx: Tx, book: AccountBook): Promise<void> {
  const { accountId } = book
  const topUp = await tx.manager.findOneBy(AutoTopUp, { accountId })
  const { below, at } = topUp === null ? NEVER : await look(tx, book, topUp)
  await tx.query(ARM, [accountId, below])
  book.setTopUpBelow(below)
  await setDue(tx, book, AccountDueKind.AUTO_TOP_UP, at)
}

async function look(tx: Tx, book: AccountBook, topUp: AutoTopUp): Promise<Rest> {
  // A suspended account is looked at anew when it is active again.
  if (!topUp.enabled || book.status !== AccountStatus.ACTIVE) return NEVER
  const unpaid = await unpaidTopUp(tx, book)
  if (unpaid !== null) return waitFor(tx, book, topUp, unpaid)
  if (topUp.coolingUntil !== null && book.now < topUp.coolingUntil) return { below: null, at: topUp.coolingUntil }
  if (book.available >= topUp.belowDays) return { below: topUp.belowDays, at: null }

  const wanted = Math.ceil((topUp.targetDays - book.available + book.owed) / CHANNEL_MONTH_DAYS)
  const left = await leftOfCap(tx, book, topUp)
  if (left < wanted) await tellCap(tx, book, topUp, wanted, left)
  if (left === 0) return { below: null, at: utcMonth(book.now, 1) }
  await requestTopUp(tx, book, topUp, Math.min(wanted, left, MAX_INVOICE_CHANNELS))
  // It is unpaid, or paid since it cost nothing, or was refused: each says when to look again.
  return look(tx, book, topUp)
}

function unpaidTopUp(tx: Tx, { accountId }: AccountBook): Promise<Invoice | null> {
  const status = In([InvoiceStatus.REQUESTED, InvoiceStatus.OPEN])
  return tx.manager.findOneBy(Invoice, { accountId, cause: InvoiceCause.AUTO_TOP_UP, status })
}

/** An invoice that changes is told to `followTopUp`, which has the top-up looked at; only the clock has to be awaited. */
async function waitFor(tx: Tx, book: AccountBook, topUp: AutoTopUp, unpaid: Invoice): Promise<Rest> {
  if (unpaid.dueAt === null || unpaid.id === topUp.overdueInvoiceId) return NEVER
  if (overdueAt(unpaid, book.now)) {
    await countTopUpFailure(tx, book, BILLING_ACTOR, topUp, 'OVERDUE', unpaid.id)
    return NEVER
  }
  const payBy = Math.max(unpaid.dueAt.getTime(), unpaid.postponedUntil?.getTime() ?? 0)
  return { below: null, at: new Date(payBy + 1) }
}

async function requestTopUp(tx: Tx, book: AccountBook, topUp: AutoTopUp, channels: number): Promise<void> {
  const { accountId, available } = book
  const { belowDays, targetDays } = topUp
  const coolingUntil = new Date(book.now.getTime() + topUp.coolDownHours * HOUR_MS)
  await tx.manager.update(AutoTopUp, { accountId }, { coolingUntil })
  topUp.coolingUntil = coolingUntil
  const outcome = await requestAutomatically(tx, book, channels, InvoiceCause.AUTO_TOP_UP)
  if ('reason' in outcome) {
    await countTopUpFailure(tx, book, BILLING_ACTOR, topUp, outcome.reason, null)
    return
  }
  const { invoiceId } = outcome
  const data = { invoiceId, channels, available, belowDays, targetDays }
  book.record({ type: 'auto_top_up.requested', subject: accountId, actor: BILLING_ACTOR, data })
}

async function leftOfCap(tx: Tx, book: AccountBook, { monthlyCapChannels }: AutoTopUp): Promise<number> {
  if (monthlyCapChannels === null) return Infinity
  const month = [utcMonth(book.now), utcMonth(book.now, 1)]
  const [row] = await tx.query<{ days: number }>(DAYS_OF_MONTH, [book.accountId, ...month])
  return Math.max(0, monthlyCapChannels - (row?.days ?? 0) / CHANNEL_MONTH_DAYS)
}

/** Once a month. */
async function tellCap(tx: Tx, book: AccountBook, topUp: AutoTopUp, wanted: number, left: number): Promise<void> {
  if (topUp.capToldAt !== null && topUp.capToldAt >= utcMonth(book.now)) return
  const { accountId, available } = book
  await tx.manager.update(AutoTopUp, { accountId }, { capToldAt: book.now })
  topUp.capToldAt = book.now
  const data = { monthlyCapChannels: topUp.monthlyCapChannels, wanted, left, available }
  book.record({ type: 'auto_top_up.cap_reached', subject: accountId, actor: BILLING_ACTOR, data })
}

const ARM: Statement = { name: 'arm-top-up', text: 'UPDATE account SET top_up_below = $2 WHERE id = $1' }

// What was voided counts too: it was requested.
const DAYS_OF_MONTH: Statement = {
  name: 'top-up-days-of-month',
  text: `
    SELECT coalesce(sum(days), 0)::bigint AS days FROM invoice
    WHERE account_id = $1 AND cause = 'AUTO_TOP_UP' AND requested_at >= $2 AND requested_at < $3`,
}
