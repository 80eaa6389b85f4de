import type { VisibleRows } from '../auth/visible-rows'
import { checkFirst, pageOf, sequenceAfter, type Page, type PageArguments } from '../paging'
import { Lot } from './lot.entity'

/** An account's lots, oldest first: in the order in which their days are drawn. */
export async function findLots(
  visible: VisibleRows,
  accountId: string,
  { first, after }: PageArguments,
  { open }: { open?: boolean | null },
): Promise<Page<Lot>> {
  checkFirst(first)
  const query = visible.of(Lot, 'lot').andWhere('lot.accountId = :accountId', { accountId })
  if (open != null) query.andWhere(open ? 'lot.daysLeft > 0' : 'lot.daysLeft = 0')
  const sequence = sequenceAfter('lots', after)
  if (sequence !== null) query.andWhere('lot.sequence > :sequence', { sequence })
  query.orderBy('lot.sequence', 'ASC').take(first + 1)
  return pageOf(await query.getMany(), first)
}
