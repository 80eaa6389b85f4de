import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const root = join(__dirname, '..', '..')

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Daybook as it is installed for production: built, in a folder of its own, with what it depends on at run time and no more. */
export class Built {
  private constructor(readonly folder: string) {}

  static async make(): Promise<Built> {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-built-'))
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    // The same as `npm run build`, but for the types, which are checked elsewhere.
    const options = ['-p', join(root, 'tsconfig.build.json'), '--noCheck', '--outDir', join(folder, 'dist')]
    await promisify(execFile)(process.execPath, [tsc, ...options])
    const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean }>
    }
    for (const [path, { dev }] of Object.entries(lock.packages)) {
      if (dev === true || !/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path)) continue
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await symlink(join(root, path), join(folder, path))
    }
    return new Built(folder)
  }

  /** Runs a command to its end. */
  run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return new DaybookProcess([join(this.folder, 'dist', 'src', 'daybook.js'), ...args], environment, this.folder).ended
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }
}

/** A command as a process of its own. */
export class DaybookProcess {
  readonly ended: Promise<Ended>
  private readonly child: ChildProcess
  private stdout = ''
  private stderr = ''

  constructor(args: readonly string[], environment: NodeJS.ProcessEnv, cwd: string) {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child = child
    child.stdout.on('data', (data: Buffer) => (this.stdout += data.toString()))
    child.stderr.on('data', (data: Buffer) => (this.stderr += data.toString()))
    this.ended = once(child, 'close').then(([code]) => ({
      code: code as number | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }))
  }

  /** In the checkout, from the sources. */
  static fromSource(args: readonly string[], environment: NodeJS.ProcessEnv, cwd = root): DaybookProcess {
    return new DaybookProcess([join(root, 'bin', 'daybook.mjs'), ...args], environment, cwd)
  }

  /** Resolves once it has said something. Fails where it ends without. */
  async said(pattern: RegExp): Promise<void> {
    const { stdout, stderr } = this.child
    while (!pattern.test(this.output)) {
      const next = [stdout, stderr].map((stream) => (stream === null ? null : once(stream, 'data')))
      const ended = await Promise.race([...next, this.ended.then(() => 'ended')])
      if (ended === 'ended' && !pattern.test(this.output)) {
        throw new Error(`it never said ${String(pattern)}:\n${this.stdout}\n${this.stderr}`)
      }
    }
  }

  get output(): string {
    return this.stdout + this.stderr
  }

  signal(name: 'SIGINT' | 'SIGTERM'): void {
    this.child.kill(name)
  }
}
