import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { engines } from '../../package.json'
import { ConfigError, readConfig, type Config } from '../config'
import { findData } from '../embedded-postgres/place'
import { fail, ok, warn, type Finding } from './finding'

const MB = 1_000_000
/** What Postgres keeps of its log alone may reach 1 GB. */
const SCARCE_BYTES = 2_000 * MB
const FULL_BYTES = 200 * MB

/** The program that runs this. */
export function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = engines.node.replace('>=', '').split('.').map(Number)
  const isNew = major > leastMajor || (major === leastMajor && minor >= leastMinor)
  if (isNew) return ok('node', `Node ${process.versions.node}.`)
  return fail('node', `Node ${process.versions.node} is older than ${engines.node}.`, 'Install a newer Node.')
}

/** The settings; null where they can't be. */
export function checkSettings(above: NodeJS.ProcessEnv): { config: Config | null; findings: Finding[] } {
  try {
    const config = readConfig(undefined, above)
    const mode = config.production ? 'production' : 'development'
    return { config, findings: [ok('settings', `All can be, for ${mode}.`), checkPublicUrl(config)] }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const advice = 'Mend it in the environment or in .env; docs/settings.md lists them all.'
    return { config: null, findings: error.message.split('\n').map((line) => fail('settings', line, advice)) }
  }
}

function checkPublicUrl({ publicUrl, production, host, port }: Config): Finding {
  if (publicUrl !== null) return ok('public-url', `Pages and mails lead to ${publicUrl}.`)
  const listens = `http://${host}:${port}`
  if (!production) return ok('public-url', `PUBLIC_URL is not set: pages and mails lead to ${listens}.`)
  return warn(
    'public-url',
    `PUBLIC_URL is not set: pages and mails would lead to ${listens}, where partners are not.`,
    'Set PUBLIC_URL to the https address at which partners reach Daybook.',
  )
}

/** The folder for what is kept in files: the embedded Postgres, mails that are not sent, tokens of a first look. */
export async function checkHome({ home, databaseUrl, production, smtp }: Config): Promise<Finding> {
  const isUsed = databaseUrl === null || !production || smtp === null
  if (!isUsed) return ok('home', 'DAYBOOK_HOME is not used: database and mails are elsewhere.')
  const at = await nearest(home)
  const isFolder = (await stat(at)).isDirectory()
  const mayWrite = await access(at, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  if (isFolder && mayWrite) return ok('home', at === home ? `${home} can be written.` : `${home} can be made.`)
  return fail(
    'home',
    isFolder ? `${at} can’t be written.` : `${at} is no folder.`,
    'Give it to the user who runs Daybook, or set DAYBOOK_HOME to another folder.',
  )
}

/** Room for the embedded Postgres; null where there is none. */
export async function checkDisk({ home, databaseUrl }: Config): Promise<Finding | null> {
  if (databaseUrl !== null) return null
  const at = (await findData(home)) ?? (await nearest(home))
  const { bavail, bsize } = await statfs(at)
  const free = bavail * bsize
  const reason = `${(free / 1_000 / MB).toFixed(1)} GB are free for the embedded Postgres in ${at}.`
  if (free >= SCARCE_BYTES) return ok('disk', reason)
  const advice = 'Make room: a Postgres without room stops.'
  return free >= FULL_BYTES ? warn('disk', reason, advice) : fail('disk', reason, advice)
}

/** The path, or the folder above it that is there. */
async function nearest(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const isThere = await stat(at).then(
      () => true,
      () => false,
    )
    if (isThere || at === dirname(at)) return at
  }
}
