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

/** Null where the server is in recovery. */
interface PositionRow {
  wal_timeline: string | null
  wal_lsn: number | null
}

/** Columns of a server's own position: behind it is whatever anybody can have seen or been told of. */
const COMMITTED = `
  substr(pg_walfile_name(committed.lsn), 1, 8) AS wal_timeline, pg_wal_lsn_diff(committed.lsn, '0/0')::bigint AS wal_lsn
  FROM (
    SELECT CASE
      -- It writes no log of its own: there is nothing to compare with.
      WHEN pg_is_in_recovery() THEN NULL
      -- A commit is seen before it is flushed.
      WHEN current_setting('synchronous_commit') = 'off' THEN pg_current_wal_insert_lsn()
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

/** A question to the primary that is answered with its position too. */
interface Asked {
  /** Among the moments of `now`. */
  readonly at: number
  readonly position: Promise<WalPosition>
}

/**
 * How far the primary's log is, for whoever has come before it was asked: an answer to a question that was sent before may be of before
 * what they have seen. Those who come while it is being asked share the next question; and where another look-up on the primary says it
 * beside, none is asked.
 */
export class CommittedPosition {
  private moments = 0
  private last: { at: number; position: WalPosition } | null = null
  private underWay: Asked | null = null
  private next: Promise<WalPosition> | null = null

  constructor(private readonly sql: Sql) {}

  /** A moment: of two, the later one is the greater. */
  now(): number {
    return (this.moments += 1)
  }

  /** What was committed before a moment is before it. */
  since(moment: number): WalPosition | Promise<WalPosition> {
    const { last, underWay } = this
    if (last !== null && last.at > moment) return last.position
    if (underWay !== null && underWay.at > moment) return underWay.position
    this.next ??= this.askAfter(underWay?.position)
    return this.next
  }

  /** The same statements, of which each row tells the position too. For selects only. */
  tellingToo(sql: Sql): Sql {
    return {
      query: async <Row>({ name, text }: Statement, values?: readonly unknown[]) => {
        const at = this.now()
        const rows = await sql.query<Row & PositionRow>(
          {
            name: `${name}-and-position`,
            text: `SELECT * FROM (${text}) AS found CROSS JOIN (SELECT ${COMMITTED}) AS wal`,
          },
          values,
        )
        if (rows[0]?.wal_lsn != null) this.told(at, positionOf(rows[0]))
        return rows
      },
    }
  }

  private async askAfter(before: Promise<unknown> | undefined): Promise<WalPosition> {
    await before?.catch(() => undefined)
    // Those of one turn of the event loop together, too.
    await new Promise(setImmediate)
    this.next = null
    const at = this.now()
    const asked = this.ask()
    this.underWay = { at, position: asked }
    const position = await asked
    this.told(at, position)
    return position
  }

  private async ask(): Promise<WalPosition> {
    const [row] = await this.sql.query<PositionRow>(POSITION)
    return positionOf(row)
  }

  private told(at: number, position: WalPosition): void {
    if (this.last === null || this.last.at < at) this.last = { at, position }
  }
}

function positionOf(row: PositionRow | undefined): WalPosition {
  if (row?.wal_timeline == null || row.wal_lsn === null) throw new Error('the server of DATABASE_URL is no primary')
  return { timeline: Number.parseInt(row.wal_timeline, 16), lsn: row.wal_lsn }
}
