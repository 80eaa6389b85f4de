import type { VisibleRows } from '../auth/visible-rows'
import { isId } from '../typed-id'
import { Invitation } from './invitation.entity'
import { Person } from './person.entity'

/** People or invitations that are listed at the most. */
export const MAX_PEOPLE_LISTED = 250

/** Who signs in for an account, or of staff, in the order in which they came. */
export function findPeople(visible: VisibleRows, accountId: string | null): Promise<Person[]> {
  const query = visible.of(Person, 'person').andWhere('person.removedAt IS NULL')
  if (accountId === null) query.andWhere('person.accountId IS NULL')
  else query.andWhere('person.accountId = :accountId', { accountId })
  return query.orderBy('person.id', 'ASC').take(MAX_PEOPLE_LISTED).getMany()
}

/** Also one that was removed. */
export async function findPerson(visible: VisibleRows, id: string): Promise<Person | null> {
  return isId('person', id) ? visible.of(Person, 'person').andWhere('person.id = :id', { id }).getOne() : null
}

/** Invitations that can be accepted still, newest first. */
export function findInvitations(visible: VisibleRows, accountId: string | null): Promise<Invitation[]> {
  const query = visible
    .of(Invitation, 'invitation')
    .andWhere('invitation.acceptedAt IS NULL AND invitation.revokedAt IS NULL AND invitation.expiresAt > daybook_now()')
  if (accountId === null) query.andWhere('invitation.accountId IS NULL')
  else query.andWhere('invitation.accountId = :accountId', { accountId })
  return query.orderBy('invitation.id', 'DESC').take(MAX_PEOPLE_LISTED).getMany()
}

/** Also one that is over. */
export async function findInvitation(visible: VisibleRows, id: string): Promise<Invitation | null> {
  if (!isId('invitation', id)) return null
  return visible.of(Invitation, 'invitation').andWhere('invitation.id = :id', { id }).getOne()
}
