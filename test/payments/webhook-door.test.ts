import { refuseSignedAhead } from '../../src/payments/signature-time'
import { EventsDesk, SECOND_SECRET } from './events-desk'

let desk: EventsDesk
beforeAll(async () => {
  desk = await EventsDesk.open()
})
afterAll(() => desk.close())
beforeEach(() => desk.forget())

async function post(body: string | Buffer, signature?: string, headers: Record<string, string> = {}) {
  const answer = await fetch(desk.door, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(signature && { 'stripe-signature': signature }), ...headers },
    body,
  })
  return { status: answer.status, text: await answer.text() }
}

const eventOf = (type: string, object: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  JSON.stringify({ ...desk.bench.double.emit(type, object), ...more })
const ofSubscription = (more: Record<string, unknown> = {}) =>
  eventOf('customer.subscription.updated', { id: 'sub_1', object: 'subscription' }, more)

describe('the door for webhooks', () => {
  it('W4: keeps an event once, however often it comes, and answers at once', async () => {
    const payload = ofSubscription()
    const { double } = desk.bench
    for (let times = 0; times < 3; times += 1)
      expect(await post(payload, double.sign(payload))).toMatchObject({ status: 200 })
    const both = await Promise.all([post(payload, double.sign(payload)), post(payload, double.sign(payload))])
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    expect(await desk.rows()).toMatchObject([
      {
        provider: 'STRIPE',
        livemode: false,
        object_kind: 'SUBSCRIPTION',
        object_id: 'sub_1',
        state: 'PENDING',
        attempts: 0,
      },
    ])
  })

  it('keeps nothing of the event but what it is about', async () => {
    const payload = eventOf('checkout.session.completed', {
      id: 'cs_1',
      object: 'checkout.session',
      secret: 'card 4242',
    })
    await post(payload, desk.bench.double.sign(payload))
    expect(JSON.stringify(await desk.rows())).not.toContain('4242')
  })

  it('W3: takes an event that is signed with any of the secrets, whatever its content type says', async () => {
    const { double } = desk.bench
    for (const [secret, type] of [
      [double.secret, 'application/json'],
      [SECOND_SECRET, 'text/plain'],
      [SECOND_SECRET, 'application/json; charset=utf-8'],
    ] as const) {
      const payload = ofSubscription()
      expect(await post(payload, double.sign(payload, secret), { 'content-type': type })).toMatchObject({ status: 200 })
    }
    expect(await desk.states()).toEqual({ PENDING: 3 })
  })

  it('W2: takes what was signed within five minutes of now, before or after, and nothing else', async () => {
    const { double } = desk.bench
    const now = Math.floor(Date.now() / 1000)
    for (const signedAt of [now - 290, now + 290]) {
      const payload = ofSubscription()
      expect(await post(payload, double.sign(payload, double.secret, signedAt))).toMatchObject({ status: 200 })
    }
    for (const signedAt of [now - 301, now - 3_000, now + 310, now + 366 * 86_400]) {
      const payload = ofSubscription()
      expect(await post(payload, double.sign(payload, double.secret, signedAt))).toMatchObject({ status: 400 })
    }
    expect(await desk.states()).toEqual({ PENDING: 2 })
  })

  it('W2: takes what was signed 300 seconds ahead, and not a second more', () => {
    const now = 1_800_000_000
    const signedAt = (at: number) => () => refuseSignedAhead(`t=${at},v1=00`, now * 1000)
    expect(signedAt(now + 300)).not.toThrow()
    expect(signedAt(now + 301)).toThrow()
  })

  it('W1: answers whoever isn’t Stripe with one and the same text, and keeps nothing', async () => {
    const { double } = desk.bench
    const payload = ofSubscription()
    const now = Math.floor(Date.now() / 1000)
    const forgeries: [string | Buffer, string | undefined][] = [
      [payload, undefined],
      [payload, ''],
      [payload, 'v1=abc'],
      [payload, `t=${now},v1=${'0'.repeat(64)}`],
      [payload, double.sign(payload, 'whsec_of_somebody_else')],
      [payload, double.sign(payload, double.secret, now - 301)],
      [payload, double.sign(payload, double.secret, now - 86_400)],
      [payload, double.sign(payload, double.secret, now + 310)],
      [payload, double.sign(payload, double.secret, now + 86_400)],
      [payload, `t=${now},${double.sign(payload, double.secret, now + 86_400)}`],
      [payload, `${double.sign(payload, double.secret, now - 301)},t=${now}`],
      [payload, `t=,v1=`],
      [payload, `t=soon,v1=${'0'.repeat(64)}`],
      [payload, double.sign(payload).replace(/v1=.*/, 'v1=')],
      [payload, double.sign(payload).slice(0, -1)],
      [payload, double.sign(payload).replace('v1=', 'v0=')],
      // Read and written anew, it has other bytes.
      [JSON.stringify(JSON.parse(payload), null, 2), double.sign(payload)],
      [`${payload} `, double.sign(payload)],
      [payload.replace('sub_1', 'sub_2'), double.sign(payload)],
      ['', double.sign(payload)],
      ['not json', double.sign('not json')],
      ['{}', double.sign('{}')],
      ['null', double.sign('null')],
      [Buffer.from([0xff, 0xfe, 0x00]), double.sign(payload)],
    ]
    const answers = new Set<string>()
    for (const [body, signature] of forgeries) {
      const { status, text } = await post(body, signature)
      expect([body.toString().slice(0, 30), signature, status]).toEqual([body.toString().slice(0, 30), signature, 400])
      answers.add(text)
    }
    expect(answers.size).toBe(1)
    // Node joins a header that comes twice by a comma and a blank; and refuses headers of more than 16 KiB by itself.
    const twice = `${double.sign(payload)}, ${double.sign(payload, 'whsec_of_somebody_else')}`
    expect(await post(payload, twice)).toMatchObject({ status: 400 })
    expect((await post(payload, `${double.sign(payload)},v1=${'0'.repeat(100_000)}`)).status).toBe(431)
    expect(await desk.rows()).toEqual([])
  })

  it('takes an event of up to a mebibyte, and refuses one that is larger', async () => {
    const { double } = desk.bench
    const sized = (bytes: number) => {
      const padding = (length: number) => ofSubscription({ padding: 'x'.repeat(length) })
      const body = padding(bytes)
      return body.replace(/x+/, 'x'.repeat(bytes - (body.length - bytes)))
    }
    const large = sized(1024 * 1024)
    expect(large).toHaveLength(1024 * 1024)
    expect(await post(large, double.sign(large))).toMatchObject({ status: 200 })
    const larger = `${large} `
    expect(await post(larger, double.sign(larger))).toMatchObject({ status: 413 })
    expect(await desk.states()).toEqual({ PENDING: 1 })
  })

  it('W7: keeps and ignores what is of the other mode, of a connected account, or about nothing of ours', async () => {
    const { double } = desk.bench
    const payloads = [
      ofSubscription({ livemode: true }),
      ofSubscription({ account: 'acct_1' }),
      eventOf('payout.paid', { id: 'po_1', object: 'payout' }),
      eventOf('a.type.of.next.year', { object: 'unheard_of' }),
      eventOf('invoice.paid', { id: 'in_1', object: 'invoice', parent: null }),
      eventOf('charge.refunded', { id: 'ch_1', object: 'charge', payment_intent: 'pi_1' }),
    ]
    for (const payload of payloads) expect(await post(payload, double.sign(payload))).toMatchObject({ status: 200 })
    expect(await desk.states()).toEqual({ IGNORED: payloads.length })
  })

  it('is a door of its own: the others still read JSON only', async () => {
    const answer = await fetch(`${desk.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', authorization: `Bearer ${desk.gateway.staffToken}` },
      body: '{"query":"{ __typename }"}',
    })
    expect(answer.status).toBe(415)
    expect((await fetch(desk.door)).status).toBe(404)
  })
})
