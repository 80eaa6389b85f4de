import type { AuthChecker } from 'type-graphql'
import { requireScope, requireStaff, Role, Scope } from '../auth/actor'
import type { Context } from './context'

/** What `@Authorized(...)` asks for: every scope that it lists, and the role where it lists one. */
export const checkAuthorization: AuthChecker<Context, Scope | Role> = ({ context }, demands) => {
  for (const demand of demands) {
    if (demand === Role.STAFF) requireStaff(context.actor)
    else if (demand !== Role.PARTNER) requireScope(context.actor, demand)
  }
  return context.caller !== null
}
