import { Client as PostgresClient } from 'pg'
import {
  type Client,
  CreateChannelDocument,
  GatewayError,
  PreviewAllocationDocument,
  PreviewAutoRenewDocument,
  PreviewBulkAllocationDocument,
  PreviewDeletionDocument,
  PreviewInvoiceDocument,
  PreviewReleaseDocument,
  PreviewTransferDocument,
  RequestInvoiceDocument,
  SetPriceAgreementDocument,
  UpdateAccountDocument,
} from '../../sdk'
import { DAY_MS, HOUR_MS } from '../../src/clock'
import { startTestGateway, type TestGateway } from '../support/gateway'

const NOW = Date.UTC(2027, 0, 31, 9, 30)
const at = (days: number) => new Date(NOW + days * DAY_MS).toISOString()

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
beforeEach(() => gateway.setClock(new Date(NOW)))
afterAll(() => gateway.stop())

async function newChannel(client: Client, days?: number): Promise<string> {
  const { createChannel } = await client.request(CreateChannelDocument, { name: 'A channel', days })
  return createChannel.channel.id
}

async function refusal(work: Promise<unknown>): Promise<{ code: string; details: unknown }> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  if (!(error instanceof GatewayError)) throw new Error('it was not refused', { cause: error })
  return { code: error.code, details: error.details }
}

describe('a preview of days', () => {
  it('tells what would move, the new end, and what would be left', async () => {
    const { client } = await gateway.newPartner({ days: 100 })
    const channelId = await newChannel(client, 10)
    const other = await newChannel(client)
    await gateway.advance(60 * HOUR_MS)
    const now = at(2.5)
    const { previewAllocation } = await client.request(PreviewAllocationDocument, { channelId, days: 5 })
    expect(previewAllocation).toEqual({
      at: now,
      days: 5,
      channel: { channelId, status: 'ACTIVE', paidUntil: at(15), unusedDays: 12 },
      balanceAfter: 85,
    })
    // Two and a half days have run: the third has begun, and is used.
    const { previewDeletion } = await client.request(PreviewDeletionDocument, { channelId })
    expect(previewDeletion).toEqual({
      at: now,
      days: 7,
      channel: { channelId, status: 'DELETED', paidUntil: at(3), unusedDays: 0 },
      balanceAfter: 97,
    })
    const { previewRelease } = await client.request(PreviewReleaseDocument, { channelId })
    expect(previewRelease).toMatchObject({ days: 7, channel: { status: 'ACTIVE', paidUntil: at(3), unusedDays: 0 } })
    const transfer = { fromChannelId: channelId, toChannelId: other, days: 4 }
    const { previewTransfer } = await client.request(PreviewTransferDocument, transfer)
    expect(previewTransfer).toEqual({
      at: now,
      days: 4,
      from: { channelId, status: 'ACTIVE', paidUntil: at(6), unusedDays: 3 },
      to: { channelId: other, status: 'ACTIVE', paidUntil: at(6.5), unusedDays: 4 },
      balanceAfter: 90,
    })
  })

  it('tells which items of a bulk would be refused, and why', async () => {
    const { client } = await gateway.newPartner({ days: 10 })
    const [first, second] = [await newChannel(client), await newChannel(client)]
    const items = [first, second].map((channelId) => ({ channelId, days: 6 }))
    const atomic = client.request(PreviewBulkAllocationDocument, { items, mode: 'ATOMIC' })
    expect(await refusal(atomic)).toEqual({ code: 'INSUFFICIENT_DAYS', details: { available: 10, requested: 12 } })
    const { previewBulkAllocation } = await client.request(PreviewBulkAllocationDocument, { items, mode: 'PARTIAL' })
    expect(previewBulkAllocation).toMatchObject({
      allocatedDays: 6,
      balanceAfter: 4,
      items: [
        { channelId: first, channel: { paidUntil: at(6) }, error: null },
        { channelId: second, channel: null, error: { code: 'INSUFFICIENT_DAYS', details: { available: 4 } } },
      ],
    })
  })

  it('tells what a renewal would allocate at once, and where it could not be paid', async () => {
    const { client } = await gateway.newPartner({ days: 10 })
    const channelId = await newChannel(client, 1)
    const renew = async (days: number | null, leadHours: number) =>
      (await client.request(PreviewAutoRenewDocument, { channelId, days, leadHours })).previewAutoRenew
    expect(await renew(2, 24)).toMatchObject({ days: 0, renewalFails: false, channel: { unusedDays: 1 } })
    expect(await renew(2, 72)).toMatchObject({
      days: 2,
      renewalFails: false,
      balanceAfter: 7,
      channel: { paidUntil: at(3), unusedDays: 3 },
    })
    expect(await renew(10, 72)).toMatchObject({ days: 0, renewalFails: true, balanceAfter: 9 })
    expect(await renew(null, 24)).toMatchObject({ days: 0, renewalFails: false })
  })

  it('neither waits for a verb nor keeps one waiting', async () => {
    const { account, client } = await gateway.newPartner({ days: 10 })
    const channelId = await newChannel(client, 1)
    const holder = new PostgresClient(gateway.databaseUrl)
    await holder.connect()
    await holder.query('BEGIN')
    await holder.query('SELECT FROM account WHERE id = $1 FOR UPDATE', [account.id])
    const { previewAllocation } = await client.request(PreviewAllocationDocument, { channelId, days: 9 })
    expect(previewAllocation.balanceAfter).toBe(0)
    await holder.end()
  })

  it('is refused as its mutation: to whoever may not see the channel, to a suspended account, to no token', async () => {
    const { account, client } = await gateway.newPartner({ days: 10, scopes: ['READ', 'CHANNELS'] })
    const channelId = await newChannel(client, 1)
    const stranger = await gateway.newPartner({ days: 10 })
    expect(await refusal(stranger.client.request(PreviewAllocationDocument, { channelId, days: 1 }))).toMatchObject({
      code: 'NOT_FOUND',
    })
    const { previewAllocation } = await gateway.staff.request(PreviewAllocationDocument, { channelId, days: 1 })
    expect(previewAllocation.balanceAfter).toBe(8)
    await gateway.staff.request(UpdateAccountDocument, { accountId: account.id, status: 'SUSPENDED' })
    expect(await refusal(client.request(PreviewAllocationDocument, { channelId, days: 1 }))).toEqual({
      code: 'ACCOUNT_SUSPENDED',
      details: {},
    })
    expect(await refusal(gateway.newClient('').request(PreviewDeletionDocument, { channelId }))).toMatchObject({
      code: 'UNAUTHENTICATED',
    })
  })
})

describe('a preview of an invoice', () => {
  it('says what the invoice then says, and how each amount was rounded', async () => {
    const { account, client } = await gateway.newPartner()
    await gateway.staff.request(SetPriceAgreementDocument, {
      accountId: account.id,
      currency: 'EUR',
      channelMonthAmount: 1000,
      tiers: [{ fromChannels: 3, channelMonthAmount: 901 }],
      taxPartsPerMillion: 190_000,
      paymentTermDays: 21,
    })
    const order = { channels: 3, looseDays: 50 }
    const { previewInvoice } = await client.request(PreviewInvoiceDocument, order)
    expect(previewInvoice).toMatchObject({
      at: at(0),
      days: 140,
      subtotal: { amount: 4370, currency: 'EUR' },
      tax: { amount: 830, currency: 'EUR' },
      taxRounding: '19 % of 43.70 EUR = 8.303 EUR, rounded half up to 8.30 EUR.',
      total: { amount: 5200, currency: 'EUR' },
      opensAtOnce: true,
      paymentTermDays: 21,
    })
    expect(previewInvoice.lines.map(({ rounding }) => rounding)).toEqual([
      null,
      '50 loose days × 10.00 EUR / 30 = 16.666… EUR, rounded half up to 16.67 EUR.',
    ])
    const { invoice } = (await client.request(RequestInvoiceDocument, order)).requestInvoice
    const { lines, days, subtotal, tax, total } = previewInvoice
    expect(invoice).toMatchObject({ lines, days, subtotal, tax, total, number: 'DB-2027-000001' })
  })

  it('takes no number, and writes no row', async () => {
    const { account, client } = await gateway.newPartner({ scopes: ['READ'] })
    const rows = () =>
      gateway.sql<Record<string, string>>(`
        SELECT (SELECT count(*) FROM invoice) AS invoices, (SELECT count(*) FROM event) AS events,
               (SELECT coalesce(sum(last_number), 0) FROM invoice_series) AS numbers,
               (SELECT sum(sequence) FROM account) AS sequence, (SELECT max(xmin::text::bigint) FROM account) AS written`)
    const terms = { accountId: account.id, currency: 'JPY', channelMonthAmount: 0, autoPrepare: false }
    await gateway.staff.request(SetPriceAgreementDocument, terms)
    const before = await rows()
    const { previewInvoice } = await client.request(PreviewInvoiceDocument, { looseDays: 7 })
    expect(previewInvoice).toMatchObject({
      opensAtOnce: false,
      total: { amount: 0, currency: 'JPY' },
      taxRounding: null,
    })
    expect(await rows()).toEqual(before)
  })

  it('is refused as the request is', async () => {
    const { account, client } = await gateway.newPartner()
    expect(await refusal(client.request(PreviewInvoiceDocument, { channels: 1 }))).toEqual({
      code: 'NO_PRICE_AGREEMENT',
      details: {},
    })
    const terms = { accountId: account.id, currency: 'EUR', channelMonthAmount: Number.MAX_SAFE_INTEGER }
    await gateway.staff.request(SetPriceAgreementDocument, terms)
    for (const order of [{}, { channels: 2 }, { channels: 1_000_001 }]) {
      const foretold = await refusal(client.request(PreviewInvoiceDocument, order))
      expect(foretold.code).toBe('BAD_USER_INPUT')
      expect(foretold).toEqual(await refusal(client.request(RequestInvoiceDocument, order)))
    }
  })
})
