import { randomUUID } from 'node:crypto'
import { Api, type Answer, type Order } from './api'
import { NOT_DONE_HERE, prepared } from './prepared'
import { ownArguments, probesOf, seedSide, withLeaf, type Probe, type Side } from './prober'

let api: Api
let side: Side
beforeAll(async () => {
  api = await Api.open()
  side = await seedSide(api, 'magpie')
  // Some answers tell what is left by now.
  await api.setClock(new Date())
})
afterAll(() => api.close())

interface Shown {
  replayed: boolean
  fields: Record<string, boolean>
}

function shownOf({ text }: Pick<Answer, 'text'>): Shown | undefined {
  return (JSON.parse(text) as { extensions?: { idempotency?: Shown } }).extensions?.idempotency
}

/** Where a mutation takes its key. */
const keyPath = ({ leaves }: Probe) => leaves.find(({ path }) => /^(input\.)?idempotencyKey$/.test(path))?.path

/** Each mutation that takes a key and can be done in the world of this test. */
const KEYED = probesOf('mutation')
  .filter((probe) => keyPath(probe) !== undefined && !NOT_DONE_HERE.includes(probe.field.name))
  .map((probe) => [probe.field.name, probe] as const)

async function argumentsOf(name: string, probe: Probe): Promise<Order> {
  const args = await prepared(api, side, name, structuredClone(ownArguments(probe, side)))
  const owned = probe.leaves.find(({ path }) => /^(input\.)?accountId$/.test(path))
  return owned === undefined ? args : withLeaf(args, owned.path, side.accountId)
}

const ALLOCATE = `mutation ($channelId: ID!, $first: String!, $second: String!, $days: Days!) {
  one: allocateDays(input: { channelId: $channelId, days: 1, idempotencyKey: $first }) { transaction { id } }
  two: allocateDays(input: { channelId: $channelId, days: $days, idempotencyKey: $second }) { transaction { id } }
}`

describe('I1: an idempotency key', () => {
  it('is taken by every mutation that moves days or money', () => {
    expect(KEYED.map(([name]) => name).sort()).toMatchInlineSnapshot(`
     [
       "adjustBalance",
       "allocateDays",
       "allocateDaysInBulk",
       "cancelInvoiceRequest",
       "createAccount",
       "createChannel",
       "deleteChannel",
       "issueCreditNote",
       "postponeInvoice",
       "prepareInvoice",
       "recordPayment",
       "recordRefund",
       "releaseDays",
       "requestInvoice",
       "transferDays",
       "voidInvoice",
       "writeOffInvoice",
     ]
    `)
  })

  it.each(KEYED)('of %s replays its answer, does nothing anew, and says so', async (name, probe) => {
    const args = withLeaf(await argumentsOf(name, probe), keyPath(probe) ?? '', randomUUID())
    const first = await api.ask(api.staffToken, probe.document, args)
    expect(first.errors).toEqual([])
    expect(shownOf(first)).toEqual({ replayed: false, fields: { [name]: false } })
    const after = await api.checksums()

    const again = await api.ask(api.staffToken, probe.document, args)
    expect(shownOf(again)).toEqual({ replayed: true, fields: { [name]: true } })
    expect(again.data).toEqual(first.data)
    expect(await api.checksums()).toEqual(after)
  })

  it('tells of each mutation of a document by its name in the answer', async () => {
    const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()]
    const channelId = side.own.channel
    const ask = async (keys: Order) => shownOf(await api.ask(side.token, ALLOCATE, { channelId, days: 1, ...keys }))
    expect(await ask({ first, second })).toEqual({ replayed: false, fields: { one: false, two: false } })
    expect(await ask({ first, second: third })).toEqual({ replayed: false, fields: { one: true, two: false } })
    expect(await ask({ first, second: third })).toEqual({ replayed: true, fields: { one: true, two: true } })
  })

  it('is not told of where none was sent, nor of what was refused', async () => {
    const channelId = side.own.channel
    const plain =
      'mutation ($channelId: ID!) { allocateDays(input: { channelId: $channelId, days: 1 }) { __typename } }'
    expect(shownOf(await api.ask(side.token, plain, { channelId }))).toBeUndefined()
    const refused = { channelId, days: 9_000_000, first: randomUUID(), second: randomUUID() }
    expect(shownOf(await api.ask(side.token, ALLOCATE, refused))).toEqual({ replayed: false, fields: { one: false } })
  })

  it('is told of over sockets too', async () => {
    const socket = await api.connect(side.token)
    const keys = { first: randomUUID(), second: randomUUID() }
    for (const replayed of [false, true]) {
      socket.subscribe('moves', ALLOCATE, { channelId: side.own.channel, days: 1, ...keys })
      const { payload } = await socket.receive('next', 'moves')
      expect(shownOf({ text: JSON.stringify(payload) })).toEqual({
        replayed,
        fields: { one: replayed, two: replayed },
      })
      await socket.receive('complete', 'moves')
    }
  })
})
