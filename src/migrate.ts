import { setTimeout as delay } from 'node:timers/promises'
import { DataSource, type DataSourceOptions, type Logger, type MigrationInterface, type QueryRunner } from 'typeorm'
import { ConfigError } from './config'
import { dataSourceOptions, type Database } from './database'
import { isLockBusy, isSerializationFailure } from './database-errors'

export interface MigrationOptions {
  /** Hears of each migration that ran here, with the time that it took. */
  onRun?: (name: string, tookMs: number) => void
  /** Hears that a migration gave up its place behind a lock, and will try again. */
  onRetry?: (name: string) => void
  /** Ends the run before the next migration, or the next attempt at one. */
  signal?: AbortSignal
  /** Left out: those of `migrations/`. */
  migrations?: DataSourceOptions['migrations']
  lockWaitMs?: number
  patienceMs?: number
}

/**
 * How long a migration stands in the queue for a lock. Whoever comes after it waits behind it, even to read; sessions of a
 * gateway give up after 15 s, and most transactions are over in a tenth of a second.
 */
const LOCK_WAIT_MS = 2_000

/** How long it is tried. Sessions of gateways end by their own limits long before; what is left is somebody else's. */
const PATIENCE_MS = 300_000

/** Between two attempts those who queued are served: from a tenth of a second, doubled each time, to five. */
const LEAST_PAUSE_MS = 100
const MOST_PAUSE_MS = 5_000

/** Between two looks at whether it is this process's turn. */
const TURN_MS = 100

/**
 * Brings the schema up to date. Safe to run from many processes at once: they wait for each other.
 *
 * A migration in a transaction locks what it changes, so it gives up its place in the queue after a while, undoes itself, and
 * is tried again. One with `transaction = false` stands in nobody's way (a test holds migrations to it), so it waits as long as it takes.
 *
 * Throws ConfigError where a lock could not be had in the end.
 */
export async function migrate(url: string, options: MigrationOptions = {}): Promise<void> {
  const { onRun, onRetry, signal, migrations, lockWaitMs = LOCK_WAIT_MS, patienceMs = PATIENCE_MS } = options
  const all = { ...dataSourceOptions(url, 2, {}), logger: SILENT }
  const dataSource = await new DataSource(migrations === undefined ? all : { ...all, migrations }).initialize()
  let tried = ''
  for (const migration of dataSource.migrations) {
    const up = migration.up.bind(migration)
    migration.up = async (runner) => {
      signal?.throwIfAborted()
      tried = nameOf(migration)
      const begunAt = performance.now()
      if (migration.transaction === false) {
        await runner.query('SET lock_timeout = 0')
        await dropHalfBuiltIndexes(runner)
      } else {
        await runner.query(`SET LOCAL lock_timeout = ${lockWaitMs}`)
      }
      await up(runner)
      onRun?.(tried, performance.now() - begunAt)
    }
  }
  const runner = dataSource.createQueryRunner()
  try {
    await takeTurn(runner, signal)
    const begunAt = performance.now()
    for (let pauseMs = LEAST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, MOST_PAUSE_MS)) {
      try {
        // What ran before one that fails stays.
        await dataSource.runMigrations({ transaction: 'each' })
        return
      } catch (error) {
        if (!isLockBusy(error) && !isSerializationFailure(error)) throw error
        if (performance.now() - begunAt > patienceMs) throw new MigrationWaitsError(tried, error)
        onRetry?.(tried)
        await delay(pauseMs, undefined, signal && { signal })
      }
    }
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined)
    await runner.release()
    await dataSource.destroy()
  }
}

class MigrationWaitsError extends ConfigError {
  constructor(name: string, cause: unknown) {
    super(
      `The migration ${name} can't have its lock: a session has held what it changes all the while. Look for the oldest xact_start in pg_stat_activity, end that session, and start anew. Nothing is half done.`,
    )
    this.cause = cause
  }
}

/**
 * Waits by asking again and again. A session that waited in one statement would hold a snapshot meanwhile, which CREATE INDEX
 * CONCURRENTLY of the process whose turn it is waits for: both for ever, and Postgres sees no deadlock in it.
 */
async function takeTurn(runner: QueryRunner, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    const [row] = (await runner.query('SELECT pg_try_advisory_lock($1) AS ours', [MIGRATION_LOCK])) as {
      ours: boolean
    }[]
    if (row?.ours === true) return
    await delay(TURN_MS, undefined, signal && { signal })
  }
}

/**
 * CREATE INDEX CONCURRENTLY that is cut off leaves an index that serves no reads, and whose name IF NOT EXISTS would take for
 * the finished one. Those that somebody is building by hand now are left alone.
 */
async function dropHalfBuiltIndexes(runner: QueryRunner): Promise<void> {
  const left = (await runner.query(`
    SELECT format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname IN (current_schema(), 'limits')
    WHERE NOT i.indisvalid
      AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)`)) as {
    name: string
  }[]
  for (const { name } of left) await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`)
}

/** How a schema stands to this Daybook. */
export interface SchemaState {
  /** Migrations that have not run, in their order. */
  pending: string[]
  /** Migrations that have run and aren't known here: the database is of a newer Daybook. */
  unknown: string[]
}

/** Looks only: not even the table of migrations is made. */
export async function readSchemaState({ dataSource, sql }: Pick<Database, 'dataSource' | 'sql'>): Promise<SchemaState> {
  const [table] = await sql.query<{ there: boolean }>({
    name: 'migrations-there',
    text: `SELECT to_regclass('migration') IS NOT NULL AS there`,
  })
  const rows =
    table?.there === true
      ? await sql.query<{ name: string }>({ name: 'migrations-run', text: 'SELECT name FROM migration ORDER BY id' })
      : []
  const run = new Set(rows.map(({ name }) => name))
  // By the instants at their ends, as they run.
  const known = dataSource.migrations.map(nameOf).sort((a, b) => (a.slice(-13) < b.slice(-13) ? -1 : 1))
  return {
    pending: known.filter((name) => !run.has(name)),
    unknown: [...run].filter((name) => !known.includes(name)),
  }
}

/** As TypeORM writes it down. */
function nameOf(migration: MigrationInterface): string {
  return migration.name ?? migration.constructor.name
}

/** TypeORM tells standard output of a migration that fails, which is thrown here, and may only be tried again. */
const SILENT: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
}

/** Any constant will do, as long as it stays: it names the lock that migrating processes wait for. */
const MIGRATION_LOCK = 4_190_277
