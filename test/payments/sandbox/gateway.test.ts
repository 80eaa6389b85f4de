import { randomUUID } from 'node:crypto'
import { openDatabase } from '../../../src/database'
import { SandboxProvider } from '../../../src/payments/sandbox/sandbox-provider'
import { startTestGateway, type TestGateway } from '../../support/gateway'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startTestGateway({ sweeps: true })
})
afterAll(() => gateway.stop())

describe('a gateway without Stripe', () => {
  it('serves the pages of the sandbox under their own policy, and the API under its own', async () => {
    const page = await fetch(`${gateway.url}/sandbox/pay/none`)
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self'")
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    const form = { method: 'POST', body: new URLSearchParams({ query: '{ __typename }' }) }
    expect((await fetch(`${gateway.url}/graphql`, form)).status).toBe(415)
    const api = await fetch(`${gateway.url}/healthz`)
    expect(api.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
  })

  it('renews what is due by itself, and keeps trying to send what happened', async () => {
    const { account } = await gateway.newPartner({ sandbox: true })
    const database = await openDatabase(gateway.databaseUrl, 2)
    try {
      const provider = new SandboxProvider(database, { sandboxAccountsOnly: true, baseUrl: () => gateway.url })
      const accountId = account.id
      const named = { accountId, name: account.name, email: null, idempotencyKey: 'customer' }
      const { customerId } = await provider.ensureCustomer(named)
      const terms = { accountId, interval: 'MONTH', amountMinor: 1000, currency: 'EUR' } as const
      const { priceId } = await provider.ensurePrice({ ...terms, planId: 'plan_1', idempotencyKey: 'price' })
      const { url, sessionId } = await provider.startSubscriptionCheckout({
        accountId,
        customerId,
        channelId: 'channel_1',
        planId: 'plan_1',
        priceId,
        successUrl: 'https://partner.test/paid',
        cancelUrl: 'https://partner.test/',
        expiresAt: new Date(Date.now() + 1_800_000),
        idempotencyKey: randomUUID(),
      })
      expect((await fetch(url)).status).toBe(200)
      await provider.submitCard(sessionId, '4242 4242 4242 4242')
      await gateway.sql(`UPDATE account SET clock = clock + interval '40 days' WHERE id = $1`, [accountId])
      // Fails by jest's own time limit.
      for (;;) {
        const [row] = await gateway.sql<{ payments: string; tried: string }>(`
          SELECT (SELECT count(*) FROM sandbox_payment) AS payments,
                 (SELECT count(*) FROM sandbox_event WHERE attempts > 0) AS tried`)
        if (row?.payments === '2' && row.tried !== '0') break
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    } finally {
      await database.close()
    }
  })
})
