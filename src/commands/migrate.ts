import { readConfig } from '../config'
import { openDatabase } from '../database'
import { prepareJobQueue, readJobQueueLack } from '../jobs/prepare-job-queue'
import { migrate, readSchemaState } from '../migrate'
import { examples, ExitCode, type Register, type Run } from './command'
import { homeOption } from './options'
import { onPostgres } from './reach-database'
import { counted } from './terminal'

interface MigrateOptions {
  check?: boolean
}

/** `daybook migrate`: what a gateway does at its start unless DAYBOOK_MIGRATE is off. */
export const registerMigrate: Register = (program, act) => {
  program
    .command('migrate')
    .summary('bring the schema of the database up to date')
    .description(
      'Runs the migrations that the database lacks, one after the other, and prepares the tables of the job queue. Running it again changes nothing; several may run at once. What ran and how long it took goes to standard output.',
    )
    .option('--check', 'run nothing; exit with 1 where something is to be run')
    .addOption(homeOption())
    .addHelpText(
      'after',
      examples(
        ['before gateways of a new version start, with DAYBOOK_MIGRATE=off', 'daybook migrate'],
        ['in a script: is the database ready?', 'daybook migrate --check'],
      ),
    )
    .action(act(runMigrate))
}

async function runMigrate({ options, terminal, signal }: Run<MigrateOptions>): Promise<number> {
  const config = readConfig(undefined, options.home === undefined ? {} : { DAYBOOK_HOME: options.home })
  return onPostgres(config, options.check !== true, async (url) => {
    if (options.check === true) {
      const waiting = await whatWaits(url)
      for (const line of waiting) await terminal.print(`${line}\n`)
      if (waiting.length === 0) terminal.say('The database is up to date.')
      else terminal.say('The database is not up to date. "daybook migrate" brings it there.')
      return waiting.length === 0 ? ExitCode.DONE : ExitCode.REFUSED
    }
    const ran: string[] = []
    await migrate(url, {
      signal,
      onRetry: (name) => terminal.say(`${name} could not get its lock; it tries again.`),
      onRun: (name, tookMs) => {
        ran.push(name)
        // In their order, though nobody waits for one.
        void terminal.print(`${name}  ${tookMs.toFixed(0)} ms\n`).catch(() => undefined)
      },
    })
    signal.throwIfAborted()
    await prepareJobQueue(url)
    if (ran.length === 0) terminal.say('The database was up to date; nothing was run.')
    else terminal.say(`${counted(ran.length, 'migration')} ran. The database is up to date.`)
    return ExitCode.DONE
  })
}

/** The migrations that wait, and what the job queue lacks, a line each. */
async function whatWaits(url: string): Promise<string[]> {
  const database = await openDatabase(url, 2)
  try {
    const { pending } = await readSchemaState(database)
    const lack = await readJobQueueLack(url)
    return lack === null ? pending : [...pending, lack]
  } finally {
    await database.close()
  }
}
