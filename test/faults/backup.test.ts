import { execFile } from 'node:child_process'
import { chmod, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { sealLedgers } from '../../src/ledger/seal-ledgers'
import { withDatabase } from '../support/database'
import { Desk } from '../support/desk'
import { freePort } from './gateway-process'
import { PostgresServer } from './postgres-server'
import { brokenInvariants } from './snapshot-invariants'
import { seedPartners } from './workload'

const run = promisify(execFile)
const quiet = { info: () => undefined, warn: () => undefined }

jest.setTimeout(300_000)

/**
 * A base backup by nothing but a copy of files, as docs of Postgres have it
 * (https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP): Postgres is told, the files are
 * copied while it works, and the log that was written meanwhile last of all.
 */
async function copyData(url: string, from: string, to: string): Promise<void> {
  const [data, copied] = [from, to].map((home) => join(home, 'postgres', 'cluster', 'data')) as [string, string]
  // The backup lasts as long as this connection.
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`SELECT pg_backup_start('test', fast => true)`)
  // What is gone by the time that it is copied was not needed.
  await run('cp', ['-a', join(from, 'postgres'), to]).catch(() => undefined)
  const { rows } = await client.query<{ labelfile: string }>(
    'SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)',
  )
  await client.end()
  await rm(join(copied, 'pg_wal'), { recursive: true })
  await run('cp', ['-a', join(data, 'pg_wal'), copied])
  await rm(join(copied, 'postmaster.pid'), { force: true })
  const label = join(copied, 'backup_label')
  await writeFile(label, rows[0]?.labelfile ?? '', { mode: 0o600 })
  const { uid, gid } = await stat(join(copied, 'PG_VERSION'))
  await chown(label, uid, gid)
}

it('L11: a copy of the data that is made under load is a whole book, with all that was acknowledged before', async () => {
  const server = await PostgresServer.start()
  const home = await mkdtemp(join(tmpdir(), 'daybook-restored-'))
  await chmod(home, 0o711)
  const url = await server.createDatabase()
  const name = new URL(url).pathname.slice(1)
  const desk = await Desk.open(url)
  try {
    const [partner] = await seedPartners(desk, 1)
    if (partner === undefined) throw new Error('no partner')
    const { accountId, channelIds } = partner
    await sealLedgers({ database: desk.database, signal: new AbortController().signal })
    const movements = 'SELECT id FROM ledger_transaction ORDER BY account_id, sequence'
    const seals = 'SELECT account_id, sequence, encode(hash, $1) AS hash FROM ledger_seal ORDER BY 1, 2'
    const acknowledged = await desk.rows<{ id: string }>(movements)
    const sealed = await desk.rows(seals, ['hex'])
    let over = false
    const load = channelIds.map(async (channelId) => {
      while (!over) await desk.allocate(accountId, { channelId, days: 1 })
    })
    await copyData(url, server.home, home)
    over = true
    await Promise.all(load)

    const settings = { port: String(await freePort()), fsync: 'off' }
    const restored = await startEmbeddedPostgres({ home, log: quiet, settings })
    const other = await Desk.open(withDatabase(restored.url, name))
    try {
      const kept = await other.rows<{ id: string }>(movements)
      expect(kept.length).toBeGreaterThanOrEqual(acknowledged.length)
      expect(kept.slice(0, acknowledged.length)).toEqual(acknowledged)
      expect(sealed).toHaveLength(1)
      expect(await other.rows(seals, ['hex'])).toEqual(sealed)
      expect(await brokenInvariants(other.database)).toEqual([])
      expect(await auditLedger(other.database, null)).toMatchObject({ ok: true, violations: [] })
      // It goes on from there.
      await other.allocate(accountId, { channelId: channelIds[0], days: 1 })
    } finally {
      await other.close()
      await restored.stop()
    }
  } finally {
    await desk.close()
    await server.stop()
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
})
