import { Client } from 'pg'
import { createTestDatabase, type TestDatabase } from '../support/database'

/**
 * How far the schema is from being spread over nodes by account, held so that it comes no further away: docs/scaling.md. An engine
 * that spreads rows by `account_id` wants it in every primary and unique key.
 */

/** Tables that every node has whole, or one node keeps, and why. */
const GLOBAL: Record<string, string> = {
  'limits.rate_bucket': 'the caller is the key: an account, or one of staff, who has none',
  'public.api_token': 'a token is looked up before it is known whose it is; staff have tokens too',
  'public.audit_entry': 'staff’s deeds are of no account, and the log is read over all',
  'public.idempotency_key': 'its scope is the account, or the provider for what creates accounts',
  'public.invitation': 'an invitation to staff is of no account',
  'public.invoice_series': 'numbers are gapless over all accounts of a series',
  'public.job_schedule': 'jobs are of all accounts',
  'public.mailed_link': 'a link is looked up by its digest, before it is known whose it is',
  'public.migration': 'the schema’s own',
  'public.payment_customer': 'what the provider tells is looked up by the provider’s ids',
  'public.payment_price': 'what the provider tells is looked up by the provider’s ids',
  'public.person': 'an address signs in once, in all accounts',
  'public.person_mail': 'mails to people, who may be of staff',
  'public.provider_cursor': 'how far the provider’s own list is read',
  'public.provider_event': 'the provider’s events are handled once, before it is known whose they are',
  'public.provider_profile': 'who sends invoices: one for all',
  'public.recovery_code': 'of a person',
  'public.session': 'a cookie is looked up before it is known whose it is',
  'public.sign_in_challenge': 'of a person',
  'public.throttle': 'what is guessed is counted by address and by name',
}

/** What the built-in provider keeps is as far from an account as Stripe’s own tables are. */
const isOfSandbox = (table: string): boolean => table.startsWith('public.sandbox_')

/** Keys that only gateways of the version before still need: they go with the version after this one (ADR 0051). */
const UNTIL_THE_NEXT_VERSION: Record<string, string> = {
  'public.invoice_dunning': 'its ON CONFLICT names the invoice alone, and wants a unique index of just that column',
  'public.provider_call': 'its GROUP BY names the id alone, and wants a primary key of just that column',
}

let database: TestDatabase
let client: Client

beforeAll(async () => {
  database = await createTestDatabase()
  client = new Client(database.url)
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

/** Tables with a primary or unique key that does not have the account in it. */
async function tablesWithSuchKeys(): Promise<string[]> {
  const { rows } = await client.query<{ table: string }>(`
    SELECT DISTINCT n.nspname || '.' || t.relname AS "table"
    FROM pg_index i
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE i.indisunique AND t.relkind IN ('r', 'p') AND n.nspname IN ('public', 'limits')
      AND NOT EXISTS (
        SELECT FROM pg_attribute a
        WHERE a.attrelid = t.oid AND a.attnum = ANY (i.indkey)
          AND (a.attname = 'account_id' OR (t.relname = 'account' AND a.attname = 'id'))
      )
    ORDER BY 1`)
  return rows.map(({ table }) => table)
}

describe('every primary and unique key', () => {
  it('has the account in it, but for those of tables that are global by nature, and of those still to be keyed anew', async () => {
    const others = (await tablesWithSuchKeys()).filter((table) => !isOfSandbox(table))
    expect(others).toEqual([...Object.keys(GLOBAL), ...Object.keys(UNTIL_THE_NEXT_VERSION)].sort())
  })
})

describe('every table with a key of the version before', () => {
  it('has the account in each row, so that its key can take it in', async () => {
    const tables = Object.keys(UNTIL_THE_NEXT_VERSION).sort()
    const { rows } = await client.query<{ table: string; nullable: boolean }>(
      `SELECT table_schema || '.' || table_name AS "table", is_nullable = 'YES' AS nullable FROM information_schema.columns
       WHERE column_name = 'account_id' AND table_schema || '.' || table_name = ANY ($1) ORDER BY 1`,
      [tables],
    )
    expect(rows).toEqual(tables.map((table) => ({ table, nullable: false })))
  })
})

describe('every reference between rows of an account', () => {
  it('carries the account, and has been held against the rows that were there', async () => {
    const { rows } = await client.query<{ name: string; good: boolean }>(`
      SELECT c.conname AS name,
        c.convalidated AND EXISTS (
          SELECT FROM unnest(c.conkey, c.confkey) AS pair (here, there)
          JOIN pg_attribute h ON h.attrelid = c.conrelid AND h.attnum = pair.here AND h.attname = 'account_id'
          JOIN pg_attribute t ON t.attrelid = c.confrelid AND t.attnum = pair.there AND t.attname = 'account_id'
        ) AS good
      FROM pg_constraint c
      WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
        AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.confrelid AND attname = 'account_id' AND attnotnull)
        AND c.confrelid::regclass::text NOT LIKE 'sandbox\\_%'
      ORDER BY 1`)
    expect(rows.length).toBeGreaterThan(20)
    // By the key that goes with the version after this one.
    expect(rows.filter(({ good }) => !good).map(({ name }) => name)).toEqual(['refund_provider_call'])
  })
})

describe('a primary key', () => {
  it('is no second time there as another index', async () => {
    const { rows } = await client.query<{ index: string }>(`
      SELECT i.indexrelid::regclass::text AS "index"
      FROM pg_index p JOIN pg_index i ON i.indrelid = p.indrelid AND i.indexrelid <> p.indexrelid AND i.indkey = p.indkey
      JOIN pg_class t ON t.oid = i.indrelid AND t.relnamespace = 'public'::regnamespace
      WHERE p.indisprimary AND i.indpred IS NULL`)
    expect(rows).toEqual([])
  })
})

describe('a number of a series', () => {
  beforeEach(() => client.query(`BEGIN; INSERT INTO invoice_series VALUES ('DB', 2026, 7)`))
  afterEach(() => client.query('ROLLBACK'))

  it.each([
    ['set back', 'UPDATE invoice_series SET last_number = 6'],
    ['given twice', 'UPDATE invoice_series SET last_number = 7'],
    ['begun anew in another year', 'UPDATE invoice_series SET year = 2027, last_number = 8'],
    ['begun anew', 'DELETE FROM invoice_series'],
  ])('is not %s: it is unique over all accounts, and no index of rows that are spread sees to that', async (_, sql) => {
    await expect(client.query(sql)).rejects.toMatchObject({ constraint: 'invoice_series_rises' })
  })
})
