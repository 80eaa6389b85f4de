import { execFile } from 'node:child_process'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

/** What the server writes about itself into the lock file of its data, `postmaster.pid`. */
export interface Postmaster {
  pid: number
  port: number
  /** It takes connections: it is not recovering any more, and not stopping. */
  ready: boolean
}

/** How often a state is looked at that changes within a second; a look is a read of one small file. */
export const POLL_MS = 10

/** Postgres fills its lock file within microseconds; a start is repeated for longer than this. */
const EMPTY_LOCK_MS = 5_000

const FAST_SHUTDOWN_MS = 10_000
const IMMEDIATE_SHUTDOWN_MS = 5_000

/** Null also while the server is just writing the file. That the server lives is not said: the file survives a kill. */
export async function readLock(data: string): Promise<Postmaster | null> {
  const lines = (await readLockFile(data)).split('\n')
  const pid = Number(lines[0])
  return pid > 0 ? { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' } : null
}

/**
 * The server that runs on the data, as soon as it takes connections. Null when there is none, or when it ended meanwhile.
 *
 * @param patienceMs throws after it; recovery from a crash takes seconds.
 */
export async function awaitPostmaster(data: string, patienceMs: number): Promise<Postmaster | null> {
  const giveUpAt = Date.now() + patienceMs
  for (;;) {
    const lock = await readLock(data)
    if (lock === null || !(await isPostmaster(lock.pid, data))) return null
    if (lock.ready) return lock
    if (Date.now() > giveUpAt) throw new Error(`Postgres, process ${lock.pid}, runs but takes no connections.`)
    await delay(POLL_MS)
  }
}

/** Whether the server of this pid lives and says that it takes connections. */
export async function isReady(pid: number, data: string): Promise<boolean> {
  const lock = await readLock(data)
  return lock?.pid === pid && lock.ready && (await isPostmaster(pid, data))
}

/** Whether the process is the server of this data, and not another that was given the pid of a dead one. */
export async function isPostmaster(pid: number, data: string): Promise<boolean> {
  return (await readCommand(pid)).includes(`/postgres -D ${data} `)
}

/**
 * Removes a lock file for which Postgres would refuse to start for ever: one with a pid that another program was given
 * since, and one that was left empty by a crash of the machine. A pid without a process is left to Postgres, which also
 * looks for orphans of the dead server.
 */
export async function removeDeadLock(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid')
  const before = await readLockFile(data)
  const command = await readCommand(Number(before.split('\n')[0]))
  const isForeign = command !== '' && !command.includes(`/postgres -D ${data} `)
  const writtenMs = (await stat(path).catch(() => null))?.mtimeMs ?? Infinity
  const isLeftEmpty = before === '' && writtenMs < Date.now() - EMPTY_LOCK_MS
  // A server that another gateway started meanwhile has written another file. Should one slip in between the two calls,
  // Postgres still refuses to run twice on the same data: it also looks at the shared memory.
  if ((isForeign || isLeftEmpty) && (await readLockFile(data)) === before) await rm(path, { force: true })
}

/** Ends the server, its clients' connections with it; a server that takes longer than 10 s is made to recover at its next start. */
export async function stopPostmaster(pid: number, data: string): Promise<boolean> {
  const steps = [
    { signal: 'SIGINT', patienceMs: FAST_SHUTDOWN_MS },
    { signal: 'SIGQUIT', patienceMs: IMMEDIATE_SHUTDOWN_MS },
  ] as const
  for (const { signal, patienceMs } of steps) {
    if (!(await isPostmaster(pid, data))) return true
    process.kill(pid, signal)
    const giveUpAt = Date.now() + patienceMs
    while (Date.now() < giveUpAt) {
      await delay(POLL_MS)
      // The lock file is the last that goes but for the process, and is quicker to look at.
      if ((await readLock(data))?.pid !== pid && !(await isPostmaster(pid, data))) return true
    }
  }
  return false
}

async function readLockFile(data: string): Promise<string> {
  return readFile(join(data, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  })
}

/** The command line with spaces between its words; empty for a process that is gone or only waits to be reaped. */
async function readCommand(pid: number): Promise<string> {
  if (!(pid > 0)) return ''
  try {
    if (process.platform === 'linux') return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
    return (await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).stdout
  } catch {
    return ''
  }
}
