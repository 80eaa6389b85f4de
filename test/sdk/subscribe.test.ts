import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'ws'
import {
  AllocateDaysDocument,
  AllocateDaysInBulkDocument,
  BalanceChangedDocument,
  BalanceDocument,
  CreateChannelDocument,
  createClient,
  DayExpiryChangedDocument,
  type Document,
  FollowEventsDocument,
  GatewayError,
  RevokeTokenDocument,
  TokensDocument,
} from '../../sdk'
import { startTestGateway, type TestGateway } from '../support/gateway'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.stop())

/** A partner with a channel, and a client whose sockets can be tapped and cut. */
async function newFollower() {
  const partner = await gateway.newPartner({ days: 10_000 })
  const { createChannel } = await partner.client.request(CreateChannelDocument, { name: 'Bakery Rosewood' })
  const { balance } = createChannel
  const tap = newTap()
  return {
    ...partner,
    tap,
    follower: gateway.newClient(partner.token, { webSocket: tap.webSocket }),
    last: balance.sequence,
    allocate: async (days = 1) => {
      await partner.client.request(AllocateDaysDocument, { channelId: createChannel.channel.id, days })
    },
  }
}

/** A WebSocket class that remembers its sockets, and what types of messages they sent and received. */
function newTap() {
  const sockets: WebSocket[] = []
  const sent: string[] = []
  const received: string[] = []
  const typeOf = (message: string) => (JSON.parse(message) as { type: string }).type
  class Tapped extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol)
      sockets.push(this)
      this.on('message', (message: Buffer) => received.push(typeOf(message.toString())))
    }
    override send(message: string) {
      sent.push(typeOf(message))
      super.send(message)
    }
  }
  return {
    webSocket: Tapped,
    sockets,
    sent,
    received,
    /** Resolves once so many messages of a type were sent. */
    async sees(list: string[], type: string, count = 1) {
      while (list.filter((other) => other === type).length < count) await sleep(5)
    },
    /** The network fails. */
    cut: () => sockets.at(-1)?.terminate(),
  }
}

async function take<T>(events: AsyncIterator<T, undefined>, count: number): Promise<T[]> {
  const taken: T[] = []
  while (taken.length < count) {
    const { done, value } = await events.next()
    if (done === true) throw new Error(`the events ended after ${taken.length}`)
    taken.push(value)
  }
  return taken
}

async function refusal(promise: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await promise.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(GatewayError)
  return error as GatewayError
}

describe('a subscription', () => {
  it('begins with what happens after the call', async () => {
    const { follower, tap, allocate } = await newFollower()
    await allocate(7)
    const events = follower.subscribe(BalanceChangedDocument)
    await tap.sees(tap.sent, 'subscribe')
    await allocate(8)
    const [event] = await take(events, 1)
    expect(event).toMatchObject({ days: -8, available: 9985, transaction: { kind: 'ALLOCATION' } })
  })

  it('begins after the sequence that it is given', async () => {
    const { follower, allocate, last } = await newFollower()
    await allocate(7)
    await allocate(8)
    const events = follower.subscribe(FollowEventsDocument, { after: last })
    const taken = await take(events, 4)
    expect(taken.map(({ sequence, __typename }) => [sequence - last, __typename])).toEqual([
      [1, 'BalanceChange'],
      [2, 'DayExpiryChange'],
      [3, 'BalanceChange'],
      [4, 'DayExpiryChange'],
    ])
  })

  it('tells each event once and in order, however often the connection is cut', async () => {
    const { follower, allocate, last, tap } = await newFollower()
    const interruptions: GatewayError[] = []
    const events = follower.subscribe(
      FollowEventsDocument,
      { after: last },
      { onInterruption: (error) => interruptions.push(error) },
    )
    const allocating = (async () => {
      for (let count = 0; count < 100; count += 1) {
        await allocate()
        if (count % 20 === 10) tap.cut()
      }
    })()
    const sequences = (await take(events, 200)).map(({ sequence }) => sequence - last)
    expect(sequences).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
    await allocating
    expect(interruptions.length).toBeGreaterThan(0)
    expect(interruptions.every(({ retryable }) => retryable)).toBe(true)
  })

  it('misses nothing that happened while it was cut before its first event', async () => {
    const { follower, allocate, tap } = await newFollower()
    const events = follower.subscribe(BalanceChangedDocument)
    await tap.sees(tap.sent, 'subscribe')
    tap.cut()
    await allocate(9)
    const [event] = await take(events, 1)
    expect(event?.days).toBe(-9)
    expect(tap.sockets.length).toBeGreaterThan(1)
  })

  it('goes on when the gateway is started again on the same database', async () => {
    const { follower, allocate, last } = await newFollower()
    const events = follower.subscribe(BalanceChangedDocument, { after: last })
    await allocate(1)
    await take(events, 1)
    await allocate(2)
    await gateway.restart()
    await allocate(3)
    await allocate(4)
    expect((await take(events, 3)).map(({ days }) => days)).toEqual([-2, -3, -4])
  })

  it.each([1001, 1012, 1013, 4290, 4499])('goes on after a close with %i', async (code) => {
    const { follower, allocate, last, tap } = await newFollower()
    const events = follower.subscribe(BalanceChangedDocument, { after: last })
    await allocate(1)
    await take(events, 1)
    tap.sockets.at(-1)?.close(code)
    await allocate(2)
    expect((await take(events, 1)).map(({ days }) => days)).toEqual([-2])
  })

  it.each([4400, 4406, 1002])('ends with a close of %i, after which the same would happen again', async (code) => {
    const { follower, allocate, last, tap } = await newFollower()
    const events = follower.subscribe(BalanceChangedDocument, { after: last })
    await allocate(1)
    await take(events, 1)
    tap.sockets.at(-1)?.close(code)
    expect(await refusal(events.next())).toMatchObject({ code: 'BAD_REQUEST', retryable: false })
    await expect(events.next()).resolves.toEqual({ done: true, value: undefined })
  })

  it('ends as UNAUTHENTICATED when its token is revoked', async () => {
    const { follower, client, tap } = await newFollower()
    const events = follower.subscribe(BalanceChangedDocument)
    await tap.sees(tap.received, 'connection_ack')
    const { tokens } = await client.request(TokensDocument)
    await client.request(RevokeTokenDocument, { id: tokens[0]?.id ?? '' })
    expect((await refusal(events.next())).code).toBe('UNAUTHENTICATED')
  })

  it('ends as UNAUTHENTICATED without a token, where no cookie says who it is', async () => {
    const nobody = createClient({ url: gateway.url, webSocket: WebSocket })
    const events = nobody.subscribe(BalanceChangedDocument, { after: 0 })
    expect((await refusal(events.next())).code).toBe('UNAUTHENTICATED')
    await nobody.close()
  })

  it('ends as UNAUTHENTICATED with an unknown token, with and without a place to start from', async () => {
    const stranger = gateway.newClient('nobody')
    expect((await refusal(stranger.subscribe(BalanceChangedDocument).next())).code).toBe('UNAUTHENTICATED')
    const events = stranger.subscribe(BalanceChangedDocument, { after: 0 })
    expect((await refusal(events.next())).code).toBe('UNAUTHENTICATED')
  })

  it('ends with the refusal of the gateway', async () => {
    const { follower, last } = await newFollower()
    const error = await refusal(follower.subscribe(BalanceChangedDocument, { after: last + 1000 }).next())
    expect(error.code).toBe('BAD_USER_INPUT')
    expect(error.details).toMatchObject({ last })
  })

  it('ends as UNAVAILABLE where there has never been a gateway', async () => {
    const client = createClient({ url: 'http://127.0.0.1:9', token: 'any', webSocket: WebSocket, retries: 1 })
    const error = await refusal(client.subscribe(BalanceChangedDocument, { after: 0 }).next())
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
  })
})

describe('the end of a subscription', () => {
  it('by break ends it on the server, and closes a socket that nothing else needs', async () => {
    const { follower, allocate, last, tap } = await newFollower()
    await allocate()
    for await (const event of follower.subscribe(BalanceChangedDocument, { after: last })) {
      expect(event.sequence).toBe(last + 1)
      break
    }
    expect(tap.sent).toEqual(['connection_init', 'subscribe', 'complete'])
    while (tap.sockets[0]?.readyState !== WebSocket.CLOSED) await sleep(5)
  })

  it('by return() frees whoever waits, and the server tells this one nothing more', async () => {
    const { follower, allocate, tap } = await newFollower()
    const ended = follower.subscribe(BalanceChangedDocument)
    const other = follower.subscribe(DayExpiryChangedDocument)
    await tap.sees(tap.sent, 'subscribe', 2)
    const waiting = ended.next()
    await ended.return?.()
    await expect(waiting).resolves.toEqual({ done: true, value: undefined })
    await allocate()
    await take(other, 1)
    await sleep(50)
    expect(tap.received.filter((type) => type === 'next')).toHaveLength(1)
    expect(tap.sockets).toHaveLength(1)
  })

  it('by close() is the end of all, until there is another', async () => {
    const { follower, allocate, last, tap } = await newFollower()
    const streams = [follower.subscribe(BalanceChangedDocument), follower.subscribe(FollowEventsDocument)]
    await tap.sees(tap.sent, 'subscribe', 2)
    const waiting = streams.map((events) => events.next())
    await follower.close()
    await expect(Promise.all(waiting)).resolves.toEqual(streams.map(() => ({ done: true, value: undefined })))
    await allocate()
    await expect(take(follower.subscribe(FollowEventsDocument, { after: last }), 1)).resolves.toHaveLength(1)
  })
})

describe('a caller who reads slowly', () => {
  it('has at most 1,000 events waiting, and misses none', async () => {
    const { follower, client, tap } = await newFollower()
    const channels = await Promise.all(
      Array.from({ length: 100 }, (_, index) => client.request(CreateChannelDocument, { name: `Channel ${index}` })),
    )
    const items = channels.map(({ createChannel }) => ({ channelId: createChannel.channel.id, days: 1 }))
    for (let round = 0; round < 8; round += 1) await client.request(AllocateDaysInBulkDocument, { items })
    const { sequence } = (await client.request(BalanceDocument)).balance
    expect(sequence).toBeGreaterThan(1500)

    const events = follower.subscribe(FollowEventsDocument, { after: 0 })
    await tap.sees(tap.sent, 'complete')
    await sleep(50)
    const told = tap.received.filter((type) => type === 'next').length
    expect(told).toBeGreaterThanOrEqual(1000)
    expect(told).toBeLessThan(sequence)
    const sequences = (await take(events, sequence)).map((event) => event.sequence)
    expect(sequences).toEqual(Array.from({ length: sequence }, (_, index) => index + 1))
  })
})

describe('a document that can’t be resumed', () => {
  const subscribe = (text: string) => {
    const document: Document<Record<string, { sequence: number }>, { after?: number }> = text
    return gateway.newClient(gateway.staffToken).subscribe(document, { after: 0 })
  }

  it('is refused at once where it doesn’t select the sequence', () => {
    expect(() => subscribe('subscription ($after: Sequence) { balanceChanged(after: $after) { days } }')).toThrow(
      /select `sequence`/,
    )
  })

  it('is refused at once where it declares no $after', () => {
    expect(() => subscribe('subscription { balanceChanged { sequence } }')).toThrow(/\$after/)
  })

  it('is refused at its first event where only something within has a sequence', async () => {
    const { follower, allocate, last } = await newFollower()
    await allocate()
    const document: Document<
      Record<string, { sequence: number }>,
      { after?: number }
    > = 'subscription ($after: Sequence) { balanceChanged(after: $after) { transaction { sequence } } }'
    await expect(follower.subscribe(document, { after: last }).next()).rejects.toThrow(/select `sequence`/)
  })
})

it('needs a WebSocket of the caller where the runtime has none', () => {
  const { WebSocket: own } = globalThis as { WebSocket?: unknown }
  Reflect.deleteProperty(globalThis, 'WebSocket')
  const client = createClient({ url: gateway.url, token: 'any' })
  expect(() => client.subscribe(BalanceChangedDocument)).toThrow(/no WebSocket/)
  if (own !== undefined) Object.assign(globalThis, { WebSocket: own })
})
