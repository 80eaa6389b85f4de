/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- an answer has the shape of its query, which stands beside it */
import { createGateway, type Gateway } from '../../src/gateway'
import { createLog } from '../../src/log'
import { createTestDatabase, type TestDatabase } from '../support/database'

const STAFF_TOKEN = 'staff-token-of-the-test-that-buys-days'
const NONE = 'invoice_01jd0000000000000000000000'

let database: TestDatabase
let gateway: Gateway
beforeAll(async () => {
  database = await createTestDatabase()
  const config = {
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    databaseUrl: database.url,
    databasePoolSize: 4,
    migrate: false,
    home: '/nowhere',
    staffToken: STAFF_TOKEN,
    demo: false,
    production: false,
    stripe: null,
    secretKeys: [],
    smtp: null,
    openId: null,
    trustProxy: null,
    mailFrom: { name: 'Daybook', address: 'billing@daybook.test' },
    logLevel: 'silent' as const,
  }
  gateway = await createGateway(config, { log: createLog(config) })
})
afterAll(async () => {
  await gateway.close()
  await database.drop()
})

interface Answer {
  data: any
  errors?: { message: string; extensions: { code: string } & Record<string, unknown> }[]
}

async function ask(token: string, query: string, variables: object = {}): Promise<Answer> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  return (await response.json()) as Answer
}

async function told(token: string, query: string, variables: object = {}): Promise<any> {
  const { data, errors } = await ask(token, query, variables)
  expect(errors).toBeUndefined()
  return data
}

async function refusal(token: string, query: string, variables: object = {}) {
  return (await ask(token, query, variables)).errors?.map(({ extensions }) => extensions)
}

/** An account with a token of this scope. */
async function partner(scopes: string): Promise<{ accountId: string; token: string }> {
  const { createAccount } = await told(STAFF_TOKEN, 'mutation { createAccount(input: { name: "P" }) { id } }')
  const { createToken } = await told(
    STAFF_TOKEN,
    `mutation ($id: ID!) { createToken(input: { accountId: $id, name: "t", scopes: [${scopes}] }) { secret } }`,
    { id: createAccount.id },
  )
  return { accountId: String(createAccount.id), token: String(createToken.secret) }
}

const AGREE = `mutation ($input: SetPriceAgreementInput!) { setPriceAgreement(input: $input) {
  priceAgreement { id currency channelMonth { amount currency } looseDay { amount } tiers { fromChannels channelMonth { amount currency } } taxPartsPerMillion autoPrepare paymentTermDays }
  priceAgreements { id }
} }`
const INVOICE = `id accountId number status overdue days purchaseOrder subtotal { amount currency } tax { amount } total { amount } paid { amount }
  openedAt dueAt paidAt periodStart periodEnd
  lines { kind description quantity unitPrice { amount currency } per amount { amount } days }
  payments { method amount { amount currency } reference }`
const REQUEST = `mutation ($input: RequestInvoiceInput!) { requestInvoice(input: $input) { invoice { ${INVOICE} } } }`
const PAY = `mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) { invoice { ${INVOICE} } } }`
const PREPARE = `mutation ($id: ID!) { prepareInvoice(invoiceId: $id) { invoice { status number } } }`
const VOID = `mutation ($id: ID!) { voidInvoice(invoiceId: $id, comment: "no") { invoice { status } } }`
const CANCEL = `mutation ($id: ID!) { cancelInvoiceRequest(invoiceId: $id) { invoice { status } } }`

it('is a story of two hands: the partner requests, staff record the money, the balance is credited', async () => {
  const { accountId, token } = await partner('BILLING')
  const { setPriceAgreement } = await told(STAFF_TOKEN, AGREE, {
    input: {
      accountId,
      currency: 'EUR',
      channelMonthAmount: 1000,
      tiers: [{ fromChannels: 50, channelMonthAmount: 900 }],
      taxPartsPerMillion: 190_000,
    },
  })
  expect(setPriceAgreement.priceAgreement).toEqual({
    id: setPriceAgreement.priceAgreements[0].id,
    currency: 'EUR',
    channelMonth: { amount: 1000, currency: 'EUR' },
    looseDay: null,
    tiers: [{ fromChannels: 50, channelMonth: { amount: 900, currency: 'EUR' } }],
    taxPartsPerMillion: 190_000,
    autoPrepare: true,
    paymentTermDays: 14,
  })

  const order = { channels: 75, purchaseOrder: 'PO 7', idempotencyKey: 'march' }
  const { invoice } = (await told(token, REQUEST, { input: order })).requestInvoice
  expect(invoice).toMatchObject({
    accountId,
    number: expect.stringMatching(/^DB-\d{4}-\d{6}$/),
    status: 'OPEN',
    overdue: false,
    days: 2250,
    purchaseOrder: 'PO 7',
    subtotal: { amount: 67_500, currency: 'EUR' },
    tax: { amount: 12_825 },
    total: { amount: 80_325 },
    paid: { amount: 0 },
    paidAt: null,
    periodStart: null,
    periodEnd: null,
    lines: [
      {
        kind: 'CHANNELS',
        description: '75 channels for 30 days',
        quantity: 75,
        unitPrice: { amount: 900, currency: 'EUR' },
        per: 1,
        amount: { amount: 67_500 },
        days: 2250,
      },
    ],
    payments: [],
  })

  const payment = { invoiceId: invoice.id, method: 'BANK_TRANSFER', amount: 80_325, currency: 'EUR', reference: 'w 1' }
  const input = { ...payment, idempotencyKey: 'wire 1' }
  expect(await refusal(token, PAY, { input })).toMatchObject([{ code: 'FORBIDDEN' }])
  const paid = await told(STAFF_TOKEN, PAY, { input })
  for (const { recordPayment } of [paid, await told(STAFF_TOKEN, PAY, { input })]) {
    expect(recordPayment.invoice).toMatchObject({
      status: 'PAID',
      paid: { amount: 80_325 },
      payments: [{ method: 'BANK_TRANSFER', amount: { amount: 80_325, currency: 'EUR' }, reference: 'w 1' }],
    })
  }
  const seen = await told(
    token,
    `{ balance { available }
       account { priceAgreement { id } invoices { totalCount nodes { id } } }
       ledger { nodes { kind actor invoice { id status } } }
       events(after: 0) { nodes { type actor ... on InvoiceChange { status invoice { id } } } }
       node(id: "${invoice.id}") { ... on Invoice { status } } }`,
  )
  expect(seen).toMatchObject({
    balance: { available: 2250 },
    account: { priceAgreement: { id: expect.any(String) }, invoices: { totalCount: 1, nodes: [{ id: invoice.id }] } },
    ledger: { nodes: [{ kind: 'PURCHASE', actor: 'staff', invoice: { id: invoice.id, status: 'PAID' } }] },
    node: { status: 'PAID' },
  })
  expect(seen.events.nodes.slice(-5)).toMatchObject([
    { type: 'invoice.requested', status: 'REQUESTED' },
    { type: 'invoice.opened', status: 'OPEN' },
    { type: 'invoice.payment_recorded', status: 'OPEN', actor: 'staff' },
    { type: 'invoice.paid', status: 'PAID', invoice: { id: invoice.id } },
    { type: 'balance.changed' },
  ])
})

it('lets staff work through the queue, and a partner withdraw from it', async () => {
  const { accountId, token } = await partner('BILLING')
  await told(STAFF_TOKEN, AGREE, {
    input: { accountId, currency: 'EUR', channelMonthAmount: 1000, autoPrepare: false },
  })
  const ids: string[] = []
  for (const channels of [1, 2, 3]) {
    const { requestInvoice } = await told(token, REQUEST, { input: { channels } })
    expect(requestInvoice.invoice).toMatchObject({ status: 'REQUESTED', number: null })
    ids.push(String(requestInvoice.invoice.id))
  }
  const QUEUE = `query ($after: String) { invoices(first: 2, after: $after, filter: { status: [REQUESTED] }) {
    totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`
  const first = (await told(STAFF_TOKEN, QUEUE)).invoices
  expect(first).toMatchObject({
    totalCount: 3,
    nodes: [{ id: ids[0] }, { id: ids[1] }],
    pageInfo: { hasNextPage: true },
  })
  const rest = (await told(STAFF_TOKEN, QUEUE, { after: first.pageInfo.endCursor })).invoices
  expect(rest).toMatchObject({ nodes: [{ id: ids[2] }], pageInfo: { hasNextPage: false } })

  const [one, two, three] = ids
  expect(await refusal(token, PREPARE, { id: one })).toMatchObject([{ code: 'FORBIDDEN' }])
  expect(await told(STAFF_TOKEN, PREPARE, { id: one })).toMatchObject({
    prepareInvoice: { invoice: { status: 'OPEN' } },
  })
  expect(await told(token, CANCEL, { id: two })).toEqual({ cancelInvoiceRequest: { invoice: { status: 'VOID' } } })
  expect(await refusal(token, CANCEL, { id: one })).toEqual([{ code: 'INVOICE_STATE', status: 'OPEN' }])
  expect(await told(STAFF_TOKEN, VOID, { id: three })).toEqual({ voidInvoice: { invoice: { status: 'VOID' } } })
  expect((await told(STAFF_TOKEN, QUEUE)).invoices).toMatchObject({ totalCount: 0, nodes: [] })
})

it('keeps a partner’s invoices from every other one, and buying from who may only read', async () => {
  const { accountId, token } = await partner('BILLING')
  await told(STAFF_TOKEN, AGREE, {
    input: { accountId, currency: 'EUR', channelMonthAmount: 1000, autoPrepare: false },
  })
  const { invoice } = (await told(token, REQUEST, { input: { channels: 1 } })).requestInvoice
  const other = await partner('BILLING, CHANNELS, TOKENS')
  const one = `query ($id: ID!) { invoice(id: $id) { id } }`
  for (const id of [invoice.id, NONE, 'x']) {
    expect(await refusal(other.token, one, { id })).toMatchObject([{ code: 'NOT_FOUND' }])
    expect(await refusal(other.token, CANCEL, { id })).toMatchObject([{ code: 'NOT_FOUND' }])
  }
  expect(await told(other.token, `{ invoices { totalCount nodes { id } } }`)).toEqual({
    invoices: { totalCount: 0, nodes: [] },
  })
  const theirs = `query ($id: ID) { invoices(accountId: $id) { totalCount } }`
  expect(await refusal(other.token, theirs, { id: accountId })).toMatchObject([{ code: 'NOT_FOUND' }])
  const order = { accountId, channels: 1 }
  expect(await refusal(other.token, REQUEST, { input: order })).toMatchObject([{ code: 'NOT_FOUND' }])
  const reader = await partner('READ')
  expect(await refusal(reader.token, REQUEST, { input: { channels: 1 } })).toMatchObject([{ code: 'FORBIDDEN' }])
  expect(await refusal(token, AGREE, { input: { accountId, currency: 'EUR', channelMonthAmount: 0 } })).toMatchObject([
    { code: 'FORBIDDEN' },
  ])
})

it('answers refusals with their figures', async () => {
  const { accountId, token } = await partner('BILLING')
  expect(await refusal(token, REQUEST, { input: { channels: 1 } })).toMatchObject([{ code: 'NO_PRICE_AGREEMENT' }])
  expect(await refusal(token, REQUEST, { input: {} })).toMatchObject([{ code: 'BAD_USER_INPUT', field: 'channels' }])
  expect(await refusal(STAFF_TOKEN, REQUEST, { input: { channels: 1 } })).toMatchObject([
    { code: 'BAD_USER_INPUT', field: 'accountId' },
  ])
  await told(STAFF_TOKEN, AGREE, { input: { accountId, currency: 'EUR', channelMonthAmount: 1000 } })
  const { invoice } = (await told(STAFF_TOKEN, REQUEST, { input: { accountId, channels: 1 } })).requestInvoice
  const input = { invoiceId: invoice.id, method: 'OTHER', amount: 1001, idempotencyKey: 'k' }
  expect(await refusal(STAFF_TOKEN, PAY, { input })).toEqual([
    { code: 'PAYMENT_AMOUNT', outstanding: 1000, amount: 1001, currency: 'EUR' },
  ])
  expect(await refusal(STAFF_TOKEN, PAY, { input: { ...input, amount: 1, currency: 'USD' } })).toMatchObject([
    { code: 'BAD_USER_INPUT', field: 'currency', currency: 'EUR' },
  ])
})
