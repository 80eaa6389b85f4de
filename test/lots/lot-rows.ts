import type { Database } from '../../src/database'
import type { LotMovement } from '../../src/lots/fold-lots'
import { Invoice } from '../../src/invoices/invoice.entity'
import { LedgerTransaction } from '../../src/ledger/ledger-transaction.entity'
import { Lot, LotCover, LotPiece } from '../../src/lots/lot.entity'
import { MoreThan } from 'typeorm'

/** All that stands in the projection of an account. */
export async function lotsOf({ dataSource: { manager } }: Database, accountId: string) {
  return {
    lots: await manager.find(Lot, { where: { accountId }, order: { sequence: 'ASC' } }),
    pieces: await manager.find(LotPiece, { where: { accountId }, order: { holder: 'ASC', fromDay: 'ASC' } }),
    covers: await manager.find(LotCover, { where: { accountId }, order: { uncoveredFrom: 'ASC' } }),
  }
}

/** The movements of an account after a number, with the prices of what it bought. */
export async function movementsOf(
  { dataSource: { manager } }: Database,
  accountId: string,
  after: number,
): Promise<LotMovement[]> {
  const rows = await manager.find(LedgerTransaction, {
    where: { accountId, sequence: MoreThan(after) },
    order: { sequence: 'ASC' },
  })
  return Promise.all(
    rows.map(async (row) => {
      const invoice =
        row.kind === 'PURCHASE' ? await manager.findOneByOrFail(Invoice, { id: row.invoiceId ?? '' }) : null
      const price = invoice && {
        currency: invoice.currency,
        netMinor: invoice.subtotalMinor,
        totalMinor: invoice.totalMinor,
      }
      return { ...row, price }
    }),
  )
}
