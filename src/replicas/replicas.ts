import type { Pool } from 'pg'
import type { DataSource } from 'typeorm'
import { ConfigError } from '../config'
import type { Database, Sql } from '../database'
import type { Log } from '../log'
import { Replica } from './replica'
import { CommittedPosition } from './wal-position'

/** Where an operation that could be read on a replica is read, as it is decided; and that this had to be given up. */
export type ReadPlace = 'REPLICA' | 'BEHIND' | 'AWAY' | 'FAILED'

/** A place to read at: a replica, in that life of it in which it has all that was asked for. */
export interface Seat {
  readonly replica: Replica
  readonly life: string
}

export interface ReplicasOptions {
  readonly primary: Pick<Database, 'sql' | 'dataSource'>
  /** Connections to each. */
  readonly poolSize: number
  readonly log: Pick<Log, 'warn' | 'info'>
  readonly onRead?: (place: ReadPlace) => void
}

/** The replicas of a gateway, and which of them is read from. */
export class Replicas {
  private readonly committed: CommittedPosition
  private turn = 0

  private constructor(
    private readonly all: readonly Replica[],
    private readonly options: ReplicasOptions,
  ) {
    this.committed = new CommittedPosition(options.primary.sql)
  }

  /**
   * Looks at each once before it answers. One that is away, or has just been promoted, keeps no gateway from starting. Throws a
   * ConfigError for an address where there can be no copy of the primary.
   */
  static async open(urls: readonly string[], options: ReplicasOptions): Promise<Replicas> {
    const { primary, poolSize, log } = options
    const all = urls.map((url, index) => new Replica({ url, number: index + 1, poolSize, primary: primary.sql, log }))
    const replicas = new Replicas(all, options)
    await Promise.all(all.map((replica) => replica.look()))
    for (const { number, standing } of all) {
      if (standing.state !== 'UNFIT' || !standing.forGood) continue
      await replicas.close()
      throw new ConfigError(
        `DATABASE_REPLICA_URL: the server at address ${number} can’t be read from: ${standing.reason}. It names servers that stream from that of DATABASE_URL.`,
      )
    }
    for (const replica of all) replica.start()
    return replicas
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((replica) => replica.close()))
  }

  /** What statements are written for: that of the primary. */
  get dataSource(): DataSource {
    return this.options.primary.dataSource
  }

  get pools(): Readonly<Record<string, Pool>> {
    return Object.assign({}, ...this.all.map(({ pools }) => pools)) as Record<string, Pool>
  }

  get states(): { number: number; isWell: boolean; lagSeconds: number | null }[] {
    return this.all.map(({ number, standing, lagSeconds }) => ({
      number,
      // One that is a moment behind is not what anybody has to look after.
      isWell: standing.state === 'WELL' || standing.state === 'BEHIND',
      lagSeconds,
    }))
  }

  /** Of an operation's arrival, for `seat`. */
  now(): number {
    return this.committed.now()
  }

  /** Look-ups that say by the way how far the primary's log is: whoever has come before them needs not ask for it. */
  tellingToo(sql: Sql): Sql {
    return this.committed.tellingToo(sql)
  }

  /** Null: read on the primary. All that was committed before the moment is at the place that it answers. */
  async seat(moment: number): Promise<Seat | null> {
    const replica = this.next()
    if (replica === null) return this.primaryFor('AWAY')
    // A primary that doesn't say it will not be read from either, and tells the caller so itself.
    const wanted = await Promise.resolve(this.committed.since(moment)).catch(() => null)
    if (wanted === null) return null
    const life = await replica.reach(wanted)
    if (life === null) return this.primaryFor('BEHIND')
    this.options.onRead?.('REPLICA')
    return { replica, life }
  }

  hasFailed({ replica }: Seat): void {
    this.options.onRead?.('FAILED')
    replica.doubt()
  }

  private primaryFor(why: ReadPlace): null {
    this.options.onRead?.(why)
    return null
  }

  /** Those that are well take turns. */
  private next(): Replica | null {
    const well = this.all.filter(({ standing }) => standing.state === 'WELL')
    this.turn += 1
    return well[this.turn % well.length] ?? null
  }
}
