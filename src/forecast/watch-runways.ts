import type { Database, Statement } from '../database'
import type { Log } from '../log'
import { PassedOver } from '../passed-over'
import { Rounds } from '../rounds'
import { lookAtRunway } from './look-at-runway'

/** Between two rounds: a crossing is told within this and the time that a look takes. */
const ROUND_MS = 250
/** Accounts of one round at the most; a look at 100,000 channels takes about 90 ms. */
const LOOKS_A_ROUND = 100
/** How long an account that could not be looked at is left alone. */
const PASS_OVER_MS = 5_000

/**
 * Looks at the runways that are due: those of accounts that have changed, and those of which time alone has brought a
 * threshold. What is due stands in the database, written with the change itself; so it matters to no one which gateway
 * made the change, how many of them watch, or for how long none did. Only one account is looked at at a time: each look
 * keeps the account's lock and a processor.
 */
export class RunwayWatcher {
  private readonly rounds: Rounds
  private readonly passedOver = new PassedOver(PASS_OVER_MS)

  /** `onChanged` hears of the accounts that a look changed, once it is committed. */
  constructor(
    private readonly database: Pick<Database, 'sql' | 'inTransaction'>,
    private readonly onChanged: (accountIds: string[]) => void,
    private readonly log: Log,
  ) {
    this.rounds = new Rounds(() => this.watch(), { pauseMs: ROUND_MS, failure: 'the watch over runways failed', log })
  }

  start(): void {
    this.rounds.start()
  }

  /** Resolves when the look that is under way is done. */
  async close(): Promise<void> {
    await this.rounds.close()
  }

  /** One round: all that is due now. */
  async watch(): Promise<void> {
    const rows = await this.database.sql.query<{ accountId: string }>(DUE_WATCHES, [
      this.passedOver.ids(),
      LOOKS_A_ROUND,
    ])
    for (const { accountId } of rows) if (!this.rounds.closed) await this.look(accountId)
  }

  private async look(accountId: string): Promise<void> {
    try {
      const { changed } = await this.database.inTransaction(async (tx) => {
        await tx.query(SHORT_WAIT)
        return lookAtRunway(tx, accountId, { onlyIfDue: true })
      })
      this.passedOver.delete(accountId)
      if (changed) this.onChanged([accountId])
    } catch (error) {
      this.log.warn({ accountId, err: error }, 'a runway could not be looked at; it is tried again in a while')
      this.passedOver.add(accountId)
    }
  }
}

// An account that is locked for longer must not hold up the others.
const SHORT_WAIT: Statement = { name: 'runway-short-wait', text: `SET LOCAL lock_timeout = '2s'` }

const DUE_WATCHES: Statement = {
  name: 'due-runway-watches',
  text: `
    SELECT due.account_id AS "accountId"
    FROM (SELECT daybook_now() AS now) AS clock
    CROSS JOIN LATERAL (
      SELECT account_id FROM runway_watch
      WHERE due_at <= clock.now AND account_id <> ALL ($1) ORDER BY due_at LIMIT $2
    ) AS due`,
}
