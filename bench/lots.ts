import { createAccount, CreateAccount } from '../src/accounts/create-account'
import type { Database } from '../src/database'
import { parseInput } from '../src/input'
import { catchUpLots } from '../src/lots/catch-up-lots'
import { say } from './record'

/** Movements of which there is one grant, for allocations to as many channels as make the others. */
const DAYS = 30

interface LotFigures {
  movements: number
  rate: number
  /** Heap held beyond that of the start, at its most. */
  heapBytes: number
}

/** Folds a ledger of a grant and so many allocations, each to a channel of its own: the most rows that movements can make. */
export async function foldedLots(database: Database, movements: number): Promise<LotFigures> {
  const accountId = await seedAllocations(database, movements)
  const heap = process.memoryUsage().heapUsed
  let heapBytes = 0
  const watch = setInterval(() => {
    heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed - heap)
  }, 50)
  const started = performance.now()
  await catchUpLots(database, accountId)
  clearInterval(watch)
  return { movements, rate: movements / ((performance.now() - started) / 1000), heapBytes }
}

export function printLots(title: string, figures: readonly LotFigures[]): void {
  say(`\n${title}\n\n| movements | folded/s | heap, at most |\n|---|---|---|`)
  for (const { movements, rate, heapBytes } of figures) {
    say(`| ${movements} | ${rate.toFixed(0)} | ${(heapBytes / 2 ** 20).toFixed(0)} MiB |`)
  }
}

async function seedAllocations(database: Database, movements: number): Promise<string> {
  const command = parseInput(CreateAccount, { name: 'Folded' })
  const { accountId } = await database.inTransaction((tx) => createAccount(tx, 'staff:bench', command))
  // In pieces that stay within the time of a statement. The channels are not there: lots don't look at them.
  for (let first = 2; first <= movements + 1; first += 50_000) {
    await database.inTransaction(async ({ manager }) => {
      await manager.query('SET LOCAL session_replication_role = replica')
      await manager.query(
        `INSERT INTO ledger_transaction (account_id, sequence, id, kind, from_account, to_account, days, from_balance,
                                         to_balance, available_balance, channel_id, actor, occurred_at)
         SELECT $1, n, 'ledger_' || $1 || n, m.kind, m.source, m.target, m.days, 0, 0, 0, m.channel, 'token_bench', daybook_now()
         FROM generate_series($2::bigint, least($2::bigint + 50000, $3::bigint + 2) - 1) AS n
         CROSS JOIN LATERAL (
           SELECT 'GRANT' AS kind, 'ISSUED' AS source, 'AVAILABLE' AS target, $3::bigint * $4::bigint AS days, NULL AS channel
           WHERE n = 2
           UNION ALL
           SELECT 'ALLOCATION', 'AVAILABLE', 'ALLOCATED', $4::bigint, 'channel_' || lpad(n::text, 26, '0') WHERE n > 2
         ) AS m`,
        [accountId, first, movements, DAYS],
      )
    })
  }
  await database.dataSource.query('UPDATE account SET sequence = $2::bigint + 1 WHERE id = $1', [accountId, movements])
  return accountId
}
