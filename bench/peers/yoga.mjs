import { createServer } from 'node:http'
import { useServer } from 'graphql-ws/use/ws'
import { createSchema, createYoga } from 'graphql-yoga'
import { WebSocketServer } from 'ws'
import { announce, callerOf, listen, resolvers, typeDefs } from './answers.mjs'

const schema = createSchema({ typeDefs, resolvers })
const yoga = createYoga({
  schema,
  context: async ({ request }) => ({ caller: await callerOf(request.headers.get('authorization')) }),
  graphiql: false,
  landingPage: false,
  logging: false,
})
const server = createServer(yoga)
// By graphql-js's own execution: Yoga's engine answers one event no faster, and the protocol is graphql-ws's either way.
useServer(
  {
    schema,
    onConnect: async ({ connectionParams, extra }) => {
      extra.caller = await callerOf(connectionParams?.authorization)
    },
    context: ({ extra: { caller } }) => ({ caller }),
  },
  new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false }),
)
await listen()
server.listen(0, '127.0.0.1', () => {
  announce(`http://127.0.0.1:${server.address().port}/graphql`, () => new Promise((done) => server.close(done)))
})
