import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database, Sql, Statement } from '../database'
import type { AccountEvent } from '../events/account-event'
import { readEvents } from '../events/read-events'
import type { Log } from '../log'
import { newId } from '../typed-id'
import { GIVE_UP_AFTER_MS, heedRetryAfter, retryDelayMs } from './back-off'
import { disableEndpoint } from './disable-endpoint'
import type { EndpointLocks } from './endpoint-locks'
import type { SealedSecrets } from './sealed-secrets'
import type { Sending, WebhookSender } from './send-webhook'
import { WebhookAttemptKind } from './webhook-attempt.entity'
import { WebhookDisabledReason } from './webhook-endpoint.entity'
import { messageOf, wantsType } from './webhook-message'

/** Between two looks over all endpoints: the longest that an event waits whose hint was lost. */
const ROUND_MS = 1_000
/** Hints of this time are looked at together. */
const HINT_DELAY_MS = 20
/** Accounts of one look at hints. */
const ACCOUNTS_A_LOOK = 1_000
/** Endpoints that a gateway sends to at once, and replays beside them. */
const STREAMS_AT_ONCE = 64
const REPLAYS_AT_ONCE = 16
/** Events of one read. */
const EVENTS_A_READ = 200
/** Then an endpoint goes to the end of the queue. */
const TURN_MS = 10_000
/** Events that were received and are not written down yet, at the most: so many come twice after a crash. */
const MAX_UNSAVED = 100
/** How long an endpoint is left alone of which something went wrong here. */
const PASS_OVER_MS = 5_000
/** Time that messages under way have when the gateway stops. */
const DRAIN_MS = 2_000

export interface DeliveryOptions {
  /** How long after an event's n-th failure it is tried again. */
  retryDelayMs?: (failures: number) => number
  /** Hears of every attempt that has come to an end. */
  onSent?: (outcome: 'DELIVERED' | 'REFUSED' | 'UNANSWERED', seconds: number) => void
}

/** The stream of an endpoint, or a replay beside it. */
interface Course {
  readonly kind: WebhookAttemptKind
  readonly id: string
  readonly accountId: string
}

type Outcome = 'DONE' | 'AGAIN' | 'LEFT'

/** What stands of a course and its endpoint. */
interface Standing {
  endpointId: string
  accountId: string
  url: string
  eventTypes: string[] | null
  secret: Buffer
  previousSecret: Buffer | null
  cursor: number
  /** Of a replay: its last event. */
  until: number | null
  everyType: boolean
  failures: number
  isStopped: boolean
}

/**
 * Sends the events of accounts to their endpoints: to each in the order of the account's log, the next only after the one
 * before was received. How far it has come is the endpoint's cursor, which is written after the receiver's answer and
 * never before it; so nothing is left out, and after a crash some come again, under the same ids.
 *
 * One gateway at a time sends to an endpoint, under a lock by its name. A replay has a cursor and a lock of its own.
 */
export class WebhookWorker {
  private timer: NodeJS.Timeout | null = null
  private hintTimer: NodeJS.Timeout | null = null
  private looking: Promise<void> = Promise.resolve()
  private started = false
  private readonly stopping = new AbortController()
  private closed = false
  private readonly hints = new Set<string>()
  /** Courses under way here. */
  private readonly turns = new Map<string, { course: Course; hinted: boolean; ended: Promise<void> }>()
  private readonly passedOver = new Map<string, number>()

  constructor(
    private readonly database: Database,
    private readonly sql: Sql,
    private readonly locks: EndpointLocks,
    private readonly sender: WebhookSender,
    private readonly secrets: SealedSecrets,
    private readonly onChanged: (accountIds: string[]) => void,
    private readonly log: Log,
    private readonly options: DeliveryOptions = {},
  ) {
    // Every course listens.
    setMaxListeners(0, this.stopping.signal)
  }

  start(): void {
    this.started = true
    this.lookLater()
  }

  /** These accounts may have new events. */
  hint(accountIds: Iterable<string>): void {
    if (!this.started || this.closed) return
    for (const accountId of accountIds) this.hints.add(accountId)
    for (const turn of this.turns.values()) if (this.hints.has(turn.course.accountId)) turn.hinted = true
    this.hintTimer ??= setTimeout(() => {
      this.hintTimer = null
      this.lookNow(() => this.followHints())
    }, HINT_DELAY_MS)
  }

  /** Gives messages under way a moment; what is cut off then is sent again, under the same id. */
  async close(): Promise<void> {
    this.closed = true
    for (const timer of [this.timer, this.hintTimer]) if (timer !== null) clearTimeout(timer)
    await this.looking
    const late = new AbortController()
    await Promise.race([this.idle(), delay(DRAIN_MS, undefined, { signal: late.signal }).catch(() => undefined)])
    late.abort()
    this.stopping.abort()
    await this.idle()
  }

  /** One look: begins what is due, as far as there is room for it. */
  async look(): Promise<void> {
    const now = Date.now()
    for (const [id, until] of this.passedOver) if (until <= now) this.passedOver.delete(id)
    await this.begin(WebhookAttemptKind.STREAM, STREAMS_AT_ONCE, DUE_STREAMS)
    await this.begin(WebhookAttemptKind.REPLAY, REPLAYS_AT_ONCE, DUE_REPLAYS)
  }

  /** Resolves when no course is under way here. */
  async idle(): Promise<void> {
    while (this.turns.size > 0) await Promise.all([...this.turns.values()].map(({ ended }) => ended))
  }

  private async followHints(): Promise<void> {
    const accounts = [...this.hints].slice(0, ACCOUNTS_A_LOOK)
    for (const accountId of accounts) this.hints.delete(accountId)
    await this.begin(WebhookAttemptKind.STREAM, STREAMS_AT_ONCE, DUE_STREAMS_OF_ACCOUNTS, [accounts])
    await this.begin(WebhookAttemptKind.REPLAY, REPLAYS_AT_ONCE, DUE_REPLAYS)
    if (this.hints.size > 0) this.hint([])
  }

  private lookLater(): void {
    this.timer = setTimeout(() => {
      this.lookNow(() => this.look())
      void this.looking.then(() => {
        if (!this.closed) this.lookLater()
      })
    }, ROUND_MS)
  }

  private lookNow(how: () => Promise<void>): void {
    this.looking = this.looking
      .then(() => (this.closed ? undefined : how()))
      .catch((error: unknown) => {
        this.log.warn({ err: error }, 'webhooks that are due could not be looked for; the next look tries again')
      })
  }

  private async begin(
    kind: WebhookAttemptKind,
    atOnce: number,
    due: Statement,
    more: readonly unknown[] = [],
  ): Promise<void> {
    const busy = [...this.turns.values()].filter(({ course }) => course.kind === kind).map(({ course }) => course.id)
    const room = atOnce - busy.length
    if (room <= 0 || this.closed) return
    const courses = await this.sql.query<Course>(due, [[...busy, ...this.passedOver.keys()], room, ...more])
    for (const { id, accountId } of courses) this.take({ kind, id, accountId })
  }

  private take(course: Course): void {
    if (this.closed) return
    const ended = this.turn(course)
      .catch((error: unknown) => {
        if (this.stopping.signal.aborted) return
        this.passedOver.set(course.id, Date.now() + PASS_OVER_MS)
        this.log.warn({ err: error, course: course.id }, 'webhooks could not be sent; it is tried again')
      })
      .finally(() => {
        const hinted = this.turns.get(course.id)?.hinted === true
        this.turns.delete(course.id)
        // It came when the course had read all that there was, and was still held.
        if (hinted) this.hint([course.accountId])
      })
    this.turns.set(course.id, { course, hinted: false, ended })
  }

  private async turn({ kind, id, accountId }: Course): Promise<void> {
    const name = `webhooks ${id}`
    const lost = await this.locks.take(name)
    if (lost === null) return
    const ending = new AbortController()
    const end = () => {
      ending.abort()
    }
    for (const signal of [lost, this.stopping.signal]) {
      if (signal.aborted) end()
      signal.addEventListener('abort', end)
    }
    try {
      // Anew, under the lock: whoever had it before has moved the cursor.
      const [standing] = await this.sql.query<Standing>(TAKE[kind], [accountId, id])
      if (standing !== undefined) await this.follow(new Progress(this.sql, kind, id, standing), ending.signal)
    } finally {
      for (const signal of [lost, this.stopping.signal]) signal.removeEventListener('abort', end)
      await this.locks.give(name)
    }
  }

  /** Sends one event after the other, until there are none, one fails, or the turn is over. */
  private async follow(progress: Progress, signal: AbortSignal): Promise<void> {
    const until = Date.now() + TURN_MS
    try {
      while (this.goesOn(progress, signal) && Date.now() < until) {
        const events = await readEvents(this.sql, progress.standing.accountId, progress.reached, EVENTS_A_READ)
        if (events.length === 0) return
        for (const event of events) {
          if (!this.goesOn(progress, signal)) return
          for (let outcome = await this.pass(progress, event, signal); outcome !== 'DONE';) {
            if (outcome === 'LEFT' || !this.goesOn(progress, signal)) return
            outcome = await this.pass(progress, event, signal)
          }
        }
        // Where nothing of a whole page was wanted, the page is one write.
        progress.write()
        if (Date.now() >= until) return
      }
    } finally {
      await progress.saved()
    }
  }

  private goesOn(progress: Progress, signal: AbortSignal): boolean {
    return !progress.isOver && !this.closed && !signal.aborted
  }

  /** Answers whether the event is done with, is to be tried again now, or is left to another turn. */
  private async pass(progress: Progress, event: AccountEvent, signal: AbortSignal): Promise<Outcome> {
    const { standing, kind } = progress
    if (!standing.everyType && !wantsType(standing.eventTypes, event.type)) {
      progress.skip(event)
      return 'DONE'
    }
    const sealed = [standing.secret, ...(standing.previousSecret === null ? [] : [standing.previousSecret])]
    const secrets = await Promise.all(sealed.map((one) => this.secrets.open(standing.endpointId, one)))
    const sending = await this.sender
      .send(standing.url, messageOf(standing.endpointId, event), secrets, {
        isReplay: kind === WebhookAttemptKind.REPLAY,
        signal,
      })
      .catch((error: unknown) => {
        // What became of it nobody knows: it is sent again.
        if (signal.aborted) return null
        throw error
      })
    if (sending === null) return 'LEFT'
    const unreceived = sending.status === null ? 'UNANSWERED' : 'REFUSED'
    this.options.onSent?.(sending.delivered ? 'DELIVERED' : unreceived, sending.durationMs / 1000)
    if (sending.delivered) {
      await progress.deliver(event, sending)
      return 'DONE'
    }
    return this.fail(progress, event, sending, signal)
  }

  private async fail(progress: Progress, event: AccountEvent, sending: Sending, signal: AbortSignal): Promise<Outcome> {
    await progress.saved()
    if (progress.isOver) return 'LEFT'
    const { standing, kind, id } = progress
    const ownDelay = (this.options.retryDelayMs ?? retryDelayMs)(progress.failures + 1)
    const delayMs = heedRetryAfter(ownDelay, sending.retryAfterMs)
    const [failed] = await this.sql.query<Standing & { isHopeless: boolean }>(FAIL[kind], [
      standing.accountId,
      id,
      progress.reached,
      JSON.stringify([attemptRow(standing, kind, event, sending)]),
      delayMs,
      GIVE_UP_AFTER_MS,
    ])
    if (failed === undefined) return 'LEFT'
    progress.failed(failed)
    const isOver = failed.isHopeless && kind === WebhookAttemptKind.STREAM
    if (sending.gone || isOver) {
      await this.disable(progress, sending.gone ? WebhookDisabledReason.GONE : WebhookDisabledReason.FAILING)
    }
    // A longer wait is the next look's.
    if (sending.gone || failed.isHopeless || delayMs >= ROUND_MS) return 'LEFT'
    await delay(delayMs, undefined, { signal }).catch(() => undefined)
    return 'AGAIN'
  }

  private async disable({ standing, kind, reached }: Progress, reason: WebhookDisabledReason): Promise<void> {
    const { endpointId: id, accountId } = standing
    const [row] =
      kind === WebhookAttemptKind.STREAM
        ? [{ cursor: reached }]
        : await this.sql.query<{ cursor: number }>(STREAM_CURSOR, [accountId, id])
    if (row === undefined) return
    const disabled = await this.database.inTransaction((tx) =>
      disableEndpoint(tx, { id, accountId, cursor: row.cursor, reason }),
    )
    if (disabled) this.onChanged([accountId])
  }
}

/**
 * How far a course has come. What was received is written down while the next is sent, all that has gathered in one
 * statement; what the statement answers is how things stand by then, so that a change of the endpoint is seen.
 */
class Progress {
  reached: number
  failures: number
  private written: number
  private waiting: object[] = []
  private writing: Promise<void> | null = null
  private error: Error | null = null
  private isOvertaken = false

  constructor(
    private readonly sql: Sql,
    readonly kind: WebhookAttemptKind,
    readonly id: string,
    public standing: Standing,
  ) {
    this.reached = standing.cursor
    this.written = standing.cursor
    this.failures = standing.failures
  }

  /** Somebody has moved the cursor or disabled the endpoint, or all is done. */
  get isOver(): boolean {
    const { until, isStopped } = this.standing
    return this.isOvertaken || isStopped || this.error !== null || (until !== null && this.reached >= until)
  }

  skip({ sequence }: AccountEvent): void {
    this.reached = sequence
    this.failures = 0
  }

  failed(standing: Standing): void {
    this.standing = standing
    this.failures = standing.failures
  }

  async deliver(event: AccountEvent, sending: Sending): Promise<void> {
    this.waiting.push(attemptRow(this.standing, this.kind, event, sending))
    this.skip(event)
    this.write()
    if (this.waiting.length >= MAX_UNSAVED) await this.writing
  }

  /** Begins to write down what is not, unless a write is under way: that one goes on with it. */
  write(): void {
    this.writing ??= this.writeAll()
      .catch((error: unknown) => {
        this.error = error as Error
      })
      .finally(() => {
        this.writing = null
      })
  }

  /** Resolves when all is written down. Throws what kept it from being. */
  async saved(): Promise<void> {
    if (this.error === null) this.write()
    await this.writing
    if (this.error !== null) throw this.error
  }

  private async writeAll(): Promise<void> {
    while (!this.isOvertaken && (this.reached > this.written || this.waiting.length > 0)) {
      const { reached } = this
      const attempts = this.waiting.splice(0)
      const [standing] = await this.sql.query<Standing>(SAVE[this.kind], [
        this.standing.accountId,
        this.id,
        this.written,
        reached,
        JSON.stringify(attempts),
      ])
      this.written = reached
      if (standing === undefined) this.isOvertaken = true
      else this.standing = standing
    }
  }
}

function attemptRow(
  { endpointId, accountId }: Standing,
  kind: WebhookAttemptKind,
  { sequence, type }: AccountEvent,
  { delivered, status, durationMs, answer, error }: Sending,
): object {
  return {
    ...{
      account_id: accountId,
      endpoint_id: endpointId,
      sequence,
      id: newId('webhookAttempt'),
      event_type: type,
      kind,
    },
    ...{ delivered, status, duration_ms: durationMs, answer, error },
  }
}

const OF_ENDPOINT = `
  e.id AS "endpointId", e.account_id AS "accountId", e.url, e.event_types AS "eventTypes", e.secret,
  CASE WHEN e.previous_secret_until > daybook_now() THEN e.previous_secret END AS "previousSecret",
  e.disabled_at IS NOT NULL AS "isStopped"`
const OF_STREAM = `${OF_ENDPOINT}, e.cursor, e.failures, NULL::bigint AS until, false AS "everyType"`
const OF_REPLAY = `${OF_ENDPOINT}, r.cursor, r.failures, r.to_sequence AS until, r.every_type AS "everyType"`

const logged = (parameter: string) => `
  logged AS (
    INSERT INTO webhook_attempt
      (account_id, endpoint_id, sequence, id, event_type, kind, delivered, status, duration_ms, answer, error, created_at)
    SELECT account_id, endpoint_id, sequence, id, event_type, kind, delivered, status, duration_ms, answer, error, daybook_now()
    FROM jsonb_to_recordset(${parameter}::jsonb) AS attempt (
      account_id text, endpoint_id text, sequence bigint, id text, event_type text, kind text, delivered boolean,
      status integer, duration_ms integer, answer text, error text
    )
  )`

const OF_REPLAYED = 'e.account_id = r.account_id AND e.id = r.endpoint_id'
const thisOne = (row: string) => `${row}.account_id = $1 AND ${row}.id = $2`

const IS_DUE = '(next_attempt_at IS NULL OR next_attempt_at <= daybook_now())'

const dueStreams = (name: string, more: string): Statement => ({
  name,
  text: `
    SELECT e.id, e.account_id AS "accountId" FROM webhook_endpoint e JOIN account a ON a.id = e.account_id
    WHERE e.disabled_at IS NULL AND a.sequence > e.cursor AND ${IS_DUE} AND e.id <> ALL ($1) ${more}
    ORDER BY e.served_at NULLS FIRST LIMIT $2`,
})
const DUE_STREAMS = dueStreams('due-webhook-streams', '')
const DUE_STREAMS_OF_ACCOUNTS = dueStreams('due-webhook-streams-of-accounts', 'AND e.account_id = ANY ($3)')

// One at a time for each endpoint, in the order in which they were asked for.
const DUE_REPLAYS: Statement = {
  name: 'due-webhook-replays',
  text: `
    SELECT r.id, r.account_id AS "accountId" FROM webhook_replay r JOIN webhook_endpoint e ON ${OF_REPLAYED}
    WHERE r.state = 'PENDING' AND e.disabled_at IS NULL AND r.id <> ALL ($1)
      AND (r.next_attempt_at IS NULL OR r.next_attempt_at <= daybook_now())
      AND NOT EXISTS (
        SELECT FROM webhook_replay b WHERE b.account_id = r.account_id AND b.endpoint_id = r.endpoint_id AND b.state = 'PENDING' AND b.id < r.id
      )
    ORDER BY r.id LIMIT $2`,
}

const TAKE: Record<WebhookAttemptKind, Statement> = {
  STREAM: {
    name: 'take-webhook-stream',
    text: `SELECT ${OF_STREAM} FROM webhook_endpoint e WHERE ${thisOne('e')} AND e.disabled_at IS NULL AND ${IS_DUE}`,
  },
  REPLAY: {
    name: 'take-webhook-replay',
    text: `
      SELECT ${OF_REPLAY} FROM webhook_replay r JOIN webhook_endpoint e ON ${OF_REPLAYED}
      WHERE ${thisOne('r')} AND r.state = 'PENDING' AND e.disabled_at IS NULL
        AND (r.next_attempt_at IS NULL OR r.next_attempt_at <= daybook_now())`,
  },
}

// Nothing where the cursor is not where this course has left it. What was sent is logged all the same.
const SAVE: Record<WebhookAttemptKind, Statement> = {
  STREAM: {
    name: 'save-webhook-stream',
    text: `
      WITH ${logged('$5')}
      UPDATE webhook_endpoint e
      SET cursor = $4, failures = 0, failing_since = NULL, next_attempt_at = NULL, served_at = daybook_now()
      WHERE ${thisOne('e')} AND e.cursor = $3 AND e.deleted_at IS NULL RETURNING ${OF_STREAM}`,
  },
  REPLAY: {
    name: 'save-webhook-replay',
    text: `
      WITH ${logged('$5')}
      UPDATE webhook_replay r
      SET cursor = $4, failures = 0, failing_since = NULL, next_attempt_at = NULL,
        state = CASE WHEN $4 >= r.to_sequence THEN 'DONE' ELSE 'PENDING' END,
        ended_at = CASE WHEN $4 >= r.to_sequence THEN daybook_now() END
      FROM webhook_endpoint e
      WHERE ${thisOne('r')} AND r.cursor = $3 AND r.state = 'PENDING' AND ${OF_REPLAYED} RETURNING ${OF_REPLAY}`,
  },
}

const failing = (row: string) => `
  failures = ${row}.failures + 1, failing_since = coalesce(${row}.failing_since, daybook_now()),
  next_attempt_at = daybook_now() + $5::double precision * interval '1 millisecond'`
const isHopeless = (row: string) =>
  `coalesce(${row}.failing_since <= daybook_now() - $6::double precision * interval '1 millisecond', false)`

const FAIL: Record<WebhookAttemptKind, Statement> = {
  STREAM: {
    name: 'fail-webhook-stream',
    text: `
      WITH ${logged('$4')}
      UPDATE webhook_endpoint e SET ${failing('e')}, served_at = daybook_now()
      WHERE ${thisOne('e')} AND e.cursor = $3 AND e.disabled_at IS NULL RETURNING ${OF_STREAM}, ${isHopeless('e')} AS "isHopeless"`,
  },
  REPLAY: {
    name: 'fail-webhook-replay',
    text: `
      WITH ${logged('$4')}
      UPDATE webhook_replay r SET ${failing('r')},
        state = CASE WHEN ${isHopeless('r')} THEN 'FAILED' ELSE 'PENDING' END,
        ended_at = CASE WHEN ${isHopeless('r')} THEN daybook_now() END
      FROM webhook_endpoint e
      WHERE ${thisOne('r')} AND r.cursor = $3 AND r.state = 'PENDING' AND ${OF_REPLAYED}
      RETURNING ${OF_REPLAY}, r.state = 'FAILED' AS "isHopeless"`,
  },
}

const STREAM_CURSOR: Statement = {
  name: 'webhook-stream-cursor',
  text: 'SELECT cursor FROM webhook_endpoint WHERE account_id = $1 AND id = $2',
}
