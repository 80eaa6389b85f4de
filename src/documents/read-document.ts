import type { Database, Statement } from '../database'
import type { DocumentKind } from './document.entity'

/** A PDF as it was stored, and as it stays. */
export interface DocumentFile {
  readonly fileName: string
  readonly bytes: Buffer
  /** In hexadecimal. */
  readonly sha256: string
}

/**
 * The PDF of an invoice or a credit note as it is stored; null where it was not drawn yet, or never will be. It is drawn
 * within a second or two of the issuing; whoever can't wait asks `DocumentDrawer.of`.
 */
export async function documentOf(
  { sql }: Pick<Database, 'sql'>,
  accountId: string,
  kind: DocumentKind,
  subjectId: string,
): Promise<DocumentFile | null> {
  const [row] = await sql.query<DocumentFile>(STORED, [accountId, kind, subjectId])
  return row ?? null
}

const STORED: Statement = {
  name: 'stored-document',
  text: `
    SELECT file_name AS "fileName", bytes, encode(sha256, 'hex') AS sha256 FROM document
    WHERE account_id = $1 AND kind = $2 AND subject_id = $3`,
}
