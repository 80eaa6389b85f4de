import { readClock } from '../clock'
import type { Tx } from '../database'
import type { AccountBook } from '../ledger/account-book'
import { newId } from '../typed-id'
import { ProviderCall, ProviderCallState, type ProviderCallKind } from './provider-call.entity'

export interface PlannedCall {
  readonly kind: ProviderCallKind
  readonly channelId: string | null
  readonly request: Record<string, string | null>
  readonly expiresAt?: Date | null
}

/** Stores what the provider shall be told, with what causes it. It is made after the commit, for certain and once. */
export async function planProviderCall(tx: Tx, { accountId }: AccountBook, call: PlannedCall): Promise<string> {
  const now = await readClock(tx)
  const id = newId('providerCall')
  await tx.manager.insert(ProviderCall, {
    id,
    accountId,
    channelId: call.channelId,
    kind: call.kind,
    request: call.request,
    state: ProviderCallState.PENDING,
    nextAttemptAt: now,
    expiresAt: call.expiresAt ?? null,
    createdAt: now,
  })
  return id
}
