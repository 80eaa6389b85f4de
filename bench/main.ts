import 'reflect-metadata'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase, type Database } from '../src/database'
import { startEmbeddedPostgres } from '../src/embedded-postgres/start-embedded-postgres'
import { migrate } from '../src/migrate'
import {
  bareByPgbench,
  bareFunction,
  batchedByPgbench,
  daybook,
  pgledger,
  seed,
  typeorm,
  unbatched,
} from './allocations'
import { compare, machine, printTable } from './compare'
import { benchDashboard } from './dashboard'
import { benchDocuments } from './documents'
import { expiries, fullDatabase, MAX_ROUNDS, printExpiries, printFull, startMs } from './expiry'
import { exported, printExports } from './exports'
import { fanOut } from './fan-out'
import { overload } from './overload'
import { forecasts } from './forecast'
import { gateways } from './gateways'
import { foldedLots, printLots } from './lots'
import { tokenTiming } from './token-timing'
import { Caller, requests, Served } from './peers'
import { benchSubscription } from './subscription'
import { findPgbench } from './pgbench'
import { benchProfile } from './profile'
import { benchReads } from './reads'
import { benchReplicas } from './replicas'
import { beginRecord, note, writeRecord } from './record'
import { allocationCalls } from './requests'
import { partnerTokens, STAFF_TOKEN } from './seed'
import { printWebhooksHead, webhooks } from './webhooks'

const HELP = `Times Daybook beside its peers, interleaved, on one Postgres, and prints ratios.

  npm run bench -- [<bench> ...] [--rounds N] [--seconds S] [--channels N] [--accounts N] [--rows N] [--sockets N]
                   [--pgledger FILE]

  allocations   batched allocations beside a transaction a call, TypeORM, pgledger, a bare SQL function, and the limit
  http          the mutation allocateDays over HTTP with a token, beside pgledger called directly
  reads         four queries over HTTP with a token, beside PostGraphile, Yoga and Mercurius on the same tables
  replicas      what a read costs the primary with and without a standby to read on; Linux only
  subscription  one subscription of 100 sockets, beside Yoga and Mercurius from the same notifications
  profile       flame graphs of an allocation over HTTP, of 50 channels, of events to 100 sockets
  forecast      a forecast of 1,000 to 100,000 running channels beside entities and a step a renewal
  expiry        the sweep over a million channels of which 100,000 are due, beside a bare UPDATE; a forecast, and a gateway
                that starts, on that database; takes minutes
  exports       a ledger of a million movements as CSV beside the same pages read and thrown away
  documents     the CPU that the PDF of an invoice of 3, 100 and 1,000 lines takes; needs no Postgres
  webhooks      10,000 events to receivers on loopback, of which none or a fifth of the attempts fail
  lots          a ledger of 100,000 and of a million allocations folded into lots
  overload      allocations over HTTP at five times what a gateway can, and how soon it is well again
  tokens        how soon each kind of bad token is refused: none may be told from another by a clock
  fan-out       10,000 sockets on a gateway: what they weigh, how late events are, how fast a replay is
  dashboard     the built dashboard in Chromium: weight and time of the first load, long tasks over 10,000 channels,
                how soon another window shows a change; the goals stand beside
  gateways      1, 2 and 4 gateways behind a proxy, one of them killed; with REDIS_URL also through Redis
  --rounds N    rounds of each contender (default 5)
  --seconds S   length of one round (default 2)
  --accounts N  accounts of allocations, beside one hot account (default 2,000)
  --rows N      movements of the ledger that a page is read of (default 1,000,000)
  --pgledger F  the SQL of pgledger (github.com/pgr0ss/pgledger) as a peer: its files, with commas between, as they are to be run
  --channels N  channels of the bench of expiry (default 1,000,000; a tenth of them is due in each round, 8 rounds at the most)
  --sockets N   sockets of the bench of fan-out (default 10,000)

DATABASE_URL says which Postgres, a throw-away database; else an embedded one with its durable settings. pgbench is used where
it is on the path, or where PGBENCH names it. The peers of reads are installed from the registry at the first run. Each bench
writes its tables to bench/results.`

const BARE_CONNECTIONS = 24
/** Of the bench of expiry: 2,000 accounts with a million channels. */
const CHANNELS_AN_ACCOUNT = 500

const EXPORTED_ROWS = 1_000_000

/** Of the embedded Postgres, which has 128 MB of buffers else: a million channels with their indexes take 1 GB. */
const MEMORY = { shared_buffers: '1GB', max_wal_size: '4GB' }

interface Effort {
  rounds: number
  roundMs: number
  channels: number
  sockets: number
  /** Of allocations, beside one hot account. */
  accounts: number
  rows: number
  /** Where gateways of the bench keep what they keep. */
  home: string
  /** The SQL of pgledger, where a file was named. */
  pgledger: string | null
}

const BENCHES: Record<string, (database: Database, url: string, effort: Effort) => Promise<void>> = {
  allocations: benchAllocations,
  http: benchHttp,
  reads: (database, url, effort) => benchReads(database, url, effort.home, effort),
  replicas: (_database, _url, effort) => benchReplicas(effort),
  subscription: (database, url, effort) => benchSubscription(database, url, effort.home, effort),
  profile: (database, url, effort) => benchProfile(database, url, effort.home, effort),
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
  gateways: (database, url, { roundMs }) => gateways(database, url, { seconds: (roundMs * 5) / 1000 }),
}

async function benchWebhooks(database: Database, url: string): Promise<void> {
  printWebhooksHead()
  for (const endpoints of [1, 32]) {
    for (const failing of [0, 0.2]) await webhooks(database, url, { events: 10_000, endpoints, failing })
  }
}

/** Of the calls, replays and as many refusals. */
const MIXED = [1, 20]

async function benchAllocations(database: Database, url: string, effort: Effort): Promise<void> {
  const pgbench = findPgbench()
  if (pgbench !== null) note('pgbench', pgbench.version)
  for (const accounts of new Set([1, effort.accounts])) {
    const seeded = await seed(database, accounts)
    for (const inFlight of [1, 8, 64, 1024]) {
      const contenders = [
        daybook(database, seeded),
        ...(inFlight === 64 ? MIXED.map((percent) => daybook(database, seeded, percent)) : []),
        // At 1,024 in flight their callers would wait for a connection past the pool's five seconds.
        ...(inFlight > 64 ? [] : [unbatched(database, seeded), typeorm(database, seeded)]),
        ...(effort.pgledger === null ? [] : [await pgledger(url, effort.pgledger, accounts, BARE_CONNECTIONS)]),
        ...(pgbench === null
          ? [await bareFunction(url, accounts, BARE_CONNECTIONS)]
          : [
              await batchedByPgbench(url, accounts, pgbench.program),
              await bareFunction(url, accounts, BARE_CONNECTIONS),
              await bareByPgbench(url, accounts, pgbench.program),
            ]),
      ]
      const figures = await compare(contenders, { inFlight, ...effort })
      printTable(
        `Allocations, ${accounts === 1 ? 'one hot account' : `${accounts} accounts`}, ${inFlight} in flight`,
        figures,
      )
    }
  }
}

async function benchHttp(database: Database, url: string, effort: Effort): Promise<void> {
  const environment = { DATABASE_URL: url, BENCH_STAFF_TOKEN: STAFF_TOKEN, BENCH_HOME: effort.home }
  const server = await Served.start('Daybook over HTTP', 'serve-gateway.ts', environment)
  const caller = new Caller()
  try {
    for (const accounts of new Set([1, effort.accounts])) {
      const seeded = await seed(database, accounts)
      const tokens = await partnerTokens(
        database,
        seeded.map(({ accountId }) => accountId),
      )
      for (const inFlight of [1, 8, 64, 1024]) {
        const mixed = inFlight === 64 ? MIXED : []
        const contenders = [
          ...[0, ...mixed].map((percent) => ({
            ...requests(
              server,
              caller,
              { calls: allocationCalls(seeded, tokens, percent) },
              { mayRefuse: percent > 0 },
            ),
            name: percent === 0 ? server.name : `with ${percent} % replays, ${percent} % refusals`,
          })),
          effort.pgledger === null
            ? await bareFunction(url, accounts, BARE_CONNECTIONS)
            : await pgledger(url, effort.pgledger, accounts, BARE_CONNECTIONS),
        ]
        const figures = await compare(contenders, { inFlight, ...effort })
        printTable(
          `allocateDays over HTTP, ${accounts === 1 ? 'one hot account' : `${accounts} accounts`}, ${inFlight} in flight`,
          figures,
        )
      }
    }
  } finally {
    caller.stop()
    await server.stop()
  }
}

async function benchForecast(database: Database, _: string, effort: Effort): Promise<void> {
  for (const channels of [1_000, 10_000, 100_000]) {
    const figures = await compare(await forecasts(database, channels), { inFlight: 1, ...effort })
    printTable(`A forecast, ${channels.toLocaleString('en')} running channels, one caller`, figures)
  }
}

async function benchExpiry(database: Database, url: string, { rounds, channels, home }: Effort): Promise<void> {
  const startMsEmpty = await startMs(url, home)
  const accounts = Math.max(1, Math.floor(channels / CHANNELS_AN_ACCOUNT))
  const figures = await expiries(database, url, { channels, accounts, rounds: Math.min(rounds, MAX_ROUNDS) })
  const due = Math.floor(channels / 10).toLocaleString('en')
  printExpiries(
    `Ends of ${due} channels due at once, of ${channels.toLocaleString('en')} on ${accounts} accounts`,
    figures,
  )
  printFull(startMsEmpty, await fullDatabase(database, url, home))
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
  const accounts = option('--accounts', 2_000)
  const rows = option('--rows', 1_000_000)
  const pgledgerFile = words.includes('--pgledger') ? words[words.indexOf('--pgledger') + 1] : undefined
  const pgledger =
    pgledgerFile
      ?.split(',')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n') ?? null
  if (!(channels >= 1000)) throw new Error('--channels takes 1,000 or more')
  if (!(rounds >= 1 && roundMs >= 100)) throw new Error('--rounds takes 1 or more, --seconds 0.1 or more')

  if (words.length === 1 && words[0] === 'documents') {
    console.log(machine())
    beginRecord()
    await benchDocuments()
    await writeRecord('documents', null, {})
    return
  }

  const home = await mkdtemp(join(tmpdir(), 'daybook-bench-'))
  // As root, Postgres runs as another user, who must reach it.
  await chmod(home, 0o755)
  const quiet = { info: () => undefined, warn: () => undefined }
  const postgres =
    process.env.DATABASE_URL === undefined
      ? await startEmbeddedPostgres({ home, log: quiet, settings: MEMORY })
      : undefined
  const url = postgres?.url ?? process.env.DATABASE_URL ?? ''
  try {
    await migrate(url)
    const database = await openDatabase(url, 16)
    console.log(machine())
    const benches = Object.keys(BENCHES).filter((name) => words.includes(name))
    for (const name of benches.length === 0 ? Object.keys(BENCHES) : benches) {
      beginRecord()
      if (pgledger !== null)
        note('pgledger', `SHA-256 ${createHash('sha256').update(pgledger).digest('hex').slice(0, 12)}`)
      try {
        await BENCHES[name]?.(database, url, { rounds, roundMs, channels, accounts, rows, sockets, home, pgledger })
      } finally {
        await writeRecord(name, database, { rounds, seconds: roundMs / 1000, accounts, rows })
      }
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
