import type { Sql, Statement } from '../database'
import { BadUserInputError } from '../errors'
import type { InvoiceStatus } from '../invoices/invoice.entity'
import {
  LedgerAccount,
  type DayExpiryReason,
  type LedgerTransaction,
  type LedgerTransactionKind,
} from '../ledger/ledger-transaction.entity'
import { hasIdForm } from '../typed-id'
import type { LowBalanceMeasure } from './record-event'
import type { AccountEvent, BalanceChange, DayExpiryChange } from './account-event'

/** Events of one read at the most. */
export const MAX_EVENTS_READ = 500

/** The largest number of ends that one movement moves: a transfer's two. They bear the numbers after the movement's. */
const ENDS_OF_A_MOVEMENT = 2

/**
 * The events of an account after a sequence, oldest first: at most `limit`, without gaps. Movements of days are read from
 * the ledger, all else from the event table, in one statement and so from one snapshot. An account's numbers are given
 * under its lock, so that whatever is visible has nothing invisible before it.
 */
export async function readEvents(sql: Sql, accountId: string, after: number, limit: number): Promise<AccountEvent[]> {
  const [row] = await sql.query<{ ledger: LedgerRow[] | null; events: StoredRow[] | null }>(READ_EVENTS, [
    accountId,
    after,
    limit,
  ])
  const events = [
    ...(row?.ledger ?? []).flatMap((transaction) => eventsOfMovement(movementOfRow(transaction))),
    ...(row?.events ?? []).map(eventOfRow),
  ].sort((a, b) => a.sequence - b.sequence)
  const page: AccountEvent[] = []
  for (const event of events) {
    if (event.sequence <= after) continue
    // Beyond a gap lies what the other table's limit cut off: it comes with the next read.
    if (event.sequence !== after + page.length + 1 || page.length === limit) break
    page.push(event)
  }
  return page
}

/** The number of the account's last event; null where there is no such account. */
export async function lastSequence(sql: Sql, accountId: string): Promise<number | null> {
  if (!hasIdForm(accountId)) return null
  const [row] = await sql.query<{ sequence: number }>(LAST_SEQUENCE, [accountId])
  return row?.sequence ?? null
}

/** Throws BAD_USER_INPUT (last, received) for a sequence that the account has not reached. */
export function refuseBeyond(last: number, after: number): void {
  if (after <= last) return
  throw new BadUserInputError('after', `There is no event ${after} yet: the account's last one is ${last}.`, {
    last,
    received: after,
  })
}

/** The events that a ledger transaction stands for, by their numbers. */
export function eventsOfMovement(transaction: LedgerTransaction): AccountEvent[] {
  const { accountId, sequence, occurredAt, actor, channelId, toChannelId, endReason } = transaction
  const balanceChange: BalanceChange = {
    kind: 'BalanceChange',
    type: 'balance.changed',
    accountId,
    sequence,
    occurredAt,
    actor,
    days: availableChange(transaction),
    available: transaction.availableBalance,
    transaction,
  }
  if (endReason === null) return [balanceChange]
  const moved = [
    { id: channelId, from: transaction.previousPaidUntil, to: transaction.paidUntil, unused: transaction.unusedDays },
    {
      id: toChannelId,
      from: transaction.toPreviousPaidUntil,
      to: transaction.toPaidUntil,
      unused: transaction.toUnusedDays,
    },
  ]
  const ends = moved.flatMap(({ id, from, to, unused }, index): DayExpiryChange[] =>
    id === null
      ? []
      : [
          {
            kind: 'DayExpiryChange',
            type: 'channel.day_expiry_changed',
            accountId,
            sequence: sequence + 1 + index,
            occurredAt,
            actor,
            channelId: id,
            reason: endReason,
            previousPaidUntil: from,
            paidUntil: to,
            unusedDays: unused ?? 0,
          },
        ],
  )
  return [balanceChange, ...ends]
}

function availableChange({ fromAccount, toAccount, days }: LedgerTransaction): number {
  if (toAccount === LedgerAccount.AVAILABLE) return days
  return fromAccount === LedgerAccount.AVAILABLE ? -days : 0
}

function eventOfRow(row: StoredRow): AccountEvent {
  const { type, subject, data } = row
  const base = {
    accountId: row.account_id,
    sequence: row.sequence,
    type,
    occurredAt: new Date(row.occurred_at),
    actor: row.actor,
  }
  if (subject !== null && type === 'channel.day_expiry_changed') {
    return {
      ...base,
      kind: 'DayExpiryChange',
      channelId: subject,
      reason: data?.reason as DayExpiryReason,
      previousPaidUntil: instant(data?.previousPaidUntil as string | null),
      paidUntil: instant(data?.paidUntil as string | null),
      unusedDays: Number(data?.unusedDays),
    }
  }
  if (subject !== null && type.startsWith('invoice.')) {
    return { ...base, kind: 'InvoiceChange', invoiceId: subject, status: data?.status as InvoiceStatus }
  }
  if (type === 'balance.low') {
    return {
      ...base,
      kind: 'LowBalance',
      measure: data?.measure as LowBalanceMeasure,
      threshold: Number(data?.threshold),
      available: Number(data?.available),
      runsOutAt: instant((data?.runsOutAt as string | undefined) ?? null),
    }
  }
  return { ...base, kind: 'OtherEvent', subject, data }
}

/** Rows as json_agg writes them: columns by their names, instants as text. */
interface StoredRow {
  account_id: string
  sequence: number
  type: string
  subject: string | null
  data: Record<string, unknown> | null
  actor: string
  occurred_at: string
}

interface LedgerRow {
  account_id: string
  sequence: number
  id: string
  kind: LedgerTransactionKind
  from_account: LedgerAccount
  to_account: LedgerAccount
  days: number
  from_balance: number
  to_balance: number
  available_balance: number
  channel_id: string | null
  to_channel_id: string | null
  invoice_id: string | null
  comment: string | null
  actor: string
  occurred_at: string
  created_at: string
  end_reason: DayExpiryReason | null
  previous_paid_until: string | null
  paid_until: string | null
  unused_days: number | null
  to_previous_paid_until: string | null
  to_paid_until: string | null
  to_unused_days: number | null
}

function movementOfRow(row: LedgerRow): LedgerTransaction {
  return {
    accountId: row.account_id,
    sequence: row.sequence,
    id: row.id,
    kind: row.kind,
    fromAccount: row.from_account,
    toAccount: row.to_account,
    days: row.days,
    fromBalance: row.from_balance,
    toBalance: row.to_balance,
    availableBalance: row.available_balance,
    channelId: row.channel_id,
    toChannelId: row.to_channel_id,
    invoiceId: row.invoice_id,
    comment: row.comment,
    actor: row.actor,
    occurredAt: new Date(row.occurred_at),
    createdAt: new Date(row.created_at),
    endReason: row.end_reason,
    previousPaidUntil: instant(row.previous_paid_until),
    paidUntil: instant(row.paid_until),
    unusedDays: row.unused_days,
    toPreviousPaidUntil: instant(row.to_previous_paid_until),
    toPaidUntil: instant(row.to_paid_until),
    toUnusedDays: row.to_unused_days,
  }
}

function instant(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}

/** Movements of up to two numbers before may reach past the sequence, or end before it: they take no place of the page. */
const READ_EVENTS: Statement = {
  name: 'read-events',
  text: `
    SELECT
      (
        SELECT json_agg(l) FROM (
          SELECT * FROM ledger_transaction
          WHERE account_id = $1 AND sequence > $2::bigint - ${ENDS_OF_A_MOVEMENT} ORDER BY sequence
          LIMIT $3::integer + ${ENDS_OF_A_MOVEMENT}
        ) l
      ) AS ledger,
      (
        SELECT json_agg(e) FROM (
          SELECT * FROM event WHERE account_id = $1 AND sequence > $2::bigint ORDER BY sequence LIMIT $3::integer
        ) e
      ) AS events`,
}

const LAST_SEQUENCE: Statement = { name: 'last-sequence', text: 'SELECT sequence FROM account WHERE id = $1' }
