import type { PoolClient } from 'pg'
import type { DataSource, QueryRunner } from 'typeorm'
import { snapshotOn, sqlOn, type Database, type Ending, type Sql } from '../database'
import { DomainError } from '../errors'
import type { Replicas, Seat } from './replicas'

/** What ends no sooner than its answer. */
export const NEVER_OVER: Ending = {
  reason: null,
  throwIfOver: () => undefined,
  watch: () => undefined,
  unwatch: () => undefined,
}

/**
 * The database as one operation reads it: on a replica that has all that was committed before it arrived, while that can be, and
 * else on the primary. Whatever may write is the primary's, and so is then the rest of the operation, which could read on the replica what
 * was so before.
 *
 * `primary` is the database within the same ending; `arrivedAt` a moment of the replicas'.
 */
export function readOnReplica(
  primary: Database,
  replicas: Replicas,
  ending: Ending,
  arrivedAt = replicas.now(),
): Database {
  const reading = new Reading(replicas, ending, arrivedAt)
  const dataSource = dataSourceOf(primary.dataSource, replicas.dataSource, reading)
  return {
    ...primary,
    dataSource,
    sql: sqlOf(primary.sql, reading),
    quick: sqlOf(primary.quick, reading),
    inSnapshot: (work) =>
      reading.read(
        (client) => snapshotOn(dataSourceOn(client, replicas.dataSource), work),
        () => primary.inSnapshot(work),
      ),
    inTransaction: (work) => reading.leave(() => primary.inTransaction(work)),
    inPipelinedTransaction: (work) => reading.leave(() => primary.inPipelinedTransaction(work)),
    underLock: (name, work) => reading.leave(() => primary.underLock(name, work)),
    within: (inner) => readOnReplica(primary.within(inner), replicas, inner, arrivedAt),
  }
}

/** The same for statements alone, such as those of a file. */
export function statementsOnReplica(primary: Sql, replicas: Replicas): Sql {
  return sqlOf(primary, new Reading(replicas, NEVER_OVER, replicas.now()))
}

function sqlOf(primary: Sql, reading: Reading): Sql {
  return {
    query: (statement, values) =>
      reading.read(
        (client) => sqlOn(client).query(statement, values),
        () => primary.query(statement, values),
      ),
  }
}

/** Where one operation reads: at one place, until it has left that for the primary. */
class Reading {
  private seat: Promise<Seat | null> | null = null
  private hasLeft = false

  constructor(
    private readonly replicas: Replicas,
    private readonly ending: Ending,
    private readonly arrivedAt: number,
  ) {}

  leave<T>(work: () => Promise<T>): Promise<T> {
    this.hasLeft = true
    return work()
  }

  async read<T>(onReplica: (client: PoolClient) => Promise<T>, onPrimary: () => Promise<T>): Promise<T> {
    const { ending, replicas } = this
    ending.throwIfOver()
    const seat = this.hasLeft ? null : await (this.seat ??= replicas.seat(this.arrivedAt))
    // It may have left meanwhile.
    if (seat === null || this.isOnPrimary()) return onPrimary()
    try {
      return await seat.replica.read(seat.life, ending, onReplica)
    } catch (error) {
      ending.throwIfOver()
      if (isAnswer(error)) throw error
      replicas.hasFailed(seat)
      return this.leave(onPrimary)
    }
  }

  private isOnPrimary(): boolean {
    return this.hasLeft
  }
}

/** What the primary would say too: a refusal, and that a statement takes too long. It would take as long again. */
function isAnswer(error: unknown): boolean {
  if (error instanceof DomainError) return true
  const { code, message } = error as { code?: unknown; message?: unknown }
  return code === '57014' && String(message).includes('statement timeout')
}

/** TypeORM reads on runners that it makes for reading, outside of transactions; any other may write. */
function dataSourceOf(primary: DataSource, root: DataSource, reading: Reading): DataSource {
  const view = Object.create(primary) as DataSource
  view.createQueryRunner = (mode) => {
    const runner = primary.createQueryRunner(mode)
    const query = runner.query.bind(runner)
    return Object.assign(runner, {
      query(...args: Parameters<typeof query>): Promise<unknown> {
        const onPrimary = () => query(...args) as Promise<unknown>
        if (mode !== 'slave') return reading.leave(onPrimary)
        return reading.read(async (client) => {
          const other = runnerOn(client, root)
          try {
            return (await other.query(...args)) as unknown
          } finally {
            await other.release()
          }
        }, onPrimary)
      },
    })
  }
  Object.assign(view, { manager: view.createEntityManager() })
  return view
}

/** A view whose runners all use one connection, which they don't give back. */
function dataSourceOn(client: PoolClient, root: DataSource): DataSource {
  const view = Object.create(root) as DataSource
  view.createQueryRunner = () => runnerOn(client, root)
  return view
}

function runnerOn(client: PoolClient, root: DataSource): QueryRunner {
  const runner = root.createQueryRunner('slave')
  const { driver } = runner as QueryRunner & { driver: object }
  const connect = () => Promise.resolve([client, () => undefined])
  return Object.assign(runner, {
    driver: Object.assign(Object.create(driver) as object, { obtainMasterConnection: connect }),
  })
}
