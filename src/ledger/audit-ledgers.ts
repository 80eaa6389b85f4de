import type { Database } from '../database'
import { JobFailure } from '../jobs/job-failure'
import type { Log } from '../log'
import { auditLedger } from './audit-ledger'

/** Audits every account. Each broken rule is an error in the log. Throws a JobFailure where there is one. */
export async function auditLedgers({
  database,
  log,
  signal,
}: {
  database: Database
  log: Log
  signal: AbortSignal
}): Promise<void> {
  const { accountsChecked, violations } = await auditLedger(database, null, signal)
  for (const violation of violations) log.error({ violation }, 'the ledger breaks a rule')
  const [first] = violations
  if (first === undefined) return
  throw new JobFailure(`${violations.length} broken rules in ${accountsChecked} accounts, the first: ${first}`, true)
}
