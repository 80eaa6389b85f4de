import type { Config } from '../config'
import type { Sql, Statement } from '../database'
import { UnauthenticatedError } from '../errors'
import { expandScopes, Role, Scope, type Actor } from './actor'
import { sameDigest, tokenDigest, tokenIdIn } from './token-text'

/** How exact lastUsedAt is: a token that is used all the time is written down once in this time. */
const LAST_USE_GRAIN_MS = 60_000
/** Tokens whose last use is remembered between two writes; past it the oldest are forgotten, and written again. */
const LAST_USES_KEPT = 10_000

interface TokenRow {
  id: string
  account_id: string | null
  secret_digest: Buffer
  scopes: Scope[]
  expires_at: Date | null
  usable: boolean
}

const EVERY_SCOPE: ReadonlySet<Scope> = new Set(Object.values(Scope))

/** Tells who is asking, by the token. Nothing is cached: a token that is revoked is refused from the next call on. */
export class Authenticator {
  private readonly staffDigest: Buffer | null
  private readonly lastUses = new Map<string, number>()

  constructor(
    private readonly sql: Sql,
    config: Pick<Config, 'staffToken'>,
  ) {
    this.staffDigest = config.staffToken === null ? null : tokenDigest(config.staffToken)
  }

  /**
   * The actor behind an `Authorization` header (or the same in a socket's connectionParams); null where there is none.
   * Throws UNAUTHENTICATED for a token that is malformed, unknown, expired or revoked, without telling which.
   */
  async authenticate(authorization: string | undefined): Promise<Actor | null> {
    if (authorization === undefined) return null
    const text = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1]
    if (text === undefined) throw new UnauthenticatedError()
    const digest = tokenDigest(text)
    if (this.staffDigest !== null && sameDigest(digest, this.staffDigest)) {
      return { role: Role.STAFF, scopes: EVERY_SCOPE, accountId: null, tokenId: null, expiresAt: null }
    }
    const id = tokenIdIn(text)
    if (id === null) throw new UnauthenticatedError()
    const [token] = await this.sql.query<TokenRow>(TOKEN_BY_ID, [id])
    if (token === undefined || !sameDigest(token.secret_digest, digest) || !token.usable) {
      throw new UnauthenticatedError()
    }
    this.noteUse(id)
    return {
      role: token.account_id === null ? Role.STAFF : Role.PARTNER,
      scopes: expandScopes(token.scopes),
      accountId: token.account_id,
      tokenId: id,
      expiresAt: token.expires_at,
    }
  }

  /** Which of these tokens have ceased to be usable: for sockets that were opened with them. */
  async unusable(tokenIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.sql.query<{ id: string }>(UNUSABLE_TOKENS, [tokenIds])
    return new Set(rows.map((row) => row.id))
  }

  private noteUse(id: string): void {
    const now = Date.now()
    if (now - (this.lastUses.get(id) ?? -LAST_USE_GRAIN_MS) < LAST_USE_GRAIN_MS) return
    if (this.lastUses.size >= LAST_USES_KEPT) this.lastUses.clear()
    this.lastUses.set(id, now)
    // When a token was last used is a help, no promise: the request neither waits for it nor fails with it.
    this.sql.query(NOTE_USE, [id]).catch(() => this.lastUses.delete(id))
  }
}

const TOKEN_BY_ID: Statement = {
  name: 'token-by-id',
  text: `
    SELECT id, account_id, secret_digest, scopes, expires_at,
           revoked_at IS NULL AND (expires_at IS NULL OR expires_at > daybook_now()) AS usable
    FROM api_token WHERE id = $1`,
}

const UNUSABLE_TOKENS: Statement = {
  name: 'unusable-tokens',
  text: `
    SELECT id FROM api_token
    WHERE id = ANY ($1) AND (revoked_at IS NOT NULL OR expires_at <= daybook_now())`,
}

const NOTE_USE: Statement = {
  name: 'note-use',
  text: 'UPDATE api_token SET last_used_at = daybook_now() WHERE id = $1',
}
