import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What is put into a function's text: after the one occurrence of an anchor. */
type Insertion = readonly [anchor: RegExp, inserted: string]

/** Days that an account owes since a chargeback, and the two movements of chargebacks. */
export class AddOwedDays1764540000000 implements MigrationInterface {
  name = 'AddOwedDays1764540000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE account
        ADD COLUMN owed bigint NOT NULL DEFAULT 0,
        ADD CONSTRAINT account_owed_not_negative CHECK (owed >= 0),
        ADD CONSTRAINT account_spends_nothing_owed CHECK (owed = 0 OR available <= 0);

      ALTER TABLE ledger_transaction
        DROP CONSTRAINT ledger_transaction_movement_known,
        ADD CONSTRAINT ledger_transaction_movement_known CHECK (CASE kind WHEN 'PURCHASE' THEN from_account = 'ISSUED' AND to_account = 'AVAILABLE' AND invoice_id IS NOT NULL WHEN 'GRANT' THEN from_account = 'ISSUED' AND to_account = 'AVAILABLE' WHEN 'CORRECTION' THEN from_account = 'AVAILABLE' AND to_account = 'ISSUED' WHEN 'CREDIT_NOTE' THEN from_account = 'AVAILABLE' AND to_account = 'ISSUED' WHEN 'CHARGEBACK' THEN from_account = 'AVAILABLE' AND to_account = 'ISSUED' WHEN 'CHARGEBACK_REVERSAL' THEN from_account = 'ISSUED' AND to_account = 'AVAILABLE' WHEN 'ALLOCATION' THEN from_account = 'AVAILABLE' AND to_account = 'ALLOCATED' AND channel_id IS NOT NULL WHEN 'RELEASE' THEN from_account = 'ALLOCATED' AND to_account = 'AVAILABLE' AND channel_id IS NOT NULL WHEN 'TRANSFER' THEN from_account = 'ALLOCATED' AND to_account = 'ALLOCATED' AND channel_id IS NOT NULL AND to_channel_id IS NOT NULL AND channel_id <> to_channel_id WHEN 'BURN' THEN from_account = 'ALLOCATED' AND to_account = 'USED' ELSE false END);
    `)
    await insertInto(runner, 'daybook_open_books', [[/'used',\s*a\.used,/, `'owed', a.owed,`]])
    await insertInto(runner, 'daybook_save_books', [[/used = b\.used,/, 'owed = b.owed,']])
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}

async function insertInto(runner: QueryRunner, name: string, insertions: readonly Insertion[]): Promise<void> {
  const [row] = (await runner.query(`SELECT pg_get_functiondef('${name}'::regproc) AS definition`)) as {
    definition: string
  }[]
  let definition = row?.definition ?? ''
  for (const [anchor, inserted] of insertions) {
    if (definition.split(anchor).length !== 2) throw new Error(`${name} is not as this migration knows it`)
    definition = definition.replace(anchor, (found) => `${found} ${inserted}`)
  }
  await runner.query(definition)
}
