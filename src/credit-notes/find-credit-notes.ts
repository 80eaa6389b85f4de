import type { VisibleRows, WalledQuery } from '../auth/visible-rows'
import { hasIdForm } from '../typed-id'
import { pageNewestFirst, type Page, type PageArguments } from '../paging'
import { CreditNote } from './credit-note.entity'

export interface CreditNoteCriteria {
  /** All that the caller sees, unless given. */
  accountId: string | null
  invoiceId?: string | null
}

/** Newest first. */
export function findCreditNotes(
  visible: VisibleRows,
  criteria: CreditNoteCriteria,
  page: PageArguments,
): Promise<Page<CreditNote>> {
  return pageNewestFirst(matching(visible, criteria), 'credit-notes', 'note.id', page)
}

export function countCreditNotes(visible: VisibleRows, criteria: CreditNoteCriteria): Promise<number> {
  return matching(visible, criteria).getCount()
}

function matching(visible: VisibleRows, { accountId, invoiceId }: CreditNoteCriteria): WalledQuery<CreditNote> {
  const query = visible.of(CreditNote, 'note')
  if (accountId !== null) query.andWhere('note.accountId = :accountId', { accountId })
  if (invoiceId != null) {
    query.andWhere('note.invoiceId = :invoiceId', { invoiceId: hasIdForm(invoiceId) ? invoiceId : 'none' })
  }
  return query
}
