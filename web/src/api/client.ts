import { ApolloClient, ApolloLink, InMemoryCache } from '@apollo/client'
import { print } from 'graphql'
import { Observable } from 'rxjs'
import { createClient, type Client, type Document } from '../../../sdk/index'

/** The session's cookie goes along with all that this one sends. */
export function createGatewayClient(): Client {
  return createClient({ url: location.origin })
}

/** Queries and mutations go the SDK's way: tried again under the same idempotency key, refused with a GatewayError. */
function gatewayLink(gateway: Client): ApolloLink {
  return new ApolloLink(
    ({ query, variables }) =>
      new Observable((observer) => {
        const aborted = new AbortController()
        gateway
          .request(print(query) as unknown as Document<Record<string, unknown>, object>, variables, {
            signal: aborted.signal,
          })
          .then(
            (data) => {
              observer.next({ data })
              observer.complete()
            },
            (error: unknown) => observer.error(error),
          )
        return () => aborted.abort()
      }),
  )
}

export function createApolloClient(gateway: Client): ApolloClient {
  return new ApolloClient({
    link: gatewayLink(gateway),
    cache: new InMemoryCache({
      possibleTypes: { Event: ['BalanceChange', 'DayExpiryChange', 'InvoiceChange', 'LowBalance', 'OtherEvent'] },
      typePolicies: {
        Balance: { keyFields: ['accountId'] },
        // A figure of its balance, by the same account.
        Forecast: { keyFields: false },
        Viewer: { keyFields: [] },
      },
    }),
    defaultOptions: { watchQuery: { fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' } },
  })
}
