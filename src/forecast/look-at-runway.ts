import { DAY_MS } from '../clock'
import type { Statement, Tx } from '../database'
import { LowBalanceMeasure } from '../events/record-event'
import { CLOCK_ACTOR, openSettledBook, saveBooks } from '../ledger/account-book'
import { runsOutAt } from './forecast'
import { readRunways } from './read-runways'

/** What came of a look. */
export interface RunwayLook {
  /** When the next threshold is crossed if nothing changes, by the account's clock; null for never. */
  nextCrossing: Date | null
  /** Whether something was told or settled. */
  changed: boolean
}

/**
 * Looks how long an account's days last, and tells of each threshold of its low runway that was crossed downwards since
 * the last look, the highest first. A threshold is crossed when so many days are left: dated at that instant, and never
 * before the account's last change, which may have brought it about. The first look tells nothing.
 *
 * An account that doesn't want to be told is left alone, and with `onlyIfDue` one that somebody else has looked at.
 *
 * Throws NOT_FOUND.
 */
export async function lookAtRunway(
  tx: Tx,
  accountId: string,
  { onlyIfDue = false }: { onlyIfDue?: boolean } = {},
): Promise<RunwayLook> {
  const [watched] = await tx.query(WATCH, [accountId])
  if (watched === undefined) return { nextCrossing: null, changed: false }
  // A forecast goes by what is written.
  const { book, settled } = await openSettledBook(tx, { accountId })
  // Anew: only what is read under the account's lock is sure to be the last look.
  const [watch] = await tx.query<Watch>(WATCH, [accountId])
  if (watch === undefined || (onlyIfDue && !watch.isDue)) return { nextCrossing: null, changed: settled }
  const runsOut = watch.sequence === book.sequence ? watch.runsOutAt : await foretold(tx, accountId)
  for (const threshold of watch.thresholds) {
    const crossedAt = crossing(runsOut, threshold)
    const wasLow = watch.lookedAt === null || crossing(watch.runsOutAt, threshold) <= watch.lookedAt.getTime()
    if (wasLow || runsOut === null || crossedAt > book.now.getTime()) continue
    book.record({
      type: 'balance.low',
      subject: accountId,
      actor: CLOCK_ACTOR,
      occurredAt: new Date(crossedAt),
      data: { measure: LowBalanceMeasure.RUNWAY_DAYS, threshold, available: book.available, runsOutAt: runsOut },
    })
  }
  const next = Math.min(
    ...watch.thresholds.map((threshold) => crossing(runsOut, threshold)).filter((at) => at > book.now.getTime()),
  )
  const nextCrossing = next === Infinity ? null : new Date(next)
  // The clock of a sandbox tells by itself when it passes a crossing.
  await tx.query(LOOKED, [accountId, runsOut, book.now, book.sequence, book.sandbox ? null : nextCrossing])
  const told = book.changed
  await saveBooks(tx, [book])
  return { nextCrossing, changed: settled || told }
}

async function foretold(tx: Tx, accountId: string): Promise<Date | null> {
  const [balance] = await readRunways(tx, [accountId], { allocatedToo: false })
  return balance === undefined ? null : runsOutAt(balance.runway)
}

/** When so many days are left, in epoch milliseconds. */
function crossing(runsOut: Date | null, threshold: number): number {
  return runsOut === null ? Infinity : runsOut.getTime() - threshold * DAY_MS
}

interface Watch {
  /** The highest first. */
  thresholds: number[]
  runsOutAt: Date | null
  lookedAt: Date | null
  sequence: number
  isDue: boolean
}

const WATCH: Statement = {
  name: 'runway-watch',
  text: `
    SELECT a.low_runway_days AS thresholds, w.runs_out_at AS "runsOutAt", w.looked_at AS "lookedAt", w.sequence,
           coalesce(w.due_at <= daybook_now(), false) AS "isDue"
    FROM runway_watch w JOIN account a ON a.id = w.account_id
    WHERE w.account_id = $1`,
}

const LOOKED: Statement = {
  name: 'runway-looked',
  text: 'UPDATE runway_watch SET runs_out_at = $2, looked_at = $3, sequence = $4, due_at = $5 WHERE account_id = $1',
}
