import type { VisibleRows } from '../auth/visible-rows'
import { checkFirst, pageOf, sequenceAfter, type Page, type PageArguments } from '../paging'
import { LedgerTransaction } from './ledger-transaction.entity'

/** An account's ledger transactions, newest first; of one channel where it is named, as giver or as receiver. */
export async function findLedger(
  visible: VisibleRows,
  accountId: string,
  channelId: string | null | undefined,
  { first, after }: PageArguments,
): Promise<Page<LedgerTransaction>> {
  checkFirst(first)
  const query = (channelId == null ? visible.quickly : visible)
    .of(LedgerTransaction, 'ledger')
    .andWhere('ledger.accountId = :accountId', { accountId })
  const sequence = sequenceAfter('ledger', after)
  if (sequence !== null) query.andWhere('ledger.sequence < :sequence', { sequence })
  if (channelId != null) {
    query.andWhere('(ledger.channelId = :channelId OR ledger.toChannelId = :channelId)', { channelId })
  }
  query.orderBy('ledger.sequence', 'DESC').take(first + 1)
  return pageOf(await query.getMany(), first)
}
