import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { prepareBinaries } from './binaries'
import { type Hold, takeHold } from './hold'
import { initialiseCluster } from './initialise-cluster'
import { LaunchError, launchPostmaster } from './launch-postmaster'
import { buildOnce, findPlace, type Log } from './place'
import { awaitPostmaster, isPostmaster, isReady, POLL_MS, stopPostmaster } from './postmaster'

export interface EmbeddedPostgresOptions {
  /** The data goes to `<home>/postgres`, or for root to where an unprivileged user can reach it. */
  home: string
  log: Log
  /** Server settings by name. A server that runs already keeps those it was started with. */
  settings?: Record<string, string>
}

export interface EmbeddedPostgres {
  /** The address of the database `daybook`, with its password. Every start of the server takes another port. */
  url: string
  /** False: the server was running, left by a killed gateway or shared with a living one. */
  started: boolean
  /** Ends the server, unless another gateway uses it. Connections that are still open are cut off with 57P01. */
  stop(): Promise<void>
}

/** How long a start is repeated for what passes: orphans of a killed server, a port that was taken, a start beside ours. */
const RETRY_MS = 10_000
const READY_MS = 120_000

/**
 * Starts the Postgres that came from npm on the data of this home, or adopts the one that runs on it, and returns once it
 * takes connections: after a second the first time, 0.1 s later. The server is not tied to this process: a gateway that
 * is killed leaves it running, and the terminal's Ctrl-C never reaches it, because the gateway drains first.
 *
 * @throws Error with the last lines of the server's log when it can't be started.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { home, log, settings = {} } = options
  if (process.platform === 'win32') throw new Error('Postgres is not embedded on Windows: set DATABASE_URL.')
  const place = await findPlace(home, log)
  const binaries = await prepareBinaries(place, log)
  const cluster = await buildOnce(place, 'cluster', (draft) =>
    initialiseCluster(draft, place, binaries, settings.fsync !== 'off'),
  )
  const data = join(cluster, 'data')
  const password = await readFile(join(cluster, 'password'), 'utf8')

  const giveUpAt = Date.now() + RETRY_MS
  for (;;) {
    const adopted = await awaitPostmaster(data, READY_MS)
    let postmaster = adopted
    try {
      postmaster ??= await launchPostmaster(cluster, place, binaries, settings, READY_MS)
      const { pid, port } = postmaster
      const address = `postgres://daybook:${password}@127.0.0.1:${port}`
      const holdAgain = () => takeHold(`${address}/postgres`, () => isReady(pid, data))
      const hold = await holdAgain()
      if (adopted) log.info(`Adopted the Postgres that runs on this home, process ${pid}.`)
      return { url: `${address}/daybook`, started: !adopted, stop: supervise({ pid, data, hold, holdAgain, log }) }
    } catch (error) {
      // Another gateway may stop the server, or start one, at any moment: then the next round finds how it ended.
      const passes = postmaster ? !(await isReady(postmaster.pid, data)) : error instanceof LaunchError && error.passes
      if (!passes || Date.now() > giveUpAt) {
        if (postmaster && !adopted) await stopPostmaster(postmaster.pid, data)
        throw error
      }
    }
    await delay(5 * POLL_MS)
  }
}

interface Supervised {
  pid: number
  data: string
  hold: Hold
  holdAgain: () => Promise<Hold>
  log: Log
}

/** Keeps hold of a server in use. Returns what stops it. */
function supervise({ pid, data, hold: first, holdAgain, log }: Supervised): () => Promise<void> {
  let hold = Promise.resolve<Hold | null>(first)
  let stopped: Promise<void> | undefined

  // A backend that crashes takes all connections along; the server itself comes back at once, on the same port.
  const watch = (held: Hold): void => {
    held.onLost(() => {
      if (!stopped) hold = regain()
    })
  }
  const regain = async (): Promise<Hold | null> => {
    while (await isPostmaster(pid, data)) {
      const held = await holdAgain().catch(() => null)
      if (held) {
        watch(held)
        return held
      }
      await delay(10 * POLL_MS)
    }
    if (!stopped) log.warn(`The embedded Postgres, process ${pid}, ended without being asked to.`)
    return null
  }
  const stop = async (): Promise<void> => {
    // A hold that breaks now belongs to a server that is ending.
    const isLast = await (await hold)?.isLast().catch(() => true)
    if (isLast === false) log.info(`Another gateway uses the embedded Postgres, process ${pid}: it is left running.`)
    else if (!(await stopPostmaster(pid, data))) log.warn(`The embedded Postgres, process ${pid}, did not stop.`)
  }

  watch(first)
  return () => (stopped ??= stop())
}
