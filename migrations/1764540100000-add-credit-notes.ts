import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Money that goes back: by a credit note, by the return of a payment of an open invoice, or because whoever paid disputes
 * it. And the refunds by which it does.
 */
export class AddCreditNotes1764540100000 implements MigrationInterface {
  name = 'AddCreditNotes1764540100000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE credit_note (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        invoice_id text COLLATE "C" NOT NULL,
        number text NOT NULL,
        days bigint NOT NULL,
        currency text NOT NULL,
        price_minor bigint NOT NULL,
        net_minor bigint NOT NULL,
        tax_minor bigint NOT NULL,
        total_minor bigint NOT NULL,
        lines jsonb NOT NULL,
        reason text NOT NULL,
        ledger_transaction_id text COLLATE "C" NOT NULL,
        issued_at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        CONSTRAINT credit_note_pkey PRIMARY KEY (id),
        CONSTRAINT credit_note_of_account UNIQUE (account_id, id),
        CONSTRAINT credit_note_number_unique UNIQUE (number),
        CONSTRAINT credit_note_movement_unique UNIQUE (ledger_transaction_id),
        CONSTRAINT credit_note_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice (account_id, id),
        CONSTRAINT credit_note_days_positive CHECK (days > 0),
        CONSTRAINT credit_note_total_sums CHECK (
          total_minor = net_minor + tax_minor AND net_minor >= 0 AND tax_minor >= 0 AND total_minor <= price_minor
        )
      );
      CREATE INDEX credit_note_of_invoice ON credit_note (account_id, invoice_id, id);
      CREATE TRIGGER credit_note_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_note
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();

      -- The credit notes of an invoice never exceed it, and only a paid one has any. The account's lock keeps two apart.
      CREATE FUNCTION daybook_credit_within_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (
          SELECT FROM invoice i
          CROSS JOIN LATERAL (
            SELECT sum(c.days) AS days, sum(c.total_minor) AS total_minor
            FROM credit_note c WHERE c.account_id = i.account_id AND c.invoice_id = i.id
          ) AS credited
          WHERE i.id = NEW.invoice_id
            AND (i.status <> 'PAID' OR credited.days > i.days OR credited.total_minor > i.total_minor
                 OR NEW.currency <> i.currency)
        ) THEN
          RAISE EXCEPTION 'credit notes exceed their invoice'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_note_within_invoice';
        END IF;
        RETURN NULL;
      END
      $$;
      CREATE TRIGGER credit_note_within_invoice AFTER INSERT ON credit_note
        FOR EACH ROW EXECUTE FUNCTION daybook_credit_within_invoice();

      CREATE TABLE payment_return (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        invoice_id text COLLATE "C" NOT NULL,
        payment_id text COLLATE "C" NOT NULL CONSTRAINT payment_return_payment REFERENCES payment (id),
        amount_minor bigint NOT NULL,
        currency text NOT NULL,
        reason text NOT NULL,
        returned_at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        CONSTRAINT payment_return_pkey PRIMARY KEY (id),
        CONSTRAINT payment_return_of_account UNIQUE (account_id, id),
        CONSTRAINT payment_return_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice (account_id, id),
        CONSTRAINT payment_return_amount_positive CHECK (amount_minor > 0)
      );
      CREATE INDEX payment_return_of_invoice ON payment_return (account_id, invoice_id, id);
      CREATE INDEX payment_return_of_payment ON payment_return (payment_id);
      CREATE TRIGGER payment_return_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_return
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();

      CREATE FUNCTION daybook_return_within_payment() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (
          SELECT FROM payment p
          WHERE p.id = NEW.payment_id AND p.account_id = NEW.account_id AND p.invoice_id = NEW.invoice_id
            AND p.currency = NEW.currency
            AND p.amount_minor >= (SELECT sum(r.amount_minor) FROM payment_return r WHERE r.payment_id = p.id)
        ) THEN
          RAISE EXCEPTION 'more of a payment is returned than came'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_return_within_payment';
        END IF;
        RETURN NULL;
      END
      $$;
      CREATE TRIGGER payment_return_within_payment AFTER INSERT ON payment_return
        FOR EACH ROW EXECUTE FUNCTION daybook_return_within_payment();

      CREATE TABLE refund (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        invoice_id text COLLATE "C" NOT NULL,
        credit_note_id text COLLATE "C",
        payment_return_id text COLLATE "C",
        payment_id text COLLATE "C" CONSTRAINT refund_payment REFERENCES payment (id),
        method text NOT NULL,
        amount_minor bigint NOT NULL,
        currency text NOT NULL,
        reference text,
        status text NOT NULL,
        provider text,
        provider_id text,
        provider_call_id text COLLATE "C" CONSTRAINT refund_provider_call REFERENCES provider_call (id),
        failure text,
        refunded_at timestamptz(3),
        created_at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        CONSTRAINT refund_pkey PRIMARY KEY (id),
        CONSTRAINT refund_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice (account_id, id),
        CONSTRAINT refund_own_credit_note FOREIGN KEY (account_id, credit_note_id) REFERENCES credit_note (account_id, id),
        CONSTRAINT refund_own_payment_return
          FOREIGN KEY (account_id, payment_return_id) REFERENCES payment_return (account_id, id),
        CONSTRAINT refund_of_one CHECK (credit_note_id IS NULL OR payment_return_id IS NULL),
        CONSTRAINT refund_method_known CHECK (method IN ('CARD', 'BANK_TRANSFER', 'OTHER')),
        CONSTRAINT refund_status_known CHECK (status IN ('PENDING', 'SUCCEEDED', 'FAILED')),
        CONSTRAINT refund_amount_positive CHECK (amount_minor > 0),
        CONSTRAINT refund_succeeded_at CHECK ((status = 'SUCCEEDED') = (refunded_at IS NOT NULL)),
        CONSTRAINT refund_provider_whole CHECK (provider_id IS NULL OR provider IS NOT NULL)
      );
      CREATE UNIQUE INDEX refund_provider_unique ON refund (provider, provider_id) WHERE provider_id IS NOT NULL;
      CREATE UNIQUE INDEX refund_call_unique ON refund (provider_call_id) WHERE provider_call_id IS NOT NULL;
      CREATE INDEX refund_of_invoice ON refund (account_id, invoice_id, id);

      -- A refund keeps its figures, and what has failed, or was never ours, is never more than what was to go back.
      CREATE FUNCTION daybook_keep_refund() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE'
          OR (OLD.id, OLD.account_id, OLD.invoice_id, OLD.credit_note_id, OLD.payment_return_id, OLD.payment_id, OLD.method,
              OLD.amount_minor, OLD.currency, OLD.provider_call_id, OLD.created_at, OLD.actor)
             IS DISTINCT FROM
             (NEW.id, NEW.account_id, NEW.invoice_id, NEW.credit_note_id, NEW.payment_return_id, NEW.payment_id, NEW.method,
              NEW.amount_minor, NEW.currency, NEW.provider_call_id, NEW.created_at, NEW.actor)
          OR (OLD.provider_id IS NOT NULL
              AND (OLD.provider, OLD.provider_id) IS DISTINCT FROM (NEW.provider, NEW.provider_id))
        THEN
          RAISE EXCEPTION 'a refund keeps its figures: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
      END
      $$;
      CREATE TRIGGER refund_kept BEFORE UPDATE OR DELETE ON refund
        FOR EACH ROW EXECUTE FUNCTION daybook_keep_refund();

      CREATE FUNCTION daybook_refund_within_due() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (
          SELECT sum(r.amount_minor) FROM refund r
          WHERE r.status <> 'FAILED' AND r.credit_note_id = NEW.credit_note_id
        ) > (SELECT total_minor FROM credit_note WHERE id = NEW.credit_note_id)
        OR (
          SELECT sum(r.amount_minor) FROM refund r
          WHERE r.status <> 'FAILED' AND r.payment_return_id = NEW.payment_return_id
        ) > (SELECT amount_minor FROM payment_return WHERE id = NEW.payment_return_id)
        THEN
          RAISE EXCEPTION 'more is refunded than was to go back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_within_due';
        END IF;
        RETURN NULL;
      END
      $$;
      CREATE TRIGGER refund_within_due AFTER INSERT OR UPDATE ON refund
        FOR EACH ROW EXECUTE FUNCTION daybook_refund_within_due();

      CREATE TABLE chargeback (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        invoice_id text COLLATE "C" NOT NULL,
        payment_id text COLLATE "C" NOT NULL CONSTRAINT chargeback_payment REFERENCES payment (id),
        provider text NOT NULL,
        provider_id text NOT NULL,
        amount_minor bigint NOT NULL,
        currency text NOT NULL,
        days bigint,
        status text NOT NULL,
        opened_at timestamptz(3) NOT NULL,
        closed_at timestamptz(3),
        CONSTRAINT chargeback_pkey PRIMARY KEY (id),
        CONSTRAINT chargeback_provider_unique UNIQUE (provider, provider_id),
        CONSTRAINT chargeback_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice (account_id, id),
        CONSTRAINT chargeback_status_known CHECK (status IN ('OPEN', 'WON', 'LOST')),
        CONSTRAINT chargeback_closed CHECK ((status = 'OPEN') = (closed_at IS NULL)),
        CONSTRAINT chargeback_figures_bounded CHECK (amount_minor > 0 AND days >= 0)
      );
      CREATE INDEX chargeback_of_invoice ON chargeback (account_id, invoice_id, id);

      -- What a chargeback takes is settled once.
      CREATE FUNCTION daybook_keep_chargeback() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE'
          OR (OLD.id, OLD.account_id, OLD.invoice_id, OLD.payment_id, OLD.provider, OLD.provider_id, OLD.amount_minor,
              OLD.currency, OLD.opened_at)
             IS DISTINCT FROM
             (NEW.id, NEW.account_id, NEW.invoice_id, NEW.payment_id, NEW.provider, NEW.provider_id, NEW.amount_minor,
              NEW.currency, NEW.opened_at)
          OR (OLD.days IS NOT NULL AND OLD.days IS DISTINCT FROM NEW.days)
        THEN
          RAISE EXCEPTION 'a chargeback keeps its figures: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
      END
      $$;
      CREATE TRIGGER chargeback_kept BEFORE UPDATE OR DELETE ON chargeback
        FOR EACH ROW EXECUTE FUNCTION daybook_keep_chargeback();

      ALTER TABLE provider_call
        DROP CONSTRAINT provider_call_kind_known,
        ADD CONSTRAINT provider_call_kind_known CHECK (
          kind IN (
            'SUBSCRIBE', 'CHANGE_PLAN', 'CANCEL_AT_PERIOD_END', 'RESUME', 'CANCEL_NOW', 'PAY_INVOICE', 'EXPIRE_CHECKOUT', 'REFUND'
          )
        );
      ALTER TABLE provider_event
        DROP CONSTRAINT provider_event_object_kind_known,
        ADD CONSTRAINT provider_event_object_kind_known CHECK (
          object_kind IN ('CHECKOUT', 'SUBSCRIPTION', 'PAYMENT', 'REFUND', 'DISPUTE')
        );
      ALTER TABLE sandbox_event
        DROP CONSTRAINT sandbox_event_object_known,
        ADD CONSTRAINT sandbox_event_object_known CHECK (
          object_kind IN ('CHECKOUT', 'SUBSCRIPTION', 'PAYMENT', 'REFUND', 'DISPUTE')
        );

      CREATE TABLE sandbox_refund (
        id text COLLATE "C" CONSTRAINT sandbox_refund_pkey PRIMARY KEY,
        payment_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_refund_payment REFERENCES sandbox_payment (id),
        intent text,
        amount_minor bigint NOT NULL CONSTRAINT sandbox_refund_amount_positive CHECK (amount_minor > 0),
        status text NOT NULL CONSTRAINT sandbox_refund_status_known CHECK (status IN ('SUCCEEDED', 'FAILED')),
        created_at timestamptz(3) NOT NULL
      );
      CREATE TABLE sandbox_dispute (
        id text COLLATE "C" CONSTRAINT sandbox_dispute_pkey PRIMARY KEY,
        payment_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_dispute_payment REFERENCES sandbox_payment (id),
        amount_minor bigint NOT NULL CONSTRAINT sandbox_dispute_amount_positive CHECK (amount_minor > 0),
        status text NOT NULL CONSTRAINT sandbox_dispute_status_known CHECK (status IN ('OPEN', 'WON', 'LOST')),
        created_at timestamptz(3) NOT NULL,
        closed_at timestamptz(3)
      );
      CREATE UNIQUE INDEX sandbox_dispute_of_payment ON sandbox_dispute (payment_id);
    `)
    // Where a payment of an open invoice is returned, less of it is paid.
    await replaceIn(
      runner,
      'daybook_keep_invoice',
      /OR NEW\.paid_minor < OLD\.paid_minor/,
      `OR (NEW.paid_minor < OLD.paid_minor AND (OLD.status NOT IN ('OPEN', 'UNCOLLECTIBLE') OR NEW.paid_minor <>
            (SELECT coalesce(sum(p.amount_minor), 0) FROM payment p WHERE p.invoice_id = OLD.id)
            - (SELECT coalesce(sum(r.amount_minor), 0) FROM payment_return r WHERE r.invoice_id = OLD.id)))`,
    )
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}

async function replaceIn(runner: QueryRunner, name: string, part: RegExp, replacement: string): Promise<void> {
  const [row] = (await runner.query(`SELECT pg_get_functiondef('${name}'::regproc) AS definition`)) as {
    definition: string
  }[]
  const definition = row?.definition ?? ''
  if (definition.split(part).length !== 2) throw new Error(`${name} is not as this migration knows it`)
  await runner.query(definition.replace(part, () => replacement))
}
