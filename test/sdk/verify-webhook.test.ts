import { Webhook } from 'standardwebhooks'
import { type WebhookEvent, type WebhookFault, WebhookVerificationError, verifyWebhook } from '../../sdk'
import type { AccountEvent } from '../../src/events/account-event'
import { newSigningSecret } from '../../src/webhooks/sealed-secrets'
import { messageOf, signedHeaders } from '../../src/webhooks/webhook-message'

const secret = newSigningSecret()
const endpoint = 'webhook_01jd0000000000000000000000'
const event: AccountEvent = {
  ...{ kind: 'InvoiceChange', type: 'invoice.paid', accountId: 'account_1', sequence: 7, actor: 'token_1' },
  ...{ occurredAt: new Date('2026-03-01T10:00:00Z'), invoiceId: 'invoice_1', status: 'PAID' as never },
}
const message = messageOf(endpoint, event)
const signedAt = new Date('2026-03-01T10:00:05Z')
const at = (seconds: number) => ({ now: new Date(signedAt.getTime() + seconds * 1000) })
const headers = signedHeaders(message, [secret], signedAt)

async function faultOf(verifying: Promise<WebhookEvent>): Promise<WebhookFault> {
  const error: unknown = await verifying.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(WebhookVerificationError)
  return (error as WebhookVerificationError).fault
}

describe('a webhook', () => {
  it('is verified and read, with its id', async () => {
    const told = await verifyWebhook(message.body, headers, secret, at(1))
    expect(told).toEqual({
      id: 'msg_01jd0000000000000000000000_7',
      type: 'invoice.paid',
      timestamp: '2026-03-01T10:00:00.000Z',
      data: {
        kind: 'InvoiceChange',
        account: 'account_1',
        sequence: 7,
        actor: 'token_1',
        subject: 'invoice_1',
        invoice: 'invoice_1',
        status: 'PAID',
      },
    })
    expect(told.data.kind === 'InvoiceChange' && told.data.status).toBe('PAID')
  })

  it('is the same as text, bytes or a buffer, with headers of fetch’s or Node’s, in any case', async () => {
    const bytes = new TextEncoder().encode(message.body)
    const shouted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]))
    for (const body of [message.body, bytes, Buffer.from(bytes), bytes.buffer]) {
      for (const form of [headers, new Headers(headers), shouted]) {
        await expect(verifyWebhook(body, form, secret, at(0))).resolves.toHaveProperty('type', 'invoice.paid')
      }
    }
  })

  it('is verified with any of several secrets, as long as one is rotated', async () => {
    const [older, newer] = [newSigningSecret(), newSigningSecret()]
    const both = signedHeaders(message, [newer, older], signedAt)
    for (const known of [older, newer, [older], [newSigningSecret(), newer]]) {
      await expect(verifyWebhook(message.body, both, known, at(0))).resolves.toHaveProperty('type')
    }
    expect(await faultOf(verifyWebhook(message.body, both, newSigningSecret(), at(0)))).toBe('SIGNATURE')
  })

  it('is believed for 300 seconds either way, or as long as is said', async () => {
    await verifyWebhook(message.body, headers, secret, at(300))
    await verifyWebhook(message.body, headers, secret, at(-300))
    expect(await faultOf(verifyWebhook(message.body, headers, secret, at(301)))).toBe('TOO_OLD')
    expect(await faultOf(verifyWebhook(message.body, headers, secret, at(-301)))).toBe('TOO_NEW')
    const short = { ...at(6), toleranceSeconds: 5 }
    expect(await faultOf(verifyWebhook(message.body, headers, secret, short))).toBe('TOO_OLD')
  })

  it('is refused with any of its parts changed', async () => {
    const changed = [
      [`${message.body} `, headers],
      [message.body, { ...headers, 'webhook-id': 'msg_01jd0000000000000000000000_8' }],
      [message.body, { ...headers, 'webhook-timestamp': String(signedAt.getTime() / 1000 + 1) }],
      [message.body, { ...headers, 'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}` }],
      [message.body, { ...headers, 'webhook-signature': String(headers['webhook-signature']).replace('v1,', 'v2,') }],
      [message.body, { ...headers, 'webhook-signature': 'v1,%%% v1, v1 ,' }],
    ] as const
    for (const [body, form] of changed) {
      expect(await faultOf(verifyWebhook(body, form, secret, at(0)))).toBe('SIGNATURE')
    }
  })

  it('is refused without a header, or with a time that is none', async () => {
    for (const name of Object.keys(headers)) {
      expect(await faultOf(verifyWebhook(message.body, { ...headers, [name]: undefined }, secret, at(0)))).toBe(
        'HEADERS',
      )
    }
    for (const time of ['now', '-1', '1e9', '1772359205.5', `${signedAt.getTime() / 1000} `]) {
      const form = { ...headers, 'webhook-timestamp': time }
      expect(await faultOf(verifyWebhook(message.body, form, secret, at(0)))).toBe('HEADERS')
    }
  })

  it('is refused where it is signed and no event', async () => {
    for (const body of ['', 'null', '[]', '{"type":"a"}', 'not JSON']) {
      const signed = signedHeaders({ id: 'msg_1', body }, [secret], signedAt)
      expect(await faultOf(verifyWebhook(body, signed, secret, at(0)))).toBe('BODY')
    }
  })

  it('is a mistake of the caller’s where the secret is none, or the body was parsed', async () => {
    for (const none of ['', 'whsec_', 'whsec_%', []]) {
      await expect(verifyWebhook(message.body, headers, none, at(0))).rejects.toThrow(TypeError)
    }
    const parsed = JSON.parse(message.body) as never
    await expect(verifyWebhook(parsed, headers, secret, at(0))).rejects.toThrow(/as it came/)
  })

  it('is verified alike by the authors’ own package', async () => {
    const bodies = [message.body, '{"data":{"kind":"x"},"text":"Zoë 日本 \\u0000"}']
    for (const body of bodies) {
      const now = new Date()
      const form = { 'webhook-id': 'msg_2', 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)) }
      const signed = { ...form, 'webhook-signature': new Webhook(secret).sign('msg_2', now, body) }
      expect(new Webhook(secret).verify(body, signed)).toEqual(JSON.parse(body))
      await expect(verifyWebhook(body, signed, secret)).resolves.toMatchObject(JSON.parse(body) as object)
    }
  })

  it('passes the vector of Standard Webhooks', async () => {
    // https://github.com/standard-webhooks/standard-webhooks: the same in the tests of each of its libraries.
    const vector = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const form = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    }
    const fault = await faultOf(
      verifyWebhook('{"test": 2432232314}', form, vector, { now: new Date(1_614_265_330_000) }),
    )
    expect(fault).toBe('BODY')
  })
})
