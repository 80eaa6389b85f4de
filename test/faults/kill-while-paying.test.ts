import {
  createClient,
  CreateAccountDocument,
  InvoiceDocument,
  RequestInvoiceDocument,
  SetPriceAgreementDocument,
} from '../../sdk'
import { look, press, until } from '../invoices/payer'
import { createTestDatabase } from '../support/database'
import { StripeDouble } from '../support/stripe-double'
import { CommitProxy } from './commit-proxy'
import { GatewayProcess, STAFF_TOKEN } from './gateway-process'

jest.setTimeout(300_000)

describe('a gateway that is killed between a call at Stripe and its commit', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>
  let double: StripeDouble
  let gateway: GatewayProcess

  beforeAll(async () => {
    database = await createTestDatabase()
    double = await StripeDouble.start()
    const { secretKey, webhookSecrets } = double.config
    gateway = await GatewayProcess.start({
      DATABASE_URL: database.url,
      DAYBOOK_STAFF_TOKEN: STAFF_TOKEN,
      STRIPE_SECRET_KEY: secretKey,
      STRIPE_WEBHOOK_SECRET: webhookSecrets.join(','),
      STRIPE_API_BASE: double.url,
    })
  })
  afterAll(async () => {
    await gateway.end('SIGTERM')
    await double.close()
    await database.drop()
  })

  it('I8: finds the page that it opened, opens no second one, and credits what is paid on it once', async () => {
    const staff = createClient({ url: gateway.url, token: STAFF_TOKEN })
    const { createAccount } = await staff.request(CreateAccountDocument, { name: 'A partner' })
    const accountId = createAccount.id
    await staff.request(SetPriceAgreementDocument, { accountId, currency: 'EUR', channelMonthAmount: 1_000 })
    const { requestInvoice } = await staff.request(RequestInvoiceDocument, { accountId, channels: 2 })
    const { id, paymentUrl } = requestInvoice.invoice
    const url = paymentUrl ?? ''

    double.fail('POST /v1/checkout/sessions', 'SILENT_AFTER')
    const cut = press(url).catch(() => null)
    await until(
      () => Promise.resolve(double.sessions.size),
      (size) => size === 1,
    )
    await gateway.end('SIGKILL')
    expect(await cut).toBeNull()
    await gateway.start()

    const [sessionId = ''] = double.sessions.keys()
    expect((await look(url)).text).toContain('20.00 EUR')
    const pressed = await until(
      () => press(url),
      ({ status }) => status === 303,
    )
    expect(pressed.location).toContain(sessionId)
    expect(double.sessions.size).toBe(1)
    double.pay(sessionId)
    await double.deliver(`${gateway.url}/webhooks/stripe`, { doubled: true })
    const paid = await until(
      async () => (await staff.request(InvoiceDocument, { id })).invoice,
      (invoice) => invoice?.status === 'PAID',
    )
    expect(paid?.payments).toHaveLength(1)
    await staff.close()
  })

  it('W6: loses no webhook that it acknowledged, killed right after', async () => {
    const staff = createClient({ url: gateway.url, token: STAFF_TOKEN })
    const { createAccount } = await staff.request(CreateAccountDocument, { name: 'Another partner' })
    const accountId = createAccount.id
    await staff.request(SetPriceAgreementDocument, { accountId, currency: 'EUR', channelMonthAmount: 1_000 })
    const { requestInvoice } = await staff.request(RequestInvoiceDocument, { accountId, channels: 1 })
    const { id, paymentUrl } = requestInvoice.invoice
    const { location } = await press(paymentUrl ?? '')
    double.pay(location?.split('/').at(-1) ?? '')
    // What it asks for to apply the event fails it, so that it has done nothing but to take it.
    double.fail('GET /v1/checkout/sessions/' + (location?.split('/').at(-1) ?? ''), 'SILENT', 'SILENT', 'SILENT')
    expect(await double.deliver(`${gateway.url}/webhooks/stripe`)).toEqual([200])
    await gateway.end('SIGKILL')
    await gateway.start()
    const paid = await until(
      async () => (await staff.request(InvoiceDocument, { id })).invoice,
      (invoice) => invoice?.status === 'PAID',
    )
    expect(paid?.payments).toHaveLength(1)
    await staff.close()
  })

  it('W6: takes no webhook while the database is away, so that it comes again', async () => {
    const commits = await CommitProxy.start(database.url)
    const { secretKey, webhookSecrets } = double.config
    const cut = await GatewayProcess.start({
      DATABASE_URL: commits.url,
      STRIPE_SECRET_KEY: secretKey,
      STRIPE_WEBHOOK_SECRET: webhookSecrets.join(','),
      STRIPE_API_BASE: double.url,
    })
    try {
      const event = double.emit('customer.subscription.updated', { id: 'sub_1', object: 'subscription' })
      await commits.close()
      expect(await double.send(`${cut.url}/webhooks/stripe`, JSON.stringify(event))).toBe(503)
    } finally {
      await cut.end('SIGKILL')
    }
  })
})
