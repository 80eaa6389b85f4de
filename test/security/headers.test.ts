import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { RequestInvoiceDocument, SetPriceAgreementDocument } from '../../sdk'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'

const PUBLIC = 'https://billing.example'

let gateway: TestGateway
let partner: TestPartner
let payment: string
beforeAll(async () => {
  gateway = await startTestGateway({ config: { publicUrl: PUBLIC, metricsToken: 'e2b1c7a95d3f4860b7a1c2d3e4f50617' } })
  partner = await gateway.newPartner({ sandbox: true })
  const accountId = partner.account.id
  await gateway.staff.request(SetPriceAgreementDocument, { accountId, currency: 'EUR', channelMonthAmount: 1250 })
  const { requestInvoice } = await partner.client.request(RequestInvoiceDocument, { channels: 3 })
  payment = new URL(requestInvoice.invoice.paymentUrl ?? '').pathname
})
afterAll(() => gateway.stop())

/** Every kind of answer, good and bad, of every door. */
const answers = (token: string, invoice: string): Record<string, [path: string, init?: RequestInit]> => ({
  'the dashboard': ['/', { headers: { accept: 'text/html' } }],
  'a page of the dashboard': ['/channels', { headers: { accept: 'text/html' } }],
  'an invoice': [invoice, { headers: { accept: 'text/html' } }],
  'an invoice that is not there': ['/pay/none', { headers: { accept: 'text/html' } }],
  'a PDF': [`${invoice}/invoice.pdf`],
  'where a payer lands': ['/payments/paid', { headers: { accept: 'text/html' } }],
  'an answer of GraphQL': [
    '/graphql',
    {
      method: 'POST',
      body: '{"query":"{ balance { available } }"}',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    },
  ],
  'a refusal of GraphQL': ['/graphql', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } }],
  'a bad token': ['/graphql', { headers: { authorization: 'Bearer bad', 'apollo-require-preflight': '1' } }],
  'a wrong method': ['/graphql', { method: 'DELETE' }],
  'a body that is too large': [
    '/graphql',
    { method: 'POST', body: `"${'x'.repeat(1_100_000)}"`, headers: { 'content-type': 'application/json' } },
  ],
  'nothing at all': ['/nothing'],
  'an address that is malformed': ['/%E0%A4%A'],
  'an export': ['/exports/ledger.csv', { headers: { authorization: `Bearer ${token}` } }],
  'an export without a token': ['/exports/ledger.csv'],
  'a session': ['/session'],
  'a forged webhook': ['/webhooks/stripe', { method: 'POST', body: '{}' }],
  'metrics without their token': ['/metrics'],
  health: ['/healthz'],
  readiness: ['/readyz'],
})

describe('every answer of every door', () => {
  it.each(Object.keys(answers('', '')))('%s', async (name) => {
    const [path, init] = answers(partner.token, payment)[name] ?? ['']
    const { headers } = await fetch(`${gateway.url}${path}`, { redirect: 'manual', ...init })
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/^default-src 'none'/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    expect({
      sniff: headers.get('x-content-type-options'),
      referrer: headers.get('referrer-policy'),
      frame: headers.get('x-frame-options'),
      opener: headers.get('cross-origin-opener-policy'),
      resource: headers.get('cross-origin-resource-policy'),
      hsts: headers.get('strict-transport-security'),
    }).toEqual({
      sniff: 'nosniff',
      referrer: 'no-referrer',
      frame: 'DENY',
      opener: 'same-origin',
      resource: 'same-origin',
      hsts: 'max-age=31536000',
    })
    expect(headers.get('permissions-policy')).toMatch(/camera=\(\).*microphone=\(\)/)
    for (const told of ['x-powered-by', 'server', 'access-control-allow-origin']) expect(headers.get(told)).toBeNull()
  })

  it('is not sniffed where it isn’t even HTTP', async () => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    socket.end('NONSENSE\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400[^]*x-content-type-options: nosniff/)
  })

  it('promises nothing about https where the gateway is reached without', async () => {
    const plain = await startTestGateway()
    expect((await fetch(`${plain.url}/healthz`)).headers.get('strict-transport-security')).toBeNull()
    await plain.stop()
  })
})
