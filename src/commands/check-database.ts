import { setTimeout as delay } from 'node:timers/promises'
import { readUnsafeSettings, type Database, type Statement } from '../database'
import { CLOCKS_DIFFER_MS, readClockDifference } from '../clock-difference'
import type { Config } from '../config'
import { readClockHealth } from '../expiry/read-clock-health'
import { readJobQueueLack } from '../jobs/prepare-job-queue'
import { JOBS } from '../jobs/job-table'
import { readJobs } from '../jobs/read-jobs'
import type { Log } from '../log'
import { readSchemaState } from '../migrate'
import { newestProfile } from '../particulars/provider-profile'
import { findParkedEventIds } from '../payments/replay-provider-event'
import { MAX_LAG_MS, Replica } from '../replicas/replica'
import { SealedSecrets } from '../webhooks/sealed-secrets'
import { fail, ok, warn, type Finding } from './finding'
import { counted } from './terminal'

const LEAST_VERSION = 15
/** Signatures are good for five minutes. */
const CLOCKS_FAIL_MS = 240_000
/** The sweep looks four times a second. */
const SWEEP_LATE_SECONDS = 10
const SWEEP_FAILED_SECONDS = 300
/** Endpoints whose secrets are tried. */
const MAX_SECRETS_TRIED = 1_000

/** Whether it is new enough, keeps what it acknowledges, and has our clock. */
export async function checkServer({ sql }: Database): Promise<Finding[]> {
  const [server] = await sql.query<{ version: number; text: string }>(SERVER)
  if (server === undefined) throw new Error('the server said nothing of itself')
  const { lossy, unlimited } = await readUnsafeSettings(sql)
  const major = Math.floor(server.version / 10_000)
  const differ = Math.abs(await readClockDifference(sql))
  const clockText = `The clocks of this machine and of Postgres differ by ${(differ / 1_000).toFixed(1)} s.`
  const clockAdvice =
    'Set the machine’s clock by NTP: days are counted by Postgres’s clock, signatures checked by this one.'
  return [
    major >= LEAST_VERSION
      ? ok('database', `Postgres ${server.text} answers.`)
      : fail('database', `Postgres ${server.text} is older than ${LEAST_VERSION}.`, 'Upgrade Postgres.'),
    lossy.length === 0
      ? ok('durability', 'What Postgres acknowledges survives a crash.')
      : fail(
          'durability',
          `Postgres runs with ${lossy.join(', ')} off: a crash can lose changes that were acknowledged.`,
          'Switch them on in postgresql.conf, or for the role and the database: in production no gateway starts so.',
        ),
    ...(unlimited.length === 0
      ? []
      : [
          fail(
            'time-outs',
            `Sessions have no ${unlimited.join(', ')}: a pooler between drops what is set at connecting.`,
            'Connect to Postgres itself, or have the pooler keep startup parameters.',
          ),
        ]),
    differ <= CLOCKS_DIFFER_MS
      ? ok('clock', clockText)
      : (differ <= CLOCKS_FAIL_MS ? warn : fail)('clock', clockText, clockAdvice),
  ]
}

/** Whether the schema is that of this Daybook. `isWhole`: the rest can be looked at. */
export async function checkSchema(
  database: Database,
  url: string,
  { migrate }: Config,
): Promise<{ isWhole: boolean; findings: Finding[] }> {
  const { pending, unknown } = await readSchemaState(database)
  const lack = await readJobQueueLack(url)
  if (pending.length > 0 || lack !== null) {
    const what = pending.length > 0 ? `${counted(pending.length, 'migration')} did not run yet.` : (lack ?? '')
    const finding = migrate
      ? warn('migrations', what, 'The next start of a gateway does it; so does "daybook migrate".')
      : fail('migrations', what, 'Run "daybook migrate": DAYBOOK_MIGRATE is off, so no gateway does.')
    return { isWhole: pending.length === 0 && lack === null, findings: [finding] }
  }
  if (unknown.length > 0) {
    const what = `The database has ${counted(unknown.length, 'migration')} of a newer Daybook.`
    return {
      isWhole: true,
      findings: [warn('migrations', what, 'Run the Daybook that the database was migrated for.')],
    }
  }
  return { isWhole: true, findings: [ok('migrations', 'All have run, and the job queue is prepared.')] }
}

/** What gateways do by themselves, and what waits for somebody. */
export async function checkWork(database: Database, config: Config): Promise<Finding[]> {
  const { sql } = database
  return [
    ...(await checkGateways(database)),
    await checkProfile(database, config),
    await checkSecrets(database, config),
    await checkParked(sql),
    await checkJobs(sql),
  ]
}

async function checkGateways({ sql }: Database): Promise<Finding[]> {
  const [connected] = await sql.query<{ gateways: number }>(GATEWAYS)
  const { secondsBehind } = await readClockHealth(sql)
  const gateways = connected?.gateways ?? 0
  const late = `What the clock brings is ${counted(secondsBehind, 'second')} behind.`
  return [
    gateways > 0
      ? ok('gateways', `${counted(gateways, 'gateway')} connected.`)
      : warn('gateways', 'No gateway is connected.', 'Start one: "daybook serve".'),
    secondsBehind <= SWEEP_LATE_SECONDS
      ? ok('sweep', 'What the clock brings is done.')
      : gateways > 0 && secondsBehind > SWEEP_FAILED_SECONDS
        ? fail('sweep', late, 'Look into the gateways’ logs for "the clock’s sweep failed", and restart them.')
        : warn('sweep', late, gateways > 0 ? 'Look again in a minute.' : 'The next gateway that starts catches up.'),
  ]
}

async function checkProfile(database: Database, { production }: Config): Promise<Finding> {
  const profile = await database.inSnapshot(newestProfile)
  const advice = 'Staff set it with setProviderProfile: name, address, tax id and bank of whoever sends invoices.'
  if (profile !== null && !profile.sample) return ok('profile', `Invoices are sent by ${profile.legalName}.`)
  const what = profile === null ? 'No provider profile is set.' : 'The provider’s profile is a sample.'
  return production
    ? warn('profile', `${what} Invoices of live accounts wait for it.`, advice)
    : ok('profile', `${what} Outside production that will do.`)
}

async function checkSecrets({ sql }: Database, config: Config): Promise<Finding> {
  const rows = await sql.query<{ id: string; secret: Buffer }>(SEALED, [MAX_SECRETS_TRIED])
  const has = config.secretKeys.length > 0
  if (rows.length === 0) {
    return has || !config.production
      ? ok(
          'secret-key',
          has ? 'DAYBOOK_SECRET_KEY is set.' : 'DAYBOOK_SECRET_KEY is not set: a key is made in the home.',
        )
      : warn('secret-key', 'DAYBOOK_SECRET_KEY is not set: no webhook endpoint can be made.', KEY_ADVICE)
  }
  const secrets = new SealedSecrets(config)
  let shut = 0
  for (const { id, secret } of rows) {
    const opened = await secrets.open(id, secret).catch(() => null)
    if (opened === null) shut += 1
  }
  if (shut === 0) return ok('secret-key', `The secrets of ${counted(rows.length, 'webhook endpoint')} can be opened.`)
  return fail(
    'secret-key',
    `The secrets of ${counted(shut, 'webhook endpoint')} can’t be opened: nothing is sent there.`,
    'Put the key that sealed them into DAYBOOK_SECRET_KEY, after the new one by comma.',
  )
}

const KEY_ADVICE = 'Set it to 32 bytes in base64: openssl rand -base64 32.'

async function checkParked(sql: Database['sql']): Promise<Finding> {
  const parked = await findParkedEventIds(sql)
  if (parked.length === 0) return ok('events', 'No event of the payment provider is parked.')
  return warn(
    'events',
    `${counted(parked.length, 'event')} of the payment provider failed too often, the first of them ${parked[0] ?? ''}.`,
    'Look at providerEvents(state: PARKED) for why; once it is mended: "daybook replay event --parked".',
  )
}

async function checkJobs(sql: Database['sql']): Promise<Finding> {
  const failed = (await readJobs(sql, JOBS)).filter(({ failures }) => failures > 0)
  if (failed.length === 0) return ok('jobs', 'No job has failed for good in the last seven days.')
  const names = failed.map(({ name, failures }) => `${name} (${failures})`).join(', ')
  return warn(
    'jobs',
    `Jobs failed for good in the last seven days: ${names}.`,
    'The query "jobs" tells why; runJob runs one.',
  )
}

/** Whether gateways can read there. It may have to be waited for for a second. */
export async function checkReplicas({ sql: primary }: Database, urls: readonly string[], log: Log): Promise<Finding[]> {
  return Promise.all(
    urls.map(async (url, index) => {
      const replica = new Replica({ url, number: index + 1, poolSize: 1, primary, log })
      try {
        await replica.look()
        if (replica.lagSeconds !== null && replica.lagSeconds > 0) {
          await delay(MAX_LAG_MS)
          await replica.look()
        }
        return findingOf(replica)
      } finally {
        await replica.close()
      }
    }),
  )
}

function findingOf({ number, standing }: Replica): Finding {
  const which = `Replica ${number}`
  switch (standing.state) {
    case 'WELL':
      return ok('replica', `${which} has what the primary has: gateways read there.`)
    case 'BEHIND':
      return warn(
        'replica',
        `${which} is not read from: ${standing.reason}.`,
        'Is its replay paused, or its disk slow? Look again in a minute.',
      )
    case 'AWAY':
      return warn('replica', `${which} is not read from: ${standing.reason}`, 'Start it, or mend DATABASE_REPLICA_URL.')
    case 'UNFIT':
      return standing.forGood
        ? fail('replica', `${which} can’t be read from: ${standing.reason}.`, 'Mend DATABASE_REPLICA_URL.')
        : warn(
            'replica',
            `${which} is not read from: ${standing.reason}.`,
            'docs/operations.md has a chapter on replicas.',
          )
  }
}

const SERVER: Statement = {
  name: 'doctor-server',
  text: `
    SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS text`,
}

// Each gateway has one connection that listens.
const GATEWAYS: Statement = {
  name: 'doctor-gateways',
  text: `
    SELECT count(*) AS gateways FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'daybook feed'`,
}

const SEALED: Statement = {
  name: 'doctor-sealed',
  text: 'SELECT id, secret FROM webhook_endpoint WHERE deleted_at IS NULL ORDER BY id DESC LIMIT $1',
}
