import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import type { Partner } from './workload'

/** An event as a subscriber got it. */
export interface Heard {
  sequence: number
  type: string
  occurredAt: string
  days?: number
  available?: number
  channel?: { id: string }
  paidUntil?: string | null
  unusedDays?: number
}

const SUBSCRIPTION = `subscription ($after: Sequence) { events(after: $after) {
  sequence type occurredAt
  ... on BalanceChange { days available }
  ... on DayExpiryChange { channel { id } paidUntil unusedDays }
} }`

/** One that is dropped while it is still connecting tells so by an error, which nobody need hear. */
class QuietSocket extends WebSocket {
  constructor(...given: ConstructorParameters<typeof WebSocket>) {
    super(...given)
    this.on('error', () => undefined)
  }
}

/** Follows an account's events over a socket; when that breaks, at the next gateway, from the last one that came. */
export class Follower {
  readonly heard: Heard[] = []
  /** Why sockets of it were closed that had been open. */
  readonly closes: number[] = []
  private stopped = false
  private turns = 0
  private readonly done: Promise<void>
  private drop: () => void = () => undefined

  constructor(
    readonly partner: Partner,
    private readonly urls: readonly string[],
  ) {
    this.done = this.run()
  }

  get last(): number {
    return this.heard.at(-1)?.sequence ?? 0
  }

  async hasSeen(sequence: number, patienceMs: number): Promise<void> {
    const giveUpAt = performance.now() + patienceMs
    while (this.last < sequence) {
      if (performance.now() > giveUpAt) throw new Error(`a follower has heard ${this.last} of ${sequence} events`)
      await delay(10)
    }
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.drop()
    await this.done
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const url = this.urls[this.turns % this.urls.length] ?? ''
      this.turns += 1
      await this.follow(url).catch(() => undefined)
      await delay(20)
    }
  }

  private async follow(url: string): Promise<void> {
    const opened = new Set<unknown>()
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: QuietSocket,
      connectionParams: { authorization: `Bearer ${this.partner.token}` },
      retryAttempts: 0,
      // A gateway that stands still keeps its sockets: who hears nothing of it goes to another.
      keepAlive: 1_000,
      on: {
        opened: () => {
          opened.add(client)
        },
        closed: (event) => {
          if (opened.delete(client)) this.closes.push((event as { code: number }).code)
        },
        ping: (received) => {
          if (!received) silent = setTimeout(() => client.terminate(), 3_000)
        },
        pong: () => {
          clearTimeout(silent)
        },
      },
    })
    let silent: NodeJS.Timeout | undefined
    this.drop = () => {
      client.terminate()
    }
    try {
      for await (const { data } of client.iterate<{ events: Heard }>({
        query: SUBSCRIPTION,
        variables: { after: this.last },
      })) {
        if (data) this.heard.push(data.events)
      }
    } finally {
      clearTimeout(silent)
      await client.dispose()
    }
  }
}
