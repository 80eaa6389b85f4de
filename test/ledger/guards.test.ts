import { openDatabase, type Database } from '../../src/database'
import { GuardsWatch, readOpenGuards } from '../../src/ledger/watch-guards'
import { Scrape, scrape } from '../operation/scrape'
import { createTestDatabase } from '../support/database'
import { onDatabase } from '../support/desk'
import { startTestGateway } from '../support/gateway'

const silent = { error: () => undefined, warn: () => undefined, info: () => undefined }

async function withGuards(work: (url: string, database: Database) => Promise<void>): Promise<void> {
  const made = await createTestDatabase()
  const database = await openDatabase(made.url, 2)
  try {
    await work(made.url, database)
  } finally {
    await database.close()
    await made.drop()
  }
}

describe('L12: the guards of the ledger', () => {
  it('are all there after the migrations, and no trigger that refuses is left out', () =>
    withGuards(async (url, database) => {
      expect(await readOpenGuards(database)).toEqual([])
      const refusing = await onDatabase<{ name: string; relation: string }>(
        url,
        `SELECT t.tgname AS name, t.tgrelid::regclass::text AS relation
         FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND p.prosrc LIKE '%RAISE EXCEPTION%'
           AND p.pronamespace = 'public'::regnamespace ORDER BY relation, name`,
      )
      expect(refusing.length).toBeGreaterThan(20)
      for (const { name, relation } of refusing) {
        await onDatabase(url, `ALTER TABLE ${relation} DISABLE TRIGGER ${name}`)
        expect(await readOpenGuards(database)).toEqual([`${relation} ${name}`])
        await onDatabase(url, `ALTER TABLE ${relation} ENABLE TRIGGER ${name}`)
      }
    }))

  it.each([
    ['account account_within_credit_limit', 'ALTER TABLE account DROP CONSTRAINT account_within_credit_limit'],
    [
      'account account_books_sum_to_zero',
      `ALTER TABLE account DROP CONSTRAINT account_books_sum_to_zero,
       ADD CONSTRAINT account_books_sum_to_zero CHECK (issued + available + allocated + used = 0) NOT VALID`,
    ],
    [
      'ledger_transaction ledger_transaction_pkey',
      'ALTER TABLE ledger_transaction DROP CONSTRAINT ledger_transaction_pkey',
    ],
    ['event event_append_only', 'DROP TRIGGER event_append_only ON event'],
    [
      'account_due account_due_account',
      `DO $$ DECLARE name text; BEGIN
         FOR name IN SELECT tgname FROM pg_trigger WHERE tgrelid = 'account_due'::regclass AND tgisinternal LOOP
           EXECUTE format('ALTER TABLE account_due DISABLE TRIGGER %I', name);
         END LOOP;
       END $$`,
    ],
    ['session_replication_role', `SET session_replication_role = replica`],
  ])('are found open: %s', (guard, breaks) =>
    withGuards(async (_, database) => {
      // On the session that looks, for what is set by session.
      await database.inTransaction(async (tx) => {
        await tx.manager.query(breaks)
        expect(await readOpenGuards({ dataSource: database.dataSource, sql: tx })).toEqual([guard])
      })
    }),
  )

  it('raise an alarm while one is open, twice a minute, and the log tells of it once', () =>
    withGuards(async (url, database) => {
      const lines: string[] = []
      const log = { ...silent, error: (facts: object) => void lines.push(JSON.stringify(facts)) }
      const watch = new GuardsWatch(database, log as never)
      expect(watch.openCount).toBeNull()
      await watch.look()
      expect(watch.openCount).toBe(0)
      await onDatabase(url, 'ALTER TABLE ledger_transaction DISABLE TRIGGER ledger_transaction_append_only')
      await watch.look()
      await watch.look()
      expect(watch.openCount).toBe(1)
      expect(lines).toEqual([JSON.stringify({ guards: ['ledger_transaction ledger_transaction_append_only'] })])
      await onDatabase(url, 'ALTER TABLE ledger_transaction ENABLE TRIGGER ledger_transaction_append_only')
      await watch.look()
      expect(watch.openCount).toBe(0)
    }))

  it('are looked at as a gateway starts, which shows how many are open', async () => {
    const gateway = await startTestGateway()
    const openOf = (now: Scrape) => [now.has('daybook_ledger_guards_open'), now.value('daybook_ledger_guards_open')]
    expect(openOf(await scrape(gateway.url))).toEqual([true, 0])
    await gateway.sql('ALTER TABLE account DROP CONSTRAINT account_within_credit_limit')
    await gateway.restart()
    expect(openOf(await scrape(gateway.url))).toEqual([true, 1])
    await gateway.stop()
  })
})
