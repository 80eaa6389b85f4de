import type { VisibleRows } from '../auth/visible-rows'
import { pageNewestFirst, type Page, type PageArguments } from '../paging'
import { isId } from '../typed-id'
import { Mail, MailPreference, type MailKind, type MailState } from './mail.entity'

export const MAIL_LIST = 'mails'

export interface MailCriteria {
  /** Null for all that the caller sees. */
  readonly accountId: string | null
  readonly state: MailState | null
}

/** Newest first. Throws BAD_USER_INPUT for a page that can't be. */
export function findMails(
  visible: VisibleRows,
  { accountId, state }: MailCriteria,
  page: PageArguments,
): Promise<Page<Mail>> {
  const query = visible.of(Mail, 'mail')
  if (accountId !== null) query.andWhere('mail.accountId = :accountId', { accountId })
  if (state !== null) query.andWhere('mail.state = :state', { state })
  return pageNewestFirst(query, MAIL_LIST, 'mail.id', page)
}

/** Null where there is none that the caller sees. */
export async function findMail(visible: VisibleRows, id: string): Promise<Mail | null> {
  return isId('mail', id) ? visible.of(Mail, 'mail').andWhere('mail.id = :id', { id }).getOne() : null
}

/** What an account wants no mail about. */
export async function findUnwantedMails(visible: VisibleRows, accountId: string): Promise<MailKind[]> {
  const said = await visible
    .of(MailPreference, 'preference')
    .andWhere('preference.accountId = :accountId', { accountId })
    .getOne()
  return said?.unwanted ?? []
}
