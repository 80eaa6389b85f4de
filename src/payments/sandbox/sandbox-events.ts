import Stripe from 'stripe'
import type { Database, Statement } from '../../database'
import type { Log } from '../../log'
import type { SandboxEvent } from './sandbox.entity'

/** Time in which the webhook door has to answer. */
const SEND_TIMEOUT_MS = 10_000
/**
 * Seconds for which an event that is being sent is left to its sender: longer than a sending takes, so that another gateway
 * takes it only where that one died.
 */
const LEASE_SECONDS = 15
/** Seconds after the first failure; doubled with each one until the longest. */
const FIRST_PAUSE_SECONDS = 1
const LONGEST_PAUSE_SECONDS = 300
/** Events of one round. */
const EVENTS_A_ROUND = 50

export interface SandboxEventTarget {
  /** The webhook door. */
  readonly url: string
  readonly secret: string
}

type Taken = Pick<SandboxEvent, 'sequence' | 'id' | 'type' | 'object' | 'createdAt' | 'attempts'>

/**
 * Sends what happened to the webhook door, signed as Stripe signs: each event until the door takes it, so at least once, and
 * of one object the later only after the earlier. Safe on any number of gateways: which event is whose to send is written
 * down before it is sent.
 */
export class SandboxEventSender {
  constructor(
    private readonly database: Pick<Database, 'sql'>,
    private readonly target: SandboxEventTarget,
    private readonly log: Log,
  ) {}

  /** Sends all that is due to be sent now, or until `closing`, and answers how many events the door took. */
  async sendDue(closing?: AbortSignal): Promise<number> {
    let delivered = 0
    while (closing?.aborted !== true) {
      const taken = await this.database.sql.query<Taken>(TAKE_EVENTS, [LEASE_SECONDS, EVENTS_A_ROUND])
      if (taken.length === 0) return delivered
      // Each is of an object of its own.
      const sent = await Promise.all(taken.map((event) => this.send(event, closing)))
      delivered += sent.filter(Boolean).length
    }
    return delivered
  }

  private async send(
    { sequence, id, type, object, createdAt, attempts }: Taken,
    closing?: AbortSignal,
  ): Promise<boolean> {
    const payload = JSON.stringify({
      id,
      object: 'event',
      type,
      livemode: false,
      created: createdAt.getTime() / 1000,
      api_version: Stripe.API_VERSION,
      data: { object },
    })
    const failure = await this.post(payload, closing)
    if (failure === null) {
      await this.database.sql.query(DELIVERED, [sequence])
      return true
    }
    const pause = Math.min(FIRST_PAUSE_SECONDS * 2 ** Math.min(attempts - 1, 16), LONGEST_PAUSE_SECONDS)
    this.log.warn({ eventId: id, attempts, pause, failure }, 'an event of the sandbox was not taken; it is sent again')
    await this.database.sql.query(POSTPONED, [sequence, attempts, pause])
    return false
  }

  /** Null once the door has taken it, else why not. */
  private async post(payload: string, closing?: AbortSignal): Promise<string | null> {
    const { url, secret } = this.target
    const late = AbortSignal.timeout(SEND_TIMEOUT_MS)
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret }),
        },
        body: payload,
        redirect: 'error',
        signal: closing === undefined ? late : AbortSignal.any([late, closing]),
      })
      await response.body?.cancel()
      return response.ok ? null : `status ${response.status}`
    } catch (error) {
      return String(error)
    }
  }
}

// The first of each object that the door has not taken. Another sender's are passed over; whichever of two takes an event
// has written so when the other sees it.
const TAKE_EVENTS: Statement = {
  name: 'sandbox-take-events',
  text: `
    UPDATE sandbox_event SET attempts = attempts + 1, next_attempt_at = daybook_now() + make_interval(secs => $1)
    WHERE sequence IN (
      SELECT e.sequence FROM sandbox_event e
      WHERE e.delivered_at IS NULL AND e.next_attempt_at <= daybook_now() AND NOT EXISTS (
        SELECT FROM sandbox_event earlier
        WHERE earlier.object_id = e.object_id AND earlier.sequence < e.sequence AND earlier.delivered_at IS NULL
      )
      ORDER BY e.sequence LIMIT $2 FOR UPDATE OF e SKIP LOCKED
    )
    RETURNING sequence, id, type, object, created_at AS "createdAt", attempts`,
}

const DELIVERED: Statement = {
  name: 'sandbox-event-delivered',
  text: 'UPDATE sandbox_event SET delivered_at = daybook_now() WHERE sequence = $1',
}

// Unless it has been taken anew meanwhile.
const POSTPONED: Statement = {
  name: 'sandbox-event-postponed',
  text: `
    UPDATE sandbox_event SET next_attempt_at = daybook_now() + make_interval(secs => $3)
    WHERE sequence = $1 AND attempts = $2 AND delivered_at IS NULL`,
}
