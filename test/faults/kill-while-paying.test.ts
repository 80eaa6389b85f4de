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
import { GatewayProcess } from './gateway-process'
import { STAFF_TOKEN } from './history'

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
  }, 60_000)
  afterAll(async () => {
    await gateway.end('SIGTERM')
    await double.close()
    await database.drop()
  })

  it('finds the page that it opened, opens no second one, and credits what is paid on it once', async () => {
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
  }, 120_000)
})
