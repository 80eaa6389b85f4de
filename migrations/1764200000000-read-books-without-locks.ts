import type { MigrationInterface, QueryRunner } from 'typeorm'

const LOCK = 'PERFORM 1 FROM account WHERE id = ANY (p_accounts) ORDER BY id FOR NO KEY UPDATE;'

/**
 * A read-only transaction opens books without locking: previews must neither wait for a verb nor make one wait. Only the
 * lock of `daybook_open_books` changes, so its text is taken as it stands.
 */
export class ReadBooksWithoutLocks1764200000000 implements MigrationInterface {
  name = 'ReadBooksWithoutLocks1764200000000'

  async up(runner: QueryRunner): Promise<void> {
    const [row] = (await runner.query(`SELECT pg_get_functiondef('daybook_open_books'::regproc) AS definition`)) as {
      definition: string
    }[]
    const parts = (row?.definition ?? '').split(LOCK)
    if (parts.length !== 2) throw new Error('daybook_open_books locks in another way than this migration knows')
    await runner.query(
      parts.join(`
        -- What is read only needs no lock: Postgres itself refuses to write it, or to lock it.
        IF current_setting('transaction_read_only') = 'off' THEN
          ${LOCK}
        END IF;`),
    )
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
