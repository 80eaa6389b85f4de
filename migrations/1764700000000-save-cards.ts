import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Saved cards, charges of them for top-ups, and the way back for money that was not outstanding. */
export class SaveCards1764700000000 implements MigrationInterface {
  name = 'SaveCards1764700000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE saved_card (
        account_id text COLLATE "C" NOT NULL CONSTRAINT saved_card_account REFERENCES account (id),
        provider text NOT NULL,
        card_id text COLLATE "C" NOT NULL,
        brand text NOT NULL,
        last_four text NOT NULL,
        expiry_month integer NOT NULL,
        expiry_year integer NOT NULL,
        saved_at timestamptz(3) NOT NULL,
        CONSTRAINT saved_card_pkey PRIMARY KEY (account_id),
        CONSTRAINT saved_card_of_provider UNIQUE (provider, card_id),
        -- Four digits, and never the number.
        CONSTRAINT saved_card_last_four CHECK (last_four ~ '^[0-9]{4}$'),
        CONSTRAINT saved_card_expiry CHECK (expiry_month BETWEEN 1 AND 12 AND expiry_year BETWEEN 2000 AND 9999)
      );

      ALTER TABLE provider_call
        DROP CONSTRAINT provider_call_kind_known,
        ADD CONSTRAINT provider_call_kind_known CHECK (
          kind IN (
            'SUBSCRIBE', 'CHANGE_PLAN', 'CANCEL_AT_PERIOD_END', 'RESUME', 'CANCEL_NOW', 'PAY_INVOICE', 'EXPIRE_CHECKOUT',
            'REFUND', 'UPDATE_CUSTOMER', 'SAVE_CARD', 'REMOVE_CARD', 'CHARGE_CARD'
          )
        ),
        DROP CONSTRAINT provider_call_of_an_invoice,
        ADD CONSTRAINT provider_call_of_an_invoice CHECK (
          (kind IN ('PAY_INVOICE', 'EXPIRE_CHECKOUT', 'CHARGE_CARD')) = (invoice_id IS NOT NULL)
        ),
        DROP CONSTRAINT provider_call_checkout_of_invoice,
        ADD CONSTRAINT provider_call_checkout_of_money CHECK (
          (kind IN ('PAY_INVOICE', 'SAVE_CARD', 'CHARGE_CARD')) = (checkout IS NOT NULL)
        );
      -- An invoice has its card charged by one intent.
      CREATE UNIQUE INDEX provider_call_one_charge ON provider_call (invoice_id) WHERE kind = 'CHARGE_CARD';

      ALTER TABLE provider_event
        DROP CONSTRAINT provider_event_object_kind_known,
        ADD CONSTRAINT provider_event_object_kind_known CHECK (
          object_kind IN ('CHECKOUT', 'SUBSCRIPTION', 'PAYMENT', 'REFUND', 'DISPUTE', 'CUSTOMER', 'CARD', 'CHARGE')
        );

      ALTER TABLE payment_return ADD COLUMN from_unapplied boolean NOT NULL DEFAULT false;
      CREATE OR REPLACE FUNCTION daybook_return_within_payment() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (
          SELECT FROM payment p
          WHERE p.id = NEW.payment_id AND p.account_id = NEW.account_id AND p.invoice_id = NEW.invoice_id
            AND p.currency = NEW.currency
            AND CASE WHEN NEW.from_unapplied THEN p.unapplied_minor ELSE p.amount_minor END >= (
              SELECT sum(r.amount_minor) FROM payment_return r
              WHERE r.payment_id = p.id AND r.from_unapplied = NEW.from_unapplied
            )
        ) THEN
          RAISE EXCEPTION 'more of a payment is returned than came'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_return_within_payment';
        END IF;
        RETURN NULL;
      END
      $$;

      CREATE TABLE sandbox_card (
        id text COLLATE "C" NOT NULL,
        customer_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_card_customer REFERENCES sandbox_customer (id),
        outcome text NOT NULL,
        ending text NOT NULL,
        expiry_month integer NOT NULL,
        expiry_year integer NOT NULL,
        detached_at timestamptz(3),
        CONSTRAINT sandbox_card_pkey PRIMARY KEY (id),
        CONSTRAINT sandbox_card_outcome_known CHECK (outcome IN ('PAYS', 'DECLINED', 'ASKS', 'DISPUTED'))
      );

      ALTER TABLE sandbox_checkout
        ADD COLUMN intent text COLLATE "C",
        ADD COLUMN card_id text COLLATE "C" CONSTRAINT sandbox_checkout_card REFERENCES sandbox_card (id),
        DROP CONSTRAINT sandbox_checkout_one_purpose,
        ADD CONSTRAINT sandbox_checkout_one_purpose CHECK (
          (channel_id IS NULL) = (price_id IS NULL) AND num_nonnulls(channel_id, invoice_id, intent) = 1
        );

      CREATE TABLE sandbox_charge (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_charge_account REFERENCES account (id),
        customer_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_charge_customer REFERENCES sandbox_customer (id),
        card_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_charge_card REFERENCES sandbox_card (id),
        invoice_id text COLLATE "C" NOT NULL,
        intent text COLLATE "C" NOT NULL,
        status text NOT NULL,
        CONSTRAINT sandbox_charge_pkey PRIMARY KEY (id),
        CONSTRAINT sandbox_charge_status_known CHECK (status IN ('SUCCEEDED', 'DECLINED', 'NEEDS_AUTHENTICATION'))
      );
      CREATE UNIQUE INDEX sandbox_charge_of_intent ON sandbox_charge (intent);

      ALTER TABLE sandbox_event
        DROP CONSTRAINT sandbox_event_object_known,
        ADD CONSTRAINT sandbox_event_object_known CHECK (
          object_kind IN ('CHECKOUT', 'SUBSCRIPTION', 'PAYMENT', 'REFUND', 'DISPUTE', 'CUSTOMER', 'CARD', 'CHARGE')
        );
    `)
    // What was never applied to an invoice is not paid of it, and its way back takes nothing from what is.
    await replaceIn(
      runner,
      'daybook_keep_invoice',
      /FROM payment_return r WHERE r\.invoice_id = OLD\.id/,
      'FROM payment_return r WHERE r.invoice_id = OLD.id AND NOT r.from_unapplied',
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
