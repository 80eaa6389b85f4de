import type { Tx } from '../database'
import { inBook } from '../ledger/account-book'
import { PaymentCustomer } from '../payments/payment-customer.entity'
import type { ProviderCustomer } from '../payments/payment-provider'
import { BillingDetails } from './billing-details.entity'
import { isSameTaxId, type TaxId } from './tax-id'

/** Who tells what the payment provider has found out. */
const PAYMENTS_ACTOR = 'job:payments'

/** Keeps what a provider has found out about an account's tax ids. Answers whether that is news. */
export async function applyCustomer(tx: Tx, provider: string, found: ProviderCustomer): Promise<boolean> {
  const { customerId } = found
  const known = await tx.manager.findOneBy(PaymentCustomer, { provider, customerId })
  if (known === null) return false
  const { accountId } = known
  const { outcome } = await inBook(tx, { accountId }, async (book) => {
    const details = await tx.manager.findOneBy(BillingDetails, { accountId })
    if (details === null) return false
    const changed: TaxId[] = []
    const taxIds = details.taxIds.map((taxId) => {
      const told = found.taxIds.find((other) => isSameTaxId(other, taxId))
      if (told === undefined || told.verification === taxId.verification) return taxId
      changed.push({ ...taxId, verification: told.verification })
      return { ...taxId, verification: told.verification }
    })
    if (changed.length === 0) return false
    await tx.manager.update(BillingDetails, { accountId }, { taxIds })
    for (const { kind, country, value, verification } of changed) {
      const data = { kind, country, value, verification }
      book.record({ type: 'account.tax_id_looked_up', subject: accountId, actor: PAYMENTS_ACTOR, data })
    }
    return true
  })
  return outcome
}
