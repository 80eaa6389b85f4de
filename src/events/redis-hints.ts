import { Redis, type RedisOptions } from 'ioredis'
import type { Log } from '../log'

/** For a connection to stand. */
const CONNECT_TIMEOUT_MS = 5_000
/** For a hint to be taken by Redis; then it goes by another way. */
const PUBLISH_TIMEOUT_MS = 500
/** Between tries while Redis is away, for ever. */
const RETRY_MS = { first: 50, last: 1_000 } as const

const OPTIONS: RedisOptions = {
  lazyConnect: true,
  connectTimeout: CONNECT_TIMEOUT_MS,
  keepAlive: 10_000,
  // A hint of a minute ago is worth nothing: none waits for a connection.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (tries) => Math.min(RETRY_MS.first * tries, RETRY_MS.last),
}

/** Hints between gateways by way of Redis, which holds nothing: whoever is away misses them, and looks for itself. */
export class RedisHints {
  private readonly publisher: Redis
  private readonly subscriber: Redis
  private isAway = false

  constructor(
    url: string,
    /** Gateways of one database hear each other, and no others that use the same Redis. */
    private readonly channel: string,
    private readonly onHint: (accountIds: readonly string[]) => void,
    private readonly log: Log,
  ) {
    this.publisher = new Redis(url, { ...OPTIONS, commandTimeout: PUBLISH_TIMEOUT_MS, connectionName: 'daybook-hints' })
    this.subscriber = new Redis(url, { ...OPTIONS, connectionName: 'daybook-feed' })
    for (const client of [this.publisher, this.subscriber]) {
      client.on('error', (error: Error) => this.toldAway(error))
      client.on('ready', () => this.toldBack())
    }
    this.subscriber.on('ready', () => {
      this.subscriber.subscribe(this.channel).catch((error: unknown) => this.toldAway(error))
    })
    this.subscriber.on('message', (_, payload) => this.onHint(payload.split(' ')))
  }

  /** A gateway starts without Redis, too. */
  async start(): Promise<void> {
    await Promise.all([this.publisher, this.subscriber].map((client) => client.connect().catch(() => undefined)))
  }

  /** False where Redis has not taken it. */
  async publish(accountIds: readonly string[]): Promise<boolean> {
    if (!this.isThere) return false
    try {
      await this.publisher.publish(this.channel, accountIds.join(' '))
      return true
    } catch {
      return false
    }
  }

  /** Both ways: whoever can't hear should not believe that the others do. */
  get isThere(): boolean {
    return this.publisher.status === 'ready' && this.subscriber.status === 'ready'
  }

  close(): void {
    this.publisher.disconnect()
    this.subscriber.disconnect()
  }

  private toldAway(error: unknown): void {
    if (this.isAway) return
    this.isAway = true
    this.log.warn({ err: error }, 'Redis is away: hints go through Postgres until it is back')
  }

  private toldBack(): void {
    if (!this.isAway || !this.isThere) return
    this.isAway = false
    this.log.info('Redis is back: hints go through it again')
  }
}
