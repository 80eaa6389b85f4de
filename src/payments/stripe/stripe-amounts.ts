import { PaymentProviderError } from '../../errors'

/**
 * Amounts as Stripe counts them. They are those of ISO 4217's minor units, as here, but for these
 * (https://docs.stripe.com/currencies#special-cases).
 */

/** Without decimals in ISO 4217 since 2007, and still with two at Stripe, which must be 0. */
const HUNDREDFOLD = new Set(['ISK'])
/** With three decimals, of which the last must be 0: the networks of the cards know two. */
const IN_TENS = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND'])
/** Fifths are their minor units in ISO 4217; and of the shilling Stripe's list says both, no decimals and two. */
const NOT_TAKEN = new Set(['MGA', 'MRU', 'UGX'])

/** Throws PAYMENT_PROVIDER for an amount that can't be paid at Stripe as it is: it is not rounded. */
export function stripeAmount(amountMinor: number, currency: string): number {
  if (NOT_TAKEN.has(currency)) throw new PaymentProviderError(`Nothing is paid by card in ${currency}.`)
  if (IN_TENS.has(currency) && amountMinor % 10 !== 0) {
    throw new PaymentProviderError(
      `By card an amount in ${currency} is paid whose last of three decimals is 0. Pay this one by bank transfer.`,
    )
  }
  return HUNDREDFOLD.has(currency) ? amountMinor * 100 : amountMinor
}

/** The other way round. */
export function minorOf(amount: number, currency: string): number {
  return HUNDREDFOLD.has(currency) ? Math.trunc(amount / 100) : amount
}
