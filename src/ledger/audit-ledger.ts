import { unusedDays, usedDays, withFewerDays, withMoreDays, runEnd, type ChannelTime } from '../channels/channel-time'
import { DAY_MS } from '../clock'
import type { Database, Sql, Statement, Tx } from '../database'
import { NotFoundError } from '../errors'
import { hasIdForm } from '../typed-id'
import { LedgerAccount, LedgerTransactionKind } from './ledger-transaction.entity'
import { brokenSeal } from './seal-ledgers'

export interface LedgerAudit {
  ok: boolean
  accountsChecked: number
  transactionsChecked: number
  /** A sentence for each broken rule. */
  violations: string[]
}

/** Violations that are told at the most: the first ones say what is wrong. */
const MAX_VIOLATIONS = 100
/** Rows that are held in memory at once. */
const PAGE = 2_000

/**
 * Checks every rule of the ledger by going through it from its first row: the entries and their running balances, the
 * numbers without gaps, time that never runs backwards, the time of each channel replayed from its movements, the used
 * days that these runs amount to, that each paid invoice was credited once, each credit note taken once, that what
 * chargebacks could not take is owed, and that every seal still fits. Each account is read from one snapshot.
 * `onAccount` hears of each that is done.
 *
 * Throws NOT_FOUND where an account is named that is not there, and the signal's reason between two accounts once it is aborted.
 */
export async function auditLedger(
  database: Database,
  accountId: string | null,
  signal?: AbortSignal,
  onAccount?: (audit: Readonly<LedgerAudit>) => void,
): Promise<LedgerAudit> {
  const audit: LedgerAudit = { ok: true, accountsChecked: 0, transactionsChecked: 0, violations: [] }
  for await (const id of accountIds(database.sql, accountId)) {
    signal?.throwIfAborted()
    await database.inSnapshot((tx) => auditAccount(tx, id, audit))
    audit.accountsChecked += 1
    onAccount?.(audit)
  }
  if (accountId !== null && audit.accountsChecked === 0) throw new NotFoundError('account', accountId)
  audit.ok = audit.violations.length === 0
  audit.violations.splice(MAX_VIOLATIONS)
  return audit
}

async function* accountIds(sql: Sql, only: string | null): AsyncGenerator<string> {
  if (only !== null) {
    const rows = hasIdForm(only) ? await sql.query<{ id: string }>(ACCOUNT_EXISTS, [only]) : []
    yield* rows.map((row) => row.id)
    return
  }
  for (let after = ''; ;) {
    const rows = await sql.query<{ id: string }>(ACCOUNT_IDS, [after, PAGE])
    yield* rows.map((row) => row.id)
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.id
  }
}

async function auditAccount(tx: Tx, accountId: string, audit: LedgerAudit): Promise<void> {
  const [account] = await tx.query<AccountRow>(ACCOUNT, [accountId])
  if (account === undefined) return
  const break_ = (rule: string) => audit.violations.push(`Account ${accountId}: ${rule}`)
  const channels = await channelsOf(tx, accountId)
  const runs = new Map<string, Run>()
  const balances: Balances = { ISSUED: 0, AVAILABLE: 0, ALLOCATED: 0, USED: 0 }
  for await (const row of transactionsOf(tx, accountId)) {
    audit.transactionsChecked += 1
    for (const broken of replayMovement(row, balances, runs, channels)) break_(`transaction ${row.sequence}: ${broken}`)
    if (audit.violations.length > MAX_VIOLATIONS) return
  }
  for (const broken of [
    ...checkBalances(account, balances),
    ...checkRuns(account, balances, runs, channels),
    ...(await checkNumbers(tx, account)),
    ...(await checkDates(tx, accountId)),
    ...(await checkInvoices(tx, accountId)),
    ...(await checkSeals(tx, accountId)),
    ...(await checkCreditNotes(tx, accountId)),
    ...(await checkOwed(tx, account)),
  ]) {
    break_(broken)
  }
}

type Balances = Record<LedgerAccount, number>

interface AccountRow {
  id: string
  issued: number
  available: number
  allocated: number
  used: number
  creditLimit: number
  owed: number
  sequence: number
  now: Date
}

interface ChannelRow extends ChannelTime {
  id: string
  paidUntil: Date | null
}

interface MovementRow {
  sequence: number
  kind: LedgerTransactionKind
  fromAccount: LedgerAccount
  toAccount: LedgerAccount
  days: number
  fromBalance: number
  toBalance: number
  availableBalance: number
  channelId: string | null
  toChannelId: string | null
  occurredAt: Date
  paidUntil: Date | null
  toPaidUntil: Date | null
}

/** A channel's run of time as its movements make it, and the days that its earlier runs used up. */
interface Run {
  time: ChannelTime
  usedBefore: number
}

function* replayMovement(
  row: MovementRow,
  balances: Balances,
  runs: Map<string, Run>,
  channels: Map<string, ChannelRow>,
): Generator<string> {
  balances[row.fromAccount] -= row.days
  if (balances[row.fromAccount] !== row.fromBalance) yield `the first entry's running balance is ${row.fromBalance}`
  balances[row.toAccount] += row.days
  if (balances[row.toAccount] !== row.toBalance) yield `the second entry's running balance is ${row.toBalance}`
  if (balances.AVAILABLE !== row.availableBalance) yield `the available balance is told as ${row.availableBalance}`
  const { ALLOCATION, RELEASE, TRANSFER } = LedgerTransactionKind
  if (row.kind !== ALLOCATION && row.kind !== RELEASE && row.kind !== TRANSFER) return
  const gives = row.kind !== ALLOCATION
  const first = moved(row.channelId, gives ? -row.days : row.days, row.occurredAt, row.paidUntil, runs, channels)
  if (first === null) yield 'its channel is not of this account'
  else if (time(first) !== row.paidUntil?.getTime()) yield `the end of channel ${String(row.channelId)} is wrong`
  if (row.kind !== TRANSFER) return
  const second = moved(row.toChannelId, row.days, row.occurredAt, row.toPaidUntil, runs, channels)
  if (second === null) yield 'its receiving channel is not of this account'
  else if (time(second) !== row.toPaidUntil?.getTime()) yield `the end of channel ${String(row.toChannelId)} is wrong`
}

function moved(
  channelId: string | null,
  days: number,
  at: Date,
  told: Date | null,
  runs: Map<string, Run>,
  channels: Map<string, ChannelRow>,
): ChannelTime | null {
  const channel = channelId === null ? undefined : channels.get(channelId)
  if (channelId === null || channel === undefined) return null
  const run = runs.get(channelId) ?? {
    time: {
      runStart: null,
      paidDays: 0,
      trialUntil: channel.trialUntil,
      subscribedUntil: null,
      subscriptionRenews: false,
      deletedAt: null,
    },
    usedBefore: 0,
  }
  let next = days > 0 ? withMoreDays(run.time, days, at) : withFewerDays(run.time, -days)
  // A run may have waited for the end that a subscription had then: only what was told says for which.
  const start = told === null ? at : new Date(told.getTime() - days * DAY_MS)
  const waits = days > 0 && channel.subscribedUntil !== null && start > at && told?.getTime() !== time(next)
  if (waits) next = { ...run.time, runStart: start, paidDays: days }
  const startsAnew = next.runStart?.getTime() !== run.time.runStart?.getTime()
  runs.set(channelId, { time: next, usedBefore: run.usedBefore + (startsAnew ? usedDays(run.time, at) : 0) })
  return next
}

function time(channel: ChannelTime): number | undefined {
  return runEnd(channel)?.getTime()
}

function* checkBalances(account: AccountRow, balances: Balances): Generator<string> {
  for (const ledgerAccount of Object.values(LedgerAccount)) {
    const held = account[ledgerAccount.toLowerCase() as 'issued' | 'available' | 'allocated' | 'used']
    if (held !== balances[ledgerAccount]) {
      yield `${ledgerAccount} is ${held}, and the sum of its entries ${balances[ledgerAccount]}`
    }
  }
  const sum = account.issued + account.available + account.allocated + account.used
  if (sum !== 0) yield `all entries sum to ${sum}`
  if (account.owed < 0 || (account.owed > 0 && account.available > 0)) {
    yield `${account.owed} days are owed, and ${account.available} are available`
  }
  if (account.available < -account.creditLimit) {
    yield `available is ${account.available}, below the credit limit of ${account.creditLimit}`
  }
}

function* checkRuns(
  account: AccountRow,
  balances: Balances,
  runs: Map<string, Run>,
  channels: Map<string, ChannelRow>,
): Generator<string> {
  let unused = 0
  let used = 0
  for (const channel of channels.values()) {
    const run = runs.get(channel.id)
    const time = run?.time
    if (
      channel.paidDays !== (time?.paidDays ?? 0) ||
      (channel.paidDays > 0 && channel.runStart?.getTime() !== time?.runStart?.getTime()) ||
      channel.paidUntil?.getTime() !== runEnd(channel)?.getTime()
    ) {
      yield `channel ${channel.id} holds another run of time than its movements make`
    }
    unused += unusedDays(channel, account.now)
    used += (run?.usedBefore ?? 0) + (time === undefined ? 0 : usedDays(time, account.now))
  }
  const unpostedBurn = used - balances.USED
  if (unpostedBurn < 0) yield `${balances.USED} days were burnt, and only ${used} are used`
  if (balances.ALLOCATED - unpostedBurn !== unused) {
    yield `allocated less unposted burn is ${balances.ALLOCATED - unpostedBurn}, and the channels hold ${unused} unused days`
  }
}

async function checkNumbers(tx: Tx, account: AccountRow): Promise<string[]> {
  const [numbers] = await tx.query<{ total: number; distinct: number; last: number | null }>(NUMBERS, [account.id])
  const { total = 0, distinct = 0, last = 0 } = numbers ?? {}
  return total === account.sequence && distinct === total && (last ?? 0) === account.sequence
    ? []
    : [`its events bear ${distinct} numbers up to ${last ?? 0}, and its sequence is ${account.sequence}`]
}

async function checkDates(tx: Tx, accountId: string): Promise<string[]> {
  const rows = await tx.query<{ sequence: number }>(DATES_AMISS, [accountId])
  return rows.map(({ sequence }) => `event ${sequence} is dated before the one before it`)
}

async function checkInvoices(tx: Tx, accountId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(INVOICES_AMISS, [accountId])
  return rows.map(({ id }) => `invoice ${id} and its payments or its credit don't agree`)
}

async function checkSeals(tx: Tx, accountId: string): Promise<string[]> {
  const broken = await brokenSeal(tx, accountId)
  return broken === null ? [] : [broken]
}

async function checkCreditNotes(tx: Tx, accountId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(CREDIT_NOTES_AMISS, [accountId])
  return rows.map(({ id }) => `credit note or movement ${id} has no match that agrees with it`)
}

/** What chargebacks are to take is taken, or owed. */
async function checkOwed(tx: Tx, { id, owed }: AccountRow): Promise<string[]> {
  const [row] = await tx.query<{ wanted: number; taken: number }>(CHARGED_BACK, [id])
  const { wanted = 0, taken = 0 } = row ?? {}
  return wanted - taken === owed ? [] : [`chargebacks are of ${wanted} days, ${taken} were taken, and ${owed} are owed`]
}

async function channelsOf(tx: Tx, accountId: string): Promise<Map<string, ChannelRow>> {
  const channels = new Map<string, ChannelRow>()
  for (let after = ''; ;) {
    const rows = await tx.query<ChannelRow>(CHANNELS, [accountId, after, PAGE])
    for (const row of rows) channels.set(row.id, row)
    const last = rows.at(-1)
    if (last === undefined) return channels
    after = last.id
  }
}

async function* transactionsOf(tx: Tx, accountId: string): AsyncGenerator<MovementRow> {
  for (let after = 0; ;) {
    const rows = await tx.query<MovementRow>(MOVEMENTS, [accountId, after, PAGE])
    yield* rows
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.sequence
  }
}

const ACCOUNT_EXISTS: Statement = { name: 'account-exists', text: 'SELECT id FROM account WHERE id = $1' }

const ACCOUNT_IDS: Statement = {
  name: 'account-ids',
  text: 'SELECT id FROM account WHERE id > $1 ORDER BY id LIMIT $2',
}

const ACCOUNT: Statement = {
  name: 'audit-account',
  text: `
    SELECT id, issued, available, allocated, used, credit_limit AS "creditLimit", owed, sequence,
           daybook_account_now(clock, changed_at) AS now
    FROM account WHERE id = $1`,
}

const CHANNELS: Statement = {
  name: 'audit-channels',
  text: `
    SELECT id, trial_until AS "trialUntil", run_start AS "runStart", paid_days AS "paidDays",
           paid_until AS "paidUntil", subscribed_until AS "subscribedUntil", false AS "subscriptionRenews",
           deleted_at AS "deletedAt"
    FROM channel WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
}

const MOVEMENTS: Statement = {
  name: 'audit-movements',
  text: `
    SELECT sequence, kind, from_account AS "fromAccount", to_account AS "toAccount", days,
           from_balance AS "fromBalance", to_balance AS "toBalance", available_balance AS "availableBalance",
           channel_id AS "channelId", to_channel_id AS "toChannelId", occurred_at AS "occurredAt",
           paid_until AS "paidUntil", to_paid_until AS "toPaidUntil"
    FROM ledger_transaction WHERE account_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`,
}

const NUMBERS: Statement = {
  name: 'audit-numbers',
  text: `
    SELECT count(*) AS total, count(DISTINCT number) AS distinct, max(number) AS last
    FROM (
      SELECT sequence AS number FROM event WHERE account_id = $1
      UNION ALL
      SELECT generate_series(
        sequence,
        sequence + CASE WHEN end_reason IS NULL THEN 0 WHEN to_channel_id IS NULL THEN 1 ELSE 2 END
      )
      FROM ledger_transaction WHERE account_id = $1
    ) AS numbers`,
}

const DATES_AMISS: Statement = {
  name: 'audit-dates',
  text: `
    SELECT sequence
    FROM (
      SELECT sequence, occurred_at < lag(occurred_at) OVER (ORDER BY sequence) AS amiss
      FROM (
        SELECT sequence, occurred_at FROM event WHERE account_id = $1
        UNION ALL
        SELECT sequence, occurred_at FROM ledger_transaction WHERE account_id = $1
      ) AS events
    ) AS dates
    WHERE amiss ORDER BY sequence LIMIT 100`,
}

const INVOICES_AMISS: Statement = {
  name: 'audit-invoices',
  text: `
    SELECT i.id FROM invoice i
    LEFT JOIN LATERAL (
      SELECT coalesce((SELECT sum(amount_minor) FROM payment p WHERE p.account_id = $1 AND p.invoice_id = i.id), 0)
        - coalesce((SELECT sum(amount_minor) FROM payment_return r
                    WHERE r.account_id = $1 AND r.invoice_id = i.id AND NOT r.from_unapplied), 0)
        AS minor
    ) AS paid ON true
    LEFT JOIN ledger_transaction l ON l.account_id = i.account_id AND l.invoice_id = i.id AND l.kind = 'PURCHASE'
    WHERE i.account_id = $1
      AND (paid.minor <> i.paid_minor OR (i.status = 'PAID') <> (l.id IS NOT NULL) OR l.days <> i.days)
    LIMIT 100`,
}

const CREDIT_NOTES_AMISS: Statement = {
  name: 'audit-credit-notes',
  text: `
    SELECT coalesce(c.id, l.id) AS id
    FROM (SELECT * FROM credit_note WHERE account_id = $1) c
    FULL JOIN (SELECT * FROM ledger_transaction WHERE account_id = $1 AND kind = 'CREDIT_NOTE') l
      ON l.id = c.ledger_transaction_id AND l.days = c.days AND l.invoice_id = c.invoice_id
    WHERE c.id IS NULL OR l.id IS NULL LIMIT 100`,
}

const CHARGED_BACK: Statement = {
  name: 'audit-chargebacks',
  text: `
    SELECT
      coalesce((SELECT sum(days) FROM chargeback WHERE account_id = $1 AND status <> 'WON'), 0)::bigint AS wanted,
      coalesce((
        SELECT sum(CASE kind WHEN 'CHARGEBACK' THEN days ELSE -days END)
        FROM ledger_transaction WHERE account_id = $1 AND kind IN ('CHARGEBACK', 'CHARGEBACK_REVERSAL')
      ), 0)::bigint AS taken`,
}
