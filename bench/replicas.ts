import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { openDatabase } from '../src/database'
import { prepareJobQueue } from '../src/jobs/prepare-job-queue'
import { migrate } from '../src/migrate'
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
    const sessions = await Sessions.of(postgres.url)
    // What two gateways do by themselves is in the figures of both.
    const idle = await turnOf(() => delay(100), 1, 3_000, sessions)
    say(`Without any request: ${Math.round((idle.cpuUs / idle.tookMs) * 1_000)} µs a second.`)
    for (const { title, query, bearer } of reads) {
      for (const inFlight of IN_FLIGHT) {
        const contender = (name: string, { url }: GatewayProcess): Contender => ({
          name,
          turn: (callers, forMs) => turnOf(() => ask(url, bearer, query), callers, forMs, sessions),
        })
        const figures = await compare(
          [contender('read on the standby', withReplica), contender('read on the primary', without)],
          { inFlight, ...effort },
        )
        printTable(`${title}, ${inFlight} in flight; CPU of the primary`, figures)
      }
    }
    await sessions.close()
    const text = await (await fetch(`${withReplica.url}/metrics`)).text()
    const places = [...text.matchAll(/^daybook_replica_reads_total\{place="(\w+)"\} (\d+)$/gm)]
    note('reads by place', places.map(([, place, count]) => `${place ?? ''} ${count ?? ''}`).join(', '))
    console.log(places.map(([line]) => line).join('\n'))
  } finally {
    for (const gateway of running) await gateway.end()
    await postgres.stop()
  }
}

async function turnOf(once: () => Promise<unknown>, inFlight: number, forMs: number, sessions: Sessions) {
  const before = await sessions.cpu()
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
  const cpuUs = [...(await sessions.cpu())].reduce((sum, [pid, ns]) => sum + ns - (before.get(pid) ?? 0), 0) / 1_000
  return { calls: latencies.length, tookMs, latencies, cpuUs }
}

/** The sessions of gateways' pools at a server: not of their sweeps, feeds and looks, nor of the server's own processes. */
class Sessions {
  private constructor(private readonly client: Client) {}

  static async of(url: string): Promise<Sessions> {
    const client = new Client(url)
    await client.connect()
    return new Sessions(client)
  }

  /** By process: nanoseconds. Of Linux only. */
  async cpu(): Promise<Map<number, number>> {
    const { rows } = await this.client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'daybook'`,
    )
    return new Map(
      await Promise.all(
        rows.map(async ({ pid }): Promise<[number, number]> => {
          const stat = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '0')
          return [pid, Number(stat.split(' ')[0])]
        }),
      ),
    )
  }

  close(): Promise<void> {
    return this.client.end()
  }
}
