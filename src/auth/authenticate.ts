import type { Config } from '../config'
import type { Sql, Statement } from '../database'
import { UnauthenticatedError } from '../errors'
import { scopesOf, type PersonRole } from '../people/person-role'
import { SESSION_IS_GOOD } from '../sessions/session-is-good'
import { expandScopes, Role, Scope, type Actor } from './actor'
import { sameDigest, sessionIdIn, tokenDigest, tokenIdIn } from './token-text'

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

interface SessionRow {
  id: string
  person_id: string
  account_id: string | null
  secret_digest: Buffer
  role: PersonRole
  has_second_factor: boolean
}

/** What is known of open sockets' tokens and sessions by now. */
export interface Standing {
  /** Ids of tokens and sessions that are good no more. */
  readonly over: ReadonlySet<string>
  /** By the session: what it may do now. */
  readonly scopes: ReadonlyMap<string, ReadonlySet<Scope>>
}

const TO_READ: ReadonlySet<Scope> = new Set([Scope.READ])

const EVERY_SCOPE: ReadonlySet<Scope> = new Set(Object.values(Scope))

/**
 * Tells who is asking, by the token. Nothing is cached: a token that is revoked is refused from the next call on. Those that
 * arrive in one turn of the event loop are looked up together, by a statement that is sent after the last of them.
 */
export class Authenticator {
  private readonly staffDigest: Buffer | null
  private readonly lastUses = new Map<string, number>()
  /** Who waits for which token's row. */
  private asked = new Map<string, ((row: Promise<TokenRow | undefined>) => void)[]>()

  constructor(
    private readonly sql: Sql,
    private readonly config: Pick<Config, 'staffToken' | 'demo' | 'production'>,
    /** What those who come are looked up with, and wait for first. */
    private readonly lookUps = sql,
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
    // Looked for though it can't be there, so that no kind of bad token is told from another by how soon it is refused.
    const id = tokenIdIn(text) ?? NO_TOKEN
    const token = await this.tokenOf(id)
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

  private tokenOf(id: string): Promise<TokenRow | undefined> {
    if (this.asked.size === 0) setImmediate(() => this.lookUp())
    return new Promise((resolve) => {
      const waiting = this.asked.get(id)
      if (waiting === undefined) this.asked.set(id, [resolve])
      else waiting.push(resolve)
    })
  }

  private lookUp(): void {
    const { asked } = this
    this.asked = new Map()
    const rows = this.lookUps.query<TokenRow>(TOKENS_BY_ID, [[...asked.keys()]])
    for (const [id, waiting] of asked) {
      const row = rows.then((found) => found.find((one) => one.id === id))
      for (const resolve of waiting) resolve(row)
    }
  }

  /**
   * The person behind the cookie of a session; null where it is none of ours, has ended or is past its time, and where the
   * person was removed. Role and second factor are looked up anew each time.
   */
  async authenticateSession(text: string): Promise<Actor | null> {
    const id = sessionIdIn(text)
    if (id === null) return null
    const [session] = await this.lookUps.query<SessionRow>(GOOD_SESSIONS, [[id], this.isDemoOpen])
    if (session === undefined || !sameDigest(session.secret_digest, tokenDigest(text))) return null
    this.noteUse(id, NOTE_SESSION_USE)
    const secondFactorNeeded = this.isSecondFactorNeeded(session)
    return {
      role: session.account_id === null ? Role.STAFF : Role.PARTNER,
      scopes: this.scopesOf(session),
      accountId: session.account_id,
      tokenId: null,
      expiresAt: null,
      signedIn: { sessionId: id, personId: session.person_id, secondFactorNeeded },
    }
  }

  /** How these tokens and sessions stand now: for sockets that were opened with them. */
  async standing(tokenIds: readonly string[], sessionIds: readonly string[]): Promise<Standing> {
    const over = new Set(sessionIds)
    const scopes = new Map<string, ReadonlySet<Scope>>()
    if (tokenIds.length > 0) {
      const rows = await this.lookUps.query<{ id: string }>(UNUSABLE_TOKENS, [tokenIds])
      for (const { id } of rows) over.add(id)
    }
    if (sessionIds.length > 0) {
      for (const session of await this.lookUps.query<SessionRow>(GOOD_SESSIONS, [sessionIds, this.isDemoOpen])) {
        over.delete(session.id)
        scopes.set(session.id, this.scopesOf(session))
        // A socket that is open is a session that is used.
        this.noteUse(session.id, NOTE_SESSION_USE)
      }
    }
    return { over, scopes }
  }

  private get isDemoOpen(): boolean {
    return this.config.demo && !this.config.production
  }

  private isSecondFactorNeeded({ account_id, has_second_factor }: SessionRow): boolean {
    return this.config.production && account_id === null && !has_second_factor
  }

  private scopesOf(session: SessionRow): ReadonlySet<Scope> {
    return this.isSecondFactorNeeded(session) ? TO_READ : scopesOf(session.role)
  }

  private noteUse(id: string, note = NOTE_USE): void {
    const now = Date.now()
    if (now - (this.lastUses.get(id) ?? -LAST_USE_GRAIN_MS) < LAST_USE_GRAIN_MS) return
    if (this.lastUses.size >= LAST_USES_KEPT) this.lastUses.clear()
    this.lastUses.set(id, now)
    // When a token was last used is a help, no promise: the request neither waits for it nor fails with it.
    this.sql.query(note, [id]).catch(() => this.lastUses.delete(id))
  }
}

const NO_TOKEN = 'token_none'

const TOKENS_BY_ID: Statement = {
  name: 'tokens-by-id',
  text: `
    SELECT id, account_id, secret_digest, scopes, expires_at,
           revoked_at IS NULL AND (expires_at IS NULL OR expires_at > daybook_now()) AS usable
    FROM api_token WHERE id = ANY ($1)`,
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

const GOOD_SESSIONS: Statement = {
  name: 'good-sessions',
  text: `
    SELECT s.id, s.person_id, s.account_id, s.secret_digest, p.role, p.factor_secret IS NOT NULL AS has_second_factor
    FROM session s JOIN person p ON p.id = s.person_id
    WHERE s.id = ANY ($1) AND ${SESSION_IS_GOOD} AND (NOT p.demo OR $2::boolean)`,
}

const NOTE_SESSION_USE: Statement = {
  name: 'note-session-use',
  text: 'UPDATE session SET last_used_at = daybook_now() WHERE id = $1 AND ended_at IS NULL',
}
