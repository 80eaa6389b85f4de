import Stripe from 'stripe'
import { z } from 'zod'
import type { ProviderEvent } from '../payment-provider'
import { refuseSignedAhead, SIGNATURE_TOLERANCE_SECONDS } from '../signature-time'

/** What is read of an event: the rest of it is not looked at. */
const SentEvent = z.object({
  id: z.string(),
  object: z.literal('event'),
  type: z.string(),
  livemode: z.boolean(),
  created: z.int(),
  data: z.object({
    object: z.object({
      id: z.string(),
      object: z.string(),
      parent: z.object({ subscription_details: z.object({ subscription: z.string() }) }).nullish(),
    }),
  }),
})

/**
 * What an event of the sandbox says, where the bytes that arrived bear its signature and are of within five minutes of now;
 * else null. `secret` must not be blank: then anybody could sign.
 */
export function verifySandboxEvent(
  rawBody: string | Uint8Array,
  signature: string | undefined,
  secret: string,
): ProviderEvent | null {
  if (secret.trim() === '') throw new Error('the secret of the sandbox is blank')
  if (signature === undefined) return null
  try {
    refuseSignedAhead(signature)
    const { signature: scheme } = Stripe.webhooks
    if (scheme?.verifyHeader(rawBody, signature, secret, SIGNATURE_TOLERANCE_SECONDS) !== true) return null
    const text = typeof rawBody === 'string' ? rawBody : Buffer.from(rawBody).toString('utf8')
    const { id, type, livemode, created, data } = SentEvent.parse(JSON.parse(text))
    return { eventId: id, type, livemode, createdAt: new Date(created * 1000), object: objectOf(data.object) }
  } catch {
    return null
  }
}

function objectOf({ id, object, parent }: z.infer<typeof SentEvent>['data']['object']): ProviderEvent['object'] {
  switch (object) {
    case 'checkout.session':
      return { kind: 'CHECKOUT', id }
    case 'subscription':
      return { kind: 'SUBSCRIPTION', id }
    case 'invoice':
      return parent == null ? null : { kind: 'SUBSCRIPTION', id: parent.subscription_details.subscription }
    case 'payment_method':
      return { kind: 'CARD', id }
    case 'payment_intent':
      return { kind: 'CHARGE', id }
    case 'refund':
      return { kind: 'REFUND', id }
    case 'dispute':
      return { kind: 'DISPUTE', id }
    case 'charge':
      return { kind: 'PAYMENT', id }
    default:
      return null
  }
}
