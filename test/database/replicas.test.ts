import { randomBytes } from 'node:crypto'
import WebSocket from 'ws'
import {
  AdjustBalanceDocument,
  AllocateDaysDocument,
  type Client,
  createClient,
  CreateAccountDocument,
  CreateChannelDocument,
  CreateTokenDocument,
} from '../../sdk'
import { checkReplicas } from '../../src/commands/check-database'
import { ConfigError } from '../../src/config'
import { createGateway, type Gateway } from '../../src/gateway'
import { openDatabase } from '../../src/database'
import { UnavailableError } from '../../src/errors'
import { OperationTime } from '../../src/graphql/operation-time'
import { createLog } from '../../src/log'
import { readOnReplica } from '../../src/replicas/read-on-replica'
import { Replicas } from '../../src/replicas/replicas'
import { CommittedPosition } from '../../src/replicas/wal-position'
import { scrape } from '../operation/scrape'
import { TEST_CONFIG } from '../support/gateway'
import { ReplicatedPostgres, type Standby } from '../support/standby'

const READING = 'daybook replica'
const staffToken = `test-${randomBytes(24).toString('hex')}`

let postgres: ReplicatedPostgres
let standby: Standby
let gateways: Gateway[]
const clients: Client[] = []
const lines: string[] = []

const config = () => ({
  ...TEST_CONFIG,
  databaseUrl: postgres.url,
  databaseReplicaUrls: [standby.url],
  migrate: true,
  staffToken,
})

const start = (more: Partial<typeof TEST_CONFIG> = {}) =>
  createGateway(
    { ...config(), ...more },
    { sweeps: false, log: createLog({ logLevel: 'info' }, { write: (line) => void lines.push(line) }) },
  )

beforeAll(async () => {
  postgres = await ReplicatedPostgres.start()
  standby = await postgres.addStandby()
  gateways = [await start(), await start()]
})

afterAll(async () => {
  for (const client of clients) await client.close()
  for (const gateway of gateways) await gateway.close()
  await postgres.stop()
})

function clientAt(index: number, token: string): Client {
  const url = gateways[index]?.url ?? ''
  const client = createClient({ url, token, webSocket: WebSocket })
  clients.push(client)
  return client
}

interface Partner {
  accountId: string
  token: string
  channelId: string
  /** At each gateway. */
  at: [Client, Client]
}

async function newPartner(days = 10_000): Promise<Partner> {
  const staff = clientAt(0, staffToken)
  const { createAccount } = await staff.request(CreateAccountDocument, { name: 'A partner' })
  const accountId = createAccount.id
  await staff.request(AdjustBalanceDocument, { accountId, days, comment: 'To begin with' })
  const { createToken } = await staff.request(CreateTokenDocument, {
    accountId,
    name: 'A test',
    scopes: ['READ', 'CHANNELS', 'BILLING'],
  })
  const token = createToken.secret
  const at: [Client, Client] = [clientAt(0, token), clientAt(1, token)]
  const { createChannel } = await at[0].request(CreateChannelDocument, { name: 'A channel' })
  return { accountId, token, channelId: createChannel.channel.id, at }
}

interface Answer<Data> {
  data: Data
  errors?: { extensions: { code: string } }[]
}

/** What is answered without an error. */
async function ask<Data>(index: number, token: string, query: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await answerOf<Data>(index, token, query, variables)
  expect(errors).toBeUndefined()
  return data
}

async function answerOf<Data>(index: number, token: string, query: string, variables: object): Promise<Answer<Data>> {
  const answer = await fetch(`${gateways[index]?.url ?? ''}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  return (await answer.json()) as Answer<Data>
}

async function balanceAt(index: number, { token }: Partner): Promise<{ available: number; sequence: number }> {
  const query = '{ balance { available allocated sequence } }'
  const { balance } = await ask<{ balance: { available: number; sequence: number } }>(index, token, query)
  return balance
}

/** How often each place was decided on at a gateway. */
async function placesOf(index: number): Promise<Record<string, number>> {
  const { text } = await scrape(gateways[index]?.url ?? '')
  return Object.fromEntries(
    [...text.matchAll(/^daybook_replica_reads_total\{place="(\w+)"\} (\d+)$/gm)].map(([, place = '', count]) => [
      place,
      Number(count),
    ]),
  )
}

async function figure(index: number, name: string): Promise<number> {
  const { text } = await scrape(gateways[index]?.url ?? '')
  return Number(new RegExp(`^${name}\\{replica="1"\\} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN)
}

/** Reads until it is on the replica: it may be a moment behind. */
async function readThere<T>(index: number, read: () => Promise<T>): Promise<T> {
  for (;;) {
    const { REPLICA: before = 0 } = await placesOf(index)
    const answer = await read()
    const { REPLICA: after = 0 } = await placesOf(index)
    if (after > before) return answer
  }
}

/** Both gateways have found the replica well. */
async function untilReadThere(partner: Partner): Promise<void> {
  for (const index of [0, 1]) await readThere(index, () => balanceAt(index, partner))
}

describe('reads of gateways that have a replica', () => {
  it('are answered there, with all figures as the primary has them', async () => {
    const partner = await newPartner()
    await untilReadThere(partner)
    const query = `{
      viewer { role scopes account { id name } }
      balance { available allocated used sequence forecast { runsOutAt } }
      channels(first: 10) { totalCount edges { node { id name status unusedDays cost { used { days } unused { days } } } } }
      ledger(first: 10) { edges { node { id kind entries { account days balanceAfter } channel { id } } } }
    }`
    const there = await readThere(0, () => ask<object>(0, partner.token, query))
    await standby.pauseReplay()
    await partner.at[0].request(AllocateDaysDocument, { channelId: partner.channelId, days: 1 })
    const here = await ask<object>(0, partner.token, query)
    await standby.resumeReplay()
    expect(there).toMatchObject({ balance: { available: 10_000, allocated: 0 } })
    expect(here).toMatchObject({ balance: { available: 9_999, allocated: 0, used: 1 } })
    expect((await standby.statementsOf(READING)).some((text) => text.includes('FROM "channel"'))).toBe(true)
  })

  it('L4: are read-your-writes at any gateway while the replica replays nothing', async () => {
    const partner = await newPartner()
    await untilReadThere(partner)
    await standby.pauseReplay()
    try {
      for (let round = 1; round <= 20; round += 1) {
        const [writing, reading] = round % 2 === 0 ? [0, 1] : [1, 0]
        await partner.at[writing]?.request(AllocateDaysDocument, { channelId: partner.channelId, days: 1 })
        expect(await balanceAt(reading, partner)).toMatchObject({ available: 10_000 - round })
      }
      expect((await placesOf(0)).BEHIND).toBeGreaterThan(0)
    } finally {
      await standby.resumeReplay()
    }
    await untilReadThere(partner)
  })

  it('L4: are read-your-writes and monotonic under load, with the replay paused and resumed all the while', async () => {
    const partners = [await newPartner(), await newPartner()]
    const before = await Promise.all([placesOf(0), placesOf(1)])
    let isOver = false
    const load = partners.flatMap((partner) => {
      /** The newest that anybody was answered. */
      let seen = 0
      let spent = 0
      const heed = ({ available, sequence }: { available: number; sequence: number }, least: number, most: number) => {
        expect(sequence).toBeGreaterThanOrEqual(least)
        expect(available).toBeLessThanOrEqual(10_000 - most)
        seen = Math.max(seen, sequence)
      }
      const writer = async (index: number) => {
        while (!isOver) {
          await partner.at[index]?.request(AllocateDaysDocument, { channelId: partner.channelId, days: 1 })
          spent += 1
          const [least, most] = [seen, spent]
          heed(await balanceAt(1 - index, partner), least, most)
        }
      }
      const reader = async (index: number) => {
        for (let round = index; !isOver; round += 1) {
          const [least, most] = [seen, spent]
          heed(await balanceAt(round % 2, partner), least, most)
        }
      }
      return [writer(0), writer(1), reader(0), reader(1), reader(0)]
    })
    const faults = async () => {
      for (let round = 0; round < 5; round += 1) {
        // Some are read there between two pauses.
        const there = (await placesOf(0)).REPLICA ?? 0
        while (((await placesOf(0)).REPLICA ?? 0) < there + 10) await new Promise(setImmediate)
        await standby.pauseReplay()
        const behind = (await placesOf(0)).BEHIND ?? 0
        const away = (await placesOf(0)).AWAY ?? 0
        while (((await placesOf(0)).BEHIND ?? 0) + ((await placesOf(0)).AWAY ?? 0) <= behind + away)
          await new Promise(setImmediate)
        await standby.resumeReplay()
      }
    }
    await faults().finally(() => (isOver = true))
    await Promise.all(load)
    const after = await Promise.all([placesOf(0), placesOf(1)])
    for (const index of [0, 1]) expect(after[index]?.REPLICA).toBeGreaterThan(before[index]?.REPLICA ?? 0)
  })

  it('never take a mutation there, nor anything of one: neither its decision, its replay nor its answer', async () => {
    const partner = await newPartner()
    await untilReadThere(partner)
    const before = (await standby.statementsOf(READING)).length
    const input = { channelId: partner.channelId, days: 2, idempotencyKey: 'the same' }
    const mutation = `mutation ($input: AllocateDaysInput!) {
      allocateDays(input: $input) { channel { id status unusedDays } balance { available allocated used } transaction { id } }
    }`
    const done = await ask<object>(0, partner.token, mutation, { input })
    const replayed = await ask<object>(1, partner.token, mutation, { input })
    expect(replayed).toEqual(done)
    expect((await standby.statementsOf(READING)).length).toBe(before)
    await untilReadThere(partner)
    for (const text of await standby.statementsOf(READING))
      expect(text).toMatch(/^(SELECT|WITH|START|SET TRANS|COMMIT|ROLLBACK)/)
  })

  it('a replay of a key reads what is so now, while the replica replays nothing', async () => {
    const partner = await newPartner()
    await untilReadThere(partner)
    await standby.pauseReplay()
    try {
      const input = { channelId: partner.channelId, days: 3, idempotencyKey: 'once' }
      const mutation = 'mutation ($input: AllocateDaysInput!) { allocateDays(input: $input) { balance { available } } }'
      await ask(0, partner.token, mutation, { input })
      await ask(0, partner.token, mutation, { input: { ...input, idempotencyKey: 'twice' } })
      const again = await ask<object>(1, partner.token, mutation, { input })
      expect(again).toEqual({ allocateDays: { balance: { available: 9_994 } } })
    } finally {
      await standby.resumeReplay()
    }
    await untilReadThere(partner)
  })

  it('L4: what a query has to write for its answer is written on the primary, and read there after it', async () => {
    const query = '{ channels(first: 1) { edges { node { cost { unused { days freeDays } } } } } }'
    for (let isBegunThere = false; !isBegunThere;) {
      const partner = await newPartner()
      await partner.at[0].request(AllocateDaysDocument, { channelId: partner.channelId, days: 5 })
      await untilReadThere(partner)
      // What is written from here on isn't there. Nothing may have been by then, and then it begins on the replica.
      await standby.pauseReplay()
      try {
        const before = (await placesOf(1)).REPLICA ?? 0
        const answer = await ask<object>(1, partner.token, query)
        expect(answer).toEqual({ channels: { edges: [{ node: { cost: { unused: { days: 4, freeDays: 4 } } } }] } })
        isBegunThere = ((await placesOf(1)).REPLICA ?? 0) > before
      } finally {
        await standby.resumeReplay()
      }
    }
  })

  it('keep the walls between tenants', async () => {
    const [one, other] = [await newPartner(), await newPartner()]
    const asked = (query: string, variables: object = {}) =>
      readThere(0, () => answerOf<object>(0, one.token, query, variables))
    const listed = await asked('{ channels(first: 50) { edges { node { id } } } }')
    expect(listed.data).toEqual({ channels: { edges: [{ node: { id: one.channelId } }] } })
    const own = await asked('query ($id: ID!) { node(id: $id) { id } }', { id: one.channelId })
    expect(own.data).toEqual({ node: { id: one.channelId } })
    for (const [query, id] of [
      ['query ($id: ID!) { node(id: $id) { id } }', other.channelId],
      ['query ($id: ID!) { channel(id: $id) { id } }', other.channelId],
      ['query ($id: ID!) { ledger(channelId: $id) { edges { node { id } } } }', other.channelId],
    ] as const) {
      const { errors } = await asked(query, { id })
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND'])
    }
  })

  it('are files too', async () => {
    const partner = await newPartner()
    const file = await readThere(1, async () => {
      const answer = await fetch(`${gateways[1]?.url ?? ''}/exports/ledger.csv`, {
        headers: { authorization: `Bearer ${partner.token}` },
      })
      return answer.text()
    })
    expect(file.trim().split('\n')).toHaveLength(2)
  })

  it.each(['stopped', 'frozen'])(
    'go on without an error while the replica is %s, and go there again after',
    async (how) => {
      const partner = await newPartner()
      await untilReadThere(partner)
      let isOver = false
      let answered = 0
      const load = [0, 1, 0, 1].map(async (index) => {
        while (!isOver) {
          await balanceAt(index, partner)
          answered += 1
        }
      })
      try {
        await (how === 'stopped' ? standby.stop() : standby.freeze())
        while ((await figure(0, 'daybook_replica_up')) === 1) await balanceAt(0, partner)
        const before = answered
        while (answered < before + 50) await new Promise(setImmediate)
        const ready = await fetch(`${gateways[0]?.url ?? ''}/readyz`)
        expect(ready.status).toBe(200)
        expect(await figure(0, 'daybook_replica_lag_seconds')).toBeNaN()
      } finally {
        await (how === 'stopped' ? standby.start() : standby.thaw())
        isOver = true
      }
      await Promise.all(load)
      await untilReadThere(partner)
      expect(await figure(0, 'daybook_replica_up')).toBe(1)
      expect(lines.some((line) => line.includes('a replica is read from again'))).toBe(true)
    },
  )
})

describe('L4: how far the primary’s log is', () => {
  it('is asked for anew by whoever comes while it is being asked, once for all of them, and told by look-ups', async () => {
    const primary = await openDatabase(postgres.url, 2)
    let questions = 0
    let letOn: () => void = () => undefined
    const committed = new CommittedPosition({
      async query(statement, values) {
        questions += 1
        await new Promise<void>((resolve) => (letOn = resolve))
        return primary.sql.query(statement, values)
      },
    })
    const before = committed.now()
    const first = committed.since(before)
    while (questions === 0) await new Promise(setImmediate)
    // Who came before it was sent shares it, and who comes now does not.
    const shared = committed.since(before)
    const later = Array.from({ length: 20 }, async () => committed.since(committed.now()))
    await primary.dataSource.query('SELECT pg_logical_emit_message(true, $1, $1)', ['something'])
    letOn()
    const { lsn } = await first
    expect(await shared).toEqual(await first)
    while (questions === 1) await new Promise(setImmediate)
    letOn()
    for (const one of await Promise.all(later)) expect(one.lsn).toBeGreaterThanOrEqual(lsn)
    expect(questions).toBe(2)

    const arrived = committed.now()
    const rows = await committed
      .tellingToo(primary.sql)
      .query<{ one: number }>({ name: 'a-look-up', text: 'SELECT $1::int AS one' }, [1])
    expect(rows).toMatchObject([{ one: 1 }])
    expect(committed.since(arrived)).toMatchObject({ timeline: 1 })
    expect(questions).toBe(2)
    // Not for whoever comes after it.
    const asked = committed.since(committed.now())
    while (questions === 2) await new Promise(setImmediate)
    letOn()
    await asked
    await primary.close()
  })
})

describe('a statement on a replica', () => {
  it('is held to the time-outs of a session, and is cancelled there once its operation is over', async () => {
    const primary = await openDatabase(postgres.url, 2)
    const replicas = await Replicas.open([standby.url], { primary, poolSize: 2, log: createLog({ logLevel: 'fatal' }) })
    const time = new OperationTime()
    const database = readOnReplica(primary.within(time), replicas, time)
    const [settings] = await database.sql.query({
      name: 'session-limits',
      text: `
        SELECT pg_is_in_recovery() AS there, current_setting('statement_timeout') AS statement,
          current_setting('lock_timeout') AS lock, current_setting('idle_in_transaction_session_timeout') AS idle`,
    })
    expect(settings).toEqual({ there: true, statement: '30s', lock: '15s', idle: '20s' })
    const sleeping = () =>
      standby.sql(`SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(2' || '9)%'`)
    const asleep = [
      database.sql.query({ name: 'asleep', text: 'SELECT pg_sleep(29)' }),
      database.inSnapshot((tx) => tx.query({ name: 'asleep-too', text: 'SELECT 1, pg_sleep(29)' })),
    ].map((sleep) => expect(sleep).rejects.toThrow(UnavailableError))
    while ((await sleeping()).length < 2) await new Promise(setImmediate)
    time.leave()
    await Promise.all(asleep)
    while ((await sleeping()).length > 0) await new Promise(setImmediate)
    await replicas.close()
    await primary.close()
  })
})

describe('the doctor', () => {
  it('says of each replica how it stands, and what to do', async () => {
    const primary = await openDatabase(postgres.url, 2)
    const found = async (...urls: string[]) => {
      const findings = await checkReplicas(primary, urls, createLog({ logLevel: 'fatal' }))
      return findings.map(({ state, reason }) => `${state} ${reason}`)
    }
    const nobody = 'postgres://daybook@127.0.0.1:1/daybook'
    const otherDatabase = Object.assign(new URL(standby.url), { pathname: '/postgres' }).href
    const findings = await found(standby.url, nobody, postgres.url, otherDatabase)
    expect(findings[0]).toBe('OK Replica 1 has what the primary has: gateways read there.')
    expect(findings[1]).toMatch(/^WARN Replica 2 is not read from: .*ECONNREFUSED/)
    expect(findings[2]).toMatch(/^WARN Replica 3 is not read from: it is in no recovery/)
    expect(findings[3]).toMatch(/^FAIL Replica 4 can’t be read from: its database is postgres/)
    await standby.pauseReplay()
    await primary.dataSource.query('SELECT pg_logical_emit_message(true, $1, $1)', ['something'])
    expect(await found(standby.url)).toEqual([expect.stringMatching(/^WARN .* is 1\.\d s behind the primary\.$/)])
    await standby.resumeReplay()
    await primary.close()
  })
})

describe('a gateway that is given a replica', () => {
  it('does not start where it can be none: another database, another cluster', async () => {
    const otherDatabase = Object.assign(new URL(standby.url), { pathname: '/postgres' }).href
    await expect(start({ databaseReplicaUrls: [otherDatabase] })).rejects.toThrow(ConfigError)
    const other = process.env.DAYBOOK_TEST_POSTGRES ?? ''
    await expect(start({ databaseReplicaUrls: [standby.url, other] })).rejects.toThrow(/a server of its own/)
  })

  it('starts, and reads on the primary, where the replica is away or is the primary itself', async () => {
    const partner = await newPartner()
    for (const url of [postgres.url, 'postgres://daybook@127.0.0.1:1/daybook']) {
      const gateway = await start({ databaseReplicaUrls: [url] })
      gateways.push(gateway)
      expect(await balanceAt(gateways.length - 1, partner)).toMatchObject({ available: 10_000 })
      expect(await placesOf(gateways.length - 1)).toEqual({ AWAY: 1 })
      expect(await figure(gateways.length - 1, 'daybook_replica_up')).toBe(0)
      await gateways.pop()?.close()
    }
    expect(lines.some((line) => line.includes('it is a primary itself'))).toBe(true)
  })

  it('reads on the primary once the replica is promoted, and where a replica follows the log of before a failover', async () => {
    const partner = await newPartner()
    const left = await postgres.addStandby()
    await untilReadThere(partner)
    await standby.sql('SELECT pg_promote()')
    while ((await figure(0, 'daybook_replica_up')) === 1) await balanceAt(0, partner)
    await partner.at[0].request(AllocateDaysDocument, { channelId: partner.channelId, days: 1 })
    const before = (await placesOf(0)).REPLICA
    expect(await balanceAt(0, partner)).toMatchObject({ available: 9_999 })
    expect((await placesOf(0)).REPLICA).toBe(before)

    // The one that was left goes on with the old primary, and is ahead of the new one by its numbers.
    gateways.push(await start({ databaseUrl: standby.url, databaseReplicaUrls: [left.url] }))
    const index = gateways.length - 1
    expect(await balanceAt(index, partner)).toMatchObject({ available: 10_000 })
    expect(await placesOf(index)).toEqual({ AWAY: 1 })
    expect(lines.some((line) => line.includes('it replays timeline 1, and the primary writes 2'))).toBe(true)
  })
})
