import { bringUpToDate, DUE_ACCOUNTS } from '../billing/keep-up-to-date'
import { readClock, utcMidnight } from '../clock'
import type { Database, Statement } from '../database'
import { accountsWithLateRequests, tellLateRequests } from '../invoices/tell-late-requests'
import { changedAccounts, openBook, openBooks, saveBooks } from '../ledger/account-book'
import type { Log } from '../log'
import { PassedOver } from '../passed-over'
import { Rounds } from '../rounds'

/** Between two looks: what is due is done within this and the time that it takes. */
const SWEEP_MS = 250
/** Accounts that are settled in one transaction. */
const ACCOUNTS_A_BATCH = 20
/** Batches that are under way at once: while Postgres writes one, the next is opened and decided. */
const BATCHES_IN_FLIGHT = 2
/** Accounts of one look. */
const ACCOUNTS_A_PAGE = 500
/** How long an account that could not be settled is left alone. */
const PASS_OVER_MS = 5_000

/** Who looks on. */
export interface SweepWatch {
  readonly onRound?: (seconds: number, isWhole: boolean) => void
  /** Of so many channels something was told. */
  readonly onTold?: (count: number) => void
}

/**
 * Brings about what the clock brings: ends, notices and renewals of channels, and after each UTC midnight the burn of each
 * account. It settles the books as any verb would, so that it matters to no one whether the sweep or a partner came first,
 * how many gateways sweep, or for how long none did.
 */
export class ClockSweep {
  private readonly rounds: Rounds
  private readonly passedOver = new PassedOver(PASS_OVER_MS)
  private burntUntil = new Date(0)
  private doneAt: Date | null = null

  constructor(
    private readonly database: Database,
    private readonly onSettled: (accountIds: string[]) => void,
    private readonly log: Log,
    private readonly watch: SweepWatch = {},
  ) {
    this.rounds = new Rounds(() => this.sweep(), {
      pauseMs: SWEEP_MS,
      failure: 'the clock’s sweep failed',
      log,
      onRound: (seconds, isWhole) => {
        if (isWhole) this.doneAt = new Date()
        watch.onRound?.(seconds, isWhole)
      },
    })
  }

  /** When a round was last done, by this machine's clock; null where none was. */
  get lastDoneAt(): Date | null {
    return this.doneAt
  }

  start(): void {
    this.rounds.start()
  }

  /** Resolves when the look that is under way is done. */
  async close(): Promise<void> {
    await this.rounds.close()
  }

  /** One look: all that is due now, of accounts first, and the burn of the last midnight where it is not posted. */
  async sweep(): Promise<void> {
    await this.bringUpToDate()
    await this.settleDueChannels()
    await this.tellLateRequests()
    await this.burn(utcMidnight(await readClock(this.database.sql)))
  }

  private async settleDueChannels(): Promise<void> {
    while (!this.rounds.closed) {
      const due = await this.database.sql.query<{ id: string }>(ACCOUNTS_OF_DUE_CHANNELS, [
        this.passedOver.ids(),
        ACCOUNTS_A_PAGE,
      ])
      if (due.length === 0) return
      await this.settle(due.map(({ id }) => id))
    }
  }

  private async bringUpToDate(): Promise<void> {
    for (;;) {
      const due = await this.database.sql.query<{ id: string }>(DUE_ACCOUNTS, [this.passedOver.ids(), ACCOUNTS_A_PAGE])
      for (const { id } of due) {
        if (this.rounds.closed) return
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
    const stuck = new Set(this.passedOver.ids())
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
    for (let after = ''; !this.rounds.closed;) {
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
      while (start < accountIds.length && !this.rounds.closed) {
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
    const { changed, told } = await this.database.inPipelinedTransaction(async (sql) => {
      sql.query(SHORT_WAIT).catch(() => undefined)
      const books = await openBooks(
        sql,
        accountIds.map((accountId) => ({ accountId })),
      )
      for (const book of books.values()) book.settle()
      const ends = [...books.values()].reduce((sum, book) => sum + book.endsTold, 0)
      const result = { changed: changedAccounts(books.values()), told: ends }
      return { result, written: saveBooks(sql, books.values()) }
    })
    if (told > 0) this.watch.onTold?.(told)
    for (const accountId of accountIds) this.passedOver.delete(accountId)
    if (changed.length > 0) this.onSettled(changed)
  }

  private passOver(accountId: string, error: unknown): void {
    this.log.warn({ accountId, err: error }, 'an account could not be settled; it is tried again in a while')
    this.passedOver.add(accountId)
  }
}

// Whoever holds an account's lock settles it too: the sweep needs not wait for long.
const SHORT_WAIT: Statement = { name: 'short-wait', text: `SET LOCAL lock_timeout = '500ms'` }

const ACCOUNTS_OF_DUE_CHANNELS: Statement = {
  name: 'accounts-of-due-channels',
  text: `
    SELECT a.id FROM (SELECT daybook_now() AS now) AS clock JOIN account a ON a.channels_due_at <= clock.now
    WHERE NOT a.sandbox AND a.id <> ALL ($1) ORDER BY a.channels_due_at LIMIT $2`,
}

const UNBURNT_ACCOUNTS: Statement = {
  name: 'unburnt-accounts',
  text: `
    SELECT id FROM account
    WHERE NOT sandbox AND allocated > 0 AND burnt_until < $1 AND id > $2 ORDER BY id LIMIT $3`,
}
