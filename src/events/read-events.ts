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
  const [row] = await sql.query<{ ledger: LedgerValues[] | null; events: StoredValues[] | null }>(READ_EVENTS, [
    accountId,
    after,
    limit,
  ])
  const events = [
    ...(row?.ledger ?? []).flatMap((values) => eventsOfMovement(movementOf(accountId, values))),
    ...(row?.events ?? []).map((values) => eventOf(accountId, values)),
  ].sort((a, b) => a.sequence - b.sequence)
  const page: AccountEvent[] = []
  for (const event of events) {
    if (event.sequence <= after) continue
    // There is none beyond a number that is missing.
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

function eventOf(accountId: string, [sequence, type, subject, data, actor, occurredAt]: StoredValues): AccountEvent {
  const base = { accountId, sequence, type, occurredAt: new Date(occurredAt), actor }
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

/** The columns of a row in the order of EVENT_COLUMNS; instants in epoch milliseconds. */
type StoredValues = [
  sequence: number,
  type: string,
  subject: string | null,
  data: Record<string, unknown> | null,
  actor: string,
  occurredAt: number,
]

/** The same of LEDGER_COLUMNS. */
type LedgerValues = [
  sequence: number,
  id: string,
  kind: LedgerTransactionKind,
  fromAccount: LedgerAccount,
  toAccount: LedgerAccount,
  days: number,
  fromBalance: number,
  toBalance: number,
  availableBalance: number,
  channelId: string | null,
  toChannelId: string | null,
  invoiceId: string | null,
  comment: string | null,
  actor: string,
  occurredAt: number,
  createdAt: number,
  endReason: DayExpiryReason | null,
  previousPaidUntil: number | null,
  paidUntil: number | null,
  unusedDays: number | null,
  toPreviousPaidUntil: number | null,
  toPaidUntil: number | null,
  toUnusedDays: number | null,
]

function movementOf(accountId: string, values: LedgerValues): LedgerTransaction {
  return {
    accountId,
    sequence: values[0],
    id: values[1],
    kind: values[2],
    fromAccount: values[3],
    toAccount: values[4],
    days: values[5],
    fromBalance: values[6],
    toBalance: values[7],
    availableBalance: values[8],
    channelId: values[9],
    toChannelId: values[10],
    invoiceId: values[11],
    comment: values[12],
    actor: values[13],
    occurredAt: new Date(values[14]),
    createdAt: new Date(values[15]),
    endReason: values[16],
    previousPaidUntil: instant(values[17]),
    paidUntil: instant(values[18]),
    unusedDays: values[19],
    toPreviousPaidUntil: instant(values[20]),
    toPaidUntil: instant(values[21]),
    toUnusedDays: values[22],
  }
}

function instant(at: number | string | null): Date | null {
  return at === null ? null : new Date(at)
}

/** Cut off and not rounded, as whatever else reads an instant does. */
function epochMs(column: string): string {
  return `floor(extract(epoch FROM ${column}) * 1000)::bigint`
}

// Lists of values, and not rows by their names: a replay of a movement takes 14 of Postgres' µs in the place of 20, and 4 of ours in the
// place of 10.
const EVENT_COLUMNS = ['sequence', 'type', 'subject', 'data', 'actor', epochMs('occurred_at')]
const LEDGER_COLUMNS = [
  ...['sequence', 'id', 'kind', 'from_account', 'to_account', 'days', 'from_balance', 'to_balance'],
  ...['available_balance', 'channel_id', 'to_channel_id', 'invoice_id', 'comment', 'actor'],
  ...[epochMs('occurred_at'), epochMs('created_at'), 'end_reason'],
  ...[epochMs('previous_paid_until'), epochMs('paid_until'), 'unused_days'],
  ...[epochMs('to_previous_paid_until'), epochMs('to_paid_until'), 'to_unused_days'],
]

/**
 * By their numbers, which leave none out, and not so many rows of each table: a movement with its ends is up to three events. Movements
 * of up to two numbers before may reach past the sequence, or end before it.
 */
const READ_EVENTS: Statement = {
  name: 'read-events',
  text: `
    SELECT
      (
        SELECT json_agg(json_build_array(${LEDGER_COLUMNS.join(', ')})) FROM (
          SELECT * FROM ledger_transaction
          WHERE account_id = $1
            AND sequence > $2::bigint - ${ENDS_OF_A_MOVEMENT} AND sequence <= $2::bigint + $3::integer
          ORDER BY sequence
        ) l
      ) AS ledger,
      (
        SELECT json_agg(json_build_array(${EVENT_COLUMNS.join(', ')})) FROM (
          SELECT * FROM event
          WHERE account_id = $1 AND sequence > $2::bigint AND sequence <= $2::bigint + $3::integer ORDER BY sequence
        ) e
      ) AS events`,
}

const LAST_SEQUENCE: Statement = { name: 'last-sequence', text: 'SELECT sequence FROM account WHERE id = $1' }
