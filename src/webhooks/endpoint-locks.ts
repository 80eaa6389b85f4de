import { setMaxListeners } from 'node:events'
import { Client } from 'pg'

/** For a connection that holds locks. */
const CONNECT_WITHIN_MS = 5_000
const ANSWER_WITHIN_MS = 15_000

interface Holder {
  readonly lost: AbortController
  /** One statement after the other. */
  ask(text: string, name: string): Promise<boolean>
  end(): Promise<void>
}

/**
 * Locks by name, all of them on one connection of their own, so that hundreds cost no more than one. Whoever holds one is
 * the only one on any gateway. Postgres takes them back as the connection ends, and with a gateway that is killed it ends
 * at once; a gateway that hangs keeps them, so that nobody sends beside it.
 */
export class EndpointLocks {
  private holder: Promise<Holder> | null = null
  private closed = false

  constructor(private readonly url: string) {}

  /** A signal that is aborted where the lock is lost; null where somebody else has it. Not for whoever has it already. */
  async take(name: string): Promise<AbortSignal | null> {
    const holder = await this.held()
    try {
      return (await holder.ask(TAKE, name)) ? holder.lost.signal : null
    } catch (error) {
      // It may have the lock for all we know.
      await holder.end()
      throw error
    }
  }

  async give(name: string): Promise<void> {
    const holder = await this.holder?.catch(() => null)
    await holder?.ask(GIVE, name).catch(() => holder.end())
  }

  async close(): Promise<void> {
    this.closed = true
    const holder = await this.holder?.catch(() => null)
    await holder?.end()
  }

  private held(): Promise<Holder> {
    if (this.closed) return Promise.reject(new Error('the locks are closed'))
    if (this.holder === null) {
      const connecting = this.connect(() => {
        if (this.holder === connecting) this.holder = null
      })
      this.holder = connecting
    }
    return this.holder
  }

  private async connect(onEnd: () => void): Promise<Holder> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'daybook webhooks',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
    })
    const lost = new AbortController()
    setMaxListeners(0, lost.signal)
    const end = () => {
      onEnd()
      lost.abort()
    }
    client.on('error', end)
    client.on('end', end)
    try {
      await client.connect()
      let last: Promise<unknown> = Promise.resolve()
      return {
        lost,
        ask: (text, name) => {
          const answer = last.then(async () => {
            const { rows } = await client.query<{ done: boolean }>(text, [name])
            return rows[0]?.done === true
          })
          last = answer.catch(() => undefined)
          return answer
        },
        end: () => client.end().catch(() => undefined),
      }
    } catch (error) {
      onEnd()
      throw error
    }
  }
}

const TAKE = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS done'
const GIVE = 'SELECT pg_advisory_unlock(hashtextextended($1, 0)) AS done'
