import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Mails and webhooks are keyed by account.
 *
 * A reference that names no columns goes by the primary key.
 */
export class KeyMessagesByAccount1764830500000 implements MigrationInterface {
  name = 'KeyMessagesByAccount1764830500000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE mail
        DROP CONSTRAINT mail_pkey,
        ADD CONSTRAINT mail_pkey PRIMARY KEY USING INDEX mail_pkey_next;
      DROP INDEX mail_of_account;
      ALTER TABLE webhook_endpoint
        DROP CONSTRAINT webhook_endpoint_pkey,
        ADD CONSTRAINT webhook_endpoint_pkey PRIMARY KEY USING INDEX webhook_endpoint_pkey_next;
      ALTER TABLE webhook_replay
        DROP CONSTRAINT webhook_replay_pkey,
        ADD CONSTRAINT webhook_replay_pkey PRIMARY KEY USING INDEX webhook_replay_pkey_next;
      ALTER TABLE webhook_replay
        DROP CONSTRAINT webhook_replay_own_endpoint,
        ADD CONSTRAINT webhook_replay_own_endpoint FOREIGN KEY (account_id, endpoint_id) REFERENCES webhook_endpoint NOT VALID;
      ALTER TABLE webhook_attempt
        DROP CONSTRAINT webhook_attempt_pkey,
        ADD CONSTRAINT webhook_attempt_pkey PRIMARY KEY USING INDEX webhook_attempt_pkey_next;
      ALTER TABLE webhook_attempt
        DROP CONSTRAINT webhook_attempt_own_endpoint,
        ADD CONSTRAINT webhook_attempt_own_endpoint FOREIGN KEY (account_id, endpoint_id) REFERENCES webhook_endpoint NOT VALID;
      ALTER TABLE webhook_endpoint DROP CONSTRAINT webhook_endpoint_of_account;`)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
