import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client as PostgresClient } from 'pg'
import { migrate } from '../../src/database'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres'
import { createTestDatabase } from '../support/database'
import { freePort, GatewayProcess } from './gateway-process'
import { History, STAFF_TOKEN } from './history'

const quiet = { info: () => undefined, warn: () => undefined }

/** Transactions that stand open with nobody going on with them: one that was only between two statements is gone at a later look. */
async function leftIdle(postgres: PostgresClient): Promise<string[]> {
  const look = async () => {
    const { rows } = await postgres.query<{ transaction: string }>(`
      SELECT pid || ' since ' || xact_start AS transaction FROM pg_stat_activity
      WHERE datname = current_database() AND state LIKE 'idle in transaction%'`)
    return rows.map(({ transaction }) => transaction)
  }
  let left = await look()
  for (let looks = 0; left.length > 0 && looks < 40; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, 250))
    const now = await look()
    left = left.filter((transaction) => now.includes(transaction))
  }
  return left
}

describe('a database that goes away', () => {
  it('whose backends are ended costs typed errors and no restart of the gateway', async () => {
    const database = await createTestDatabase()
    const gateway = await GatewayProcess.start({ DATABASE_URL: database.url, DAYBOOK_STAFF_TOKEN: STAFF_TOKEN })
    const postgres = new PostgresClient(database.url)
    await postgres.connect()
    try {
      const history = await History.begin(gateway.url, 11)
      const client = history.client(gateway.url)
      let over = false
      const load = history.load([client], 16, () => over)
      for (let round = 0; round < 8; round += 1) {
        await new Promise((resolve) => setTimeout(resolve, 150))
        await postgres.query(`
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`)
      }
      await new Promise((resolve) => setTimeout(resolve, 500))
      over = true
      await load
      await history.settleUnknown(client)
      expect(await history.verdict(client, gateway.url)).toEqual([])
      expect(history.count('ok')).toBeGreaterThan(10)
      expect(await leftIdle(postgres)).toEqual([])
    } finally {
      await postgres.end()
      await gateway.end('SIGTERM')
      await database.drop()
    }
  }, 60_000)

  it('and comes back on another day of its life finds the gateway serving again within ten seconds', async () => {
    const home = await mkdtemp(join(tmpdir(), 'daybook-restart-'))
    // As root, Postgres runs as another user; a home that it can't reach would leave its data elsewhere.
    await chmod(home, 0o755)
    const settings = { port: String(await freePort()) }
    let postgres = await startEmbeddedPostgres({ home, log: quiet, settings })
    await migrate(postgres.url)
    const gateway = await GatewayProcess.start({ DATABASE_URL: postgres.url, DAYBOOK_STAFF_TOKEN: STAFF_TOKEN })
    try {
      const history = await History.begin(gateway.url, 12)
      const client = history.client(gateway.url)
      let over = false
      const load = history.load([client], 16, () => over)
      await new Promise((resolve) => setTimeout(resolve, 500))
      await postgres.stop()
      await new Promise((resolve) => setTimeout(resolve, 300))
      postgres = await startEmbeddedPostgres({ home, log: quiet, settings })
      const back = Date.now()
      const known = history.count('ok')
      while (history.count('ok') <= known && Date.now() - back < 10_000) {
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      expect(history.count('ok')).toBeGreaterThan(known)
      over = true
      await load
      await history.settleUnknown(client)
      expect(await history.verdict(client, gateway.url)).toEqual([])
    } finally {
      await gateway.end('SIGTERM')
      await postgres.stop()
      await rm(home, { recursive: true, force: true })
    }
  }, 60_000)
})
