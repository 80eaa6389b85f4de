import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Turn } from './compare'

/** In a shorter run a busy machine may not come to the first transaction. */
const LEAST_SECONDS = 2

const run = promisify(execFile)

/** The program, where it is installed: what PGBENCH names, else the one on the path. */
export function findPgbench(): { program: string; version: string } | null {
  const program = process.env.PGBENCH ?? 'pgbench'
  try {
    const version = execFileSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return { program, version: version.trim().replace(/^pgbench \(PostgreSQL\) /, '') }
  } catch {
    return null
  }
}

/** Has a script run by so many clients for a while, whole seconds; each run of it counts as so many calls. */
export async function pgbench(
  program: string,
  url: string,
  script: string,
  clients: number,
  forMs: number,
  callsARun: number,
): Promise<Turn> {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-pgbench-'))
  try {
    const file = join(folder, 'script.sql')
    await writeFile(file, script)
    const seconds = Math.max(LEAST_SECONDS, Math.round(forMs / 1000))
    const words = ['-n', '-M', 'prepared', '-c', clients, '-j', 1, '-T', seconds, '-f', file, '-l', url]
    const { stdout } = await run(program, words.map(String), { cwd: folder })
    // Without the time that its connections take.
    const rate = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1])
    const logs = (await readdir(folder)).filter((name) => name.startsWith('pgbench_log'))
    const texts = await Promise.all(logs.map((name) => readFile(join(folder, name), 'utf8')))
    // client, transaction, microseconds, script, epoch, microseconds
    const latencies = texts
      .flatMap((text) => text.split('\n').filter(Boolean))
      .map((line) => Number(line.split(' ')[2]) / 1000)
    return { calls: latencies.length * callsARun, tookMs: (latencies.length / rate) * 1000, latencies }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
