import { csvRecords } from '../csv'
import type { Sql, Statement } from '../database'
import type { ExportedPeriod } from './exported-period'

/** Seals that are read at once. */
const PAGE = 1_000

/** An account's seals, oldest first; the period is that of their making. */
export async function* exportSeals(sql: Sql, accountId: string, { from, to }: ExportedPeriod): AsyncGenerator<string> {
  yield csvRecords([['accountId', 'sequence', 'transactions', 'hash', 'sealedAt']])
  for (let after = 0; ;) {
    const rows = await sql.query<Row>(SEALS, [accountId, after, PAGE, from ?? null, to ?? null])
    const last = rows.at(-1)
    if (last === undefined) return
    yield csvRecords(rows.map((row) => [accountId, row.sequence, row.transactions, row.hash, row.sealedAt]))
    after = last.sequence
  }
}

interface Row {
  sequence: number
  transactions: number
  hash: string
  sealedAt: Date
}

const SEALS: Statement = {
  name: 'exported-seals',
  text: `
    SELECT sequence, transactions, encode(hash, 'hex') AS hash, sealed_at AS "sealedAt" FROM ledger_seal
    WHERE account_id = $1 AND sequence > $2
      AND ($4::timestamptz IS NULL OR sealed_at >= $4) AND ($5::timestamptz IS NULL OR sealed_at < $5)
    ORDER BY sequence LIMIT $3`,
}
