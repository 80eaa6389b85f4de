import type { VisibleRows, WalledQuery } from '../auth/visible-rows'
import { parseInput, Search } from '../input'
import { pageNewestFirst, type Page, type PageArguments } from '../paging'
import type { Account } from './account.entity'

/** Newest first; `search` is part of the name or the e-mail, in any case. */
export function findAccounts(
  visible: VisibleRows,
  search: string | null | undefined,
  page: PageArguments,
): Promise<Page<Account>> {
  return pageNewestFirst(matching(visible, search), 'accounts', 'account.id', page)
}

export function countAccounts(visible: VisibleRows, search: string | null | undefined): Promise<number> {
  return matching(visible, search).getCount()
}

function matching(visible: VisibleRows, search: string | null | undefined): WalledQuery<Account> {
  const query = visible.accounts()
  if (search != null && search !== '') {
    query.andWhere('(account.name ILIKE :pattern OR account.email ILIKE :pattern)', { pattern: containing(search) })
  }
  return query
}

/** A LIKE pattern for a text that may itself hold the pattern's signs. */
export function containing(text: string): string {
  const { search } = parseInput(Search, { search: text })
  return `%${search.replace(/[\\%_]/g, '\\$&')}%`
}
