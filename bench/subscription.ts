import type { Database } from '../src/database'
import { median } from './compare'
import { Subscribers, Writer } from './fan-out'
import { installPeers, Served } from './peers'
import { say } from './record'
import { partnerTokens, STAFF_TOKEN } from './seed'

const SOCKETS = 100
const MOVEMENTS = 2_000
/** An allocation takes two numbers of the log: its own, and that of the end of its channel's days. */
const NUMBERS_A_MOVEMENT = 2

const BALANCE_CHANGED = 'subscription ($after: Sequence) { balanceChanged(after: $after) { sequence available } }'

/**
 * One subscription of many sockets over graphql-transport-ws, from the same tables by the same notifications, beside Yoga,
 * Mercurius and PostGraphile. Each in turn is told of so many movements, as fast as those are written. Throws where one is missed.
 */
export async function benchSubscription(
  database: Database,
  url: string,
  home: string,
  { rounds }: { rounds: number },
): Promise<void> {
  installPeers()
  const writer = await Writer.open(database, url)
  const [token = ''] = await partnerTokens(database, [writer.accountId])
  const environment = { DATABASE_URL: url, BENCH_STAFF_TOKEN: STAFF_TOKEN, BENCH_HOME: home }
  const servers = await Promise.all([
    Served.start('PostGraphile', 'peers/postgraphile/serve.mjs', environment),
    Served.start('Yoga', 'peers/yoga.mjs', environment),
    Served.start('Mercurius', 'peers/mercurius.mjs', environment),
    Served.start('Mercurius, with jit', 'peers/mercurius.mjs', { ...environment, BENCH_JIT: '1' }),
    Served.start('Daybook', 'serve-gateway.ts', environment),
  ])
  const figures = new Map(servers.map(({ name }) => [name, { cpu: [] as number[], rates: [] as number[] }]))
  try {
    // The round before the first counts for nothing.
    for (let round = -1; round < rounds; round += 1) {
      for (let turn = 0; turn < servers.length; turn += 1) {
        const server = servers[(turn + round + 1) % servers.length]
        if (server === undefined) continue
        const { cpuUs, rate } = await oneTurn(server, writer, token)
        if (round < 0) continue
        figures.get(server.name)?.cpu.push(cpuUs)
        figures.get(server.name)?.rates.push(rate)
      }
    }
  } finally {
    await writer.close()
    await Promise.all(servers.map((server) => server.stop()))
  }
  say(`\n${MOVEMENTS} movements to ${SOCKETS} sockets, as fast as they are written\n`)
  say('| who | messages a second | µs of CPU a message |\n| --- | ---: | ---: |')
  for (const [name, { cpu, rates }] of figures) {
    say(`| ${name} | ${median(rates).toFixed(0)} | ${median(cpu).toFixed(2)} |`)
  }
}

async function oneTurn(server: Served, writer: Writer, token: string): Promise<{ cpuUs: number; rate: number }> {
  const subscribers = new Subscribers()
  try {
    const after = await writer.last()
    const url = server.url.replace('/graphql', '')
    const step = NUMBERS_A_MOVEMENT
    await subscribers.order({
      kind: 'open',
      url,
      token,
      sockets: SOCKETS,
      document: BALANCE_CHANGED,
      after,
      step,
    })
    // So that whoever opens a subscription late is there before what is timed.
    await writer.write(10)
    await subscribers.reach((await writer.last()) - 1)
    await subscribers.figures()
    const before = await server.cpuUs()
    const begun = performance.now()
    await writer.write(MOVEMENTS)
    await subscribers.reach((await writer.last()) - 1)
    const tookMs = performance.now() - begun
    const cpuUs = (await server.cpuUs()) - before
    const { received, missed } = await subscribers.figures()
    if (missed > 0 || received !== MOVEMENTS * SOCKETS)
      throw new Error(`${server.name}: ${missed} missed of ${received}`)
    return { cpuUs: cpuUs / received, rate: (received / tookMs) * 1000 }
  } finally {
    await subscribers.end()
  }
}
