import { actorName, Role, type Actor } from '../auth/actor'
import { VisibleRows } from '../auth/visible-rows'
import type { MovementBatcher, MovementCommand } from '../channels/movement-batcher'
import type { Payments } from '../channel-subscriptions/open-billing-portal'
import { readClock } from '../clock'
import type { Database, Sql, Tx } from '../database'
import { UnauthenticatedError } from '../errors'
import type { EventFeed } from '../events/event-feed'
import type { JobQueue } from '../jobs/job-queue'
import type { Webhooks } from '../webhooks/start-webhooks'
import { Loaders } from './loaders'

/** The parts of a gateway that resolvers reach. */
export interface Parts {
  readonly database: Database
  readonly movements: MovementBatcher
  readonly feed: EventFeed
  readonly payments: Payments
  readonly jobs: JobQueue
  readonly webhooks: Webhooks
}

/** What a resolver knows: who asks, and the doors it may open. One for each operation, and for each event. */
export class Context {
  readonly visible: VisibleRows
  private loaded: Loaders

  constructor(
    private readonly parts: Parts,
    /** Null for a caller without a token. */
    readonly caller: Actor | null,
  ) {
    this.visible = new VisibleRows(parts.database.dataSource.manager, caller ?? NOBODY)
    this.loaded = new Loaders(parts.database, this.visible)
  }

  /** Throws UNAUTHENTICATED for a caller without a token. */
  get actor(): Actor {
    if (this.caller === null) throw new UnauthenticatedError()
    return this.caller
  }

  /** How the actor is written down. */
  get actorName(): string {
    return actorName(this.actor)
  }

  get loaders(): Loaders {
    return this.loaded
  }

  get feed(): EventFeed {
    return this.parts.feed
  }

  get jobs(): JobQueue {
    return this.parts.jobs
  }

  get payments(): Payments {
    return this.parts.payments
  }

  get webhooks(): Webhooks {
    return this.parts.webhooks
  }

  get sql(): Sql {
    return this.parts.database.sql
  }

  get database(): Database {
    return this.parts.database
  }

  /** What an account's clock says; without an account, the live clock. */
  now(accountId: string | null): Promise<Date> {
    return accountId === null ? readClock(this.sql) : this.loaded.clock.load(accountId)
  }

  /** Runs a verb that changes an account in a transaction, and lets its followers know after the commit. */
  async change<T>(accountId: string, verb: (tx: Tx) => Promise<T>): Promise<T> {
    const result = await this.parts.database.inTransaction(verb)
    this.parts.feed.hint([accountId])
    this.forget()
    return result
  }

  /** Moves days through the batcher. */
  async move<Outcome>(command: MovementCommand<Outcome>): Promise<Outcome> {
    const { outcome } = await this.parts.movements.submit(command)
    this.forget()
    return outcome
  }

  /** What was loaded, the instant included, is of before the change: the rest of the operation reads anew. */
  forget(): void {
    this.loaded = new Loaders(this.database, this.visible)
  }
}

/** Sees nothing: no account has this id. */
const NOBODY: Actor = {
  role: Role.PARTNER,
  scopes: new Set(),
  accountId: 'nobody',
  tokenId: null,
  expiresAt: null,
}
