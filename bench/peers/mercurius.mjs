import fastify from 'fastify'
import mercurius from 'mercurius'
import { announce, callerOf, listen, resolvers, typeDefs } from './answers.mjs'

const app = fastify()
await listen()
await app.register(mercurius, {
  schema: typeDefs,
  resolvers,
  context: async ({ headers }) => ({ caller: await callerOf(headers.authorization) }),
  subscription: {
    onConnect: async ({ payload }) => ({ caller: await callerOf(payload.authorization) }),
  },
  // Compiles an operation once it has come so often.
  jit: Number(process.env.BENCH_JIT ?? 0),
})
await app.listen({ host: '127.0.0.1', port: 0 })
announce(`http://127.0.0.1:${app.server.address().port}/graphql`, () => app.close())
