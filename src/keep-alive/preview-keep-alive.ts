import { DAY_MS } from '../clock'
import type { Tx } from '../database'
import { BadUserInputError } from '../errors'
import { openBook } from '../ledger/account-book'
import { checkFirst, pageOf, sequenceAfter, type Page, type PageArguments } from '../paging'
import { KeepAlivePolicy, type KeepAliveShortage } from './keep-alive-policy.entity'
import { planKeepAlive } from './plan-keep-alive'
import type { SetKeepAlive } from './set-keep-alive'

/** A channel that ends too early, and how it would be served. */
export interface KeepAliveAllocation {
  channelId: string
  place: number
  neededDays: number
  days: number
  /** Whether it gets all that it takes. */
  isServed: boolean
  /** Its end, afterwards. */
  paidUntil: Date
}

export interface KeepAlivePreview {
  /** The instant by which it was decided. */
  at: Date
  target: Date
  neededDays: number
  days: number
  missingDays: number
  servedChannels: number
  unservedChannels: number
  shortage: KeepAliveShortage | null
  capLeft: number | null
  balanceAfter: number
  allocations: Page<KeepAliveAllocation>
}

/** The name of the list in its cursors. */
export const KEEP_ALIVE_LIST = 'keep-alive'

/**
 * What a run of a rule would do now, by the same plan, on a book that is settled and never saved; without `minDays`, of the
 * account's own rule.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED; BAD_USER_INPUT where no rule is given and the account has none.
 */
export async function previewKeepAlive(
  tx: Tx,
  { accountId, minDays, dailyCap, order }: SetKeepAlive,
  { first, after }: PageArguments,
): Promise<KeepAlivePreview> {
  checkFirst(first)
  const afterPlace = sequenceAfter(KEEP_ALIVE_LIST, after) ?? 0
  const book = await openBook(tx, { accountId }, { asItStands: true })
  book.requireActive()
  book.settle()
  const policy = await tx.manager.findOneBy(KeepAlivePolicy, { accountId })
  const own = policy?.minDays == null ? null : { ...policy, minDays: policy.minDays }
  const spent = { spentDays: policy?.spentDays ?? 0, spentOn: policy?.spentOn ?? null }
  const rule = minDays == null ? own : { minDays, dailyCap: dailyCap ?? null, serveOrder: order, ...spent }
  if (rule === null) {
    throw new BadUserInputError('minDays', 'minDays is missing: the account has no keep-alive policy of its own.')
  }
  const { channels, ...plan } = await planKeepAlive(tx, book, rule, { after: afterPlace, limit: first + 1 })
  const allocations = channels.map(({ channelId, place, neededDays, days, paidUntil }) => ({
    channelId,
    place,
    neededDays,
    days,
    isServed: days === neededDays,
    paidUntil: new Date(paidUntil.getTime() + days * DAY_MS),
  }))
  return {
    ...plan,
    at: book.now,
    missingDays: plan.neededDays - plan.days,
    balanceAfter: book.available - plan.days,
    allocations: pageOf(allocations, first),
  }
}
