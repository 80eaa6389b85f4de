import { IsNull } from 'typeorm'
import { z } from 'zod'
import type { Actor } from '../auth/actor'
import type { Statement, Tx } from '../database'
import { BadUserInputError, ConflictError, ForbiddenError, NotFoundError } from '../errors'
import { inBook } from '../ledger/account-book'
import { endSessionsOf } from '../sessions/end-sessions'
import { isId } from '../typed-id'
import { requireLead, requireRoleToGive } from './invite-person'
import { newPassword, givenPassword, refuseGuessable, type Passwords } from './passwords'
import { leadingRole, scopesOf, type PersonRole } from './person-role'
import { Person } from './person.entity'
import { removeSecondFactor } from './second-factor'

/**
 * Makes a person something else, at once: its sessions go on as what it is now.
 *
 * Throws FORBIDDEN (scope), also for a person that may do more than who asks; NOT_FOUND; BAD_USER_INPUT for a role of the other
 * kind; CONFLICT for the last owner or administrator; ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function changePersonRole(
  tx: Tx,
  actor: Actor,
  accountId: string | null,
  { id, role }: { id: string; role: PersonRole },
): Promise<{ personId: string }> {
  requireRoleToGive(actor, role, accountId)
  return amongPeople(tx, actor, accountId, async () => {
    const person = await personToChange(tx, actor, accountId, id)
    if (role !== person.role) await refuseLast(tx, person)
    await tx.manager.update(Person, { id }, { role })
    return { personId: id }
  })
}

/**
 * Removes a person for good: its sessions end at once, and what it signed in with is forgotten. Its e-mail may be invited again.
 *
 * Throws FORBIDDEN (scope); NOT_FOUND; CONFLICT for the last owner or administrator; ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function removePerson(
  tx: Tx,
  actor: Actor,
  accountId: string | null,
  id: string,
): Promise<{ personId: string }> {
  requireLead(actor)
  return amongPeople(tx, actor, accountId, async () => {
    const person = await personToChange(tx, actor, accountId, id)
    await refuseLast(tx, person)
    await removeSecondFactor(tx, id)
    await tx.query(REMOVE, [id])
    await endSessionsOf(tx, id)
    await tx.query(FORGET_PERSON_LINKS, [id])
    return { personId: id }
  })
}

/** Under the lock of the account, or of all of staff: the last one can’t be lost to two who remove each other. */
async function amongPeople<T>(tx: Tx, actor: Actor, accountId: string | null, work: () => Promise<T>): Promise<T> {
  if (accountId === null) {
    await tx.query(LOCK_STAFF)
    return work()
  }
  let result: T | undefined
  await inBook(tx, { accountId }, async (book) => {
    if (actor.accountId !== null) book.requireActive()
    result = await work()
    return null
  })
  return result as T
}

async function personToChange(tx: Tx, actor: Actor, accountId: string | null, id: string): Promise<Person> {
  const here = { id, accountId: accountId ?? IsNull(), removedAt: IsNull() }
  const person = isId('person', id)
    ? await tx.manager.findOne(Person, { where: here, lock: { mode: 'pessimistic_write' } })
    : null
  if (person === null) throw new NotFoundError('person', id)
  const beyond = [...scopesOf(person.role)].find((scope) => !actor.scopes.has(scope))
  if (beyond !== undefined) {
    throw new ForbiddenError(`Somebody with the scope ${beyond} can’t be changed by who has it not.`, { scope: beyond })
  }
  return person
}

async function refuseLast(tx: Tx, { id, accountId, role }: Person): Promise<void> {
  const leading = leadingRole(accountId)
  if (role !== leading) return
  const others = await tx.query(OTHERS_LEADING, [accountId, leading, id])
  if (others.length === 0) {
    throw new ConflictError(`This is the last ${leading}: there has to be one.`, { role: leading })
  }
}

export const ChangePassword = z.object({ current: givenPassword(), new: newPassword() })
export type ChangePassword = z.infer<typeof ChangePassword>

/** Looks at the password of who has signed in. Throws BAD_USER_INPUT; CONFLICT where there is none. */
export async function requirePassword(
  passwords: Passwords,
  { passwordHash }: Pick<Person, 'passwordHash'>,
  field: string,
  password: string,
): Promise<void> {
  if (passwordHash === null) throw new ConflictError('You have no password: ask for a new one where you sign in.')
  if (!(await passwords.isRight(password, passwordHash))) {
    throw new BadUserInputError(field, 'This is not your password.')
  }
}

/** Sets a person's password. All its other sessions end, and links that were mailed to set another are good no more. */
export async function setPassword(
  tx: Tx,
  personId: string,
  passwordHash: string,
  keptSessionId: string | null,
): Promise<{ personId: string }> {
  await tx.manager.update(Person, { id: personId }, { passwordHash })
  await endSessionsOf(tx, personId, keptSessionId)
  await tx.query(FORGET_PERSON_LINKS, [personId])
  return { personId }
}

/** Hashes it if it may be one. Throws BAD_USER_INPUT; RATE_LIMITED where too many are waiting. */
export async function hashNewPassword(
  passwords: Passwords,
  field: string,
  password: string,
  person: Pick<Person, 'email' | 'name'>,
): Promise<string> {
  refuseGuessable(field, password, person)
  return passwords.hash(password)
}

const LOCK_STAFF: Statement = {
  name: 'lock-staff',
  text: 'SELECT id FROM person WHERE account_id IS NULL AND removed_at IS NULL ORDER BY id FOR UPDATE',
}

const OTHERS_LEADING: Statement = {
  name: 'others-leading',
  text: `
    SELECT id FROM person
    WHERE account_id IS NOT DISTINCT FROM $1::text AND role = $2 AND id <> $3 AND removed_at IS NULL AND NOT demo LIMIT 1`,
}

const REMOVE: Statement = {
  name: 'remove-person',
  text: 'UPDATE person SET removed_at = daybook_now(), password_hash = NULL WHERE id = $1',
}

const FORGET_PERSON_LINKS: Statement = {
  name: 'forget-person-links',
  text: 'DELETE FROM mailed_link WHERE person_id = $1',
}
