import type { Database } from '../database'
import type { Log } from '../log'
import { writeEntries, type NewAuditEntry } from './deed'

/** Refusals that are being written at once; past it they are left out, and the log says how many. */
const MAX_AT_ONCE = 4

/**
 * Writes down what staff tried and were refused, after its transaction was rolled back. As well as can be: a refusal is
 * answered as it is, whether it could be written or not, and it must not hold the connections that deeds need.
 */
export class RefusalNotes {
  private atOnce = 0
  private leftOut = 0

  constructor(
    private readonly database: Pick<Database, 'sql'>,
    private readonly log: Pick<Log, 'warn'>,
  ) {}

  async note(entry: NewAuditEntry): Promise<void> {
    if (this.atOnce >= MAX_AT_ONCE) {
      this.leftOut += 1
      return
    }
    this.atOnce += 1
    try {
      await writeEntries(this.database.sql, [entry])
      if (this.leftOut > 0) this.log.warn({ leftOut: this.leftOut }, 'refusals that the audit log has not')
      this.leftOut = 0
    } catch (error) {
      this.log.warn({ err: error, action: entry.action }, 'a refusal could not be written to the audit log')
    } finally {
      this.atOnce -= 1
    }
  }
}
