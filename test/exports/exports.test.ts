import { CreateChannelDocument, RequestInvoiceDocument, SetPriceAgreementDocument } from '../../sdk'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'

let gateway: TestGateway
let partner: TestPartner
let other: TestPartner

beforeAll(async () => {
  gateway = await startTestGateway()
  await gateway.setClock('2026-03-01T09:00:00Z')
  partner = await gateway.newPartner({ name: 'Partner', days: 40 })
  other = await gateway.newPartner({ name: 'Other', days: 7 })
})
afterAll(() => gateway.stop())

interface Answer {
  status: number
  headers: Headers
  text: string
}

async function get(path: string, token?: string): Promise<Answer> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(`${gateway.url}${path}`, { headers })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const refusal = ({ status, text }: Answer) => {
  const { errors } = JSON.parse(text) as { errors: { extensions: object }[] }
  return { status, ...errors[0]?.extensions }
}

describe.each(['ledger', 'invoices', 'usage', 'seals'])('/exports/%s.csv', (name) => {
  it('is an attachment for its account and for staff who name it', async () => {
    const own = await get(`/exports/${name}.csv`, partner.token)
    expect(own.status).toBe(200)
    expect(own.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(own.headers.get('content-disposition')).toBe(`attachment; filename="${name}-${partner.account.id}.csv"`)
    const forStaff = await get(`/exports/${name}.csv?accountId=${partner.account.id}`, gateway.staffToken)
    expect(forStaff.text).toBe(own.text)
  })

  it('is nobody else’s, and can’t tell a foreign account from one that is not there', async () => {
    expect(refusal(await get(`/exports/${name}.csv`))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
    expect(refusal(await get(`/exports/${name}.csv`, 'nonsense'))).toMatchObject({ status: 401 })
    for (const id of [other.account.id, 'account_01j00000000000000000000000', 'x', '']) {
      const refused = await get(`/exports/${name}.csv?accountId=${id}`, partner.token)
      expect(refusal(refused)).toEqual({ status: 404, code: 'NOT_FOUND', id })
    }
    const forStaff = await get(`/exports/${name}.csv`, gateway.staffToken)
    expect(refusal(forStaff)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT', field: 'accountId' })
    expect(refusal(await get(`/exports/${name}.csv?accountId=x`, gateway.staffToken))).toMatchObject({ status: 404 })
  })

  it.each([
    ['from', 'from=yesterday'],
    ['to', 'to=2026-02-30T00:00:00Z'],
    ['from', 'from=2026-01-01T00:00:00Z&from=2026-01-02T00:00:00Z'],
    ['', 'before=2026-01-01T00:00:00Z'],
  ])('refuses a parameter that it can’t take, by its name (%s)', async (field, query) => {
    const refused = await get(`/exports/${name}.csv?${query}`, partner.token)
    expect(refusal(refused)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT', field })
  })
})

describe('what is exported', () => {
  it('has amounts in the unit of their currency, and instants in UTC', async () => {
    for (const [currency, amount] of [
      ['EUR', 1250],
      ['JPY', 1250],
      ['KWD', 1250],
    ] as const) {
      const { account, client, token } = await gateway.newPartner({ name: currency })
      await gateway.staff.request(SetPriceAgreementDocument, {
        accountId: account.id,
        currency,
        channelMonthAmount: amount,
        taxPartsPerMillion: 200_000,
      })
      await client.request(RequestInvoiceDocument, { channels: 2, purchaseOrder: '=1+1' })
      const { text } = await get('/exports/invoices.csv', token)
      const [, line = ''] = text.split('\n')
      const amounts = { EUR: '25.00,5.00,30.00,0.00', JPY: '2500,500,3000,0', KWD: '2.500,0.500,3.000,0.000' }[currency]
      expect(line).toContain(`,OPEN,REQUEST,${currency},${amounts},60,'=1+1,,,2026-03-01T09:00:00.000Z,`)
    }
  })

  it('has the days that each channel used, this month unless a period is named', async () => {
    const { client, token } = await gateway.newPartner({ name: 'User', days: 100 })
    const { createChannel } = await client.request(CreateChannelDocument, { name: '@channel', days: 20 })
    await gateway.setClock('2026-03-11T10:00:00Z')
    const id = createChannel.channel.id
    expect((await get('/exports/usage.csv', token)).text).toBe(
      'channelId,externalId,name,from,to,usedDays,unusedDaysAtEnd\n' +
        `${id},,'@channel,2026-03-01T00:00:00.000Z,2026-03-11T10:00:00.000Z,11,9\n`,
    )
    const days = await get('/exports/usage.csv?from=2026-03-05T00:00:00Z&to=2026-03-07T00:00:00Z', token)
    expect(days.text.split('\n')[1]).toBe(`${id},,'@channel,2026-03-05T00:00:00.000Z,2026-03-07T00:00:00.000Z,2,14`)
    await gateway.setClock('2026-03-01T09:00:00Z')
  })

  it('has at most three files of one account under way, and says when to come back', async () => {
    const { account, token } = await gateway.newPartner({ name: 'Much' })
    // More than the sockets between us hold, so that the files can't end before they are read.
    await gateway.sql(
      `INSERT INTO ledger_transaction (account_id, sequence, id, kind, from_account, to_account, days, from_balance,
                                       to_balance, available_balance, comment, actor, occurred_at)
       SELECT $1, n, 'ledger_' || $1 || n, 'GRANT', 'ISSUED', 'AVAILABLE', 1, -n, n, n, repeat('x', 250), 'staff:test', daybook_now()
       FROM generate_series(10, 60000) AS n`,
      [account.id],
    )
    await gateway.sql('UPDATE account SET sequence = 60000 WHERE id = $1', [account.id])
    const waiting = new AbortController()
    const headers = { authorization: `Bearer ${token}` }
    const url = `${gateway.url}/exports/ledger.csv`
    const open = await Promise.all([1, 2, 3].map(() => fetch(url, { headers, signal: waiting.signal })))
    expect(open.map(({ status }) => status)).toEqual([200, 200, 200])
    const fourth = await get('/exports/ledger.csv', token)
    expect(refusal(fourth)).toEqual({
      status: 429,
      code: 'RATE_LIMITED',
      what: 'exports of this account at once',
      limit: 3,
      retryAfterMs: 5000,
      retryable: true,
    })
    expect(fourth.headers.get('retry-after')).toBe('5')
    expect((await get('/exports/ledger.csv', partner.token)).status).toBe(200)
    waiting.abort()
    let after = await get('/exports/ledger.csv', token)
    for (let tries = 0; after.status !== 200 && tries < 100; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      after = await get('/exports/ledger.csv', token)
    }
    expect(after.text.trim().split('\n')).toHaveLength(1 + 59_991)
  })
})
