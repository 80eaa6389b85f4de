import { Role, shownActor, type Actor } from '../auth/actor'
import { csvRecords } from '../csv'
import type { Sql, Statement } from '../database'
import type { ExportedPeriod } from './exported-period'

/** Entries that are read at once. */
const PAGE = 500

/** An account's audit log, oldest first, as who asks may see it: `auditLog` says what that is. */
export async function* exportAudit(
  sql: Sql,
  accountId: string,
  { from, to }: ExportedPeriod,
  viewer: Actor,
): AsyncGenerator<string> {
  yield csvRecords([COLUMNS])
  const isPartner = viewer.role === Role.PARTNER
  for (let at = new Date(0), after = ''; ;) {
    const rows = await sql.query<Row>(ENTRIES, [accountId, at, after, PAGE, from ?? null, to ?? null, isPartner])
    const last = rows.at(-1)
    if (last === undefined) return
    yield csvRecords(rows.map((row) => cells(row, viewer)))
    at = last.occurredAt
    after = last.id
  }
}

const COLUMNS = [
  ...['id', 'occurredAt', 'actor', 'role', 'action', 'subjectKind', 'subjectId', 'outcome', 'code'],
  ...['input', 'before', 'after', 'origin', 'requestId', 'ip', 'userAgent'],
]

interface Row {
  id: string
  occurredAt: Date
  actor: string
  role: Role
  action: string
  subjectKind: string
  subjectId: string | null
  outcome: string
  code: string | null
  input: object
  before: object | null
  after: object | null
  origin: string
  requestId: string
  ip: string | null
  userAgent: string | null
}

function cells(row: Row, viewer: Actor) {
  const isHidden = viewer.role === Role.PARTNER && row.role === Role.STAFF
  return [
    ...[row.id, row.occurredAt, shownActor(row.actor, viewer), row.role, row.action, row.subjectKind, row.subjectId],
    ...[row.outcome, row.code],
    ...[row.input, row.before, row.after].map((fields) => (fields === null ? null : JSON.stringify(fields))),
    ...[row.origin, row.requestId, isHidden ? null : row.ip, isHidden ? null : row.userAgent],
  ]
}

const ENTRIES: Statement = {
  name: 'exported-audit',
  text: `
    SELECT id, occurred_at AS "occurredAt", actor, role, action, subject_kind AS "subjectKind", subject_id AS "subjectId",
           outcome, code, input, before, after, origin, request_id AS "requestId", ip, user_agent AS "userAgent"
    FROM audit_entry
    WHERE account_id = $1 AND (occurred_at, id) > ($2::timestamptz, $3)
      AND ($5::timestamptz IS NULL OR occurred_at >= $5) AND ($6::timestamptz IS NULL OR occurred_at < $6)
      AND (NOT $7::boolean OR role = 'PARTNER' OR outcome = 'DONE')
    ORDER BY occurred_at, id LIMIT $4`,
}
