import PgBoss from 'pg-boss'
import bossVersion from 'pg-boss/version.json'
import { Client } from 'pg'
import { JOB_SCHEMA, sqlOfBoss } from './boss-sql'
import { JOBS, type Job } from './job-table'

/** Any constant will do, as long as it stays: it names the lock that preparing processes wait for. */
const PREPARE_LOCK = 4_190_278
/** Of pg-boss's tables. */
const BOSS_VERSION = bossVersion.schema

/**
 * Makes pg-boss's tables, or brings them up to date, with a queue for each job. It belongs to the migrations: gateways that
 * run none only look whether it was done. Safe to run from many processes at once: they wait for each other.
 *
 * Where the schema is there already, the role needs no right to create one.
 */
export async function prepareJobQueue(url: string, table: readonly Job[] = JOBS): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'daybook jobs' })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PREPARE_LOCK])
    const { rows } = await client.query<{ schema: boolean; tables: boolean }>(
      `SELECT to_regnamespace($1) IS NOT NULL AS schema, to_regclass($1 || '.version') IS NOT NULL AS tables`,
      [JOB_SCHEMA],
    )
    const found = rows[0]
    // Postgres wants the right to create a schema even where there is nothing to create.
    if (found?.schema === true && !found.tables) {
      await client.query(PgBoss.getConstructionPlans(JOB_SCHEMA).replace(/CREATE SCHEMA IF NOT EXISTS \w+\s*;/, ''))
    }
    const boss = new PgBoss({ db: sqlOfBoss(client), schema: JOB_SCHEMA, supervise: false, schedule: false })
    await boss.start()
    // At most one run of a job is under way, and at most one waits beside it.
    for (const { name } of table) await boss.createQueue(name, { name, policy: 'stately' })
    await boss.stop({ graceful: false })
  } finally {
    await client.end()
  }
}

/** What gateways would miss of the job queue, in a sentence; null where nothing. Nothing is made by asking. */
export async function readJobQueueLack(url: string, table: readonly Job[] = JOBS): Promise<string | null> {
  const client = new Client({ connectionString: url, application_name: 'daybook jobs' })
  await client.connect()
  try {
    const boss = new PgBoss({ db: sqlOfBoss(client), schema: JOB_SCHEMA, migrate: false, schedule: false })
    return await whatJobQueueLacks(boss, table)
  } finally {
    await client.end()
  }
}

/** The same of a queue that is there already to be asked. */
export async function whatJobQueueLacks(boss: PgBoss, table: readonly Job[]): Promise<string | null> {
  // Its type says Boolean, the object.
  const installed = (await boss.isInstalled()).valueOf()
  if (!installed) return `The job queue has no tables in the schema ${JOB_SCHEMA}.`
  const version = Number(await boss.schemaVersion())
  if (version !== BOSS_VERSION) {
    return `The job queue’s tables are of version ${version}; this gateway’s are of version ${BOSS_VERSION}.`
  }
  const queues = new Set((await boss.getQueues()).map(({ name }) => name))
  const lacking = table.flatMap(({ name }) => (queues.has(name) ? [] : [name]))
  return lacking.length === 0 ? null : `The job queue lacks the tables of ${lacking.join(', ')}.`
}
