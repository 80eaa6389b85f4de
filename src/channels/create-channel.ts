import { z } from 'zod'
import { DAY_MS } from '../clock'
import type { Tx } from '../database'
import { ConflictError, TrialNotAllowedError } from '../errors'
import { channelDays, idempotencyKey, metadata, text } from '../input'
import { requestKey } from '../idempotency'
import { inBook, type AccountBook, type Decided } from '../ledger/account-book'
import { DayExpiryReason } from '../ledger/ledger-transaction.entity'
import { newId } from '../typed-id'
import { allocateDays } from './allocate-days'
import { Channel } from './channel.entity'

export const CreateChannel = z.object({
  name: text(),
  externalId: text().nullish(),
  trial: z.boolean().default(false),
  /** Allocated at once. */
  days: channelDays().nullish(),
  metadata: metadata(),
  idempotencyKey: idempotencyKey(),
})
export type CreateChannel = z.infer<typeof CreateChannel>

export interface CreatedChannel {
  channelId: string
  /** The allocation; null where no days were asked for. */
  transactionId: string | null
}

/**
 * Creates a channel, with a trial or with days from the balance or with both; then the days begin at the trial's end.
 *
 * Throws CONFLICT where the externalId is taken, TRIAL_NOT_ALLOWED (maxTrials, running), what allocating throws.
 */
export async function createChannel(
  tx: Tx,
  actor: string,
  accountId: string,
  input: CreateChannel,
): Promise<Decided<CreatedChannel>> {
  const key = requestKey(accountId, 'createChannel', input)
  return inBook(tx, { accountId, key }, async (book) => {
    const channel = await newChannel(tx, book, input)
    await tx.manager.insert(Channel, channel)
    return enterChannel(book, actor, channel, input)
  })
}

/** The channel that an account may have, not inserted yet. Throws what creating it throws, but for its days. */
export async function newChannel(tx: Tx, book: AccountBook, input: CreateChannel): Promise<Channel> {
  book.requireActive()
  const { accountId } = book
  const { name, externalId = null, trial, metadata = null } = input
  if (externalId !== null) await refuseTakenExternalId(tx, accountId, externalId)
  if (trial) await refuseExcessTrial(tx, book, externalId)
  return tx.manager.create(Channel, {
    id: newId('channel'),
    accountId,
    name,
    externalId,
    metadata,
    trialUntil: trial ? new Date(book.now.getTime() + book.trialDays * DAY_MS) : null,
    trialExternalIds: trial && externalId !== null ? [externalId] : [],
    runStart: null,
    paidDays: 0,
    paidUntil: null,
    subscribedUntil: null,
    subscriptionRenews: false,
    expiredAt: null,
    renewDays: null,
    renewLeadHours: null,
    renewFailedAt: null,
    dueAt: null,
    live: !book.sandbox,
    createdAt: book.now,
    deletedAt: null,
  })
}

/** Takes a new channel into the book, with its trial and its days. */
export function enterChannel(
  book: AccountBook,
  actor: string,
  channel: Channel,
  { trial, days }: Pick<CreateChannel, 'trial' | 'days'>,
): CreatedChannel {
  const { id: channelId, name, externalId } = channel
  book.addChannel(channel)
  book.record({ type: 'channel.created', subject: channelId, actor, data: { name, externalId } })
  if (trial) {
    book.change(channel)
    book.record({
      type: 'channel.day_expiry_changed',
      subject: channelId,
      actor,
      data: { reason: DayExpiryReason.TRIAL, previousPaidUntil: null, paidUntil: null, unusedDays: 0 },
    })
  }
  const allocation = days == null ? null : allocateDays(book, actor, { channelId, days })
  return { channelId, transactionId: allocation?.id ?? null }
}

/** The account is locked, so that nobody can take the externalId between this look and the insert. */
export async function refuseTakenExternalId(tx: Tx, accountId: string, externalId: string): Promise<void> {
  const taken = await tx.manager
    .createQueryBuilder(Channel, 'channel')
    .where('channel.accountId = :accountId AND channel.externalId = :externalId AND channel.deletedAt IS NULL', {
      accountId,
      externalId,
    })
    .getExists()
  if (taken) {
    throw new ConflictError('Another channel of the account bears this externalId.', {
      field: 'externalId',
      externalId,
    })
  }
}

async function refuseExcessTrial(tx: Tx, book: AccountBook, externalId: string | null): Promise<void> {
  const trials = tx.manager
    .createQueryBuilder(Channel, 'channel')
    .where('channel.accountId = :accountId AND channel.trialUntil IS NOT NULL', { accountId: book.accountId })
  const running = await trials.andWhere('channel.trialUntil > :now', { now: book.now }).getCount()
  if (running >= book.maxTrials) {
    throw new TrialNotAllowedError(
      `The account may have ${book.maxTrials} trials at once; ${running} hold their places now.`,
      { maxTrials: book.maxTrials, running },
    )
  }
  if (externalId !== null) await refuseSecondTrial(tx, book.accountId, externalId)
}

/** Throws TRIAL_NOT_ALLOWED where a channel, other than this one, has borne the externalId and a trial. */
export async function refuseSecondTrial(tx: Tx, accountId: string, externalId: string, channelId = ''): Promise<void> {
  const hadOne = await tx.manager
    .createQueryBuilder(Channel, 'channel')
    .where('channel.accountId = :accountId AND channel.trialUntil IS NOT NULL AND channel.id <> :channelId', {
      accountId,
      channelId,
    })
    .andWhere(':externalId = ANY (channel.trialExternalIds)', { externalId })
    .getExists()
  if (hadOne) {
    throw new TrialNotAllowedError('This externalId has had its one trial.', { field: 'externalId', externalId })
  }
}
