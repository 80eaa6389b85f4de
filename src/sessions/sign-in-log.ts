import { Role } from '../auth/actor'
import { actorName, type Actor } from '../auth/actor'
import { AuditOutcome } from '../audit/audit-entry.entity'
import { writeEntries, type NewAuditEntry, type Whence } from '../audit/deed'
import type { RefusalNotes } from '../audit/note-refusals'
import { shownText } from '../audit/shown-input'
import type { Tx } from '../database'
import { DomainError, ErrorCode } from '../errors'
import type { Person } from '../people/person.entity'
import { newId, type IdKind } from '../typed-id'
import { ThrottledError } from './throttle'

/** What is done at the doors of sign-in, as the audit log names it: these are no mutations. */
export type SignInAction =
  | 'acceptInvitation'
  | 'forgotPassword'
  | 'resetPassword'
  | 'signIn'
  | 'signInAtProvider'
  | 'signInToDemo'
  | 'signOut'
  | 'useToken'

/** Who has not shown who it is. */
const NOBODY = 'nobody'

/** Tells the audit log who has signed in and out, and who was refused. Nothing that was typed is told. */
export class SignInLog {
  constructor(private readonly refusals: RefusalNotes) {}

  /** Within the transaction in which it is done. */
  async done(
    tx: Tx,
    action: SignInAction,
    person: Pick<Person, 'id' | 'accountId'>,
    whence: Whence,
    input: Record<string, unknown> = {},
  ): Promise<void> {
    const role = person.accountId === null ? Role.STAFF : Role.PARTNER
    const actor = actorName(actorOf(person))
    await writeEntries(tx, [entryOf(action, person, { actor, role, input }, whence)])
  }

  /** Of what was asked for by nobody that is known, such as a mail. */
  async asked(tx: Tx, action: SignInAction, whence: Whence): Promise<void> {
    await writeEntries(tx, [entryOf(action, null, { actor: NOBODY, role: Role.PARTNER, input: {} }, whence)])
  }

  /**
   * A refusal: of a person where it is known whose e-mail it was, though nobody has shown to be that person. Of those that
   * are throttled the first in its window is told.
   */
  async refused(
    action: SignInAction,
    person: Pick<Person, 'id' | 'accountId'> | null,
    whence: Whence,
    error: unknown,
  ): Promise<void> {
    if (error instanceof ThrottledError && !error.isFirst) return
    const role = person !== null && person.accountId === null ? Role.STAFF : Role.PARTNER
    const entry = entryOf(action, person, { actor: NOBODY, role, input: {} }, whence)
    const code = error instanceof DomainError ? error.code : ErrorCode.INTERNAL
    await this.refusals.note({ ...entry, outcome: AuditOutcome.REFUSED, code })
  }
}

function entryOf(
  action: SignInAction,
  person: Pick<Person, 'id' | 'accountId'> | null,
  said: Pick<NewAuditEntry, 'actor' | 'role' | 'input'>,
  whence: Whence,
): NewAuditEntry {
  const subjectKind: IdKind = action === 'useToken' ? 'apiToken' : 'person'
  return {
    id: newId('auditEntry'),
    accountId: person?.accountId ?? null,
    ...said,
    action,
    subjectKind,
    subjectId: person?.id ?? null,
    before: null,
    after: null,
    outcome: AuditOutcome.DONE,
    code: null,
    ...whence,
    userAgent: whence.userAgent === null ? null : shownText(whence.userAgent),
  }
}

/** As far as names go. */
function actorOf({ id, accountId }: Pick<Person, 'id' | 'accountId'>): Actor {
  return {
    role: accountId === null ? Role.STAFF : Role.PARTNER,
    scopes: new Set(),
    accountId,
    tokenId: null,
    expiresAt: null,
    signedIn: { sessionId: '', personId: id, secondFactorNeeded: false },
  }
}
