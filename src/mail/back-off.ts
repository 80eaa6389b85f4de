import { DAY_MS, HOUR_MS } from '../clock'

/** So long a mail is tried, and then it has failed. */
export const GIVE_UP_AFTER_MS = 3 * DAY_MS
/** Until the second attempt; doubled with each. */
const FIRST_DELAY_MS = 60_000
const LAST_DELAY_MS = 4 * HOUR_MS
/** A delay is its length or this part more or less. */
const JITTER = 0.2

/** How long after its n-th failure, from 1, a mail is tried again. Some 25 attempts come within three days. */
export function retryDelayMs(failures: number, random: () => number = Math.random): number {
  const delay = Math.min(FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 30), LAST_DELAY_MS)
  return Math.round(delay * (1 - JITTER + 2 * JITTER * random()))
}
