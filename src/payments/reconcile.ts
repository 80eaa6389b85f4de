import type { Database, Statement } from '../database'
import type { PaymentProvider, ProviderEvent } from './payment-provider'
import { type ProviderChanges, refreshProviderObject } from './provider-changes'
import { storeProviderEvents } from './store-event'

/** The provider may list an event later than one that is newer: what is younger than this is read again the next time. */
const OVERLAP_MS = 10 * 60_000

/**
 * Reads the provider's list of events from where it was left, and stores what no webhook has brought; the worker does the
 * rest. Answers how many it read, and how many of them are new and to be handled. Safe to run twice at once.
 *
 * Throws PAYMENT_PROVIDER; what was read before that is kept.
 */
export async function reconcileEvents(
  { sql }: Pick<Database, 'sql'>,
  provider: PaymentProvider,
): Promise<{ read: number; healed: number }> {
  const source = [provider.name, provider.livemode]
  const [stored] = await sql.query<{ cursor: string | null; now: Date }>(READ_CURSOR, source)
  const settledBefore = (stored?.now.getTime() ?? 0) - OVERLAP_MS
  let cursor = stored?.cursor ?? null
  let isSettled = true
  const counts = { read: 0, healed: 0 }
  do {
    const { events, next } = await provider.listEvents(cursor)
    counts.read += events.length
    counts.healed += await storeProviderEvents(sql, provider, events)
    cursor = next
    // The cursor stays before the first page on which there is a young event.
    isSettled &&= events.every((event: ProviderEvent) => event.createdAt.getTime() < settledBefore)
    if (isSettled && cursor !== null) await sql.query(KEEP_CURSOR, [...source, cursor])
  } while (cursor !== null)
  return counts
}

/**
 * Fetches each of the provider's subscriptions that has not ended, and applies it: what no event has told is found. Each is
 * fetched anew, with others locked out: what the list said of it may be older than what the worker applied since. One that
 * the worker has in hand is passed over.
 *
 * What fails is counted and does not keep back the others. Throws PAYMENT_PROVIDER where the list can't be read.
 */
export async function reconcileSubscriptions(
  database: Pick<Database, 'underLock'>,
  provider: PaymentProvider,
  changes: ProviderChanges,
): Promise<{ applied: number; passedOver: number; failed: number }> {
  const counts = { applied: 0, passedOver: 0, failed: 0 }
  let cursor: string | null = null
  do {
    const page = await provider.listSubscriptions(cursor)
    for (const { subscriptionId } of page.subscriptions) {
      const object = { kind: 'SUBSCRIPTION', id: subscriptionId } as const
      try {
        const refreshed = await refreshProviderObject(database, provider, changes, object)
        if (refreshed === 'APPLIED') counts.applied += 1
        else counts.passedOver += 1
      } catch {
        counts.failed += 1
      }
    }
    cursor = page.next
  } while (cursor !== null)
  return counts
}

const READ_CURSOR: Statement = {
  name: 'read-provider-cursor',
  text: `
    SELECT kept.cursor, clock.now FROM (SELECT daybook_now() AS now) AS clock
    LEFT JOIN provider_cursor AS kept ON kept.provider = $1 AND kept.livemode = $2`,
}

const KEEP_CURSOR: Statement = {
  name: 'keep-provider-cursor',
  text: `
    INSERT INTO provider_cursor (provider, livemode, cursor) VALUES ($1, $2, $3)
    ON CONFLICT (provider, livemode) DO UPDATE SET cursor = excluded.cursor`,
}
