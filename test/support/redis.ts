import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port'

const run = promisify(execFile)
const READY_WITHIN_MS = 20_000
/** What Debian's redis-server needs beside what every Debian has. */
const DEBIAN_PACKAGES = [
  'redis-tools',
  'libjemalloc2',
  'liblua5.1-0',
  'liblzf1',
  'libatomic1',
  'lua-bitop',
  'lua-cjson',
]

/**
 * A real Redis on loopback, that can be stopped and started on its port. The program is that of REDIS_SERVER_PATH, or one that is
 * installed, or Debian's, taken out of its packages into a folder of its own and not installed. No package of npm's ships one. Throws, and
 * says what to do, where there is none.
 */
export class TestRedis {
  private child: ChildProcess | null = null

  private constructor(
    private readonly program: string,
    private readonly libraries: string,
    private readonly home: string,
    readonly port: number,
  ) {}

  static async start(): Promise<TestRedis> {
    const home = await mkdtemp(join(tmpdir(), 'daybook-redis-'))
    const installed = await findInstalled()
    const root = join(home, 'root')
    if (installed === null) await unpack(home, root)
    const program = installed ?? join(root, 'usr', 'bin', 'redis-check-rdb')
    const redis = new TestRedis(program, installed === null ? await libraryPath(root) : '', home, await freePort())
    await redis.start()
    return redis
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    const settings = [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      this.home,
    ]
    // Debian has one program under three names, and it goes by the name by which it is called.
    const child = spawn(this.program, settings, {
      argv0: 'redis-server',
      stdio: 'ignore',
      env: { ...process.env, LD_LIBRARY_PATH: this.libraries },
    })
    this.child = child
    const deadline = Date.now() + READY_WITHIN_MS
    while (!(await answers(this.port))) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${this.program} does not start`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** As a crash would: nothing is said to whoever is connected. */
  async kill(): Promise<void> {
    const { child } = this
    if (child?.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.home, { recursive: true, force: true })
  }
}

async function findInstalled(): Promise<string | null> {
  const named = process.env.REDIS_SERVER_PATH
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = ['redis-server', 'valkey-server'].flatMap((name) => folders.map((folder) => join(folder, name)))
  for (const candidate of named === undefined ? candidates : [named, ...candidates]) {
    if (
      await access(candidate).then(
        () => true,
        () => false,
      )
    )
      return candidate
  }
  return null
}

async function unpack(home: string, root: string): Promise<void> {
  try {
    await run('apt-get', ['download', ...DEBIAN_PACKAGES], { cwd: home }).catch(async () => {
      // A machine that is new knows of no packages yet.
      await run('apt-get', ['update'])
      await run('apt-get', ['download', ...DEBIAN_PACKAGES], { cwd: home })
    })
    for (const name of await readdir(home))
      if (name.endsWith('.deb')) await run('dpkg-deb', ['-x', join(home, name), root])
  } catch (error) {
    throw new Error(
      'There is no Redis: install redis-server or valkey-server, or name one by REDIS_SERVER_PATH. On Debian its packages are fetched, which failed.',
      { cause: error },
    )
  }
}

async function libraryPath(root: string): Promise<string> {
  const lib = join(root, 'usr', 'lib')
  const folders = (await readdir(lib)).map((name) => join(lib, name))
  return [lib, ...folders].join(delimiter)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => socket.write('PING\r\n'))
    socket.on('data', (data) => {
      socket.destroy()
      resolve(data.toString().startsWith('+PONG'))
    })
    socket.on('error', () => resolve(false))
  })
}
