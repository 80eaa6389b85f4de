import { Client } from 'pg'
import { Api, type Partner } from './api'

const MANY = 50
const FEW = 5

let api: Api
let partner: Partner
let invoices: string[]
let channels: string[]
beforeAll(async () => {
  api = await Api.open()
  partner = await api.partner({ days: 10_000 })
  const { accountId, token } = partner
  await api.agree(accountId)
  invoices = await made(() => api.invoice(token, { channels: 1, looseDays: 1 }))
  for (const id of invoices) await api.pay(id, 1033)
  channels = await made((index) => api.channel(token, { name: `c${index}`, days: 3 }))
  await made(async (index) => {
    const input = { fromChannelId: channels[index], toChannelId: channels[MANY - 1 - index], days: 1 }
    await api.told(token, 'mutation ($input: TransferDaysInput!) { transferDays(input: $input) { __typename } }', {
      input,
    })
    return ''
  })
  await made(async (index) => {
    const { accountId } = await api.partner({ name: `Listed ${index}`, days: 5 })
    await api.agree(accountId)
    await api.agree(accountId, { channelMonthAmount: 900 })
    return accountId
  })
})
afterAll(() => api.close())

async function made(make: (index: number) => Promise<string>): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < MANY; index += 1) ids.push(await make(index))
  return ids
}

/** The statements that Postgres is sent while something is asked. */
async function statementsOf(token: string, query: string, variables: object = {}): Promise<string[]> {
  // Once beforehand: the last use of a token is written down once a minute.
  await api.told(token, '{ viewer { role } }')
  const statements: string[] = []
  const client = Client.prototype as unknown as {
    query: (config: string | { text: string }, ...rest: unknown[]) => unknown
  }
  const real = client.query
  client.query = function (this: Client, config, ...rest) {
    const text = typeof config === 'string' ? config : config.text
    // Some milliseconds after a change, and of budget twice a minute, so maybe within the next question.
    if (!text.includes('pg_notify') && !text.includes('lease_budget')) statements.push(text)
    return real.call(this, config, ...rest)
  }
  try {
    await api.told(token, query, variables)
  } finally {
    client.query = real
  }
  return statements
}

const MONEY = '{ amount currency }'
const CHANNEL = '{ id name status unusedDays paidUntil metadata }'

const LISTS: [list: string, statements: number, query: string][] = [
  // The token, the clock, the rows, their number.
  ['channels with their status and days', 4, `channels(first: $first) { totalCount nodes ${CHANNEL} }`],
  [
    'channels by status',
    4,
    `channels(first: $first, filter: { status: [ACTIVE, TRIAL] }) { totalCount nodes ${CHANNEL} }`,
  ],
  // The token, the rows, the channels, the invoices, the clock.
  [
    'the ledger with its channels and invoices',
    5,
    `ledger(first: $first) { nodes { id actor channel ${CHANNEL} toChannel ${CHANNEL} invoice { id overdue total ${MONEY} } entries { account days balanceAfter } } }`,
  ],
  // The token, the clock, the rows, their number, the lines, the payments.
  [
    'invoices with their lines and payments',
    6,
    `invoices(first: $first) { totalCount nodes { id overdue total ${MONEY} lines { amount ${MONEY} days } payments { amount ${MONEY} } } }`,
  ],
  // The token, the account, the rows, the channels, the clock, and the invoices.
  [
    'events with their movements, channels and invoices',
    6,
    `events(after: $after, first: $first) { nodes { sequence type actor
      ... on BalanceChange { transaction { id channel ${CHANNEL} toChannel ${CHANNEL} entries { days } } }
      ... on DayExpiryChange { channel ${CHANNEL} } ... on InvoiceChange { invoice { id } } } }`,
  ],
]

describe('a list costs as many statements for 50 rows as for 5:', () => {
  it.each(LISTS)('%s, %i', async (_, count, query) => {
    const document = (list: string) =>
      `query ($first: Int!${list.includes('$after') ? ', $after: Sequence' : ''}) { ${list} }`
    // Where movements, ends of channels and changes of invoices lie close together.
    const few = await statementsOf(partner.token, document(query), { first: FEW, after: 200 })
    const many = await statementsOf(partner.token, document(query), { first: MANY, after: 200 })
    expect(many.length).toBe(few.length)
    expect(many.length).toBeLessThanOrEqual(count)
  })

  it('accounts with their balances and agreements, 6', async () => {
    const query = `query ($first: Int!) { accounts(first: $first, search: "Listed") { totalCount nodes {
      id now balance { available allocated used sequence } priceAgreement { id channelMonth ${MONEY} } priceAgreements { id } } } }`
    const few = await statementsOf(api.staffToken, query, { first: FEW })
    const many = await statementsOf(api.staffToken, query, { first: MANY })
    expect(many.length).toBe(few.length)
    expect(many.length).toBeLessThanOrEqual(6)
  })

  it('the outcomes of a bulk, with their channels', async () => {
    const query = `mutation ($input: AllocateDaysInBulkInput!) { allocateDaysInBulk(input: $input) {
      allocatedDays balance { available allocated } items { channel ${CHANNEL} error { code } } } }`
    const input = (count: number) => ({
      input: { items: channels.slice(0, count).map((channelId) => ({ channelId, days: 1 })) },
    })
    const few = await statementsOf(partner.token, query, input(FEW))
    const many = await statementsOf(partner.token, query, input(MANY))
    expect(many.length).toBe(few.length)
    const staffs = await statementsOf(api.staffToken, query, input(MANY))
    // And the entry of the audit log, which a partner's movements have not.
    expect(staffs.length).toBeLessThanOrEqual(many.length + 1)
  })
})

describe('a look at one thing', () => {
  it('costs two statements for a balance: the token and the account', async () => {
    expect(await statementsOf(partner.token, '{ balance { available } }')).toHaveLength(2)
    expect(
      await statementsOf(partner.token, '{ balance { available allocated used creditLimit sequence } }'),
    ).toHaveLength(2)
  })

  it('costs three for a channel with its status: the token, the row and the clock', async () => {
    expect(await statementsOf(partner.token, `{ channel(id: "${channels[0] ?? ''}") ${CHANNEL} }`)).toHaveLength(3)
  })

  it('costs one for the same thing asked for many times', async () => {
    const id = invoices[0] ?? ''
    const fields = Array.from({ length: 10 }, (_, index) => `a${index}: invoice(id: "${id}") { id total ${MONEY} }`)
    expect(await statementsOf(partner.token, `{ ${fields.join(' ')} }`)).toHaveLength(2)
  })
})

describe('a movement', () => {
  it('costs five statements: the token and its batch, which its answer is told from', async () => {
    const query = `mutation ($input: AllocateDaysInput!) { allocateDays(input: $input) {
      balance { available owed sequence } transaction { id kind sequence comment entries { days balanceAfter } } } }`
    const input = { channelId: channels[0], days: 1, comment: 'told', idempotencyKey: 'five statements' }
    expect(await statementsOf(partner.token, query, { input })).toHaveLength(5)
    // What a replay answers is read: the balance as it is now, the movement as it was.
    expect((await statementsOf(partner.token, query, { input })).length).toBeGreaterThan(5)
  })
})
