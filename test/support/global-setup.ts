import 'reflect-metadata'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { openDatabase } from '../../src/database'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres'
import { prepareJobQueue } from '../../src/jobs/prepare-job-queue'
import { migrate } from '../../src/migrate'
import { seedSampleProfile } from '../../src/particulars/provider-profile'
import { findChromium } from './chromium'
import { TEMPLATE, withDatabase } from './database'

/** What the teardown of the same run must undo. Jest loads both files in one process. */
export interface TestServer {
  url: string
  embedded: { postgres: EmbeddedPostgres; home: string } | null
}

declare global {
  var testServer: TestServer | undefined
}

// Nothing here outlives the run, so nothing need survive a power cut; what a commit waits for stays as it is in earnest.
const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '300', shared_buffers: '128MB' }

const log = { info: () => undefined, warn: (message: string) => void process.stderr.write(`${message}\n`) }

/**
 * One server for the run: an embedded one, or the one of DAYBOOK_TEST_DATABASE_URL, whose role must be allowed to create
 * databases. Such a server serves one run at a time, for both would make the template.
 */
export default async function setUp(): Promise<void> {
  const given = process.env.DAYBOOK_TEST_DATABASE_URL
  const server = given ? { url: given, embedded: null } : await startServer()
  globalThis.testServer = server
  process.env.DAYBOOK_TEST_POSTGRES = server.url
  // Unpacked once, and not by each worker.
  process.env.CHROMIUM_PATH = await findChromium()

  const client = new Client(server.url)
  await client.connect()
  await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`)
  await client.query(`CREATE DATABASE ${TEMPLATE} TEMPLATE template0 ENCODING 'UTF8'`)
  await migrate(withDatabase(server.url, TEMPLATE))
  await prepareJobQueue(withDatabase(server.url, TEMPLATE))
  await seedProfile(withDatabase(server.url, TEMPLATE))
  await client.query(`ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false`)
  await client.end()
}

/** Invoices need a sender. */
async function seedProfile(url: string): Promise<void> {
  const database = await openDatabase(url, 2)
  await database.inTransaction(seedSampleProfile)
  await database.close()
}

async function startServer(): Promise<TestServer> {
  await removeLeftovers()
  const home = await mkdtemp(join(tmpdir(), `daybook-test-${process.pid}-`))
  // For root, whose Postgres runs as another user and must come in.
  await chmod(home, 0o711)
  const postgres = await startEmbeddedPostgres({ home, log, settings: SETTINGS })
  return { url: postgres.url, embedded: { postgres, home } }
}

/** Ends the servers of runs that were interrupted: jest leaves out the teardown then. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(/^daybook-test-(\d+)-/.exec(name)?.[1])
    if (!(pid > 0) || isAlive(pid)) continue
    const home = join(tmpdir(), name)
    try {
      await (await startEmbeddedPostgres({ home, log })).stop()
      await rm(home, { recursive: true, force: true })
    } catch (error) {
      log.warn(`${home} is left from another run and can't be removed: ${String(error)}`)
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
