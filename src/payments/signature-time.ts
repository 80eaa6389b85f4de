/** Stripe's tolerance, in seconds: https://docs.stripe.com/webhooks#replay-attacks */
export const SIGNATURE_TOLERANCE_SECONDS = 300

/**
 * Throws where a `t=…,v1=…` header has no time, several, or one that is more than the tolerance ahead: the SDK refuses
 * what is too old, and would take what was signed for next year as often as it is sent until then.
 */
export function refuseSignedAhead(signature: string, nowMs = Date.now()): void {
  const times = signature.split(',').filter((item) => item.trim().startsWith('t='))
  const signedAt = Number(times[0]?.trim().slice(2))
  if (times.length !== 1 || !(signedAt <= nowMs / 1000 + SIGNATURE_TOLERANCE_SECONDS)) {
    throw new Error('the time of the signature is not to be believed')
  }
}
