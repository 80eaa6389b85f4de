import type { Database } from '../database'
import type { Tracing } from './tracing'

/**
 * The database with a span around each transaction that is part of something that is traced. Rounds that look every second
 * for what is due are part of nothing, and would be most of what is sent.
 */
export function traceDatabase(database: Database, tracing: Tracing): Database {
  const around =
    <Args extends unknown[], Result>(kind: string, door: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> => {
      if (tracing.current() === null) return door(...args)
      const attributes = { 'db.system.name': 'postgresql', 'daybook.transaction': kind }
      return tracing.within('database transaction', { attributes }, () => door(...args))
    }
  return {
    ...database,
    inTransaction: (work) => around('change', () => database.inTransaction(work))(),
    inSnapshot: (work) => around('snapshot', () => database.inSnapshot(work))(),
    inPipelinedTransaction: (work) => around('batch', () => database.inPipelinedTransaction(work))(),
    within: (ending) => traceDatabase(database.within(ending), tracing),
  }
}
