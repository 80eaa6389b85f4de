import type { Database, Statement, Tx } from '../database'
import { JobFailure } from '../jobs/job-failure'
import type { Log } from '../log'
import { catchUpLots } from './catch-up-lots'

/** Accounts that are looked at together. */
const PAGE = 500

interface Tools {
  database: Database
  log: Log
  signal: AbortSignal
}

/**
 * Brings the lots of every account up to date, so that whoever looks at them doesn't wait for it.
 *
 * Throws the signal's reason between two accounts once it is aborted.
 */
export async function keepLots({ database, signal }: Pick<Tools, 'database' | 'signal'>): Promise<void> {
  for await (const accountId of accountIds(database, ACCOUNTS_BEHIND)) {
    signal.throwIfAborted()
    await catchUpLots(database, accountId)
  }
}

/** Compares the lots of every account with its ledger. Each difference is an error in the log. Throws a JobFailure where there is one. */
export async function auditLots({ database, log, signal }: Tools): Promise<void> {
  let accounts = 0
  const amiss: string[] = []
  for await (const accountId of accountIds(database, ACCOUNTS)) {
    signal.throwIfAborted()
    accounts += 1
    for (const violation of await lotsAmiss(database, accountId)) {
      log.error({ violation }, 'the lots are not those of the ledger')
      amiss.push(violation)
    }
  }
  const [first] = amiss
  if (first === undefined) return
  throw new JobFailure(`${amiss.length} differences in the lots of ${accounts} accounts, the first: ${first}`, true)
}

/** A sentence for each way in which the lots of an account are not those of its ledger. */
export async function lotsAmiss(database: Database, accountId: string): Promise<string[]> {
  await catchUpLots(database, accountId)
  return database.inSnapshot(async (tx) => [
    ...(await sumAmiss(tx, accountId)),
    ...(await tx.query<{ id: string; held: number; pieces: number }>(CHANNELS_AMISS, [accountId])).map(
      ({ id, held, pieces }) => `Account ${accountId}: channel ${id} was given ${held} days, and pieces of ${pieces}`,
    ),
    ...(await tx.query<{ sequence: number; days: number; found: number }>(LOTS_AMISS, [accountId])).map(
      ({ sequence, days, found }) => `Account ${accountId}: lot ${sequence} is of ${days} days, and ${found} are found`,
    ),
  ])
}

async function sumAmiss(tx: Tx, accountId: string): Promise<string[]> {
  const [sums] = await tx.query<{ lots: number; uncovered: number; available: number }>(SUMS, [accountId])
  if (sums === undefined) return []
  const { lots, uncovered, available } = sums
  return lots === Math.max(0, available) && lots - uncovered === available
    ? []
    : [`Account ${accountId}: its lots have ${lots} days left, ${uncovered} are uncovered, and ${available} available`]
}

async function* accountIds(database: Database, page: Statement): AsyncGenerator<string> {
  for (let after = ''; ;) {
    const rows = await database.sql.query<{ id: string }>(page, [after, PAGE])
    yield* rows.map(({ id }) => id)
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.id
  }
}

const ACCOUNTS: Statement = {
  name: 'lots-accounts',
  text: 'SELECT id FROM account WHERE id > $1 ORDER BY id LIMIT $2',
}

const ACCOUNTS_BEHIND: Statement = {
  name: 'lots-accounts-behind',
  text: `
    SELECT a.id FROM account a LEFT JOIN lot_fold f ON f.account_id = a.id
    WHERE a.id > $1 AND a.sequence > coalesce(f.sequence, 0) ORDER BY a.id LIMIT $2`,
}

const SUMS: Statement = {
  name: 'lots-sums',
  text: `
    SELECT
      (SELECT coalesce(sum(days_left), 0)::bigint FROM lot WHERE account_id = $1) AS lots,
      (SELECT coalesce(sum(days), 0)::bigint FROM lot_cover WHERE account_id = $1 AND lot_sequence IS NULL) AS uncovered,
      coalesce(
        (SELECT l.available_balance FROM ledger_transaction l
         WHERE l.account_id = $1 AND l.sequence <= f.sequence ORDER BY l.sequence DESC LIMIT 1), 0
      ) AS available
    FROM lot_fold f WHERE f.account_id = $1`,
}

const CHANNELS_AMISS: Statement = {
  name: 'lots-channels-amiss',
  text: `
    WITH moved AS (
      SELECT channel_id AS id, CASE kind WHEN 'ALLOCATION' THEN days WHEN 'BURN' THEN 0 ELSE -days END AS days
      FROM ledger_transaction
      WHERE account_id = $1 AND channel_id IS NOT NULL
        AND sequence <= (SELECT sequence FROM lot_fold WHERE account_id = $1)
      UNION ALL
      SELECT to_channel_id, days FROM ledger_transaction
      WHERE account_id = $1 AND to_channel_id IS NOT NULL
        AND sequence <= (SELECT sequence FROM lot_fold WHERE account_id = $1)
    ), given AS (
      SELECT id, sum(days)::bigint AS days FROM moved GROUP BY id
    ), held AS (
      SELECT holder AS id, sum(days)::bigint AS days, max(from_day + days - 1) AS last FROM lot_piece
      WHERE account_id = $1 AND holder NOT IN ('CORRECTION', 'CREDIT_NOTE', 'CHARGEBACK') GROUP BY holder
    )
    SELECT id, coalesce(given.days, 0) AS held, coalesce(held.days, 0) AS pieces
    FROM given FULL JOIN held USING (id)
    WHERE coalesce(given.days, 0) <> coalesce(held.days, 0) OR held.days <> held.last
    ORDER BY id LIMIT 100`,
}

// What a lot has left, and what is on pieces of it and on pieces that it covers, is all of it.
const LOTS_AMISS: Statement = {
  name: 'lots-lots-amiss',
  text: `
    WITH piece AS (
      SELECT lot_sequence AS sequence, days FROM lot_piece WHERE account_id = $1 AND lot_sequence IS NOT NULL
      UNION ALL
      SELECT c.lot_sequence, least(c.uncovered_from + c.days, p.uncovered_from + p.days) - greatest(c.uncovered_from, p.uncovered_from)
      FROM lot_piece p
      JOIN lot_cover c ON c.account_id = $1 AND c.lot_sequence IS NOT NULL
        AND c.uncovered_from < p.uncovered_from + p.days AND c.uncovered_from + c.days > p.uncovered_from
      WHERE p.account_id = $1 AND p.uncovered_from IS NOT NULL
    ), found AS (
      SELECT sequence, sum(days)::bigint AS days FROM piece GROUP BY sequence
    )
    SELECT sequence, coalesce(l.days, 0) AS days, coalesce(l.days_left, 0) + coalesce(found.days, 0) AS found
    FROM (SELECT sequence, days, days_left FROM lot WHERE account_id = $1) AS l FULL JOIN found USING (sequence)
    WHERE l.days IS DISTINCT FROM l.days_left + coalesce(found.days, 0)
    ORDER BY sequence LIMIT 100`,
}
