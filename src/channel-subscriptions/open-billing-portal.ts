import { z } from 'zod'
import { Account, AccountStatus } from '../accounts/account.entity'
import type { Database } from '../database'
import { AccountClosedError, AccountSuspendedError, NotFoundError } from '../errors'
import { hasIdForm } from '../typed-id'
import type { ProviderChanges } from '../payments/provider-changes'
import type { PaymentProviders } from '../payments/payment-providers'
import type { ProviderCalls } from './make-provider-calls'

export const OpenBillingPortal = z.object({ returnUrl: z.url({ protocol: /^https?$/ }).max(2_000) })
export type OpenBillingPortal = z.infer<typeof OpenBillingPortal>

/** The parts of a gateway that take money. */
export interface Payments {
  readonly providers: PaymentProviders
  readonly calls: ProviderCalls
  /** Where the gateway is reached, without a slash at its end; empty before it listens. */
  publicUrl(): string
  /** What is done with what has changed at a provider. */
  changes(provider: string): ProviderChanges
}

/** Opens the provider's page of an account. Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED, PAYMENT_PROVIDER. */
export async function openBillingPortal(
  { dataSource }: Database,
  { providers, calls }: Payments,
  accountId: string,
  { returnUrl }: OpenBillingPortal,
): Promise<{ url: string }> {
  const account = hasIdForm(accountId) ? await dataSource.manager.findOneBy(Account, { id: accountId }) : null
  if (account === null) throw new NotFoundError('account', accountId)
  if (account.status === AccountStatus.SUSPENDED) throw new AccountSuspendedError()
  if (account.status === AccountStatus.CLOSED) throw new AccountClosedError()
  const provider = providers.of(account)
  return provider.openPortal({ customerId: await calls.customerOf(provider, account), returnUrl })
}
