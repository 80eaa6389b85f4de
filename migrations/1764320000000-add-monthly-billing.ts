import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What the clock brings an account, beside what it brings its channels: closes of months, usage invoices that fall due,
 * and whatever else is entered into `account_due`. The earliest of them stands on the account, where every open book sees it.
 */
export class AddMonthlyBilling1764320000000 implements MigrationInterface {
  name = 'AddMonthlyBilling1764320000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE account
        ADD COLUMN due_at timestamptz(3),
        ADD COLUMN overdue_from timestamptz(3),
        ADD COLUMN top_up_below bigint;
      CREATE INDEX account_next_due ON account (due_at) WHERE due_at IS NOT NULL AND NOT sandbox;

      CREATE TABLE account_due (
        account_id text COLLATE "C" NOT NULL CONSTRAINT account_due_account REFERENCES account (id),
        kind text NOT NULL,
        at timestamptz(3) NOT NULL,
        CONSTRAINT account_due_pkey PRIMARY KEY (account_id, kind),
        CONSTRAINT account_due_kind_known CHECK (
          kind IN ('MONTH_CLOSE', 'OVERDUE', 'INVOICE_SCHEDULE', 'KEEP_ALIVE', 'AUTO_TOP_UP')
        )
      );

      ALTER TABLE invoice
        ADD COLUMN period_start timestamptz(3),
        ADD COLUMN period_end timestamptz(3),
        ADD COLUMN postponed_until timestamptz(3),
        ADD CONSTRAINT invoice_period_whole CHECK (
          (period_start IS NULL) = (period_end IS NULL) AND (period_start IS NULL OR period_start < period_end)
        );
      CREATE INDEX invoice_usage_open ON invoice (account_id) WHERE status = 'OPEN' AND period_start IS NOT NULL;
      CREATE UNIQUE INDEX invoice_period_billed_once ON invoice (account_id, period_end, currency) WHERE period_end IS NOT NULL;
      CREATE INDEX ledger_burn ON ledger_transaction (account_id, sequence) WHERE kind = 'BURN';

      -- A usage invoice bills a period, and that stays as it is.
      CREATE FUNCTION daybook_keep_invoice_period() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (OLD.period_start, OLD.period_end) IS DISTINCT FROM (NEW.period_start, NEW.period_end) THEN
          RAISE EXCEPTION 'an invoice keeps its period: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
      END
      $$;
      CREATE TRIGGER invoice_period_kept BEFORE UPDATE ON invoice
        FOR EACH ROW EXECUTE FUNCTION daybook_keep_invoice_period();

      -- An account's instant: its own clock where it has one, not after p_until, and never before its last change.
      CREATE FUNCTION daybook_account_now(clock timestamptz, changed_at timestamptz, p_until timestamptz)
      RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
        SELECT greatest(least(coalesce(clock, daybook_now()), p_until), changed_at)
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
      --
      -- With p_until the books are those of that instant, if it has passed: what fell due then is done before what came
      -- after.
      DROP FUNCTION daybook_open_books(text[], text[], text[], text[], bytea[]);
      CREATE FUNCTION daybook_open_books(
        p_accounts text[], p_channel_accounts text[], p_channels text[], p_key_scopes text[], p_keys bytea[],
        p_until timestamptz DEFAULT NULL
      ) RETURNS TABLE (accounts json, channels json, keys json) LANGUAGE plpgsql VOLATILE
      -- Planning these for every call took ten times as long as running them; and a plan that is kept must not be one
      -- that was made while the tables were still small.
      SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
      BEGIN
        -- What is read only needs no lock: Postgres itself refuses to write it, or to lock it.
        IF current_setting('transaction_read_only') = 'off' THEN
          PERFORM 1 FROM account WHERE id = ANY (p_accounts) ORDER BY id FOR NO KEY UPDATE;
        END IF;

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
              'topUpBelow', a.top_up_below,
              'overdueFrom', daybook_epoch_ms(a.overdue_from),
              'dueAt', daybook_epoch_ms(a.due_at),
              'midnights', CASE WHEN a.burnt_until + interval '24 hours' <= i.now
                THEN daybook_unused_at_midnights(a.id, a.burnt_until, i.now) END
            ))
            FROM account a
            CROSS JOIN LATERAL (SELECT daybook_account_now(a.clock, a.changed_at, p_until) AS now) i
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
                WHERE c.live AND NOT a.sandbox AND c.account_id = a.id AND c.due_at <= daybook_account_now(a.clock, a.changed_at, p_until)
                UNION ALL
                SELECT c.id, c.due_at FROM channel c
                WHERE NOT c.live AND a.sandbox AND c.account_id = a.id AND c.due_at <= daybook_account_now(a.clock, a.changed_at, p_until)
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
        -- Days have arrived, or may be allocated again: renewals that could not be paid are due again.
        UPDATE channel c SET due_at = b.changed_at
        FROM json_to_recordset(p_accounts) AS b (id text, changed_at timestamptz, may_allocate_again boolean)
        WHERE c.account_id = b.id AND c.renew_failed_at IS NOT NULL AND c.deleted_at IS NULL AND b.may_allocate_again;

        UPDATE account a
        SET issued = b.issued, available = b.available, allocated = b.allocated, used = b.used,
            sequence = b.sequence, changed_at = b.changed_at, burnt_until = b.burnt_until,
            due_at = b.due_at, overdue_from = b.overdue_from
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

      -- Months of postpaid accounts are closed from the next one on.
      INSERT INTO account_due (account_id, kind, at)
      SELECT id, 'MONTH_CLOSE',
        (date_trunc('month', coalesce(clock, daybook_now()) AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'
      FROM account WHERE billing_mode = 'POSTPAID';
      UPDATE account a SET due_at = d.at FROM account_due d WHERE d.account_id = a.id;
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
