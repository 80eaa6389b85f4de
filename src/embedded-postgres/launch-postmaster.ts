import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Binaries } from './binaries'
import { type Place, runAs } from './place'
import { POLL_MS, type Postmaster, readLock, removeDeadLock } from './postmaster'

const LOG_LIMIT_BYTES = 4 * 1024 * 1024

const DEFAULT_SETTINGS = {
  listen_addresses: '127.0.0.1',
  // The path of a socket may have about 100 bytes, which a deep home exceeds.
  unix_socket_directories: '',
  lc_messages: 'C',
  // A statement's error is answered to its client; here it would only fill the file, and with customers' values.
  log_min_messages: 'log',
}

/** The server ended instead of becoming ready. The message holds the last lines of its log. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError'
  /** Another start may succeed: the port was taken, another gateway starts a server, or a killed one left orphans. */
  readonly passes: boolean

  constructor(why: string, logPath: string, lastLines: string) {
    super(`The embedded Postgres did not start: ${why}. ${logPath} ends with:\n${lastLines}`)
    this.passes = /Address already in use|lock file .* (already exists|is empty)|pre-existing shared memory block/.test(
      lastLines,
    )
  }
}

/**
 * Starts a server on the data of the cluster, in a process group of its own so that the terminal's Ctrl-C passes it by,
 * and waits until it takes connections.
 *
 * @param patienceMs how long that may take; recovery from a crash takes seconds.
 * @throws LaunchError
 */
export async function launchPostmaster(
  cluster: string,
  { account }: Place,
  { postgres }: Binaries,
  settings: Record<string, string>,
  patienceMs: number,
): Promise<Postmaster> {
  const data = join(cluster, 'data')
  await removeDeadLock(data)
  const allSettings = { ...DEFAULT_SETTINGS, port: String(await findFreePort()), ...settings }
  const logPath = join(cluster, 'server.log')
  await rotate(logPath)
  const log = await open(logPath, 'a', 0o600)
  const logStart = (await log.stat()).size
  if (account) await log.chown(account.uid, account.gid)

  const child = spawn(
    postgres,
    ['-D', data, ...Object.entries(allSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      cwd: cluster,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { LC_ALL: 'C', TZ: 'UTC' },
      ...runAs(account),
    },
  )
  const ending: { why?: string } = {}
  child.once('error', (error) => (ending.why = error.message))
  child.once('exit', (code, signal) => (ending.why = signal ?? `exit code ${String(code)}`))
  child.unref()
  await log.close()

  const giveUpAt = Date.now() + patienceMs
  while (ending.why === undefined) {
    const lock = await readLock(data)
    if (lock?.ready && lock.pid === child.pid) return lock
    if (Date.now() > giveUpAt) {
      child.kill('SIGINT')
      ending.why = `it took no connections for ${patienceMs / 1000} seconds`
    }
    await delay(POLL_MS)
  }
  const lastLines = (await readFile(logPath)).subarray(logStart).toString().trim().split('\n').slice(-15)
  throw new LaunchError(ending.why, logPath, lastLines.join('\n'))
}

/** Bounds the log at every start; one older file is kept. What a server logs while it runs is little. */
async function rotate(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found && found.size > LOG_LIMIT_BYTES) await rename(path, `${path}.old`)
}

/** Free at this moment. Should somebody take it first, Postgres fails and the start is repeated with another. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
