import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import WebSocket from 'ws'
import { createClient } from 'graphql-ws'
import type { Database } from '../src/database'
import { seed } from './allocations'
import { flameGraph, selfTimes, type CpuProfile } from './flame-graph'
import { Caller, Served } from './peers'
import { say } from './record'
import { allocationCalls, CHANNELS_QUERY } from './requests'
import { partnerTokens, STAFF_TOKEN } from './seed'

const SUBSCRIBERS = 100
const WARM_UP_MS = 2_000

/** Where the time of three hot paths goes: a flame graph of each into `bench/results`, and its largest costs as text. */
export async function benchProfile(
  database: Database,
  url: string,
  home: string,
  { roundMs }: { roundMs: number },
): Promise<void> {
  const [account] = await seed(database, 1)
  if (account === undefined) throw new Error('no account')
  const [token = ''] = await partnerTokens(database, [account.accountId])
  const forMs = Math.max(roundMs, 5_000)
  const allocations = allocationCalls([account], [token])
  const channels = [{ token, body: JSON.stringify({ query: CHANNELS_QUERY }) }]
  const paths = [
    { name: 'allocation', calls: allocations, connections: 64, subscribers: 0 },
    { name: 'channels', calls: channels, connections: 16, subscribers: 0 },
    { name: 'fan-out', calls: allocations, connections: 4, subscribers: SUBSCRIBERS },
  ]
  for (const { name, calls, connections, subscribers } of paths) {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-profile-'))
    const environment = { DATABASE_URL: url, BENCH_STAFF_TOKEN: STAFF_TOKEN, BENCH_HOME: home }
    const server = await Served.start(name, 'serve-gateway.ts', environment, ['--cpu-prof', `--cpu-prof-dir=${folder}`])
    const caller = new Caller()
    const stop = await subscribe(server.url, token, subscribers)
    await caller.send({ url: server.url, calls, connections, forMs: WARM_UP_MS })
    const { answered } = await caller.send({ url: server.url, calls, connections, forMs })
    const events = stop()
    caller.stop()
    await server.stop()
    const [file = ''] = await readdir(folder)
    const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile
    await rm(folder, { recursive: true, force: true })
    await writeFile(
      join(__dirname, 'results', `profile-${name}.svg`),
      flameGraph(profile, name, 1 - forMs / (forMs + WARM_UP_MS + 3_000)),
    )
    if (subscribers > 0 && events === 0) throw new Error('no event came to any socket')
    say(`\n${name}: ${answered} requests${subscribers > 0 ? `, ${events} events to ${subscribers} sockets` : ''}\n`)
    say('| share of the time on the CPU | where |\n| ---: | --- |')
    for (const { share, where } of selfTimes(profile, 0.4).slice(0, 14)) {
      say(`| ${(share * 100).toFixed(1)} % | ${where} |`)
    }
  }
}

/** Sockets that follow the account's balance; the answer ends them, and says how many events came. */
async function subscribe(url: string, token: string, count: number): Promise<() => number> {
  let events = 0
  const clients = Array.from({ length: count }, () =>
    createClient({
      url: url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      lazy: false,
      retryAttempts: 0,
    }),
  )
  for (const client of clients) {
    client.subscribe(
      { query: 'subscription { balanceChanged { sequence available } }' },
      { next: () => (events += 1), error: () => undefined, complete: () => undefined },
    )
  }
  await Promise.all(clients.map((client) => new Promise((resolve) => client.on('connected', resolve))))
  return () => {
    for (const client of clients) client.terminate()
    return events
  }
}
