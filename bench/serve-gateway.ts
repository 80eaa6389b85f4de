import 'reflect-metadata'
import { createGateway } from '../src/gateway'

/** A gateway as a process of its own: nobody's clock, mails or jobs beside what is timed. */
async function serve(): Promise<void> {
  const gateway = await createGateway(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: null,
      databaseUrl: process.env.DATABASE_URL ?? '',
      databasePoolSize: 16,
      migrate: false,
      home: process.env.BENCH_HOME ?? '',
      staffToken: process.env.BENCH_STAFF_TOKEN ?? null,
      demo: false,
      production: true,
      stripe: null,
      secretKeys: [Buffer.alloc(32, 7)],
      smtp: null,
      mailFrom: { name: 'Bench', address: 'bench@localhost' },
      openId: null,
      trustProxy: null,
      logLevel: 'error',
    },
    { sweeps: false },
  )
  process.on('message', (message) => {
    if (message === 'usage') process.send?.({ usage: process.cpuUsage() })
    if (message === 'stop') void gateway.close().finally(() => process.exit())
  })
  process.on('disconnect', () => void gateway.close().finally(() => process.exit()))
  process.send?.({ url: `${gateway.url}/graphql` })
}

void serve()
