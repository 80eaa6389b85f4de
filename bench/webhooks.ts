import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAccount, CreateAccount } from '../src/accounts/create-account'
import { FOUNDER } from '../src/auth/first-staff-token'
import type { Database } from '../src/database'
import { parseInput } from '../src/input'
import { createLog } from '../src/log'
import { CreateWebhookEndpoint, createWebhookEndpoint } from '../src/webhooks/create-webhook-endpoint'
import { disableWebhookEndpoint } from '../src/webhooks/enable-webhook-endpoint'
import { openWebhooks } from '../src/webhooks/start-webhooks'
import { say } from './record'

const CONFIG = {
  ...{
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    databaseUrl: null,
    databasePoolSize: 8,
    migrate: false,
    home: '.',
    staffToken: null,
  },
  ...{
    demo: false,
    production: false,
    stripe: null,
    smtp: null,
    openId: null,
    trustProxy: null,
    mailFrom: { name: '', address: 'billing@daybook.test' },
    secretKeys: [Buffer.alloc(32, 'bench')],
    logLevel: 'silent' as const,
  },
}

/** Sends so many events to endpoints on loopback, and prints the rate; every stream has to come whole and in order. */
export async function webhooks(
  database: Database,
  url: string,
  { events, endpoints, failing }: { events: number; endpoints: number; failing: number },
): Promise<void> {
  const cursors = new Map<string, number>()
  let taken = 0
  let tries = 0
  let done: () => void = () => undefined
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      tries += 1
      if (Math.random() < failing) {
        response.writeHead(503).end()
        return
      }
      const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: { sequence: number } }
      const path = request.url ?? ''
      const last = cursors.get(path)
      if (last !== undefined && data.sequence !== last + 1) throw new Error(`${path}: ${data.sequence} after ${last}`)
      cursors.set(path, data.sequence)
      taken += 1
      response.writeHead(204).end()
      if (taken >= events) done()
    })
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const { port } = receiver.address() as AddressInfo
  const hooks = await openWebhooks(CONFIG, url, database, () => undefined, createLog(CONFIG), { retryDelayMs: () => 0 })
  const made: { accountId: string; endpointId: string }[] = []
  try {
    for (let index = 0; index < endpoints; index += 1) {
      const command = parseInput(CreateAccount, { name: 'Webhooks' })
      const { accountId } = await database.inTransaction((tx) => createAccount(tx, 'staff:bench', command))
      const endpoint = parseInput(CreateWebhookEndpoint, { accountId, url: `http://127.0.0.1:${port}/${index}` })
      const { endpointId } = await database.inTransaction((tx) => createWebhookEndpoint(tx, FOUNDER, endpoint, hooks))
      made.push({ accountId, endpointId })
      await database.dataSource.query(
        `WITH taken AS (UPDATE account SET sequence = sequence + $2 WHERE id = $1 RETURNING sequence - $2 AS before)
         INSERT INTO event (account_id, sequence, type, subject, data, actor, occurred_at)
         SELECT $1, taken.before + n, 'channel.updated', 'channel', '{"fields": ["name"]}', 'bench', now()
         FROM taken, generate_series(1, $2::int) AS n`,
        [accountId, Math.ceil(events / endpoints)],
      )
    }
    globalThis.gc?.()
    const before = process.memoryUsage().rss
    const finished = new Promise<void>((resolve) => {
      done = resolve
    })
    const started = performance.now()
    hooks.start()
    hooks.hint(made.map(({ accountId }) => accountId))
    await finished
    const seconds = (performance.now() - started) / 1000
    globalThis.gc?.()
    const growth = (process.memoryUsage().rss - before) / 2 ** 20
    say(
      `| ${String(endpoints).padStart(9)} | ${`${failing * 100} %`.padStart(5)} | ${(taken / seconds).toFixed(0).padStart(12)} | ${(tries / seconds).toFixed(0).padStart(10)} | ${growth.toFixed(0).padStart(10)} |`,
    )
  } finally {
    await hooks.close()
    receiver.closeAllConnections()
    receiver.close()
    for (const { accountId, endpointId } of made)
      await database.inTransaction((tx) => disableWebhookEndpoint(tx, FOUNDER, accountId, endpointId))
  }
}

export function printWebhooksHead(): void {
  say('| endpoints | fails | deliveries/s | attempts/s | growth MiB |\n| --: | --: | --: | --: | --: |')
}
