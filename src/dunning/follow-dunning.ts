import { AccountDueKind } from '../accounts/account-due.entity'
import { setDue } from '../accounts/set-due'
import type { Statement, Tx } from '../database'
import { Invoice, InvoiceStatus } from '../invoices/invoice.entity'
import { CLOCK_ACTOR, type AccountBook } from '../ledger/account-book'
import {
  DEFAULT_DUNNING,
  dueInstant,
  dunningSteps,
  stepAfter,
  type DunningStep,
  type DunningTerms,
} from './dunning-steps'
import { DunningSchedule, InvoiceDunning } from './dunning.entity'

type Dunned = Pick<Invoice, 'id' | 'accountId' | 'status' | 'dueAt' | 'postponedUntil'>

/**
 * Plans the next step of an invoice that has changed: the first one after now by its due instant, and none where it is not
 * open any longer. What was stopped stays so. Steps that have passed by then are not made up for.
 */
export async function followDunning(tx: Tx, book: AccountBook, invoice: Dunned): Promise<void> {
  const { id: invoiceId, accountId } = invoice
  if (invoice.status !== InvoiceStatus.OPEN) {
    const { affected } = await tx.manager.delete(InvoiceDunning, { accountId, invoiceId })
    if (affected === 0) return
  } else {
    const next = stepAfter(await stepsOf(tx, invoice), book.now)
    await tx.query(PLAN, [invoiceId, accountId, next?.at ?? null])
  }
  await setNextDue(tx, book)
}

/** Plans the next steps of all open invoices anew, by another schedule. */
export async function replanDunning(tx: Tx, book: AccountBook, terms: DunningTerms): Promise<void> {
  const open = await tx.query<{ id: string; dueAt: Date; postponedUntil: Date | null }>(OPEN_INVOICES, [book.accountId])
  for (const invoice of open) {
    const due = dueInstant(invoice)
    const next = due === null ? null : stepAfter(dunningSteps(terms, due), book.now)
    await tx.query(PLAN, [invoice.id, book.accountId, next?.at ?? null])
  }
  await setNextDue(tx, book)
}

/**
 * Does the steps that are due by now, which is the instant of the earliest of them: each is an event, and mails are made of
 * these. An invoice of zero is never open. To be called by the account's dues only.
 */
export async function dunInvoices(tx: Tx, book: AccountBook, at: Date): Promise<void> {
  const { accountId } = book
  const due = await tx.query<Dunned>(DUE_INVOICES, [accountId, at])
  for (const invoice of due) {
    const steps = await stepsOf(tx, invoice)
    // By another schedule there may be none at this instant any longer.
    for (const step of steps.filter((one) => one.at.getTime() === at.getTime())) await take(tx, book, invoice, step)
    await tx.query(PLAN, [invoice.id, accountId, stepAfter(steps, at)?.at ?? null])
  }
  await setNextDue(tx, book)
}

async function take(tx: Tx, book: AccountBook, invoice: Dunned, { type, days, at }: DunningStep): Promise<void> {
  const { id: invoiceId, accountId, status } = invoice
  const data = { status, days, dueAt: dueInstant(invoice) }
  book.record({ type, subject: invoiceId, actor: CLOCK_ACTOR, data, occurredAt: at > book.now ? book.now : at })
  if (type === 'invoice.uncollectible_proposed') {
    await tx.manager.update(InvoiceDunning, { accountId, invoiceId }, { uncollectibleProposedAt: book.now })
  }
}

/** How an account is reminded: as was said for it, or by default. */
export async function dunningTerms(tx: Tx, accountId: string): Promise<DunningTerms> {
  return (await tx.manager.findOneBy(DunningSchedule, { accountId })) ?? DEFAULT_DUNNING
}

/** Of an open invoice. */
export async function stepsOf(tx: Tx, invoice: Dunned): Promise<DunningStep[]> {
  const due = dueInstant(invoice)
  return due === null ? [] : dunningSteps(await dunningTerms(tx, invoice.accountId), due)
}

export async function setNextDue(tx: Tx, book: AccountBook): Promise<void> {
  const [row] = await tx.query<{ at: Date | null }>(NEXT_OF_ACCOUNT, [book.accountId])
  await setDue(tx, book, AccountDueKind.DUNNING, row?.at ?? null)
}

const PLAN: Statement = {
  name: 'plan-dunning',
  text: `
    INSERT INTO invoice_dunning AS d (invoice_id, account_id, next_at) VALUES ($1, $2, $3)
    ON CONFLICT ON CONSTRAINT invoice_dunning_pkey DO UPDATE SET next_at = CASE WHEN d.stopped_at IS NULL THEN excluded.next_at END`,
}

const OPEN_INVOICES: Statement = {
  name: 'open-invoices-of-account',
  text: `
    SELECT id, due_at AS "dueAt", postponed_until AS "postponedUntil"
    FROM invoice WHERE account_id = $1 AND status = 'OPEN'`,
}

const DUE_INVOICES: Statement = {
  name: 'invoices-to-be-dunned',
  text: `
    SELECT i.id, i.account_id AS "accountId", i.status, i.due_at AS "dueAt", i.postponed_until AS "postponedUntil"
    FROM invoice_dunning d JOIN invoice i ON i.account_id = d.account_id AND i.id = d.invoice_id
    WHERE d.account_id = $1 AND d.next_at <= $2 ORDER BY d.next_at, i.id`,
}

const NEXT_OF_ACCOUNT: Statement = {
  name: 'next-dunning-of-account',
  text: 'SELECT min(next_at) AS at FROM invoice_dunning WHERE account_id = $1',
}
