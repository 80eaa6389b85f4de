import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import PgBoss from 'pg-boss'
import type { Payments } from '../channel-subscriptions/open-billing-portal'
import { readClock } from '../clock'
import { ConfigError } from '../config'
import { openPool, type Database, type Statement, type Tx } from '../database'
import { isDatabaseAway } from '../database-errors'
import { DomainError, NotFoundError } from '../errors'
import type { Log } from '../log'
import { JOB_SCHEMA, pooledSqlOfBoss } from './boss-sql'
import { Schedule } from './cron'
import { JobFailure } from './job-failure'
import type { Job } from './job-table'
import { whatJobQueueLacks } from './prepare-job-queue'

/** Between two looks: a job starts within this of its instant. */
const LOOK_MS = 1_000
/** One to look and queue, one for pg-boss's own upkeep. */
const CONNECTIONS = 2
/** Time that running jobs have to stop when the gateway does. */
const JOB_DRAIN_MS = 2_000
/** Between two attempts to write down how a run ended, while Postgres is away. */
const WRITE_AGAIN_MS = 1_000
/** Runs that were lost are looked for this often. */
const UPKEEP_SECONDS = 30
const LOST_AFTER_MINUTES = 15

/** Of a run that failed: it is tried again after 30 to 60 s, and then after about twice as long each time. */
const RETRIES = { retryLimit: 5, retryDelay: 30, retryBackoff: true } as const

/** Who asks for the runs of the schedule. */
export const SCHEDULE_ACTOR = 'job:schedule'

const STOPPED = 'The gateway was stopped while it ran.'

interface Taken {
  readonly id: string
  readonly job: Job
  ended: Promise<void>
}

/**
 * Runs the jobs of the table at their instants, on any number of gateways. What is queued, running, tried again or failed
 * stands in pg-boss's tables; this is the worker beside them. The schedule is kept here too, and not by pg-boss, which
 * leaves out an instant at which no gateway was there, and has another clock.
 */
export class JobQueue {
  private readonly pool: Pool
  private readonly boss: PgBoss
  private readonly running = new Map<string, Taken>()
  private readonly stopping = new AbortController()
  /** What this gateway knows to be queued, so that it writes only when an instant has come. */
  private readonly queuedUntil = new Map<string, number>()
  private readonly schedules: readonly { job: Job; schedule: Schedule }[]
  private timer: NodeJS.Timeout | null = null
  private looking: Promise<void> = Promise.resolve()
  private started = false
  private away = false

  constructor(
    private readonly database: Database,
    url: string,
    readonly table: readonly Job[],
    private readonly hint: (accountIds: string[]) => void,
    private readonly log: Log,
    private readonly payments: Payments | null = null,
    private readonly onFailed: (job: string) => void = () => undefined,
  ) {
    this.schedules = table.map((job) => ({ job, schedule: new Schedule(job.cron) }))
    this.pool = openPool(url, 'daybook jobs', { max: CONNECTIONS })
    this.boss = new PgBoss({
      db: pooledSqlOfBoss(this.pool),
      schema: JOB_SCHEMA,
      migrate: false,
      schedule: false,
      maintenanceIntervalSeconds: UPKEEP_SECONDS,
    })
    this.boss.on('error', (error) =>
      this.log.warn({ err: error }, 'the upkeep of the job queue failed; it is done again'),
    )
  }

  /** Throws a ConfigError where pg-boss's tables or a job's queue are not there. */
  async start(): Promise<void> {
    await this.requirePrepared()
    await this.boss.start()
    this.started = true
    this.lookAgain(0)
  }

  /** Tells the worker to stop, gives it a moment, and hands back what is still running, to be run again elsewhere. */
  async close(): Promise<void> {
    this.stopping.abort(new JobFailure(STOPPED, false))
    if (this.timer !== null) clearTimeout(this.timer)
    await this.looking
    const late = new AbortController()
    await Promise.race([
      Promise.all([...this.running.values()].map(({ ended }) => ended)),
      delay(JOB_DRAIN_MS, undefined, { signal: late.signal }).catch(() => undefined),
    ])
    late.abort()
    for (const { id, job } of this.running.values()) {
      await this.boss
        .fail(job.name, id, { message: STOPPED })
        .catch((error: unknown) =>
          this.log.warn({ err: error, job: job.name }, 'a job that was cut off is run again late'),
        )
    }
    if (this.started) await this.boss.stop({ graceful: false })
    await this.pool.end()
  }

  /** Queues a run at once, unless one waits already. Throws NOT_FOUND where there is no such job. */
  async request(name: string, actor: string, tx?: Tx): Promise<void> {
    const job = this.table.find((one) => one.name === name)
    if (job === undefined) throw new NotFoundError('job', name)
    await this.boss.insert([orderOf(job, actor)], tx === undefined ? {} : { db: within(tx) })
    if (tx === undefined) this.lookSoon()
  }

  /** For whoever has requested a run in a transaction, once it is committed. */
  lookSoon(): void {
    if (this.started) this.lookAgain(0)
  }

  /** One look: queues what has come due, and starts what waits. */
  async look(): Promise<void> {
    await this.queueDue(await readClock(this.database.sql))
    const names = this.table.map(({ name }) => name)
    const waiting = await this.database.sql.query<{ name: string }>(WAITING, [names])
    for (const { name } of waiting) await this.take(name)
  }

  /** Resolves when the runs that this gateway has started have ended. */
  async idle(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ ended }) => ended))
  }

  private lookAgain(afterMs: number): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.looking = this.looking.then(() => this.lookAndTell())
      void this.looking.then(() => {
        if (!this.stopping.signal.aborted) this.lookAgain(LOOK_MS)
      })
    }, afterMs)
  }

  /** An outage is told of when it begins and when it is over, not with every look. */
  private async lookAndTell(): Promise<void> {
    try {
      await this.look()
      if (this.away) this.log.info('the job queue goes on')
      this.away = false
    } catch (error) {
      if (!this.away) this.log.warn({ err: error }, 'the job queue can’t look for jobs; it tries again every second')
      this.away = true
    }
  }

  private async requirePrepared(): Promise<void> {
    const problem = await whatJobQueueLacks(this.boss, this.table)
    if (problem === null) return
    throw new ConfigError(
      `${problem} DAYBOOK_MIGRATE is off, so this gateway makes none: run "npm run migrate" with a role that may create tables.`,
    )
  }

  private async queueDue(now: Date): Promise<void> {
    const come = this.schedules
      .map(({ job, schedule }) => ({ job, at: schedule.previousInstant(now) }))
      .filter(({ job, at }) => (this.queuedUntil.get(job.name) ?? 0) !== at.getTime())
    if (come.length === 0) return
    const instants = [come.map(({ job }) => job.name), come.map(({ at }) => at)]
    await this.database.inTransaction(async (tx) => {
      // A job that is new begins with its next instant.
      await tx.query(BEGIN_SCHEDULES, instants)
      const due = new Set((await tx.query<{ name: string }>(TAKE_INSTANTS, instants)).map(({ name }) => name))
      const orders = come.flatMap(({ job }) => (due.has(job.name) ? [orderOf(job, SCHEDULE_ACTOR)] : []))
      if (orders.length > 0) await this.boss.insert(orders, { db: within(tx) })
    })
    for (const { job, at } of come) this.queuedUntil.set(job.name, at.getTime())
  }

  /** Starts a job that waits, unless another gateway was faster. */
  private async take(name: string): Promise<void> {
    const job = this.table.find((one) => one.name === name)
    if (job === undefined || this.running.has(name) || this.stopping.signal.aborted) return
    const [fetched] = await this.boss.fetch(name)
    if (fetched === undefined) return
    const taken: Taken = { id: fetched.id, job, ended: Promise.resolve() }
    this.running.set(name, taken)
    taken.ended = this.run(taken)
      .catch((error: unknown) => this.log.warn({ err: error, job: name }, 'how a job ended could not be written down'))
      .finally(() => this.running.delete(name))
  }

  private async run({ id, job }: Taken): Promise<void> {
    const { database, log, hint, payments } = this
    const { signal } = this.stopping
    let summary: unknown
    try {
      summary = await job.run({ database, log, signal, hint, payments })
    } catch (error) {
      log.error({ err: error, job: job.name, run: id }, 'a job failed')
      this.onFailed(job.name)
      if (error instanceof JobFailure && error.isFinal)
        await this.write(() => this.database.sql.query(NO_RETRY, [job.name, id]))
      await this.write(() => this.boss.fail(job.name, id, { message: messageFor(error, id) }))
      return
    }
    const output = typeof summary === 'string' && summary !== '' ? { summary } : {}
    await this.write(() => this.boss.complete(job.name, id, output))
  }

  /** A job that has ended must not be taken for lost, and run again, because Postgres was away at that moment. */
  private async write(how: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        await how()
        return
      } catch (error) {
        if (this.stopping.signal.aborted) throw error
        await delay(WRITE_AGAIN_MS)
      }
    }
  }
}

function orderOf({ name, lostAfterMinutes = LOST_AFTER_MINUTES }: Job, actor: string): PgBoss.JobInsert {
  return { name, data: { actor }, expireInSeconds: lostAfterMinutes * 60, ...RETRIES }
}

/** What staff are shown of an error: nothing that a driver or a library has said. */
function messageFor(error: unknown, run: string): string {
  if (error instanceof JobFailure || error instanceof DomainError) return error.message.slice(0, 500)
  if (isDatabaseAway(error)) return 'The database was away.'
  return `An error that the log tells of, under the run ${run}.`
}

/** pg-boss's statements, in a transaction of ours. */
function within(tx: Tx): PgBoss.Db {
  return { executeSql: async (text, values) => ({ rows: await tx.manager.query<unknown[]>(text, values) }) }
}

// What is under way stands in the way of what waits: the queue has one run of a job at a time.
const WAITING: Statement = {
  name: 'waiting-jobs',
  text: `
    SELECT DISTINCT waiting.name FROM ${JOB_SCHEMA}.job AS waiting
    WHERE waiting.name = ANY ($1) AND waiting.state < 'active' AND waiting.start_after < now()
      AND NOT EXISTS (
        SELECT 1 FROM ${JOB_SCHEMA}.job AS active WHERE active.name = waiting.name AND active.state = 'active'
      )`,
}

const BEGIN_SCHEDULES: Statement = {
  name: 'begin-job-schedules',
  text: `
    INSERT INTO job_schedule (name, queued_until) SELECT * FROM unnest($1::text[], $2::timestamptz[])
    ON CONFLICT (name) DO NOTHING`,
}

const TAKE_INSTANTS: Statement = {
  name: 'take-job-instants',
  text: `
    UPDATE job_schedule AS schedule SET queued_until = come.at
    FROM unnest($1::text[], $2::timestamptz[]) AS come (name, at)
    WHERE schedule.name = come.name AND schedule.queued_until < come.at
    RETURNING schedule.name`,
}

const NO_RETRY: Statement = {
  name: 'no-retry-of-job',
  text: `UPDATE ${JOB_SCHEMA}.job SET retry_limit = retry_count WHERE name = $1 AND id = $2 AND state = 'active'`,
}
