import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, link, mkdir, mkdtemp, readdir, readFile, rm, copyFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { createTestDatabase } from '../support/database'
import { freePort } from '../support/free-port'

const root = join(__dirname, '..', '..')
const STAFF_TOKEN = '9f4b7c1de80a2356bd17c4e5f60a9832'
const METRICS_TOKEN = '7a1c94e0d2b65f38a0c3e7b19d54f826'

/** What `npm ci --omit=dev` leaves: the packages that the lockfile doesn't call those of development, and no others. */
async function installForProduction(folder: string): Promise<void> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean; link?: boolean }>
  }
  for (const [path, { dev, devOptional, link: isLink }] of Object.entries(lock.packages)) {
    if (!path.startsWith('node_modules/') || dev === true || devOptional === true || isLink === true) continue
    await copyPackage(join(root, path), join(folder, path))
  }
}

/** Its nested packages stand in the lockfile by themselves. */
async function copyPackage(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch(() => [])
  if (entries.length > 0) await mkdir(to, { recursive: true })
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory() && entry.name !== 'node_modules') await copyPackage(source, target)
    // Linked where the file system lets it: there are some 300 MB of them.
    else if (entry.isFile()) await link(source, target).catch(() => copyFile(source, target))
  }
}

async function filesOf(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true })
  return files.filter((file) => !file.startsWith('node_modules')).sort()
}

/** A gateway as the image runs it. */
class Installed {
  output = ''
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(folder: string, environment: NodeJS.ProcessEnv): Promise<Installed> {
    const port = await freePort()
    const child = spawn(process.execPath, ['bin/daybook.mjs', 'serve'], {
      cwd: folder,
      env: { PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const installed = new Installed(`http://127.0.0.1:${port}`, child)
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (installed.output += data.toString()))
    const ended = once(child, 'exit')
    while (!installed.output.includes('Daybook serves')) {
      await Promise.race([ended, once(child.stdout, 'data'), once(child.stderr, 'data')])
      if (child.exitCode !== null) throw new Error(`it didn't start:\n${installed.output}`)
    }
    return installed
  }

  async stop(): Promise<number | null> {
    const ended = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    const [code] = (await ended) as [number | null]
    return code
  }
}

describe('a minimal installation for production', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daybook-minimal-'))
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    // The same as `npm run build`, but for the types, which are checked elsewhere.
    const options = ['-p', join(root, 'tsconfig.build.json'), '--noCheck', '--outDir', join(folder, 'dist')]
    await Promise.all([promisify(execFile)(process.execPath, [tsc, ...options]), installForProduction(folder)])
    for (const path of ['package.json', 'bin', 'web/dist', 'sdk/generated/documents.json']) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await cp(join(root, path), join(folder, path), { recursive: true }).catch((error: unknown) => {
        // The dashboard may not be built: then a page says so.
        if (path !== 'web/dist') throw error
      })
    }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('has nothing of development', async () => {
    const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>
    }
    const script = `const there = (name) => { try { require.resolve(name + '/package.json'); return true } catch { return false } }
      console.log(JSON.stringify(${JSON.stringify(Object.keys(devDependencies))}.filter(there)))`
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: folder })
    const brought = JSON.parse(stdout) as string[]
    for (const name of ['typescript', 'jest', '@swc/core', '@swc-node/register', 'react', 'vite', 'playwright-core'])
      expect(brought).not.toContain(name)
    // Apollo Server brings types of its own accord.
    expect(brought.filter((name) => !/^@types\/|^@graphql-typed-document-node\/core$/.test(name))).toEqual([])
  })

  it('serves in production: the API, the dashboard and the metrics; writes nothing beside itself; and drains', async () => {
    const database = await createTestDatabase()
    const home = join(folder, '..', `${folder.slice(folder.lastIndexOf('/') + 1)}-home`)
    const before = await filesOf(folder)
    const gateway = await Installed.start(folder, {
      DATABASE_URL: database.url,
      DAYBOOK_HOME: home,
      DAYBOOK_STAFF_TOKEN: STAFF_TOKEN,
      METRICS_TOKEN,
      PUBLIC_URL: 'https://billing.example',
      // The server of the tests need not survive a power cut.
      DAYBOOK_ALLOW: 'lossy',
    })
    const authorization = `Bearer ${STAFF_TOKEN}`
    const ask = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query: '{ viewer { role } clockHealth { secondsBehind } }' }),
    })
    expect(await ask.json()).toMatchObject({ data: { viewer: { role: 'STAFF' }, clockHealth: { secondsBehind: 0 } } })
    expect(ask.headers.get('strict-transport-security')).toMatch(/^max-age=/)
    const page = await fetch(gateway.url, { headers: { accept: 'text/html' } })
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<!doctype html>')])
    const metrics = await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
    expect(await metrics.text()).toContain('daybook_database_up 1')
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200)
    expect(await gateway.stop()).toBe(0)
    expect(gateway.output).not.toContain(STAFF_TOKEN)
    expect(await filesOf(folder)).toEqual(before)
    await database.drop()
    await rm(home, { recursive: true, force: true })
  })

  it('says in a sentence what production refuses', async () => {
    for (const [environment, said] of [
      [{ DATABASE_URL: '' }, /DATABASE_URL is not set/],
      [
        { DATABASE_URL: 'postgres://127.0.0.1:9/x', DAYBOOK_STAFF_TOKEN: 'a'.repeat(32) },
        /DAYBOOK_STAFF_TOKEN is easily guessed/,
      ],
    ] as const)
      await expect(Installed.start(folder, environment)).rejects.toThrow(said)
  })
})
