import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openDatabase } from '../../src/database'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres'
import { prepareJobQueue } from '../../src/jobs/prepare-job-queue'
import { migrate } from '../../src/migrate'
import { seedSampleProfile } from '../../src/particulars/provider-profile'
import { withDatabase } from '../support/database'
import { onDatabase } from '../support/desk'
import { freePort } from '../support/free-port'

const log = { info: () => undefined, warn: () => undefined }
const TEMPLATE = 'fault_template'

/** A Postgres that a test may crash: the one of the run is everybody's. */
export class PostgresServer {
  private constructor(
    readonly home: string,
    private readonly settings: Record<string, string>,
    private postgres: EmbeddedPostgres,
    private pid: number,
  ) {}

  static async start(): Promise<PostgresServer> {
    const home = await mkdtemp(join(tmpdir(), 'daybook-faults-'))
    // As root, Postgres runs as another user; a home that it can't reach would leave its data elsewhere.
    await chmod(home, 0o711)
    // fsync is for power cuts, which no test here has; a crash of the server loses nothing without it.
    const settings = { port: String(await freePort()), fsync: 'off', max_connections: '200' }
    const postgres = await startEmbeddedPostgres({ home, log, settings })
    return new PostgresServer(home, settings, postgres, await pidOf(postgres.url))
  }

  /** The address of a database on it. */
  url(database: string): string {
    return withDatabase(this.postgres.url, database)
  }

  /** A database of a round's own, migrated. */
  async createDatabase(): Promise<string> {
    const [row] = await onDatabase<{ there: boolean }>(
      this.url('postgres'),
      'SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1) AS there',
      [TEMPLATE],
    )
    if (row?.there !== true) await this.makeTemplate()
    const name = `fault_${randomBytes(6).toString('hex')}`
    await onDatabase(this.url('postgres'), `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`)
    return this.url(name)
  }

  async dropDatabase(url: string): Promise<void> {
    const name = new URL(url).pathname.slice(1)
    await onDatabase(this.url('postgres'), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }

  /** An immediate stop, as a crash: no checkpoint, and recovery from the log at the next start. */
  async crash(): Promise<void> {
    process.kill(this.pid, 'SIGQUIT')
    while (isAlive(this.pid)) await delay(10)
  }

  async restart(): Promise<void> {
    this.postgres = await startEmbeddedPostgres({ home: this.home, log, settings: this.settings })
    this.pid = await pidOf(this.postgres.url)
  }

  /** Ends it, and takes its data away. */
  async stop(): Promise<void> {
    await this.postgres.stop()
    await rm(this.home, { recursive: true, force: true, maxRetries: 5 })
  }

  private async makeTemplate(): Promise<void> {
    await onDatabase(this.url('postgres'), `CREATE DATABASE ${TEMPLATE} TEMPLATE template0 ENCODING 'UTF8'`)
    const url = this.url(TEMPLATE)
    await migrate(url)
    await prepareJobQueue(url)
    const database = await openDatabase(url, 2)
    await database.inTransaction(seedSampleProfile)
    await database.close()
    await onDatabase(this.url('postgres'), `ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false`)
  }
}

async function pidOf(url: string): Promise<number> {
  const [row] = await onDatabase<{ pid: number }>(
    url,
    `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::integer AS pid`,
  )
  if (row === undefined) throw new Error('the server does not know its pid')
  return row.pid
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Ends backends of a database by the server's own means. */
export function terminateBackends(url: string, count: number): Promise<unknown> {
  return onDatabase(
    url,
    `SELECT pg_terminate_backend(pid) FROM (
       SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'daybook%'
       ORDER BY random() LIMIT $1
     ) AS victims`,
    [count],
  )
}

/** Stops backends where they stand, as a disk does that answers nothing, and lets them go on after a time. */
export async function pauseBackends(url: string, count: number, forMs: number): Promise<void> {
  const rows = await onDatabase<{ pid: number }>(
    url,
    `SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'daybook%'
     ORDER BY random() LIMIT $1`,
    [count],
  )
  const stopped: number[] = []
  try {
    for (const { pid } of rows) if (send(pid, 'SIGSTOP')) stopped.push(pid)
    await delay(forMs)
  } finally {
    for (const pid of stopped) send(pid, 'SIGCONT')
  }
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

/** Transactions that stand open with nobody going on with them: one that was only between two statements is gone at a later look. */
export async function leftOpen(url: string): Promise<string[]> {
  const look = async () => {
    const rows = await onDatabase<{ transaction: string }>(
      url,
      `SELECT pid || ' since ' || xact_start AS transaction FROM pg_stat_activity
       WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
    )
    return rows.map(({ transaction }) => transaction)
  }
  let left = await look()
  for (let looks = 0; left.length > 0 && looks < 40; looks += 1) {
    await delay(250)
    const now = await look()
    left = left.filter((transaction) => now.includes(transaction))
  }
  return left
}
