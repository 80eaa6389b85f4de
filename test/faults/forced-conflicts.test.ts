import { Client } from 'pg'
import { createGateway, type Gateway } from '../../src/gateway'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk } from '../support/desk'
import { Dice } from '../support/dice'
import { TEST_CONFIG } from '../support/gateway'
import { STAFF_TOKEN } from './gateway-process'
import { badlyTold } from './judge'
import { seedPartners, Workload, type Kind, type Partner } from './workload'

jest.setTimeout(300_000)

/** As `MAX_ATTEMPTS` of database.ts has it. */
const MAX_ATTEMPTS = 5

let testDatabase: TestDatabase
let desk: Desk
let writer: Client
let gateway: Gateway
let partner: Partner
let workload: Workload

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  desk = await Desk.open(testDatabase.url)
  const [seeded] = await seedPartners(desk, 1)
  if (seeded === undefined) throw new Error('no partner')
  partner = seeded
  writer = new Client({ connectionString: testDatabase.url })
  await writer.connect()
  // What a sequence has counted stays counted when the transaction is rolled back.
  await writer.query(`
    CREATE SEQUENCE conflict MINVALUE 0;
    CREATE TABLE conflicts (code text, until bigint);
    INSERT INTO conflicts VALUES ('40001', 0);
    CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE wanted conflicts;
    BEGIN
      SELECT * INTO wanted FROM conflicts;
      IF nextval('conflict') < wanted.until THEN
        RAISE EXCEPTION 'lost to another' USING ERRCODE = wanted.code;
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER conflict AFTER INSERT ON ledger_transaction FOR EACH STATEMENT EXECUTE FUNCTION conflict()`)
  gateway = await createGateway(
    { ...TEST_CONFIG, databaseUrl: testDatabase.url, staffToken: STAFF_TOKEN },
    { sweeps: false },
  )
  workload = new Workload([partner], new Dice(1))
  workload.sendTo([gateway.url])
})

afterAll(async () => {
  await gateway.close()
  await writer.end()
  await desk.close()
  await testDatabase.drop()
})

/** Attempts at writing that have been made since. */
async function attempts(): Promise<number> {
  const [row] = await desk.rows<{ made: number }>(
    'SELECT CASE WHEN is_called THEN last_value + 1 ELSE 0 END AS made FROM conflict',
  )
  return Number(row?.made)
}

async function force(code: string, times: number): Promise<void> {
  await writer.query("SELECT setval('conflict', 0, false)")
  await writer.query('UPDATE conflicts SET code = $1, until = $2', [code, times])
}

const contents = () =>
  desk.rows(
    `SELECT (SELECT count(*) FROM ledger_transaction) AS movements, (SELECT count(*) FROM event) AS events,
            (SELECT count(*) FROM idempotency_key) AS keys, (SELECT count(*) FROM channel) AS channels,
            (SELECT array_agg(a.* ORDER BY id) FROM account a)::text AS accounts`,
  )

const DEEDS: [kind: Kind, input: () => Record<string, unknown>][] = [
  ['allocate', () => ({ channelId: partner.channelIds[0], days: 2 })],
  ['create', () => ({ days: 3 })],
  ['adjust', () => ({ accountId: partner.accountId, days: 5 })],
]
const CODES = ['40001', '40P01']

describe('L8: a transaction that loses to another', () => {
  it.each(CODES.flatMap((code) => DEEDS.map(([kind, input]) => [code, kind, input] as const)))(
    'with %s in %s is run again, and its client sees success',
    async (code, kind, input) => {
      await force(code, MAX_ATTEMPTS - 1)
      const { answer } = await workload.ask(kind, partner, input())
      expect(answer).toMatchObject({ outcome: 'ok' })
      expect(await attempts()).toBe(MAX_ATTEMPTS)
    },
  )

  it.each(CODES.flatMap((code) => DEEDS.map(([kind, input]) => [code, kind, input] as const)))(
    'with %s in %s for ever is given up after five times, typed and retryable, and has left nothing',
    async (code, kind, input) => {
      await force(code, 1_000)
      const before = await contents()
      const asked = await workload.ask(kind, partner, input())
      expect(asked.answer).toMatchObject({ outcome: 'unknown', code: 'UNAVAILABLE' })
      expect(badlyTold([asked])).toEqual([])
      expect(await attempts()).toBe(MAX_ATTEMPTS)
      expect(await contents()).toEqual(before)
      await force(code, 0)
      await workload.retryUnknown()
      expect(asked.answer).toMatchObject({ outcome: 'ok' })
    },
  )

  it('in a deadlock with another writer comes to the same', async () => {
    await force('40001', 0)
    const [channelId] = partner.channelIds
    await writer.query('BEGIN')
    await writer.query('UPDATE channel SET name = name WHERE id = $1', [channelId])
    const asked = workload.ask('allocate', partner, { channelId, days: 1 })
    for (;;) {
      const rows = await desk.rows(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
      if (rows.length > 0) break
    }
    const other = await writer
      .query('UPDATE account SET name = name WHERE id = $1', [partner.accountId])
      .then(() => writer.query('COMMIT'))
      .catch((error: unknown) => writer.query('ROLLBACK').then(() => error))
    expect((await asked).answer).toMatchObject({ outcome: 'ok' })
    // One of the two was chosen to lose.
    expect([undefined, '40P01']).toContain((other as { code?: string }).code)
  })
})
