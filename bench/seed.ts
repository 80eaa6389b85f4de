import { ApiToken } from '../src/auth/api-token.entity'
import { Scope } from '../src/auth/actor'
import { makeTokenText } from '../src/auth/token-text'
import type { Database } from '../src/database'
import { requestInvoice, RequestInvoice } from '../src/invoices/request-invoice'
import { setPriceAgreement, SetPriceAgreement } from '../src/pricing/set-price-agreement'
import { parseInput } from '../src/input'
import { newId } from '../src/typed-id'

const STAFF = 'staff:bench'

/** Of staff, on the bench's own gateways. */
export const STAFF_TOKEN = 'a-token-of-staff-on-the-gateways-of-the-bench'

/** A token for each account, that may do what a partner may. */
export async function partnerTokens(database: Database, accountIds: readonly string[]): Promise<string[]> {
  const made = accountIds.map((accountId) => {
    const id = newId('apiToken')
    return { id, accountId, ...makeTokenText('partner', id) }
  })
  await database.dataSource.manager.insert(
    ApiToken,
    made.map(({ id, accountId, digest }) => ({
      id,
      accountId,
      name: 'bench',
      secretDigest: digest,
      scopes: [Scope.READ, Scope.CHANNELS, Scope.BILLING],
      createdBy: null,
      createdAt: new Date(),
      expiresAt: null,
      lastUsedAt: null,
      revokedAt: null,
    })),
  )
  return made.map(({ text }) => text)
}

/** A long ledger: allocations of a day and their releases in turn, so that nothing but its length grows. */
export async function writeLedger(
  { dataSource }: Database,
  { accountId, channelIds }: { accountId: string; channelIds: readonly string[] },
  rows: number,
): Promise<void> {
  await dataSource.query(
    `
    INSERT INTO ledger_transaction (
      account_id, sequence, id, kind, from_account, to_account, days, from_balance, to_balance, available_balance,
      channel_id, actor, occurred_at, end_reason, unused_days
    )
    SELECT a.id, a.sequence + n, 'ledger_' || left(md5(a.id), 18) || lpad(to_hex(n), 8, '0'),
           CASE n % 2 WHEN 1 THEN 'ALLOCATION' ELSE 'RELEASE' END,
           CASE n % 2 WHEN 1 THEN 'AVAILABLE' ELSE 'ALLOCATED' END,
           CASE n % 2 WHEN 1 THEN 'ALLOCATED' ELSE 'AVAILABLE' END,
           1, CASE n % 2 WHEN 1 THEN a.available - 1 ELSE 0 END, CASE n % 2 WHEN 1 THEN 1 ELSE a.available END,
           CASE n % 2 WHEN 1 THEN a.available - 1 ELSE a.available END,
           ($2::text[])[1 + n % $3::int], 'staff:bench', a.changed_at, NULL, NULL
    FROM account a, generate_series(1, $4::int) n WHERE a.id = $1`,
    [accountId, channelIds, channelIds.length, rows],
  )
  await dataSource.query('UPDATE account SET sequence = sequence + $2::int WHERE id = $1', [accountId, rows])
}

/** Requests that wait for staff. */
export async function queueOfInvoices(database: Database, accountId: string, count: number): Promise<void> {
  const agreement = parseInput(SetPriceAgreement, {
    accountId,
    currency: 'EUR',
    channelMonthAmount: 900,
    looseDayAmount: 40,
    autoPrepare: false,
  })
  await database.inTransaction((tx) => setPriceAgreement(tx, STAFF, agreement))
  const order = parseInput(RequestInvoice, { channels: 10, months: 1 })
  for (let index = 0; index < count; index += 1) {
    await database.inTransaction((tx) => requestInvoice(tx, STAFF, accountId, order))
  }
}
