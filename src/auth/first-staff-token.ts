import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config'
import type { Database } from '../database'
import { Role, Scope, type Actor } from './actor'
import { UnauthenticatedError } from '../errors'
import { Authenticator } from './authenticate'
import { createToken } from './create-token'

/** Whoever starts the gateway: the first token has nobody above it. */
export const FOUNDER: Actor = {
  role: Role.STAFF,
  scopes: new Set(Object.values(Scope)),
  accountId: null,
  tokenId: null,
  expiresAt: null,
}

/**
 * The staff token to show at the start: null where the environment gives one, or where one was made and shown before. In
 * development it is kept in DAYBOOK_HOME, for its owner's eyes only, and shown again.
 */
export async function findStaffToken(database: Database, config: Config): Promise<string | null> {
  if (config.staffToken !== null) return null
  return keptToken(database, config, 'staff-token', async () => {
    const [row] = await database.sql.query<{ exists: boolean }>({
      name: 'staff-token-exists',
      text: 'SELECT EXISTS (SELECT FROM api_token WHERE account_id IS NULL) AS exists',
    })
    if (config.production && row?.exists === true) return null
    const { secret } = await database.inTransaction((tx) =>
      createToken(tx, FOUNDER, { accountId: null, name: 'First staff token', scopes: Object.values(Scope) }),
    )
    return secret
  })
}

/** What tokens of the database need. */
const NO_SETTINGS = { staffToken: null, demo: false, production: true }

/** The file may be of another database's, or the token revoked since. */
async function isUsable(database: Database, token: string): Promise<boolean> {
  try {
    return (await new Authenticator(database.sql, NO_SETTINGS).authenticate(`Bearer ${token}`)) !== null
  } catch (error) {
    if (error instanceof UnauthenticatedError) return false
    throw error
  }
}

/** A token that is made once and, in development, kept in a file that its owner alone can read. */
export async function keptToken(
  database: Database,
  config: Config,
  name: string,
  make: () => Promise<string | null>,
): Promise<string | null> {
  if (config.production) return make()
  const file = join(config.home, name)
  const kept = await readFile(file, 'utf8').catch(() => null)
  if (kept !== null && (await isUsable(database, kept.trim()))) return kept.trim()
  const token = await make()
  if (token !== null) {
    await mkdir(config.home, { recursive: true })
    await writeFile(file, `${token}\n`, { mode: 0o600 })
  }
  return token
}
