import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { createTestDatabase } from '../support/database'
import { Desk } from '../support/desk'
import { Dice, seedOf } from '../support/dice'
import { Follower } from './followers'
import { GatewayProcess } from './gateway-process'
import { judge } from './judge'
import { seedPartners, Workload } from './workload'

const SEED = seedOf('FAULT_SEED')
const PATIENCE_MS = 100_000

jest.setTimeout(300_000)

/**
 * Where gateways are, for a client that asks the next one when its connection is refused, and for nothing else. Each request
 * has a connection of its own. One that waits in the kernel's queue as the listener closes is reset there, without the
 * gateway having seen it: that is a refusal too.
 */
class Rolled {
  private turns = 0
  refused = 0
  private readonly agent = new Agent({ keepAlive: false })

  constructor(private readonly gateways: readonly GatewayProcess[]) {}

  async fetch(path: string, { method, headers, body }: RequestInit): Promise<Response> {
    for (;;) {
      const gateway = this.gateways[(this.turns += 1) % this.gateways.length]
      const asked = request(`${gateway?.url ?? ''}${path}`, {
        agent: this.agent,
        method,
        headers: headers as Record<string, string>,
      })
      try {
        asked.end(body)
        const [answer] = (await once(asked, 'response')) as [IncomingMessage]
        return new Response(await text(answer), { status: answer.statusCode })
      } catch (error) {
        const { code } = error as { code?: string }
        const isRefused =
          code === 'ECONNREFUSED' || (code === 'ECONNRESET' && (error as Error).message !== 'socket hang up')
        if (!isRefused) throw error
        this.refused += 1
        await delay(20)
      }
    }
  }

  close(): void {
    this.agent.destroy()
  }
}

describe(`L9: two gateways that are rolled under load (seed ${SEED})`, () => {
  it('fail no request of a client that retries refused connections, and tell sockets to go with 1001', async () => {
    const database = await createTestDatabase()
    const desk = await Desk.open(database.url)
    const partners = await seedPartners(desk, 2)
    const gateways = await Promise.all([1, 2].map(() => GatewayProcess.start({ DATABASE_URL: database.url })))
    const rolled = new Rolled(gateways)
    const workload = new Workload(partners, new Dice(SEED), undefined, (path, init) => rolled.fetch(path, init))
    const followers = partners.flatMap((partner) =>
      gateways.map(
        (gateway) =>
          new Follower(
            partner,
            [gateway, ...gateways].map(({ url }) => url),
          ),
      ),
    )
    try {
      workload.sendTo([''])
      workload.start(12)
      for (const gateway of gateways) {
        await workload.makeProgress(40, PATIENCE_MS)
        const open = followers.map(({ closes }) => closes.length)
        expect(await gateway.end('SIGTERM')).toBe(0)
        const closed = followers.flatMap(({ closes }, index) => closes.slice(open[index]))
        expect(new Set(closed)).toEqual(new Set([1001]))
        await workload.makeProgress(20, PATIENCE_MS)
        await gateway.start()
      }
      await workload.makeProgress(20, PATIENCE_MS)
      await workload.stop()
      expect(workload.history.filter(({ answer }) => answer.outcome === 'unknown').map(({ answer }) => answer)).toEqual(
        [],
      )
      expect(rolled.refused).toBeGreaterThan(0)
      for (const follower of followers) {
        const [row] = await desk.rows<{ sequence: number }>('SELECT sequence FROM account WHERE id = $1', [
          follower.partner.accountId,
        ])
        await follower.hasSeen(row?.sequence ?? NaN, PATIENCE_MS)
        await follower.stop()
      }
      expect(await judge(desk, workload.history, followers)).toEqual([])
    } finally {
      rolled.close()
      await Promise.all(followers.map((follower) => follower.stop()))
      for (const gateway of gateways) await gateway.end('SIGKILL')
      await desk.close()
      await database.drop()
    }
  })
})
