import { createServer } from 'node:http'
import { createSchema, createYoga } from 'graphql-yoga'
import { announce, callerOf, resolvers, typeDefs } from './answers.mjs'

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context: async ({ request }) => ({ caller: await callerOf(request.headers.get('authorization')) }),
  graphiql: false,
  landingPage: false,
  logging: false,
})
const server = createServer(yoga)
server.listen(0, '127.0.0.1', () => {
  announce(`http://127.0.0.1:${server.address().port}/graphql`, () => new Promise((done) => server.close(done)))
})
