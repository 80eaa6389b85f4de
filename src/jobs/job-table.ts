import type { Payments } from '../channel-subscriptions/open-billing-portal'
import {
  reconcileChannelSubscriptions,
  reconcileInvoiceCheckouts,
  reconcileProviderEvents,
  reconcileTaxIds,
} from '../channel-subscriptions/reconcile-payments'
import type { Database } from '../database'
import { auditLedgers } from '../ledger/audit-ledgers'
import { sealLedgers } from '../ledger/seal-ledgers'
import type { Log } from '../log'
import { pruneMails } from '../mail/prune-mails'
import { auditLots, keepLots } from '../lots/audit-lots'
import { pruneSignIns } from '../sessions/prune-sign-ins'
import { pruneProviderEvents } from '../payments/prune-provider-events'
import { pruneWebhooks } from '../webhooks/prune-webhooks'

/** What a job is given to work with. */
export interface JobTools {
  readonly database: Database
  readonly log: Log
  /** Null where none are taken. */
  readonly payments: Payments | null
  /** Aborted when the gateway stops: what is not done by then is done by the next run. */
  readonly signal: AbortSignal
  /** Wakes the followers of accounts in which something was done. */
  readonly hint: (accountIds: string[]) => void
}

export interface Job {
  readonly name: string
  /** Minute, hour, day of the month, month, day of the week, in UTC. */
  readonly cron: string
  readonly description: string
  /**
   * The verb. It does all that is due by now, so that a run which was missed needs no second one. It may be cut off
   * anywhere and run again, even while it still runs. A text that it answers is shown to staff.
   */
  readonly run: (tools: JobTools) => Promise<unknown>
  /** A run that has not ended by then is taken for lost, and run again: after 15 minutes, unless it says otherwise. */
  readonly lostAfterMinutes?: number
}

/** All that Daybook does at set times. A line here is all that a new job needs. */
export const JOBS: readonly Job[] = [
  {
    name: 'audit-ledgers',
    cron: '15 3 * * *',
    description: 'Replays the ledger of every account and fails where a rule is broken.',
    run: auditLedgers,
    lostAfterMinutes: 240,
  },
  {
    name: 'seal-ledgers',
    cron: '5 * * * *',
    description: 'Goes on with the chain of hashes over each account’s ledger, and keeps where it has come to.',
    run: sealLedgers,
    lostAfterMinutes: 240,
  },
  {
    name: 'keep-lots',
    cron: '*/10 * * * *',
    description: 'Folds what was posted since into the lots of each account.',
    run: keepLots,
    lostAfterMinutes: 60,
  },
  {
    name: 'audit-lots',
    cron: '45 3 * * *',
    description: 'Compares the lots of every account with its ledger and fails where they differ.',
    run: auditLots,
    lostAfterMinutes: 240,
  },
  {
    name: 'reconcile-provider-events',
    cron: '*/5 * * * *',
    description: 'Reads the payment providers’ own lists of events, for what no webhook has brought.',
    run: reconcileProviderEvents,
  },
  {
    name: 'reconcile-channel-subscriptions',
    cron: '45 2 * * *',
    description: 'Compares all subscriptions of channels with the payment providers’.',
    run: reconcileChannelSubscriptions,
    lostAfterMinutes: 240,
  },
  {
    name: 'reconcile-tax-ids',
    cron: '30 2 * * *',
    description: 'Asks the payment providers about tax ids that they are still looking up.',
    run: reconcileTaxIds,
  },
  {
    name: 'prune-provider-events',
    cron: '30 4 * * *',
    description: 'Forgets events of the payment providers that have been done with for 35 days.',
    run: pruneProviderEvents,
  },
  {
    name: 'reconcile-invoice-checkouts',
    cron: '0 2 * * *',
    description:
      'Looks at the pages of invoices that may be open at the payment providers, for payments that nothing told of.',
    run: reconcileInvoiceCheckouts,
    lostAfterMinutes: 240,
  },
  {
    name: 'prune-webhooks',
    cron: '35 2 * * *',
    description: 'Forgets what was sent to webhook endpoints more than 30 days ago.',
    run: pruneWebhooks,
    lostAfterMinutes: 60,
  },
  {
    name: 'prune-mails',
    cron: '40 2 * * *',
    description: 'Forgets what mails said that are older than 90 days.',
    run: pruneMails,
    lostAfterMinutes: 60,
  },
  {
    name: 'prune-sign-ins',
    cron: '50 2 * * *',
    description: 'Forgets counts, challenges and links past their time, and sessions that ended 30 days ago.',
    run: pruneSignIns,
    lostAfterMinutes: 60,
  },
]
