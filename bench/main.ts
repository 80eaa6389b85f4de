import 'reflect-metadata'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, openDatabase, type Database } from '../src/database'
import { startEmbeddedPostgres } from '../src/embedded-postgres/start-embedded-postgres'
import { bareFunction, daybook, typeorm } from './allocations'
import { compare, machine, printTable } from './compare'
import { benchDashboard } from './dashboard'
import { benchDocuments } from './documents'
import { expiries, MAX_ROUNDS, printExpiries } from './expiry'
import { exported, printExports } from './exports'
import { fanOut } from './fan-out'
import { overload } from './overload'
import { forecasts } from './forecast'
import { foldedLots, printLots } from './lots'
import { tokenTiming } from './token-timing'
import { printWebhooksHead, webhooks } from './webhooks'

const HELP = `Times Daybook beside its peers, interleaved, on one Postgres, and prints ratios.

  npm run bench -- [<bench> ...] [--rounds N] [--seconds S] [--channels N] [--sockets N]

  allocations   batched allocations beside a transaction a call through TypeORM and a bare SQL function
  forecast      a forecast of 1,000 to 100,000 running channels beside entities and a step a renewal
  expiry        the sweep over a million channels of which 100,000 are due, beside a bare UPDATE; takes minutes
  exports       a ledger of a million movements as CSV beside the same pages read and thrown away
  documents     the CPU that the PDF of an invoice of 3, 100 and 1,000 lines takes; needs no Postgres
  webhooks      10,000 events to receivers on loopback, of which none or a fifth of the attempts fail
  lots          a ledger of 100,000 and of a million allocations folded into lots
  overload      allocations over HTTP at five times what a gateway can, and how soon it is well again
  tokens        how soon each kind of bad token is refused: none may be told from another by a clock
  fan-out       10,000 sockets on a gateway: what they weigh, how late events are, how fast a replay is
  dashboard     the built dashboard in Chromium: weight and time of the first load, long tasks over 10,000 channels,
                how soon another window shows a change; the goals stand beside
  --rounds N    rounds of each contender (default 5)
  --seconds S   length of one round (default 2)
  --channels N  channels of the bench of expiry (default 1,000,000; a tenth of them is due in each round, 8 rounds at the most)
  --sockets N   sockets of the bench of fan-out (default 10,000)

DATABASE_URL says which Postgres, a throw-away database; else an embedded one with its durable settings.`

const BARE_CONNECTIONS = 32
/** Of the bench of expiry: 2,000 accounts with a million channels. */
const CHANNELS_AN_ACCOUNT = 500

const EXPORTED_ROWS = 1_000_000

interface Effort {
  rounds: number
  roundMs: number
  channels: number
  sockets: number
}

const BENCHES: Record<string, (database: Database, url: string, effort: Effort) => Promise<void>> = {
  allocations: benchAllocations,
  forecast: benchForecast,
  expiry: benchExpiry,
  exports: benchExports,
  documents: benchDocuments,
  webhooks: benchWebhooks,
  lots: benchLots,
  'fan-out': benchFanOut,
  tokens: (database, _, { rounds }) => tokenTiming(database, { requests: rounds * 1_000 }),
  overload: (database, url, { roundMs }) => overload(database, url, { seconds: (roundMs / 1000) * 2 }),
  dashboard: benchDashboard,
}

async function benchWebhooks(database: Database, url: string): Promise<void> {
  printWebhooksHead()
  for (const endpoints of [1, 32]) {
    for (const failing of [0, 0.2]) await webhooks(database, url, { events: 10_000, endpoints, failing })
  }
}

async function benchAllocations(database: Database, url: string, effort: Effort): Promise<void> {
  for (const [accounts, inFlight] of [
    [1, 64],
    [1, 1],
    [1, 1024],
    [200, 64],
  ] as const) {
    const contenders = [
      await daybook(database, accounts),
      // At 1,024 in flight its callers would wait for a connection past the pool's five seconds.
      ...(inFlight > 64 ? [] : [await typeorm(database, accounts)]),
      await bareFunction(url, accounts, BARE_CONNECTIONS),
    ]
    const figures = await compare(contenders, { inFlight, ...effort })
    printTable(
      `Allocations, ${accounts === 1 ? 'one hot account' : `${accounts} accounts`}, ${inFlight} in flight`,
      figures,
    )
  }
}

async function benchForecast(database: Database, _: string, effort: Effort): Promise<void> {
  for (const channels of [1_000, 10_000, 100_000]) {
    const figures = await compare(await forecasts(database, channels), { inFlight: 1, ...effort })
    printTable(`A forecast, ${channels.toLocaleString('en')} running channels, one caller`, figures)
  }
}

async function benchExpiry(database: Database, url: string, { rounds, channels }: Effort): Promise<void> {
  const accounts = Math.max(1, Math.floor(channels / CHANNELS_AN_ACCOUNT))
  const figures = await expiries(database, url, { channels, accounts, rounds: Math.min(rounds, MAX_ROUNDS) })
  const due = Math.floor(channels / 10).toLocaleString('en')
  printExpiries(
    `Ends of ${due} channels due at once, of ${channels.toLocaleString('en')} on ${accounts} accounts`,
    figures,
  )
}

/** Events of a replay to a client that was away. */
const REPLAYED = 100_000
const STEADY_SECONDS = 10

async function benchFanOut(database: Database, url: string, { sockets }: Effort): Promise<void> {
  await fanOut(database, url, { sockets, seconds: STEADY_SECONDS, replayed: REPLAYED })
}

async function benchLots(database: Database): Promise<void> {
  printLots('Movements folded into lots', [await foldedLots(database, 100_000), await foldedLots(database, 1_000_000)])
}

async function benchExports(database: Database, _: string, { rounds }: Effort): Promise<void> {
  const figures = await exported(database, EXPORTED_ROWS, rounds)
  printExports(`A ledger of ${EXPORTED_ROWS.toLocaleString('en')} movements`, figures)
}

async function main(): Promise<void> {
  const words = process.argv.slice(2)
  if (words.includes('--help') || words.includes('-h')) {
    console.log(HELP)
    return
  }
  const option = (name: string, fallback: number) => {
    const at = words.indexOf(name)
    return at < 0 ? fallback : Number(words[at + 1])
  }
  const rounds = option('--rounds', 5)
  const roundMs = option('--seconds', 2) * 1000
  const channels = option('--channels', 1_000_000)
  const sockets = option('--sockets', 10_000)
  if (!(channels >= 1000)) throw new Error('--channels takes 1,000 or more')
  if (!(rounds >= 1 && roundMs >= 100)) throw new Error('--rounds takes 1 or more, --seconds 0.1 or more')

  if (words.length === 1 && words[0] === 'documents') {
    console.log(machine())
    await benchDocuments()
    return
  }

  const home = await mkdtemp(join(tmpdir(), 'daybook-bench-'))
  // As root, Postgres runs as another user, who must reach it.
  await chmod(home, 0o755)
  const quiet = { info: () => undefined, warn: () => undefined }
  const postgres =
    process.env.DATABASE_URL === undefined ? await startEmbeddedPostgres({ home, log: quiet }) : undefined
  const url = postgres?.url ?? process.env.DATABASE_URL ?? ''
  try {
    await migrate(url)
    const database = await openDatabase(url, 32)
    console.log(machine())
    const benches = Object.keys(BENCHES).filter((name) => words.includes(name))
    for (const name of benches.length === 0 ? Object.keys(BENCHES) : benches) {
      await BENCHES[name]?.(database, url, { rounds, roundMs, channels, sockets })
    }
    await database.close()
  } finally {
    await postgres?.stop()
    await rm(home, { recursive: true, force: true })
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
