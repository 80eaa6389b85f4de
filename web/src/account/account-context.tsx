import { createContext, useContext } from 'react'
import type { PersonRole, Role, Scope } from '../schema.generated'
import type { AccountHeadFragment } from './account.generated'

/** Who is signed in, and what they may do. */
export interface Viewer {
  role: Role
  scopes: readonly Scope[]
  /** Null behind a token. */
  person: { id: string; name: string; email: string; role: PersonRole } | null
  /** Staff may only read until they have one. */
  secondFactorNeeded: boolean
}

export interface AccountInView {
  account: AccountHeadFragment
  /** Where its pages begin: '' for a partner, whose only account it is; /accounts/<id> for staff. */
  base: string
}

export const ViewerContext = createContext<Viewer | null>(null)
export const AccountContext = createContext<AccountInView | null>(null)

export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext)
  if (viewer === null) throw new Error('Nobody is signed in here.')
  return viewer
}

/** Whether the person's role allows it: what it doesn't is not offered. */
export function useMay(scope: Scope): boolean {
  return useViewer().scopes.includes(scope)
}

/** The account whose pages are shown; all of them work for partners, and for staff who look at one account. */
export function useAccount(): AccountHeadFragment {
  const inView = useContext(AccountContext)
  if (inView === null) throw new Error('No account is in view here.')
  return inView.account
}

/** By which clock "in 3 days" is told: the person's, or where the account has one of its own the instant at which that stands. */
export function useAccountClock(): string {
  const { sandbox, now } = useAccount()
  return sandbox ? now : 'now'
}

/** Makes the address of a page of the account in view; one that begins with a slash stays as it is. */
export function useAccountPath(): (to: string) => string {
  const base = useContext(AccountContext)?.base ?? ''
  return (to) => (to.startsWith('/') ? to : `${base}/${to}`)
}
