import { createAccount, CreateAccount } from '../src/accounts/create-account'
import type { Database, Statement } from '../src/database'
import { exportLedger } from '../src/exports/export-ledger'
import { parseInput } from '../src/input'
import { median } from './compare'
import { say } from './record'

/** Movements that a turn reads: a whole file of a million is twenty of them. */
const ROWS_A_TURN = 50_000

interface ExportFigures {
  name: string
  /** Rows a second, of each turn. */
  rates: number[]
  /** Heap held beyond that of the start, at its most. */
  heapBytes: number
}

/**
 * A ledger of so many movements as CSV, beside the same pages read and thrown away: what is between the two is the price of
 * writing them.
 */
export async function exported(database: Database, rows: number, rounds: number): Promise<ExportFigures[]> {
  const accountId = await seedLedger(database, rows)
  const contenders = [
    { name: 'Daybook: pages, as CSV', read: (after: number) => csv(database, accountId, after) },
    { name: 'the same pages, read only', read: (after: number) => bare(database, accountId, after) },
  ]
  const figures = contenders.map(({ name }): ExportFigures => ({ name, rates: [], heapBytes: 0 }))
  for (let round = -1; round < rounds; round += 1) {
    for (let after = 0; after < rows; after += ROWS_A_TURN) {
      for (const [index, { read }] of contenders.entries()) {
        const figure = figures[index]
        const heap = process.memoryUsage().heapUsed
        const started = performance.now()
        const count = await read(after)
        if (round < 0 || figure === undefined) continue
        figure.rates.push(count / ((performance.now() - started) / 1000))
        figure.heapBytes = Math.max(figure.heapBytes, process.memoryUsage().heapUsed - heap)
      }
      if (round < 0) break
    }
  }
  return figures
}

export function printExports(title: string, figures: readonly ExportFigures[]): void {
  const base = median(figures.at(-1)?.rates ?? [])
  say(`\n${title}\n\n| contender | rows/s | x read only | heap, at most |\n|---|---|---|---|`)
  for (const { name, rates, heapBytes } of figures) {
    const rate = median(rates)
    say(`| ${name} | ${rate.toFixed(0)} | ${(rate / base).toFixed(2)} | ${(heapBytes / 2 ** 20).toFixed(0)} MiB |`)
  }
}

async function csv({ sql }: Database, accountId: string, after: number): Promise<number> {
  let count = -1
  for await (const text of exportLedger(sql, accountId, { after })) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1
    if (count >= ROWS_A_TURN) break
  }
  return count
}

async function bare({ sql }: Database, accountId: string, after: number): Promise<number> {
  let count = 0
  while (count < ROWS_A_TURN) {
    const rows = await sql.query(BARE, [accountId, after + count])
    if (rows.length === 0) break
    count += rows.length
  }
  return count
}

async function seedLedger(database: Database, rows: number): Promise<string> {
  const command = parseInput(CreateAccount, { name: 'Exported' })
  const { accountId } = await database.inTransaction((tx) => createAccount(tx, 'staff:bench', command))
  const manager = database.dataSource.manager
  // In pieces that stay within the time of a statement.
  for (let first = 2; first <= rows + 1; first += ROWS_A_TURN) {
    await manager.query(
      `INSERT INTO ledger_transaction (account_id, sequence, id, kind, from_account, to_account, days, from_balance,
                                       to_balance, available_balance, comment, actor, occurred_at)
       SELECT $1, n, 'ledger_' || $1 || n, 'GRANT', 'ISSUED', 'AVAILABLE', 1, -n, n, n, 'A comment of some words',
              'token_bench', daybook_now()
       FROM generate_series($2::bigint, least($2::bigint + $3, $4::bigint + 2) - 1) AS n`,
      [accountId, first, ROWS_A_TURN, rows],
    )
  }
  await manager.query('UPDATE account SET sequence = $2::bigint + 1 WHERE id = $1', [accountId, rows])
  await manager.query('VACUUM ANALYZE ledger_transaction')
  return accountId
}

const BARE: Statement = {
  name: 'bare-pages',
  text: 'SELECT * FROM ledger_transaction WHERE account_id = $1 AND sequence > $2 ORDER BY sequence LIMIT 1000',
}
