import { z } from 'zod'
import type { Tx } from '../database'
import { ChannelDeletedError } from '../errors'
import { id, metadata, text } from '../input'
import { inBook } from '../ledger/account-book'
import { Channel } from './channel.entity'
import { refuseSecondTrial, refuseTakenExternalId } from './create-channel'

export const UpdateChannel = z.object({
  channelId: id(),
  name: text().nullish(),
  /** Null takes it away. */
  externalId: text().nullish(),
  /** Null takes it away. */
  metadata: metadata(),
})
export type UpdateChannel = z.infer<typeof UpdateChannel>

/**
 * Changes what a channel is called; a field that is left out stays as it is.
 *
 * Throws NOT_FOUND, CHANNEL_DELETED, CONFLICT where the externalId is taken, TRIAL_NOT_ALLOWED where it has had
 * its one trial and this channel bears another, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function updateChannel(tx: Tx, actor: string, accountId: string, input: UpdateChannel): Promise<void> {
  const { channelId, name, externalId, metadata } = input
  await inBook(tx, { accountId, channelIds: [channelId] }, async (book) => {
    book.requireActive()
    if (book.channel(channelId).deletedAt !== null) throw new ChannelDeletedError(channelId)
    const channel = await tx.manager.findOneByOrFail(Channel, { id: channelId, accountId })
    if (externalId != null && externalId !== channel.externalId) {
      await refuseTakenExternalId(tx, accountId, externalId)
      if (channel.trialUntil !== null) await refuseSecondTrial(tx, accountId, externalId, channelId)
    }
    const bearsTrial = channel.trialUntil !== null && externalId != null
    const changes = {
      ...(name != null && { name }),
      ...(externalId !== undefined && { externalId }),
      ...(metadata !== undefined && { metadata }),
    }
    const fields = Object.keys(changes)
    if (fields.length === 0) return null
    const trials = bearsTrial && { trialExternalIds: [...new Set([...channel.trialExternalIds, externalId])] }
    await tx.manager
      .createQueryBuilder()
      .update(Channel)
      .set({ ...changes, ...trials })
      .where('id = :channelId AND accountId = :accountId', { channelId, accountId })
      .execute()
    book.record({ type: 'channel.updated', subject: channelId, actor, data: { fields } })
    return null
  })
}
