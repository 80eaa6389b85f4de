import type { Sql } from './database'
import type { Log } from './log'
import { Rounds } from './rounds'

/** Beyond it two clocks are told of. */
export const CLOCKS_DIFFER_MS = 2_000

/** Clocks drift by milliseconds an hour; one that is set steps at once. */
const LOOK_MS = 30_000

/**
 * By how much this machine's clock is ahead of Postgres's, in milliseconds; negative where it is behind. As exact as the time
 * of the answer: 0 where Postgres's clock may be right.
 */
export async function readClockDifference(sql: Sql): Promise<number> {
  const askedAt = Date.now()
  const [row] = await sql.query<{ now: Date }>({ name: 'server-clock', text: 'SELECT clock_timestamp() AS now' })
  const answeredAt = Date.now()
  if (row === undefined) throw new Error('the clock gave no answer')
  const now = row.now.getTime()
  if (now < askedAt) return askedAt - now
  return now > answeredAt ? answeredAt - now : 0
}

/**
 * Holds this machine's clock against Postgres's. Days and money go by Postgres's alone; by this machine's go the signatures of
 * webhooks, which are good for five minutes. So a clock that is off is told of in the log, once each time it goes astray, and
 * shown at each scrape.
 */
export class ClockWatch {
  private readonly rounds: Rounds
  private difference: number | null = null
  private isOff = false

  constructor(
    private readonly sql: Sql,
    private readonly log: Pick<Log, 'warn' | 'error' | 'info'>,
  ) {
    this.rounds = new Rounds(() => this.look(), { pauseMs: LOOK_MS, failure: 'the look at the clocks failed', log })
  }

  start(): void {
    this.rounds.start()
    this.rounds.hint()
  }

  async close(): Promise<void> {
    await this.rounds.close()
  }

  /** In seconds, as `readClockDifference` has it; null before the first look. */
  get aheadSeconds(): number | null {
    return this.difference === null ? null : this.difference / 1_000
  }

  private async look(): Promise<void> {
    this.difference = await readClockDifference(this.sql)
    const isOff = Math.abs(this.difference) > CLOCKS_DIFFER_MS
    if (isOff && !this.isOff) {
      const facts = { aheadSeconds: this.aheadSeconds }
      this.log.error(
        facts,
        'this machine’s clock is not Postgres’s: signatures of webhooks are taken for too old or too new',
      )
    }
    if (!isOff && this.isOff) this.log.info('this machine’s clock is Postgres’s again')
    this.isOff = isOff
  }
}
