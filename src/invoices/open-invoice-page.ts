import { Account } from '../accounts/account.entity'
import type { Payments } from '../channel-subscriptions/open-billing-portal'
import type { Database } from '../database'
import { PaymentProviderError } from '../errors'
import { ProviderCall, ProviderCallState } from '../payments/provider-call.entity'
import type { Invoice } from './invoice.entity'
import { startInvoiceCheckout } from './start-invoice-checkout'

/** Each look finds a page that was closed since the one before, and has another one opened. */
const MAX_LOOKS = 3

/**
 * Opens the provider's page on which what is outstanding of an invoice is paid, or finds the one that is open, and answers
 * its address. One that is open already is looked at first: what was paid on it is applied, whether or not its news has come.
 *
 * Null where there is nothing to pay. Throws PAYMENT_PROVIDER: retryable where the provider is away, and then the page is opened
 * as soon as it is back.
 */
export async function openInvoicePage(
  database: Database,
  { providers, calls }: Payments,
  { id: invoiceId, accountId }: Pick<Invoice, 'id' | 'accountId'>,
  { successUrl, cancelUrl }: { successUrl: string; cancelUrl: string },
): Promise<string | null> {
  const { manager } = database.dataSource
  const account = await manager.findOneByOrFail(Account, { id: accountId })
  const provider = providers.of(account).name
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const id = await database.inTransaction((tx) =>
      startInvoiceCheckout(tx, accountId, { invoiceId, provider, successUrl, cancelUrl }),
    )
    if (id === null) return null
    const call = await manager.findOneByOrFail(ProviderCall, { accountId, id })
    if (call.state !== ProviderCallState.DONE) {
      const { url } = await calls.make({ accountId, id })
      if (url !== undefined) return url
      continue
    }
    if ((await calls.isOpenStill(call)) && call.answer?.url !== undefined) return call.answer.url
  }
  throw new PaymentProviderError('The page of the payment provider’s is being opened and closed by others.', {
    retryable: true,
  })
}
