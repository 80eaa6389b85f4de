import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { migrate, openDatabase } from '../src/database'
import { prepareJobQueue } from '../src/jobs/prepare-job-queue'
import { ReplicatedPostgres } from '../test/support/standby'
import { seed } from './allocations'
import { compare, printTable, type Contender } from './compare'
import { ask, GatewayProcess } from './gateway-process'
import { note, say } from './record'
import { CHANNELS_QUERY } from './requests'
import { partnerTokens, STAFF_TOKEN, writeLedger } from './seed'

const LEDGER_ROWS = 100_000
/** Requests under way at once; one, because then nobody shares the question how far the primary's log is. */
const IN_FLIGHT = [1, 16]

/**
 * The CPU that a read costs the primary, where a gateway reads there and where it reads on a standby. On a primary and a standby of its
 * own, on this machine: rates tell nothing, since both take the same cores.
 */
export async function benchReplicas(effort: { rounds: number; roundMs: number }): Promise<void> {
  const postgres = await ReplicatedPostgres.start()
  const running: GatewayProcess[] = []
  try {
    await migrate(postgres.url)
    await prepareJobQueue(postgres.url)
    const database = await openDatabase(postgres.url, 4)
    const [account] = await seed(database, 1)
    if (account === undefined) throw new Error('no account')
    await writeLedger(database, account, LEDGER_ROWS)
    const [token = ''] = await partnerTokens(database, [account.accountId])
    await database.dataSource.query('VACUUM ANALYZE')
    await database.close()
    const standby = await postgres.addStandby({ isQuiet: true })
    const environment = { DATABASE_URL: postgres.url, DAYBOOK_STAFF_TOKEN: STAFF_TOKEN, DAYBOOK_MIGRATE: 'off' }
    const without = await GatewayProcess.start(environment)
    running.push(without)
    const withReplica = await GatewayProcess.start({ ...environment, DATABASE_REPLICA_URL: standby.url })
    running.push(withReplica)
    const cursor = Buffer.from(`ledger:${LEDGER_ROWS / 2}`).toString('base64url')
    const reads = [
      { title: '{ balance { available } }', query: '{ balance { available } }', bearer: token },
      { title: '50 channels with balance and subscription', query: CHANNELS_QUERY, bearer: token },
      {
        title: 'a page of 50 in the midst of a ledger',
        query: `{ ledger(first: 50, after: "${cursor}") { nodes { id sequence kind entries { account days balanceAfter } channel { id name } } } }`,
        bearer: token,
      },
      {
        title: 'the balance of a year ago, of staff’s',
        query: `{ balanceAsOf(accountId: "${account.accountId}", at: "2020-01-01T00:00:00.000Z") { available allocated used } }`,
        bearer: STAFF_TOKEN,
      },
    ]
    const primary = await postmasterOf(postgres.url)
    // What two gateways do by themselves, the sweep above all.
    const { cpuUs: idleUs, tookMs } = await turnOf(
      () => delay(100),
      1,
      3_000,
      () => cpuOf(primary),
    )
    const idle = idleUs / tookMs
    const cpu = async () => (await cpuOf(primary)) - performance.now() * idle
    say(`What the gateways do by themselves, ${Math.round(idle)} µs of the primary’s CPU a millisecond, is taken off.`)
    for (const { title, query, bearer } of reads) {
      for (const inFlight of IN_FLIGHT) {
        const contender = (name: string, { url }: GatewayProcess): Contender => ({
          name,
          turn: (callers, forMs) => turnOf(() => ask(url, bearer, query), callers, forMs, cpu),
        })
        const figures = await compare(
          [contender('read on the standby', withReplica), contender('read on the primary', without)],
          { inFlight, ...effort },
        )
        printTable(`${title}, ${inFlight} in flight; CPU of the primary`, figures)
      }
    }
    const text = await (await fetch(`${withReplica.url}/metrics`)).text()
    const places = [...text.matchAll(/^daybook_replica_reads_total\{place="(\w+)"\} (\d+)$/gm)]
    note('reads by place', places.map(([, place, count]) => `${place ?? ''} ${count ?? ''}`).join(', '))
    console.log(places.map(([line]) => line).join('\n'))
  } finally {
    for (const gateway of running) await gateway.end()
    await postgres.stop()
  }
}

async function turnOf(once: () => Promise<unknown>, inFlight: number, forMs: number, cpu: () => Promise<number>) {
  const cpuBefore = await cpu()
  const started = performance.now()
  const latencies: number[] = []
  const caller = async () => {
    while (performance.now() - started < forMs) {
      const begun = performance.now()
      await once()
      latencies.push(performance.now() - begun)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, caller))
  const tookMs = performance.now() - started
  return { calls: latencies.length, tookMs, latencies, cpuUs: (await cpu()) - cpuBefore }
}

/** The process that all of a server's are children of. */
async function postmasterOf(url: string): Promise<number> {
  const client = new Client(url)
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const status = await readFile(`/proc/${rows[0]?.pid ?? ''}/status`, 'utf8')
  await client.end()
  return Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1])
}

/** Of a server and all its processes, microseconds. Of Linux only. */
async function cpuOf(postmaster: number): Promise<number> {
  const children = await readFile(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
  const pids = [String(postmaster), ...children.trim().split(' ')]
  const times = await Promise.all(
    pids.map(async (pid) => Number((await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '0')).split(' ')[0])),
  )
  // In hundredths of a second: of those that have ended.
  const [user = 0, system = 0] = (await readFile(`/proc/${postmaster}/stat`, 'utf8'))
    .split(' ')
    .slice(15, 17)
    .map(Number)
  return times.reduce((sum, ns) => sum + ns, 0) / 1_000 + (user + system) * 10_000
}
