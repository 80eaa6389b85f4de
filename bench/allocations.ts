import { Pool } from 'pg'
import { BillingMode, Account } from '../src/accounts/account.entity'
import { createAccount } from '../src/accounts/create-account'
import { AllocateDays, allocateDays } from '../src/channels/allocate-days'
import { paidUntil, withMoreDays } from '../src/channels/channel-time'
import { Channel } from '../src/channels/channel.entity'
import { createChannel } from '../src/channels/create-channel'
import { MovementBatcher } from '../src/channels/movement-batcher'
import type { Database } from '../src/database'
import { DomainError } from '../src/errors'
import { requestKey } from '../src/idempotency'
import { parseInput } from '../src/input'
import { inBook } from '../src/ledger/account-book'
import { adjustBalance } from '../src/ledger/adjust-balance'
import { auditLedger } from '../src/ledger/audit-ledger'
import { LedgerTransaction } from '../src/ledger/ledger-transaction.entity'
import { newId } from '../src/typed-id'
import type { Contender } from './compare'
import { pgbench } from './pgbench'

const STAFF = 'staff:bench'
const CHANNELS_AN_ACCOUNT = 200

export interface SeededAccount {
  accountId: string
  channelIds: string[]
}

/** So many accounts are made at once. */
const SEEDERS = 8

/** Accounts with channels and days enough for the whole run. */
export async function seed(database: Database, accounts: number): Promise<SeededAccount[]> {
  const seeded: SeededAccount[] = []
  const channels = Math.max(1, Math.floor(CHANNELS_AN_ACCOUNT / accounts))
  let next = 0
  const seeder = async () => {
    while (next < accounts) seeded.push(await seedOne(database, next++, channels))
  }
  await Promise.all(Array.from({ length: SEEDERS }, seeder))
  return seeded
}

async function seedOne(database: Database, index: number, channels: number): Promise<SeededAccount> {
  {
    const { accountId } = await database.inTransaction((tx) =>
      createAccount(tx, STAFF, {
        name: `Bench ${index}`,
        billingMode: BillingMode.PREPAID,
        creditLimit: 0,
        sandbox: false,
        trialDays: 5,
        maxTrials: 0,
      }),
    )
    await database.inTransaction((tx) =>
      adjustBalance(tx, STAFF, { accountId, days: 900_000_000, comment: 'bench', idempotencyKey: 'bench' }),
    )
    const channelIds: string[] = []
    for (let channel = 0; channel < channels; channel += 1) {
      const { outcome } = await database.inTransaction((tx) =>
        createChannel(tx, STAFF, accountId, { name: `Channel ${channel}`, trial: false }),
      )
      channelIds.push(outcome.channelId)
    }
    return { accountId, channelIds }
  }
}

/** More than a channel holds beside the day that it has. */
const TOO_MANY_DAYS = 36_500
/** Commands that are remembered to be replayed. */
const REPLAYED_FROM = 1_000

/**
 * Daybook as it is: validation, idempotency, limits, per-item outcomes, running balances, both events. Of the calls so many in
 * a hundred are replays of earlier ones, and as many are refused.
 */
export function daybook(database: Database, seeded: readonly SeededAccount[], percent = 0): Contender {
  const batcher = new MovementBatcher(database, () => undefined)
  const said: { accountId: string; command: AllocateDays }[] = []
  return {
    name: percent === 0 ? 'Daybook' : `Daybook, ${percent} % replays, ${percent} % refusals`,
    async once(call) {
      const { accountId, channelIds } = pick(seeded, call)
      const chance = Math.random() * 100
      const replayed = chance < percent ? said[call % REPLAYED_FROM] : undefined
      const isRefused = replayed === undefined && chance >= 100 - percent
      const asked = replayed ?? {
        accountId,
        command: commandFor(pick(channelIds, Math.floor(call / seeded.length)), call, isRefused ? TOO_MANY_DAYS : 1),
      }
      const { command } = asked
      const decided = batcher.submit({
        accountId: asked.accountId,
        channelIds: [command.channelId],
        key: requestKey(asked.accountId, 'allocateDays', command),
        decide: (book) => allocateDays(book, STAFF, command).id,
      })
      if (isRefused) await decided.catch(mustBeRefusal)
      else await decided
      if (!isRefused && percent > 0) said[call % REPLAYED_FROM] = asked
    },
    async check() {
      if (percent > 0) return // the books are the same
      const audit = await auditLedger(database, null)
      if (!audit.ok) throw new Error(audit.violations.join('\n'))
    },
  }
}

/** The same rules in a transaction a call: what batching is to be measured by at one caller. */
export function unbatched(database: Database, seeded: readonly SeededAccount[]): Contender {
  return {
    name: 'Daybook, a transaction a call',
    async once(call) {
      const { accountId, channelIds } = pick(seeded, call)
      const channelId = pick(channelIds, Math.floor(call / seeded.length))
      const command = commandFor(channelId, call, 1)
      const key = requestKey(accountId, 'allocateDays', command)
      await database.inTransaction((tx) =>
        inBook(tx, { accountId, channelIds: [channelId], key }, (book) =>
          Promise.resolve(allocateDays(book, STAFF, command).id),
        ),
      )
    },
  }
}

function commandFor(channelId: string, call: number, days: number): AllocateDays {
  return parseInput(AllocateDays, { channelId, days, comment: null, idempotencyKey: `bench ${call} ${Math.random()}` })
}

/** On a channel that has had no day yet, all of them are as welcome as one. */
function mustBeRefusal(error: unknown): void {
  if (!(error instanceof DomainError)) throw error
}

/** What one would write first: a transaction for each call, entities found with a lock, changed and saved. */
export function typeorm(database: Database, seeded: readonly SeededAccount[]): Contender {
  return {
    name: 'TypeORM, a transaction a call',
    async once(call) {
      const { accountId, channelIds } = pick(seeded, call)
      const channelId = pick(channelIds, Math.floor(call / seeded.length))
      await database.inTransaction(async ({ manager }) => {
        const lock = { mode: 'pessimistic_write' } as const
        const account = await manager.findOneOrFail(Account, { where: { id: accountId }, lock })
        const channel = await manager.findOneOrFail(Channel, { where: { id: channelId, accountId }, lock })
        if (account.available < 1) throw new Error('the bench ran out of days')
        const now = new Date()
        const extended = withMoreDays(channel, 1, now)
        const entry = manager.create(LedgerTransaction, {
          id: newId('ledgerTransaction'),
          accountId,
          sequence: account.sequence + 1,
          kind: 'ALLOCATION' as never,
          fromAccount: 'AVAILABLE' as never,
          toAccount: 'ALLOCATED' as never,
          days: 1,
          fromBalance: account.available - 1,
          toBalance: account.allocated + 1,
          availableBalance: account.available - 1,
          channelId,
          actor: STAFF,
          occurredAt: now,
          endReason: 'ALLOCATED' as never,
          previousPaidUntil: channel.paidUntil,
          paidUntil: paidUntil(extended),
          unusedDays: extended.paidDays,
        })
        await manager.insert(LedgerTransaction, entry)
        await manager.save(
          Channel,
          Object.assign(channel, {
            runStart: extended.runStart,
            paidDays: extended.paidDays,
            paidUntil: paidUntil(extended),
          }),
        )
        await manager.update(
          Account,
          { id: accountId },
          {
            available: account.available - 1,
            allocated: account.allocated + 1,
            sequence: account.sequence + 2,
            changedAt: now,
          },
        )
      })
    },
  }
}

/**
 * The floor: one PL/pgSQL function with two updates, two entries and one event row, called once a transaction by a named
 * statement; no idempotency, no channel's time, no outcomes.
 */
export async function bareFunction(url: string, accounts: number, connections: number): Promise<Contender> {
  const pool = new Pool({ connectionString: url, max: connections, idleTimeoutMillis: IDLE_MS })
  await prepareBare(pool, accounts)
  const channels = Math.max(accounts, CHANNELS_AN_ACCOUNT)
  return {
    name: 'a bare SQL function',
    async once(call) {
      await pool.query({
        name: 'bare',
        text: 'SELECT bare_allocate($1, $2, 1)',
        values: [(call % accounts) + 1, (call % channels) + 1],
      })
    },
    close: () => pool.end(),
  }
}

/** The same function called by pgbench, whose CPU is next to nothing. */
export async function bareByPgbench(url: string, accounts: number, program: string): Promise<Contender> {
  const pool = new Pool({ connectionString: url, max: 1 })
  await prepareBare(pool, accounts)
  await pool.end()
  const channels = Math.max(accounts, CHANNELS_AN_ACCOUNT)
  const script = `\\set a random(1, ${accounts})\n\\set c random(1, ${channels})\nSELECT bare_allocate(:a, :c, 1);\n`
  return {
    name: 'a bare SQL function, by pgbench',
    turn: (inFlight, forMs) => pgbench(program, url, script, Math.min(inFlight, BARE_CLIENTS), forMs, 1),
  }
}

/** The limit: the same work for 256 calls at once, in one call of a function that works on sets. */
export async function batchedByPgbench(url: string, accounts: number, program: string): Promise<Contender> {
  const pool = new Pool({ connectionString: url, max: 1 })
  await prepareBare(pool, accounts)
  await pool.end()
  const channels = Math.max(accounts, CHANNELS_AN_ACCOUNT)
  const script = `SELECT bare_allocate_many(${accounts}, ${channels}, ${BATCH});\n`
  return {
    name: `the limit: ${BATCH} a call, by pgbench`,
    turn: (_, forMs) => pgbench(program, url, script, 2, forMs, BATCH),
  }
}

const BATCH = 256
/** Connections of one contender are none of the next one's: Postgres has a hundred. */
const IDLE_MS = 100
/** More of them wait for the row's lock only. */
const BARE_CLIENTS = 24

/** Transfers of pgledger, whose SQL somebody has named: it goes into a schema of its own. */
export async function pgledger(url: string, sql: string, accounts: number, connections: number): Promise<Contender> {
  const own = new URL(url)
  own.searchParams.set('options', '-c search_path=pgledger,public')
  const pool = new Pool({ connectionString: own.href, max: connections, idleTimeoutMillis: IDLE_MS })
  const { rows } = await pool.query<{ there: boolean }>(
    `SELECT to_regprocedure('pgledger.pgledger_generate_id(text)') IS NOT NULL AS there`,
  )
  if (rows[0]?.there !== true) {
    await pool.query('CREATE SCHEMA pgledger')
    await pool.query(sql)
  }
  const made = await pool.query<{ id: string }>(
    `SELECT (pgledger_create_account('bench', 'DAYS')).id FROM generate_series(1, $1::int)`,
    [2 * accounts],
  )
  const ids = made.rows.map(({ id }) => id)
  return {
    name: 'pgledger, a transfer a call',
    async once(call) {
      const at = 2 * (call % accounts)
      await pool.query({
        name: 'transfer',
        text: 'SELECT id FROM pgledger_create_transfer($1, $2, 1)',
        values: [ids[at], ids[at + 1]],
      })
    },
    close: () => pool.end(),
  }
}

async function prepareBare(pool: Pool, accounts: number): Promise<void> {
  await pool.query(BARE_SCHEMA)
  await pool.query('TRUNCATE bare_account, bare_channel, bare_entry, bare_event RESTART IDENTITY')
  await pool.query('INSERT INTO bare_account SELECT n, 900000000, 0 FROM generate_series(1, $1::int) n', [accounts])
  await pool.query('INSERT INTO bare_channel SELECT n, 0 FROM generate_series(1, $1::int) n', [
    Math.max(accounts, CHANNELS_AN_ACCOUNT),
  ])
}

const BARE_SCHEMA = `
  CREATE TABLE IF NOT EXISTS bare_account (
    id integer PRIMARY KEY, available bigint NOT NULL, sequence bigint NOT NULL
  ) WITH (fillfactor = 20);
  CREATE TABLE IF NOT EXISTS bare_channel (id integer PRIMARY KEY, days bigint NOT NULL) WITH (fillfactor = 80);
  CREATE TABLE IF NOT EXISTS bare_entry (
    id bigserial PRIMARY KEY, account_id integer NOT NULL, days bigint NOT NULL, balance_after bigint NOT NULL
  );
  CREATE TABLE IF NOT EXISTS bare_event (
    account_id integer, sequence bigint, data jsonb NOT NULL, PRIMARY KEY (account_id, sequence)
  );
  CREATE OR REPLACE FUNCTION bare_allocate(p_account integer, p_channel integer, p_days bigint) RETURNS bigint
  LANGUAGE plpgsql AS $$
  DECLARE balance bigint; number bigint; held bigint;
  BEGIN
    UPDATE bare_account SET available = available - p_days, sequence = sequence + 1
      WHERE id = p_account AND available >= p_days RETURNING available, sequence INTO balance, number;
    IF NOT FOUND THEN RAISE EXCEPTION 'insufficient'; END IF;
    UPDATE bare_channel SET days = days + p_days WHERE id = p_channel RETURNING days INTO held;
    INSERT INTO bare_entry (account_id, days, balance_after) VALUES (p_account, -p_days, balance), (p_account, p_days, held);
    INSERT INTO bare_event VALUES (p_account, number, jsonb_build_object('channel', p_channel, 'days', p_days));
    RETURN number;
  END $$;
  -- Of n accounts in turn: each is locked and updated once, in the order of its id.
  CREATE OR REPLACE FUNCTION bare_allocate_many(p_accounts integer, p_channels integer, p_calls integer) RETURNS bigint
  LANGUAGE plpgsql AS $$
  DECLARE first integer := floor(random() * p_accounts)::integer;
  BEGIN
    CREATE TEMP TABLE IF NOT EXISTS bare_call (n integer, account_id integer, channel_id integer) ON COMMIT DELETE ROWS;
    INSERT INTO bare_call SELECT n, 1 + (first + n) % p_accounts, 1 + floor(random() * p_channels)::integer
      FROM generate_series(1, p_calls) n;
    PERFORM 1 FROM bare_account WHERE id IN (SELECT account_id FROM bare_call) ORDER BY id FOR NO KEY UPDATE;
    INSERT INTO bare_event SELECT c.account_id, a.sequence + row_number() OVER (PARTITION BY c.account_id ORDER BY c.n),
      jsonb_build_object('channel', c.channel_id, 'days', 1) FROM bare_call c JOIN bare_account a ON a.id = c.account_id;
    INSERT INTO bare_entry (account_id, days, balance_after)
      SELECT c.account_id, side, a.available - row_number() OVER (PARTITION BY c.account_id ORDER BY c.n)
      FROM bare_call c JOIN bare_account a ON a.id = c.account_id, unnest(ARRAY[-1, 1]) side;
    UPDATE bare_account a SET available = a.available - c.calls, sequence = a.sequence + c.calls
      FROM (SELECT account_id, count(*) AS calls FROM bare_call GROUP BY 1) c WHERE a.id = c.account_id;
    PERFORM 1 FROM bare_channel WHERE id IN (SELECT channel_id FROM bare_call) ORDER BY id FOR NO KEY UPDATE;
    UPDATE bare_channel b SET days = b.days + c.calls
      FROM (SELECT channel_id, count(*) AS calls FROM bare_call GROUP BY 1) c WHERE b.id = c.channel_id;
    RETURN p_calls;
  END $$;
`

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}
