import { createHash, timingSafeEqual } from 'node:crypto'
import pg from 'pg'

/**
 * What Yoga and Mercurius answer with: the same tables, a named statement for each list, and the token looked up for each
 * request, as Daybook does. No budgets, no limits, no clock, no walls beyond the account's own id.
 */
const types = { getTypeParser: (oid, format) => (oid === 20 ? Number : pg.types.getTypeParser(oid, format)) }
export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16, types })

const query = async (name, text, values) => (await pool.query({ name, text, values })).rows

/** Null for staff. Throws for a token that isn't good. */
export async function callerOf(authorization) {
  const text = authorization?.slice('Bearer '.length) ?? ''
  if (text === process.env.BENCH_STAFF_TOKEN) return { accountId: null }
  const id = `token_${text.split('_')[2] ?? ''}`
  const [token] = await query(
    'token',
    `SELECT account_id, secret_digest FROM api_token
     WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    [id],
  )
  const digest = createHash('sha256').update(text).digest()
  if (token === undefined || !timingSafeEqual(token.secret_digest, digest)) throw new Error('unauthenticated')
  return { accountId: token.account_id }
}

export const typeDefs = `
  scalar DateTime
  scalar Sequence
  type BalanceChange { sequence: Float! available: Float! }
  type Subscription { balanceChanged(after: Sequence): BalanceChange! }
  type Balance { available: Float! }
  type Subscription_ { id: ID! status: String! currentPeriodEnd: DateTime! }
  type Channel { id: ID! name: String! paidUntil: DateTime subscription: Subscription_ }
  type ChannelConnection { nodes: [Channel!]! }
  type Entry { account: String! days: Float! balanceAfter: Float! }
  type LedgerTransaction {
    id: ID! sequence: Float! kind: String! occurredAt: DateTime! entries: [Entry!]! channel: Channel
  }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type LedgerConnection { nodes: [LedgerTransaction!]! pageInfo: PageInfo! }
  type AccountName { id: ID! name: String! }
  type Invoice { id: ID! status: String! prepareBy: DateTime! days: Float! account: AccountName! }
  type InvoiceConnection { nodes: [Invoice!]! }
  enum InvoiceStatus { REQUESTED OPEN PAID VOID UNCOLLECTIBLE }
  input InvoiceFilter { status: [InvoiceStatus!] }
  type Query {
    balance: Balance!
    channels(first: Int!): ChannelConnection!
    ledger(first: Int!, after: String): LedgerConnection!
    invoices(first: Int!, filter: InvoiceFilter): InvoiceConnection!
  }
`

const channelRows = `SELECT id, name, paid_until AS "paidUntil" FROM channel`

export const resolvers = {
  Subscription: {
    balanceChanged: { subscribe: (_, { after }, { caller }) => movements(caller.accountId, after) },
  },
  Query: {
    async balance(_, __, { caller }) {
      const [row] = await query('balance', 'SELECT available FROM account WHERE id = $1', [caller.accountId])
      return row
    },
    async channels(_, { first }, { caller }) {
      const nodes = await query('channels', `${channelRows} WHERE account_id = $1 ORDER BY id DESC LIMIT $2`, [
        caller.accountId,
        first,
      ])
      const subscriptions = await query(
        'subscriptions',
        `SELECT DISTINCT ON (channel_id) id, channel_id, status, current_period_end AS "currentPeriodEnd"
         FROM channel_subscription WHERE account_id = $1 AND channel_id = ANY ($2)
         ORDER BY channel_id, status = 'CANCELED', id DESC`,
        [caller.accountId, nodes.map(({ id }) => id)],
      )
      const of = new Map(subscriptions.map((row) => [row.channel_id, row]))
      return { nodes: nodes.map((node) => ({ ...node, subscription: of.get(node.id) ?? null })) }
    },
    async ledger(_, { first, after }, { caller }) {
      const before =
        after == null ? Number.MAX_SAFE_INTEGER : Number(Buffer.from(after, 'base64url').toString().slice(7))
      const rows = await query(
        'ledger',
        `SELECT id, sequence, kind, occurred_at AS "occurredAt", from_account, to_account, days, from_balance, to_balance,
                channel_id
         FROM ledger_transaction WHERE account_id = $1 AND sequence < $2 ORDER BY sequence DESC LIMIT $3`,
        [caller.accountId, before, first + 1],
      )
      const shown = rows.slice(0, first)
      const ids = [...new Set(shown.map((row) => row.channel_id).filter((id) => id !== null))]
      const channels =
        ids.length === 0
          ? []
          : await query('channels-by-id', `${channelRows} WHERE account_id = $1 AND id = ANY ($2)`, [
              caller.accountId,
              ids,
            ])
      const of = new Map(channels.map((row) => [row.id, row]))
      const nodes = shown.map((row) => ({
        ...row,
        channel: of.get(row.channel_id) ?? null,
        entries: [
          { account: row.from_account, days: -row.days, balanceAfter: row.from_balance },
          { account: row.to_account, days: row.days, balanceAfter: row.to_balance },
        ],
      }))
      const last = shown.at(-1)
      const endCursor = last === undefined ? null : Buffer.from(`ledger:${last.sequence}`).toString('base64url')
      return { nodes, pageInfo: { hasNextPage: rows.length > first, endCursor } }
    },
    async invoices(_, { first }, { caller }) {
      if (caller.accountId !== null) throw new Error('staff only')
      const rows = await query(
        'queue',
        `SELECT i.id, i.status, i.prepare_by AS "prepareBy", i.days, a.id AS account_id, a.name
         FROM invoice i JOIN account a ON a.id = i.account_id
         WHERE i.status = 'REQUESTED' ORDER BY i.prepare_by, i.id LIMIT $1`,
        [first],
      )
      return { nodes: rows.map((row) => ({ ...row, account: { id: row.account_id, name: row.name } })) }
    },
  },
}

/** Accounts that somebody follows: each is read once for all who follow it, as its notification comes. */
const followed = new Map()

const movementsAfter = (accountId, sequence) =>
  query(
    'movements-after',
    `SELECT sequence, available_balance AS available FROM ledger_transaction
     WHERE account_id = $1 AND sequence > $2 ORDER BY sequence`,
    [accountId, sequence],
  )

async function readOn(account) {
  account.isStale = true
  if (account.isReading) return
  account.isReading = true
  while (account.isStale) {
    account.isStale = false
    const rows = await movementsAfter(account.id, account.last)
    account.last = rows.at(-1)?.sequence ?? account.last
    for (const listener of account.listeners) listener(rows)
  }
  account.isReading = false
}

/** Hints as Daybook's gateways send them. */
export async function listen() {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await client.connect()
  client.on('notification', ({ payload }) => {
    for (const id of payload.split(' ')) {
      const account = followed.get(id)
      if (account !== undefined) void readOn(account)
    }
  })
  await client.query('LISTEN daybook_events')
}

/** The movements of an account after one, and those to come. */
export async function* movements(accountId, after) {
  const queue = []
  let wake
  const account = followed.get(accountId) ?? { id: accountId, last: after, listeners: new Set() }
  followed.set(accountId, account)
  const listener = (rows) => {
    for (const row of rows) queue.push(row)
    wake?.()
  }
  account.listeners.add(listener)
  let cursor = after
  try {
    queue.unshift(...(await movementsAfter(accountId, after)))
    for (;;) {
      for (const row of queue.splice(0)) {
        if (row.sequence <= cursor) continue
        cursor = row.sequence
        yield { balanceChanged: row }
      }
      if (queue.length === 0) await new Promise((resolve) => (wake = resolve))
    }
  } finally {
    account.listeners.delete(listener)
  }
}

/** Tells the bench where it listens, and what CPU it has used; ends with it. */
export function announce(url, close) {
  process.on('message', (message) => {
    if (message === 'usage') process.send({ usage: process.cpuUsage() })
    if (message === 'stop') void close().finally(() => process.exit())
  })
  process.on('disconnect', () => process.exit())
  process.send({ url })
}
