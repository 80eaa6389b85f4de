import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from 'openid-client'
import { z } from 'zod'
import type { OpenIdConfig } from '../config'

/** Seconds for which the provider is waited for. */
const TIMEOUT_SECONDS = 10

/** What binds an answer of the provider to the browser that was sent there: in a cookie of its own until it is back. */
export const OpenIdTrip = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() })
export type OpenIdTrip = z.infer<typeof OpenIdTrip>

/** The provider could not be asked. */
export class OpenIdUnavailableError extends Error {
  override readonly name = 'OpenIdUnavailableError'
}

/** People of an OpenID provider: the code flow, with PKCE, a state and a nonce. */
export class OpenId {
  private configuration: Promise<Configuration> | null = null

  constructor(
    private readonly config: OpenIdConfig,
    private readonly publicUrl: () => string,
  ) {}

  /** Where to send a browser, and what it is to keep until it is back. Throws OpenIdUnavailableError. */
  async begin(): Promise<{ url: string; trip: OpenIdTrip }> {
    const configuration = await this.known()
    const trip = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: this.callbackUrl(),
      scope: 'openid email profile',
      state: trip.state,
      nonce: trip.nonce,
      code_challenge: await calculatePKCECodeChallenge(trip.verifier),
      code_challenge_method: 'S256',
    })
    return { url: url.href, trip }
  }

  /**
   * The e-mail of who came back, and its name; null where the provider does not say that it has verified it.
   * Throws OpenIdUnavailableError, and where the answer is not the provider's, to this browser.
   */
  async finish(
    query: string,
    { state, nonce, verifier }: OpenIdTrip,
  ): Promise<{ email: string; name: string | null } | null> {
    const configuration = await this.known()
    const answered = await authorizationCodeGrant(configuration, new URL(`${this.callbackUrl()}${query}`), {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    })
    const claims = answered.claims()
    if (claims === undefined) return null
    const told =
      claims.email === undefined
        ? { ...claims, ...(await fetchUserInfo(configuration, answered.access_token, claims.sub)) }
        : claims
    const parsed = VERIFIED.safeParse(told)
    return parsed.success ? { email: parsed.data.email, name: parsed.data.name ?? null } : null
  }

  private callbackUrl(): string {
    return `${this.publicUrl()}/session/open-id/callback`
  }

  private async known(): Promise<Configuration> {
    this.configuration ??= this.discover()
    try {
      return await this.configuration
    } catch (error) {
      // It is asked again for the next one.
      this.configuration = null
      throw new OpenIdUnavailableError('the OpenID provider could not be asked', { cause: error })
    }
  }

  private discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.config
    // Plain http has been let by for loopback addresses only.
    const execute = issuer.startsWith('http:') ? [allowInsecureRequests] : []
    return discovery(new URL(issuer), clientId, clientSecret, undefined, { execute, timeout: TIMEOUT_SECONDS })
  }
}

const VERIFIED = z.object({
  email: z.email().max(255),
  email_verified: z.literal(true),
  name: z.string().max(255).nullish(),
})
