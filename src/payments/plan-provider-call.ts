import { readClock } from '../clock'
import type { Statement, Tx } from '../database'
import type { AccountBook } from '../ledger/account-book'
import { newId } from '../typed-id'
import { CheckoutState, ProviderCall, ProviderCallKind, ProviderCallState } from './provider-call.entity'

export interface PlannedCall {
  readonly kind: ProviderCallKind
  /** What it is about. */
  readonly channelId?: string
  readonly invoiceId?: string
  readonly request: Record<string, string | null>
  readonly expiresAt?: Date | null
  /** Not before; now, unless given. */
  readonly at?: Date
}

/** From the plan on: while a card may be charged, nobody is led to a page of the same invoice. */
const CHECKOUT_OF: Partial<Record<ProviderCallKind, CheckoutState>> = {
  PAY_INVOICE: CheckoutState.OPEN,
  SAVE_CARD: CheckoutState.OPEN,
  CHARGE_CARD: CheckoutState.PENDING,
}

/** Stores what the provider shall be told, with what causes it. It is made after the commit, for certain and once. */
export async function planProviderCall(tx: Tx, { accountId }: AccountBook, call: PlannedCall): Promise<string> {
  const now = await readClock(tx)
  const id = newId('providerCall')
  await tx.manager.insert(ProviderCall, {
    id,
    accountId,
    channelId: call.channelId ?? null,
    invoiceId: call.invoiceId ?? null,
    kind: call.kind,
    request: call.request,
    state: ProviderCallState.PENDING,
    nextAttemptAt: call.at ?? now,
    expiresAt: call.expiresAt ?? null,
    checkout: CHECKOUT_OF[call.kind] ?? null,
    createdAt: now,
  })
  return id
}

/**
 * Has the providers that know the account told what they shall know of it: what that is, is read as they are told. One that
 * doesn't know it yet is told all as it comes to know it.
 */
export async function planCustomerUpdate(tx: Tx, book: AccountBook, at?: Date): Promise<void> {
  const rows = await tx.query<{ provider: string }>(PROVIDERS_THAT_KNOW, [book.accountId])
  if (rows.length === 0) return
  await planProviderCall(tx, book, { kind: ProviderCallKind.UPDATE_CUSTOMER, request: {}, at })
}

const PROVIDERS_THAT_KNOW: Statement = {
  name: 'providers-that-know-account',
  text: 'SELECT provider FROM payment_customer WHERE account_id = $1',
}
