import { DAY_MS, HOUR_MS } from '../clock'

/** So long an event is tried, and then its endpoint is disabled: as Standard Webhooks recommends. */
export const GIVE_UP_AFTER_MS = 3 * DAY_MS
/** Until the second attempt: most of what fails once is well at once. */
const FIRST_DELAY_MS = 250
/** Until the third; doubled with each. */
const SECOND_DELAY_MS = 5_000
/** All that comes later waits behind the one that fails: an hour after a receiver is back, it all comes. */
const LAST_DELAY_MS = HOUR_MS
/** A delay is its length or this part more or less: receivers that went down together are not asked together. */
const JITTER = 0.2
/** A receiver may ask for so much at the most. */
const MAX_RETRY_AFTER_MS = 6 * HOUR_MS

/** How long after an event's n-th failure, from 1, it is tried again. Some 80 attempts come within three days. */
export function retryDelayMs(failures: number, random: () => number = Math.random): number {
  const later = Math.min(SECOND_DELAY_MS * 2 ** Math.min(failures - 2, 30), LAST_DELAY_MS)
  const delay = failures <= 1 ? FIRST_DELAY_MS : later
  return Math.round(delay * (1 - JITTER + 2 * JITTER * random()))
}

/** Later than by ourselves, where the receiver asks for it, within bounds. */
export function heedRetryAfter(delayMs: number, retryAfterMs: number | null): number {
  return Math.max(delayMs, Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS))
}

/** What a `Retry-After` header asks for: seconds, or an instant. Null for one that asks for nothing. */
export function retryAfterMs(header: string | undefined, now = Date.now()): number | null {
  if (header === undefined || header.length > 64) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(at - now, 0)
}
