import type { MigrationInterface, QueryRunner } from 'typeorm'

const INDEXES = [
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS price_agreement_pkey_next ON price_agreement (account_id, id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS plan_pkey_next ON plan (account_id, id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS plan_of_agreement_next ON plan (account_id, price_agreement_id, interval)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS invoice_pkey_next ON invoice (account_id, id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS invoice_number_unique_next ON invoice (account_id, number)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS invoice_line_pkey_next ON invoice_line (account_id, invoice_id, position)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS invoice_dunning_pkey_next ON invoice_dunning (account_id, invoice_id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS payment_pkey_next ON payment (account_id, id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS payment_of_provider_once_next ON payment (provider, provider_payment_id, account_id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS payment_return_pkey_next ON payment_return (account_id, id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS credit_note_pkey_next ON credit_note (account_id, id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS credit_note_number_unique_next ON credit_note (account_id, number)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS credit_note_movement_unique_next ON credit_note (account_id, ledger_transaction_id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS refund_pkey_next ON refund (account_id, id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS refund_provider_unique_next ON refund (account_id, provider, provider_id) WHERE provider_id IS NOT NULL`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS refund_call_unique_next ON refund (account_id, provider_call_id) WHERE provider_call_id IS NOT NULL`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS chargeback_pkey_next ON chargeback (account_id, id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS chargeback_provider_unique_next ON chargeback (account_id, provider, provider_id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS provider_call_one_charge_next ON provider_call (account_id, invoice_id) WHERE kind = 'CHARGE_CARD'`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS saved_card_of_provider_next ON saved_card (provider, card_id, account_id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS channel_subscription_pkey_next ON channel_subscription (account_id, id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS channel_subscription_provider_unique_next ON channel_subscription (provider, provider_id, account_id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS channel_subscription_one_lives_next ON channel_subscription (account_id, channel_id) WHERE status IN ('ACTIVE', 'PAST_DUE')`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS mail_pkey_next ON mail (account_id, id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS webhook_endpoint_pkey_next ON webhook_endpoint (account_id, id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS webhook_replay_pkey_next ON webhook_replay (account_id, id)`,
  `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS webhook_attempt_pkey_next ON webhook_attempt (account_id, endpoint_id, sequence, id)`,
  // Of the version before, whose ON CONFLICT names the invoice alone: it goes with the version after this one.
  'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS invoice_dunning_of_invoice ON invoice_dunning (invoice_id)',
  // 244 random bits: no index has to see to it that they differ.
  'CREATE INDEX CONCURRENTLY IF NOT EXISTS invoice_payment_token_next ON invoice (payment_token)',
  // What staff look up, and list, over all accounts.
  'CREATE INDEX CONCURRENTLY IF NOT EXISTS invoice_by_id ON invoice (id)',
  'CREATE INDEX CONCURRENTLY IF NOT EXISTS credit_note_by_id ON credit_note (id)',
  'CREATE INDEX CONCURRENTLY IF NOT EXISTS mail_by_id ON mail (id)',
]

/**
 * The account comes into the primary and unique keys of an account’s tables, so that accounts can be spread over nodes (ADR 0051).
 * Here the new indexes are built beside the old ones, while rows are written; the migrations that follow put them in their
 * places, a few tables each, and the last one looks at the rows that are there already.
 *
 * A provider’s id stands before the account where something is looked up by it before it is known whose it is.
 */
export class BuildKeysWithAccounts1764830000000 implements MigrationInterface {
  name = 'BuildKeysWithAccounts1764830000000'
  transaction = false as const

  async up(runner: QueryRunner): Promise<void> {
    for (const index of INDEXES) await runner.query(index)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
