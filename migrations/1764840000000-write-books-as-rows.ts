import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What was decided arrives as rows of types of its own, and no longer as JSON: to read one of the ledger's rows took 18 µs of
 * Postgres as JSON with its insert, and takes 7. docs/adr/0053 tells of the other ways that were timed.
 */
export class WriteBooksAsRows1764840000000 implements MigrationInterface {
  name = 'WriteBooksAsRows1764840000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TYPE book_account AS (
        id text, issued bigint, available bigint, allocated bigint, used bigint, owed bigint, sequence bigint,
        changed_at timestamptz, burnt_until timestamptz, due_at timestamptz, ends_told_until timestamptz,
        channels_due_at timestamptz, overdue_from timestamptz, may_allocate_again boolean
      );
      CREATE TYPE book_channel AS (
        id text, account_id text, trial_until timestamptz, run_start timestamptz, paid_days integer, paid_until timestamptz,
        subscribed_until timestamptz, subscription_renews boolean, expired_at timestamptz, deleted_at timestamptz,
        renew_days integer, renew_lead_hours integer, renew_failed_at timestamptz, due_at timestamptz
      );
      CREATE TYPE book_movement AS (
        account_id text, sequence bigint, id text, kind text, from_account text, to_account text, days bigint,
        from_balance bigint, to_balance bigint, available_balance bigint, channel_id text, to_channel_id text,
        invoice_id text, comment text, actor text, occurred_at timestamptz, end_reason text,
        previous_paid_until timestamptz, paid_until timestamptz, unused_days integer,
        to_previous_paid_until timestamptz, to_paid_until timestamptz, to_unused_days integer
      );
      CREATE TYPE book_event AS (
        account_id text, sequence bigint, type text, subject text, data jsonb, actor text, occurred_at timestamptz
      );
      CREATE TYPE book_key AS (scope text, digest text, input_digest text, outcome jsonb);

      -- Writes what was decided over open books, as one set: the only writer of the ledger, of events and of the books.
      -- The digests of keys are hexadecimal.
      CREATE FUNCTION daybook_write_books(
        p_accounts book_account[], p_channels book_channel[], p_ledger book_movement[], p_events book_event[],
        p_keys book_key[]
      ) RETURNS void LANGUAGE plpgsql VOLATILE
      SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
      BEGIN
        WITH retried AS (
          -- Days have arrived, or may be allocated again: renewals that could not be paid are due again.
          UPDATE channel c SET due_at = b.changed_at
          FROM unnest(p_accounts) b
          WHERE c.account_id = b.id AND c.renew_failed_at IS NOT NULL AND c.deleted_at IS NULL AND b.may_allocate_again
          RETURNING c.account_id
        )
        UPDATE account a
        SET issued = b.issued, available = b.available, allocated = b.allocated, used = b.used, owed = b.owed,
            sequence = b.sequence, changed_at = b.changed_at, burnt_until = b.burnt_until,
            due_at = b.due_at, overdue_from = b.overdue_from,
            ends_told_until = greatest(a.ends_told_until, b.ends_told_until),
            -- As long as this one stays as it is, the row's update touches no index.
            channels_due_at = CASE
              WHEN a.id IN (SELECT account_id FROM retried) THEN least(b.channels_due_at, b.changed_at)
              ELSE b.channels_due_at
            END
        FROM unnest(p_accounts) b
        WHERE a.id = b.id;

        IF cardinality(p_channels) > 0 THEN
          UPDATE channel c
          SET trial_until = n.trial_until, run_start = n.run_start, paid_days = n.paid_days, paid_until = n.paid_until,
              subscribed_until = n.subscribed_until, subscription_renews = n.subscription_renews,
              expired_at = n.expired_at, deleted_at = n.deleted_at, renew_days = n.renew_days,
              renew_lead_hours = n.renew_lead_hours, renew_failed_at = n.renew_failed_at, due_at = n.due_at
          FROM unnest(p_channels) n
          WHERE c.id = n.id AND c.account_id = n.account_id;
        END IF;

        IF cardinality(p_ledger) > 0 THEN
          INSERT INTO ledger_transaction (
            account_id, sequence, id, kind, from_account, to_account, days, from_balance, to_balance,
            available_balance, channel_id, to_channel_id, invoice_id, comment, actor, occurred_at, end_reason,
            previous_paid_until, paid_until, unused_days, to_previous_paid_until, to_paid_until, to_unused_days
          )
          SELECT * FROM unnest(p_ledger);
        END IF;

        IF cardinality(p_events) > 0 THEN
          INSERT INTO event (account_id, sequence, type, subject, data, actor, occurred_at)
          SELECT * FROM unnest(p_events);
        END IF;

        IF cardinality(p_keys) > 0 THEN
          INSERT INTO idempotency_key (scope, digest, input_digest, outcome)
          SELECT scope, decode(digest, 'hex'), decode(input_digest, 'hex'), outcome FROM unnest(p_keys);
        END IF;
      END
      $$;

      -- Gateways of the version before this one go on calling it while they are replaced one by one. Nothing else does.
      CREATE OR REPLACE FUNCTION daybook_save_books(p_accounts json, p_channels json, p_ledger json, p_events json, p_keys json)
      RETURNS void LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        PERFORM daybook_write_books(
          ARRAY(SELECT b FROM json_populate_recordset(NULL::book_account, p_accounts) b),
          ARRAY(SELECT b FROM json_populate_recordset(NULL::book_channel, p_channels) b),
          ARRAY(SELECT b FROM json_populate_recordset(NULL::book_movement, p_ledger) b),
          ARRAY(SELECT b FROM json_populate_recordset(NULL::book_event, p_events) b),
          ARRAY(SELECT b FROM json_populate_recordset(NULL::book_key, p_keys) b)
        );
      END
      $$;
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
