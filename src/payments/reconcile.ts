import type { Database, Statement } from '../database'
import type { PaymentProvider, ProviderEvent } from './payment-provider'
import type { CheckoutState } from './provider-call.entity'
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
 * Compares both sides: fetches each of the provider's subscriptions that has not ended, and each that is taken for live here
 * (`known`) and is not among them, and applies it. What no event has told is found, an end too. Each is fetched anew, with others
 * locked out: what the list said of it may be older than what the worker applied since. One that the worker has in hand is
 * passed over. The ids of one side are held in memory, some 30 bytes for each.
 *
 * What fails is counted and does not keep back the others. Throws PAYMENT_PROVIDER where the list can't be read.
 */
export async function reconcileSubscriptions(
  database: Pick<Database, 'underLock'>,
  provider: PaymentProvider,
  changes: ProviderChanges,
  known: AsyncIterable<string>,
): Promise<{ applied: number; passedOver: number; failed: number }> {
  const counts = { applied: 0, passedOver: 0, failed: 0 }
  const listed = new Set<string>()
  const refresh = async (id: string) => {
    try {
      const refreshed = await refreshProviderObject(database, provider, changes, { kind: 'SUBSCRIPTION', id })
      if (refreshed === 'APPLIED') counts.applied += 1
      else counts.passedOver += 1
    } catch {
      counts.failed += 1
    }
  }
  let cursor: string | null = null
  do {
    const page = await provider.listSubscriptions(cursor)
    for (const subscriptionId of page.subscriptionIds) {
      listed.add(subscriptionId)
      await refresh(subscriptionId)
    }
    cursor = page.next
  } while (cursor !== null)
  for await (const id of known) if (!listed.has(id)) await refresh(id)
  return counts
}

/** Checkouts of a statement. */
const CHECKOUTS_A_PAGE = 100

/**
 * Fetches each page, and each charge of a saved card, of which it isn't known here that it is closed, and applies it: a payment
 * whose news got lost is found. `healed` counts those that stood otherwise at the provider. What fails is counted and does not keep back the others.
 */
export async function reconcileCheckouts(
  database: Pick<Database, 'sql' | 'underLock'>,
  provider: PaymentProvider,
  changes: ProviderChanges,
): Promise<{ looked: number; healed: number; failed: number }> {
  const counts = { looked: 0, healed: 0, failed: 0 }
  let after = ''
  for (;;) {
    const page = await database.sql.query<KnownCheckout>(OPEN_CHECKOUTS, [provider.name, after, CHECKOUTS_A_PAGE])
    for (const { accountId, id, kind, objectId, checkout } of page) {
      counts.looked += 1
      try {
        const refreshed = await refreshProviderObject(database, provider, changes, { kind, id: objectId })
        if (refreshed === 'FOREIGN') await database.sql.query(CLOSE_CHECKOUT, [accountId, id])
        const [now] = await database.sql.query<Pick<KnownCheckout, 'checkout'>>(CHECKOUT_NOW, [accountId, id])
        if (now?.checkout !== checkout) counts.healed += 1
      } catch {
        counts.failed += 1
      }
    }
    if (page.length < CHECKOUTS_A_PAGE) return counts
    after = page.at(-1)?.id ?? ''
  }
}

interface KnownCheckout {
  accountId: string
  id: string
  kind: 'CHECKOUT' | 'CHARGE'
  objectId: string
  checkout: CheckoutState
}

const OPEN_CHECKOUTS: Statement = {
  name: 'open-checkouts',
  text: `
    SELECT account_id AS "accountId", id, CASE kind WHEN 'CHARGE_CARD' THEN 'CHARGE' ELSE 'CHECKOUT' END AS kind,
      coalesce(answer ->> 'chargeId', answer ->> 'sessionId') AS "objectId", checkout
    FROM provider_call
    WHERE checkout IN ('OPEN', 'PENDING') AND state = 'DONE' AND answer ->> 'provider' = $1 AND id > $2
    ORDER BY id LIMIT $3`,
}

const CHECKOUT_NOW: Statement = {
  name: 'checkout-now',
  text: 'SELECT checkout FROM provider_call WHERE account_id = $1 AND id = $2',
}

const CLOSE_CHECKOUT: Statement = {
  name: 'close-checkout',
  text: `UPDATE provider_call SET checkout = 'CLOSED' WHERE account_id = $1 AND id = $2 AND checkout IS NOT NULL`,
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
