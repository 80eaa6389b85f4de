import { IsNull, type EntityManager } from 'typeorm'
import type { Tx } from '../database'
import { UnauthenticatedError } from '../errors'
import { Person } from './person.entity'

/** How an e-mail is kept and compared. */
export function foldedEmail(email: string): string {
  return email.trim().toLowerCase()
}

/** Who signs in with an e-mail; null for nobody. People of the demo have a door of their own. */
export async function personWithEmail(manager: EntityManager, email: string): Promise<Person | null> {
  if (!email.isWellFormed() || email.includes('\0')) return null
  return manager.findOneBy(Person, { email: foldedEmail(email), demo: false, removedAt: IsNull() })
}

/** A person that was not removed, locked until the end of the transaction. Throws UNAUTHENTICATED for none. */
export async function lockPerson(tx: Tx, id: string): Promise<Person> {
  const person = await tx.manager.findOne(Person, {
    where: { id, removedAt: IsNull() },
    lock: { mode: 'pessimistic_write' },
  })
  if (person === null) throw new UnauthenticatedError('You are not signed in any more.')
  return person
}
