import { readClock } from '../clock'
import type { Sql, Statement } from '../database'
import { JOB_SCHEMA } from './boss-sql'
import { nextInstant } from './cron'
import type { Job } from './job-table'

export enum JobRunState {
  RUNNING = 'RUNNING',
  SUCCEEDED = 'SUCCEEDED',
  RETRYING = 'RETRYING',
  FAILED = 'FAILED',
}

export interface JobRun {
  startedAt: Date
  finishedAt: Date | null
  state: JobRunState
  error: string | null
  summary: string | null
  actor: string
}

export interface JobStatus {
  name: string
  description: string
  schedule: string
  nextRunAt: Date
  lastRun: JobRun | null
  failures: number
  waiting: number
}

/** How the jobs of the table stand, in its order. */
export async function readJobs(sql: Sql, table: readonly Job[]): Promise<JobStatus[]> {
  const now = await readClock(sql)
  const rows = await sql.query<JobRow>(JOB_STATES, [table.map(({ name }) => name)])
  const byName = new Map(rows.map((row) => [row.name, row]))
  return table.map(({ name, description, cron }) => {
    const row = byName.get(name)
    return {
      name,
      description,
      schedule: cron,
      nextRunAt: nextInstant(cron, now),
      lastRun: row === undefined ? null : lastRunOf(row),
      failures: row?.failures ?? 0,
      waiting: row?.waiting ?? 0,
    }
  })
}

interface JobRow {
  name: string
  failures: number
  waiting: number
  state: string | null
  startedAt: Date | null
  finishedAt: Date | null
  message: string | null
  summary: string | null
  actor: string | null
}

/** What pg-boss calls the states of a run. */
const STATES: Readonly<Record<string, JobRunState>> = {
  active: JobRunState.RUNNING,
  completed: JobRunState.SUCCEEDED,
  retry: JobRunState.RETRYING,
}

function lastRunOf({ state, startedAt, finishedAt, message, summary, actor }: JobRow): JobRun | null {
  if (state === null || startedAt === null || actor === null) return null
  const shown = STATES[state] ?? JobRunState.FAILED
  const failed = shown === JobRunState.FAILED || shown === JobRunState.RETRYING
  // A run that pg-boss itself has given up bears no message of ours.
  const error = failed ? (message ?? 'It did not end in time, or its gateway was lost.') : null
  return { startedAt, finishedAt, state: shown, error, summary, actor }
}

// Runs that have ended stay in the queue for 12 hours, and then in its archive for seven days.
const JOB_STATES: Statement = {
  name: 'job-states',
  text: `
    WITH run AS (
      SELECT name, state::text, started_on, completed_on, output, data FROM ${JOB_SCHEMA}.job WHERE name = ANY ($1)
      UNION ALL
      SELECT name, state::text, started_on, completed_on, output, data FROM ${JOB_SCHEMA}.archive WHERE name = ANY ($1)
    )
    SELECT
      job.name, counted.failures, counted.waiting, last.state, last.started_on AS "startedAt",
      last.completed_on AS "finishedAt", last.output ->> 'message' AS message,
      last.output ->> 'summary' AS summary, last.data ->> 'actor' AS actor
    FROM unnest($1::text[]) AS job (name)
    CROSS JOIN LATERAL (
      SELECT
        (count(*) FILTER (WHERE state = 'failed' AND completed_on > now() - interval '7 days'))::int AS failures,
        (count(*) FILTER (WHERE state IN ('created', 'retry')))::int AS waiting
      FROM run WHERE run.name = job.name
    ) AS counted
    LEFT JOIN LATERAL (
      SELECT * FROM run WHERE run.name = job.name AND started_on IS NOT NULL ORDER BY started_on DESC LIMIT 1
    ) AS last ON true`,
}
