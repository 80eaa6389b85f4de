import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import type { MigrationInterface, QueryRunner } from 'typeorm'
import { ConfigError } from '../../src/config'
import { openDatabase } from '../../src/database'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { migrate } from '../../src/migrate'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database'
import { onDatabase } from '../support/desk'
import { OLDER, OlderVersion, UPSERTS } from './older-version'

const MIGRATIONS = join(__dirname, '..', '..', 'migrations')
const known = readdirSync(MIGRATIONS).sort()
const untilOlder = known.filter((name) => name.slice(0, 13) <= OLDER.slice(0, 13)).map((name) => join(MIGRATIONS, name))

const forward = () => Promise.reject(new Error('forward only'))

/** What the law allows, on tables that everybody uses: as a later version may bring it. */
class WidenTables1799000000000 implements MigrationInterface {
  name = 'WidenTables1799000000000'
  down = forward
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE channel
        ADD COLUMN later_region text,
        ADD COLUMN later_weight integer NOT NULL DEFAULT 1,
        ADD CONSTRAINT channel_later_weight CHECK (later_weight > 0) NOT VALID;
      ALTER TABLE account ADD COLUMN later_note text`)
  }
}

class BuildKeys1799000100000 implements MigrationInterface {
  name = 'BuildKeys1799000100000'
  transaction = false as const
  down = forward
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS later_key ON idempotency_key (digest, scope)')
    await runner.query('CREATE INDEX CONCURRENTLY IF NOT EXISTS later_region ON channel (later_region, account_id)')
    await runner.query(`UPDATE channel SET later_region = 'x'
      WHERE id IN (SELECT id FROM channel WHERE later_region IS NULL ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED)`)
    await runner.query('ALTER TABLE channel VALIDATE CONSTRAINT channel_later_weight')
  }
}

class SwapKeys1799000200000 implements MigrationInterface {
  name = 'SwapKeys1799000200000'
  down = forward
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE idempotency_key DROP CONSTRAINT idempotency_key_pkey,
      ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY USING INDEX later_key`)
  }
}

const LATER = [WidenTables1799000000000, BuildKeys1799000100000, SwapKeys1799000200000]

const made: TestDatabase[] = []
afterAll(() => Promise.all(made.map((database) => database.drop())))

async function databaseBy(making: Promise<TestDatabase>): Promise<string> {
  const database = await making
  made.push(database)
  return database.url
}

interface Routine {
  name: string
  takes: string[]
  least: number
  answers: string
}

interface Catalogue {
  columns: Record<string, { type: string; needed: boolean }>
  routines: Routine[]
  keys: Set<string>
}

/** What statements can name. */
async function catalogueOf(url: string): Promise<Catalogue> {
  const columns = await onDatabase<{ name: string; type: string; needed: boolean }>(
    url,
    `SELECT a.attrelid::regclass || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
            a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS needed
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'v', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname IN ('public', 'limits')`,
  )
  const routines = await onDatabase<Routine>(
    url,
    `SELECT p.oid::regproc::text AS name, p.pronargs - p.pronargdefaults AS least, pg_get_function_result(p.oid) AS answers,
            (SELECT coalesce(array_agg(format_type(t, NULL) ORDER BY at), '{}')
             FROM unnest(p.proargtypes) WITH ORDINALITY AS one (t, at)) AS takes
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname IN ('public', 'limits') AND p.prorettype <> 'trigger'::regtype`,
  )
  const keys = await onDatabase<{ key: string }>(
    url,
    `SELECT i.indrelid::regclass || ' (' || string_agg(a.attname, ', ' ORDER BY a.attname) || ')' AS key
     FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
     WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL GROUP BY i.indexrelid, i.indrelid`,
  )
  return {
    columns: Object.fromEntries(columns.map(({ name, ...column }) => [name, column])),
    routines,
    keys: new Set(keys.map(({ key }) => key)),
  }
}

describe('L13: gateways of an older version', () => {
  const ran: string[] = []
  let failures: readonly unknown[]
  let audit: unknown
  let before: Catalogue
  let after: Catalogue

  beforeAll(async () => {
    const url = await databaseBy(createEmptyDatabase())
    await migrate(url, { migrations: untilOlder })
    before = await catalogueOf(url)
    // Its statements fail where they wait for longer than sessions of gateways do.
    const database = await openDatabase(url, 8)
    const older = new OlderVersion(database)
    const onRun = (name: string) => void ran.push(name)
    try {
      await older.start(4, 2)
      await older.makeProgress(20)
      await migrate(url, { onRun })
      after = await catalogueOf(url)
      await older.makeProgress(20)
      await migrate(url, { onRun, migrations: [join(MIGRATIONS, '*.ts'), ...LATER] })
      await older.makeProgress(20)
      await older.stop()
      failures = older.failures
      audit = await auditLedger(database, null)
    } finally {
      await older.stop()
      await database.close()
    }
  })

  it('write and read on while the schema is brought up to date under them', () => {
    expect(ran.slice(0, -LATER.length)).toHaveLength(known.length - untilOlder.length)
    expect(ran.slice(-LATER.length)).toEqual(LATER.map(({ name }) => name))
    expect(failures).toEqual([])
    expect(audit).toMatchObject({ ok: true, accountsChecked: 4, violations: [] })
  })

  it('find all that their statements name, and have nothing more to fill in', () => {
    const types = ({ columns }: Catalogue) => Object.entries(columns).map(([name, { type }]) => [name, type])
    expect(types(after)).toEqual(expect.arrayContaining(types(before)))
    const tableOf = (column: string) => column.slice(0, column.lastIndexOf('.'))
    const tables = new Set(Object.keys(before.columns).map(tableOf))
    const needed = ({ columns }: Catalogue) =>
      Object.keys(columns).filter((name) => columns[name]?.needed === true && tables.has(tableOf(name)))
    expect(needed(before)).toEqual(expect.arrayContaining(needed(after)))
    const isThere = ({ name, takes, answers }: Routine) =>
      after.routines.some(
        (one) =>
          one.name === name &&
          one.answers === answers &&
          one.least <= takes.length &&
          String(one.takes.slice(0, takes.length)) === String(takes),
      )
    expect(before.routines.filter((routine) => !isThere(routine))).toEqual([])
    const keyOf = (table: string, columns: string) => `${table} (${columns.split(', ').sort().join(', ')})`
    for (const { keys } of [before, after]) {
      expect(UPSERTS.filter(([table, columns]) => !keys.has(keyOf(table, columns)))).toEqual([])
    }
  })
})

describe('L13: a migration whose lock somebody holds', () => {
  let url: string
  let holder: Client
  beforeEach(async () => {
    url = await databaseBy(createTestDatabase())
    holder = new Client(url)
    await holder.connect()
    await holder.query('BEGIN')
    await holder.query('SELECT count(*) FROM channel')
  })
  afterEach(() => holder.end())
  const WIDENED = [join(MIGRATIONS, '*.ts'), WidenTables1799000000000]

  it('steps aside for who came after it, tries again, and runs once the lock is free', async () => {
    const tries: string[] = []
    let migrated = Promise.resolve()
    await new Promise<void>((resolve) => {
      const onRetry = (name: string) => {
        if (tries.push(name) === 2) resolve()
      }
      migrated = migrate(url, { migrations: WIDENED, lockWaitMs: 100, onRetry })
    })
    // The holder reads on all the while: were the migration still in the queue, nobody else could.
    await onDatabase(url, 'SELECT count(*) FROM channel')
    await holder.query('COMMIT')
    await migrated
    expect(new Set(tries)).toEqual(new Set([WidenTables1799000000000.name]))
    const [row] = await onDatabase<{ count: number }>(url, 'SELECT count(later_weight)::integer AS count FROM channel')
    expect(row).toEqual({ count: 0 })
  }, 30_000)

  it('is given up in the end with a word on what to do, and nothing of it is there', async () => {
    const given = migrate(url, { migrations: WIDENED, lockWaitMs: 20, patienceMs: 0 })
    await expect(given).rejects.toThrow(ConfigError)
    await expect(given).rejects.toThrow(
      /^The migration WidenTables1799000000000 can't have its lock: .*pg_stat_activity/,
    )
    await holder.query('COMMIT')
    const left = await onDatabase(
      url,
      `SELECT attname FROM pg_attribute WHERE attname LIKE 'later%' UNION ALL SELECT name FROM migration WHERE name LIKE 'Widen%'`,
    )
    expect(left).toEqual([])
  })
})

describe('L13: two gateways that start at once', () => {
  class BuildIndex1799000000000 implements MigrationInterface {
    name = 'BuildIndex1799000000000'
    transaction = false as const
    down = forward
    async up(runner: QueryRunner): Promise<void> {
      await runner.query('CREATE INDEX CONCURRENTLY IF NOT EXISTS later_name ON channel (name, account_id)')
    }
  }
  const migrations = [join(MIGRATIONS, '*.ts'), BuildIndex1799000000000]

  it('don’t wait for each other where an index is built concurrently', async () => {
    const url = await databaseBy(createTestDatabase())
    const ran: string[] = []
    const start = () => migrate(url, { migrations, onRun: (name) => void ran.push(name) })
    await Promise.all([start(), start(), start()])
    expect(ran).toEqual([BuildIndex1799000000000.name])
  }, 30_000)

  it('build an index anew that was left half built', async () => {
    const url = await databaseBy(createTestDatabase())
    await onDatabase(url, 'CREATE INDEX later_name ON channel (name)')
    await onDatabase(url, `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'later_name'::regclass`)
    await migrate(url, { migrations })
    const rows = await onDatabase(
      url,
      `SELECT indisvalid, indnatts::integer FROM pg_index WHERE indexrelid = 'later_name'::regclass`,
    )
    expect(rows).toEqual([{ indisvalid: true, indnatts: 2 }])
  })
})
