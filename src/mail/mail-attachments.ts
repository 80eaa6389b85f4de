import { DocumentKind } from '../documents/document.entity'
import type { DocumentDrawer } from '../documents/draw-documents'
import type { Mail } from './mail.entity'
import { MailRefusedError, type Attachment } from './mail-transport'

/** What goes with a mail: by the type of the event that it tells of. */
const DOCUMENTS: Readonly<Record<string, DocumentKind>> = {
  'credit_note.issued': DocumentKind.CREDIT_NOTE,
  'invoice.due_soon': DocumentKind.INVOICE,
  'invoice.opened': DocumentKind.INVOICE,
  'invoice.overdue': DocumentKind.INVOICE,
  'invoice.reminder_due': DocumentKind.INVOICE,
}

/**
 * The document of the invoice or the credit note that a mail is about, as it was issued; mails of other kinds have none, nor
 * has an invoice that was opened before its particulars were kept. It is drawn where it isn't yet.
 *
 * Throws MailRefusedError where it can't be drawn now: the mail waits for it.
 */
export async function attachmentsOf(
  documents: Pick<DocumentDrawer, 'of'>,
  { accountId, template, subjectId }: Pick<Mail, 'accountId' | 'template' | 'subjectId'>,
): Promise<readonly Attachment[]> {
  const kind = DOCUMENTS[template]
  if (kind === undefined || subjectId === null) return []
  try {
    const file = await documents.of(accountId, kind, subjectId)
    return file === null ? [] : [{ fileName: file.fileName, contentType: 'application/pdf', bytes: file.bytes }]
  } catch {
    throw new MailRefusedError('Its document could not be drawn yet.', false, null)
  }
}
