import type { Database } from '../../src/database'
import type { LotMovement } from '../../src/lots/fold-lots'
import { Invoice } from '../../src/invoices/invoice.entity'
import { LedgerTransaction, LedgerTransactionKind } from '../../src/ledger/ledger-transaction.entity'
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
        row.kind === LedgerTransactionKind.PURCHASE
          ? await manager.findOneByOrFail(Invoice, { id: row.invoiceId ?? '' })
          : null
      const price = invoice && {
        currency: invoice.currency,
        netMinor: invoice.subtotalMinor,
        totalMinor: invoice.totalMinor,
      }
      return { ...row, price }
    }),
  )
}

/** Puts movements into a ledger without the verbs, as far as lots look at them. */
export async function post(database: Database, accountId: string, movements: readonly LotMovement[]): Promise<void> {
  await database.inTransaction(async ({ manager }) => {
    // Their channels and invoices are not there.
    await manager.query('SET LOCAL session_replication_role = replica')
    await manager.query(
      `INSERT INTO ledger_transaction (account_id, sequence, id, kind, from_account, to_account, days, from_balance,
         to_balance, available_balance, channel_id, to_channel_id, invoice_id, actor, occurred_at)
       SELECT $1, m.sequence, 'ledger_' || $1 || m.sequence, m.kind, e.parts[1], e.parts[2], m.days, 0, 0, 0,
              m."channelId", m."toChannelId", m."invoiceId", 'staff:test', m."occurredAt"
       FROM jsonb_to_recordset($2) AS m(sequence bigint, kind text, days bigint, "channelId" text, "toChannelId" text,
                                        "invoiceId" text, "occurredAt" timestamptz)
       CROSS JOIN LATERAL (SELECT string_to_array(CASE m.kind
         WHEN 'GRANT' THEN 'ISSUED AVAILABLE' WHEN 'CHARGEBACK_REVERSAL' THEN 'ISSUED AVAILABLE'
         WHEN 'ALLOCATION' THEN 'AVAILABLE ALLOCATED' WHEN 'RELEASE' THEN 'ALLOCATED AVAILABLE'
         WHEN 'TRANSFER' THEN 'ALLOCATED ALLOCATED' WHEN 'BURN' THEN 'ALLOCATED USED' ELSE 'AVAILABLE ISSUED'
       END, ' ') AS parts) AS e`,
      [accountId, JSON.stringify(movements)],
    )
    const last = movements.at(-1)?.sequence
    await manager.query('UPDATE account SET sequence = $2 WHERE id = $1', [accountId, last])
  })
}
