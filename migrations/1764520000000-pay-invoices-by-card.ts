import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Invoices that are paid by card: the secret in the address of an invoice's page, what the provider calls a payment and how
 * much of it is not applied, and the checkouts of an invoice among the calls to the provider.
 */
export class PayInvoicesByCard1764520000000 implements MigrationInterface {
  name = 'PayInvoicesByCard1764520000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Two UUIDs have 244 random bits, out of the generator that Postgres makes its own secrets with.
      CREATE FUNCTION daybook_random_token() RETURNS text LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
        SELECT replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')
      $$;
      -- The default is evaluated for each row that is there already.
      ALTER TABLE invoice ADD COLUMN payment_token text COLLATE "C" NOT NULL DEFAULT daybook_random_token();
      CREATE UNIQUE INDEX invoice_payment_token ON invoice (payment_token);

      ALTER TABLE payment
        ADD COLUMN unapplied_minor bigint NOT NULL DEFAULT 0,
        ADD COLUMN provider text,
        ADD COLUMN provider_payment_id text COLLATE "C",
        DROP CONSTRAINT payment_amount_positive,
        ADD CONSTRAINT payment_amount_positive CHECK (
          amount_minor >= 0 AND unapplied_minor >= 0 AND amount_minor + unapplied_minor > 0
        ),
        ADD CONSTRAINT payment_provider_whole CHECK ((provider IS NULL) = (provider_payment_id IS NULL)),
        ADD CONSTRAINT payment_of_provider_once UNIQUE (provider, provider_payment_id);
      CREATE INDEX payment_unapplied ON payment (id) WHERE unapplied_minor > 0;

      ALTER TABLE provider_call
        ADD COLUMN invoice_id text COLLATE "C",
        ADD COLUMN checkout text,
        DROP CONSTRAINT provider_call_kind_known,
        ADD CONSTRAINT provider_call_kind_known CHECK (
          kind IN (
            'SUBSCRIBE', 'CHANGE_PLAN', 'CANCEL_AT_PERIOD_END', 'RESUME', 'CANCEL_NOW', 'PAY_INVOICE', 'EXPIRE_CHECKOUT'
          )
        ),
        ADD CONSTRAINT provider_call_own_invoice FOREIGN KEY (account_id, invoice_id) REFERENCES invoice (account_id, id),
        ADD CONSTRAINT provider_call_of_an_invoice CHECK (
          (kind IN ('PAY_INVOICE', 'EXPIRE_CHECKOUT')) = (invoice_id IS NOT NULL)
        ),
        ADD CONSTRAINT provider_call_checkout_known CHECK (checkout IN ('OPEN', 'PENDING', 'CLOSED')),
        ADD CONSTRAINT provider_call_checkout_of_invoice CHECK ((kind = 'PAY_INVOICE') = (checkout IS NOT NULL));
      CREATE INDEX provider_call_of_invoice ON provider_call (account_id, invoice_id, id) WHERE invoice_id IS NOT NULL;
      CREATE INDEX provider_call_open_checkout ON provider_call (id) WHERE checkout IN ('OPEN', 'PENDING');
      CREATE INDEX provider_call_of_session ON provider_call ((answer ->> 'sessionId')) WHERE checkout IS NOT NULL`)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
