import type { Database, Statement } from '../database'
import type { Log } from '../log'
import { Rounds } from '../rounds'

/** A look takes some milliseconds of Postgres's catalogue, and none of the ledger. */
const LOOK_MS = 30_000

/** Triggers by which Postgres refuses what breaks a rule, by their tables. A test holds the list to the schema. */
const TRIGGERS: Readonly<Record<string, readonly string[]>> = {
  account: ['account_keeps_its_id', 'account_kept'],
  audit_entry: ['audit_entry_append_only'],
  channel: ['channel_kept', 'channel_stays_in_account'],
  chargeback: ['chargeback_kept'],
  credit_note: ['credit_note_append_only', 'credit_note_within_invoice'],
  document: ['document_append_only', 'document_of_its_own'],
  event: ['event_append_only', 'event_has_account'],
  idempotency_key: ['idempotency_key_append_only'],
  invoice: ['invoice_cause_kept', 'invoice_kept', 'invoice_particulars_kept', 'invoice_period_kept'],
  invoice_line: ['invoice_line_append_only'],
  invoice_series: ['invoice_series_rises'],
  ledger_seal: ['ledger_seal_append_only'],
  ledger_transaction: ['ledger_transaction_append_only', 'ledger_transaction_stays_in_account'],
  payment: ['payment_append_only'],
  payment_return: ['payment_return_append_only', 'payment_return_within_payment'],
  plan: ['plan_append_only'],
  price_agreement: ['price_agreement_append_only'],
  provider_profile: ['provider_profile_append_only'],
  refund: ['refund_kept', 'refund_within_due'],
  webhook_attempt: ['webhook_attempt_append_only'],
}

interface Guard {
  kind: 'CONSTRAINT' | 'INDEX' | 'TRIGGER'
  relation: string
  name: string
}

/**
 * What stands in Postgres between a wrong change and the ledger: keys, checks and references of the entities, and the
 * triggers. Answers those that are gone, switched off, or not proven of the rows that are there.
 */
export async function readOpenGuards({ dataSource, sql }: Pick<Database, 'dataSource' | 'sql'>): Promise<string[]> {
  const guards: Guard[] = Object.entries(TRIGGERS).flatMap(([relation, names]) =>
    names.map((name) => ({ kind: 'TRIGGER' as const, relation, name })),
  )
  for (const {
    tablePath: relation,
    checks,
    foreignKeys,
    uniques,
    indices,
    primaryColumns,
  } of dataSource.entityMetadatas) {
    const [key] = primaryColumns
    const constraints = [...checks, ...foreignKeys, ...uniques].map(({ name }) => name)
    const names = new Set([...constraints, key?.primaryKeyConstraintName ?? ''].filter((name) => name !== ''))
    for (const name of names) guards.push({ kind: 'CONSTRAINT', relation, name })
    for (const { name } of indices.filter(({ isUnique }) => isUnique)) guards.push({ kind: 'INDEX', relation, name })
  }
  const columns = [
    guards.map(({ kind }) => kind),
    guards.map(({ relation }) => relation),
    guards.map(({ name }) => name),
  ]
  const rows = await sql.query<{ guard: string }>(OPEN_GUARDS, columns)
  return rows.map(({ guard }) => guard)
}

/**
 * Looks at them as a gateway starts, and twice a minute. The audit of each night finds what broke; this finds what lets it.
 * A gateway that finds one open goes on: what is refused nowhere else is refused by the verbs, and those who roll back to
 * it must not be held up.
 */
export class GuardsWatch {
  private readonly rounds: Rounds
  private open: readonly string[] | null = null

  constructor(
    private readonly database: Pick<Database, 'dataSource' | 'sql'>,
    private readonly log: Pick<Log, 'error' | 'warn' | 'info'>,
  ) {
    this.rounds = new Rounds(() => this.look(), { pauseMs: LOOK_MS, failure: 'the look at the guards failed', log })
  }

  start(): void {
    this.rounds.start()
  }

  async close(): Promise<void> {
    await this.rounds.close()
  }

  /** How many are open; null before the first look. */
  get openCount(): number | null {
    return this.open?.length ?? null
  }

  async look(): Promise<void> {
    const before = this.open
    this.open = await readOpenGuards(this.database)
    if (String(before ?? []) === String(this.open)) return
    if (this.open.length > 0) this.log.error({ guards: this.open }, 'rules of the ledger are not held by Postgres')
    else this.log.info('the rules of the ledger are held by Postgres again')
  }
}

// A constraint that Postgres 18 has NOT ENFORCED says so in a column that older ones don't have. What refers to a row is held by
// triggers of Postgres's own, which can be switched off too; and all of them by the setting of a session.
const OPEN_GUARDS: Statement = {
  name: 'open-guards',
  text: `
    SELECT w.relation || ' ' || w.name AS guard
    FROM unnest($1::text[], $2::text[], $3::text[]) AS w (kind, relation, name)
    CROSS JOIN LATERAL (SELECT to_regclass(w.relation) AS oid) AS r
    WHERE NOT CASE w.kind
      WHEN 'CONSTRAINT' THEN EXISTS (
        SELECT FROM pg_constraint c
        WHERE c.conrelid = r.oid AND c.conname = w.name AND c.convalidated
          AND to_jsonb(c) ->> 'conenforced' IS DISTINCT FROM 'false'
          AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgconstraint = c.oid AND t.tgenabled NOT IN ('O', 'A'))
      )
      WHEN 'INDEX' THEN EXISTS (
        SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = r.oid AND c.relname = w.name AND i.indisunique AND i.indisvalid
      )
      ELSE EXISTS (
        SELECT FROM pg_trigger t WHERE t.tgrelid = r.oid AND t.tgname = w.name AND t.tgenabled IN ('O', 'A')
      )
    END
    UNION ALL SELECT 'session_replication_role' WHERE current_setting('session_replication_role') <> 'origin'
    ORDER BY guard`,
}
