import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AuditOrigin } from '../audit/audit-entry.entity'
import { sessionIdIn, tokenDigest } from '../auth/token-text'
import type { Actor } from '../auth/actor'
import { ForbiddenError } from '../errors'
import { parseInput } from '../input'
import { lockPerson } from '../people/known-person'
import { AcceptInvitation, LookAtInvitation } from '../people/accept-invitation'
import { ForgotPassword, ResetPassword } from '../people/reset-password'
import { askForNewPassword, comeInByInvitation, comeInByReset, lookAtInvitation } from './come-in'
import { END_SESSION } from './open-session'
import type { SessionCookie } from './session-cookie'
import {
  SignIn,
  signIn,
  type SignInFrom,
  type SignInStep,
  signInToDemo,
  SignInToDemo,
  type SignInTools,
  SignInWithCode,
  signInWithCode,
} from './sign-in'

export interface SessionDoorOptions extends SignInTools {
  readonly cookie: SessionCookie
  /** Whose session the cookie is; null for nobody's. */
  readonly authenticateSession: (text: string) => Promise<Actor | null>
  /** Whether anybody may sign in with one click: never in production. */
  readonly isDemoOpen: boolean
  /** What the button says, where people can sign in through an OpenID provider. */
  readonly openIdName: string | null
}

/**
 * `/session`: who is signed in, signing in and out. JSON only, and of our own pages only: another site could sign its visitor
 * in as somebody else.
 *
 * Throws FORBIDDEN for a request of another site, BAD_USER_INPUT, and what the verbs throw.
 */
export function registerSessions(app: FastifyInstance, options: SessionDoorOptions): void {
  const { cookie, database, log, authenticateSession, isDemoOpen, openIdName } = options

  app.get('/session', { exposeHeadRoute: false }, async ({ headers }) => {
    const text = cookie.read(headers)
    const actor = text === null ? null : await authenticateSession(text)
    const openId = openIdName === null ? null : { name: openIdName }
    return { signedIn: actor !== null, secondFactor: null, demo: isDemoOpen, openId }
  })

  app.post('/session', async (request, reply) => {
    refuseOtherSites(cookie, request)
    const command = parseInput(SignIn, request.body)
    return answer(reply, cookie, await signIn(options, fromOf(cookie, request), command))
  })

  app.post('/session/second-factor', async (request, reply) => {
    refuseOtherSites(cookie, request)
    const command = parseInput(SignInWithCode, request.body)
    return answer(reply, cookie, await signInWithCode(options, fromOf(cookie, request), command))
  })

  if (isDemoOpen) {
    app.post('/session/demo', async (request, reply) => {
      refuseOtherSites(cookie, request)
      const command = parseInput(SignInToDemo, request.body)
      return answer(reply, cookie, await signInToDemo(options, fromOf(cookie, request), command))
    })
  }

  app.delete('/session', async (request, reply) => {
    refuseOtherSites(cookie, request)
    const text = cookie.read(request.headers)
    const signedIn = text === null ? undefined : (await authenticateSession(text))?.signedIn
    if (signedIn !== undefined) {
      await database.inTransaction(async (tx) => {
        const person = await lockPerson(tx, signedIn.personId)
        await tx.query(END_SESSION, [signedIn.sessionId])
        await log.done(tx, 'signOut', person, whenceOf(request), { sessionId: signedIn.sessionId })
      })
    }
    return reply.code(204).header('set-cookie', cookie.clear()).send()
  })
}

/**
 * `/invitation` and `/password`: for who holds a link that was mailed, and for who has forgotten a password. As `/session`.
 *
 * Throws FORBIDDEN for a request of another site, BAD_USER_INPUT, and what the verbs throw.
 */
export function registerInvitations(
  app: FastifyInstance,
  { cookie, ...tools }: Pick<SessionDoorOptions, keyof SignInTools | 'cookie'>,
): void {
  app.post('/invitation/look', async (request) => {
    refuseOtherSites(cookie, request)
    const { token } = parseInput(LookAtInvitation, request.body)
    const { email, name, role, accountName, expiresAt } = await lookAtInvitation(tools, whenceOf(request), token)
    return { email, name, role, account: accountName === null ? null : { name: accountName }, expiresAt }
  })

  app.post('/invitation/accept', async (request, reply) => {
    refuseOtherSites(cookie, request)
    const command = parseInput(AcceptInvitation, request.body)
    return answer(reply, cookie, await comeInByInvitation(tools, fromOf(cookie, request), command))
  })

  app.post('/password/forgot', async (request, reply) => {
    refuseOtherSites(cookie, request)
    const { email } = parseInput(ForgotPassword, request.body)
    await askForNewPassword(tools, whenceOf(request), email)
    return reply.code(202).send({})
  })

  app.post('/password/reset', async (request, reply) => {
    refuseOtherSites(cookie, request)
    const command = parseInput(ResetPassword, request.body)
    return answer(reply, cookie, await comeInByReset(tools, fromOf(cookie, request), command))
  })
}

/** Throws FORBIDDEN. */
export function refuseOtherSites(cookie: SessionCookie, { headers }: FastifyRequest): void {
  if (!cookie.isOwn(headers)) throw new ForbiddenError('This is for pages of this gateway only.')
}

export function whenceOf({ id, ip, headers }: FastifyRequest) {
  return { origin: AuditOrigin.HTTP, requestId: id, ip, userAgent: headers['user-agent'] ?? null }
}

export function fromOf(cookie: SessionCookie, request: FastifyRequest): SignInFrom {
  const text = cookie.read(request.headers)
  const sessionId = text === null ? null : sessionIdIn(text)
  const replaced = text === null || sessionId === null ? null : { sessionId, digest: tokenDigest(text) }
  return { whence: whenceOf(request), replaced }
}

/** The next step, with the cookie where it is the last. */
export function answer(reply: FastifyReply, cookie: SessionCookie, step: SignInStep): FastifyReply {
  if (step.next === 'SECOND_FACTOR') return reply.send(step)
  return reply.header('set-cookie', cookie.set(step.text)).send({ next: step.next })
}
