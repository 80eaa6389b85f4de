import type { InvoiceStatus } from '../invoices/invoice.entity'
import type { LowBalanceMeasure } from './record-event'
import type { DayExpiryReason, LedgerTransaction } from '../ledger/ledger-transaction.entity'

/** An event of an account as the world sees it. `kind` is its GraphQL type. */
export type AccountEvent = BalanceChange | DayExpiryChange | InvoiceChange | LowBalance | OtherEvent

interface EventBase {
  accountId: string
  sequence: number
  type: string
  occurredAt: Date
  actor: string
}

/** Days moved: exactly one for each ledger transaction, under the transaction's own number. */
export interface BalanceChange extends EventBase {
  kind: 'BalanceChange'
  /** The change of `available`, signed; 0 for a transfer or a burn. */
  days: number
  available: number
  transaction: LedgerTransaction
}

/** The end of a channel's days moved, or has come. */
export interface DayExpiryChange extends EventBase {
  kind: 'DayExpiryChange'
  channelId: string
  reason: DayExpiryReason
  previousPaidUntil: Date | null
  paidUntil: Date | null
  unusedDays: number
}

export interface InvoiceChange extends EventBase {
  kind: 'InvoiceChange'
  invoiceId: string
  /** As the event left it. */
  status: InvoiceStatus
}

/** A threshold of the account was crossed downwards. */
export interface LowBalance extends EventBase {
  kind: 'LowBalance'
  measure: LowBalanceMeasure
  threshold: number
  available: number
  /** Of a threshold in days of runway. */
  runsOutAt: Date | null
}

export interface OtherEvent extends EventBase {
  kind: 'OtherEvent'
  subject: string | null
  data: object | null
}
