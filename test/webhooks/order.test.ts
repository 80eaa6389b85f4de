import { Dice, seedOf } from '../support/dice'
import { HooksDesk } from './hooks-desk'
import { expectInOrder, isSignedWith, Receiver } from './receiver'

const seed = seedOf()

let hooks: HooksDesk
let receiver: Receiver
let accountId: string
afterEach(async () => {
  await hooks.close()
  await receiver.close()
})

async function open(gateways = 1): Promise<void> {
  hooks = await HooksDesk.open(gateways)
  receiver = await Receiver.open()
  accountId = await hooks.desk.createAccount()
}

describe(`an endpoint (seed ${seed})`, () => {
  it('gets every event of its account in order, signed, over a connection that stays open', async () => {
    await open()
    const { secret } = await hooks.endpoint(accountId, { url: receiver.url })
    await hooks.events(accountId, 500)
    await receiver.until(() => receiver.taken.length === 502)
    expect(receiver.sequences).toEqual(Array.from({ length: 502 }, (_, index) => index + 1))
    expect(receiver.taken.every((message) => isSignedWith(secret, message))).toBe(true)
    expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(502)
    expect(receiver.connections).toBeLessThan(5)
  })

  it('whose receiver fails a fifth of the time gets all of them in order, each under one id', async () => {
    await open()
    const dice = new Dice(seed)
    receiver.answering = () => (dice.below(5) === 0 ? ([500, 503, 404, 301][dice.below(4)] ?? 500) : 200)
    await hooks.endpoint(accountId, { url: receiver.url })
    await hooks.events(accountId, 1_000)
    await receiver.until(() => receiver.sequences.at(-1) === 1_002)
    expectInOrder(receiver.taken)
    expect(receiver.taken).toHaveLength(1_002)
    expect(receiver.came.length).toBeGreaterThan(1_100)
    const ids = new Map(receiver.came.map(({ sequence, id }) => [sequence, id]))
    expect(receiver.came.every(({ sequence, id }) => ids.get(sequence) === id)).toBe(true)
  })

  it('is sent to by one of several gateways at a time', async () => {
    await open(3)
    let underWay = 0
    let most = 0
    receiver.answering = async () => {
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay -= 1
      return 200
    }
    await hooks.endpoint(accountId, { url: receiver.url })
    for (let round = 0; round < 20; round += 1) await hooks.events(accountId, 20)
    await receiver.until(() => receiver.sequences.at(-1) === 402)
    expectInOrder(receiver.came)
    expect(receiver.came).toHaveLength(402)
    expect(most).toBe(1)
  })

  it('goes on with another gateway where one stops, without a gap', async () => {
    await open(2)
    await hooks.endpoint(accountId, { url: receiver.url })
    await hooks.events(accountId, 300)
    await receiver.until(() => receiver.taken.length > 50)
    const [first] = hooks.gateways
    if (first !== undefined) await hooks.stopGateway(first)
    await hooks.events(accountId, 100)
    await receiver.until(() => receiver.sequences.at(-1) === 402)
    expect(new Set(receiver.sequences)).toEqual(new Set(Array.from({ length: 402 }, (_, index) => index + 1)))
    expectInOrder(receiver.taken.filter(({ id }, index) => receiver.taken.findIndex((one) => one.id === id) === index))
  })

  it('gets what it wants only, and passes over the rest without a write for each', async () => {
    await open()
    const { endpointId } = await hooks.endpoint(accountId, {
      url: receiver.url,
      eventTypes: ['invoice.*', 'channel.created'],
    })
    await hooks.events(accountId, 3_000)
    await hooks.events(accountId, 1, 'channel.created')
    await hooks.events(accountId, 3_000)
    await hooks.events(accountId, 1, 'balance.low')
    await hooks.untilState(endpointId, ({ cursor }) => Number(cursor) === 6_004)
    expect(receiver.came.map(({ type }) => type)).toEqual(['channel.created'])
    const rows = await hooks.desk.rows('SELECT FROM webhook_attempt')
    expect(rows).toHaveLength(1)
  })

  it('gets nothing of another account', async () => {
    await open()
    const other = await hooks.desk.createAccount()
    await hooks.endpoint(accountId, { url: receiver.url })
    await hooks.events(other, 50)
    await hooks.events(accountId, 5)
    await receiver.until(() => receiver.taken.length === 7)
    expect(receiver.came.every(({ data }) => data.account === accountId)).toBe(true)
  })
})
