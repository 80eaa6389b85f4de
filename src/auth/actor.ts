import { BadUserInputError, ForbiddenError, NotFoundError } from '../errors'

export enum Role {
  PARTNER = 'PARTNER',
  STAFF = 'STAFF',
}

export enum Scope {
  READ = 'READ',
  CHANNELS = 'CHANNELS',
  BILLING = 'BILLING',
  TOKENS = 'TOKENS',
  ADMIN = 'ADMIN',
}

/** Who is asking. A partner's actor has an account and sees nothing of any other; staff have none and see all. */
export interface Actor {
  readonly role: Role
  /** What it may do, what its scopes include spelled out. */
  readonly scopes: ReadonlySet<Scope>
  /** The account of a partner; null for staff. */
  readonly accountId: string | null
  /** The token it came with; null for the staff token of the environment, and for a person. */
  readonly tokenId: string | null
  /** When it ceases to be valid; null for never. A person's deeds outlast the session in which they were done. */
  readonly expiresAt: Date | null
  /** Of a person that has signed in; absent where a token asks. */
  readonly signedIn?: SignedIn
}

export interface SignedIn {
  readonly sessionId: string
  readonly personId: string
  /** Staff in production may only read until they have a second factor. */
  readonly secondFactorNeeded: boolean
}

/** Every scope lets its holder read. */
export function expandScopes(scopes: Iterable<Scope>): Set<Scope> {
  const expanded = new Set(scopes)
  if (expanded.size > 0) expanded.add(Scope.READ)
  return expanded
}

export function sameScopes(some: ReadonlySet<Scope>, others: ReadonlySet<Scope>): boolean {
  return some.size === others.size && [...some].every((scope) => others.has(scope))
}

/**
 * Actors of the same eyes see the same of an account: its tokens with the same scopes. A person, and each of staff, sees with
 * its own.
 */
export function eyesOf({ role, scopes, accountId, tokenId, signedIn }: Actor): string {
  const self = signedIn?.sessionId ?? (role === Role.STAFF ? tokenId : null)
  return JSON.stringify([role, accountId, [...scopes].sort(), self])
}

/** How an actor is written down in the ledger, in events and in the audit log. */
export function actorName(actor: Actor): string {
  const name = actor.signedIn?.personId ?? actor.tokenId ?? 'environment'
  return actor.role === Role.STAFF ? `${STAFF_PREFIX}${name}` : name
}

const STAFF_PREFIX = 'staff:'

/** What partners are shown of any of staff. */
export const STAFF_SHOWN = 'staff'

/** What a viewer is shown of it: partners see "staff", never who. */
export function shownActor(name: string, viewer: Actor): string {
  return viewer.role === Role.PARTNER ? shownToPartners(name) : name
}

export function shownToPartners(name: string): string {
  return name.startsWith(STAFF_PREFIX) ? STAFF_SHOWN : name
}

export function requireScope(actor: Actor, scope: Scope): void {
  if (!actor.scopes.has(scope)) throw new ForbiddenError(`This needs the scope ${scope}.`, { scope })
}

export function requireStaff(actor: Actor): void {
  if (actor.role !== Role.STAFF) throw new ForbiddenError('This is for staff.', { role: Role.STAFF })
}

/**
 * Which account a call is about: a partner's own (naming another one finds nothing), or the one that staff name. That
 * an account which staff name exists is for the read or the lock that follows to find out.
 */
export function accountIdFor(actor: Actor, accountId: string | null | undefined, field = 'accountId'): string {
  if (actor.accountId === null) {
    if (accountId == null) throw new BadUserInputError(field, `Staff name the account: ${field} is missing.`)
    return accountId
  }
  if (accountId != null && accountId !== actor.accountId) throw new NotFoundError('account', accountId)
  return actor.accountId
}
