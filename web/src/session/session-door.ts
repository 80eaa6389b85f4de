/** The doors of sign-in: plain HTTP, since a cookie is what they are about. */

export interface SessionState {
  signedIn: boolean
  /** The demo's one click is offered. */
  demo: boolean
  openId: { name: string } | null
}

export type NextStep = { next: 'SIGNED_IN' } | { next: 'SECOND_FACTOR'; challenge: string }

export interface InvitationSeen {
  email: string
  name: string | null
  role: string
  account: { name: string } | null
  expiresAt: string
}

/** A refusal of these doors, in the same form as GraphQL's. */
export class SessionRefusal extends Error {
  override readonly name = 'SessionRefusal'
  constructor(
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>>,
  ) {
    super(message)
  }
}

async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  } catch {
    throw new SessionRefusal('UNAVAILABLE', 'Daybook can’t be reached. Check the connection and try again.', {})
  }
  if (response.status === 204) return undefined as Answer
  const answer = (await response.json().catch(() => ({}))) as {
    errors?: { message: string; extensions?: Record<string, unknown> }[]
  }
  if (response.ok) return answer as Answer
  const { message = 'Daybook didn’t answer.', extensions: { code = 'INTERNAL', ...details } = {} } =
    answer.errors?.[0] ?? {}
  throw new SessionRefusal(String(code), message, details)
}

export const readSession = () => ask<SessionState>('GET', '/session')
export const signIn = (email: string, password: string) => ask<NextStep>('POST', '/session', { email, password })
export const giveSecondFactor = (challenge: string, code: string) =>
  ask<NextStep>('POST', '/session/second-factor', { challenge, code })
export const signInToDemo = (as: 'PARTNER' | 'STAFF') => ask<NextStep>('POST', '/session/demo', { as })
export const signOut = () => ask<undefined>('DELETE', '/session')
export const lookAtInvitation = (token: string) => ask<InvitationSeen>('POST', '/invitation/look', { token })
export const acceptInvitation = (token: string, name: string, password: string) =>
  ask<NextStep>('POST', '/invitation/accept', { token, name, password })
export const forgotPassword = (email: string) => ask<undefined>('POST', '/password/forgot', { email })
export const resetPassword = (token: string, password: string) =>
  ask<NextStep>('POST', '/password/reset', { token, password })

/** Sign-in has refusals of its own: they never tell which accounts there are. */
export function explainSessionRefusal(error: unknown): string {
  if (!(error instanceof SessionRefusal)) return 'Something broke. Try again.'
  switch (error.code) {
    case 'UNAUTHENTICATED':
      return 'The e-mail address, the password or the code is not right.'
    case 'RATE_LIMITED': {
      const seconds = Math.max(1, Math.ceil(Number(error.details.retryAfterMs ?? 0) / 1000))
      return `Too many attempts. Wait ${seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} seconds`}, then try again.`
    }
    case 'NOT_FOUND':
      return 'This link was used already, or is too old. Ask for a new one.'
    default:
      return error.message
  }
}
