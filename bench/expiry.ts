import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { createAccount, CreateAccount } from '../src/accounts/create-account'
import type { Database } from '../src/database'
import { ClockSweep } from '../src/expiry/clock-sweep'
import { parseInput } from '../src/input'
import { forecastDays, runsOutAt } from '../src/forecast/forecast'
import { readRunways } from '../src/forecast/read-runways'
import { createLog } from '../src/log'
import { median } from './compare'
import { GatewayProcess } from './gateway-process'
import { say } from './record'

const STAFF = 'staff:bench'
/** Of all channels: those that are due in a round. */
const DUE_SHARE = 0.1
const IDLE_LOOKS = 20
const STARTS = 3
/** So many tenths there are to be made due. */
export const MAX_ROUNDS = 8
const BARE_BATCH = 5_000

export interface ExpiryFigures {
  name: string
  /** Channels a second, of each round. */
  rates: number[]
  /** Milliseconds of a look that finds nothing. */
  idleMs: number
  /** Growth of the process's memory from the end of the first round to the end of the last, in MiB. */
  growthMib: number
}

/**
 * Times how fast the ends of channels that are due at once are marked: the sweep, with an event for each, beside a plain
 * statement that marks rows and tells nobody. Each round makes a tenth of the channels due; nothing is vacuumed in
 * between, so that the rounds go over what those before them have left in the indexes. Throws where an end is not told
 * exactly once, at its instant, under a number of its own.
 */
export async function expiries(
  database: Database,
  url: string,
  { channels, accounts, rounds }: { channels: number; accounts: number; rounds: number },
): Promise<ExpiryFigures[]> {
  // Seeding takes longer than a session of ours may. Whoever waits for its connection hears of its end.
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  await seed(database, client, channels, accounts)
  const due = Math.floor(channels * DUE_SHARE)
  // A sweep that goes on looks only a minute back; one that starts goes over all that those before it have left.
  const started = () => new ClockSweep(database, () => undefined, createLog({ logLevel: 'warn' }))
  let sweep = started()
  const contenders = [
    {
      name: 'Daybook: settled books, an event each',
      mark: () => sweep.sweep(),
      rates: [] as number[],
      rss: [] as number[],
    },
    { name: 'a bare UPDATE, no events', mark: () => markBare(database), rates: [] as number[], rss: [] as number[] },
  ]
  // The round before the first warms up, and leaves the dead entries of an earlier sweep.
  for (let round = -1; round < rounds; round += 1) {
    await makeDue(client, due, round + 1)
    sweep = started()
    // What is due was written long ago: whoever reads a row for the first time marks its page.
    await client.query('SELECT (SELECT count(*) FROM channel), (SELECT count(*) FROM bare_ending)')
    for (const { mark, rates, rss } of contenders) {
      await client.query('CHECKPOINT')
      const started = performance.now()
      await mark()
      const seconds = (performance.now() - started) / 1000
      if (round >= 0) rates.push(due / seconds)
      rss.push(process.memoryUsage().rss)
    }
    await check(client, due * (round + 2))
  }
  await client.end()
  const figures: ExpiryFigures[] = []
  for (const { name, mark, rates, rss } of contenders) {
    const idle: number[] = []
    for (let look = 0; look < IDLE_LOOKS; look += 1) {
      const started = performance.now()
      await mark()
      idle.push(performance.now() - started)
    }
    figures.push({ name, rates, idleMs: median(idle), growthMib: ((rss.at(-1) ?? 0) - (rss[0] ?? 0)) / 2 ** 20 })
  }
  return figures
}

export interface FullFigures {
  channels: number
  /** From the start of a gateway's process until it serves queries. */
  startMs: number
  /** Of that gateway, and the sweep's first look, after a collection of garbage. */
  rssMib: number
  /** A forecast of one account, its channels read and reckoned. */
  forecastMs: number
  /** How many of its channels still run. */
  forecastOf: number
}

/** What a database that is full asks of a gateway that starts, and of a forecast of one account in it. */
export async function fullDatabase(database: Database, url: string, home: string): Promise<FullFigures> {
  const [counted] = await database.dataSource.query<{ channels: number; account: string; running: number }[]>(`
    SELECT (SELECT count(*) FROM channel)::int AS channels, account_id AS account, count(*)::int AS running
    FROM channel WHERE paid_until > daybook_now() GROUP BY account_id ORDER BY running DESC LIMIT 1`)
  if (counted === undefined) throw new Error('no channel runs')
  const starts: number[] = []
  const rss: number[] = []
  for (let start = 0; start < STARTS; start += 1) {
    const gateway = await GatewayProcess.start({ DATABASE_URL: url, DAYBOOK_HOME: home })
    starts.push(gateway.startMs)
    rss.push((await gateway.weigh()).rss)
    await gateway.end()
  }
  const forecasts: number[] = []
  for (let look = 0; look < IDLE_LOOKS; look += 1) {
    const started = performance.now()
    const [balance] = await readRunways(database.sql, [counted.account], { allocatedToo: false })
    if (balance === undefined) throw new Error('no balance')
    runsOutAt(balance.runway)
    forecastDays(balance.runway, 30)
    forecasts.push(performance.now() - started)
  }
  return {
    channels: counted.channels,
    startMs: median(starts),
    rssMib: median(rss) / 2 ** 20,
    forecastMs: median(forecasts),
    forecastOf: counted.running,
  }
}

/** The empty database first. */
export function printFull(startMsEmpty: number, full: FullFigures): void {
  say(`\nA database of ${full.channels.toLocaleString('en')} channels\n`)
  say(
    '| a gateway starts within, ms | of an empty database | its memory, MiB | a forecast, ms | of channels that run |',
  )
  say('| --- | --- | --- | --- | --- |')
  say(
    `| ${full.startMs.toFixed(0)} | ${startMsEmpty.toFixed(0)} | ${full.rssMib.toFixed(0)} | ${full.forecastMs.toFixed(1)} | ${full.forecastOf} |`,
  )
}

/** How long a gateway takes to start on the database as it is. */
export async function startMs(url: string, home: string): Promise<number> {
  const gateway = await GatewayProcess.start({ DATABASE_URL: url, DAYBOOK_HOME: home })
  await gateway.end()
  return gateway.startMs
}

/** Prints the figures; the last contender is what the others are measured by. */
export function printExpiries(title: string, figures: readonly ExpiryFigures[]): void {
  const base = figures.at(-1)
  if (base === undefined) return
  say(`\n${title}\n`)
  say(`| contender                             | channels/s | spread | x ${base.name} | idle ms | growth MiB |`)
  say('|---|---|---|---|---|---|')
  for (const { name, rates, idleMs, growthMib } of figures) {
    const spread = `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`
    const ratio = median(rates) / median(base.rates)
    say(
      `| ${name.padEnd(37)} | ${median(rates).toFixed(0).padStart(10)} | ${spread} | ${ratio.toFixed(2)} | ${idleMs.toFixed(1)} | ${growthMib.toFixed(0)} |`,
    )
  }
}

/** Accounts with channels that run for years, ids that sort by their age as real ones do, and a bare copy of them. */
async function seed(database: Database, client: Client, channels: number, accounts: number): Promise<void> {
  const run = randomUUID()
  const command = parseInput(CreateAccount, { name: `Expiry ${run}` })
  for (let account = 0; account < accounts; account += 1) {
    await database.inTransaction((tx) => createAccount(tx, STAFF, command))
  }
  await client.query(`ALTER TABLE channel SET (autovacuum_enabled = false)`)
  await client.query(
    `INSERT INTO channel (id, account_id, name, created_at, run_start, paid_days, paid_until, due_at)
     SELECT 'channel_' || substr($1, 1, 8) || lpad(n::text, 18, '0'), owners.ids[1 + (n - 1) * $2::bigint / $4::int], 'Channel ' || n, start, start, 1000, ends, ends
     FROM (SELECT array_agg(id) AS ids FROM account WHERE name = $3) AS owners
     CROSS JOIN generate_series(1, $4::int) AS n
     CROSS JOIN LATERAL (SELECT daybook_now() - n % 100000 * interval '863 milliseconds' AS start) AS run
     CROSS JOIN LATERAL (SELECT start + 1000 * interval '24 hours' AS ends) AS until`,
    [run, accounts, command.name, channels],
  )
  await client.query(`
    DROP TABLE IF EXISTS bare_ending;
    CREATE TABLE bare_ending WITH (autovacuum_enabled = false) AS
      SELECT id, account_id, paid_until, false AS ended FROM channel WHERE due_at IS NOT NULL;
    ALTER TABLE bare_ending ADD PRIMARY KEY (id);
    CREATE INDEX bare_ending_due ON bare_ending (paid_until) WHERE NOT ended`)
  await client.query('ANALYZE channel')
  await client.query('ANALYZE bare_ending')
}

/** Moves the runs of so many channels back, so that they ended within a day of the last weeks: each round within a later one. */
async function makeDue(client: Client, due: number, round: number): Promise<void> {
  const back = `interval '${1000 + MAX_ROUNDS - round} days'`
  // What came before an account's last change would be dated at that.
  await client.query(`UPDATE account SET changed_at = daybook_now() - interval '${MAX_ROUNDS + 3} days'`)
  await client.query(
    `WITH ending AS (
       UPDATE channel SET run_start = run_start - ${back}, paid_until = paid_until - ${back}, due_at = due_at - ${back}
       WHERE id IN (SELECT id FROM channel WHERE due_at > daybook_now() ORDER BY md5(id) LIMIT $1)
       RETURNING id, account_id, paid_until
     ), due_accounts AS (
       UPDATE account SET channels_due_at = first.at
       FROM (SELECT account_id, min(paid_until) AS at FROM ending GROUP BY account_id) AS first WHERE id = account_id
     )
     UPDATE bare_ending SET paid_until = ending.paid_until FROM ending WHERE bare_ending.id = ending.id`,
    [due],
  )
}

async function markBare(database: Database): Promise<void> {
  for (;;) {
    const marked = await database.sql.query(
      {
        name: 'bare-ending',
        text: `
          UPDATE bare_ending SET ended = true WHERE id IN (
            SELECT id FROM bare_ending WHERE NOT ended AND paid_until <= now() ORDER BY paid_until LIMIT $1 FOR UPDATE SKIP LOCKED
          ) RETURNING id`,
      },
      [BARE_BATCH],
    )
    if (marked.length === 0) return
  }
}

async function check(client: Client, expected: number): Promise<void> {
  const { rows } = await client.query<{ ends: number; exact: number; left: number; bare: number; gaps: number }>(`
    SELECT
      (SELECT count(DISTINCT subject) FROM event WHERE data ->> 'reason' = 'EXPIRED')::int AS ends,
      (SELECT count(*) FROM event e JOIN channel c ON c.id = e.subject
       WHERE e.data ->> 'reason' = 'EXPIRED' AND e.occurred_at = c.paid_until)::int AS exact,
      (SELECT count(*) FROM channel c JOIN account a ON a.id = c.account_id
       WHERE c.due_at <= daybook_now() AND c.due_at > a.ends_told_until)::int AS left,
      (SELECT count(*) FROM bare_ending WHERE ended)::int AS bare,
      (SELECT count(*) FROM account a WHERE a.sequence <> (SELECT count(*) FROM event e WHERE e.account_id = a.id))::int AS gaps`)
  const { ends, exact, left, bare, gaps } = rows[0] ?? { ends: 0, exact: 0, left: 0, bare: 0, gaps: 0 }
  if (ends !== expected || exact !== expected || left !== 0 || bare !== expected || gaps !== 0) {
    throw new Error(
      `of ${expected} ends ${ends} are told, ${exact} rightly, ${left} are left, ${bare} are marked; ${gaps} accounts have gaps`,
    )
  }
}
