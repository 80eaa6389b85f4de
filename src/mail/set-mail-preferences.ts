import { z } from 'zod'
import type { Tx } from '../database'
import { BadUserInputError } from '../errors'
import { id } from '../input'
import { inBook } from '../ledger/account-book'
import { ALWAYS_WANTED } from './mail-templates'
import { MailKind, MailPreference } from './mail.entity'

export const SetMailPreferences = z.object({
  accountId: id(),
  unwanted: z
    .array(z.enum(MailKind))
    .max(Object.keys(MailKind).length)
    .transform((kinds) => Object.values(MailKind).filter((kind) => kinds.includes(kind))),
})
export type SetMailPreferences = z.infer<typeof SetMailPreferences>

/**
 * Says what an account wants no mail about: all else it gets.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED; BAD_USER_INPUT for invoices, credit notes and overdue ones, which
 * can't be switched off.
 */
export async function setMailPreferences(tx: Tx, actor: string, input: SetMailPreferences): Promise<void> {
  const { accountId, unwanted } = input
  await inBook(tx, { accountId }, async (book) => {
    book.requireActive()
    const refused = unwanted.find((kind) => ALWAYS_WANTED.includes(kind))
    if (refused !== undefined) {
      throw new BadUserInputError('unwanted', `Mails of the kind ${refused} can't be switched off.`, {
        received: refused,
      })
    }
    await tx.manager.upsert(MailPreference, { accountId, unwanted }, ['accountId'])
    book.record({ type: 'account.mail_preferences_set', subject: accountId, actor, data: { unwanted } })
    return null
  })
}
