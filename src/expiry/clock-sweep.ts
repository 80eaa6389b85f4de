import { bringUpToDate, DUE_ACCOUNTS } from '../billing/keep-up-to-date'
import { utcMidnight } from '../clock'
import type { Database, Statement } from '../database'
import { accountsWithLateRequests, tellLateRequests } from '../invoices/tell-late-requests'
import { changedAccounts, openBook, openBooks, saveBooks } from '../ledger/account-book'
import type { Log } from '../log'

/** Between two looks: what is due is done within this and the time that it takes. */
const SWEEP_MS = 250
/** Due channels of one look; the accounts that they belong to are settled whole. */
const CHANNELS_A_LOOK = 5_000
/** Accounts that are settled in one transaction. */
const ACCOUNTS_A_BATCH = 20
/** Batches that are under way at once: while Postgres writes one, the next is opened and decided. */
const BATCHES_IN_FLIGHT = 2
/** Accounts of one look at midnight, or at what is due of accounts themselves. */
const ACCOUNTS_A_PAGE = 500
/**
 * How far behind the last look the next one starts. A change that makes a channel due at once may commit a while after
 * its instant; without a start, each look would go again over all the dead index entries of those before it.
 */
const OVERLAP_MS = 60_000
/** How long an account that could not be settled is left alone. */
const PASS_OVER_MS = 5_000

/**
 * Brings about what the clock brings: ends, notices and renewals of channels, and after each UTC midnight the burn of each
 * account. It settles the books as any verb would, so that it matters to no one whether the sweep or a partner came first,
 * how many gateways sweep, or for how long none did.
 */
export class ClockSweep {
  private timer: NodeJS.Timeout | null = null
  private sweeping: Promise<void> = Promise.resolve()
  private closed = false
  private lookedUntil: Date | null = null
  private burntUntil = new Date(0)
  /**
   * Accounts that could not be settled, and when they are tried again: one that is stuck must not stop the others. While
   * there are any, looks go on starting where they were left out.
   */
  private readonly passedOver = new Map<string, number>()

  constructor(
    private readonly database: Database,
    private readonly onSettled: (accountIds: string[]) => void,
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep().catch((error: unknown) => {
        this.log.warn({ err: error }, 'the clock’s sweep failed; it goes on with the next look')
      })
      void this.sweeping.then(() => {
        if (!this.closed) this.start()
      })
    }, SWEEP_MS)
  }

  /** Resolves when the look that is under way is done. */
  async close(): Promise<void> {
    this.closed = true
    if (this.timer !== null) clearTimeout(this.timer)
    await this.sweeping
  }

  /** One look: all that is due now, of accounts first, and the burn of the last midnight where it is not posted. */
  async sweep(): Promise<void> {
    await this.bringUpToDate()
    let since = this.lookedUntil === null ? new Date(0) : new Date(this.lookedUntil.getTime() - OVERLAP_MS)
    // Whose time is over is looked for again from here on, not from the middle of a sweep.
    this.stillPassedOver()
    let now: Date | null = null
    for (;;) {
      const rows = await this.database.sql.query<{ accountId: string; now: Date; until: Date | null }>(
        ACCOUNTS_OF_DUE_CHANNELS,
        [since, CHANNELS_A_LOOK, [...this.passedOver.keys()]],
      )
      now ??= rows[0]?.now ?? null
      const accountIds = rows.flatMap((row) => (row.accountId === '' ? [] : [row.accountId]))
      await this.settle(accountIds)
      if (this.closed || accountIds.length === 0) break
      // What is due up to there is done; only dead index entries are left.
      since = rows[0]?.until ?? since
    }
    if (now === null) return
    if (this.passedOver.size === 0) this.lookedUntil = now
    await this.tellLateRequests()
    await this.burn(utcMidnight(now))
  }

  private async bringUpToDate(): Promise<void> {
    for (;;) {
      const due = await this.database.sql.query<{ id: string }>(DUE_ACCOUNTS, [this.stillPassedOver(), ACCOUNTS_A_PAGE])
      for (const { id } of due) {
        if (this.closed) return
        try {
          await bringUpToDate(this.database, id)
          this.onSettled([id])
        } catch (error) {
          this.passOver(id, error)
        }
      }
      if (due.length === 0) return
    }
  }

  private async tellLateRequests(): Promise<void> {
    const stuck = new Set(this.stillPassedOver())
    for (const accountId of await accountsWithLateRequests(this.database.sql)) {
      if (stuck.has(accountId)) continue
      try {
        const late = await this.database.inTransaction(async (tx) => {
          await tx.query(SHORT_WAIT)
          const book = await openBook(tx, { accountId })
          book.settle()
          const count = await tellLateRequests(tx, book)
          await saveBooks(tx, [book])
          return count
        })
        if (late > 0) this.log.warn({ accountId, late }, 'invoices are late to be prepared')
        this.onSettled([accountId])
      } catch (error) {
        this.passOver(accountId, error)
      }
    }
  }

  private async burn(midnight: Date): Promise<void> {
    if (midnight <= this.burntUntil) return
    for (let after = ''; !this.closed;) {
      const rows = await this.database.sql.query<{ id: string }>(UNBURNT_ACCOUNTS, [midnight, after, ACCOUNTS_A_PAGE])
      await this.settle(rows.map((row) => row.id))
      const last = rows.at(-1)
      if (last === undefined) {
        this.burntUntil = midnight
        return
      }
      after = last.id
    }
  }

  private async settle(accountIds: readonly string[]): Promise<void> {
    let start = 0
    const lane = async () => {
      while (start < accountIds.length && !this.closed) {
        const batch = accountIds.slice(start, start + ACCOUNTS_A_BATCH)
        start += batch.length
        await this.settleBatch(batch)
      }
    }
    await Promise.all(Array.from({ length: BATCHES_IN_FLIGHT }, lane))
  }

  private async settleBatch(accountIds: readonly string[]): Promise<void> {
    try {
      await this.settleTogether(accountIds)
    } catch {
      // One account that is locked or can't be settled must not hold up its neighbours.
      for (const accountId of accountIds) {
        await this.settleTogether([accountId]).catch((error: unknown) => this.passOver(accountId, error))
      }
    }
  }

  private async settleTogether(accountIds: readonly string[]): Promise<void> {
    const changed = await this.database.inPipelinedTransaction(async (sql) => {
      sql.query(SHORT_WAIT).catch(() => undefined)
      const books = await openBooks(
        sql,
        accountIds.map((accountId) => ({ accountId })),
      )
      for (const book of books.values()) book.settle()
      return { result: changedAccounts(books.values()), written: saveBooks(sql, books.values()) }
    })
    for (const accountId of accountIds) this.passedOver.delete(accountId)
    if (changed.length > 0) this.onSettled(changed)
  }

  private passOver(accountId: string, error: unknown): void {
    this.log.warn({ accountId, err: error }, 'an account could not be settled; it is tried again in a while')
    this.passedOver.set(accountId, Date.now() + PASS_OVER_MS)
  }

  private stillPassedOver(): string[] {
    const now = Date.now()
    for (const [accountId, until] of this.passedOver) if (until <= now) this.passedOver.delete(accountId)
    return [...this.passedOver.keys()]
  }
}

// Whoever holds an account's lock settles it too: the sweep needs not wait for long.
const SHORT_WAIT: Statement = { name: 'short-wait', text: `SET LOCAL lock_timeout = '500ms'` }

// Always answers a row, with the instant of the look and the last due instant that it has come to; an account of ''
// where nothing is due.
const ACCOUNTS_OF_DUE_CHANNELS: Statement = {
  name: 'accounts-of-due-channels',
  text: `
    SELECT clock.now, coalesce(due.account_id, '') AS "accountId", max(due.until) OVER () AS until
    FROM (SELECT daybook_now() AS now) AS clock
    LEFT JOIN LATERAL (
      SELECT account_id, max(due_at) AS until FROM (
        SELECT account_id, due_at FROM channel
        WHERE live AND due_at IS NOT NULL AND due_at <= clock.now AND due_at >= $1 AND account_id <> ALL ($3) ORDER BY due_at LIMIT $2
      ) AS first GROUP BY account_id
    ) AS due ON true`,
}

const UNBURNT_ACCOUNTS: Statement = {
  name: 'unburnt-accounts',
  text: `
    SELECT id FROM account
    WHERE NOT sandbox AND allocated > 0 AND burnt_until < $1 AND id > $2 ORDER BY id LIMIT $3`,
}
