import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Subscriptions, cards and the one charge of an invoice are keyed by account. Calls to the provider keep their key for one more
 * version: the version before groups them by their id, and so asks for a primary key of that column alone.
 *
 * A reference that names no columns goes by the primary key.
 */
export class KeySubscriptionsByAccount1764830400000 implements MigrationInterface {
  name = 'KeySubscriptionsByAccount1764830400000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE channel_subscription
        DROP CONSTRAINT channel_subscription_pkey,
        ADD CONSTRAINT channel_subscription_pkey PRIMARY KEY USING INDEX channel_subscription_pkey_next;
      ALTER TABLE channel_subscription
        DROP CONSTRAINT channel_subscription_provider_unique,
        ADD CONSTRAINT channel_subscription_provider_unique UNIQUE USING INDEX channel_subscription_provider_unique_next;
      DROP INDEX channel_subscription_one_lives;
      ALTER INDEX channel_subscription_one_lives_next RENAME TO channel_subscription_one_lives;
      ALTER TABLE saved_card
        DROP CONSTRAINT saved_card_of_provider,
        ADD CONSTRAINT saved_card_of_provider UNIQUE USING INDEX saved_card_of_provider_next;
      DROP INDEX provider_call_one_charge;
      ALTER INDEX provider_call_one_charge_next RENAME TO provider_call_one_charge;
      ALTER TABLE provider_call
        DROP CONSTRAINT provider_call_own_invoice,
        ADD CONSTRAINT provider_call_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice NOT VALID;
      ALTER TABLE invoice DROP CONSTRAINT invoice_of_account;`)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
