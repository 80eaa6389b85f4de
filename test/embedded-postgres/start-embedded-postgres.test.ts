import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { isPostmaster, readLock } from '../../src/embedded-postgres/postmaster'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres'

const isRoot = process.getuid?.() === 0
const settings = { fsync: 'off' }

/** A home whose first start is done; a copy of it takes a tenth of the time that a first start takes. */
let usedHome: string
let home: string
let messages: string[]
/** What a test made and may have left when it failed. */
let leftovers: { servers: EmbeddedPostgres[]; gateways: ChildProcess[]; folders: string[] }

beforeAll(async () => {
  usedHome = await makeHome()
  const postgres = await startEmbeddedPostgres({ home: usedHome, log, settings })
  await postgres.stop()
})

afterAll(() => rm(usedHome, { recursive: true, force: true }))

beforeEach(async () => {
  home = await makeHome()
  messages = []
  leftovers = { servers: [], gateways: [], folders: [home] }
})

afterEach(async () => {
  for (const gateway of leftovers.gateways) gateway.kill('SIGKILL')
  for (const server of leftovers.servers) await server.stop()
  // Whatever a failed test leaves running would outlive the run.
  const lock = await readLock(cluster('data'))
  if (lock && (await isPostmaster(lock.pid, cluster('data')))) process.kill(lock.pid, 'SIGKILL')
  for (const folder of leftovers.folders) await rm(folder, { recursive: true, force: true, maxRetries: 20 })
})

describe('a start', () => {
  it('makes the database, and a later one finds what was written', async () => {
    const first = await start()
    expect(first.started).toBe(true)
    await query(first.url, 'CREATE TABLE kept AS SELECT 75 AS days')
    await first.stop()

    const second = await start()
    expect(second.started).toBe(true)
    expect(await query(second.url, 'SELECT * FROM kept')).toEqual([{ days: 75 }])
  })

  it('takes text in UTF-8', async () => {
    const { url } = await start()
    expect(await query(url, `SELECT pg_encoding_to_char(encoding) AS encoding FROM pg_database`)).toContainEqual({
      encoding: 'UTF8',
    })
    expect(await query(url, `SELECT upper('žluť') AS upper`)).toEqual([{ upper: 'ŽLUŤ' }])
  })

  it('lets in nobody without the password, listens on loopback only and keeps its files to itself', async () => {
    await useHomeAgain()
    const { url } = await start()
    await expect(query(Object.assign(new URL(url), { password: 'guess' }).href, 'SELECT')).rejects.toThrow(
      'password authentication failed',
    )
    expect(await query(url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
    expect((await stat(join(home, 'postgres'))).mode & 0o777).toBe(0o700)
    expect((await stat(cluster('password'))).mode & 0o777).toBe(0o600)
  })

  it('says in the words of Postgres why it fails, and leaves nothing running', async () => {
    await useHomeAgain()
    await expect(startEmbeddedPostgres({ home, log, settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
      /did not start: exit code 1.*server\.log ends with:.*invalid value for parameter "shared_buffers": "plenty"/s,
    )
    expect(await readLock(cluster('data'))).toBeNull()
  })

  it('begins again after a kill in the midst of the first one', async () => {
    const { child } = spawnGateway()
    while (!(await hasDraft())) await delay(5)
    await kill(child)
    expect(await readdir(join(home, 'postgres'))).toEqual([expect.stringMatching(/^unfinished-/)])

    const postgres = await start()
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('completes a first one that was killed before it made the database', async () => {
    await useHomeAgain()
    const first = await start()
    await query(Object.assign(new URL(first.url), { pathname: '/postgres' }).href, 'DROP DATABASE daybook')
    await first.stop()

    const second = await start()
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
})

describe('after a kill', () => {
  beforeEach(useHomeAgain)

  it('of the gateway, the next start adopts the server that lives on, and stops it in the end', async () => {
    const gateway = await startGateway()
    const { pid } = await running()
    await kill(gateway.child)
    expect(await isPostmaster(pid, cluster('data'))).toBe(true)

    const postgres = await start()
    expect(postgres).toMatchObject({ started: false, url: gateway.url })
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])

    await postgres.stop()
    expect(await isPostmaster(pid, cluster('data'))).toBe(false)
  })

  it("with the terminal's Ctrl-C, which reaches the gateway only, the server lives on", async () => {
    const gateway = await startGateway()
    const { pid } = await running()
    process.kill(-(gateway.child.pid ?? 0), 'SIGINT')
    await once(gateway.child, 'exit')
    expect(await isPostmaster(pid, cluster('data'))).toBe(true)

    const postgres = await start()
    expect(postgres.started).toBe(false)
  })

  it('of the gateway and the server, the next start recovers what was committed', async () => {
    const gateway = await startGateway()
    const { pid } = await running()
    await query(gateway.url, 'CREATE TABLE kept AS SELECT 75 AS days')
    await kill(gateway.child)
    process.kill(pid, 'SIGKILL')

    const postgres = await start()
    expect(postgres.started).toBe(true)
    expect(await query(postgres.url, 'SELECT * FROM kept')).toEqual([{ days: 75 }])
  })

  it('of the server alone, the gateway is warned and stops without it', async () => {
    const postgres = await start()
    const { pid } = await running()
    process.kill(pid, 'SIGKILL')
    while (messages.length === 0) await delay(5)
    expect(messages).toEqual([`The embedded Postgres, process ${pid}, ended without being asked to.`])
    await postgres.stop()
  })

  it('of a backend, the server comes back and the gateway keeps its hold', async () => {
    const postgres = await start()
    const { pid } = await running()
    const other = new Client({ connectionString: postgres.url })
    other.on('error', () => undefined)
    await other.connect()
    const { rows } = await other.query<{ backend: number }>('SELECT pg_backend_pid() AS backend')
    const cutOff = new Promise((resolve) => other.once('end', () => resolve(null)))
    process.kill(rows[0]?.backend ?? 0, 'SIGKILL')
    await cutOff

    const holders = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted`
    const count = (): Promise<number> =>
      query(postgres.url, holders).then(
        (found) => found.length,
        () => 0,
      )
    while ((await count()) === 0) await delay(5)
    await postgres.stop()
    expect(await isPostmaster(pid, cluster('data'))).toBe(false)
  })
})

describe('a lock file', () => {
  beforeEach(useHomeAgain)

  it('whose pid was given to another program does not hinder a start', async () => {
    const owner = await stat(cluster('data'))
    // Postgres minds only the processes of its own user.
    const stranger = spawn('sleep', ['60'], isRoot ? { uid: owner.uid, gid: owner.gid } : {})
    leftovers.gateways.push(stranger)
    await once(stranger, 'spawn')
    await writeFile(
      cluster('data', 'postmaster.pid'),
      `${stranger.pid ?? 0}\n${cluster('data')}\n1\n5432\n\n127.0.0.1\n\nready   \n`,
    )

    const postgres = await start()
    expect(postgres.started).toBe(true)
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(isAlive(stranger.pid ?? 0)).toBe(true)
  })

  it('that a crash of the machine left empty does not hinder a start', async () => {
    const path = cluster('data', 'postmaster.pid')
    await writeFile(path, '')
    const before = new Date(Date.now() - 60_000)
    await utimes(path, before, before)
    expect((await start()).started).toBe(true)
  })
})

describe('two gateways on one home', () => {
  it('that start at once share one server, which the last of them stops', async () => {
    const [one, two] = await Promise.all([startGateway(), startGateway()])
    expect([one.started, two.started].sort()).toEqual([false, true])
    expect(one.url).toBe(two.url)
    const { pid } = await running()

    await end(one.child)
    expect(await query(two.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await end(two.child)
    expect(await isPostmaster(pid, cluster('data'))).toBe(false)
  })

  it('that stop at once leave no server', async () => {
    await useHomeAgain()
    const [one, two] = await Promise.all([start(), start()])
    const { pid } = await running()
    await Promise.all([one.stop(), two.stop()])
    expect(await isPostmaster(pid, cluster('data'))).toBe(false)
  })

  it('of which one starts while the other stops both have their way', async () => {
    await useHomeAgain()
    for (let round = 0; round < 8; round++) {
      const one = await start()
      const [two] = await Promise.all([start(), delay(round * 5).then(() => one.stop())])
      expect(await query(two.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
      await two.stop()
    }
    expect(await readLock(cluster('data'))).toBeNull()
  })
})

if (isRoot) {
  describe('for root', () => {
    it('a home that other users cannot enter has its data elsewhere, where the next start finds it', async () => {
      await chmod(home, 0o700)
      const first = await start()
      const [found] = (await query(first.url, 'SHOW data_directory')) as [{ data_directory: string }]
      leftovers.folders.push(dirname(dirname(found.data_directory)))
      expect(messages).toEqual([expect.stringContaining(`The data of ${home} is in /var/lib/daybook/`)])
      expect(await readdir(home)).toEqual([])
      await query(first.url, 'CREATE TABLE kept AS SELECT 75 AS days')
      await first.stop()

      // The data stays where it is even when the home has become reachable.
      await chmod(home, 0o755)
      const second = await start()
      expect(await query(second.url, 'SELECT * FROM kept')).toEqual([{ days: 75 }])
    })

    it('data in a home that other users can enter no more is missed loudly', async () => {
      await useHomeAgain()
      await chmod(home, 0o700)
      await expect(start()).rejects.toThrow(`who can't enter ${home}, where its data is`)
    })
  })
}

const log = { info: () => undefined, warn: (message: string) => void messages.push(message) }

async function makeHome(): Promise<string> {
  // By this name the global set-up removes what an interrupted run leaves.
  const path = await realpath(await mkdtemp(join(tmpdir(), `daybook-test-${process.pid}-`)))
  // For root, whose Postgres runs as another user and must come in.
  await chmod(path, 0o711)
  return path
}

async function useHomeAgain(): Promise<void> {
  await promisify(execFile)('cp', ['-a', join(usedHome, 'postgres'), home])
}

async function start(): Promise<EmbeddedPostgres> {
  const record = (message: string): void => {
    if (!message.startsWith('Adopted')) messages.push(message)
  }
  const postgres = await startEmbeddedPostgres({ home, log: { info: record, warn: record }, settings })
  leftovers.servers.push(postgres)
  return postgres
}

function spawnGateway(): { child: ChildProcess; line: Promise<string> } {
  const child = spawn(process.execPath, ['-r', '@swc-node/register', join(__dirname, 'gateway.ts'), home], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  leftovers.gateways.push(child)
  const lines = createInterface({ input: child.stdout })
  return { child, line: once(lines, 'line').then(([line]) => line as string) }
}

async function startGateway(): Promise<{ child: ChildProcess; url: string; started: boolean }> {
  const { child, line } = spawnGateway()
  return { child, ...(JSON.parse(await line) as { url: string; started: boolean }) }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function end(child: ChildProcess): Promise<void> {
  child.stdin?.end()
  await once(child, 'exit')
}

async function running(): Promise<{ pid: number }> {
  const lock = await readLock(cluster('data'))
  if (!lock) throw new Error('No server runs.')
  return lock
}

async function hasDraft(): Promise<boolean> {
  const [draft] = await readdir(join(home, 'postgres')).catch(() => [])
  return (
    draft !== undefined &&
    (await readFile(join(home, 'postgres', draft, 'data', 'PG_VERSION')).catch(() => null)) !== null
  )
}

function cluster(...names: string[]): string {
  return join(home, 'postgres', 'cluster', ...names)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  // A server that goes down tells of it twice: by the query that it cuts, which is what counts, and by an event.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}
