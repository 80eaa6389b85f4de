import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Mail that is made of what happens to accounts, and the steps by which an unpaid invoice is reminded of. */
export class AddMailAndDunning1764720000000 implements MigrationInterface {
  name = 'AddMailAndDunning1764720000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE mail (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL CONSTRAINT mail_account REFERENCES account (id),
        cause text COLLATE "C" NOT NULL,
        sequence bigint NOT NULL,
        template text NOT NULL,
        kind text NOT NULL,
        subject_id text COLLATE "C",
        recipient text,
        subject text NOT NULL,
        text_body text,
        html_body text,
        state text NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        resent integer NOT NULL DEFAULT 0,
        trying_since timestamptz(3),
        next_attempt_at timestamptz(3),
        error text,
        created_at timestamptz(3) NOT NULL,
        sent_at timestamptz(3),
        CONSTRAINT mail_pkey PRIMARY KEY (id),
        CONSTRAINT mail_cause_once UNIQUE (account_id, cause),
        CONSTRAINT mail_state_known CHECK (state IN ('PENDING', 'SENT', 'FAILED', 'SKIPPED')),
        CONSTRAINT mail_pending_is_due CHECK ((state = 'PENDING') = (next_attempt_at IS NOT NULL)),
        CONSTRAINT mail_sent_whole CHECK ((state = 'SENT') = (sent_at IS NOT NULL)),
        CONSTRAINT mail_bodies_bounded CHECK (
          octet_length(text_body) <= 65536 AND octet_length(html_body) <= 262144 AND octet_length(error) <= 2048
        )
      );
      CREATE INDEX mail_due ON mail (next_attempt_at) WHERE state = 'PENDING';
      CREATE INDEX mail_pending_of_account ON mail (account_id, sequence) WHERE state = 'PENDING';
      CREATE INDEX mail_of_account ON mail (account_id, id);
      CREATE INDEX mail_by_state ON mail (state, id);
      CREATE INDEX mail_with_body ON mail (created_at) WHERE text_body IS NOT NULL;

      -- How far the log of an account was read for what is mailed. Only accounts with something to mail have a row: the
      -- trigger makes it, so that what is no mail's business costs a comparison and no write.
      CREATE TABLE mail_cursor (
        account_id text COLLATE "C" NOT NULL CONSTRAINT mail_cursor_account REFERENCES account (id),
        read_until bigint NOT NULL,
        wanted_until bigint NOT NULL,
        CONSTRAINT mail_cursor_pkey PRIMARY KEY (account_id),
        CONSTRAINT mail_cursor_not_beyond CHECK (read_until <= wanted_until)
      );
      CREATE INDEX mail_cursor_behind ON mail_cursor (account_id) WHERE read_until < wanted_until;

      CREATE FUNCTION daybook_want_mail() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO mail_cursor AS c (account_id, read_until, wanted_until)
        VALUES (NEW.account_id, NEW.sequence - 1, NEW.sequence)
        ON CONFLICT (account_id) DO UPDATE SET wanted_until = greatest(c.wanted_until, excluded.wanted_until);
        RETURN NULL;
      END
      $$;
      CREATE TRIGGER event_is_mailed AFTER INSERT ON event FOR EACH ROW
        WHEN (
          NEW.type IN (
            'auto_top_up.cap_reached', 'auto_top_up.disabled', 'auto_top_up.failed', 'balance.low', 'credit_note.issued',
            'invoice.due_soon', 'invoice.opened', 'invoice.overdue', 'invoice.payment_recorded', 'invoice.reminder_due',
            'invoice.uncollectible_proposed', 'webhook_endpoint.disabled'
          )
          OR NEW.type = 'channel.day_expiry_changed' AND NEW.data ->> 'reason' = 'RENEWAL_FAILED'
        )
        EXECUTE FUNCTION daybook_want_mail();

      CREATE TABLE mail_preference (
        account_id text COLLATE "C" NOT NULL CONSTRAINT mail_preference_account REFERENCES account (id),
        unwanted text[] NOT NULL,
        CONSTRAINT mail_preference_pkey PRIMARY KEY (account_id),
        CONSTRAINT mail_preference_unwanted_known CHECK (
          unwanted <@ ARRAY['RECEIPT', 'DUE_SOON', 'LOW_BALANCE', 'RENEWAL', 'TOP_UP', 'WEBHOOK']
        )
      );

      CREATE TABLE dunning_schedule (
        account_id text COLLATE "C" NOT NULL CONSTRAINT dunning_schedule_account REFERENCES account (id),
        before_days integer,
        after_days integer[] NOT NULL,
        uncollectible_after_days integer,
        CONSTRAINT dunning_schedule_pkey PRIMARY KEY (account_id),
        CONSTRAINT dunning_schedule_bounded CHECK (
          before_days BETWEEN 1 AND 365 AND uncollectible_after_days BETWEEN 1 AND 365
          AND cardinality(after_days) <= 10 AND 1 <= ALL (after_days) AND 365 >= ALL (after_days)
        )
      );

      CREATE TABLE invoice_dunning (
        invoice_id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        next_at timestamptz(3),
        stopped_at timestamptz(3),
        stop_reason text,
        uncollectible_proposed_at timestamptz(3),
        CONSTRAINT invoice_dunning_pkey PRIMARY KEY (invoice_id),
        CONSTRAINT invoice_dunning_own_invoice
          FOREIGN KEY (account_id, invoice_id) REFERENCES invoice (account_id, id),
        CONSTRAINT invoice_dunning_stopped_whole CHECK (
          (stopped_at IS NULL) = (stop_reason IS NULL) AND (stopped_at IS NULL OR next_at IS NULL)
        )
      );
      CREATE INDEX invoice_dunning_due ON invoice_dunning (account_id, next_at) WHERE next_at IS NOT NULL;
      CREATE INDEX invoice_dunning_proposed ON invoice_dunning (invoice_id) WHERE uncollectible_proposed_at IS NOT NULL;

      ALTER TABLE account_due DROP CONSTRAINT account_due_kind_known;
      ALTER TABLE account_due ADD CONSTRAINT account_due_kind_known CHECK (
        kind IN ('MONTH_CLOSE', 'OVERDUE', 'DUNNING', 'INVOICE_SCHEDULE', 'KEEP_ALIVE', 'AUTO_TOP_UP')
      );

      -- Invoices that are open by now: the steps of the default schedule that are still to come, none of those missed.
      INSERT INTO invoice_dunning (invoice_id, account_id, next_at)
      SELECT i.id, i.account_id, min(greatest(i.due_at, i.postponed_until) + step.after) FILTER (
        WHERE greatest(i.due_at, i.postponed_until) + step.after > daybook_account_now(a.clock, a.changed_at)
      )
      FROM invoice i JOIN account a ON a.id = i.account_id
      CROSS JOIN unnest(ARRAY[
        interval '-72 hours', interval '1 millisecond', interval '168 hours', interval '336 hours', interval '720 hours'
      ]) AS step (after)
      WHERE i.status = 'OPEN' GROUP BY i.id;
      INSERT INTO account_due (account_id, kind, at)
      SELECT account_id, 'DUNNING', min(next_at) FROM invoice_dunning WHERE next_at IS NOT NULL GROUP BY account_id;
      UPDATE account a SET due_at = least(a.due_at, d.at) FROM account_due d WHERE d.account_id = a.id AND d.kind = 'DUNNING';
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
