import { z } from 'zod'
import { email } from '../accounts/create-account'
import type { Statement, Tx } from '../database'
import { BadUserInputError, ConflictError } from '../errors'
import { id, text } from '../input'
import { inBook, type AccountBook } from '../ledger/account-book'
import { planCustomerUpdate } from '../payments/plan-provider-call'
import { BillingDetails } from './billing-details.entity'
import { addressOf, postalAddress } from './postal-address'
import { GivenTaxId, isSameTaxId, MAX_TAX_IDS, readTaxId, type TaxId } from './tax-id'

export const SetBillingDetails = z.object({
  accountId: id(),
  /** Of each of these, null takes it away. */
  legalName: text().nullish(),
  address: postalAddress().nullish(),
  email: email().nullish(),
  purchaseOrder: text().nullish(),
  taxIds: z.array(GivenTaxId).max(MAX_TAX_IDS).nullish(),
})
export type SetBillingDetails = z.infer<typeof SetBillingDetails>

/**
 * Says to whom the invoices of an account are addressed, from the next one that opens; a field that is left out stays as
 * it is. The payment provider is told too.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED; BAD_USER_INPUT for a tax id that can't be, or is there twice;
 * CONFLICT (priceAgreementId) where the last tax id would go and an agreement charges no tax because of it.
 */
export async function setBillingDetails(tx: Tx, actor: string, input: SetBillingDetails): Promise<void> {
  const { accountId, address, taxIds: given, ...texts } = input
  await inBook(tx, { accountId }, async (book) => {
    book.requireActive()
    const before = await tx.manager.findOneBy(BillingDetails, { accountId })
    const changed = Object.fromEntries(Object.entries<unknown>(texts).filter(([, value]) => value !== undefined))
    const changes: Partial<BillingDetails> = {
      ...changed,
      ...(address !== undefined && { address: address && addressOf(address) }),
      ...(given !== undefined && { taxIds: taxIdsOf(given ?? [], before?.taxIds ?? []) }),
    }
    if (Object.keys(changes).length === 0) return null
    if (changes.taxIds?.length === 0) await requireNoneForReverseCharge(tx, book)
    await tx.manager.upsert(BillingDetails, { accountId, ...changes, changedAt: book.now }, ['accountId'])
    const data = { fields: Object.keys(changes) }
    book.record({ type: 'account.billing_details_set', subject: accountId, actor, data })
    await planCustomerUpdate(tx, book)
    return null
  })
}

/** What was found out about one that stays, stays too. */
function taxIdsOf(given: readonly GivenTaxId[], before: readonly TaxId[]): TaxId[] {
  const taxIds = given.map((one, index) => readTaxId(one, `taxIds.${index}`))
  for (const [index, taxId] of taxIds.entries()) {
    if (taxIds.findIndex((other) => isSameTaxId(other, taxId)) < index) {
      const field = `taxIds.${index}.value`
      throw new BadUserInputError(field, `${field} is there twice.`)
    }
  }
  return taxIds.map((taxId) => before.find((known) => isSameTaxId(known, taxId)) ?? taxId)
}

async function requireNoneForReverseCharge(tx: Tx, book: AccountBook): Promise<void> {
  const [agreement] = await tx.query<{ id: string }>(REVERSE_CHARGE_WITHOUT_TAX_ID, [book.accountId, book.now])
  if (agreement === undefined) return
  throw new ConflictError('The price agreement has the tax owed by the customer, which takes a tax id.', {
    priceAgreementId: agreement.id,
  })
}

// The one that holds and those to come.
const REVERSE_CHARGE_WITHOUT_TAX_ID: Statement = {
  name: 'reverse-charge-without-tax-id',
  text: `
    SELECT id FROM price_agreement a
    WHERE account_id = $1 AND reverse_charge AND tax_id IS NULL AND (valid_from > $2 OR id = (
      SELECT id FROM price_agreement held
      WHERE held.account_id = $1 AND held.valid_from <= $2 ORDER BY valid_from DESC, id DESC LIMIT 1
    ))
    LIMIT 1`,
}
