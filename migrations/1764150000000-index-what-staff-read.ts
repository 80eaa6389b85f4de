import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What staff read over all accounts must not scan whole tables: payments of an invoice, overdue invoices. */
export class IndexWhatStaffRead1764150000000 implements MigrationInterface {
  name = 'IndexWhatStaffRead1764150000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX payment_invoice;
      CREATE INDEX payment_of_invoice ON payment (invoice_id, account_id);
      CREATE INDEX invoice_due ON invoice (due_at) WHERE status = 'OPEN';
      CREATE INDEX invoice_by_status ON invoice (account_id, status, id);
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
