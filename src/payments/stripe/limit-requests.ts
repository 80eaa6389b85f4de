import pThrottle from 'p-throttle'
import Stripe from 'stripe'

/** Sends what is asked of Stripe, the SDK's own retries too, no faster than Stripe takes it: what is too much waits its turn. */
export function limitedHttpClient(limit: number): ReturnType<typeof Stripe.createNodeHttpClient> {
  const client = Stripe.createNodeHttpClient()
  client.makeRequest = pThrottle({ limit, interval: 1_000, strict: true })(client.makeRequest.bind(client))
  return client
}
