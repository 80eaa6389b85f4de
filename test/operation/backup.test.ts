import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { findPlace } from '../../src/embedded-postgres/place'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { brokenSeal, sealLedgers } from '../../src/ledger/seal-ledgers'
import { migrate } from '../../src/migrate'
import { copyFileAs, copyRunningCluster } from '../support/base-backup'
import { Desk } from '../support/desk'

const quiet = { info: () => undefined, warn: () => undefined }
// The log is kept until it is copied.
const SETTINGS = { fsync: 'off', wal_keep_size: '512MB' }

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'daybook-backup-'))
  // As root, Postgres runs as another user; a home that it can't reach would leave its data elsewhere.
  await chmod(home, 0o755)
  return home
}

const CONTENT = `
  SELECT
    (SELECT md5(string_agg(t::text, E'\\n' ORDER BY account_id, sequence)) FROM ledger_transaction t) AS ledger,
    (SELECT count(*)::int FROM ledger_transaction) AS movements,
    (SELECT md5(string_agg(e::text, E'\\n' ORDER BY account_id, sequence)) FROM event e) AS events,
    (SELECT md5(string_agg(k::text, E'\\n' ORDER BY k::text)) FROM idempotency_key k) AS keys,
    (SELECT md5(string_agg(a::text, E'\\n' ORDER BY id)) FROM account a) AS accounts,
    (SELECT string_agg(s::text, E'\\n' ORDER BY s::text) FROM ledger_seal s) AS heads`

async function contentOf(url: string): Promise<{ movements: number; heads: string }> {
  const client = new Client(url)
  await client.connect()
  const { rows } = await client.query<{ movements: number; heads: string }>(CONTENT)
  await client.end()
  return rows[0] ?? { movements: 0, heads: '' }
}

describe('L11: a base backup by copying files', () => {
  it('of a server under load starts on its own, with every acknowledged movement and the same heads of the chains', async () => {
    const homes = [await newHome(), await newHome()]
    const [home = '', copy = ''] = homes
    const postgres = await startEmbeddedPostgres({ home, log: quiet, settings: SETTINGS })
    let restored: Awaited<ReturnType<typeof startEmbeddedPostgres>> | undefined
    try {
      await migrate(postgres.url)
      const desk = await Desk.open(postgres.url)
      const accounts = await Promise.all(Array.from({ length: 4 }, () => desk.createAccount()))
      const channels = await Promise.all(
        accounts.map(async (accountId) => {
          await desk.grant(accountId, 30_000)
          return (await desk.channels(accountId, 1))[0]
        }),
      )
      let copied = false
      let acknowledged = 0
      const load = accounts.map(async (accountId, index) => {
        for (let call = 0; !copied; call += 1) {
          await desk.allocate(accountId, { channelId: channels[index], days: 1, idempotencyKey: `call ${call}` })
          acknowledged += 1
        }
      })

      const from = join((await findPlace(home, quiet)).path, 'cluster')
      const to = join((await findPlace(copy, quiet)).path, 'cluster')
      const before = acknowledged
      let content = { movements: 0, heads: '' }
      await copyRunningCluster(postgres.url, from, to, async () => {
        // It was a copy of something that moved.
        while (acknowledged < before + 50) await new Promise((resolve) => setImmediate(resolve))
        copied = true
        await Promise.all(load)
        await sealLedgers({ database: desk.database, signal: new AbortController().signal })
        content = await contentOf(postgres.url)
      })
      for (const name of await readdir(join(from, 'data', 'pg_wal'))) {
        if (/^[0-9A-F]{24}$/.test(name))
          await copyFileAs(join(from, 'data', 'pg_wal', name), join(to, 'data', 'pg_wal', name))
      }
      await desk.close()

      restored = await startEmbeddedPostgres({ home: copy, log: quiet, settings: { fsync: 'off' } })
      expect(restored.started).toBe(true)
      expect(await contentOf(restored.url)).toEqual(content)
      expect(content.movements).toBeGreaterThanOrEqual(acknowledged)
      expect(content.heads).not.toBe('')
      const other = await Desk.open(restored.url)
      const audit = await auditLedger(other.database, null)
      expect(audit).toMatchObject({ ok: true, accountsChecked: 4, violations: [] })
      for (const accountId of accounts) expect(await brokenSeal(other.database.sql, accountId)).toBeNull()
      // And it goes on: a key of before is replayed, a new movement is entered.
      const [accountId = ''] = accounts
      const again = { channelId: channels[0], days: 1, idempotencyKey: 'call 0' }
      expect((await other.allocate(accountId, again)).replayed).toBe(true)
      await other.allocate(accountId, { ...again, idempotencyKey: 'of the restored' })
      await other.close()
    } finally {
      await restored?.stop()
      await postgres.stop()
      for (const one of homes) await rm(one, { recursive: true, force: true })
    }
  })
})
