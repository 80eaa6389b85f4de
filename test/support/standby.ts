import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, type DatabaseError } from 'pg'
import { prepareBinaries } from '../../src/embedded-postgres/binaries'
import { findPlace, runAs } from '../../src/embedded-postgres/place'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres'
import { copyRunningCluster, writeAsOwner } from './base-backup'
import { freePort } from './free-port'

const quiet = { info: () => undefined, warn: () => undefined }

// Nothing outlives the test; what a commit waits for stays as it is in earnest. The standby finds all of the log that it lacks.
const SETTINGS = { fsync: 'off', wal_keep_size: '512MB', max_connections: '100' }

/** A primary, and servers that stream from it: all real, all on this machine. */
export class ReplicatedPostgres {
  readonly standbys: Standby[] = []

  private constructor(
    readonly url: string,
    private readonly home: string,
    private readonly stopPrimary: () => Promise<void>,
  ) {}

  static async start(): Promise<ReplicatedPostgres> {
    const home = await newHome()
    const primary = await startEmbeddedPostgres({ home, log: quiet, settings: SETTINGS })
    return new ReplicatedPostgres(primary.url, home, () => primary.stop())
  }

  /** Copies the primary as it is, and has the copy follow it. `isQuiet`: it writes down no statements, and `statementsOf` knows none. */
  async addStandby({ isQuiet = false } = {}): Promise<Standby> {
    const home = await newHome()
    const place = await findPlace(home, quiet)
    const cluster = join(place.path, 'cluster')
    await copyRunningCluster(this.url, join((await findPlace(this.home, quiet)).path, 'cluster'), cluster)
    const { port, username, password } = new URL(this.url)
    const source = `host=127.0.0.1 port=${port} user=${username} password=${password}`
    await writeAsOwner(join(cluster, 'data'), 'standby.signal', '')
    await appendFile(join(cluster, 'data', 'postgresql.auto.conf'), `\nprimary_conninfo = '${source}'\n`)
    const { postgres } = await prepareBinaries(place, quiet)
    const ownPort = await freePort()
    const url = Object.assign(new URL(this.url), { port: String(ownPort) }).href
    const standby = new Standby(url, home, cluster, () =>
      spawn(postgres, ['-D', join(cluster, 'data'), ...settingsOf(ownPort, isQuiet)], {
        cwd: cluster,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { LC_ALL: 'C', TZ: 'UTC' },
        ...runAs(place.account),
      }),
    )
    this.standbys.push(standby)
    await standby.start()
    return standby
  }

  async stop(): Promise<void> {
    for (const standby of this.standbys) await standby.remove()
    await this.stopPrimary()
    await rm(this.home, { recursive: true, force: true })
  }
}

/** Ready to be read from as soon as it is started. */
export class Standby {
  private process: ChildProcess | null = null
  private said = ''
  private marks = 0

  constructor(
    readonly url: string,
    private readonly home: string,
    private readonly cluster: string,
    private readonly launch: () => ChildProcess,
  ) {}

  async start(): Promise<void> {
    const child = this.launch()
    this.process = child
    child.stderr?.on('data', (piece: Buffer) => (this.said += piece.toString()))
    while (!(await this.answers())) {
      if (child.exitCode !== null) throw new Error(`The standby did not start: ${this.said}`)
      await delay(20)
    }
  }

  /** All connections end at once, and new ones are refused. */
  async stop(): Promise<void> {
    const child = this.process
    this.process = null
    if (child?.exitCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGQUIT')
    await ended
  }

  /** Every process of it stands still: it takes connections and answers nothing. */
  async freeze(): Promise<void> {
    await this.signalAll('SIGSTOP')
  }

  async thaw(): Promise<void> {
    await this.signalAll('SIGCONT')
  }

  async sql<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 5_000 })
    await client.connect()
    try {
      for (;;) {
        try {
          return (await client.query(text, [...values])).rows as Row[]
        } catch (error) {
          // It was in the way of what is replayed.
          if ((error as DatabaseError).code !== '40001') throw error
        }
      }
    } finally {
      await client.end()
    }
  }

  /** All statements that were run here by now under a name of an application. */
  async statementsOf(application: string): Promise<string[]> {
    this.marks += 1
    const mark = `SELECT 'mark ${this.marks}'`
    await this.sql(mark)
    // It is written behind whatever was answered before it was sent.
    while (!this.said.includes(mark)) await delay(1)
    const lines = new RegExp(`^${application}\\|LOG:  (?:statement|execute [^:]+): ([^\\n]*(?:\\n\\t[^\\n]*)*)`, 'gm')
    return [...this.said.matchAll(lines)].map(([, text = '']) => text.trim())
  }

  /** What comes from the primary is kept, and not seen. Returns once that is so. */
  async pauseReplay(): Promise<void> {
    await this.sql('SELECT pg_wal_replay_pause()')
    for (;;) {
      const [row] = await this.sql<{ state: string }>('SELECT pg_get_wal_replay_pause_state() AS state')
      if (row?.state === 'paused') return
      await delay(10)
    }
  }

  async resumeReplay(): Promise<void> {
    await this.sql('SELECT pg_wal_replay_resume()')
  }

  async remove(): Promise<void> {
    await this.stop()
    await rm(this.home, { recursive: true, force: true })
  }

  private async answers(): Promise<boolean> {
    return this.sql('SELECT 1').then(
      () => true,
      () => false,
    )
  }

  private async signalAll(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const [postmaster] = (await readFile(join(this.cluster, 'data', 'postmaster.pid'), 'utf8')).split('\n')
    const children = await readFile(`/proc/${postmaster ?? ''}/task/${postmaster ?? ''}/children`, 'utf8')
    for (const pid of [postmaster, ...children.trim().split(' ')]) process.kill(Number(pid), signal)
  }
}

function settingsOf(port: number, isQuiet: boolean): string[] {
  const settings = {
    ...SETTINGS,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    hot_standby: 'on',
    // Whoever reads is in nobody's way: what is replayed waits for no statement here.
    max_standby_streaming_delay: '100ms',
    // The smallest: it asks the primary soon again where it was lost.
    wal_retrieve_retry_interval: '100ms',
    log_statement: isQuiet ? 'none' : 'all',
    log_line_prefix: '%a|',
    lc_messages: 'C',
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'daybook-replicated-'))
  // As root, Postgres runs as another user; a home that it can't reach would leave its data elsewhere.
  await chmod(home, 0o755)
  return home
}
