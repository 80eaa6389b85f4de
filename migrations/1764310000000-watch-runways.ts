import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Alerts of a low runway: the thresholds of an account, and what was seen at the last look at its runway. */
export class WatchRunways1764310000000 implements MigrationInterface {
  name = 'WatchRunways1764310000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE account ADD COLUMN low_runway_days integer[] NOT NULL DEFAULT '{}';

      CREATE TABLE runway_watch (
        account_id text COLLATE "C" NOT NULL,
        runs_out_at timestamptz(3),
        looked_at timestamptz(3),
        sequence bigint NOT NULL DEFAULT 0,
        due_at timestamptz(3),
        CONSTRAINT runway_watch_pkey PRIMARY KEY (account_id),
        CONSTRAINT runway_watch_account FOREIGN KEY (account_id) REFERENCES account (id)
      );
      CREATE INDEX runway_watch_due ON runway_watch (due_at) WHERE due_at IS NOT NULL;

      -- A change of an account makes its runway due to be looked at, within the change's own transaction: no gateway can
      -- die between the two. A second later, so that the changes of a second are one look; those that come before the look
      -- find it due and write nothing. Accounts without thresholds don't come here.
      CREATE FUNCTION daybook_runway_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        due timestamptz := daybook_now() + interval '1 second';
      BEGIN
        UPDATE runway_watch SET due_at = due
        WHERE account_id = NEW.id AND sequence <> NEW.sequence AND (due_at IS NULL OR due_at > due);
        RETURN NULL;
      END
      $$;
      CREATE TRIGGER account_runway_changed AFTER UPDATE OF sequence ON account
        FOR EACH ROW WHEN (NEW.sequence <> OLD.sequence AND NEW.low_runway_days <> '{}')
        EXECUTE FUNCTION daybook_runway_changed();
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
