import Stripe from 'stripe'
import { PaymentProviderError } from '../../errors'
import type { Log } from '../../log'

/**
 * Does what is asked of Stripe. Its refusals become PaymentProviderError; what it said stays here, in the log, in words
 * that tell nothing of cards and customers: its type, its code and the request's id. A bug of ours is thrown as it is.
 */
export async function askStripe<T>(log: Pick<Log, 'warn' | 'error'>, deed: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    const { type, code, statusCode, requestId, param } = error
    const facts = { deed, type, code, statusCode, requestId, param }
    if (isKeyRefused(error)) log.error(facts, 'Stripe refused the key: nothing can be paid until it is mended')
    else log.warn(facts, 'Stripe refused, or is away')
    throw asRefusal(error)
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing'
}

export function cardDeclined(): PaymentProviderError {
  return new PaymentProviderError('The card was declined.', { declined: true })
}

function asRefusal(error: Stripe.errors.StripeError): PaymentProviderError {
  if (error instanceof Stripe.errors.StripeCardError) return cardDeclined()
  // Once the key is mended, what was to be done is still to be done.
  if (isAway(error) || isKeyRefused(error)) {
    return new PaymentProviderError(
      'The payment provider is away for the moment. The same request may be sent again.',
      {
        retryable: true,
      },
    )
  }
  return new PaymentProviderError(REFUSALS[error.code ?? ''] ?? 'The payment provider refused the request.')
}

/** Refusals that the payer can do something about. */
const REFUSALS: Partial<Record<string, string>> = {
  amount_too_small: 'The amount is smaller than the least that can be paid by card. Pay it by bank transfer.',
  amount_too_large: 'The amount is larger than what can be paid by card at once. Pay it by bank transfer.',
}

function isKeyRefused(error: Stripe.errors.StripeError): boolean {
  return (
    error instanceof Stripe.errors.StripeAuthenticationError || error instanceof Stripe.errors.StripePermissionError
  )
}

/** 409: the same key is under way, or the object is locked by another request. */
function isAway(error: Stripe.errors.StripeError): boolean {
  const { statusCode = 0 } = error
  return (
    error instanceof Stripe.errors.StripeConnectionError ||
    error instanceof Stripe.errors.StripeRateLimitError ||
    statusCode === 409 ||
    statusCode >= 500
  )
}
