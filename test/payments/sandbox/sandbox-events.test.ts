import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import Stripe from 'stripe'
import { openDatabase, type Database } from '../../../src/database'
import type { ProviderEvent } from '../../../src/payments/payment-provider'
import { SandboxEventSender } from '../../../src/payments/sandbox/sandbox-events'
import { findSandboxSecret } from '../../../src/payments/sandbox/sandbox-secret'
import { verifySandboxEvent } from '../../../src/payments/sandbox/verify-sandbox-event'
import { CARDS, Till } from './till'

const log = pino({ level: 'silent' })

interface Arrived {
  body: string
  signature: string
  event: ProviderEvent | null
}

let till: Till
let door: Server
let url: string
/** What came to the door, and what it answers: 200 unless this says otherwise. */
let arrived: Arrived[]
let answer: (arrived: Arrived) => number

beforeEach(async () => {
  till = await Till.open()
  arrived = []
  answer = () => 200
  door = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const signature = String(request.headers['stripe-signature'])
      const event = verifySandboxEvent(body, signature, till.secret)
      arrived.push({ body: body.toString(), signature, event })
      response.writeHead(answer({ body: body.toString(), signature, event })).end()
    })
  })
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(door.address() as AddressInfo).port}/webhooks/stripe`
  // The clock of the pauses between two tries stands still until it is moved.
  await setNow('2030-06-01T00:00:00Z')
})
afterEach(async () => {
  await new Promise((resolve) => {
    door.close(resolve)
    door.closeAllConnections()
  })
  await till.close()
})

let now: Date
async function setNow(at: string | Date): Promise<void> {
  now = new Date(at)
  await till.rows(`
    CREATE OR REPLACE FUNCTION daybook_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
    BEGIN RETURN '${now.toISOString()}'::timestamptz; END $$`)
}
const wait = (seconds: number) => setNow(new Date(now.getTime() + seconds * 1000))

const senderOn = (database: Pick<Database, 'sql'>) =>
  new SandboxEventSender(database, { url, secret: till.secret }, log)
const idsOf = (objectId: string) =>
  arrived.filter(({ event }) => event?.object?.id === objectId).map(({ event }) => event?.eventId)

/** Pages are opened by the live clock, which stands still in 2030 here. */
async function subscribed(card: string = CARDS.pays): Promise<string> {
  const { planId, priceId } = await till.price()
  const expiresAt = new Date(now.getTime() + 1_800_000)
  const returning = { ...till.returning(), expiresAt }
  const request = { ...returning, channelId: 'channel_1', planId, priceId }
  const { sessionId } = await till.provider.startSubscriptionCheckout(request)
  await till.provider.submitCard(sessionId, card)
  return (await till.provider.fetchCheckout(sessionId))?.subscriptionId ?? ''
}

describe('events of the sandbox', () => {
  it('come signed and in Stripe’s form, and mean what listEvents says', async () => {
    const subscriptionId = await subscribed()
    expect(await senderOn(till.database).sendDue()).toBe(3)
    const listed = await till.events()
    const seen = arrived.map(({ event }) => event)
    expect(seen).toHaveLength(3)
    expect(listed).toEqual(expect.arrayContaining(seen))
    const created = arrived.find(({ event }) => event?.type === 'customer.subscription.created')
    expect(JSON.parse(created?.body ?? '')).toEqual({
      id: created?.event?.eventId,
      object: 'event',
      type: 'customer.subscription.created',
      livemode: false,
      created: new Date('2030-01-31T10:00:00Z').getTime() / 1000,
      api_version: '2026-10-28.endive',
      data: {
        object: {
          id: subscriptionId,
          object: 'subscription',
          metadata: { accountId: till.accountId, channelId: 'channel_1' },
        },
      },
    })
    // Stripe's own check takes them too.
    for (const { body, signature } of arrived) {
      expect(Stripe.webhooks.constructEvent(body, signature, till.secret).livemode).toBe(false)
    }
    expect(await senderOn(till.database).sendDue()).toBe(0)
  })

  it('come in the order of each object', async () => {
    const subscriptionId = await subscribed(CARDS.failsLater)
    await till.advanceTo('2030-04-01T00:00:00Z')
    await senderOn(till.database).sendDue()
    const wanted = (await till.events(subscriptionId)).map(({ eventId }) => eventId)
    expect(wanted).toHaveLength(9)
    expect(idsOf(subscriptionId)).toEqual(wanted)
  })

  it.each([500, 404, 302, 429])(
    'are sent again after %i, with longer pauses, and nothing of the object overtakes',
    async (refusal) => {
      const subscriptionId = await subscribed()
      const [first] = await till.events(subscriptionId)
      answer = ({ event }) => (event?.eventId === first?.eventId ? refusal : 200)
      const sender = senderOn(till.database)
      expect(await sender.sendDue()).toBe(1)
      expect(idsOf(subscriptionId)).toEqual([first?.eventId])
      const pauses = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
      for (const [i, seconds] of pauses.entries()) {
        await wait(seconds - 0.001)
        await sender.sendDue()
        expect(idsOf(subscriptionId)).toHaveLength(i + 1)
        await wait(0.001)
        await sender.sendDue()
        expect(idsOf(subscriptionId)).toHaveLength(i + 2)
      }
      expect(new Set(idsOf(subscriptionId))).toEqual(new Set([first?.eventId]))
      answer = () => 204
      await wait(300)
      expect(await sender.sendDue()).toBe(2)
      expect(idsOf(subscriptionId).at(-1)).toBe((await till.events(subscriptionId))[1]?.eventId)
    },
  )

  it('are sent again, under the same id, where the sender died after the door had taken them or before', async () => {
    const subscriptionId = await subscribed()
    const dying = (statement: string): Pick<Database, 'sql'> => ({
      sql: {
        query: async (given, values) => {
          if (given.name === statement) throw new Error('the gateway dies')
          const rows = await till.database.sql.query(given, values)
          if (`after ${given.name}` === statement) throw new Error('the gateway dies')
          return rows as never[]
        },
      },
    })
    await expect(senderOn(dying('after sandbox-take-events')).sendDue()).rejects.toThrow('dies')
    expect(arrived).toEqual([])
    const sender = senderOn(till.database)
    expect(await sender.sendDue()).toBe(0)
    await wait(15)
    await expect(senderOn(dying('sandbox-event-delivered')).sendDue()).rejects.toThrow('dies')
    const [first, second] = (await till.events(subscriptionId)).map(({ eventId }) => eventId)
    expect(idsOf(subscriptionId)).toEqual([first])
    await wait(15)
    expect(await sender.sendDue()).toBe(3)
    expect(idsOf(subscriptionId)).toEqual([first, first, second])
  })

  it('wait while the door is away, and are lost with no change that was rolled back', async () => {
    const subscriptionId = await subscribed()
    const gone = new SandboxEventSender(till.database, { url: 'http://127.0.0.1:9/', secret: till.secret }, log)
    expect(await gone.sendDue()).toBe(0)
    await till.provider
      .refund({ paymentId: 'sandbox_pay_none', amountMinor: 1, currency: 'EUR', idempotencyKey: 'r' })
      .catch(() => undefined)
    await wait(1)
    expect(await senderOn(till.database).sendDue()).toBe(3)
    expect(await till.types(subscriptionId)).toHaveLength(2)
  })

  it('come once where several gateways send at once and all goes well', async () => {
    const others = await Promise.all([openDatabase(till.databaseUrl, 4), openDatabase(till.databaseUrl, 4)])
    try {
      for (let i = 0; i < 10; i += 1) await subscribed()
      await till.advanceTo('2030-05-01T00:00:00Z')
      await Promise.all([till.database, ...others].map((database) => senderOn(database).sendDue()))
      // A round that saw nothing because another gateway was at work leaves the rest to the next.
      while ((await senderOn(till.database).sendDue()) > 0);
      const ids = arrived.map(({ event }) => event?.eventId)
      expect(ids).toHaveLength((await till.events()).length)
      expect(new Set(ids).size).toBe(ids.length)
      for (const { object } of await till.events()) {
        expect(idsOf(object?.id ?? '')).toEqual((await till.events(object?.id)).map(({ eventId }) => eventId))
      }
    } finally {
      for (const database of others) await database.close()
    }
  })
})

describe('the signature of an event', () => {
  const payload = JSON.stringify({
    id: 'sandbox_evt_1',
    object: 'event',
    type: 'invoice.paid',
    livemode: false,
    created: 1_900_000_000,
    data: {
      object: {
        id: 'sandbox_in_1',
        object: 'invoice',
        parent: { subscription_details: { subscription: 'sandbox_sub_1' } },
      },
    },
  })
  const signed = (secret: string, timestamp = Math.floor(Date.now() / 1000), text = payload) =>
    Stripe.webhooks.generateTestHeaderString({ payload: text, secret, timestamp })
  const SECRET = 'whsec_sandbox_x'

  it('vouches for the bytes, and an invoice leads to its subscription', () => {
    expect(verifySandboxEvent(Buffer.from(payload), signed(SECRET), SECRET)).toEqual({
      eventId: 'sandbox_evt_1',
      type: 'invoice.paid',
      livemode: false,
      createdAt: new Date(1_900_000_000_000),
      object: { kind: 'SUBSCRIPTION', id: 'sandbox_sub_1' },
    })
  })

  it('is refused of another secret, other bytes, another age, and where there is none', () => {
    const old = Math.floor(Date.now() / 1000) - 301
    expect(verifySandboxEvent(payload, signed('whsec_other'), SECRET)).toBeNull()
    expect(verifySandboxEvent(`${payload} `, signed(SECRET), SECRET)).toBeNull()
    expect(verifySandboxEvent(payload, signed(SECRET, old), SECRET)).toBeNull()
    for (const header of [undefined, '', 't=1', 'v1=00', 't=x,v1=y', signed(SECRET).slice(0, -1)]) {
      expect(verifySandboxEvent(payload, header, SECRET)).toBeNull()
    }
    for (const text of ['', 'null', '{}', '[]', '{"object":"event"}', 'not json']) {
      expect(verifySandboxEvent(text, signed(SECRET, undefined, text), SECRET)).toBeNull()
    }
    expect(() => verifySandboxEvent(payload, signed(' '), ' ')).toThrow('blank')
  })

  it('has one secret for all gateways of a database', async () => {
    const secrets = await Promise.all(Array.from({ length: 5 }, () => findSandboxSecret(till.database.sql)))
    expect(new Set(secrets)).toEqual(new Set([till.secret]))
    expect(till.secret).toMatch(/^whsec_sandbox_[0-9a-f]{64}$/)
  })
})
