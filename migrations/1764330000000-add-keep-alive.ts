import type { MigrationInterface, QueryRunner } from 'typeorm'

/** The rule by which an account keeps its running channels above a number of days. */
export class AddKeepAlive1764330000000 implements MigrationInterface {
  name = 'AddKeepAlive1764330000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE keep_alive_policy (
        account_id text COLLATE "C" NOT NULL CONSTRAINT keep_alive_policy_account REFERENCES account (id),
        min_days integer,
        daily_cap bigint,
        serve_order text NOT NULL DEFAULT 'ENDING_FIRST',
        spent_days bigint NOT NULL DEFAULT 0,
        spent_on timestamptz(3),
        served_in_run integer NOT NULL DEFAULT 0,
        short_since timestamptz(3),
        short_reason text,
        CONSTRAINT keep_alive_policy_pkey PRIMARY KEY (account_id),
        CONSTRAINT keep_alive_policy_bounded CHECK (
          (min_days IS NULL OR min_days BETWEEN 1 AND 36500) AND (daily_cap IS NULL OR daily_cap >= 1) AND spent_days >= 0
        ),
        CONSTRAINT keep_alive_policy_order_known CHECK (
          serve_order IN ('ENDING_FIRST', 'OLDEST_FIRST', 'NEWEST_FIRST', 'FEWEST_DAYS_FIRST')
        ),
        CONSTRAINT keep_alive_policy_shortage_known CHECK (
          (short_since IS NULL) = (short_reason IS NULL)
          AND (short_reason IS NULL OR short_reason IN ('BALANCE', 'CAP', 'OVERDUE', 'SUSPENDED'))
        )
      );

      ALTER TABLE account ADD COLUMN keep_alive_waits boolean NOT NULL DEFAULT false;

      -- A run that had not days enough, or might not allocate, is due again as soon as there are some and it may: whatever
      -- brought that about. The condition stands in the trigger, so that an account that waits for nothing pays nothing.
      CREATE FUNCTION daybook_wake_keep_alive() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE account_due SET at = NEW.changed_at
        WHERE account_id = NEW.id AND kind = 'KEEP_ALIVE' AND at > NEW.changed_at;
        NEW.due_at := least(NEW.due_at, NEW.changed_at);
        RETURN NEW;
      END
      $$;
      CREATE TRIGGER account_wakes_keep_alive BEFORE UPDATE ON account FOR EACH ROW
        WHEN (
          NEW.keep_alive_waits AND NEW.status = 'ACTIVE' AND NEW.available > -NEW.credit_limit
          AND (NEW.overdue_from IS NULL OR NEW.overdue_from >= NEW.changed_at)
        )
        EXECUTE FUNCTION daybook_wake_keep_alive();
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
