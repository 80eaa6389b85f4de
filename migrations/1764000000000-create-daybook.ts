import type { MigrationInterface, QueryRunner } from 'typeorm'

/** The ground floor: accounts and their book of days, channels, agreements, invoices, events, tokens. */
export class CreateDaybook1764000000000 implements MigrationInterface {
  name = 'CreateDaybook1764000000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE account (
        id text COLLATE "C" NOT NULL,
        name text NOT NULL,
        email text,
        status text NOT NULL DEFAULT 'ACTIVE',
        billing_mode text NOT NULL DEFAULT 'PREPAID',
        credit_limit bigint NOT NULL DEFAULT 0,
        trial_days integer NOT NULL DEFAULT 5,
        max_trials integer NOT NULL DEFAULT 0,
        issued bigint NOT NULL DEFAULT 0,
        available bigint NOT NULL DEFAULT 0,
        allocated bigint NOT NULL DEFAULT 0,
        used bigint NOT NULL DEFAULT 0,
        sequence bigint NOT NULL DEFAULT 0,
        changed_at timestamptz(3) NOT NULL,
        burnt_until timestamptz(3) NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT account_days_not_negative CHECK (allocated >= 0 AND used >= 0),
        CONSTRAINT account_within_credit_limit CHECK (available >= -credit_limit),
        CONSTRAINT account_books_sum_to_zero CHECK (issued + available + allocated + used = 0),
        CONSTRAINT account_trials_bounded CHECK (trial_days BETWEEN 1 AND 36500 AND max_trials BETWEEN 0 AND 1000000),
        CONSTRAINT account_credit_limit_postpaid CHECK (credit_limit >= 0 AND (credit_limit = 0 OR billing_mode = 'POSTPAID')),
        CONSTRAINT account_billing_mode_known CHECK (billing_mode IN ('PREPAID', 'POSTPAID')),
        CONSTRAINT account_status_known CHECK (status IN ('ACTIVE', 'SUSPENDED', 'CLOSED')),
        CONSTRAINT account_pkey PRIMARY KEY (id)
      ) WITH (fillfactor = 20);

      CREATE TABLE api_token (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C",
        name text NOT NULL,
        secret_digest bytea NOT NULL,
        scopes text[] NOT NULL,
        created_by text COLLATE "C",
        created_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3),
        last_used_at timestamptz(3),
        revoked_at timestamptz(3),
        CONSTRAINT api_token_admin_is_staff CHECK (account_id IS NULL OR NOT 'ADMIN' = ANY (scopes)),
        CONSTRAINT api_token_scopes_known CHECK (scopes <@ ARRAY['READ', 'CHANNELS', 'BILLING', 'TOKENS', 'ADMIN']),
        CONSTRAINT api_token_secret_digest_sized CHECK (octet_length(secret_digest) = 32),
        CONSTRAINT api_token_pkey PRIMARY KEY (id)
      );

      CREATE TABLE channel (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        name text NOT NULL,
        external_id text,
        metadata jsonb,
        trial_until timestamptz(3),
        trial_external_ids text[] NOT NULL DEFAULT '{}',
        run_start timestamptz(3),
        paid_days integer NOT NULL DEFAULT 0,
        paid_until timestamptz(3),
        expired_at timestamptz(3),
        created_at timestamptz(3) NOT NULL,
        deleted_at timestamptz(3),
        CONSTRAINT channel_of_account UNIQUE (account_id, id),
        CONSTRAINT channel_paid_until_derived CHECK (CASE WHEN paid_days = 0 THEN paid_until IS NULL ELSE paid_until IS NOT NULL AND run_start IS NOT NULL AND paid_until - run_start = paid_days * interval '24 hours' END),
        CONSTRAINT channel_paid_days_bounded CHECK (paid_days BETWEEN 0 AND 36500),
        CONSTRAINT channel_pkey PRIMARY KEY (id)
      ) WITH (fillfactor = 80);

      CREATE TABLE event (
        account_id text COLLATE "C" NOT NULL,
        sequence bigint NOT NULL,
        type text NOT NULL,
        subject text COLLATE "C",
        data jsonb,
        actor text NOT NULL,
        occurred_at timestamptz(3) NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT event_pkey PRIMARY KEY (account_id, sequence)
      );

      CREATE TABLE idempotency_key (
        scope text COLLATE "C" NOT NULL,
        digest bytea NOT NULL,
        input_digest bytea NOT NULL,
        outcome jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT idempotency_key_digests_sized CHECK (octet_length(digest) = 16 AND octet_length(input_digest) = 16),
        CONSTRAINT idempotency_key_pkey PRIMARY KEY (scope, digest)
      );

      CREATE TABLE invoice (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        number text,
        status text NOT NULL,
        currency text NOT NULL,
        subtotal_minor bigint NOT NULL,
        tax_minor bigint NOT NULL,
        total_minor bigint NOT NULL,
        paid_minor bigint NOT NULL DEFAULT 0,
        days bigint NOT NULL,
        price_agreement_id text COLLATE "C" NOT NULL,
        payment_term_days integer NOT NULL,
        purchase_order text,
        requested_at timestamptz(3) NOT NULL,
        prepare_by timestamptz(3) NOT NULL,
        opened_at timestamptz(3),
        due_at timestamptz(3),
        paid_at timestamptz(3),
        CONSTRAINT invoice_number_unique UNIQUE (number),
        CONSTRAINT invoice_of_account UNIQUE (account_id, id),
        CONSTRAINT invoice_days_positive CHECK (days > 0),
        CONSTRAINT invoice_void_unpaid CHECK (status <> 'VOID' OR paid_minor = 0),
        CONSTRAINT invoice_open_has_number CHECK (status IN ('REQUESTED', 'VOID') OR (number IS NOT NULL AND opened_at IS NOT NULL AND due_at IS NOT NULL)),
        CONSTRAINT invoice_paid_in_full CHECK ((status = 'PAID') = (paid_at IS NOT NULL) AND (status <> 'PAID' OR paid_minor = total_minor)),
        CONSTRAINT invoice_paid_within_total CHECK (paid_minor BETWEEN 0 AND total_minor),
        CONSTRAINT invoice_total_sums CHECK (total_minor = subtotal_minor + tax_minor AND subtotal_minor >= 0 AND tax_minor >= 0),
        CONSTRAINT invoice_status_known CHECK (status IN ('REQUESTED', 'OPEN', 'PAID', 'VOID', 'UNCOLLECTIBLE')),
        CONSTRAINT invoice_pkey PRIMARY KEY (id)
      );

      CREATE TABLE invoice_line (
        invoice_id text COLLATE "C" NOT NULL,
        position integer NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        kind text NOT NULL,
        description text NOT NULL,
        quantity bigint NOT NULL,
        unit_price_minor bigint NOT NULL,
        per integer NOT NULL,
        amount_minor bigint NOT NULL,
        days bigint NOT NULL,
        CONSTRAINT invoice_line_figures_bounded CHECK (quantity > 0 AND unit_price_minor >= 0 AND per > 0 AND amount_minor >= 0 AND days > 0),
        CONSTRAINT invoice_line_kind_known CHECK (kind IN ('CHANNELS', 'LOOSE_DAYS', 'USAGE')),
        CONSTRAINT invoice_line_pkey PRIMARY KEY (invoice_id, position)
      );

      CREATE TABLE invoice_series (
        series text COLLATE "C" NOT NULL,
        year integer NOT NULL,
        last_number integer NOT NULL,
        CONSTRAINT invoice_series_pkey PRIMARY KEY (series, year)
      );

      CREATE TABLE payment (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        invoice_id text COLLATE "C" NOT NULL,
        method text NOT NULL,
        amount_minor bigint NOT NULL,
        currency text NOT NULL,
        reference text,
        received_at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT payment_amount_positive CHECK (amount_minor > 0),
        CONSTRAINT payment_method_known CHECK (method IN ('CARD', 'BANK_TRANSFER', 'OTHER')),
        CONSTRAINT payment_pkey PRIMARY KEY (id)
      );

      CREATE TABLE ledger_transaction (
        account_id text COLLATE "C" NOT NULL,
        sequence bigint NOT NULL,
        id text COLLATE "C" NOT NULL,
        kind text NOT NULL,
        from_account text NOT NULL,
        to_account text NOT NULL,
        days bigint NOT NULL,
        from_balance bigint NOT NULL,
        to_balance bigint NOT NULL,
        available_balance bigint NOT NULL,
        channel_id text COLLATE "C",
        to_channel_id text COLLATE "C",
        invoice_id text COLLATE "C",
        comment text,
        actor text NOT NULL,
        occurred_at timestamptz(3) NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        end_reason text,
        previous_paid_until timestamptz(3),
        paid_until timestamptz(3),
        unused_days integer,
        to_previous_paid_until timestamptz(3),
        to_paid_until timestamptz(3),
        to_unused_days integer,
        CONSTRAINT ledger_transaction_id_unique UNIQUE (id),
        CONSTRAINT ledger_transaction_movement_known CHECK (CASE kind WHEN 'PURCHASE' THEN from_account = 'ISSUED' AND to_account = 'AVAILABLE' AND invoice_id IS NOT NULL WHEN 'GRANT' THEN from_account = 'ISSUED' AND to_account = 'AVAILABLE' WHEN 'CORRECTION' THEN from_account = 'AVAILABLE' AND to_account = 'ISSUED' WHEN 'CREDIT_NOTE' THEN from_account = 'AVAILABLE' AND to_account = 'ISSUED' WHEN 'ALLOCATION' THEN from_account = 'AVAILABLE' AND to_account = 'ALLOCATED' AND channel_id IS NOT NULL WHEN 'RELEASE' THEN from_account = 'ALLOCATED' AND to_account = 'AVAILABLE' AND channel_id IS NOT NULL WHEN 'TRANSFER' THEN from_account = 'ALLOCATED' AND to_account = 'ALLOCATED' AND channel_id IS NOT NULL AND to_channel_id IS NOT NULL AND channel_id <> to_channel_id WHEN 'BURN' THEN from_account = 'ALLOCATED' AND to_account = 'USED' ELSE false END),
        CONSTRAINT ledger_transaction_available_told CHECK (CASE 'AVAILABLE' WHEN from_account THEN available_balance = from_balance WHEN to_account THEN available_balance = to_balance ELSE true END),
        CONSTRAINT ledger_transaction_days_positive CHECK (days > 0),
        CONSTRAINT ledger_transaction_pkey PRIMARY KEY (account_id, sequence)
      );

      CREATE TABLE price_agreement (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        currency text NOT NULL,
        channel_month_minor bigint NOT NULL,
        loose_day_minor bigint,
        tiers jsonb NOT NULL DEFAULT '[]',
        yearly_discount_basis_points integer NOT NULL DEFAULT 0,
        tax_parts_per_million integer NOT NULL DEFAULT 0,
        tax_id text,
        reverse_charge boolean NOT NULL DEFAULT false,
        auto_prepare boolean NOT NULL DEFAULT true,
        payment_term_days integer NOT NULL DEFAULT 14,
        valid_from timestamptz(3) NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT price_agreement_of_account UNIQUE (account_id, id),
        CONSTRAINT price_agreement_rates_bounded CHECK (yearly_discount_basis_points BETWEEN 0 AND 10000 AND tax_parts_per_million BETWEEN 0 AND 1000000 AND payment_term_days BETWEEN 0 AND 365),
        CONSTRAINT price_agreement_prices_not_negative CHECK (channel_month_minor >= 0 AND (loose_day_minor IS NULL OR loose_day_minor >= 0)),
        CONSTRAINT price_agreement_currency_form CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT price_agreement_pkey PRIMARY KEY (id)
      );

      CREATE INDEX api_token_by_account ON api_token (account_id);
      CREATE INDEX channel_paid_until ON channel (account_id, paid_until) WHERE paid_until IS NOT NULL;
      CREATE INDEX channel_trial ON channel (account_id, trial_until) WHERE trial_until IS NOT NULL;
      CREATE UNIQUE INDEX channel_external_id_unique ON channel (account_id, external_id) WHERE external_id IS NOT NULL AND deleted_at IS NULL;
      CREATE INDEX invoice_queue ON invoice (prepare_by, id) WHERE status = 'REQUESTED';
      CREATE INDEX payment_invoice ON payment (account_id, invoice_id);
      CREATE UNIQUE INDEX ledger_transaction_invoice_credited_once ON ledger_transaction (invoice_id) WHERE kind = 'PURCHASE';
      CREATE INDEX ledger_transaction_to_channel ON ledger_transaction (account_id, to_channel_id, sequence) WHERE to_channel_id IS NOT NULL;
      CREATE INDEX ledger_transaction_channel ON ledger_transaction (account_id, channel_id, sequence) WHERE channel_id IS NOT NULL;
      CREATE INDEX price_agreement_history ON price_agreement (account_id, valid_from);
      ALTER TABLE api_token ADD CONSTRAINT api_token_account FOREIGN KEY (account_id) REFERENCES account(id);
      ALTER TABLE channel ADD CONSTRAINT channel_account FOREIGN KEY (account_id) REFERENCES account(id);
      ALTER TABLE event ADD CONSTRAINT event_account FOREIGN KEY (account_id) REFERENCES account(id);
      ALTER TABLE invoice ADD CONSTRAINT invoice_account FOREIGN KEY (account_id) REFERENCES account(id);
      ALTER TABLE invoice ADD CONSTRAINT invoice_own_price_agreement FOREIGN KEY (account_id, price_agreement_id) REFERENCES price_agreement(account_id,id);
      ALTER TABLE invoice_line ADD CONSTRAINT invoice_line_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice(account_id,id);
      ALTER TABLE payment ADD CONSTRAINT payment_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice(account_id,id);
      ALTER TABLE price_agreement ADD CONSTRAINT price_agreement_account FOREIGN KEY (account_id) REFERENCES account(id);
    `)
    await runner.query(FUNCTIONS)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}

const FUNCTIONS = `
      -- The one clock, in whole milliseconds. Tests replace it. In plpgsql, whose plan lasts for the session: a volatile
      -- function in SQL is planned anew at every call.
      CREATE FUNCTION daybook_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        RETURN date_trunc('milliseconds', clock_timestamp());
      END
      $$;

      -- channel-time.ts's rule: a day that has begun is used.
      CREATE FUNCTION daybook_unused_days(run_start timestamptz, paid_days integer, at timestamptz)
      RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE
          WHEN paid_days = 0 OR at <= run_start THEN paid_days
          ELSE paid_days - least(ceil(extract(epoch FROM at - run_start) / 86400), paid_days)::integer
        END
      $$;

      -- Locks the books of accounts, in the order of their ids, and answers them with the channels and idempotency keys
      -- that the caller is about to touch. An account's lock covers its channels and its keys: whoever changes one of
      -- them holds it. p_channel_accounts and p_key_scopes run beside p_channels and p_keys, so that a channel is only
      -- ever found within its own account.
      --
      -- Also answered, per account: its instant (the later of the clock and its last change, taken after the lock) and,
      -- for each UTC midnight that passed since its last burn, the unused days that its channels held then.
      CREATE FUNCTION daybook_open_books(
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
              'midnights', CASE WHEN a.burnt_until + interval '24 hours' <= i.now
                THEN daybook_unused_at_midnights(a.id, a.burnt_until, i.now) END
            ))
            FROM account a
            CROSS JOIN LATERAL (SELECT greatest(daybook_now(), a.changed_at) AS now) i
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
              'deletedAt', daybook_epoch_ms(c.deleted_at)
            ))
            FROM unnest(p_channel_accounts, p_channels) AS wanted (account_id, id)
            JOIN channel c ON c.id = wanted.id AND c.account_id = wanted.account_id
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

      -- STABLE as extract() is, or Postgres would not inline it.
      CREATE FUNCTION daybook_epoch_ms(at timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT (extract(epoch FROM at) * 1000)::bigint
      $$;

      -- The unused days of an account's channels at each UTC midnight after p_after, up to p_until; none after the last
      -- channel's end, since nothing burns there.
      CREATE FUNCTION daybook_unused_at_midnights(p_account text, p_after timestamptz, p_until timestamptz)
      RETURNS json LANGUAGE sql STABLE AS $$
        SELECT json_agg(json_build_object('at', daybook_epoch_ms(at), 'unusedDays', unused_days) ORDER BY at)
        FROM (
          SELECT midnight.at, coalesce(sum(daybook_unused_days(c.run_start, c.paid_days, midnight.at)), 0) AS unused_days
          FROM generate_series(
            p_after + interval '24 hours',
            least(
              p_until,
              greatest(
                p_after,
                (SELECT max(paid_until) FROM channel WHERE account_id = p_account AND paid_until IS NOT NULL)
              ) + interval '24 hours'
            ),
            interval '24 hours'
          ) AS midnight (at)
          LEFT JOIN channel c ON c.account_id = p_account AND c.paid_until > midnight.at
          GROUP BY midnight.at
        ) AS midnights
      $$;

      -- Writes what was decided over open books, as one set: the only writer of the ledger, of events and of the books.
      -- Each argument is a JSON array of rows.
      CREATE FUNCTION daybook_save_books(p_accounts json, p_channels json, p_ledger json, p_events json, p_keys json)
      RETURNS void LANGUAGE plpgsql VOLATILE
      SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
      BEGIN
        UPDATE account a
        SET issued = b.issued, available = b.available, allocated = b.allocated, used = b.used,
            sequence = b.sequence, changed_at = b.changed_at, burnt_until = b.burnt_until
        FROM json_populate_recordset(NULL::account, p_accounts) b
        WHERE a.id = b.id;

        IF json_array_length(p_channels) > 0 THEN
          UPDATE channel c
          SET trial_until = n.trial_until, run_start = n.run_start, paid_days = n.paid_days, paid_until = n.paid_until,
              expired_at = n.expired_at, deleted_at = n.deleted_at
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

      -- What is written down stays: not even a bug of ours may change it.
      CREATE FUNCTION daybook_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% is kept as it is: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
      END
      $$;
      CREATE TRIGGER ledger_transaction_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transaction
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();
      CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();
      CREATE TRIGGER payment_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payment
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();
      CREATE TRIGGER idempotency_key_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON idempotency_key
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();
      CREATE TRIGGER price_agreement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON price_agreement
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();
      CREATE TRIGGER invoice_line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice_line
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();

      CREATE TRIGGER account_kept BEFORE DELETE OR TRUNCATE ON account
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();
      CREATE TRIGGER channel_kept BEFORE DELETE OR TRUNCATE ON channel
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();

      CREATE TRIGGER channel_stays_in_account BEFORE UPDATE OF account_id ON channel
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();

      -- What foreign keys would hold, looked at once a statement: accounts, channels and invoices are never deleted, so
      -- that only an insert could break it.
      CREATE FUNCTION daybook_ledger_stays_in_account() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (
          SELECT FROM inserted n
          LEFT JOIN account a ON a.id = n.account_id
          LEFT JOIN channel c ON c.id = n.channel_id AND c.account_id = n.account_id
          LEFT JOIN channel t ON t.id = n.to_channel_id AND t.account_id = n.account_id
          LEFT JOIN invoice i ON i.id = n.invoice_id AND i.account_id = n.account_id
          WHERE a.id IS NULL
            OR (n.channel_id IS NOT NULL AND c.id IS NULL)
            OR (n.to_channel_id IS NOT NULL AND t.id IS NULL)
            OR (n.invoice_id IS NOT NULL AND i.id IS NULL)
        ) THEN
          RAISE EXCEPTION 'a ledger transaction names what is not of its account'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_transaction_stays_in_account';
        END IF;
        RETURN NULL;
      END
      $$;
      CREATE TRIGGER ledger_transaction_stays_in_account AFTER INSERT ON ledger_transaction
        REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION daybook_ledger_stays_in_account();

      -- The figures of an invoice are fixed at its request; its number and its dates, once given, stay; it never turns back
      -- into a request; a paid one stays paid.
      CREATE FUNCTION daybook_keep_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE'
          OR (OLD.id, OLD.account_id, OLD.currency, OLD.subtotal_minor, OLD.tax_minor, OLD.total_minor, OLD.days,
              OLD.price_agreement_id, OLD.payment_term_days, OLD.purchase_order, OLD.requested_at, OLD.prepare_by)
             IS DISTINCT FROM
             (NEW.id, NEW.account_id, NEW.currency, NEW.subtotal_minor, NEW.tax_minor, NEW.total_minor, NEW.days,
              NEW.price_agreement_id, NEW.payment_term_days, NEW.purchase_order, NEW.requested_at, NEW.prepare_by)
          OR (OLD.number IS NOT NULL
              AND (OLD.number, OLD.opened_at, OLD.due_at) IS DISTINCT FROM (NEW.number, NEW.opened_at, NEW.due_at))
          OR (NEW.status = 'REQUESTED' AND OLD.status <> 'REQUESTED')
          OR (OLD.status IN ('PAID', 'VOID') AND NEW.status <> OLD.status)
          OR NEW.paid_minor < OLD.paid_minor
        THEN
          RAISE EXCEPTION 'an invoice keeps its figures: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
      END
      $$;
      CREATE TRIGGER invoice_kept BEFORE UPDATE OR DELETE ON invoice
        FOR EACH ROW EXECUTE FUNCTION daybook_keep_invoice();
`
