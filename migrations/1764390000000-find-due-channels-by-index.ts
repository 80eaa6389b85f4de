import type { MigrationInterface, QueryRunner } from 'typeorm'

const DUE_OF_ACCOUNT =
  /SELECT due\.id FROM account a CROSS JOIN LATERAL \(\s*SELECT c\.id, c\.due_at[^]*?c\.due_at <= (daybook_account_now\([^)]*\))[^]*?ORDER BY 2/

/**
 * Opening a book finds the account's due channels by an index of its own, whatever the account holds. Before, it read all
 * channels of the account: the instant was asked for anew with each row, which no index can do. Only that part of
 * `daybook_open_books` changes, so its text is taken as it stands.
 */
export class FindDueChannelsByIndex1764390000000 implements MigrationInterface {
  name = 'FindDueChannelsByIndex1764390000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX channel_due_in_sandbox;
      CREATE INDEX channel_due_of_account ON channel (account_id, due_at) WHERE due_at IS NOT NULL`)
    const [row] = (await runner.query(`SELECT pg_get_functiondef('daybook_open_books'::regproc) AS definition`)) as {
      definition: string
    }[]
    const definition = row?.definition ?? ''
    const found = DUE_OF_ACCOUNT.exec(definition)
    const [part = '', instant = ''] = found ?? []
    if (found === null)
      throw new Error('daybook_open_books finds due channels in another way than this migration knows')
    const byIndex = part
      .replace('FROM account a CROSS', `FROM account a CROSS JOIN LATERAL (SELECT ${instant} AS now) AS i CROSS`)
      .replaceAll(`c.due_at <= ${instant}`, 'c.due_at <= i.now')
    await runner.query(definition.replace(part, () => byIndex))
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
