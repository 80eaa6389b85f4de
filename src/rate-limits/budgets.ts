import { randomUUID } from 'node:crypto'
import type { Sql, Statement } from '../database'
import { QueryTooExpensiveError, RateLimitedError } from '../errors'

/** Of each caller's bucket. */
export interface RateLimit {
  /** Points of cost that may be spent at once. */
  bucket: number
  restorePerSecond: number
}

/** How full a caller's bucket is, in Shopify's words. */
export interface ThrottleStatus {
  maximumAvailable: number
  /** As this gateway knows it: what others have spent meanwhile is seen with the next lease. */
  currentlyAvailable: number
  restoreRate: number
}

/** Budget that is set aside for one operation. */
export interface Reservation {
  /** Gives back what wasn't used. Once. */
  settle(used: number): void
}

/** Of a bucket, that a gateway asks for at once: at full speed it leases twenty times while a bucket is emptied. */
const PORTIONS = 20
/** What is still held so long after the last lease is let go: that caller has gone elsewhere. */
const LEASE_MS = 60_000
/** Longer in the database than here: for statements that are under way, and clocks that don't run alike. */
const LEASE_IN_DATABASE = '75 seconds'
/** Callers whose budget is remembered. Past it those longest unseen are forgotten, and their leases with them. */
const REMEMBERED_CALLERS = 10_000
/** Points that a refused operation costs, where they are there. */
const REFUSAL_FEE = 1
/** An operation that meets so many others at an almost empty bucket is refused rather than queued for ever. */
const MAX_LEASES = 8
/** A bucket that was nearly empty isn't asked again ahead of need before then. */
const AHEAD_AGAIN_MS = 250

interface Held {
  /** Of the lease, and not spent. */
  points: number
  /** For operations under way. They may come back. */
  reserved: number
  /** When less came to be held, for the last time: from then on the bucket has filled up in its stead. */
  spentAt: number
  /** When `points` are let go, by this process's own clock. */
  until: number
  /** What the bucket held after the last lease, and when; null before the first. It may hold less by now, and no more than the rate adds. */
  level: { points: number; at: number } | null
  leasing: Promise<void> | null
  /** What waits for that lease, or the next. */
  wanted: number
}

/**
 * What callers may spend, in points of cost: a token bucket for each, shared by all gateways of a database. A gateway
 * leases budget from it in portions and spends them in memory, so that a request costs the database nothing. What all gateways
 * spend is never more than bucket + rate x time: budget is taken from the bucket before it is spent, and what a
 * gateway that falls has held is lost. See docs/adr/0040.
 */
export class Budgets {
  private readonly callers = new Map<string, Held>()
  private readonly gatewayId = randomUUID()

  constructor(
    private readonly sql: Sql,
    /** Null: nobody is limited. */
    readonly limit: RateLimit | null,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /**
   * Sets budget aside. Throws RATE_LIMITED where there isn't enough, with when there will be, and QUERY_TOO_EXPENSIVE where
   * the bucket could never hold it. Answers at once where the lease suffices, which it nearly always does.
   */
  reserve(caller: string, cost: number): Reservation | Promise<Reservation> {
    if (this.limit === null) return FREE
    if (cost > this.limit.bucket) throw new QueryTooExpensiveError('points of cost', this.limit.bucket)
    const held = this.heldOf(caller)
    return this.take(caller, held, cost) ?? this.wait(caller, held, cost)
  }

  /** Takes what is there, and is never refused: for what can't be left out, such as an event. */
  debit(caller: string, cost: number): void {
    if (this.limit === null || cost <= 0) return
    const held = this.heldOf(caller)
    this.spend(held, cost)
    this.leaseAhead(caller, held)
  }

  /** Null where nobody is limited. */
  status(caller: string): ThrottleStatus | null {
    if (this.limit === null) return null
    const { bucket, restorePerSecond } = this.limit
    const held = this.callers.get(caller)
    const available = held === undefined ? bucket : held.points + this.levelOf(held)
    return {
      maximumAvailable: bucket,
      currentlyAvailable: Math.floor(Math.min(bucket, available)),
      restoreRate: restorePerSecond,
    }
  }

  private take(caller: string, held: Held, cost: number): Reservation | null {
    if (held.points < cost) return null
    held.points -= cost
    held.reserved += cost
    this.leaseAhead(caller, held)
    let settled = false
    return {
      settle: (used) => {
        if (settled) return
        settled = true
        held.reserved -= cost
        held.spentAt = this.clock()
        // Of a lease that is over nothing is left to give back to.
        if (held.until > held.spentAt) held.points += Math.max(0, cost - used)
      },
    }
  }

  private async wait(caller: string, held: Held, cost: number): Promise<Reservation> {
    for (let leases = 0; ; leases += 1) {
      const missing = cost - held.points - this.levelOf(held)
      if ((missing > 0 && held.leasing === null) || leases === MAX_LEASES) throw this.refusal(held, missing)
      held.wanted += cost
      try {
        await (held.leasing ?? this.lease(caller, held, cost - held.points))
      } finally {
        held.wanted -= cost
      }
      this.letGo(held)
      const reservation = this.take(caller, held, cost)
      if (reservation !== null) return reservation
    }
  }

  private refusal(held: Held, missing: number): RateLimitedError {
    this.spend(held, REFUSAL_FEE)
    const { bucket, restorePerSecond } = this.limit ?? { bucket: 0, restorePerSecond: 1 }
    const retryAfterMs = Math.max(1, Math.ceil(((Math.max(missing, 0) + REFUSAL_FEE) / restorePerSecond) * 1000))
    return new RateLimitedError('points of cost in too short a time', bucket, retryAfterMs)
  }

  private spend(held: Held, points: number): void {
    if (held.points === 0) return
    held.points = Math.max(0, held.points - points)
    held.spentAt = this.clock()
  }

  /** In the background, while there is still half a portion and half the time: the requests to come needn't wait for it. */
  private leaseAhead(caller: string, held: Held): void {
    if (held.leasing !== null) return
    if (held.points >= this.portion / 2 && this.clock() < held.until - LEASE_MS / 2) return
    const isPoor = held.level !== null && this.levelOf(held) < this.portion / 2
    if (isPoor && this.clock() - (held.level?.at ?? 0) < AHEAD_AGAIN_MS) return
    this.lease(caller, held, 1).catch(() => undefined) // whoever needs it asks again, and hears
  }

  private lease(caller: string, held: Held, need: number): Promise<void> {
    // Before it is sent: the database, which counts from later, keeps the lease for longer.
    const sentAt = this.clock()
    const wanted = Math.max(this.portion - held.points, held.wanted, 1)
    const { bucket, restorePerSecond } = this.limit ?? { bucket: 0, restorePerSecond: 0 }
    const stillHeld = held.points + held.reserved
    const values = [
      ...[caller, this.gatewayId, stillHeld, `${Math.max(0, sentAt - held.spentAt)} milliseconds`],
      ...[Math.ceil(need), wanted],
      ...[bucket, restorePerSecond, LEASE_IN_DATABASE],
    ]
    const leasing = this.sql.query<{ granted: number; level: number }>(LEASE, values).then(
      ([row]) => {
        held.leasing = null
        held.points += row?.granted ?? 0
        held.until = sentAt + LEASE_MS
        held.level = { points: row?.level ?? 0, at: this.clock() }
      },
      (error: unknown) => {
        held.leasing = null
        throw error
      },
    )
    held.leasing = leasing
    return leasing
  }

  private get portion(): number {
    return Math.max(1, Math.floor((this.limit?.bucket ?? 0) / PORTIONS))
  }

  /** The most that the bucket can hold beside the lease. */
  private levelOf({ level }: Held): number {
    const { bucket, restorePerSecond } = this.limit ?? { bucket: 0, restorePerSecond: 0 }
    if (level === null) return bucket
    return Math.min(bucket, level.points + ((this.clock() - level.at) / 1000) * restorePerSecond)
  }

  private heldOf(caller: string): Held {
    const known = this.callers.get(caller)
    // The one last seen goes to the end.
    if (known !== undefined) this.callers.delete(caller)
    const held: Held = known ?? { points: 0, reserved: 0, spentAt: 0, until: 0, level: null, leasing: null, wanted: 0 }
    this.callers.set(caller, held)
    if (known === undefined && this.callers.size > REMEMBERED_CALLERS) this.forgetOne()
    this.letGo(held)
    return held
  }

  private letGo(held: Held): void {
    if (held.points > 0 && held.leasing === null && held.until <= this.clock()) this.spend(held, held.points)
  }

  private forgetOne(): void {
    for (const [caller, { reserved, leasing }] of this.callers) {
      if (reserved > 0 || leasing !== null) continue
      this.callers.delete(caller)
      return
    }
  }
}

const FREE: Reservation = { settle: () => undefined }

const LEASE: Statement = {
  name: 'lease-budget',
  text: 'SELECT granted, level FROM limits.lease_budget($1, $2, $3, $4::interval, $5, $6, $7, $8, $9::interval)',
}
