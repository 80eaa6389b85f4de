import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What the reference from an event to its account holds, looked at once a statement, as of the ledger's rows: a sweep writes a thousand
 * events at once, and to look for the account of each took a quarter of its time. docs/adr/0054
 */
export class CheckAccountsOfEventsByStatement1764860000000 implements MigrationInterface {
  name = 'CheckAccountsOfEventsByStatement1764860000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Accounts can't be deleted either, so that only an insert could break it.
      CREATE TRIGGER account_keeps_its_id BEFORE UPDATE OF id ON account
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();

      CREATE FUNCTION daybook_event_has_account() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (
          SELECT FROM (SELECT DISTINCT account_id FROM inserted) n
          WHERE NOT EXISTS (SELECT FROM account a WHERE a.id = n.account_id)
        ) THEN
          RAISE EXCEPTION 'an event names an account that is not there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'event_has_account';
        END IF;
        RETURN NULL;
      END
      $$;
      CREATE TRIGGER event_has_account AFTER INSERT ON event
        REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION daybook_event_has_account();
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
