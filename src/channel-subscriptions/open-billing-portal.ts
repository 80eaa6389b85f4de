import { z } from 'zod'
import { Account } from '../accounts/account.entity'
import type { Database } from '../database'
import { NotFoundError } from '../errors'
import { hasIdForm } from '../typed-id'
import type { PaymentProviders } from '../payments/payment-providers'
import type { ProviderCalls } from './make-provider-calls'

export const OpenBillingPortal = z.object({ returnUrl: z.url({ protocol: /^https?$/ }).max(2_000) })
export type OpenBillingPortal = z.infer<typeof OpenBillingPortal>

/** The parts of a gateway that take money. */
export interface Payments {
  readonly providers: PaymentProviders
  readonly calls: ProviderCalls
}

/** Opens the provider's page of an account. Throws NOT_FOUND, PAYMENT_PROVIDER. */
export async function openBillingPortal(
  { dataSource }: Database,
  { providers, calls }: Payments,
  accountId: string,
  { returnUrl }: OpenBillingPortal,
): Promise<{ url: string }> {
  const account = hasIdForm(accountId) ? await dataSource.manager.findOneBy(Account, { id: accountId }) : null
  if (account === null) throw new NotFoundError('account', accountId)
  const provider = providers.of(account)
  return provider.openPortal({ customerId: await calls.customerOf(provider, account), returnUrl })
}
