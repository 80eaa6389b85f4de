import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Invoices that nobody asks for one by one: by a billing schedule each month, and by an automatic top-up. */
export class AddSchedulesAndTopUps1764340000000 implements MigrationInterface {
  name = 'AddSchedulesAndTopUps1764340000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE billing_schedule (
        account_id text COLLATE "C" NOT NULL
          CONSTRAINT billing_schedule_pkey PRIMARY KEY CONSTRAINT billing_schedule_account REFERENCES account (id),
        kind text NOT NULL,
        channels integer,
        CONSTRAINT billing_schedule_kind_known CHECK (kind IN ('MONTHLY_MANAGED', 'MONTHLY_FIXED')),
        CONSTRAINT billing_schedule_channels_fixed CHECK (
          (kind = 'MONTHLY_FIXED') = (channels IS NOT NULL) AND (channels IS NULL OR channels BETWEEN 1 AND 1000000)
        )
      );

      CREATE TABLE auto_top_up (
        account_id text COLLATE "C" NOT NULL
          CONSTRAINT auto_top_up_pkey PRIMARY KEY CONSTRAINT auto_top_up_account REFERENCES account (id),
        below_days integer NOT NULL,
        target_days integer NOT NULL,
        monthly_cap_channels integer,
        cool_down_hours integer NOT NULL,
        enabled boolean NOT NULL,
        failures integer NOT NULL,
        cooling_until timestamptz(3),
        cap_told_at timestamptz(3),
        overdue_invoice_id text COLLATE "C",
        CONSTRAINT auto_top_up_figures_bounded CHECK (
          below_days >= 1 AND target_days > below_days AND target_days <= 30000000
          AND (monthly_cap_channels IS NULL OR monthly_cap_channels BETWEEN 1 AND 1000000)
          AND cool_down_hours BETWEEN 1 AND 744
        ),
        CONSTRAINT auto_top_up_off_after_three CHECK (failures BETWEEN 0 AND 3 AND (failures < 3 OR NOT enabled))
      );

      ALTER TABLE invoice
        ADD COLUMN cause text NOT NULL DEFAULT 'REQUEST',
        ADD CONSTRAINT invoice_cause_known CHECK (cause IN ('REQUEST', 'SCHEDULE', 'AUTO_TOP_UP', 'USAGE'));
      UPDATE invoice SET cause = 'USAGE' WHERE period_start IS NOT NULL;
      CREATE UNIQUE INDEX invoice_top_up_unpaid_once ON invoice (account_id)
        WHERE cause = 'AUTO_TOP_UP' AND status IN ('REQUESTED', 'OPEN');
      CREATE INDEX invoice_top_up ON invoice (account_id, requested_at) WHERE cause = 'AUTO_TOP_UP';

      -- What a month's top-ups come to is counted by it.
      CREATE FUNCTION daybook_keep_invoice_cause() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF OLD.cause IS DISTINCT FROM NEW.cause THEN
          RAISE EXCEPTION 'an invoice keeps its cause: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
      END
      $$;
      CREATE TRIGGER invoice_cause_kept BEFORE UPDATE ON invoice
        FOR EACH ROW EXECUTE FUNCTION daybook_keep_invoice_cause();
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
