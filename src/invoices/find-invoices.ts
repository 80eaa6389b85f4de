import type { VisibleRows, WalledQuery } from '../auth/visible-rows'
import { BadUserInputError } from '../errors'
import { parseInput, Statuses } from '../input'
import { checkFirst, cursorOf, keyAfter, pageNewestFirst, pageOf, type Page, type PageArguments } from '../paging'
import { Invoice, InvoiceStatus } from './invoice.entity'

export interface InvoiceCriteria {
  /** All that the caller sees, unless given. */
  accountId?: string | null
  status?: readonly InvoiceStatus[] | null
  /** By the clock of its account. */
  overdue?: boolean | null
}

/**
 * Newest first. Across all accounts, with REQUESTED as the only status, it is the queue of what is to be prepared: what
 * is to be prepared first comes first.
 */
export function findInvoices(
  visible: VisibleRows,
  criteria: InvoiceCriteria,
  page: PageArguments,
): Promise<Page<Invoice>> {
  const query = matching(isQueue(criteria) ? visible.quickly : visible, criteria)
  return isQueue(criteria) ? pageOfQueue(query, page) : pageNewestFirst(query, 'invoices', 'invoice.id', page)
}

export function countInvoices(visible: VisibleRows, criteria: InvoiceCriteria): Promise<number> {
  return matching(visible, criteria).getCount()
}

/** The cursor of a row of the list that these criteria name. */
export function invoiceCursor(criteria: InvoiceCriteria, { id, prepareBy }: Invoice): string {
  return isQueue(criteria) ? cursorOf('invoice-queue', `${prepareBy.getTime()}:${id}`) : cursorOf('invoices', id)
}

function isQueue({ accountId, status }: InvoiceCriteria): boolean {
  return accountId == null && status?.length === 1 && status[0] === InvoiceStatus.REQUESTED
}

async function pageOfQueue(query: WalledQuery<Invoice>, { first, after }: PageArguments): Promise<Page<Invoice>> {
  checkFirst(first)
  const key = keyAfter('invoice-queue', after)
  if (key !== null) {
    const [, prepareBy, id] = /^(\d{1,15}):(\w+)$/.exec(key) ?? []
    if (prepareBy === undefined) throw new BadUserInputError('after', 'This is no cursor of this list.')
    query.andWhere('(invoice.prepareBy, invoice.id) > (:prepareBy, :afterId)', {
      prepareBy: new Date(Number(prepareBy)),
      afterId: id,
    })
  }
  query
    .orderBy('invoice.prepareBy', 'ASC')
    .addOrderBy('invoice.id', 'ASC')
    .take(first + 1)
  return pageOf(await query.getMany(), first)
}

/** What overdueAt() of invoice-state.ts says, as a condition on the row: by the account's own clock, which a sandbox has. A test holds the two together. */
const CLOCK = '(SELECT daybook_account_now(a.clock, a.changed_at) FROM account a WHERE a.id = invoice.accountId)'
const OVERDUE = `(invoice.status = 'OPEN' AND invoice.dueAt < ${CLOCK} AND coalesce(invoice.postponedUntil < ${CLOCK}, true))`

function matching(visible: VisibleRows, { accountId, status, overdue }: InvoiceCriteria): WalledQuery<Invoice> {
  parseInput(Statuses, { status })
  const query = visible.of(Invoice, 'invoice')
  if (accountId != null) query.andWhere('invoice.accountId = :accountId', { accountId })
  // A constant where it is the queue: only so does its partial index serve.
  if (isQueue({ accountId, status })) query.andWhere(`invoice.status = 'REQUESTED'`)
  else if (status != null) query.andWhere('invoice.status = ANY (:status)', { status: [...new Set(status)] })
  if (overdue != null) query.andWhere(overdue ? OVERDUE : `NOT ${OVERDUE}`)
  return query
}
