import type { Sql, Statement } from '../database'

/** A place in the write-ahead log. On another timeline, which a failover begins, the same number is another place. */
export interface WalPosition {
  readonly timeline: number
  /** In bytes from the log's beginning. */
  readonly lsn: number
}

/** Whether a server that has replayed up to `at` has all that was committed before `wanted`. */
export function reaches(at: WalPosition, wanted: WalPosition): boolean {
  return at.timeline === wanted.timeline && at.lsn >= wanted.lsn
}

interface PositionRow {
  timeline: string
  lsn: number
}

/** Columns of a server's own position: behind it is whatever anybody can have seen or been told of. */
const COMMITTED = `
  substr(pg_walfile_name(committed.lsn), 1, 8) AS timeline, pg_wal_lsn_diff(committed.lsn, '0/0')::bigint AS lsn
  FROM (
    SELECT CASE current_setting('synchronous_commit')
      -- A commit is seen before it is flushed.
      WHEN 'off' THEN pg_current_wal_insert_lsn()
      ELSE pg_current_wal_flush_lsn()
    END AS lsn
  ) AS committed`

const POSITION: Statement = { name: 'wal-position', text: `SELECT ${COMMITTED}` }

export interface PrimaryState {
  readonly position: WalPosition
  readonly cluster: string
  readonly database: string
  readonly now: Date
}

const PRIMARY: Statement = {
  name: 'primary-state',
  text: `
    SELECT (SELECT system_identifier::text FROM pg_control_system()) AS cluster, current_database()::text AS database,
      clock_timestamp() AS now, ${COMMITTED}`,
}

/** Rejects where the server is in recovery: then it is no primary. */
export async function readPrimaryState(sql: Sql): Promise<PrimaryState> {
  const [row] = await sql.query<PositionRow & Omit<PrimaryState, 'position'>>(PRIMARY)
  if (row === undefined) throw new Error('the primary said nothing of itself')
  const { cluster, database, now } = row
  return { position: positionOf(row), cluster, database, now }
}

/**
 * Asks the primary how far its log is, for all who come while it is being asked with one more question: never with one that was sent
 * before they came, for it may be answered with what was so before what they have seen.
 */
export class CommittedPosition {
  private underWay: Promise<unknown> = Promise.resolve()
  private next: Promise<WalPosition> | null = null

  constructor(private readonly sql: Sql) {}

  take(): Promise<WalPosition> {
    this.next ??= this.askAfter(this.underWay)
    return this.next
  }

  private async askAfter(before: Promise<unknown>): Promise<WalPosition> {
    await before.catch(() => undefined)
    // Those of one turn of the event loop together, too.
    await new Promise(setImmediate)
    this.next = null
    const asked = this.sql.query<PositionRow>(POSITION)
    this.underWay = asked
    const [row] = await asked
    if (row === undefined) throw new Error('the primary did not say how far its log is')
    return positionOf(row)
  }
}

function positionOf({ timeline, lsn }: PositionRow): WalPosition {
  return { timeline: Number.parseInt(timeline, 16), lsn }
}
