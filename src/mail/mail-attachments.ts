import type { Sql } from '../database'
import type { Mail } from './mail.entity'
import type { Attachment } from './mail-transport'

/**
 * What goes with a mail: the document of an invoice or a credit note, where it is stored. The one place that knows of
 * documents; mails of other kinds have none.
 */
export function attachmentsOf(
  _sql: Sql,
  _mail: Pick<Mail, 'accountId' | 'template' | 'subjectId'>,
): Promise<readonly Attachment[]> {
  return Promise.resolve([])
}
