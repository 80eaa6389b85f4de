import type { MigrationInterface, QueryRunner } from 'typeorm'

const INDEXES = [
  'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS channel_pkey_next ON channel (account_id, id)',
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ledger_transaction_invoice_credited_once_next ON ledger_transaction (account_id, invoice_id) WHERE kind = 'PURCHASE'`,
  // What staff look up without its account, and movements by the ids that are remembered under keys.
  'CREATE INDEX CONCURRENTLY IF NOT EXISTS channel_by_id ON channel (id)',
  'CREATE INDEX CONCURRENTLY IF NOT EXISTS ledger_transaction_by_id ON ledger_transaction (id)',
]

/** As for the other tables (ADR 0051): the account comes into the keys of channels and of the ledger. No index is more than before. */
export class BuildKeysOfBooks1764850000000 implements MigrationInterface {
  name = 'BuildKeysOfBooks1764850000000'
  transaction = false as const

  async up(runner: QueryRunner): Promise<void> {
    for (const index of INDEXES) await runner.query(index)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
