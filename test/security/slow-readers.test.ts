import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { AdjustBalanceDocument, AllocateDaysInBulkDocument, CreateChannelDocument } from '../../sdk'
import { Client } from '../http/doors'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'

/** R7: whoever reads slowly is cut off before it costs memory. */

const SLOW_READERS = 5
/** Two kernels buffer up to 10 MB of a connection: each has several times that to be told. */
const SUBSCRIPTIONS_EACH = 40
const CHANNELS = 50
const ROUNDS = 60
const SEND_TIMEOUT_MS = 1_000
/** Until they read again, and see why they were cut off. */
const CLOSE_TIMEOUT_MS = 300_000
/** On a machine that does much else. */
const PATIENCE_MS = 300_000
const MB = 1024 * 1024
const EVENTS = 'subscription ($after: Sequence) { events(after: $after) { type sequence occurredAt accountId } }'

let gateway: TestGateway
let partner: TestPartner
const clients: Client[] = []

beforeAll(async () => {
  gateway = await startTestGateway({
    webSocketLimits: {
      sendTimeoutMs: SEND_TIMEOUT_MS,
      closeTimeoutMs: CLOSE_TIMEOUT_MS,
      pingIntervalMs: CLOSE_TIMEOUT_MS,
    },
  })
  partner = await gateway.newPartner()
  const accountId = partner.account.id
  await gateway.staff.request(AdjustBalanceDocument, { accountId, days: 1_000_000, comment: 'To begin with' })
})
afterAll(async () => {
  for (const client of clients) client.socket.terminate()
  await gateway.stop()
})

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What is held, of the gateway and of its clients, which are in the same process; garbage that waits for its collection is not. */
function retained(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function connect(): Promise<Client> {
  const client = new Client(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {})
  clients.push(client)
  return client.init(partner.token)
}

describe('a subscriber that stops reading', () => {
  it(
    'is closed with 4290 while hundreds of thousands of events are to be sent, and memory stays what it was',
    async () => {
      const channelIds: string[] = []
      for (let channel = 0; channel < CHANNELS; channel += 1) {
        const { createChannel } = await partner.client.request(CreateChannelDocument, { name: `Channel ${channel}` })
        channelIds.push(createChannel.channel.id)
      }
      const allocate = () =>
        partner.client.request(AllocateDaysInBulkDocument, {
          items: channelIds.map((channelId) => ({ channelId, days: 1 })),
          mode: 'ATOMIC',
        })
      for (let round = 0; round < ROUNDS - 10; round += 1) await allocate()

      const slow = await Promise.all(Array.from({ length: SLOW_READERS }, connect))
      const before = retained()
      let most = before
      for (const client of slow) {
        client.raw.pause()
        for (let id = 0; id < SUBSCRIPTIONS_EACH; id += 1) client.subscribe(String(id), EVENTS, { after: 0 })
      }
      for (let round = 0; round < 10; round += 1) {
        await allocate()
        most = Math.max(most, retained())
      }
      const quick = await connect()
      quick.subscribe('1', EVENTS, { after: 0 })
      const [row] = await gateway.sql<{ sequence: string }>('SELECT sequence FROM account WHERE id = $1', [
        partner.account.id,
      ])
      for (let sequence = 1; sequence <= Number(row?.sequence); sequence += 1) {
        const { payload } = await quick.receive('next', '1')
        expect((payload as { data: { events: { sequence: number } } }).data.events.sequence).toBe(sequence)
        if (sequence % 1_000 === 0) most = Math.max(most, retained())
      }
      // All that they were to be told is 200 MB as text, and a gigabyte and more as rows that were read.
      expect(most - before).toBeLessThan(100 * MB)
      for (const client of slow) client.raw.resume()
      for (const client of slow) expect(await client.closed).toMatchObject({ code: 4290 })
    },
    PATIENCE_MS,
  )
})
