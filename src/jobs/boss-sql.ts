import type { Pool, ClientBase } from 'pg'
import type { Db } from 'pg-boss'

/** pg-boss's tables are no business of our migrations, and stand apart from ours. */
export const JOB_SCHEMA = 'daybook_jobs'

/** How pg-boss comes to a connection of ours. */
export function sqlOfBoss(client: Pick<ClientBase, 'query'>): Db {
  return { executeSql: (text, values) => client.query(text, values) }
}

/** The same on a pool. A connection that has failed is given up: pg-boss would leave it in the middle of a transaction. */
export function pooledSqlOfBoss(pool: Pool): Db {
  return {
    async executeSql(text, values) {
      const client = await pool.connect()
      let broken: Error | undefined
      try {
        return await client.query(text, values)
      } catch (error) {
        broken = error as Error
        throw error
      } finally {
        client.release(broken)
      }
    },
  }
}
