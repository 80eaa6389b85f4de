import type { Database, Statement } from '../database'
import { DomainError } from '../errors'
import type { Log } from '../log'
import { Rounds } from '../rounds'
import type { PaymentProvider } from './payment-provider'
import { type ProviderChanges, type ProviderObject, refreshProviderObject } from './provider-changes'

/** Between two rounds, where nobody said that there is something to do. */
const ROUND_MS = 1_000
const OBJECTS_A_ROUND = 100
/** 5 s, doubled with each failure up to 15 minutes: the twentieth comes some 3 hours after the first. */
const MAX_ATTEMPTS = 20
const FIRST_DELAY_MS = 5_000
const MAX_DELAY_MS = 15 * 60_000
const MAX_ERROR_LENGTH = 255

export interface WorkerOptions {
  /** After so many failures an event is parked for staff. */
  maxAttempts?: number
}

/**
 * Brings what the provider's events are about up to date. An event only says that a thing has changed: the thing is
 * fetched, and all events about it that were there before are done with it. So neither order nor repeats matter, nor
 * which gateway does it. One thing is handled by one worker at a time, and no call is made inside a transaction.
 */
export class ProviderEventWorker {
  private readonly rounds: Rounds

  constructor(
    private readonly database: Pick<Database, 'sql' | 'underLock'>,
    private readonly provider: PaymentProvider,
    private readonly changes: ProviderChanges,
    private readonly log: Log,
    private readonly options: WorkerOptions = {},
  ) {
    const failure = 'a round over the provider’s events failed'
    this.rounds = new Rounds(() => this.handle(), { pauseMs: ROUND_MS, failure, log })
  }

  start(): void {
    this.rounds.start()
  }

  /** There is something to do now. */
  hint(): void {
    this.rounds.hint()
  }

  /** Resolves when what is under way is done. */
  async close(): Promise<void> {
    await this.rounds.close()
  }

  /** One round: all that is due now, each thing once. Answers how many events are done with. */
  async handle(): Promise<number> {
    // A replay may name one of the other mode: it is as foreign as it was.
    await this.database.sql.query(IGNORE_OTHER_MODE, this.source)
    const due = await this.database.sql.query<ProviderObject>(DUE_OBJECTS, [...this.source, OBJECTS_A_ROUND])
    let handled = 0
    for (const object of due) {
      if (this.rounds.closed) break
      const outcome = await this.handleObject(object)
      handled += outcome.handled
      // The provider is away: the next thing would wait for it as long as this one did.
      if (outcome.isAway) break
    }
    return handled
  }

  private async handleObject(object: ProviderObject): Promise<{ handled: number; isAway: boolean }> {
    let events: string[] = []
    try {
      const outcome = await refreshProviderObject(this.database, this.provider, this.changes, object, async () => {
        // What comes from here on may tell of what the fetch doesn't see: it stays pending.
        events = await this.pendingOf(object)
      })
      if (outcome === 'BUSY') return { handled: 0, isAway: false }
      const state = outcome === 'APPLIED' ? 'DONE' : 'IGNORED'
      await this.database.sql.query(FINISH_EVENTS, [events, state])
      return { handled: events.length, isAway: false }
    } catch (error) {
      await this.database.sql.query(FAIL_EVENTS, [
        events,
        describe(error),
        this.options.maxAttempts ?? MAX_ATTEMPTS,
        FIRST_DELAY_MS,
        MAX_DELAY_MS,
      ])
      this.log.warn({ ...object, err: error }, 'a thing of the payment provider’s could not be brought up to date')
      return { handled: 0, isAway: error instanceof DomainError && error.details.retryable === true }
    }
  }

  private async pendingOf({ kind, id }: ProviderObject): Promise<string[]> {
    const rows = await this.database.sql.query<{ id: string }>(PENDING_OF_OBJECT, [...this.source, kind, id])
    return rows.map((row) => row.id)
  }

  private get source(): [string, boolean] {
    return [this.provider.name, this.provider.livemode]
  }
}

/** For staff's eyes. A bug's message may hold anything, so that only its name is kept; the log has the rest. */
function describe(error: unknown): string {
  if (error instanceof DomainError) return `${error.code}: ${error.message}`.slice(0, MAX_ERROR_LENGTH)
  return error instanceof Error ? error.name : 'unknown'
}

const IGNORE_OTHER_MODE: Statement = {
  name: 'ignore-provider-events-of-other-mode',
  text: `
    UPDATE provider_event SET state = 'IGNORED', next_attempt_at = NULL
    WHERE state = 'PENDING' AND next_attempt_at <= daybook_now() AND provider = $1 AND livemode <> $2`,
}

const DUE_OBJECTS: Statement = {
  name: 'due-provider-objects',
  text: `
    SELECT object_kind AS kind, object_id AS id FROM provider_event
    WHERE state = 'PENDING' AND next_attempt_at <= daybook_now() AND provider = $1 AND livemode = $2
    GROUP BY object_kind, object_id ORDER BY min(next_attempt_at) LIMIT $3`,
}

// Those that wait for another attempt are done too where this one succeeds.
const PENDING_OF_OBJECT: Statement = {
  name: 'pending-of-provider-object',
  text: `
    SELECT id FROM provider_event
    WHERE state = 'PENDING' AND provider = $1 AND livemode = $2 AND object_kind = $3 AND object_id = $4`,
}

const FINISH_EVENTS: Statement = {
  name: 'finish-provider-events',
  text: `
    UPDATE provider_event SET state = $2, next_attempt_at = NULL, last_error = NULL
    WHERE id = ANY ($1) AND state = 'PENDING'`,
}

const FAIL_EVENTS: Statement = {
  name: 'fail-provider-events',
  text: `
    UPDATE provider_event SET
      attempts = attempts + 1,
      last_error = $2,
      state = CASE WHEN attempts + 1 >= $3 THEN 'PARKED' ELSE 'PENDING' END,
      next_attempt_at = CASE WHEN attempts + 1 < $3
        THEN daybook_now() + least($4::bigint * (2::numeric ^ least(attempts, 30)), $5::bigint) * interval '1 millisecond' END
    WHERE id = ANY ($1) AND state = 'PENDING'`,
}
