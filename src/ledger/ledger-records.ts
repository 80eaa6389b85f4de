import { createHash } from 'node:crypto'
import { shownToPartners } from '../auth/actor'
import { csvRecords } from '../csv'
import type { Sql, Statement } from '../database'

/** Movements that are read at once: what a reader of any ledger holds in memory. */
const PAGE = 1_000

/**
 * The columns of a ledger's record, in this order and for ever: seals are hashes over them. `cause` is the id of what made
 * the movement, such as an invoice.
 */
export const LEDGER_COLUMNS = [
  'sequence',
  'id',
  'occurredAt',
  'kind',
  'days',
  'from',
  'to',
  'fromBalance',
  'toBalance',
  'available',
  'channelId',
  'toChannelId',
  'cause',
  'paidUntil',
  'toPaidUntil',
  'actor',
  'comment',
] as const

export interface LedgerRecord {
  readonly sequence: number
  /** As it stands in the file, its line end included. */
  readonly text: string
}

/** An account's ledger as the records of its CSV, oldest first: after one number and up to another. */
export async function* ledgerRecords(
  sql: Sql,
  accountId: string,
  { after, until }: { after: number; until: number },
): AsyncGenerator<LedgerRecord[]> {
  for (let last = after; last < until;) {
    const rows = await sql.query<Row>(MOVEMENTS, [accountId, last, until, PAGE])
    if (rows.length === 0) return
    yield rows.map(({ sequence, start, actor, comment }) => ({
      sequence,
      // Whoever exports it, the record is the same.
      text: start + csvRecords([[shownToPartners(actor), comment]]),
    }))
    last = rows[rows.length - 1]?.sequence ?? until
  }
}

/** What the chain of an account's seals begins with. */
export function firstLink(accountId: string): Buffer {
  return createHash('sha256').update(`daybook ledger 1 ${accountId}`).digest()
}

/** The chain's next link: SHA-256 over the 32 bytes of the one before and the record without its line end. */
export function nextLink(link: Buffer, { text }: LedgerRecord): Buffer {
  return createHash('sha256').update(link).update(text.slice(0, -1)).digest()
}

interface Row {
  sequence: number
  /** The record up to its last two cells: ids, numbers, instants and words of ours, none of which is ever quoted. */
  start: string
  actor: string
  comment: string | null
}

// Postgres puts the instants into words: of a million rows that takes half the time that it takes here.
const MOVEMENTS: Statement = {
  name: 'ledger-records',
  text: `
    SELECT sequence, actor, comment,
           concat(
             sequence, ',', id, ',', daybook_instant_text(occurred_at), ',', kind, ',', days, ',',
             from_account, ',', to_account, ',', from_balance, ',', to_balance, ',', available_balance, ',',
             channel_id, ',', to_channel_id, ',', invoice_id, ',',
             daybook_instant_text(paid_until), ',', daybook_instant_text(to_paid_until), ','
           ) AS start
    FROM ledger_transaction
    WHERE account_id = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence LIMIT $4`,
}
