import type { MigrationInterface, QueryRunner } from 'typeorm'

/** The PDFs of invoices and credit notes, kept as they were drawn, and a list of those that are to be drawn next. */
export class KeepDocuments1764710000000 implements MigrationInterface {
  name = 'KeepDocuments1764710000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE document (
        account_id text COLLATE "C" NOT NULL,
        subject_id text COLLATE "C" NOT NULL,
        kind text NOT NULL,
        file_name text NOT NULL,
        sha256 bytea NOT NULL,
        bytes bytea NOT NULL,
        rendered_at timestamptz(3) NOT NULL DEFAULT daybook_now(),
        CONSTRAINT document_pkey PRIMARY KEY (account_id, subject_id, kind),
        CONSTRAINT document_account FOREIGN KEY (account_id) REFERENCES account (id),
        CONSTRAINT document_kind_known CHECK (kind IN ('INVOICE', 'INVOICE_PAID', 'INVOICE_VOID', 'CREDIT_NOTE')),
        CONSTRAINT document_bytes_bounded CHECK (octet_length(bytes) BETWEEN 1 AND 8388608),
        CONSTRAINT document_sha256_true CHECK (sha256 = sha256(bytes)),
        CONSTRAINT document_file_name_safe CHECK (file_name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$')
      );
      -- A PDF is packed already.
      ALTER TABLE document ALTER COLUMN bytes SET STORAGE EXTERNAL;
      CREATE TRIGGER document_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON document
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();

      CREATE TABLE document_wanted (
        account_id text COLLATE "C" NOT NULL,
        subject_id text COLLATE "C" NOT NULL,
        kind text NOT NULL,
        wanted_at timestamptz(3) NOT NULL DEFAULT daybook_now(),
        CONSTRAINT document_wanted_pkey PRIMARY KEY (account_id, subject_id, kind)
      );
      CREATE INDEX document_wanted_in_order ON document_wanted (wanted_at);

      -- A document is of an invoice, or a credit note, of its own account; an invoice that never opened has none.
      CREATE FUNCTION daybook_document_of_its_own() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (
          SELECT FROM invoice i
          WHERE NEW.kind <> 'CREDIT_NOTE' AND i.account_id = NEW.account_id AND i.id = NEW.subject_id
            AND i.number IS NOT NULL
            AND (NEW.kind = 'INVOICE' OR i.status = replace(NEW.kind, 'INVOICE_', ''))
          UNION ALL
          SELECT FROM credit_note c
          WHERE NEW.kind = 'CREDIT_NOTE' AND c.account_id = NEW.account_id AND c.id = NEW.subject_id
        ) THEN
          RAISE EXCEPTION 'a document of nothing that its account has'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'document_of_its_own';
        END IF;
        DELETE FROM document_wanted
        WHERE account_id = NEW.account_id AND subject_id = NEW.subject_id AND kind = NEW.kind;
        RETURN NULL;
      END
      $$;
      CREATE TRIGGER document_of_its_own AFTER INSERT ON document
        FOR EACH ROW EXECUTE FUNCTION daybook_document_of_its_own();

      -- Wanted with the opening itself, so that no crash between the two can lose it.
      CREATE FUNCTION daybook_want_document() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO document_wanted (account_id, subject_id, kind) VALUES (NEW.account_id, NEW.id, TG_ARGV[0]);
        RETURN NULL;
      END
      $$;
      CREATE TRIGGER invoice_document_wanted AFTER UPDATE OF number ON invoice
        FOR EACH ROW WHEN (OLD.number IS NULL AND NEW.number IS NOT NULL AND NEW.particulars IS NOT NULL)
        EXECUTE FUNCTION daybook_want_document('INVOICE');
      CREATE TRIGGER credit_note_document_wanted AFTER INSERT ON credit_note
        FOR EACH ROW EXECUTE FUNCTION daybook_want_document('CREDIT_NOTE');
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
