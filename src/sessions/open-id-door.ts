import type { FastifyInstance } from 'fastify'
import { DomainError, RateLimitedError } from '../errors'
import type { Log } from '../log'
import { OpenIdTrip, OpenIdUnavailableError, type OpenId } from './open-id'
import type { SessionCookie } from './session-cookie'
import { fromOf } from './session-door'
import type { SignInTools } from './sign-in'
import { signInAtProvider } from './sign-in-at-provider'
import { networkOf } from './throttle'

/** Seconds that somebody may take at the provider. */
const TRIP_SECONDS = 600
const TRIP_COOKIE = 'daybook-open-id'

/** Why nobody is signed in, as the page is told. */
type Refused = 'unknown' | 'failed' | 'unavailable' | 'throttled'

export interface OpenIdDoorOptions extends SignInTools {
  readonly openId: OpenId
  readonly cookie: SessionCookie
  readonly errorLog: Pick<Log, 'warn'>
}

/**
 * `GET /session/open-id` sends a browser to the provider, and `GET /session/open-id/callback` takes it back. What went wrong is
 * told to the page for signing in, as a word; with a second factor it gets the challenge, behind a # that no server sees.
 */
export function registerOpenId(app: FastifyInstance, options: OpenIdDoorOptions): void {
  const { openId, cookie, throttle, errorLog } = options

  app.get('/session/open-id', { exposeHeadRoute: false }, async (_request, reply) => {
    try {
      const { url, trip } = await openId.begin()
      const kept = Buffer.from(JSON.stringify(trip)).toString('base64url')
      return await reply
        .header('set-cookie', cookie.write(cookie.nameOf(TRIP_COOKIE), kept, TRIP_SECONDS))
        .redirect(url, 302)
    } catch (error) {
      if (!(error instanceof OpenIdUnavailableError)) throw error
      errorLog.warn({ err: causeOf(error) }, 'the OpenID provider could not be asked')
      return reply.redirect(signInPage('unavailable'), 302)
    }
  })

  app.get('/session/open-id/callback', { exposeHeadRoute: false }, async (request, reply) => {
    const forget = cookie.write(cookie.nameOf(TRIP_COOKIE), '', 0)
    const refuse = (reason: Refused) => reply.header('set-cookie', forget).redirect(signInPage(reason), 302)
    const trip = tripIn(cookie.carried(request.headers, cookie.nameOf(TRIP_COOKIE)))
    if (trip === null) return refuse('failed')
    try {
      await throttle.take('signInsOfAddress', networkOf(request.ip))
      const [, query = ''] = /^[^?]*(\?.*)?$/s.exec(request.url) ?? []
      const who = await openId.finish(query, trip)
      if (who === null) return await refuse('unknown')
      const step = await signInAtProvider(options, fromOf(cookie, request), who)
      if (step.next === 'SECOND_FACTOR') {
        return await reply.header('set-cookie', forget).redirect(`/sign-in#${step.challenge}`, 302)
      }
      return await reply.header('set-cookie', [forget, cookie.set(step.text)]).redirect('/', 302)
    } catch (error) {
      if (error instanceof RateLimitedError) return refuse('throttled')
      if (error instanceof DomainError) return refuse('unknown')
      if (error instanceof OpenIdUnavailableError) return refuse('unavailable')
      errorLog.warn({ requestId: request.id, err: causeOf(error) }, 'an answer of the OpenID provider was not taken')
      return refuse('failed')
    }
  })
}

function signInPage(reason: Refused): string {
  return `/sign-in?refused=${reason}`
}

function tripIn(kept: string | null): OpenIdTrip | null {
  if (kept === null) return null
  try {
    return OpenIdTrip.parse(JSON.parse(Buffer.from(kept, 'base64url').toString()))
  } catch {
    return null
  }
}

/** Its name and code: what else it carries may be tokens. */
function causeOf(error: unknown): object {
  const { name, code, message, cause } = error as { name?: string; code?: string; message?: string; cause?: unknown }
  return { name, code, message, ...(cause !== undefined && { cause: causeOf(cause) }) }
}
