import { expandScopes, Scope } from '../auth/actor'

/** What somebody is in a partner's account, or of staff. */
export enum PersonRole {
  OWNER = 'OWNER',
  BILLING = 'BILLING',
  VIEWER = 'VIEWER',
  OPERATOR = 'OPERATOR',
  ADMIN = 'ADMIN',
}

const SCOPES: Readonly<Record<PersonRole, ReadonlySet<Scope>>> = {
  [PersonRole.OWNER]: new Set([Scope.READ, Scope.CHANNELS, Scope.BILLING, Scope.TOKENS]),
  [PersonRole.BILLING]: expandScopes([Scope.BILLING]),
  [PersonRole.VIEWER]: expandScopes([Scope.READ]),
  [PersonRole.OPERATOR]: expandScopes([Scope.CHANNELS, Scope.BILLING]),
  [PersonRole.ADMIN]: new Set(Object.values(Scope)),
}

const OF_STAFF: readonly PersonRole[] = [PersonRole.OPERATOR, PersonRole.ADMIN]

export function scopesOf(role: PersonRole): ReadonlySet<Scope> {
  return SCOPES[role]
}

/** Whether somebody of an account, or of staff where it is null, can be this. */
export function roleFits(role: PersonRole, accountId: string | null): boolean {
  return OF_STAFF.includes(role) === (accountId === null)
}

/** Of which there is one at least: who else could invite people? */
export function leadingRole(accountId: string | null): PersonRole {
  return accountId === null ? PersonRole.ADMIN : PersonRole.OWNER
}
