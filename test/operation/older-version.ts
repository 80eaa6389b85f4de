import { createHash } from 'node:crypto'
import type { Database, Sql, Statement } from '../../src/database'

/**
 * What gateways of the version of `OLDER` send, written down as they send it: newer sources may send something else. When that
 * version runs nowhere any more, the next one comes in its place.
 */
export const OLDER = '1764740000000-add-the-audit-log'

/** What it names in ON CONFLICT: a statement that finds no such key any more is refused by Postgres. */
export const UPSERTS: readonly (readonly [table: string, columns: string])[] = [
  ['account_due', 'account_id, kind'],
  ['auto_top_up', 'account_id'],
  ['billing_details', 'account_id'],
  ['billing_schedule', 'account_id'],
  ['channel_price', 'account_id, channel_id'],
  ['dunning_schedule', 'account_id'],
  ['invoice_dunning', 'invoice_id'],
  ['invoice_series', 'series, year'],
  ['keep_alive_policy', 'account_id'],
  ['lot', 'account_id, sequence'],
  ['lot_cover', 'account_id, uncovered_from'],
  ['lot_piece', 'account_id, holder, from_day'],
  ['mail', 'account_id, cause'],
  ['mail_preference', 'account_id'],
  ['provider_cursor', 'provider, livemode'],
  ['provider_event', 'id'],
  ['runway_watch', 'account_id'],
  ['saved_card', 'account_id'],
]

const statement = (name: string, text: string): Statement => ({ name: `older-${name}`, text })

const ADD_ACCOUNT = statement(
  'account',
  `INSERT INTO account (id, name, changed_at, burnt_until, created_at)
   VALUES ($1, $1, daybook_now(), date_trunc('day', daybook_now(), 'UTC'), daybook_now())`,
)
const OPEN = statement('open', 'SELECT accounts, channels, keys FROM daybook_open_books($1, $2, $3, $4, $5, $6)')
const SAVE = statement('save', 'SELECT daybook_save_books($1, $2, $3, $4, $5)')
const ADD_CHANNEL = statement(
  'channel',
  `INSERT INTO channel (id, account_id, name, created_at) VALUES ($1, $2, 'A channel', daybook_now())`,
)
const WATCH = statement(
  'watch',
  `INSERT INTO runway_watch (account_id, due_at) VALUES ($1, now())
   ON CONFLICT (account_id) DO UPDATE SET due_at = excluded.due_at`,
)
const FEED = statement(
  'feed',
  `SELECT account_id, sequence, type, subject, data, actor, occurred_at FROM event
   WHERE account_id = $1 AND sequence > $2 ORDER BY sequence LIMIT 100`,
)
const LEDGER = statement(
  'ledger',
  `SELECT account_id, sequence, id, kind, from_account, to_account, days, from_balance, to_balance, available_balance
   FROM ledger_transaction WHERE account_id = $1 ORDER BY sequence DESC LIMIT 100`,
)
/** As long as an export takes, in one snapshot. */
const WHOLE = statement(
  'whole',
  `SELECT count(*), pg_sleep(0.1) FROM account a JOIN ledger_transaction t ON t.account_id = a.id
   JOIN event e ON e.account_id = a.id AND e.sequence = t.sequence + 1 LEFT JOIN channel c ON c.account_id = a.id`,
)

interface Book {
  issued: number
  available: number
  allocated: number
  used: number
  owed: number
  sequence: number
  now: number
  burntUntil: number
  endsToldUntil: number
}

/** A partner of an older gateway's, and clients that never wait between two requests. */
export class OlderVersion {
  readonly failures: unknown[] = []
  readonly done = { moves: 0, reads: 0 }
  private stopped = false
  private clients: Promise<void>[] = []
  private watchers: (() => void)[] = []

  constructor(private readonly database: Database) {}

  async start(accounts: number, readers: number): Promise<void> {
    const ids = Array.from({ length: accounts }, (_, index) => `older-${index}`)
    for (const id of ids) await this.database.sql.query(ADD_ACCOUNT, [id])
    this.clients = [
      ...ids.map((id) => this.again(() => this.move(id), 'moves')),
      ...ids.slice(0, readers).map((id) => this.again(() => this.read(id), 'reads')),
    ]
  }

  /** Resolves when so many more of each were done, or at the first failure. */
  async makeProgress(count: number): Promise<void> {
    const { moves, reads } = this.done
    while (this.failures.length === 0 && (this.done.moves < moves + count || this.done.reads < reads + 2)) {
      await new Promise<void>((resolve) => this.watchers.push(resolve))
    }
  }

  async stop(): Promise<void> {
    this.stopped = true
    await Promise.all(this.clients)
  }

  private async again(work: () => Promise<unknown>, kind: 'moves' | 'reads'): Promise<void> {
    while (!this.stopped) {
      try {
        await work()
        this.done[kind] += 1
      } catch (error) {
        this.failures.push(error)
        this.stopped = true
      }
      for (const watcher of this.watchers.splice(0)) watcher()
    }
  }

  /** Grants a day, tells of it, and makes a channel. */
  private move(accountId: string): Promise<void> {
    const key = `move ${this.done.moves} ${Math.random()}`
    const digest = createHash('sha256').update(key).digest().subarray(0, 16)
    return this.database.inTransaction(async (tx) => {
      const book = await openBook(tx, accountId, digest)
      const at = new Date(book.now).toISOString()
      const sequence = book.sequence + 1
      const account = {
        id: accountId,
        issued: book.issued - 1,
        available: book.available + 1,
        allocated: book.allocated,
        used: book.used,
        owed: book.owed,
        sequence: sequence + 1,
        changed_at: at,
        burnt_until: new Date(book.burntUntil).toISOString(),
        ends_told_until: new Date(book.endsToldUntil).toISOString(),
        may_allocate_again: false,
      }
      const entry = {
        account_id: accountId,
        sequence,
        id: `older-transaction-${key}`,
        kind: 'GRANT',
        from_account: 'ISSUED',
        to_account: 'AVAILABLE',
        days: 1,
        from_balance: account.issued,
        to_balance: account.available,
        available_balance: account.available,
        actor: 'older',
        occurred_at: at,
      }
      const event = {
        account_id: accountId,
        sequence: sequence + 1,
        type: 'account.updated',
        subject: accountId,
        data: {},
        actor: 'older',
        occurred_at: at,
      }
      const kept = {
        scope: accountId,
        digest: digest.toString('hex'),
        input_digest: digest.toString('hex'),
        outcome: {},
      }
      await tx.query(ADD_CHANNEL, [`older-channel-${key}`, accountId])
      await tx.query(WATCH, [accountId])
      await tx.query(
        SAVE,
        [[account], [], [entry], [event], [kept]].map((rows) => JSON.stringify(rows)),
      )
    })
  }

  private async read(accountId: string): Promise<void> {
    await this.database.sql.query(FEED, [accountId, 0])
    await this.database.inSnapshot(async (tx) => {
      await tx.query(LEDGER, [accountId])
      await tx.query(WHOLE)
      await tx.query(LEDGER, [accountId])
    })
  }
}

async function openBook(tx: Sql, accountId: string, digest: Buffer): Promise<Book> {
  const [row] = await tx.query<{ accounts: Book[] }>(OPEN, [[accountId], [], [], [accountId], [digest], null])
  const book = row?.accounts[0]
  if (book === undefined) throw new Error('the account is not there')
  return book
}
