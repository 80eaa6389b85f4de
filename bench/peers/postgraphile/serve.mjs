import { createServer } from 'node:http'
import { gql, makeExtendSchemaPlugin } from 'graphile-utils'
import { enhanceHttpServerWithWebSockets, postgraphile } from 'postgraphile'
import { announce, callerOf, listen, movements, pool } from '../answers.mjs'

// It makes no subscription of what it finds: this one has the source that Yoga's and Mercurius' have.
const subscriptions = makeExtendSchemaPlugin({
  typeDefs: gql`
    scalar Sequence
    type Movement {
      sequence: Float!
      available: Float!
    }
    extend type Subscription {
      balanceChanged(after: Sequence): Movement!
    }
  `,
  resolvers: {
    Subscription: {
      balanceChanged: { subscribe: (_, { after }, { caller }) => movements(caller.accountId, after) },
    },
  },
})

// Out of the schema, as it finds it: no tokens in what it serves, so that the look-up is done before it.
const serve = postgraphile(pool, 'public', {
  graphqlRoute: '/graphql',
  graphiql: false,
  disableQueryLog: true,
  dynamicJson: true,
  simpleCollections: 'both',
  ignoreRBAC: true,
  appendPlugins: [subscriptions],
  subscriptions: true,
  websockets: ['v1'],
  additionalGraphQLContextFromRequest: async ({ caller, headers }) => ({
    caller: caller ?? (await callerOf(headers.authorization)),
  }),
})
const server = createServer((request, response) => {
  callerOf(request.headers.authorization).then(
    (caller) => serve(Object.assign(request, { caller }), response),
    () => response.writeHead(401).end(),
  )
})
await listen()
await enhanceHttpServerWithWebSockets(server, serve)
server.listen(0, '127.0.0.1', () => {
  announce(`http://127.0.0.1:${server.address().port}/graphql`, () => new Promise((done) => server.close(done)))
})
