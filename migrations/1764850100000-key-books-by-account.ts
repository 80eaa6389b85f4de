import type { MigrationInterface, QueryRunner } from 'typeorm'

/** A reference that names no columns goes by the primary key. */
export class KeyBooksByAccount1764850100000 implements MigrationInterface {
  name = 'KeyBooksByAccount1764850100000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE channel
        DROP CONSTRAINT channel_pkey,
        ADD CONSTRAINT channel_pkey PRIMARY KEY USING INDEX channel_pkey_next;
      ALTER TABLE channel_price
        DROP CONSTRAINT channel_price_own_channel,
        ADD CONSTRAINT channel_price_own_channel FOREIGN KEY (account_id, channel_id) REFERENCES channel NOT VALID;
      ALTER TABLE channel_subscription
        DROP CONSTRAINT channel_subscription_own_channel,
        ADD CONSTRAINT channel_subscription_own_channel FOREIGN KEY (account_id, channel_id) REFERENCES channel NOT VALID;
      ALTER TABLE provider_call
        DROP CONSTRAINT provider_call_own_channel,
        ADD CONSTRAINT provider_call_own_channel FOREIGN KEY (account_id, channel_id) REFERENCES channel NOT VALID;
      ALTER TABLE channel DROP CONSTRAINT channel_of_account;
      ALTER TABLE ledger_transaction DROP CONSTRAINT ledger_transaction_id_unique;
      DROP INDEX ledger_transaction_invoice_credited_once;
      ALTER INDEX ledger_transaction_invoice_credited_once_next RENAME TO ledger_transaction_invoice_credited_once;`)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
