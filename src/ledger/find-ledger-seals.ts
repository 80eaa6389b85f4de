import type { VisibleRows } from '../auth/visible-rows'
import { checkFirst, pageOf, sequenceAfter, type Page, type PageArguments } from '../paging'
import { LedgerSeal } from './ledger-seal.entity'

/** An account's seals, newest first. */
export async function findLedgerSeals(
  visible: VisibleRows,
  accountId: string,
  { first, after }: PageArguments,
): Promise<Page<LedgerSeal>> {
  checkFirst(first)
  const query = visible.of(LedgerSeal, 'seal').andWhere('seal.accountId = :accountId', { accountId })
  const sequence = sequenceAfter('ledger-seals', after)
  if (sequence !== null) query.andWhere('seal.sequence < :sequence', { sequence })
  query.orderBy('seal.sequence', 'DESC').take(first + 1)
  return pageOf(await query.getMany(), first)
}
