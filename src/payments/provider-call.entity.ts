import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import { Channel } from '../channels/channel.entity'
import { Invoice } from '../invoices/invoice.entity'

export enum ProviderCallKind {
  SUBSCRIBE = 'SUBSCRIBE',
  CHANGE_PLAN = 'CHANGE_PLAN',
  CANCEL_AT_PERIOD_END = 'CANCEL_AT_PERIOD_END',
  RESUME = 'RESUME',
  CANCEL_NOW = 'CANCEL_NOW',
  /** What the provider knows of the account: its name, address, tax ids. */
  UPDATE_CUSTOMER = 'UPDATE_CUSTOMER',
  /** Opens a page on which what is outstanding of an invoice is paid. */
  PAY_INVOICE = 'PAY_INVOICE',
  /** Closes such a page. */
  EXPIRE_CHECKOUT = 'EXPIRE_CHECKOUT',
  REFUND = 'REFUND',
  /** Opens a page on which a card is saved. */
  SAVE_CARD = 'SAVE_CARD',
  REMOVE_CARD = 'REMOVE_CARD',
  /** Charges the saved card for what is outstanding of an invoice: of each at most one such call is made. */
  CHARGE_CARD = 'CHARGE_CARD',
}

export enum ProviderCallState {
  PENDING = 'PENDING',
  DONE = 'DONE',
  /** The provider said no, for good. */
  REFUSED = 'REFUSED',
}

/** How a page, or the charge of a saved card, stands at the provider, as far as it was seen. */
export enum CheckoutState {
  /** It may be paid, or its opening may be under way. */
  OPEN = 'OPEN',
  /** Somebody has paid by a method whose money takes its time; or the saved card is to be charged, or is being charged. */
  PENDING = 'PENDING',
  /** It was paid or declined, it has expired, or it was never opened. */
  CLOSED = 'CLOSED',
}

/**
 * What the payment provider shall be told: stored with what caused it, before the call, so that the call is made for
 * certain, and by its id as idempotency key once, whatever falls between.
 */
@Entity('provider_call')
@Index('provider_call_due', ['nextAttemptAt'], { where: `state = 'PENDING'` })
@Index('provider_call_of_channel', ['accountId', 'channelId', 'id'], { where: 'channel_id IS NOT NULL' })
@Check(
  'provider_call_kind_known',
  `kind IN ('SUBSCRIBE', 'CHANGE_PLAN', 'CANCEL_AT_PERIOD_END', 'RESUME', 'CANCEL_NOW', 'PAY_INVOICE', 'EXPIRE_CHECKOUT', 'REFUND', 'UPDATE_CUSTOMER', 'SAVE_CARD', 'REMOVE_CARD', 'CHARGE_CARD')`,
)
@Index('provider_call_of_invoice', ['accountId', 'invoiceId', 'id'], { where: 'invoice_id IS NOT NULL' })
@Index('provider_call_open_checkout', ['id'], { where: `checkout IN ('OPEN', 'PENDING')` })
@Index('provider_call_one_charge', ['accountId', 'invoiceId'], { unique: true, where: `kind = 'CHARGE_CARD'` })
@Check(
  'provider_call_of_an_invoice',
  `(kind IN ('PAY_INVOICE', 'EXPIRE_CHECKOUT', 'CHARGE_CARD')) = (invoice_id IS NOT NULL)`,
)
@Check('provider_call_checkout_known', `checkout IN ('OPEN', 'PENDING', 'CLOSED')`)
@Check(
  'provider_call_checkout_of_money',
  `(kind IN ('PAY_INVOICE', 'SAVE_CARD', 'CHARGE_CARD')) = (checkout IS NOT NULL)`,
)
@Check('provider_call_state_known', `state IN ('PENDING', 'DONE', 'REFUSED')`)
@Check('provider_call_next', `(state = 'PENDING') = (next_attempt_at IS NOT NULL)`)
@ForeignKey(() => Channel, ['accountId', 'channelId'], ['accountId', 'id'], { name: 'provider_call_own_channel' })
@ForeignKey(() => Invoice, ['accountId', 'invoiceId'], ['accountId', 'id'], { name: 'provider_call_own_invoice' })
export class ProviderCall {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'provider_call_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => Account, { name: 'provider_call_account' })
  accountId: string

  @Column({ type: 'text', collation: 'C', nullable: true })
  channelId: string | null

  @Column({ type: 'text', collation: 'C', nullable: true })
  invoiceId: string | null

  @Column('text')
  kind: ProviderCallKind

  @Column('jsonb')
  request: Record<string, string | null>

  @Column('text')
  state: ProviderCallState

  @Column('jsonb', { nullable: true })
  answer: Record<string, string> | null

  /** What the last attempt failed with, as it may be shown. */
  @Column('text', { nullable: true })
  error: string | null

  @Column('integer', { default: 0 })
  attempts: number

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  nextAttemptAt: Date | null

  /** Of a checkout: until when its page can be paid. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expiresAt: Date | null

  /** Of PAY_INVOICE, SAVE_CARD and CHARGE_CARD only. */
  @Column('text', { nullable: true })
  checkout: CheckoutState | null

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date
}
