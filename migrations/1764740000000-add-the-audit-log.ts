import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Who did what to which object, from where, and what it changed. */
export class AddTheAuditLog1764740000000 implements MigrationInterface {
  name = 'AddTheAuditLog1764740000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_entry (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C",
        occurred_at timestamptz(3) NOT NULL DEFAULT daybook_now(),
        actor text COLLATE "C" NOT NULL,
        role text NOT NULL,
        action text NOT NULL,
        subject_kind text NOT NULL,
        subject_id text COLLATE "C",
        input jsonb NOT NULL,
        before jsonb,
        after jsonb,
        outcome text NOT NULL,
        code text,
        origin text NOT NULL,
        request_id text NOT NULL,
        ip text,
        user_agent text,
        CONSTRAINT audit_entry_pkey PRIMARY KEY (id),
        CONSTRAINT audit_entry_role_known CHECK (role IN ('PARTNER', 'STAFF')),
        CONSTRAINT audit_entry_origin_known CHECK (origin IN ('HTTP', 'SOCKET')),
        CONSTRAINT audit_entry_outcome_known CHECK (outcome IN ('DONE', 'REFUSED')),
        CONSTRAINT audit_entry_refused_with_code CHECK ((outcome = 'REFUSED') = (code IS NOT NULL))
      );
      ALTER TABLE audit_entry ADD CONSTRAINT audit_entry_account FOREIGN KEY (account_id) REFERENCES account (id);
      CREATE INDEX audit_entry_of_account ON audit_entry (account_id, occurred_at, id);
      CREATE INDEX audit_entry_by_time ON audit_entry (occurred_at, id);
      CREATE INDEX audit_entry_by_actor ON audit_entry (actor, occurred_at, id);
      CREATE INDEX audit_entry_about ON audit_entry (subject_id, occurred_at, id) WHERE subject_id IS NOT NULL;
      CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
