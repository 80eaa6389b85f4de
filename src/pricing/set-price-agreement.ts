import { z } from 'zod'
import type { Tx } from '../database'
import { BadUserInputError } from '../errors'
import { id, text } from '../input'
import { inBook, type Decided } from '../ledger/account-book'
import { isCurrency } from '../money'
import { BillingDetails } from '../particulars/billing-details.entity'
import { planCustomerUpdate } from '../payments/plan-provider-call'
import { newId } from '../typed-id'
import { planPrices } from './plan-prices'
import { Plan } from './plan.entity'
import { PriceAgreement } from './price-agreement.entity'
import { MAX_INVOICE_CHANNELS } from './quote'

export const MAX_TIERS = 100
export const MAX_PAYMENT_TERM_DAYS = 365

/** Minor units of the agreement's currency. */
const price = () => z.int().min(0)

export const SetPriceAgreement = z.object({
  accountId: id(),
  currency: z.string().refine(isCurrency, 'is no currency of ISO 4217'),
  channelMonthAmount: price(),
  looseDayAmount: price().nullish(),
  tiers: z
    .array(z.object({ fromChannels: z.int().min(1).max(MAX_INVOICE_CHANNELS), channelMonthAmount: price() }))
    .max(MAX_TIERS)
    .refine(
      (tiers) => tiers.every((tier, index) => tier.fromChannels > (tiers[index - 1]?.fromChannels ?? 0)),
      'must rise: each tier from more channels than the one before it',
    )
    .default([]),
  yearlyDiscountBasisPoints: z.int().min(0).max(10_000).default(0),
  taxPartsPerMillion: z.int().min(0).max(1_000_000).default(0),
  taxId: text().nullish(),
  reverseCharge: z.boolean().default(false),
  /** Now, unless given. */
  validFrom: z.date().nullish(),
  autoPrepare: z.boolean().default(true),
  paymentTermDays: z.int().min(0).max(MAX_PAYMENT_TERM_DAYS).default(14),
})
export type SetPriceAgreement = z.infer<typeof SetPriceAgreement>

/**
 * Agrees new prices with an account, from an instant on. The agreements before it stay as they were, and so do invoices
 * that were requested under them.
 *
 * Throws NOT_FOUND; BAD_USER_INPUT for an instant that is past, since invoices may have been priced at it, and for a
 * reverse charge where neither the agreement nor the account's billing details have a tax id.
 */
export async function setPriceAgreement(
  tx: Tx,
  actor: string,
  input: SetPriceAgreement,
): Promise<Decided<{ priceAgreementId: string }>> {
  const { accountId } = input
  return inBook(tx, { accountId }, async (book) => {
    const validFrom = input.validFrom ?? book.now
    if (validFrom < book.now) {
      throw new BadUserInputError('validFrom', 'validFrom must not be in the past.', { now: book.now.toISOString() })
    }
    if (input.reverseCharge && input.taxId == null) await requireTaxId(tx, accountId)
    const priceAgreementId = newId('priceAgreement')
    await tx.manager.insert(PriceAgreement, {
      id: priceAgreementId,
      accountId,
      currency: input.currency,
      channelMonthMinor: input.channelMonthAmount,
      looseDayMinor: input.looseDayAmount ?? null,
      tiers: input.tiers.map(({ fromChannels, channelMonthAmount }) => ({
        fromChannels,
        channelMonthMinor: channelMonthAmount,
      })),
      yearlyDiscountBasisPoints: input.yearlyDiscountBasisPoints,
      taxPartsPerMillion: input.taxPartsPerMillion,
      taxId: input.taxId ?? null,
      reverseCharge: input.reverseCharge,
      autoPrepare: input.autoPrepare,
      paymentTermDays: input.paymentTermDays,
      validFrom,
      createdAt: book.now,
    })
    await tx.manager.insert(
      Plan,
      planPrices({
        currency: input.currency,
        channelMonthMinor: input.channelMonthAmount,
        yearlyDiscountBasisPoints: input.yearlyDiscountBasisPoints,
      }).map((price) => ({ id: newId('plan'), accountId, priceAgreementId, currency: input.currency, ...price })),
    )
    book.record({ type: 'price_agreement.set', subject: priceAgreementId, actor, data: { validFrom } })
    // Whether the customer owes the tax is the provider's business too, from then on.
    await planCustomerUpdate(tx, book, validFrom)
    return { priceAgreementId }
  })
}

async function requireTaxId(tx: Tx, accountId: string): Promise<void> {
  const details = await tx.manager.findOneBy(BillingDetails, { accountId })
  if (details !== null && details.taxIds.length > 0) return
  throw new BadUserInputError(
    'reverseCharge',
    'reverseCharge takes a tax id of the customer: in the agreement, or in the account’s billing details.',
    { taxId: null },
  )
}
