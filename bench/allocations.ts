import { Pool } from 'pg'
import { BillingMode, Account } from '../src/accounts/account.entity'
import { createAccount } from '../src/accounts/create-account'
import { AllocateDays, allocateDays } from '../src/channels/allocate-days'
import { paidUntil, withMoreDays } from '../src/channels/channel-time'
import { Channel } from '../src/channels/channel.entity'
import { createChannel } from '../src/channels/create-channel'
import { MovementBatcher } from '../src/channels/movement-batcher'
import type { Database } from '../src/database'
import { requestKey } from '../src/idempotency'
import { parseInput } from '../src/input'
import { adjustBalance } from '../src/ledger/adjust-balance'
import { auditLedger } from '../src/ledger/audit-ledger'
import { LedgerTransaction } from '../src/ledger/ledger-transaction.entity'
import { newId } from '../src/typed-id'
import type { Contender } from './compare'

const STAFF = 'staff:bench'
const CHANNELS_AN_ACCOUNT = 200

/** Accounts with channels and days enough for the whole run. */
export async function seed(
  database: Database,
  accounts: number,
): Promise<{ accountId: string; channelIds: string[] }[]> {
  const seeded: { accountId: string; channelIds: string[] }[] = []
  const channels = Math.max(1, Math.floor(CHANNELS_AN_ACCOUNT / accounts))
  for (let index = 0; index < accounts; index += 1) {
    const { accountId } = await database.inTransaction((tx) =>
      createAccount(tx, STAFF, {
        name: `Bench ${index}`,
        billingMode: BillingMode.PREPAID,
        creditLimit: 0,
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
    seeded.push({ accountId, channelIds })
  }
  return seeded
}

/** Daybook as it is: validation, idempotency, limits, per-item outcomes, running balances, both events. */
export async function daybook(database: Database, accounts: number): Promise<Contender> {
  const seeded = await seed(database, accounts)
  const batcher = new MovementBatcher(database, () => undefined)
  return {
    name: 'Daybook, batched, all semantics on',
    async once(call) {
      const { accountId, channelIds } = pick(seeded, call)
      const command = parseInput(AllocateDays, {
        channelId: pick(channelIds, Math.floor(call / seeded.length)),
        days: 1,
        comment: null,
        idempotencyKey: `bench ${call} ${Math.random()}`,
      })
      await batcher.submit({
        accountId,
        channelIds: [command.channelId],
        key: requestKey(accountId, 'allocateDays', command),
        decide: (book) => allocateDays(book, STAFF, command).id,
      })
    },
    async check() {
      const audit = await auditLedger(database, null)
      if (!audit.ok) throw new Error(audit.violations.join('\n'))
    },
  }
}

/** What one would write first: a transaction for each call, entities found with a lock, changed and saved. */
export async function typeorm(database: Database, accounts: number): Promise<Contender> {
  const seeded = await seed(database, accounts)
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
  const pool = new Pool({ connectionString: url, max: connections })
  await pool.query(BARE_SCHEMA)
  await pool.query('TRUNCATE bare_account, bare_channel, bare_entry, bare_event RESTART IDENTITY')
  await pool.query('INSERT INTO bare_account SELECT n, 900000000, 0 FROM generate_series(1, $1::int) n', [accounts])
  await pool.query('INSERT INTO bare_channel SELECT n, 0 FROM generate_series(1, $1::int) n', [
    Math.max(accounts, CHANNELS_AN_ACCOUNT),
  ])
  return {
    name: 'a bare SQL function',
    async once(call) {
      await pool.query({
        name: 'bare',
        text: 'SELECT bare_allocate($1, $2, 1)',
        values: [(call % accounts) + 1, (call % Math.max(accounts, CHANNELS_AN_ACCOUNT)) + 1],
      })
    },
    close: () => pool.end(),
  }
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
`

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}
