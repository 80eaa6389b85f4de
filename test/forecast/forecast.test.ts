import {
  AdjustBalanceDocument,
  AllocateDaysDocument,
  BalanceDocument,
  type Client,
  CreateChannelDocument,
  DaysToBuyDocument,
  DeleteChannelDocument,
  ForecastDocument,
  GatewayError,
} from '../../sdk'
import { DAY_MS, HOUR_MS, LAST_INSTANT } from '../../src/clock'
import { startTestGateway, type TestGateway } from '../support/gateway'

const NOW = Date.UTC(2027, 0, 31, 9, 30)
const at = (days: number, hours = 0) => new Date(NOW + days * DAY_MS + hours * HOUR_MS).toISOString()

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
beforeEach(() => gateway.setClock(new Date(NOW)))
afterAll(() => gateway.stop())

async function newChannel(client: Client, days?: number, trial = false): Promise<string> {
  const { createChannel } = await client.request(CreateChannelDocument, { name: 'A channel', days, trial })
  return createChannel.channel.id
}

async function forecastOf(client: Client, variables: { extraChannels?: number; days?: number } = {}) {
  const { balance } = await client.request(ForecastDocument, { days: 3, ...variables })
  return balance.forecast
}

async function refusal(work: Promise<unknown>): Promise<{ code: string; details: unknown }> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  if (!(error instanceof GatewayError)) throw new Error('it was not refused', { cause: error })
  return { code: error.code, details: error.details }
}

describe('Balance.forecast', () => {
  it('is of nothing where nothing runs', async () => {
    const { client } = await gateway.newPartner({ days: 5 })
    await newChannel(client)
    expect(await forecastOf(client, { days: 1 })).toEqual({
      at: at(0),
      runningChannels: 0,
      daysPerDay: 0,
      runsOutAt: null,
      series: [{ startsAt: at(0), renewals: 0, daysLeft: 5, unpaid: 0 }],
    })
  })

  it('counts what runs, each from its own end on, and says when and how the days run out', async () => {
    const { client } = await gateway.newPartner({ days: 9, maxTrials: 2, trialDays: 2 })
    const deleted = await newChannel(client, 1)
    await newChannel(client, 2)
    await gateway.advance(6 * HOUR_MS)
    await newChannel(client, 1)
    await newChannel(client, undefined, true)
    await client.request(AllocateDaysDocument, { channelId: await newChannel(client, undefined, true), days: 1 })
    // Its begun day stays used: its paid time ends tomorrow, but it doesn't run.
    await client.request(DeleteChannelDocument, { channelId: deleted })
    // Ends in hours from the start: 30 and 48, the trials at 54 and, with its paid day, 78. Four days are left, and
    // they renew at 30, 48, 54 and 54; at 72 there is none.
    expect(await forecastOf(client, { days: 4 })).toEqual({
      at: at(0, 6),
      runningChannels: 4,
      daysPerDay: 2,
      runsOutAt: at(0, 72),
      series: [
        { startsAt: at(0, 6), renewals: 0, daysLeft: 4, unpaid: 0 },
        { startsAt: at(1, 6), renewals: 2, daysLeft: 2, unpaid: 0 },
        { startsAt: at(2, 6), renewals: 3, daysLeft: 0, unpaid: 1 },
        { startsAt: at(3, 6), renewals: 4, daysLeft: 0, unpaid: 4 },
      ],
    })
    await gateway.advance(30 * HOUR_MS)
    expect(await forecastOf(client, { days: 1 })).toMatchObject({ runningChannels: 3, daysPerDay: 1 })
    await gateway.advance(60 * HOUR_MS)
    expect(await forecastOf(client, { days: 1 })).toMatchObject({ runningChannels: 0, runsOutAt: null })
  })

  it('spends a credit limit, and what was spent of it is gone', async () => {
    const { client } = await gateway.newPartner({ billingMode: 'POSTPAID', creditLimit: 3 })
    await newChannel(client, 1)
    expect(await forecastOf(client, { days: 1 })).toMatchObject({
      runsOutAt: at(3),
      series: [{ renewals: 0, daysLeft: 2, unpaid: 0 }],
    })
  })

  it('says what would be with more channels, or with fewer', async () => {
    const { client } = await gateway.newPartner({ days: 13 })
    await newChannel(client, 1)
    await newChannel(client, 2)
    expect(await forecastOf(client)).toMatchObject({ runningChannels: 2, runsOutAt: at(6) })
    expect(await forecastOf(client, { extraChannels: 2 })).toMatchObject({
      runningChannels: 4,
      daysPerDay: 4,
      runsOutAt: at(3),
      series: [
        { renewals: 2, daysLeft: 8, unpaid: 0 },
        { renewals: 3, daysLeft: 5, unpaid: 0 },
        { renewals: 4, daysLeft: 1, unpaid: 0 },
      ],
    })
    expect(await forecastOf(client, { extraChannels: -1 })).toMatchObject({ runningChannels: 1, runsOutAt: at(12) })
    expect(await forecastOf(client, { extraChannels: -3 })).toMatchObject({ runningChannels: 0, runsOutAt: null })
  })

  it('says how many days to buy until a date, and buying them makes it so', async () => {
    const { account, client } = await gateway.newPartner({ days: 13 })
    await newChannel(client, 1)
    await newChannel(client, 2)
    const toBuy = async (until: string) =>
      (await client.request(DaysToBuyDocument, { until })).balance.forecast.daysToBuyUntil
    expect(await toBuy(at(6))).toBe(0)
    const days = await toBuy(at(30))
    expect(days).toBe(29 + 28 - 10)
    await gateway.staff.request(AdjustBalanceDocument, { accountId: account.id, days, comment: 'bought' })
    expect(await toBuy(at(30))).toBe(0)
    expect(await forecastOf(client)).toMatchObject({ runsOutAt: at(30) })
  })

  it('goes by the clock of a sandbox', async () => {
    const { client } = await gateway.newPartner({ days: 3, sandbox: true })
    await newChannel(client, 1)
    await gateway.advance(DAY_MS)
    expect(await forecastOf(client)).toMatchObject({ at: at(0), runningChannels: 1, runsOutAt: at(3) })
  })

  it('refuses what is out of bounds with the field and the bound, and works up to it', async () => {
    const { client } = await gateway.newPartner({ days: 1 })
    await newChannel(client, 1)
    for (const [variables, details] of [
      [{ extraChannels: 100_001 }, { field: 'extraChannels', maximum: 100_000, received: 100_001 }],
      [{ extraChannels: -100_001 }, { field: 'extraChannels', minimum: -100_000, received: -100_001 }],
      [{ days: 0 }, { field: 'days', minimum: 1, received: 0 }],
      [{ days: 367 }, { field: 'days', maximum: 366, received: 367 }],
    ] as const) {
      expect(await refusal(forecastOf(client, variables))).toEqual({ code: 'BAD_USER_INPUT', details })
    }
    for (const until of [at(0), at(-1)]) {
      expect(await refusal(client.request(DaysToBuyDocument, { until }))).toEqual({
        code: 'BAD_USER_INPUT',
        details: { field: 'date', now: at(0) },
      })
    }
    expect((await forecastOf(client, { days: 366, extraChannels: 100_000 })).series).toHaveLength(366)
    const { balance } = await client.request(DaysToBuyDocument, {
      until: '9999-12-31T23:59:59.999Z',
      extraChannels: 100_000,
    })
    const days = Math.ceil((LAST_INSTANT - NOW) / DAY_MS)
    expect(balance.forecast).toMatchObject({ runningChannels: 100_001, daysToBuyUntil: 100_001 * days - 1 })
  })

  it('belongs to the figures that it is answered with, while days move', async () => {
    await gateway.setClock(null)
    const { client } = await gateway.newPartner({ days: 1000 })
    const channelIds = await Promise.all([1, 1, 1, 1].map((days) => newChannel(client, days)))
    let moving = true
    const moves = channelIds.map(async (channelId) => {
      while (moving) await client.request(AllocateDaysDocument, { channelId, days: 1 })
    })
    let previous = -1
    let seen = 0
    for (let asked = 0; asked < 50; asked += 1) {
      const { balance } = await client.request(ForecastDocument, { days: 1 })
      const { available, allocated, used, sequence, forecast } = balance
      expect({ sum: available + allocated + used, left: forecast.series[0]?.daysLeft }).toEqual({
        sum: 1000,
        left: available - (forecast.series[0]?.renewals ?? 0),
      })
      if (sequence !== previous) seen += 1
      previous = sequence
    }
    moving = false
    await Promise.all(moves)
    expect(seen).toBeGreaterThan(5)
    expect((await client.request(BalanceDocument)).balance.available).toBeLessThan(1000)
  })
})
