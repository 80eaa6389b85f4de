import type { Config } from '../config'
import { openDatabase } from '../database'
import { findData } from '../embedded-postgres/place'
import { checkReplicas, checkSchema, checkServer, checkWork } from './check-database'
import { checkDisk, checkHome, checkNode, checkSettings } from './check-machine'
import { checkMail, checkStripe, checkStripeEvents } from './check-services'
import { examples, ExitCode, type Register, type Run } from './command'
import { fail, warn, type Finding } from './finding'
import { homeOption } from './options'
import { onPostgres } from './reach-database'

const CONNECTIONS = 2

interface DoctorOptions {
  json?: boolean
}

/** `daybook doctor`: what is well, what is not, and what to do. */
export const registerDoctor: Register = (program, act) => {
  program
    .command('doctor')
    .summary('check the installation, and say what to do')
    .description(
      'Checks Node, the settings, the home and its disk, the database with its schema, durability and clock, its replicas, what gateways do by themselves, Stripe and the mail server. It changes nothing, sends no mail and books nothing; where there is a database under the home and nobody runs its Postgres, that is started for the time of the checks. Each check is OK, WARN or FAIL; it exits with 1 where one fails.',
    )
    .option('--json', 'as JSON: ok, and findings with check, state, reason and advice')
    .addOption(homeOption())
    .addHelpText(
      'after',
      examples(['before a new installation is used', 'daybook doctor'], ['for a monitor', 'daybook doctor --json']),
    )
    .action(act(doctor))
}

async function doctor({ options, terminal, signal }: Run<DoctorOptions>): Promise<number> {
  const found: Finding[] = []
  for await (const finding of examine(options.home)) {
    signal.throwIfAborted()
    found.push(finding)
    if (options.json !== true) await terminal.print(textOf(finding))
  }
  const isOk = found.every(({ state }) => state !== 'FAIL')
  if (options.json === true) await terminal.print(`${JSON.stringify({ ok: isOk, findings: found }, null, 2)}\n`)
  const count = (wanted: Finding['state']) => found.filter(({ state }) => state === wanted).length
  terminal.say(`${count('OK')} OK, ${count('WARN')} to look at, ${count('FAIL')} failed.`)
  return isOk ? ExitCode.DONE : ExitCode.REFUSED
}

async function* examine(home: string | undefined): AsyncGenerator<Finding> {
  yield checkNode()
  const { config, findings } = checkSettings(home === undefined ? {} : { DAYBOOK_HOME: home })
  yield* findings
  if (config === null) return
  yield await checkHome(config)
  const disk = await checkDisk(config)
  if (disk !== null) yield disk
  // They may take seconds to be found away.
  const services = [checkStripe(config), checkMail(config)]
  yield* await examineDatabase(config)
  for (const service of services) yield await service
}

async function examineDatabase(config: Config): Promise<Finding[]> {
  if (config.databaseUrl === null && (await findData(config.home)) === null) {
    const what = `There is no database under ${config.home} yet.`
    return [
      warn('database', what, '"daybook serve" or "daybook migrate" makes it; DATABASE_URL or --home say another.'),
    ]
  }
  const findings: Finding[] = []
  try {
    await onPostgres(config, false, async (url, log) => {
      const database = await openDatabase(url, CONNECTIONS)
      try {
        findings.push(...(await checkServer(database)))
        findings.push(...(await checkReplicas(database, config.databaseReplicaUrls ?? [], log)))
        const schema = await checkSchema(database, url, config)
        findings.push(...schema.findings)
        if (!schema.isWhole) return
        findings.push(...(await checkWork(database, config)))
        const events = await checkStripeEvents(database.sql, config)
        if (events !== null) findings.push(events)
      } finally {
        await database.close()
      }
    })
  } catch (error) {
    findings.push(unreachable(error, config))
  }
  return findings
}

/** Also where it was lost on the way: what was found until then is told. */
function unreachable(error: unknown, { databaseUrl }: Config): Finding {
  const { code = '', message } = error as { code?: string; message: string }
  const reason = `Postgres can’t be used: ${message === '' ? code : message}`
  if (databaseUrl === null)
    return fail('database', reason, 'Look at the home: who owns it, and whether its disk is full.')
  return fail('database', reason, ADVICE[code] ?? 'Look at DATABASE_URL, and at the log of Postgres.')
}

/** By SQLSTATE, or by Node’s code. */
const ADVICE: Partial<Record<string, string>> = {
  '28P01': 'The password in DATABASE_URL is wrong, or the role is.',
  '28000': 'Postgres lets this role in from nowhere here: look at pg_hba.conf.',
  '3D000': 'Make the database: CREATE DATABASE ... OWNER ... .',
  '42501': 'The role lacks rights: it should own its database.',
  ECONNREFUSED: 'Nobody listens there: start Postgres, or mend host and port in DATABASE_URL.',
  ENOTFOUND: 'No such host: mend it in DATABASE_URL.',
  ETIMEDOUT: 'Nobody answers: a firewall, or the wrong host in DATABASE_URL.',
}

function textOf({ check, state, reason, advice }: Finding): string {
  const line = `${state.padEnd(4)}  ${check.padEnd(15)}  ${reason}\n`
  return advice === null ? line : `${line}${' '.repeat(23)}${advice}\n`
}
