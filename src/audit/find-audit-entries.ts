import { z } from 'zod'
import { Role, STAFF_SHOWN, type Actor } from '../auth/actor'
import type { VisibleRows } from '../auth/visible-rows'
import { BadUserInputError } from '../errors'
import { id } from '../input'
import { checkFirst, keyAfter, pageOf, type Page, type PageArguments } from '../paging'
import { hasIdForm } from '../typed-id'
import { AuditEntry, AuditOutcome } from './audit-entry.entity'

export const AUDIT_LIST = 'audit'

const name = () => z.string().max(128)

export const AuditFilter = z.object({
  /** As it is shown to who asks. */
  actor: name().nullish(),
  action: name().nullish(),
  /** The id of what it was done to. */
  subject: id().nullish(),
  from: z.date().nullish(),
  /** Itself not in it. */
  to: z.date().nullish(),
  outcome: z.enum(AuditOutcome).nullish(),
})
export type AuditFilter = z.infer<typeof AuditFilter>

/** What the log has of one account, or for staff of all there is: newest first. Partners are not told of what staff were refused. */
export async function findAuditEntries(
  visible: VisibleRows,
  viewer: Actor,
  accountId: string | null,
  { actor, action, subject, from, to, outcome }: AuditFilter,
  { first, after }: PageArguments,
): Promise<Page<AuditEntry>> {
  checkFirst(first)
  const query = visible.of(AuditEntry, 'entry')
  const only = (condition: string, values: Record<string, unknown>) => query.andWhere(condition, values)
  if (accountId !== null) only('entry.accountId = :accountId', { accountId })
  if (viewer.role === Role.PARTNER) {
    only('(entry.role = :partner OR entry.outcome = :done)', { partner: Role.PARTNER, done: AuditOutcome.DONE })
    if (actor === STAFF_SHOWN) only('entry.role = :role', { role: Role.STAFF })
    // By what isn't shown nothing is found.
    else if (actor != null)
      only('entry.actor = :actor AND entry.role = :role', { actor: stored(actor), role: Role.PARTNER })
  } else if (actor === STAFF_SHOWN) {
    only('entry.role = :role', { role: Role.STAFF })
  } else if (actor != null) {
    only('entry.actor = :actor', { actor: stored(actor) })
  }
  if (action != null) only('entry.action = :action', { action: stored(action) })
  if (subject != null) only('entry.subjectId = :subject', { subject: stored(subject) })
  if (from != null) only('entry.occurredAt >= :from', { from })
  if (to != null) only('entry.occurredAt < :to', { to })
  if (outcome != null) only('entry.outcome = :outcome', { outcome })
  const key = placeAfter(after)
  if (key !== null) only('(entry.occurredAt, entry.id) < (:at, :id)', key)
  query
    .orderBy('entry.occurredAt', 'DESC')
    .addOrderBy('entry.id', 'DESC')
    .take(first + 1)
  return pageOf(await query.getMany(), first)
}

/** Where an entry stands in the log. */
export function auditPlace({ occurredAt, id }: AuditEntry): string {
  return `${occurredAt.getTime()}.${id}`
}

function placeAfter(after: string | null | undefined): { at: Date; id: string } | null {
  const key = keyAfter(AUDIT_LIST, after)
  if (key === null) return null
  const [ms = '', id = ''] = key.split('.')
  if (!/^\d{1,14}$/.test(ms) || !hasIdForm(id)) throw new BadUserInputError('after', 'This is no cursor of this list.')
  return { at: new Date(Number(ms)), id }
}

/** Postgres refuses NUL and lone surrogates; no entry has either. */
function stored(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}
