import { createHash } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import type { Sql, Statement } from '../database'
import { RateLimitedError } from '../errors'

export interface ThrottleLimit {
  /** What there are too many of, as a refusal says it. */
  readonly what: string
  readonly limit: number
  readonly windowMs: number
}

const MINUTE_MS = 60_000

/** What is counted, and of whom: of an address, an e-mail, a person or an account. */
export const THROTTLES = {
  signInsOfAddress: { what: 'sign-ins from one address', limit: 50, windowMs: 15 * MINUTE_MS },
  signInsOfEmail: { what: 'sign-ins with one e-mail', limit: 10, windowMs: 15 * MINUTE_MS },
  codesOfPerson: { what: 'codes', limit: 10, windowMs: 15 * MINUTE_MS },
  passwordsOfPerson: { what: 'passwords', limit: 10, windowMs: 15 * MINUTE_MS },
  linksOfAddress: { what: 'links from one address', limit: 50, windowMs: 15 * MINUTE_MS },
  resetsOfAddress: { what: 'mails asked for from one address', limit: 20, windowMs: 60 * MINUTE_MS },
  resetsOfEmail: { what: 'mails to one address', limit: 3, windowMs: 60 * MINUTE_MS },
  invitationsOfAccount: { what: 'invitations in a day', limit: 100, windowMs: 24 * 60 * MINUTE_MS },
  tokensOfAddress: { what: 'bad tokens from one address', limit: 100, windowMs: 15 * MINUTE_MS },
} as const satisfies Record<string, ThrottleLimit>

export type ThrottleKind = keyof typeof THROTTLES

/** Too many. `isFirst` of those that are refused in a window: the one that is written down. */
export class ThrottledError extends RateLimitedError {
  constructor(
    { what, limit }: ThrottleLimit,
    retryAfterMs: number,
    readonly isFirst: boolean,
  ) {
    super(what, limit, retryAfterMs)
  }
}

/** Those that are over their limit and remembered, so that a flood of them asks the database for nothing. */
const REMEMBERED = 10_000

/**
 * Counts what is tried, in the database: all gateways count together, by its clock. A window begins with the first try and
 * ends after its time, whatever is tried in it.
 */
export class Throttle {
  /** By digest, in milliseconds of this process: until when all are refused. */
  private readonly full = new Map<string, number>()

  constructor(private readonly sql: Sql) {}

  /** Counts one, before it is looked at: those that come at once are counted too. Throws RATE_LIMITED (retryAfterMs). */
  async take(kind: ThrottleKind, whose: string): Promise<void> {
    this.refuseFull(kind, whose)
    const limit = THROTTLES[kind]
    const digest = digestOf(kind, whose)
    const [row] = await this.sql.query<{ taken: number; leftMs: number }>(TAKE, [digest, limit.windowMs])
    if (row === undefined || row.taken <= limit.limit) return
    const leftMs = Math.max(1, Math.ceil(row.leftMs))
    if (this.full.size >= REMEMBERED) this.full.clear()
    this.full.set(digest.toString('hex'), performance.now() + leftMs)
    throw new ThrottledError(limit, leftMs, row.taken === limit.limit + 1)
  }

  /** Throws RATE_LIMITED where this gateway knows that there were too many, without counting one. */
  refuseFull(kind: ThrottleKind, whose: string): void {
    const key = digestOf(kind, whose).toString('hex')
    const until = this.full.get(key)
    if (until === undefined) return
    const leftMs = Math.ceil(until - performance.now())
    if (leftMs > 0) throw new ThrottledError(THROTTLES[kind], leftMs, false)
    this.full.delete(key)
  }

  /** It was right: those that were wrong before it count no more. */
  async forget(kind: ThrottleKind, whose: string): Promise<void> {
    await this.sql.query(FORGET, [digestOf(kind, whose)])
  }
}

/** Whose an address is: of IPv6 a customer has a network of 64 bits, and all that is in it. */
export function networkOf(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return 'unknown'
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toNormalizedString().replace(/%.*$/, '')}/64`).toString()}/64`
}

function digestOf(kind: ThrottleKind, whose: string): Buffer {
  return createHash('sha256').update(`${kind}:${whose}`).digest()
}

const TAKE: Statement = {
  name: 'take-throttle',
  text: `
    WITH clock AS (SELECT daybook_now() AS now)
    INSERT INTO throttle AS t (digest, taken, until)
    SELECT $1, 1, now + $2::double precision * interval '1 millisecond' FROM clock
    ON CONFLICT (digest) DO UPDATE SET
      taken = CASE WHEN t.until <= (SELECT now FROM clock) THEN 1 ELSE least(t.taken + 1, 1000000) END,
      until = CASE WHEN t.until <= (SELECT now FROM clock) THEN excluded.until ELSE t.until END
    RETURNING t.taken, (extract(epoch FROM t.until - (SELECT now FROM clock)) * 1000)::double precision AS "leftMs"`,
}

const FORGET: Statement = { name: 'forget-throttle', text: 'DELETE FROM throttle WHERE digest = $1' }
