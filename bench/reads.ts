import type { Database } from '../src/database'
import { compare, printTable, type Contender } from './compare'
import { Caller, installPeers, requests, Served } from './peers'
import { CHANNELS_QUERY } from './requests'
import { partnerTokens, queueOfInvoices, STAFF_TOKEN, writeLedger } from './seed'
import { seed } from './allocations'

/** Movements of the ledger in the midst of which a page is read. */
const LEDGER_ROWS = 1_000_000
const QUEUE = 200

interface Read {
  title: string
  query: string
  variables?: object
  /** The same, in PostGraphile's words. */
  postgraphile: string
  token: string
}

/** Reads over HTTP, each caller with its token, beside servers that answer the same from the same tables. */
export async function benchReads(
  database: Database,
  url: string,
  home: string,
  effort: { rounds: number; roundMs: number; rows?: number; inFlight?: number },
): Promise<void> {
  installPeers()
  const [account] = await seed(database, 1)
  if (account === undefined) throw new Error('no account')
  const { accountId } = account
  await writeLedger(database, account, effort.rows ?? LEDGER_ROWS)
  await queueOfInvoices(database, accountId, QUEUE)
  await database.dataSource.query('VACUUM ANALYZE')
  const [token = ''] = await partnerTokens(database, [accountId])

  const middle = Math.floor((effort.rows ?? LEDGER_ROWS) / 2)
  const cursor = Buffer.from(`ledger:${middle}`).toString('base64url')
  const reads: Read[] = [
    {
      title: '{ balance { available } }',
      query: '{ balance { available } }',
      postgraphile: `{ accountById(id: "${accountId}") { available } }`,
      token,
    },
    {
      title: '50 channels with balance and subscription',
      query: CHANNELS_QUERY,
      postgraphile: `{ accountById(id: "${accountId}") { available channelsByAccountIdList(first: 50, orderBy: ID_DESC) { id name paidUntil channelSubscriptionsByAccountIdAndChannelIdList(first: 1, orderBy: ID_DESC) { id status currentPeriodEnd } } } }`,
      token,
    },
    {
      title: 'a page of 50 in the midst of a ledger',
      variables: { after: cursor },
      query: `query ($after: String) { ledger(first: 50, after: $after) { nodes { id sequence kind occurredAt entries { account days balanceAfter } channel { id name } } pageInfo { hasNextPage endCursor } } }`,
      // It makes no relation of the ledger's channel, which no foreign key tells, and no condition but equality: a page by offset is another thing.
      postgraphile: '',
      token,
    },
    {
      title: 'the queue of staff: 50 requests of invoices',
      query:
        '{ invoices(first: 50, filter: { status: [REQUESTED] }) { nodes { id status prepareBy days account { id name } } } }',
      postgraphile:
        '{ allInvoicesList(first: 50, condition: { status: "REQUESTED" }, orderBy: [PREPARE_BY_ASC, ID_ASC]) { id status prepareBy days accountByAccountId { id name } } }',
      token: STAFF_TOKEN,
    },
  ]

  const environment = { DATABASE_URL: url, BENCH_STAFF_TOKEN: STAFF_TOKEN, BENCH_HOME: home }
  const servers = await Promise.all([
    Served.start('PostGraphile', 'peers/postgraphile/serve.mjs', environment),
    Served.start('Yoga', 'peers/yoga.mjs', environment),
    Served.start('Mercurius, with jit', 'peers/mercurius.mjs', { ...environment, BENCH_JIT: '1' }),
    Served.start('Mercurius', 'peers/mercurius.mjs', environment),
    Served.start('Daybook', 'serve-gateway.ts', environment),
  ])
  const caller = new Caller()
  try {
    for (const { title, query, variables, postgraphile, token: bearer } of reads) {
      const contenders: Contender[] = servers.flatMap((server) => {
        const asked = server.name === 'PostGraphile' ? postgraphile : query
        if (asked === '') return []
        return [
          requests(server, caller, { calls: [{ token: bearer, body: JSON.stringify({ query: asked, variables }) }] }),
        ]
      })
      const figures = await compare(contenders, { inFlight: effort.inFlight ?? 32, ...effort })
      printTable(`${title}, ${effort.inFlight ?? 32} connections`, figures)
    }
  } finally {
    caller.stop()
    await Promise.all(servers.map((server) => server.stop()))
  }
}
