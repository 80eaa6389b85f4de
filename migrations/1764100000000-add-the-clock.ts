import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What the clock brings: expiry, notices and renewals of channels, each under the channel's next due instant, and a
 * clock of its own for a sandbox account.
 */
export class AddTheClock1764100000000 implements MigrationInterface {
  name = 'AddTheClock1764100000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE account
        ADD COLUMN sandbox boolean NOT NULL DEFAULT false,
        ADD COLUMN clock timestamptz(3),
        ADD COLUMN notice_days integer[] NOT NULL DEFAULT '{7,3,1}',
        ADD COLUMN low_balance_days integer[] NOT NULL DEFAULT '{}',
        ADD CONSTRAINT account_sandbox_has_clock CHECK (sandbox = (clock IS NOT NULL));
      ALTER TABLE channel
        ADD COLUMN renew_days integer,
        ADD COLUMN renew_lead_hours integer,
        ADD COLUMN renew_failed_at timestamptz(3),
        ADD COLUMN due_at timestamptz(3),
        ADD COLUMN live boolean NOT NULL DEFAULT true,
        ADD CONSTRAINT channel_renewal_whole CHECK (
          (renew_days IS NULL) = (renew_lead_hours IS NULL)
          AND (renew_days IS NULL OR (renew_days BETWEEN 1 AND 36500 AND renew_lead_hours BETWEEN 1 AND 8760))
          AND (renew_days IS NOT NULL OR renew_failed_at IS NULL)
        );

      ALTER TABLE invoice
        ADD COLUMN prepare_reminded_at timestamptz(3),
        ADD COLUMN prepare_breached_at timestamptz(3);

      UPDATE channel SET due_at = greatest(trial_until, paid_until) WHERE deleted_at IS NULL AND expired_at IS NULL;
      CREATE INDEX channel_due ON channel (due_at, account_id) WHERE due_at IS NOT NULL AND live;
      CREATE INDEX channel_due_in_sandbox ON channel (account_id, due_at) WHERE due_at IS NOT NULL AND NOT live;
      CREATE INDEX channel_renewal_failed ON channel (account_id) WHERE renew_failed_at IS NOT NULL;

      -- An account's instant: its own clock where it has one, and never before its last change.
      CREATE FUNCTION daybook_account_now(clock timestamptz, changed_at timestamptz) RETURNS timestamptz
      LANGUAGE sql VOLATILE AS $$
        SELECT greatest(coalesce(clock, daybook_now()), changed_at)
      $$;
      -- Locks the books of accounts, in the order of their ids, and answers them with the channels and idempotency keys
      -- that the caller is about to touch. An account's lock covers its channels and its keys: whoever changes one of
      -- them holds it. p_channel_accounts and p_key_scopes run beside p_channels and p_keys, so that a channel is only
      -- ever found within its own account.
      --
      -- The channels to which the clock has brought something are answered too, whoever asks: up to 5,000 of each account, the
      -- earliest first; the rest come with the next book.
      --
      -- Also answered, per account: its instant (the later of the clock and its last change, taken after the lock) and,
      -- for each UTC midnight that passed since its last burn, the unused days that its channels held then.
      CREATE OR REPLACE FUNCTION daybook_open_books(
        p_accounts text[], p_channel_accounts text[], p_channels text[], p_key_scopes text[], p_keys bytea[]
      ) RETURNS TABLE (accounts json, channels json, keys json) LANGUAGE plpgsql VOLATILE
      -- Planning these for every call took ten times as long as running them; and a plan that is kept must not be one
      -- that was made while the tables were still small.
      SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
      BEGIN
        PERFORM 1 FROM account WHERE id = ANY (p_accounts) ORDER BY id FOR NO KEY UPDATE;

        RETURN QUERY SELECT
          (
            SELECT json_agg(json_build_object(
              'id', a.id,
              'status', a.status,
              'billingMode', a.billing_mode,
              'creditLimit', a.credit_limit,
              'trialDays', a.trial_days,
              'maxTrials', a.max_trials,
              'issued', a.issued,
              'available', a.available,
              'allocated', a.allocated,
              'used', a.used,
              'sequence', a.sequence,
              'now', daybook_epoch_ms(i.now),
              'changedAt', daybook_epoch_ms(a.changed_at),
              'burntUntil', daybook_epoch_ms(a.burnt_until),
              'sandbox', a.sandbox,
              'noticeDays', a.notice_days,
              'lowBalanceDays', a.low_balance_days,
              'midnights', CASE WHEN a.burnt_until + interval '24 hours' <= i.now
                THEN daybook_unused_at_midnights(a.id, a.burnt_until, i.now) END
            ))
            FROM account a
            CROSS JOIN LATERAL (SELECT daybook_account_now(a.clock, a.changed_at) AS now) i
            WHERE a.id = ANY (p_accounts)
          ),
          (
            SELECT json_agg(json_build_object(
              'id', c.id,
              'accountId', c.account_id,
              'trialUntil', daybook_epoch_ms(c.trial_until),
              'runStart', daybook_epoch_ms(c.run_start),
              'paidDays', c.paid_days,
              'expiredAt', daybook_epoch_ms(c.expired_at),
              'deletedAt', daybook_epoch_ms(c.deleted_at),
              'renewDays', c.renew_days,
              'renewLeadHours', c.renew_lead_hours,
              'renewFailedAt', daybook_epoch_ms(c.renew_failed_at),
              'dueAt', daybook_epoch_ms(c.due_at)
            ))
            FROM (
              SELECT c.id FROM unnest(p_channel_accounts, p_channels) AS wanted (account_id, id)
              JOIN channel c ON c.id = wanted.id AND c.account_id = wanted.account_id
              UNION
              SELECT due.id FROM account a CROSS JOIN LATERAL (
                SELECT c.id, c.due_at FROM channel c
                WHERE c.live AND NOT a.sandbox AND c.account_id = a.id AND c.due_at <= daybook_account_now(a.clock, a.changed_at)
                UNION ALL
                SELECT c.id, c.due_at FROM channel c
                WHERE NOT c.live AND a.sandbox AND c.account_id = a.id AND c.due_at <= daybook_account_now(a.clock, a.changed_at)
                ORDER BY 2 LIMIT 5000
              ) AS due
              WHERE a.id = ANY (p_accounts)
            ) AS touched
            JOIN channel c ON c.id = touched.id
          ),
          (
            SELECT json_agg(json_build_object(
              'scope', k.scope,
              'digest', encode(k.digest, 'hex'),
              'inputDigest', encode(k.input_digest, 'hex'),
              'outcome', k.outcome
            ))
            FROM unnest(p_key_scopes, p_keys) AS wanted (scope, digest)
            JOIN idempotency_key k ON k.scope = wanted.scope AND k.digest = wanted.digest
          );
      END
      $$;

      -- Writes what was decided over open books, as one set: the only writer of the ledger, of events and of the books.
      -- Each argument is a JSON array of rows.
      CREATE OR REPLACE FUNCTION daybook_save_books(p_accounts json, p_channels json, p_ledger json, p_events json, p_keys json)
      RETURNS void LANGUAGE plpgsql VOLATILE
      SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
      BEGIN
        -- Days have arrived: renewals that could not be paid are due again.
        UPDATE channel c SET due_at = b.changed_at
        FROM json_populate_recordset(NULL::account, p_accounts) b JOIN account a ON a.id = b.id
        WHERE c.account_id = b.id AND c.renew_failed_at IS NOT NULL AND c.deleted_at IS NULL AND b.available > a.available;

        UPDATE account a
        SET issued = b.issued, available = b.available, allocated = b.allocated, used = b.used,
            sequence = b.sequence, changed_at = b.changed_at, burnt_until = b.burnt_until
        FROM json_populate_recordset(NULL::account, p_accounts) b
        WHERE a.id = b.id;

        IF json_array_length(p_channels) > 0 THEN
          UPDATE channel c
          SET trial_until = n.trial_until, run_start = n.run_start, paid_days = n.paid_days, paid_until = n.paid_until,
              expired_at = n.expired_at, deleted_at = n.deleted_at, renew_days = n.renew_days,
              renew_lead_hours = n.renew_lead_hours, renew_failed_at = n.renew_failed_at, due_at = n.due_at
          FROM json_populate_recordset(NULL::channel, p_channels) n
          WHERE c.id = n.id AND c.account_id = n.account_id;
        END IF;

        IF json_array_length(p_ledger) > 0 THEN
          INSERT INTO ledger_transaction (
            account_id, sequence, id, kind, from_account, to_account, days, from_balance, to_balance,
            available_balance, channel_id,
            to_channel_id, invoice_id, comment, actor, occurred_at, end_reason, previous_paid_until, paid_until,
            unused_days, to_previous_paid_until, to_paid_until, to_unused_days
          )
          SELECT
            account_id, sequence, id, kind, from_account, to_account, days, from_balance, to_balance,
            available_balance, channel_id,
            to_channel_id, invoice_id, comment, actor, occurred_at, end_reason, previous_paid_until, paid_until,
            unused_days, to_previous_paid_until, to_paid_until, to_unused_days
          FROM json_populate_recordset(NULL::ledger_transaction, p_ledger);
        END IF;

        IF json_array_length(p_events) > 0 THEN
          INSERT INTO event (account_id, sequence, type, subject, data, actor, occurred_at)
          SELECT account_id, sequence, type, subject, data, actor, occurred_at
          FROM json_populate_recordset(NULL::event, p_events);
        END IF;

        IF json_array_length(p_keys) > 0 THEN
          INSERT INTO idempotency_key (scope, digest, input_digest, outcome)
          SELECT scope, decode(digest, 'hex'), decode(input_digest, 'hex'), outcome
          FROM json_to_recordset(p_keys) AS k (scope text, digest text, input_digest text, outcome jsonb);
        END IF;
      END
      $$;
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
