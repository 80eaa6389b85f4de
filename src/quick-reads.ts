import type { Socket } from 'node:net'
import { DatabaseError, type Pool, type PoolClient } from 'pg'
import type { Ending, Sql, Statement } from './database'
import { isDatabaseAway } from './database-errors'

/**
 * Two, so that Postgres works on one while the other is read: each does thousands of such statements a second, more than
 * one process of Node sends.
 */
export const QUICK_CONNECTIONS = 2

/** One more in the pool, on which a statement of those is cancelled. */
export const QUICK_POOL = QUICK_CONNECTIONS + 1

/**
 * A statement that takes longer is none of these: it is cut off here, and runs on a connection of its own. So long, at the most, do
 * those behind it wait.
 */
export const QUICK_MS = 250

/**
 * Reads that take a millisecond: rows by their keys, the first rows of an index. All that are sent in one turn of the event
 * loop go to Postgres in one write, of whichever request they are. A write to a socket takes 50 to 80 µs of CPU, and four of the
 * five of a request were statements, each on a connection of its own. See docs/adr/0052.
 */
export class QuickReads {
  private readonly lanes: readonly Lane[]

  /** Its clients have to pipeline. */
  constructor(private readonly pool: Pool) {
    this.lanes = Array.from({ length: QUICK_CONNECTIONS }, () => new Lane(pool))
  }

  /** What isn't quick, or was cut off with what stood before it, is read again through `slow`. */
  or(slow: Sql, ending: Ending | null = null): Sql {
    return {
      query: async <Row>(statement: Statement, values: readonly unknown[] = []) => {
        ending?.throwIfOver()
        const lane = this.lanes.reduce((least, one) => (one.waiting < least.waiting ? one : least))
        try {
          const client = lane.client ?? (await lane.connect())
          const rows = lane.query<Row>(client, statement, values)
          return await (ending === null ? rows : this.until(ending, client, rows))
        } catch (error) {
          if (error === ending?.reason || !(isDatabaseAway(error) || isOfAnothersStatement(error))) throw error
          return slow.query<Row>(statement, values)
        }
      },
    }
  }

  close(): void {
    for (const lane of this.lanes) lane.close()
  }

  /** Waits no longer than the operation lasts. Where its cancellation comes a moment late and meets another's, that one is read again. */
  private until<T>(ending: Ending, client: PoolClient, rows: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const stop = (): void => {
        reject(ending.reason ?? new Error('an operation that is over without a reason'))
        const { processID } = client as unknown as { processID: number }
        this.pool.query('SELECT pg_cancel_backend($1)', [processID]).catch(() => undefined) // QUICK_MS ends it then
      }
      ending.watch(stop)
      rows.then(resolve, reject).finally(() => ending.unwatch(stop))
    })
  }
}

/**
 * What is sent behind the first use of a statement relies on that one to have prepared it. Where that was cut off, it is told that there is no such
 * statement, or, while it is sent anew, that there is one already.
 */
function isOfAnothersStatement(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '26000' || error.code === '42P05')
}

class Lane {
  waiting = 0
  client: PoolClient | null = null
  private connecting: Promise<PoolClient> | null = null
  private isCorked = false

  constructor(private readonly pool: Pool) {}

  async query<Row>(client: PoolClient, { name, text, rowMode }: Statement, values: readonly unknown[]): Promise<Row[]> {
    this.waiting += 1
    this.holdBack(client)
    try {
      const query = { name, text, values: [...values], ...(rowMode !== undefined && { rowMode }) }
      const { rows } = await client.query(query)
      return rows as Row[]
    } finally {
      this.waiting -= 1
    }
  }

  close(): void {
    this.client?.release()
    this.client = null
  }

  /** What is written is sent once everything that has come in this turn has been looked at. */
  private holdBack(client: PoolClient): void {
    if (this.isCorked) return
    this.isCorked = true
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
    stream.cork()
    setImmediate(() => {
      this.isCorked = false
      stream.uncork()
    })
  }

  connect(): Promise<PoolClient> {
    this.connecting ??= this.pool.connect().then(
      (client) => {
        this.connecting = null
        this.client = client
        client.once('end', () => {
          if (this.client !== client) return
          this.client = null
          client.release(new Error('the connection is gone'))
        })
        return client
      },
      (error: unknown) => {
        this.connecting = null
        throw error
      },
    )
    return this.connecting
  }
}
