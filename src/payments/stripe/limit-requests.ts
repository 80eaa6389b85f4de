import pThrottle from 'p-throttle'
import Stripe from 'stripe'

/** Of one gateway: Stripe takes 25 a second in test mode and 100 in live mode of an account, and others may use it too. */
const REQUESTS_A_SECOND = { test: 25, live: 80 } as const

/** Sends what is asked of Stripe, the SDK's own retries too, no faster than Stripe takes it: what is too much waits its turn. */
export function limitedHttpClient(livemode: boolean): ReturnType<typeof Stripe.createNodeHttpClient> {
  const client = Stripe.createNodeHttpClient()
  const limit = REQUESTS_A_SECOND[livemode ? 'live' : 'test']
  client.makeRequest = pThrottle({ limit, interval: 1_000, strict: true })(client.makeRequest.bind(client))
  return client
}
