import { Api, type Partner } from '../api/api'

const BALANCE = 'balance { accountId available creditLimit owed sequence }'
const TRANSACTION = `transaction { id accountId kind sequence occurredAt comment actor
  channel { id } toChannel { id } invoice { id } entries { account days balanceAfter } }`

interface Movement {
  balance: object
  transaction: { id: string; sequence: number }
}

let api: Api
let partner: Partner
let channels: string[]
beforeAll(async () => {
  api = await Api.open()
  partner = await api.partner({ days: 1_000 })
  channels = []
  for (let index = 0; index < 3; index += 1) {
    channels.push(await api.channel(partner.token, { name: `c${index}`, days: 10 }))
  }
})
afterAll(() => api.close())

const MOVEMENTS: [name: string, inputType: string, input: () => object][] = [
  ['allocateDays', 'AllocateDaysInput', () => ({ channelId: channels[0], days: 5, comment: 'five’s “more”' })],
  ['releaseDays', 'ReleaseDaysInput', () => ({ channelId: channels[0], days: 2 })],
  ['transferDays', 'TransferDaysInput', () => ({ fromChannelId: channels[0], toChannelId: channels[1], days: 3 })],
  ['deleteChannel', 'DeleteChannelInput', () => ({ channelId: channels[2] })],
]

describe('what a movement is answered with, which is not read anew,', () => {
  it.each(MOVEMENTS)('is what is read afterwards: %s', async (name, inputType, input) => {
    const document = `mutation ($input: ${inputType}!) { ${name}(input: $input) { ${BALANCE} ${TRANSACTION} } }`
    const variables = { input: { ...input(), idempotencyKey: `answer of ${name}` } }
    const tell = async () => ((await api.told(partner.token, document, variables)) as Record<string, Movement>)[name]
    const answered = await tell()
    const { ledger, balance } = (await api.told(
      partner.token,
      `{ ${BALANCE} ledger(first: 1) { nodes { ${TRANSACTION.slice('transaction {'.length)} } }`,
    )) as { balance: object; ledger: { nodes: object[] } }
    expect(answered?.balance).toEqual(balance)
    expect(answered?.transaction).toEqual(ledger.nodes[0])
    expect(await tell()).toEqual(answered)
  })

  it('belongs together where a figure of the clock is asked for beside it', async () => {
    const document = `mutation ($input: AllocateDaysInput!) { allocateDays(input: $input) {
      balance { available allocated used sequence } transaction { sequence } } }`
    const told = (await api.told(partner.token, document, { input: { channelId: channels[0], days: 1 } })) as {
      allocateDays: { balance: Record<'available' | 'allocated' | 'used', number> }
    }
    const { available, allocated, used } = told.allocateDays.balance
    expect(available + allocated + used).toBe(1_000)
  })

  it('is of each movement by itself where an operation makes several', async () => {
    const moved = `{ ${BALANCE} transaction { sequence entries { days balanceAfter } } }`
    const told = (await api.told(
      partner.token,
      `mutation ($a: AllocateDaysInput!, $b: ReleaseDaysInput!) { a: allocateDays(input: $a) ${moved} b: releaseDays(input: $b) ${moved} }`,
      { a: { channelId: channels[1], days: 7 }, b: { channelId: channels[1], days: 7 } },
    )) as Record<'a' | 'b', { balance: { available: number; sequence: number } }>
    expect(told.b.balance.available).toBe(told.a.balance.available + 7)
    expect(told.b.balance.sequence).toBe(told.a.balance.sequence + 2)
  })
})
