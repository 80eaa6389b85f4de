import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Invoices, their lines and their reminders are keyed by account. Of a number the index sees only to its account: over all
 * accounts it is the series that gives each once, and from now on can’t be set back.
 *
 * A reference that names no columns goes by the primary key.
 */
export class KeyInvoicesByAccount1764830200000 implements MigrationInterface {
  name = 'KeyInvoicesByAccount1764830200000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE invoice
        DROP CONSTRAINT invoice_pkey,
        ADD CONSTRAINT invoice_pkey PRIMARY KEY USING INDEX invoice_pkey_next;
      ALTER TABLE invoice
        DROP CONSTRAINT invoice_number_unique,
        ADD CONSTRAINT invoice_number_unique UNIQUE USING INDEX invoice_number_unique_next;
      DROP INDEX invoice_payment_token;
      ALTER INDEX invoice_payment_token_next RENAME TO invoice_payment_token;
      ALTER TABLE invoice_line
        DROP CONSTRAINT invoice_line_pkey,
        ADD CONSTRAINT invoice_line_pkey PRIMARY KEY USING INDEX invoice_line_pkey_next;
      ALTER TABLE invoice_line
        DROP CONSTRAINT invoice_line_own_invoice,
        ADD CONSTRAINT invoice_line_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice NOT VALID;
      ALTER TABLE invoice_dunning
        DROP CONSTRAINT invoice_dunning_pkey,
        ADD CONSTRAINT invoice_dunning_pkey PRIMARY KEY USING INDEX invoice_dunning_pkey_next;
      ALTER TABLE invoice_dunning
        DROP CONSTRAINT invoice_dunning_own_invoice,
        ADD CONSTRAINT invoice_dunning_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice NOT VALID;
      CREATE OR REPLACE FUNCTION daybook_series_rises() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' OR (OLD.series, OLD.year) IS DISTINCT FROM (NEW.series, NEW.year)
          OR NEW.last_number <= OLD.last_number
        THEN
          RAISE EXCEPTION 'a series gives each number once: % is refused', TG_OP
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoice_series_rises';
        END IF;
        RETURN NEW;
      END
      $$;
      CREATE TRIGGER invoice_series_rises BEFORE UPDATE OR DELETE ON invoice_series
        FOR EACH ROW EXECUTE FUNCTION daybook_series_rises();
      CREATE OR REPLACE FUNCTION daybook_keep_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
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
          OR (NEW.paid_minor < OLD.paid_minor AND (OLD.status NOT IN ('OPEN', 'UNCOLLECTIBLE') OR NEW.paid_minor <>
            (SELECT coalesce(sum(p.amount_minor), 0) FROM payment p
              WHERE p.account_id = OLD.account_id AND p.invoice_id = OLD.id)
            - (SELECT coalesce(sum(r.amount_minor), 0) FROM payment_return r
                WHERE r.account_id = OLD.account_id AND r.invoice_id = OLD.id AND NOT r.from_unapplied)))
        THEN
          RAISE EXCEPTION 'an invoice keeps its figures: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
      END
      $$;`)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
