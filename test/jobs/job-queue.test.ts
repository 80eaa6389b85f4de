import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import PgBoss from 'pg-boss'
import pino from 'pino'
import { ConfigError } from '../../src/config'
import { openDatabase, type Database } from '../../src/database'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres'
import { ConflictError } from '../../src/errors'
import { JOB_SCHEMA, sqlOfBoss } from '../../src/jobs/boss-sql'
import { JobFailure } from '../../src/jobs/job-failure'
import { JobQueue } from '../../src/jobs/job-queue'
import { JOBS, type Job } from '../../src/jobs/job-table'
import { prepareJobQueue } from '../../src/jobs/prepare-job-queue'
import { JobRunState, readJobs } from '../../src/jobs/read-jobs'
import { migrate } from '../../src/migrate'
import { createTestDatabase } from '../support/database'
import { freePort } from '../support/free-port'

const STAFF = 'staff:test'
const logged: string[] = []
const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) })

/** What the job of these tests does: counted, and what the test wants. */
let runs = 0
let work: Job['run'] = () => Promise.resolve()
const table: readonly Job[] = [
  {
    name: 'test-job',
    cron: '0 * * * *',
    description: 'What a test wants.',
    run: async (tools) => {
      runs += 1
      await work(tools)
    },
  },
]

beforeEach(() => {
  runs = 0
  work = () => Promise.resolve()
  logged.length = 0
})

describe('the table of jobs', () => {
  it('has a schedule, a sentence and a name of its own in each line', () => {
    expect(new Set(JOBS.map(({ name }) => name)).size).toBe(JOBS.length)
    for (const { name, description } of JOBS) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(description).toMatch(/^[A-Z].*\.$/)
    }
  })
})

describe('the job queue', () => {
  let test: Awaited<ReturnType<typeof createTestDatabase>>
  let databases: Database[]
  let queues: JobQueue[]
  let postgres: Client

  beforeEach(async () => {
    test = await createTestDatabase()
    await prepareJobQueue(test.url, table)
    postgres = new Client({ connectionString: test.url })
    await postgres.connect()
    databases = [await openDatabase(test.url, 4), await openDatabase(test.url, 4)]
    queues = databases.map((database) => new JobQueue(database, test.url, table, () => undefined, log))
    await setClock('2026-03-01T10:30:00Z')
  })

  afterEach(async () => {
    await Promise.all(queues.map((queue) => queue.close()))
    await Promise.all(databases.map((database) => database.close()))
    await postgres.end()
    await test.drop()
  })

  const pick = <T>(items: T[], index: number): T => {
    const item = items[index]
    if (item === undefined) throw new Error('there are two of each')
    return item
  }
  const queue = (index: number) => pick(queues, index)

  const setClock = (at: string) =>
    postgres.query(`
      CREATE OR REPLACE FUNCTION daybook_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
      BEGIN RETURN '${at}'::timestamptz; END $$`)

  /** Some looks of both gateways, side by side, and the end of what they started. */
  const look = async () => {
    for (let round = 0; round < 3; round += 1) await Promise.all(queues.map((one) => one.look()))
    await Promise.all(queues.map((one) => one.idle()))
  }

  const status = async () => {
    const [job] = await readJobs(pick(databases, 0).sql, table)
    if (job === undefined) throw new Error('no job')
    return job
  }

  const waitOver = () =>
    postgres.query(`UPDATE ${JOB_SCHEMA}.job SET start_after = now() - interval '1 second' WHERE state = 'retry'`)

  /** What pg-boss does every half minute, a day later. */
  const upkeep = async () => {
    await postgres.query(
      `UPDATE ${JOB_SCHEMA}.job SET started_on = started_on - interval '1 day' WHERE state = 'active'`,
    )
    await new PgBoss({ db: sqlOfBoss(postgres), schema: JOB_SCHEMA, supervise: false, schedule: false }).maintain()
  }

  it('begins a job with its next instant, not with the last one', async () => {
    await look()
    expect(runs).toBe(0)
    expect(await status()).toMatchObject({
      lastRun: null,
      waiting: 0,
      failures: 0,
      schedule: '0 * * * *',
      nextRunAt: new Date('2026-03-01T11:00:00Z'),
    })
  })

  it('runs a job once at its instant, with two gateways looking', async () => {
    await look()
    await setClock('2026-03-01T11:00:00.400Z')
    await look()
    await look()
    expect(runs).toBe(1)
    expect((await status()).lastRun).toMatchObject({ state: 'SUCCEEDED', error: null, actor: 'job:schedule' })
    await setClock('2026-03-01T10:59:00Z')
    await look()
    await setClock('2026-03-01T11:01:00Z')
    await look()
    expect(runs).toBe(1)
  })

  it('makes good with one run what came due while no gateway was there', async () => {
    await look()
    await setClock('2026-03-03T07:20:00Z')
    await look()
    expect(runs).toBe(1)
    expect((await status()).nextRunAt).toEqual(new Date('2026-03-03T08:00:00Z'))
  })

  it('runs one job at a time, and keeps one more waiting at the most', async () => {
    let end: () => void = () => undefined
    const ended = new Promise<void>((resolve) => (end = resolve))
    work = () => ended
    for (let times = 0; times < 3; times += 1) await queue(0).request('test-job', STAFF)
    await queue(0).look()
    for (let times = 0; times < 3; times += 1) await queue(1).request('test-job', STAFF)
    await queue(1).look()
    expect(runs).toBe(1)
    expect(await status()).toMatchObject({ waiting: 1, lastRun: { state: 'RUNNING', actor: STAFF, finishedAt: null } })
    end()
    await queue(0).idle()
    await look()
    expect(runs).toBe(2)
    expect(await status()).toMatchObject({ waiting: 0, lastRun: { state: 'SUCCEEDED' } })
  })

  it('tries a job that fails again, later each time, then shows it as failed; and runs it anew when asked', async () => {
    work = () => Promise.reject(new Error('relation "secret" at 10.0.0.1 does not exist'))
    await queue(0).request('test-job', STAFF)
    const waits: number[] = []
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      await look()
      expect(runs).toBe(attempt)
      const { lastRun, failures } = await status()
      expect(lastRun?.state).toBe(attempt < 6 ? 'RETRYING' : 'FAILED')
      expect(lastRun?.error).toMatch(/^An error that the log tells of, under the run [0-9a-f-]{36}\.$/)
      expect(failures).toBe(attempt < 6 ? 0 : 1)
      const { rows } = await postgres.query<{ wait: number }>(
        `SELECT extract(epoch FROM start_after - now())::float8 AS wait FROM ${JOB_SCHEMA}.job WHERE state = 'retry'`,
      )
      waits.push(...rows.map(({ wait }) => wait))
      await look()
      expect(runs).toBe(attempt)
      await waitOver()
    }
    expect(waits).toHaveLength(5)
    expect(waits.every((wait, index) => wait > 20 * 2 ** index)).toBe(true)
    expect(logged.filter((line) => line.includes('10.0.0.1'))).toHaveLength(6)

    work = () => Promise.resolve()
    await queue(1).request('test-job', STAFF)
    await look()
    expect(await status()).toMatchObject({ failures: 1, waiting: 0, lastRun: { state: 'SUCCEEDED', error: null } })
  })

  it('shows what a job or a verb says of its failure, and tries no more where that is final', async () => {
    work = () => Promise.reject(new ConflictError('It can’t be done now.', {}))
    await queue(0).request('test-job', STAFF)
    await look()
    expect(await status()).toMatchObject({ lastRun: { state: 'RETRYING', error: 'It can’t be done now.' } })
    work = () => Promise.reject(new JobFailure('Two of three are wrong.', true))
    await waitOver()
    await look()
    expect(await status()).toMatchObject({
      failures: 1,
      waiting: 0,
      lastRun: { state: 'FAILED', error: 'Two of three are wrong.' },
    })
  })

  it('runs again what was begun by a gateway that was lost', async () => {
    work = () => new Promise(() => undefined)
    await queue(0).request('test-job', STAFF)
    await queue(0).look()
    expect(runs).toBe(1)
    work = () => Promise.resolve()
    await queue(1).look()
    expect(runs).toBe(1)
    await upkeep()
    expect(await status()).toMatchObject({
      lastRun: { state: 'RETRYING', error: 'It did not end in time, or its gateway was lost.' },
    })
    await waitOver()
    await queue(1).look()
    await queue(1).idle()
    expect(runs).toBe(2)
    expect((await status()).lastRun?.state).toBe('SUCCEEDED')
  })

  it('hands back what it runs when it stops, whether the job heeds the signal or not', async () => {
    for (const heeds of [true, false]) {
      const other = new JobQueue(pick(databases, 1), test.url, table, () => undefined, log)
      const before = runs
      work = ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            if (heeds) reject(signal.reason as Error)
          })
        })
      await other.request('test-job', STAFF)
      await other.look()
      await other.close()
      expect(await status()).toMatchObject({
        lastRun: { state: 'RETRYING', error: 'The gateway was stopped while it ran.' },
      })
      work = () => Promise.resolve()
      await waitOver()
      await look()
      expect(runs).toBe(before + 2)
      expect((await status()).lastRun?.state).toBe('SUCCEEDED')
    }
  })

  it('does not start on tables that nobody has made, makes none, and says what to do', async () => {
    const more = [...table, { ...pick([...table], 0), name: 'another-job' }]
    const unprepared = new JobQueue(pick(databases, 0), test.url, more, () => undefined, log)
    const refused = await unprepared.start().catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ConfigError)
    expect((refused as Error).message).toMatch(/lacks the tables of another-job\..*npm run migrate/)
    await postgres.query(`DROP SCHEMA ${JOB_SCHEMA} CASCADE`)
    await expect(unprepared.start()).rejects.toThrow(/no tables in the schema daybook_jobs\..*npm run migrate/)
    const { rows } = await postgres.query(`SELECT to_regnamespace('${JOB_SCHEMA}') AS schema`)
    expect(rows).toEqual([{ schema: null }])
    await unprepared.close()
  })

  it('is prepared by a role that may not create schemas, in one that was made for it', async () => {
    const role = `daybook_test_${process.pid}_${Date.now()}`
    await postgres.query(`DROP SCHEMA ${JOB_SCHEMA} CASCADE`)
    await postgres.query(`CREATE ROLE ${role} LOGIN PASSWORD 'test'`)
    const url = Object.assign(new URL(test.url), { username: role, password: 'test' }).href
    try {
      await expect(prepareJobQueue(url, table)).rejects.toThrow(/permission denied/)
      await postgres.query(`CREATE SCHEMA ${JOB_SCHEMA} AUTHORIZATION ${role}`)
      await Promise.all([prepareJobQueue(url, table), prepareJobQueue(url, table)])
      await postgres.query(`DROP OWNED BY ${role} CASCADE`)
    } finally {
      await postgres.query(`DROP SCHEMA IF EXISTS ${JOB_SCHEMA} CASCADE`)
      await postgres.query(`DROP ROLE ${role}`)
    }
  })
})

describe('L5: a Postgres that goes away and comes back', () => {
  it('is told of once, ends no process, and finds the jobs going on', async () => {
    const home = await mkdtemp(join(tmpdir(), 'daybook-jobs-'))
    // As root, Postgres runs as another user; a home that it can't reach would leave its data elsewhere.
    await chmod(home, 0o755)
    const quiet = { info: () => undefined, warn: () => undefined }
    const settings = { port: String(await freePort()), fsync: 'off' }
    let postgres = await startEmbeddedPostgres({ home, log: quiet, settings })
    await migrate(postgres.url)
    await prepareJobQueue(postgres.url, table)
    const database = await openDatabase(postgres.url, 4)
    const queue = new JobQueue(database, postgres.url, table, () => undefined, log)
    const until = async (come: () => boolean | Promise<boolean>) => {
      while (!(await come())) await new Promise((resolve) => setTimeout(resolve, 50))
    }
    try {
      let end: () => void = () => undefined
      const ended = new Promise<void>((resolve) => (end = resolve))
      work = () => ended
      await queue.start()
      await queue.request('test-job', STAFF)
      await until(() => runs === 1)
      await postgres.stop()
      end()
      await until(() => logged.some((line) => line.includes('can’t look for jobs')))
      postgres = await startEmbeddedPostgres({ home, log: quiet, settings })
      await until(() => logged.some((line) => line.includes('the job queue goes on')))
      // What ended during the outage is written down after it.
      await until(async () => (await readJobs(database.sql, table))[0]?.lastRun?.state === JobRunState.SUCCEEDED)
      await queue.request('test-job', STAFF)
      await until(() => runs === 2)
      expect(logged.filter((line) => line.includes('can’t look for jobs'))).toHaveLength(1)
    } finally {
      await queue.close()
      await database.close()
      await postgres.stop()
      await rm(home, { recursive: true, force: true })
    }
  }, 60_000)
})
