import { DatabaseError } from 'pg'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, onDatabase } from '../support/desk'
import { rowsLiteral } from '../../src/row-literal'

let testDatabase: TestDatabase
let desk: Desk
/** Two accounts, each with two channels, an agreement, an invoice and whatever these bring along. */
let own: Holdings
let other: Holdings

interface Holdings {
  accountId: string
  channelId: string
  secondChannelId: string
  invoiceId: string
}

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  desk = await Desk.open(testDatabase.url)
  own = await holdings('own')
  other = await holdings('other')
})

afterAll(async () => {
  await desk.close()
  await testDatabase.drop()
})

async function holdings(name: string): Promise<Holdings> {
  const accountId = await desk.createAccount({ name, billingMode: 'POSTPAID', creditLimit: 10 })
  await desk.grant(accountId, 100)
  const [channelId = '', secondChannelId = ''] = await desk.channels(accountId, 2)
  await desk.allocate(accountId, { channelId, days: 30, idempotencyKey: 'first' })
  const invoiceId = `invoice_${name}`
  await sql(
    `INSERT INTO price_agreement (id, account_id, currency, channel_month_minor, valid_from, created_at)
     VALUES ('agreement_' || $1, $2, 'EUR', 1000, now(), now())`,
    [name, accountId],
  )
  await sql(
    `INSERT INTO invoice (id, account_id, status, currency, subtotal_minor, tax_minor, total_minor, days,
                          price_agreement_id, payment_term_days, requested_at, prepare_by)
     VALUES ($1, $2, 'REQUESTED', 'EUR', 1000, 0, 1000, 30, 'agreement_' || $3, 14, now(), now())`,
    [invoiceId, accountId, name],
  )
  await sql(
    `INSERT INTO invoice_line (invoice_id, position, account_id, kind, description, quantity, unit_price_minor, per,
                               amount_minor, days)
     VALUES ($1, 1, $2, 'CHANNELS', 'One channel', 1, 1000, 1, 1000, 30)`,
    [invoiceId, accountId],
  )
  await sql(
    `INSERT INTO payment (id, account_id, invoice_id, method, amount_minor, currency, received_at, actor)
     VALUES ('payment_' || $1, $2, $3, 'OTHER', 1, 'EUR', now(), 'staff:test')`,
    [name, accountId, invoiceId],
  )
  return { accountId, channelId, secondChannelId, invoiceId }
}

function sql<Row>(text: string, values?: unknown[]): Promise<Row[]> {
  return onDatabase<Row>(testDatabase.url, text, values)
}

/** What the database says to it: its SQLSTATE, and the constraint where it names one. */
async function refusal(text: string, values?: unknown[]): Promise<{ code?: string; constraint?: string }> {
  try {
    await sql(text, values)
  } catch (error) {
    if (error instanceof DatabaseError) return { code: error.code, constraint: error.constraint }
    throw error
  }
  throw new Error(`not refused: ${text}`)
}

const RESTRICT_VIOLATION = '23001'
const FOREIGN_KEY_VIOLATION = '23503'
const UNIQUE_VIOLATION = '23505'
const CHECK_VIOLATION = '23514'

describe('L2: what is written down', () => {
  const tables = {
    ledger_transaction: 'days = days + 1',
    event: 'data = NULL',
    payment: 'amount_minor = 2',
    idempotency_key: `outcome = 'null'`,
    price_agreement: 'channel_month_minor = 1',
    invoice_line: 'days = 31',
  }

  it.each(Object.entries(tables))('stays as it is in %s, whoever asks', async (table, change) => {
    const everything = `SELECT * FROM ${table} t ORDER BY t::text`
    const before = await sql(everything)
    expect(before.length).toBeGreaterThan(0)
    for (const attack of [
      `UPDATE ${table} SET ${change}`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table} CASCADE`,
      // Nothing is hit: it is refused all the same, and so are those that go a longer way round.
      `UPDATE ${table} SET ${change} WHERE false`,
      `WITH gone AS (DELETE FROM ${table} RETURNING *) SELECT * FROM gone`,
      `MERGE INTO ${table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE`,
    ]) {
      expect([attack, (await refusal(attack)).code]).toEqual([attack, RESTRICT_VIOLATION])
    }
    expect(await sql(everything)).toEqual(before)
  })

  it.each(['account', 'channel'])('has an end in %s that is marked, never deleted', async (table) => {
    const before = await sql(`SELECT count(*) FROM ${table}`)
    for (const attack of [`DELETE FROM ${table}`, `TRUNCATE ${table} CASCADE`]) {
      expect([attack, (await refusal(attack)).code]).toEqual([attack, RESTRICT_VIOLATION])
    }
    expect(await sql(`SELECT count(*) FROM ${table}`)).toEqual(before)
  })

  it('keeps the account that it names: it bears one id for ever', async () => {
    const renamed = `UPDATE account SET id = 'account_x' WHERE id = $1`
    expect((await refusal(renamed, [own.accountId])).code).toBe(RESTRICT_VIOLATION)
    const mixed = `
      INSERT INTO event (account_id, sequence, type, actor, occurred_at)
      SELECT account_id, 1000, 'forged', 'forger', now() FROM unnest($1::text[]) AS account_id`
    expect(await refusal(mixed, [[own.accountId, 'account_nowhere']])).toEqual({
      code: FOREIGN_KEY_VIOLATION,
      constraint: 'event_has_account',
    })
    expect(await sql(`SELECT FROM event WHERE type = 'forged'`)).toEqual([])
  })

  it('stays as it is on an invoice: its figures, its being there', async () => {
    const { invoiceId } = own
    for (const change of [
      'total_minor = 0, subtotal_minor = 0',
      'days = 31',
      `currency = 'USD'`,
      `account_id = '${other.accountId}'`,
      `id = 'invoice_x'`,
    ]) {
      const attack = `UPDATE invoice SET ${change} WHERE id = '${invoiceId}'`
      expect([attack, (await refusal(attack)).code]).toEqual([attack, RESTRICT_VIOLATION])
    }
    expect((await refusal('DELETE FROM invoice')).code).toBe(RESTRICT_VIOLATION)
    expect((await refusal('TRUNCATE invoice CASCADE')).code).toBe(RESTRICT_VIOLATION)
  })
})

type Changes = Record<string, string | number | null>

/** A ledger row that would be good, were it not for what is changed about it. */
function ledgerRow(changes: Changes): [text: string, values: (string | number | null)[]] {
  const row = {
    account_id: own.accountId,
    sequence: 1_000,
    id: 'ledger_forged',
    kind: 'ALLOCATION',
    from_account: 'AVAILABLE',
    to_account: 'ALLOCATED',
    days: 1,
    from_balance: 69,
    to_balance: 31,
    available_balance: 69,
    channel_id: own.channelId,
    actor: 'forger',
    occurred_at: new Date().toISOString(),
    ...changes,
  }
  const names = Object.keys(row)
  const places = names.map((_, index) => `$${index + 1}`)
  return [`INSERT INTO ledger_transaction (${names.join(', ')}) VALUES (${places.join(', ')})`, Object.values(row)]
}

const transfer = { kind: 'TRANSFER', from_account: 'ALLOCATED', to_account: 'ALLOCATED', available_balance: 70 }

describe('a ledger row', () => {
  it.each<[what: string, changes: () => Changes]>([
    ['another account’s channel', () => ({ channel_id: other.channelId })],
    ['another account’s receiving channel', () => ({ ...transfer, to_channel_id: other.channelId })],
    ['another account’s invoice', () => ({ invoice_id: other.invoiceId })],
    ['a channel that is not there', () => ({ channel_id: 'channel_nowhere' })],
    ['an account that is not there', () => ({ account_id: 'account_nowhere', channel_id: null, kind: 'BURN' })],
  ])('that names %s is refused', async (_, changes) => {
    const burn: Changes = changes().kind === 'BURN' ? { from_account: 'ALLOCATED', to_account: 'USED' } : {}
    const constraint = 'ledger_transaction_stays_in_account'
    expect(await refusal(...ledgerRow({ ...changes(), ...burn }))).toEqual({ code: FOREIGN_KEY_VIOLATION, constraint })
  })

  it.each<[what: string, constraint: string, code: string, changes: () => Changes]>([
    ['moves no day', 'ledger_transaction_days_positive', CHECK_VIOLATION, () => ({ days: 0 })],
    ['moves days backwards', 'ledger_transaction_days_positive', CHECK_VIOLATION, () => ({ days: -1 })],
    ['tells another balance', 'ledger_transaction_available_told', CHECK_VIOLATION, () => ({ available_balance: 70 })],
    ['is of no kind', 'ledger_transaction_movement_known', CHECK_VIOLATION, () => ({ kind: 'GIFT' })],
    ['goes another way than its kind', 'ledger_transaction_movement_known', CHECK_VIOLATION, () => ({ kind: 'GRANT' })],
    ['allocates to nothing', 'ledger_transaction_movement_known', CHECK_VIOLATION, () => ({ channel_id: null })],
    [
      'transfers to where it came from',
      'ledger_transaction_movement_known',
      CHECK_VIOLATION,
      () => ({ ...transfer, to_channel_id: own.channelId }),
    ],
    [
      'credits a purchase of nothing',
      'ledger_transaction_movement_known',
      CHECK_VIOLATION,
      () => ({ kind: 'PURCHASE', from_account: 'ISSUED', to_account: 'AVAILABLE', to_balance: 69, channel_id: null }),
    ],
    ['takes a number that is taken', 'ledger_transaction_pkey', UNIQUE_VIOLATION, () => ({ sequence: 2 })],
  ])('that %s is refused', async (_, constraint, code, changes) => {
    expect(await refusal(...ledgerRow(changes()))).toEqual({ code, constraint })
  })

  it('is taken where nothing is wrong about it', async () => {
    await sql(`BEGIN; ${inlined(ledgerRow({}))}; ROLLBACK`)
  })

  it('credits an invoice once', async () => {
    const purchase = (id: string, sequence: number) =>
      ledgerRow({
        ...{ id, sequence, kind: 'PURCHASE', from_account: 'ISSUED', to_account: 'AVAILABLE', channel_id: null },
        ...{ invoice_id: own.invoiceId, to_balance: 69 },
      })
    const twice = [purchase('ledger_a', 1_001), purchase('ledger_b', 1_002)].map(inlined).join(';')
    expect(await refusal(`BEGIN; ${twice}; COMMIT`)).toEqual({
      code: UNIQUE_VIOLATION,
      constraint: 'ledger_transaction_invoice_credited_once',
    })
  })
})

/** Several statements in one message take no values beside them. */
function inlined([text, values]: ReturnType<typeof ledgerRow>): string {
  return text.replaceAll(/\$(\d+)/g, (_, place: string) => {
    const value = values[Number(place) - 1]
    return value === null ? 'NULL' : `'${value}'`
  })
}

describe('L2, L12: a book that bypasses the verbs', () => {
  it.each<[what: string, constraint: string, change: string]>([
    ['overdraws the balance past its credit', 'account_within_credit_limit', 'available = -11, allocated = 111'],
    ['makes a day out of nothing', 'account_books_sum_to_zero', 'available = available + 1'],
    ['has fewer days on channels than none', 'account_days_not_negative', 'allocated = -1, available = 101'],
    ['has used fewer than none', 'account_days_not_negative', 'used = -1, available = available + 1'],
    [
      'has a credit limit below the debt',
      'account_within_credit_limit',
      'available = -10, allocated = 110, credit_limit = 9',
    ],
    ['gives a prepaid account credit', 'account_credit_limit_postpaid', `billing_mode = 'PREPAID'`],
    ['grants a trial of no days', 'account_trials_bounded', 'trial_days = 0'],
  ])('that %s is refused', async (_, constraint, change) => {
    const attack = `UPDATE account SET ${change} WHERE id = $1`
    expect(await refusal(attack, [own.accountId])).toEqual({ code: CHECK_VIOLATION, constraint })
  })

  it.each<[what: string, code: string, constraint: string, change: string]>([
    [
      'has more than 36,500 days',
      CHECK_VIOLATION,
      'channel_paid_days_bounded',
      `paid_days = 36501, paid_until = run_start + 36501 * interval '24 hours'`,
    ],
    [
      'has fewer days than none',
      CHECK_VIOLATION,
      'channel_paid_days_bounded',
      "paid_days = -1, paid_until = run_start - interval '24 hours'",
    ],
    [
      'ends at another time than its days make',
      CHECK_VIOLATION,
      'channel_paid_until_derived',
      `paid_until = paid_until + interval '1 millisecond'`,
    ],
    ['has days and no end', CHECK_VIOLATION, 'channel_paid_until_derived', 'paid_until = NULL'],
    ['has days and no start', CHECK_VIOLATION, 'channel_paid_until_derived', 'run_start = NULL'],
    ['has an end and no days', CHECK_VIOLATION, 'channel_paid_until_derived', 'paid_days = 0'],
  ])('with a channel that %s is refused', async (_, code, constraint, change) => {
    expect(await refusal(`UPDATE channel SET ${change} WHERE id = $1`, [own.channelId])).toEqual({ code, constraint })
  })

  it('is refused by the function that writes books, too, and leaves nothing of it', async () => {
    const now = new Date()
    const overdrawn = [own.accountId, -100, -20, 120, 0, 0, 99, now, now, null, now, null, null, false]
    const before = await sql('SELECT * FROM account ORDER BY id')
    const attack = `SELECT daybook_write_books($1, '{}', '{}', '{}', '{}')`
    expect(await refusal(attack, [rowsLiteral([overdrawn])])).toEqual({
      code: CHECK_VIOLATION,
      constraint: 'account_within_credit_limit',
    })
    expect(await sql('SELECT * FROM account ORDER BY id')).toEqual(before)
  })

  it('X5: can’t pay another account’s invoice, nor put a line on it', async () => {
    const payment = `
      INSERT INTO payment (id, account_id, invoice_id, method, amount_minor, currency, received_at, actor)
      VALUES ('payment_x', $1, $2, 'OTHER', 1, 'EUR', now(), 'forger')`
    expect(await refusal(payment, [own.accountId, other.invoiceId])).toEqual({
      code: FOREIGN_KEY_VIOLATION,
      constraint: 'payment_own_invoice',
    })
    const line = `
      INSERT INTO invoice_line (invoice_id, position, account_id, kind, description, quantity, unit_price_minor, per,
                                amount_minor, days)
      VALUES ($2, 2, $1, 'CHANNELS', 'One channel', 1, 1, 1, 1, 30)`
    expect(await refusal(line, [own.accountId, other.invoiceId])).toEqual({
      code: FOREIGN_KEY_VIOLATION,
      constraint: 'invoice_line_own_invoice',
    })
  })

  it('X5: can’t move a channel to another account', async () => {
    const attack = 'UPDATE channel SET account_id = $2 WHERE id = $1'
    expect(await refusal(attack, [own.channelId, other.accountId])).toMatchObject({ code: RESTRICT_VIOLATION })
  })

  it('can’t give two live channels one externalId', async () => {
    await sql(`UPDATE channel SET external_id = 'one' WHERE id = $1`, [own.channelId])
    expect(await refusal(`UPDATE channel SET external_id = 'one' WHERE id = $1`, [own.secondChannelId])).toEqual({
      code: UNIQUE_VIOLATION,
      constraint: 'channel_external_id_unique',
    })
    // Another account's channel may bear it.
    await sql(`UPDATE channel SET external_id = 'one' WHERE id = $1`, [other.channelId])
  })
})

describe('the audit', () => {
  /** Past all triggers and constraints, as only a superuser with intent can; undone before the next. */
  it.each<[what: string, attack: string, told: RegExp]>([
    [
      'a row that was taken out',
      `DELETE FROM ledger_transaction WHERE kind = 'ALLOCATION'`,
      /sequence is|sum of its entries/,
    ],
    ['days that were changed', `UPDATE ledger_transaction SET days = 31 WHERE kind = 'ALLOCATION'`, /running balance/],
    [
      'a balance that was changed',
      'UPDATE account SET available = 71, issued = -101',
      /AVAILABLE is 71, and the sum of its entries 70/,
    ],
    [
      'a channel with more time than it was given',
      `UPDATE channel SET paid_days = 31, paid_until = paid_until + interval '24 hours' WHERE paid_days = 30`,
      /another run of time/,
    ],
    [
      'a channel that was shifted',
      `UPDATE channel SET run_start = run_start + interval '1 hour', paid_until = paid_until + interval '1 hour' WHERE paid_days = 30`,
      /another run of time/,
    ],
    [
      'an event that was taken out',
      `DELETE FROM event WHERE type = 'channel.created'`,
      /events bear 4 numbers up to 6, and its sequence is 6/,
    ],
    [
      'time that runs backwards',
      `UPDATE ledger_transaction SET occurred_at = '2001-01-01' WHERE kind = 'ALLOCATION'`,
      /dated before/,
    ],
    [
      'an event that is dated before the one before it',
      `UPDATE event SET occurred_at = '2001-01-01' WHERE type = 'channel.created'`,
      /event 3 is dated before/,
    ],
    [
      'an end that was told wrong',
      `UPDATE ledger_transaction SET paid_until = paid_until + interval '1 day' WHERE kind = 'ALLOCATION'`,
      /the end of channel/,
    ],
    [
      'a movement that became another channel’s',
      `UPDATE ledger_transaction SET channel_id = 'channel_other' WHERE kind = 'ALLOCATION'`,
      /not of this account/,
    ],
  ])('tells of %s', async (_, attack, told) => {
    const tampered = await createTestDatabase()
    const mine = await Desk.open(tampered.url)
    try {
      const accountId = await mine.createAccount()
      await mine.grant(accountId, 100)
      const [channelId = ''] = await mine.channels(accountId, 2)
      await mine.allocate(accountId, { channelId, days: 30 })
      expect(await auditLedger(mine.database, null)).toMatchObject({ ok: true, violations: [], accountsChecked: 1 })
      await onDatabase(tampered.url, `SET session_replication_role = replica; ${attack}`)
      const audit = await auditLedger(mine.database, null)
      expect(audit.ok).toBe(false)
      expect(audit.violations.join('\n')).toMatch(told)
      expect(audit.violations.every((violation) => violation.startsWith(`Account ${accountId}: `))).toBe(true)
    } finally {
      await mine.close()
      await tampered.drop()
    }
  })

  it('finds nothing amiss in what is untouched', async () => {
    // The invoices here came from no verb, and one of them has a payment that nobody booked.
    const audit = await auditLedger(desk.database, own.accountId)
    expect(audit.violations).toEqual([expect.stringMatching(/invoice invoice_own and its payments/)])
  })
})
