import type { Sql, Statement } from '../database'
import { readClockHealth } from '../expiry/read-clock-health'
import type { Job } from '../jobs/job-table'
import { JobRunState, readJobs } from '../jobs/read-jobs'
import type { Backlogs } from './metrics'

/** Prometheus waits for 10 s; the rest of a scrape is not to be lost with a database that hangs. */
const ANSWERED_WITHIN_MS = 2_000

/** Null where Postgres doesn't answer in time. */
export async function readBacklogs(sql: Sql, table: readonly Job[]): Promise<Backlogs | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, ANSWERED_WITHIN_MS, null)
  })
  try {
    return await Promise.race([readAll(sql, table), late])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

async function readAll(sql: Sql, table: readonly Job[]): Promise<Backlogs> {
  // One after the other: a scrape takes one connection of the pool, and no more.
  const { secondsBehind } = await readClockHealth(sql)
  const [row] = await sql.query<Omit<Backlogs, 'clockSecondsBehind' | 'jobs'>>(BACKLOGS)
  if (row === undefined) throw new Error('a report without a row')
  const jobs = await readJobs(sql, table)
  return {
    ...row,
    clockSecondsBehind: secondsBehind,
    jobs: jobs.map(({ name, failures, waiting, lastRun }) => ({
      ...{ name, failures, waiting },
      isRunning: lastRun?.state === JobRunState.RUNNING,
      lastRunAtSeconds: lastRun === null ? null : lastRun.startedAt.getTime() / 1000,
    })),
  }
}

const age = (instant: string) => `coalesce(greatest(extract(epoch FROM clock.now - ${instant}), 0), 0)::float8`

/** Endpoints that are looked at for the oldest event that waits: those that were served longest ago. */
const ENDPOINTS_LOOKED_AT = 200

const BACKLOGS: Statement = {
  name: 'backlogs',
  text: `
    SELECT
      (
        SELECT json_build_object(
          'behind', count(*), 'failing', count(*) FILTER (WHERE e.failures > 0), 'oldestSeconds', ${age('min(next.at)')}
        )
        FROM (
          SELECT e.account_id, e.cursor, e.failures, row_number() OVER (ORDER BY e.served_at NULLS FIRST) AS place
          FROM webhook_endpoint e JOIN account a ON a.id = e.account_id
          WHERE e.disabled_at IS NULL AND a.sequence > e.cursor
        ) AS e
        LEFT JOIN LATERAL (
          SELECT least(
            (SELECT t.created_at FROM ledger_transaction t WHERE t.account_id = e.account_id AND t.sequence > e.cursor
              ORDER BY t.sequence LIMIT 1),
            (SELECT v.created_at FROM event v WHERE v.account_id = e.account_id AND v.sequence > e.cursor
              ORDER BY v.sequence LIMIT 1)
          ) AS at
        ) AS next ON e.place <= ${ENDPOINTS_LOOKED_AT}
      ) AS webhooks,
      (
        SELECT json_build_object('pending', count(*), 'oldestSeconds', ${age('min(p.received_at)')}, 'parked',
          (SELECT count(*) FROM provider_event WHERE state = 'PARKED'))
        FROM provider_event p WHERE p.state = 'PENDING'
      ) AS "providerEvents",
      (
        SELECT json_build_object('pending', count(*), 'oldestSeconds', ${age('min(m.created_at)')})
        FROM mail m WHERE m.state = 'PENDING'
      ) AS mails
    FROM (SELECT daybook_now() AS now) AS clock`,
}
