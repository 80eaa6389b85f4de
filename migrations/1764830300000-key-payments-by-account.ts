import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Payments, and what goes back of them, are keyed by account; so are the references to a payment, which went by its id alone. The
 * triggers between these tables name the account too.
 *
 * A reference that names no columns goes by the primary key.
 */
export class KeyPaymentsByAccount1764830300000 implements MigrationInterface {
  name = 'KeyPaymentsByAccount1764830300000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payment_return DROP CONSTRAINT payment_return_payment;
      ALTER TABLE refund DROP CONSTRAINT refund_payment;
      ALTER TABLE chargeback DROP CONSTRAINT chargeback_payment;
      ALTER TABLE payment
        DROP CONSTRAINT payment_pkey,
        ADD CONSTRAINT payment_pkey PRIMARY KEY USING INDEX payment_pkey_next;
      ALTER TABLE payment
        DROP CONSTRAINT payment_of_provider_once,
        ADD CONSTRAINT payment_of_provider_once UNIQUE USING INDEX payment_of_provider_once_next;
      ALTER TABLE payment
        DROP CONSTRAINT payment_own_invoice,
        ADD CONSTRAINT payment_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice NOT VALID;
      ALTER TABLE payment_return
        DROP CONSTRAINT payment_return_pkey,
        ADD CONSTRAINT payment_return_pkey PRIMARY KEY USING INDEX payment_return_pkey_next;
      ALTER TABLE payment_return
        DROP CONSTRAINT payment_return_own_invoice,
        ADD CONSTRAINT payment_return_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice NOT VALID;
      ALTER TABLE payment_return ADD CONSTRAINT payment_return_payment
        FOREIGN KEY (account_id, payment_id) REFERENCES payment NOT VALID;
      ALTER TABLE credit_note
        DROP CONSTRAINT credit_note_pkey,
        ADD CONSTRAINT credit_note_pkey PRIMARY KEY USING INDEX credit_note_pkey_next;
      ALTER TABLE credit_note
        DROP CONSTRAINT credit_note_number_unique,
        ADD CONSTRAINT credit_note_number_unique UNIQUE USING INDEX credit_note_number_unique_next;
      ALTER TABLE credit_note
        DROP CONSTRAINT credit_note_movement_unique,
        ADD CONSTRAINT credit_note_movement_unique UNIQUE USING INDEX credit_note_movement_unique_next;
      ALTER TABLE credit_note
        DROP CONSTRAINT credit_note_own_invoice,
        ADD CONSTRAINT credit_note_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice NOT VALID;
      ALTER TABLE refund
        DROP CONSTRAINT refund_pkey,
        ADD CONSTRAINT refund_pkey PRIMARY KEY USING INDEX refund_pkey_next;
      DROP INDEX refund_provider_unique;
      ALTER INDEX refund_provider_unique_next RENAME TO refund_provider_unique;
      DROP INDEX refund_call_unique;
      ALTER INDEX refund_call_unique_next RENAME TO refund_call_unique;
      ALTER TABLE refund
        DROP CONSTRAINT refund_own_invoice,
        ADD CONSTRAINT refund_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice NOT VALID;
      ALTER TABLE refund ADD CONSTRAINT refund_payment
        FOREIGN KEY (account_id, payment_id) REFERENCES payment NOT VALID;
      ALTER TABLE refund
        DROP CONSTRAINT refund_own_credit_note,
        ADD CONSTRAINT refund_own_credit_note FOREIGN KEY (account_id, credit_note_id) REFERENCES credit_note NOT VALID;
      ALTER TABLE refund
        DROP CONSTRAINT refund_own_payment_return,
        ADD CONSTRAINT refund_own_payment_return FOREIGN KEY (account_id, payment_return_id) REFERENCES payment_return NOT VALID;
      ALTER TABLE chargeback
        DROP CONSTRAINT chargeback_pkey,
        ADD CONSTRAINT chargeback_pkey PRIMARY KEY USING INDEX chargeback_pkey_next;
      ALTER TABLE chargeback
        DROP CONSTRAINT chargeback_provider_unique,
        ADD CONSTRAINT chargeback_provider_unique UNIQUE USING INDEX chargeback_provider_unique_next;
      ALTER TABLE chargeback
        DROP CONSTRAINT chargeback_own_invoice,
        ADD CONSTRAINT chargeback_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice NOT VALID;
      ALTER TABLE chargeback ADD CONSTRAINT chargeback_payment
        FOREIGN KEY (account_id, payment_id) REFERENCES payment NOT VALID;
      ALTER TABLE credit_note DROP CONSTRAINT credit_note_of_account;
      ALTER TABLE payment_return DROP CONSTRAINT payment_return_of_account;
      CREATE OR REPLACE FUNCTION daybook_return_within_payment() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (
          SELECT FROM payment p
          WHERE p.id = NEW.payment_id AND p.account_id = NEW.account_id AND p.invoice_id = NEW.invoice_id
            AND p.currency = NEW.currency
            AND CASE WHEN NEW.from_unapplied THEN p.unapplied_minor ELSE p.amount_minor END >= (
              SELECT sum(r.amount_minor) FROM payment_return r
              WHERE r.account_id = p.account_id AND r.payment_id = p.id AND r.from_unapplied = NEW.from_unapplied
            )
        ) THEN
          RAISE EXCEPTION 'more of a payment is returned than came'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_return_within_payment';
        END IF;
        RETURN NULL;
      END
      $$;
      CREATE OR REPLACE FUNCTION daybook_credit_within_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (
          SELECT FROM invoice i
          CROSS JOIN LATERAL (
            SELECT sum(c.days) AS days, sum(c.total_minor) AS total_minor
            FROM credit_note c WHERE c.account_id = i.account_id AND c.invoice_id = i.id
          ) AS credited
          WHERE i.account_id = NEW.account_id AND i.id = NEW.invoice_id
            AND (i.status <> 'PAID' OR credited.days > i.days OR credited.total_minor > i.total_minor
                 OR NEW.currency <> i.currency)
        ) THEN
          RAISE EXCEPTION 'credit notes exceed their invoice'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_note_within_invoice';
        END IF;
        RETURN NULL;
      END
      $$;
      CREATE OR REPLACE FUNCTION daybook_refund_within_due() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (
          SELECT sum(r.amount_minor) FROM refund r
          WHERE r.account_id = NEW.account_id AND r.status <> 'FAILED' AND r.credit_note_id = NEW.credit_note_id
        ) > (SELECT total_minor FROM credit_note WHERE account_id = NEW.account_id AND id = NEW.credit_note_id)
        OR (
          SELECT sum(r.amount_minor) FROM refund r
          WHERE r.account_id = NEW.account_id AND r.status <> 'FAILED' AND r.payment_return_id = NEW.payment_return_id
        ) > (SELECT amount_minor FROM payment_return WHERE account_id = NEW.account_id AND id = NEW.payment_return_id)
        THEN
          RAISE EXCEPTION 'more is refunded than was to go back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_within_due';
        END IF;
        RETURN NULL;
      END
      $$;`)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
