import { AllocateDaysDocument, CreateChannelDocument, CreateTokenDocument, UpdateChannelDocument } from '../../sdk'
import { Client, type Message } from '../http/doors'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'

const SUBSCRIBERS = 20
const EVENTS = `subscription ($after: Sequence) {
  events(after: $after) { __typename sequence ... on BalanceChange { days } ... on DayExpiryChange { channel { id name } } }
}`

interface Told {
  data: { events: { __typename: string; sequence: number; channel?: { name: string } } }
  extensions: { cost: { actualQueryCost: number } }
}

let gateway: TestGateway
let partner: TestPartner
let channelId: string
const clients: Client[] = []

beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.stop())

beforeEach(async () => {
  partner = await gateway.newPartner({ days: 1_000 })
  const { createChannel } = await partner.client.request(CreateChannelDocument, { name: 'First name' })
  channelId = createChannel.channel.id
})
afterEach(() => {
  for (const client of clients.splice(0)) client.socket.terminate()
})

async function connect(token: string): Promise<Client> {
  const client = new Client(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {})
  clients.push(client)
  return client.init(token)
}

const allocate = () => partner.client.request(AllocateDaysDocument, { channelId, days: 1 })

async function lastSequence(): Promise<number> {
  const [row] = await gateway.sql<{ sequence: string }>('SELECT sequence FROM account WHERE id = $1', [
    partner.account.id,
  ])
  return Number(row?.sequence)
}

async function told(client: Client, id: string, count: number): Promise<Told[]> {
  const messages: Message[] = []
  while (messages.length < count) messages.push(await client.receive('next', id))
  return messages.map(({ payload }) => payload as Told)
}

describe('subscribers of one account who ask alike', () => {
  it('are each told every event once, in order, under ids of their own, from wherever they begin', async () => {
    const begun = await lastSequence()
    const followers = await Promise.all(
      Array.from({ length: SUBSCRIBERS }, async (_, index) => {
        const client = await connect(partner.token)
        const after = index % 2 === 0 ? begun : 0
        client.subscribe(`own "${index}"`, EVENTS, { after })
        return { client, after, id: `own "${index}"` }
      }),
    )
    await Promise.all(Array.from({ length: 30 }, allocate))
    const last = await lastSequence()
    for (const { client, after, id } of followers) {
      const answers = await told(client, id, last - after)
      expect(answers.map(({ data }) => data.events.sequence)).toEqual(
        Array.from({ length: last - after }, (_, index) => after + 1 + index),
      )
      expect(answers.every(({ extensions }) => extensions.cost.actualQueryCost > 0)).toBe(true)
      expect(client.messages).toEqual([])
    }
  })

  it('are answered by one reading of what an event leads to', async () => {
    const after = await lastSequence()
    const followers = await Promise.all(Array.from({ length: SUBSCRIBERS }, () => connect(partner.token)))
    for (const client of followers) client.subscribe('1', EVENTS, { after })
    await allocate()
    for (const client of followers) await told(client, '1', 2)
    // From now on whoever read the channel would be told another name.
    await gateway.sql('UPDATE channel SET name = $2 WHERE id = $1', [channelId, 'Unseen'])
    for (const client of followers) client.subscribe('2', EVENTS, { after })
    for (const client of followers) {
      const [, end] = await told(client, '2', 2)
      expect(end?.data.events.channel?.name).toBe('First name')
    }
  })

  it('hear of a channel as it is once they begin, whatever others were answered before', async () => {
    const early = await connect(partner.token)
    early.subscribe('1', EVENTS, { after: await lastSequence() })
    await allocate()
    const after = (await lastSequence()) - 2
    expect((await told(early, '1', 2))[1]?.data.events.channel?.name).toBe('First name')
    await partner.client.request(UpdateChannelDocument, { channelId, name: 'Second name' })
    const late = await connect(partner.token)
    late.subscribe('1', EVENTS, { after })
    expect((await told(late, '1', 2))[1]?.data.events.channel?.name).toBe('Second name')
  })
})

describe('subscribers who do not see the same', () => {
  const ACTORS =
    'subscription ($after: Sequence, $accountId: ID) { events(after: $after, accountId: $accountId) { sequence actor } }'

  it('are never given what another was', async () => {
    const after = await lastSequence()
    const accountId = partner.account.id
    const [own, staff] = [await connect(partner.token), await connect(gateway.staffToken)]
    for (const client of [own, staff]) client.subscribe('1', ACTORS, { after, accountId })
    const other = await gateway.newPartner()
    const stranger = await connect(other.token)
    stranger.subscribe('1', ACTORS, { accountId, after })
    await gateway.staff.request(AllocateDaysDocument, { channelId, days: 1 })
    const actors = async (client: Client) =>
      (await told(client, '1', 2)).map(({ data }) => (data.events as unknown as { actor: string }).actor)
    expect(await actors(staff)).toEqual(['staff:environment', 'staff:environment'])
    expect(await actors(own)).toEqual(['staff', 'staff'])
    expect(JSON.stringify((await stranger.receive('next', '1')).payload)).toContain('NOT_FOUND')
  })

  it('are not those with other variables where the answer depends on them', async () => {
    const document = `subscription ($after: Sequence, $named: Boolean!) {
      events(after: $after) { sequence type @include(if: $named) }
    }`
    const after = await lastSequence()
    const [named, bare] = [await connect(partner.token), await connect(partner.token)]
    named.subscribe('1', document, { after, named: true })
    bare.subscribe('1', document, { after, named: false })
    await allocate()
    expect((await told(named, '1', 1))[0]?.data.events).toEqual({ sequence: after + 1, type: 'balance.changed' })
    expect((await told(bare, '1', 1))[0]?.data.events).toEqual({ sequence: after + 1 })
  })

  it('are tokens of other scopes', async () => {
    const { createToken } = await partner.client.request(CreateTokenDocument, { name: 'reads', scopes: ['READ'] })
    const reader = await connect(createToken.secret)
    const after = await lastSequence()
    reader.subscribe('1', EVENTS, { after })
    await allocate()
    expect((await told(reader, '1', 2)).map(({ data }) => data.events.sequence)).toEqual([after + 1, after + 2])
  })
})
