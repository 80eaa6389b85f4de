import { createHash } from 'node:crypto'
import { access, chmod, chown, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface Log {
  info(message: string): void
  warn(message: string): void
}

/** Whom Postgres runs as when this process is root, which Postgres refuses. */
export interface Account {
  name: string
  uid: number
  gid: number
}

/** What makes a child process run as the account. */
export function runAs(account: Account | null): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {}
}

/** A folder of mode 0700 for everything that the embedded Postgres keeps. */
export interface Place {
  path: string
  /** Null: the user of this process. */
  account: Account | null
}

/** For root, when another user can't enter the home: a checkout below /root is the usual case. */
const OUTSIDE = '/var/lib/daybook'

/** What was built aside and never finished is litter after this time; building takes about a second. */
const LITTER_AFTER_MS = 10 * 60_000

/**
 * Where the data of this home is, or will be: `<home>/postgres`, or a folder named after the home's path where the
 * account can reach it. Data that is there already decides, so that a change of permissions never makes a second,
 * empty database.
 */
export async function findPlace(home: string, log: Log): Promise<Place> {
  await mkdir(home, { recursive: true })
  const realHome = await realpath(home)
  const inside = join(realHome, 'postgres')
  const outside = outsideOf(realHome)

  let path = (await exists(outside)) ? outside : inside
  const owner = await stat(path).catch(() => null)
  if (process.getuid?.() !== 0) {
    if (owner !== null && owner.uid !== process.getuid?.()) {
      throw new Error(`The data in ${path} belongs to the user ${owner.uid}. Start as that user or as root.`)
    }
    await mkdir(path, { recursive: true, mode: 0o700 })
    return { path, account: null }
  }

  const account =
    owner === null || owner.uid === 0
      ? await findAccount()
      : { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid }
  if (path === inside && !(await mayAccess(account, realHome, 1))) {
    if (await exists(join(inside, 'cluster'))) {
      throw new Error(`Postgres runs as ${account.name}, who can't enter ${realHome}, where its data is.`)
    }
    path = outside
  }
  if (path === outside) {
    log.info(`The data of ${realHome} is in ${outside}, where Postgres can reach it as ${account.name}.`)
    await mkdir(OUTSIDE, { recursive: true })
    await chmod(OUTSIDE, 0o755)
  }
  await mkdir(path, { recursive: true, mode: 0o700 })
  await chown(path, account.uid, account.gid)
  return { path, account }
}

/** The folder that holds this home's database; null where none was made yet. Nothing is made by asking. */
export async function findData(home: string): Promise<string | null> {
  const realHome = await realpath(home).catch(() => null)
  if (realHome === null) return null
  for (const path of [outsideOf(realHome), join(realHome, 'postgres')]) {
    if (await exists(join(path, 'cluster'))) return path
  }
  return null
}

/**
 * Whether the account may read (4), write (2) or enter and execute (1) a real path, by the permissions of the path and
 * of every folder above it. The system answers only for the user who asks, and root may always.
 */
export async function mayAccess(account: Account | null, path: string, wanted: number): Promise<boolean> {
  try {
    await access(path, wanted)
    if (account === null) return true
    for (let at = path, bits = wanted; ; at = dirname(at), bits = 1) {
      const { uid, gid, mode } = await stat(at)
      const granted = mode >> (uid === account.uid ? 6 : gid === account.gid ? 3 : 0)
      if ((granted & bits) !== bits) return false
      if (at === dirname(at)) return true
    }
  } catch {
    return false
  }
}

/**
 * Fills a folder aside and names it at the end, so that nobody meets half of it: a kill in the midst leaves only litter,
 * which a later start removes. Of several who build at once the first one wins, and all use what it built.
 */
export async function buildOnce(place: Place, name: string, fill: (draft: string) => Promise<void>): Promise<string> {
  const path = join(place.path, name)
  if (await exists(path)) return path
  await removeLitter(place.path)
  const draft = await mkdtemp(join(place.path, 'unfinished-'))
  try {
    if (place.account) await chown(draft, place.account.uid, place.account.gid)
    await fill(draft)
    await rename(draft, path)
  } catch (error) {
    if (!(await exists(path))) throw error
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return path
}

function outsideOf(realHome: string): string {
  return join(OUTSIDE, createHash('sha256').update(realHome).digest('hex').slice(0, 16))
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function removeLitter(path: string): Promise<void> {
  for (const name of await readdir(path)) {
    if (!name.startsWith('unfinished-')) continue
    const found = await stat(join(path, name)).catch(() => null)
    if (found && found.mtimeMs < Date.now() - LITTER_AFTER_MS) {
      await rm(join(path, name), { recursive: true, force: true })
    }
  }
}

async function findAccount(): Promise<Account> {
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const user = users.find((fields) => fields[0] === name)
    if (user) return { name, uid: Number(user[2]), gid: Number(user[3]) }
  }
  throw new Error('Postgres refuses to run as root, and there is no user "postgres" or "nobody" to run it as.')
}
