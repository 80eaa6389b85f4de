import type { IncomingHttpHeaders } from 'node:http'
import type { Whence } from '../audit/deed'
import { UnauthenticatedError } from '../errors'
import type { SessionCookie } from '../sessions/session-cookie'
import type { SignInLog } from '../sessions/sign-in-log'
import { networkOf, type Throttle } from '../sessions/throttle'
import type { Actor } from './actor'
import type { Authenticator } from './authenticate'
import { tokenDigest } from './token-text'

/** What of a request tells who asks. */
export interface Approach {
  /** As in the header of this name; of a socket, in its connectionParams. */
  readonly authorization: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly whence: Whence
}

/** Tokens that were good, with the address that they came from: they are let in where others have guessed. */
const GOOD_ONES_KEPT = 10_000

/**
 * The one way in, for HTTP, sockets and exports alike: a token where there is one, else the cookie of a session.
 *
 * Bad tokens are counted by address. Past the limit all tokens from there are refused, whether good or not, so that none can
 * be found by guessing on; but for those that were good from there before: behind one address there may be many, and one
 * that guesses must not shut out the others.
 */
export class Admission {
  private readonly goodOnes = new Set<string>()

  constructor(
    private readonly authenticator: Authenticator,
    private readonly throttle: Throttle,
    private readonly cookie: SessionCookie,
    private readonly log: SignInLog,
  ) {}

  /**
   * Null for a caller with neither a token nor a session: a cookie that is not good any more is none.
   * Throws UNAUTHENTICATED for a bad token; RATE_LIMITED where too many came from its address.
   */
  async admit({ authorization, headers, whence }: Approach): Promise<Actor | null> {
    if (authorization === undefined) {
      const text = this.cookie.read(headers)
      return text === null ? null : this.authenticator.authenticateSession(text)
    }
    const network = networkOf(whence.ip)
    const known = `${network} ${tokenDigest(authorization).toString('base64')}`
    if (!this.goodOnes.has(known)) this.throttle.refuseFull('tokensOfAddress', network)
    try {
      const actor = await this.authenticator.authenticate(authorization)
      if (this.goodOnes.size >= GOOD_ONES_KEPT) this.goodOnes.clear()
      this.goodOnes.add(known)
      return actor
    } catch (error) {
      if (error instanceof UnauthenticatedError) {
        this.goodOnes.delete(known)
        await this.count(network, whence)
      }
      throw error
    }
  }

  private async count(network: string, whence: Whence): Promise<void> {
    try {
      await this.throttle.take('tokensOfAddress', network)
    } catch (error) {
      await this.log.refused('useToken', null, whence, error)
      throw error
    }
  }
}
