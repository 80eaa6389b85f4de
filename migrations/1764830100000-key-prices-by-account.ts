import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Agreements and plans are keyed by account. What a provider calls a price is asked for by its id, in whichever account it is: that
 * table is one for all, and so can’t refer to rows of an account.
 *
 * A reference that names no columns goes by the primary key.
 */
export class KeyPricesByAccount1764830100000 implements MigrationInterface {
  name = 'KeyPricesByAccount1764830100000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE price_agreement
        DROP CONSTRAINT price_agreement_pkey,
        ADD CONSTRAINT price_agreement_pkey PRIMARY KEY USING INDEX price_agreement_pkey_next;
      ALTER TABLE plan
        DROP CONSTRAINT plan_own_price_agreement,
        ADD CONSTRAINT plan_own_price_agreement FOREIGN KEY (account_id, price_agreement_id) REFERENCES price_agreement NOT VALID;
      ALTER TABLE invoice
        DROP CONSTRAINT invoice_own_price_agreement,
        ADD CONSTRAINT invoice_own_price_agreement FOREIGN KEY (account_id, price_agreement_id) REFERENCES price_agreement NOT VALID;
      ALTER TABLE price_agreement DROP CONSTRAINT price_agreement_of_account;
      ALTER TABLE payment_price DROP CONSTRAINT payment_price_plan;
      ALTER TABLE plan
        DROP CONSTRAINT plan_pkey,
        ADD CONSTRAINT plan_pkey PRIMARY KEY USING INDEX plan_pkey_next;
      DROP INDEX plan_of_agreement;
      ALTER INDEX plan_of_agreement_next RENAME TO plan_of_agreement;
      ALTER TABLE channel_subscription
        DROP CONSTRAINT channel_subscription_own_plan,
        ADD CONSTRAINT channel_subscription_own_plan FOREIGN KEY (account_id, plan_id) REFERENCES plan NOT VALID;
      ALTER TABLE plan DROP CONSTRAINT plan_of_account;`)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
