import { actorName, type Actor } from '../auth/actor'
import type { Sql, Statement, Tx } from '../database'
import { DomainError, ErrorCode } from '../errors'
import type { AccountBook } from '../ledger/account-book'
import { lockProfile } from '../particulars/provider-profile'
import { hasIdForm, idKind, newId } from '../typed-id'
import { AuditOutcome, type AuditEntry, type AuditOrigin } from './audit-entry.entity'
import { DEEDS, type DeedForm } from './deeds'
import { shownFields, shownText } from './shown-input'
import { changedFields, readState } from './states'

/** From where a request came. */
export interface Whence {
  readonly origin: AuditOrigin
  readonly requestId: string
  readonly ip: string | null
  readonly userAgent: string | null
}

/** A row to be written. */
export type NewAuditEntry = Omit<AuditEntry, 'occurredAt'>

/** A mutation that is under way, and what is known of it. At the most one entry is written of it. */
export class Deed {
  /** Its entry is committed, or none is to be written: nothing was done that was not done before, or the ledger tells it. */
  isTold = false
  private readonly form: DeedForm
  /** Which account it has turned out to be about. */
  private found: string | null = null

  constructor(
    private readonly action: string,
    private readonly input: Readonly<Record<string, unknown>>,
    private readonly actor: Actor,
    private readonly whence: Whence,
  ) {
    const form = DEEDS[action]
    if (form === undefined) throw new Error(`nobody has said what the audit log keeps of ${action}`)
    this.form = form
  }

  /** A partner’s movement of days has no entry: the ledger says who did it, and what it changed. */
  get isOfLedger(): boolean {
    return this.form.isMovement === true && this.actor.accountId !== null
  }

  /**
   * Does the work of a transaction, and writes its entry with it. The account is locked first, as the verb would do, so
   * that nobody comes between what is read before and what the verb finds. A replay has done nothing, and has no entry.
   */
  async tell<T>(tx: Tx, work: (tx: Tx) => Promise<T>): Promise<T> {
    const { state } = this.form
    const owner = this.accountId()
    const subject = this.subjectIn(this.input)
    let before: object | null = null
    if (state !== undefined) {
      if (owner !== null) await tx.query(LOCK_ACCOUNT, [owner])
      else if (state.by === null) await lockProfile(tx)
      before = await readState(tx, state, { accountId: owner, subject })
    }
    const result = await work(tx)
    if (isReplay(result)) return result
    const subjectId = subject ?? this.subjectIn(result)
    const account = owner ?? this.idIn('account', result)
    const after = state === undefined ? null : await readState(tx, state, { accountId: account, subject: subjectId })
    await writeEntries(tx, [this.entry(account, subjectId ?? account, before, after)])
    return result
  }

  /** The entry of what was decided in an open book, which is written with the book. */
  told(accountId: string, before: object, after: object): NewAuditEntry {
    return this.entry(accountId, this.subjectIn(this.input), before, after)
  }

  /** The entry of a refusal, which has changed nothing. */
  refused(error: unknown): NewAuditEntry {
    const code = error instanceof DomainError ? error.code : ErrorCode.INTERNAL
    const entry = this.entry(this.accountId(), this.subjectIn(this.input), null, null)
    return { ...entry, outcome: AuditOutcome.REFUSED, code }
  }

  private entry(
    accountId: string | null,
    subjectId: string | null,
    before: object | null,
    after: object | null,
  ): NewAuditEntry {
    const { action, actor, form, input, whence } = this
    const changed = changedFields(before, after)
    return {
      id: newId('auditEntry'),
      accountId,
      actor: actorName(actor),
      role: actor.role,
      action,
      subjectKind: form.subject,
      subjectId: form.subject === 'account' ? (accountId ?? subjectId) : subjectId,
      input: shownFields(withoutSecrets(input, form.secrets)),
      before: changed.before === null ? null : shownFields(changed.before),
      after: changed.after === null ? null : shownFields(changed.after),
      outcome: AuditOutcome.DONE,
      code: null,
      ...whence,
      userAgent: whence.userAgent === null ? null : shownText(whence.userAgent),
    }
  }

  /** What can be no account's id is none: the verb says so. */
  isAbout(accountId: string): void {
    if (hasIdForm(accountId)) this.found = accountId
  }

  /** The account that was found, or that it names, or a partner’s own. */
  private accountId(): string | null {
    return this.found ?? this.actor.accountId ?? this.idIn('account', this.input)
  }

  private subjectIn(value: unknown): string | null {
    const { subject } = this.form
    if (subject === 'providerProfile') return null
    if (subject === 'account') return this.accountId()
    if (subject !== 'job' && subject !== 'providerEvent') return this.idIn(subject, value)
    const { name, id } = this.input
    const text = name ?? id
    return typeof text === 'string' ? shownText(text) : null
  }

  /** The first id of a kind, in the fields and in those of what they hold. */
  private idIn(kind: string, value: unknown, depth = 0): string | null {
    if (typeof value === 'string') return hasIdForm(value) && idKind(value) === kind ? value : null
    if (typeof value !== 'object' || value === null || depth > 3) return null
    for (const inner of Object.values(value).slice(0, MAX_FIELDS_SEARCHED)) {
      const found = this.idIn(kind, inner, depth + 1)
      if (found !== null) return found
    }
    return null
  }
}

/** What a mutation is given to be let do it is nobody’s business. */
function withoutSecrets(
  input: Readonly<Record<string, unknown>>,
  secrets: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !secrets.includes(name)))
}

const MAX_FIELDS_SEARCHED = 50

/** Of a verb's result: whether it is the answer of an earlier call with the same key. */
export function isReplay(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'replayed' in result && result.replayed === true
}

/** What of an open book a movement changes. */
export function stateOfBook(book: AccountBook, channelIds: readonly string[]): object {
  const [id = ''] = channelIds
  const { available } = book
  if (channelIds.length !== 1 || !book.hasChannel(id)) return { available }
  const { runStart, paidDays, renewDays, renewLeadHours } = book.channel(id)
  return { available, runStart, paidDays, renewDays, renewLeadHours }
}

/** Appends entries. An account that isn’t there is not named: only a refusal can name one. */
export async function writeEntries(sql: Sql, entries: readonly NewAuditEntry[]): Promise<void> {
  if (entries.length > 0) await sql.query(WRITE, [JSON.stringify(entries)])
}

const LOCK_ACCOUNT: Statement = {
  name: 'lock-audited-account',
  text: 'SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE',
}

const WRITE: Statement = {
  name: 'write-audit-entries',
  text: `
    INSERT INTO audit_entry (id, account_id, actor, role, action, subject_kind, subject_id, input, before, after, outcome,
                             code, origin, request_id, ip, user_agent)
    SELECT e.id, a.id, e.actor, e.role, e.action, e."subjectKind", e."subjectId", e.input, e.before, e.after, e.outcome,
           e.code, e.origin, e."requestId", e.ip, e."userAgent"
    FROM json_to_recordset($1::json) AS e (
      id text, "accountId" text, actor text, role text, action text, "subjectKind" text, "subjectId" text, input jsonb,
      before jsonb, after jsonb, outcome text, code text, origin text, "requestId" text, ip text, "userAgent" text
    ) LEFT JOIN account a ON a.id = e."accountId"`,
}
