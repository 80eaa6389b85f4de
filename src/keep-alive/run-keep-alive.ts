import { AccountDueKind } from '../accounts/account-due.entity'
import { AccountStatus } from '../accounts/account.entity'
import { setDue } from '../accounts/set-due'
import { withMoreDays } from '../channels/channel-time'
import { DAY_MS, utcMidnight } from '../clock'
import type { Statement, Tx } from '../database'
import { openBook, saveBooks, type AccountBook } from '../ledger/account-book'
import { DayExpiryReason, LedgerTransactionKind } from '../ledger/ledger-transaction.entity'
import { KeepAlivePolicy, KeepAliveShortage } from './keep-alive-policy.entity'
import { planKeepAlive, spentOn, type KeepAlivePlan } from './plan-keep-alive'

/** Who allocates by an account's keep-alive policy. */
export const KEEP_ALIVE_ACTOR = 'job:keep-alive'

/** Channels that one transaction serves: half a second for which the account is locked. */
export const CHANNELS_A_TRANSACTION = 5_000

/**
 * Serves the channels of an account that end too early, as of the instant of the open book, which is settled and saved.
 * What is more than one transaction serves stays due at this very instant, and nothing else happens to the account
 * before: so the parts come to the same as one run. The last part says when the next run is due.
 */
export async function runKeepAlive(tx: Tx, opened: AccountBook): Promise<void> {
  const { accountId, now } = opened
  const policy = await tx.manager.findOneBy(KeepAlivePolicy, { accountId })
  if (policy?.minDays == null || opened.status === AccountStatus.CLOSED) {
    await tx.query(WAIT, [accountId, false])
    await setDue(tx, opened, AccountDueKind.KEEP_ALIVE, null)
    return
  }
  const rule = { ...policy, minDays: policy.minDays }
  const plan = await planKeepAlive(tx, opened, rule, { after: 0, limit: CHANNELS_A_TRANSACTION })
  const served = plan.channels.filter(({ days }) => days > 0)
  const days = served.reduce((sum, channel) => sum + channel.days, 0)
  const isLast = days === plan.days
  const channelIds = served.map(({ channelId }) => channelId)
  const book = await openBook(tx, { accountId, channelIds }, { until: now })
  if (isLast) {
    await tx.query(WAIT, [accountId, plan.shortage !== null && plan.shortage !== KeepAliveShortage.CAP])
    // Before the allocations: what they make due stays due.
    await setDue(tx, book, AccountDueKind.KEEP_ALIVE, new Date(utcMidnight(now).getTime() + DAY_MS))
  }
  for (const { channelId, days } of served) {
    book.post({
      kind: LedgerTransactionKind.ALLOCATION,
      days,
      actor: KEEP_ALIVE_ACTOR,
      channel: withMoreDays(book.channel(channelId), days, now),
      endReason: DayExpiryReason.RENEWED,
    })
  }
  const today = utcMidnight(now)
  const state = {
    spentDays: spentOn(policy, today) + days,
    spentOn: today,
    ...(isLast ? tellShortage(book, policy, plan) : { servedInRun: policy.servedInRun + served.length }),
  }
  await tx.manager.update(KeepAlivePolicy, { accountId }, state)
  await saveBooks(tx, [book])
}

/** Tells of a shortage once, until a run has served all again. */
function tellShortage(
  book: AccountBook,
  { shortSince, servedInRun }: KeepAlivePolicy,
  { shortage, servedChannels, unservedChannels, neededDays, days }: KeepAlivePlan,
): Pick<KeepAlivePolicy, 'servedInRun' | 'shortSince' | 'shortReason'> {
  const event = { subject: book.accountId, actor: KEEP_ALIVE_ACTOR }
  if (shortage !== null && shortSince === null) {
    const served = servedInRun + servedChannels
    const data = { reason: shortage, served, unserved: unservedChannels, missingDays: neededDays - days }
    book.record({ ...event, type: 'keep_alive.short', data })
  }
  if (shortage === null && shortSince !== null) {
    book.record({ ...event, type: 'keep_alive.short_ended', data: { since: shortSince } })
  }
  return {
    servedInRun: 0,
    shortSince: shortage === null ? null : (shortSince ?? book.now),
    shortReason: shortage,
  }
}

/** Whether the account waits for days, or for leave to allocate them: then their coming makes a run due. */
export const WAIT: Statement = {
  name: 'keep-alive-waits',
  text: 'UPDATE account SET keep_alive_waits = $2 WHERE id = $1 AND keep_alive_waits <> $2',
}
