import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What the law wants on an invoice: the provider's profile, the accounts' billing details, and a copy of both on each invoice,
 * made as it opens. And what of it the payment provider is told.
 */
export class AddParticulars1764560000000 implements MigrationInterface {
  name = 'AddParticulars1764560000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE provider_profile (
        version integer CONSTRAINT provider_profile_pkey PRIMARY KEY,
        legal_name text NOT NULL,
        address jsonb NOT NULL,
        tax_id jsonb,
        email text,
        bank_account jsonb,
        footer text,
        series text NOT NULL,
        sandbox_series text NOT NULL,
        sample boolean NOT NULL DEFAULT false,
        actor text NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT provider_profile_series_apart CHECK (series <> sandbox_series)
      );
      CREATE TRIGGER provider_profile_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON provider_profile
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();

      CREATE TABLE billing_details (
        account_id text COLLATE "C" CONSTRAINT billing_details_pkey PRIMARY KEY
          CONSTRAINT billing_details_account REFERENCES account (id),
        legal_name text,
        address jsonb,
        email text,
        purchase_order text,
        tax_ids jsonb NOT NULL DEFAULT '[]',
        changed_at timestamptz(3) NOT NULL
      );

      ALTER TABLE invoice
        ADD COLUMN particulars jsonb,
        ADD CONSTRAINT invoice_particulars_of_opened CHECK (particulars IS NULL OR number IS NOT NULL);
      -- They are written as it opens, or never: what was opened before there were any stays without.
      CREATE FUNCTION daybook_keep_invoice_particulars() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF OLD.particulars IS DISTINCT FROM NEW.particulars AND OLD.number IS NOT NULL THEN
          RAISE EXCEPTION 'an invoice keeps its particulars: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
      END
      $$;
      CREATE TRIGGER invoice_particulars_kept BEFORE UPDATE ON invoice
        FOR EACH ROW EXECUTE FUNCTION daybook_keep_invoice_particulars();

      ALTER TABLE sandbox_customer
        ADD COLUMN address jsonb,
        ADD COLUMN tax_ids jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN reverse_charge boolean NOT NULL DEFAULT false`)
    await alsoKnow(runner, 'provider_call', 'provider_call_kind_known', 'UPDATE_CUSTOMER')
    await alsoKnow(runner, 'provider_event', 'provider_event_object_kind_known', 'CUSTOMER')
    await alsoKnow(runner, 'sandbox_event', 'sandbox_event_object_known', 'CUSTOMER')
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}

/** Adds a word to those that a check lists, whatever others have been added to it. */
async function alsoKnow(runner: QueryRunner, table: string, check: string, word: string): Promise<void> {
  const [row] = (await runner.query(
    `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = '${check}'`,
  )) as { definition: string }[]
  const definition = row?.definition ?? ''
  if (definition.split('ARRAY[').length !== 2) throw new Error(`${check} is not as this migration knows it`)
  const wider = definition.replace('ARRAY[', `ARRAY['${word}'::text, `)
  await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${check}, ADD CONSTRAINT ${check} ${wider}`)
}
