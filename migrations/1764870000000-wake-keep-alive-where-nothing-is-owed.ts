import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Nothing is allocated while days are owed, so that a run which waits for days is not due again before: it would be at once, and for
 * ever. The trigger is older than owed days are.
 */
export class WakeKeepAliveWhereNothingIsOwed1764870000000 implements MigrationInterface {
  name = 'WakeKeepAliveWhereNothingIsOwed1764870000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE TRIGGER account_wakes_keep_alive BEFORE UPDATE ON account FOR EACH ROW
        WHEN (
          NEW.keep_alive_waits AND NEW.status = 'ACTIVE' AND NEW.available > -NEW.credit_limit AND NEW.owed = 0
          AND (NEW.overdue_from IS NULL OR NEW.overdue_from >= NEW.changed_at)
        )
        EXECUTE FUNCTION daybook_wake_keep_alive();
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
