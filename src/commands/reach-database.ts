import { keepUpToDate } from '../billing/keep-up-to-date'
import { readConfig, type Config } from '../config'
import { openDatabase, type Database } from '../database'
import { findData } from '../embedded-postgres/place'
import { startEmbeddedPostgres } from '../embedded-postgres/start-embedded-postgres'
import { prepareJobQueue } from '../jobs/prepare-job-queue'
import { createLog, type Log } from '../log'
import { migrate, readSchemaState } from '../migrate'
import { CommandRefusal, type Run } from './command'
import { counted } from './terminal'

/** Commands do one thing after the other. */
const CONNECTIONS = 4

export interface Reached {
  readonly config: Config
  readonly database: Database
  readonly url: string
  readonly log: Log
}

export interface ReachOptions {
  /** Settings beside `--home` that the command says itself. */
  settings?: NodeJS.ProcessEnv
  /** A database is made where none is, and migrated unless DAYBOOK_MIGRATE is off, as a gateway's start does. */
  makes?: boolean
  /** The command wants the schema as it is. */
  anySchema?: boolean
}

/**
 * Works on the database of the settings, behind doors that keep accounts up to date. Without DATABASE_URL that is the
 * embedded Postgres of the home: the one that a gateway is using, or one that is started for the time of the work.
 *
 * Throws ConfigError; CommandRefusal where there is no database yet, or its schema is not that of this Daybook.
 */
export async function withDatabase(
  run: Pick<Run<unknown>, 'options' | 'signal'>,
  options: ReachOptions,
  work: (reached: Reached) => Promise<number>,
): Promise<number> {
  const { home } = run.options
  const config = readConfig(undefined, { ...options.settings, ...(home !== undefined && { DAYBOOK_HOME: home }) })
  return onPostgres(config, options.makes === true, async (url, log) => {
    run.signal.throwIfAborted()
    if (options.makes === true && config.migrate) {
      await migrate(url, { signal: run.signal })
      await prepareJobQueue(url)
    }
    const opened = await openDatabase(url, CONNECTIONS)
    try {
      if (options.anySchema !== true) await requireSchema(opened)
      // No followers here: a gateway looks by itself each second.
      const database = keepUpToDate(opened, () => undefined)
      return await work({ config, database, url, log })
    } finally {
      await opened.close()
    }
  })
}

/** The same below the schema: for what comes before it. */
export async function onPostgres<T>(
  config: Config,
  makes: boolean,
  work: (url: string, log: Log) => Promise<T>,
): Promise<T> {
  // What a gateway logs of its course is no part of a command's answer.
  const log = createLog({ logLevel: config.logLevel === 'info' ? 'warn' : config.logLevel })
  if (config.databaseUrl !== null) return work(config.databaseUrl, log)
  if (!makes && (await findData(config.home)) === null) {
    throw new CommandRefusal(
      `There is no database under ${config.home} yet. "daybook serve" or "daybook migrate" makes one; --home and DATABASE_URL say another.`,
    )
  }
  const postgres = await startEmbeddedPostgres({ home: config.home, log })
  try {
    return await work(postgres.url, log)
  } finally {
    await postgres.stop()
  }
}

async function requireSchema(database: Database): Promise<void> {
  const { pending } = await readSchemaState(database)
  if (pending.length === 0) return
  throw new CommandRefusal(`The database lacks ${counted(pending.length, 'migration')}. "daybook migrate" runs them.`)
}
